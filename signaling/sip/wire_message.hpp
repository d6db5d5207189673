#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"

namespace confab::sip {

/// One header line: folding undone, name in lower case with compact forms spelled out (RFC 3261 §7.3).
struct header_field {
  std::string name;
  std::string value;
};

/// A request or response as text, split but not judged. libre hands over only what it can parse and keeps the
/// rest to itself; this splitter takes anything, so that even a broken request gets an answer. Borrows the
/// bytes.
class wire_message {
 public:
  /// `malformed` when there is no start line.
  static result<wire_message> split(std::string_view bytes);

  [[nodiscard]] std::string_view start_line() const noexcept { return start_line_; }
  [[nodiscard]] bool is_response() const noexcept { return start_line_.substr(0, 4) == "SIP/"; }
  [[nodiscard]] uint16_t status() const noexcept;          ///< of a response; 0 when it is none
  [[nodiscard]] std::string_view reason() const noexcept;  ///< of a response
  /// The three words of a request line, cut at single spaces; empty where there are not three.
  [[nodiscard]] std::string_view method() const noexcept { return method_; }
  [[nodiscard]] std::string_view request_uri() const noexcept { return request_uri_; }
  [[nodiscard]] std::string_view version() const noexcept { return version_; }
  [[nodiscard]] std::string_view body() const noexcept { return body_; }
  [[nodiscard]] bool head_complete() const noexcept { return head_complete_; }  ///< the empty line was there
  [[nodiscard]] bool bad_line() const noexcept { return bad_line_; }  ///< some header line had no name

  [[nodiscard]] const std::vector<header_field>& fields() const noexcept { return fields_; }
  /// First value; empty when absent. `name` in lower case.
  [[nodiscard]] std::string_view first(std::string_view name) const noexcept;
  [[nodiscard]] bool has(std::string_view name) const noexcept { return count(name) != 0; }
  [[nodiscard]] size_t count(std::string_view name) const noexcept;
  /// All values of a header that is a list, joined by commas.
  [[nodiscard]] std::string joined(std::string_view name) const;

  /// Body as far as Content-Length says (RFC 3261 §18.3: the rest of a datagram is discarded).
  [[nodiscard]] std::string_view content() const noexcept;

 private:
  void add_line(std::string_view line);

  std::string_view start_line_, method_, request_uri_, version_, body_;
  std::vector<header_field> fields_;
  bool head_complete_ = false;
  bool bad_line_ = false;
};

}  // namespace confab::sip
