#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/result.hpp"

/// The other attributes of RFC 5547 §6, each as a parse/write pair of its value.
namespace confab::sdp {

/// `a=file-transfer-id:` and `a=file-icon:cid:…`: one word.
result<std::string> parse_file_transfer_id(std::string_view value);
/// The Content-ID behind `cid:`.
result<std::string> parse_file_icon(std::string_view value);
[[nodiscard]] std::string write_file_icon(std::string_view content_id);

/// `a=file-disposition:`.
enum class file_disposition : uint8_t { render, attachment };
/// `unsupported`: another token.
result<file_disposition> parse_file_disposition(std::string_view value);
[[nodiscard]] std::string_view write(file_disposition disposition) noexcept;

/// `a=file-date:creation:"Mon, 15 May 2006 15:01:31 +03:00" modification:"…"`; dates of RFC 5322, as text.
struct file_dates {
  std::string creation = {};
  std::string modification = {};
  std::string read = {};
  bool operator==(const file_dates&) const = default;
};
result<file_dates> parse_file_dates(std::string_view value);
[[nodiscard]] std::string write(const file_dates& dates);

/// `a=file-range:1-1024` or `1-*`; bytes are counted from 1.
struct file_range {
  uint64_t start = 1;
  std::optional<uint64_t> end = {};  ///< nothing: `*`
  bool operator==(const file_range&) const = default;
};
result<file_range> parse_file_range(std::string_view value);
[[nodiscard]] std::string write(const file_range& range);

}  // namespace confab::sdp
