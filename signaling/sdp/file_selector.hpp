#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"

namespace confab::sdp {

struct file_hash {
  std::string algorithm;  ///< "sha-1", lower case
  std::string digest;     ///< pairs of upper-case digits with colons
  bool operator==(const file_hash&) const = default;
};

/// RFC 5547 §6: `a=file-selector:name:"My cool picture.jpg" type:image/jpeg size:32349 hash:sha-1:72:24:…`.
/// Strings of a stranger: a name may hold slashes, dots and any byte but NUL.
struct file_selector {
  std::optional<std::string> name = {};  ///< `%22` and its like undone
  std::optional<std::string> type = {};  ///< with its parameters, as written
  std::optional<uint64_t> size = {};     ///< bytes
  std::vector<file_hash> hashes = {};
  bool operator==(const file_selector&) const = default;
};

/// Selectors in any order, unknown ones passed over, `sha1` read as sha-1 (old clients). `malformed`: a
/// selector twice (hashes excepted), a digest or size that is none, quotes that do not end.
result<file_selector> parse_file_selector(std::string_view value);
/// In the order of the standard. Empty only where all parts are.
[[nodiscard]] std::string write(const file_selector& selector);

}  // namespace confab::sdp
