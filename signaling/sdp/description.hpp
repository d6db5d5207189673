#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"

/// Session descriptions (RFC 8866, and RFC 4566 as the field writes it), all by value.
namespace confab::sdp {

/// `a=name` or `a=name:value`.
struct attribute {
  std::string name;
  std::string value = {};
  bool operator==(const attribute&) const = default;
};

/// `c=`; a TTL or address count after a slash is dropped.
struct connection_data {
  std::string network = "IN";
  std::string type = "IP4";
  std::string address;
  bool operator==(const connection_data&) const = default;
};

/// `o=`. The numbers stay text: peers send more digits than any integer holds.
struct origin_data {
  std::string user = "-";
  std::string session_id = "0";
  std::string version = "0";
  std::string network = "IN";
  std::string type = "IP4";
  std::string address = "0.0.0.0";
  bool operator==(const origin_data&) const = default;
};

/// One `m=` line and what follows it.
struct media_description {
  std::string type;  ///< "audio", "message" …
  uint16_t port = 0;
  uint16_t port_count = 1;
  std::string protocol;              ///< "RTP/AVP" …
  std::vector<std::string> formats;  ///< payload types, or `*`
  std::optional<connection_data> connection = {};
  std::vector<std::string> bandwidth = {};  ///< values of b= lines
  std::vector<attribute> attributes = {};   ///< in order
  bool operator==(const media_description&) const = default;
};

struct description {
  origin_data origin;
  std::string session_name = "-";
  std::optional<connection_data> connection;
  std::vector<std::string> bandwidth;
  std::string timing = "0 0";  ///< of the first t= line
  std::vector<attribute> attributes;
  std::vector<media_description> media;
  bool operator==(const description&) const = default;
};

/// RFC 8866 §6.7, from the view of whoever wrote the description.
enum class direction : uint8_t { sendrecv, sendonly, recvonly, inactive };
[[nodiscard]] std::string_view to_string(direction d) noexcept;

/// Reads LF or CRLF lines. The bounds of `limits` are checked, and m-lines counted, before anything is
/// stored: `too_large`. `malformed`: no v=0 first, no o=, a NUL or lone CR, a line that is not `x=…`, a port
/// that is no port. Lines of types this server has no use for are skipped.
result<description> parse(std::string_view bytes);

/// In the line order of RFC 8866 §5, CRLF. What `parse` gave is written so that `parse` gives it again.
std::string write(const description& d);

/// The first attribute of that name, or null. Borrows from `attributes`.
[[nodiscard]] const attribute* find_attribute(const std::vector<attribute>& attributes,
                                              std::string_view name);

/// The media level's word, else the session's, else sendrecv.
[[nodiscard]] direction direction_of(const description& d, const media_description& m);

/// The media level's c=, else the session's, or null. Borrows from the description.
[[nodiscard]] const connection_data* connection_of(const description& d, const media_description& m);

}  // namespace confab::sdp
