#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "media/msrp/message.hpp"

/// What the headers of each method mean. Readers refuse with `malformed` what gets a 400 (the framing is
/// sound, the connection goes on); `make_` and `read_` are a pair.
namespace confab::msrp {

/// RFC 4975 §7.1.1, §7.3.1. An absent Byte-Range is `1-*/*`.
struct send_request {
  std::string message_id;
  byte_range range;
  bool success_report = false;
  failure_report on_failure = failure_report::yes;
  std::optional<content_type> type = {};  ///< nothing: no body (a keep-alive)
  std::vector<header> extra = {};         ///< all others, in order: Content-Disposition, Expires …
  bool operator==(const send_request&) const = default;
};
result<send_request> read_send(const head& h);
/// Content-Type is written last, as the syntax wants it.
[[nodiscard]] head make_send(const send_request& s, std::string transaction_id, path to, path from);

/// RFC 4975 §7.1.2.
struct report_request {
  std::string message_id;
  byte_range range;
  report_status status;
  bool operator==(const report_request&) const = default;
};
result<report_request> read_report(const head& h);
[[nodiscard]] head make_report(const report_request& r, std::string transaction_id, path to, path from);

/// RFC 7701 §7: the wished nickname, empty to clear. `malformed` too where Success-Report or Failure-Report
/// are there.
result<std::string> read_nickname(const head& h);
[[nodiscard]] head make_nickname(std::string_view name, std::string transaction_id, path to, path from);

/// What the sender wants to hear of failures, as far as it can be read: yes where it cannot.
[[nodiscard]] failure_report failure_report_of(const head& h) noexcept;

/// The word that goes with a status code (RFC 4975 §10, RFC 7701 §9); empty for others.
[[nodiscard]] std::string_view reason_of(uint16_t code) noexcept;

}  // namespace confab::msrp
