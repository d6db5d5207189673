#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "media/msrp/requests.hpp"

/// What a request gets back: a response on its own connection, and REPORTs. Pure.
namespace confab::msrp {

/// RFC 4975 §7.2. Nothing where none may be sent: to REPORT, with Failure-Report no, and for 200 with
/// partial. NICKNAME is always answered (RFC 7701 §7). `comment` empty: the usual word.
[[nodiscard]] std::optional<head> make_response(const head& request, uint16_t code,
                                                std::string_view comment = {});

/// What must be kept of a SEND to report on it later.
struct report_address {
  std::string message_id;
  bool success_report = false;
  failure_report on_failure = failure_report::yes;
  path to;    ///< all the way back to the sender
  path from;  ///< the URI by which the sender knows us
  bool operator==(const report_address&) const = default;
};
[[nodiscard]] report_address report_address_of(const head& request, const send_request& send);

/// RFC 4975 §7.1.2: the REPORT that says `code` about `range`; nothing where the sender wants none.
/// `responded` is the code that the SEND was answered with (200 too where that answer was not written): who
/// was told a failure in the response is not told again.
[[nodiscard]] std::optional<head> make_report(const report_address& address, uint16_t code, byte_range range,
                                              uint16_t responded, std::string transaction_id,
                                              std::string_view comment = {});

/// RFC 4975 §7.3: whether a request or response that came may belong to the session whose URI is `ours`, with
/// the peer's From-Path `theirs` (of its SDP): session ids alone are compared. False: 481.
[[nodiscard]] bool belongs(const head& h, const uri& ours, const path& theirs) noexcept;

}  // namespace confab::msrp
