#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"

namespace confab::load {

/// A SIP message as far as a load generator cares (RFC 3261 §7). Owns its text; header names are matched in
/// long and compact form, without regard to case.
class sip_message {
 public:
  /// Refuses what has no start line or no Call-ID, CSeq, From, To and Via.
  static result<sip_message> parse(std::string_view datagram);

  [[nodiscard]] bool is_response() const noexcept { return status_ != 0; }
  [[nodiscard]] int status() const noexcept { return status_; }                 ///< 0 for a request
  [[nodiscard]] const std::string& method() const noexcept { return method_; }  ///< of CSeq
  [[nodiscard]] uint32_t cseq() const noexcept { return cseq_; }
  [[nodiscard]] const std::string& body() const noexcept { return body_; }

  /// The first value of a header, empty when there is none. `name` in its long form.
  [[nodiscard]] std::string_view header(std::string_view name) const;
  /// All its values in order; a line with several (Record-Route, Via) is split at commas.
  [[nodiscard]] std::vector<std::string_view> headers(std::string_view name) const;

 private:
  struct field {
    std::string name;
    std::string value;
  };
  int status_ = 0;
  uint32_t cseq_ = 0;
  std::string method_;
  std::string body_;
  std::vector<field> fields_;
};

/// The tag parameter of a From or To value; empty when there is none.
[[nodiscard]] std::string_view tag_of(std::string_view value);
/// The URI of a Contact, From, To or Route value, without angle brackets.
[[nodiscard]] std::string_view uri_of(std::string_view value);
/// The branch parameter of a Via value.
[[nodiscard]] std::string_view branch_of(std::string_view via);

/// The response to a request of the server: its Via, From, To (with `to_tag` if it has none), Call-ID and
/// CSeq come back (RFC 3261 §8.2.6). `extra_headers` are whole lines with CRLF; a `body` is SDP.
[[nodiscard]] std::string response_to(const sip_message& request, int status, std::string_view reason,
                                      std::string_view to_tag, std::string_view extra_headers,
                                      std::string_view body);

}  // namespace confab::load
