#pragma once

#include <optional>
#include <string>

#include "signaling/sip/wire_message.hpp"

/// What a proxy that is trusted says of its users (RFC 3325). Pure; whom to trust is the caller's.
namespace confab::sip {

/// The SIP address in P-Asserted-Identity without port and parameters, "sip:alice@example.com" (for sips
/// too); "tel:+123" where there is no SIP one. Nothing when the header is not there, does not parse, or holds
/// more than RFC 3325 §9.1 allows: one SIP and one tel.
[[nodiscard]] std::optional<std::string> asserted_identity(const wire_message& request);

/// The caller asks not to be shown to others (Privacy: id of RFC 3325 §9.3; user and header of RFC 3323
/// §4.2).
[[nodiscard]] bool wants_privacy(const wire_message& request);

}  // namespace confab::sip
