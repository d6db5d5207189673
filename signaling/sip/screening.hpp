#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "signaling/sip/rejection.hpp"
#include "signaling/sip/wire_message.hpp"

namespace confab::sip {

/// Is the request a well-formed one of SIP/2.0? What every element checks first, whatever the method is (RFC
/// 3261 §8.1.1, §18.3; outcomes as RFC 4475 asks). `datagram`: Content-Length may not promise more than came.
[[nodiscard]] std::optional<rejection> screen(const wire_message& request, bool datagram);

/// A stateless response to a request libre could not parse, made of what could be read; empty when even a Via
/// is missing or the message is an ACK or a response. `tag` is for To.
[[nodiscard]] std::string stateless_response(const wire_message& request, const rejection& why,
                                             const std::string& source_host, uint16_t source_port,
                                             const std::string& tag, const std::string& server);

}  // namespace confab::sip
