#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "signaling/sip/wire_message.hpp"

/// Peers of RFC 2543 put no branch into Via, and libre takes no request without one. They are given one on
/// the way in and lose it on the way out, so that a response shows the Via that was sent (RFC 3261 §8.2.6.2).
namespace confab::sip {

/// `bytes` with a branch in its topmost Via, made of what RFC 3261 §17.2.3 tells such transactions apart by:
/// the same for a retransmission and for the ACK and CANCEL of an INVITE. Nothing when the Via has a branch
/// or cannot be found. `message` is `bytes`, split.
[[nodiscard]] std::optional<std::string> with_branch(const wire_message& message, std::string_view bytes);

/// Where `with_branch` left its mark, as position and length; nothing when it did not.
[[nodiscard]] std::optional<std::pair<size_t, size_t>> find_added_branch(std::string_view bytes) noexcept;

}  // namespace confab::sip
