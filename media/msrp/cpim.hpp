#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"
#include "media/msrp/date_time.hpp"
#include "media/msrp/headers.hpp"

namespace confab::msrp {

/// RFC 3862 §4.1: `Alice Wonder <sip:alice@example.com>`; escapes of the name are undone.
struct cpim_address {
  std::string name = {};  ///< empty: none
  std::string uri;
  bool operator==(const cpim_address&) const = default;
};
result<cpim_address> parse_cpim_address(std::string_view value);
[[nodiscard]] std::string write(const cpim_address& a);

/// RFC 3862 §4.5; escapes are undone.
struct cpim_subject {
  std::string language = {};
  std::string text;
  bool operator==(const cpim_subject&) const = default;
};

inline constexpr std::string_view cpim_core_namespace = "urn:ietf:params:cpim-headers:";

/// RFC 3862 §3.4: a header of another name space (or one of the core that is not known here), carried as it
/// came: value and parameters are the raw text, escapes and all.
struct cpim_extension {
  std::string prefix = {};      ///< as it was written: before the dot
  std::string name_space = {};  ///< the URI of its NS line; empty: the prefix was never declared
  std::string name;
  std::string parameters = {};  ///< what stands between `:;` and the value
  std::string value;
  bool operator==(const cpim_extension&) const = default;
};

/// RFC 3862 §3.5: a header that must be understood, else the message must not be shown.
struct cpim_required {
  std::string prefix = {};
  std::string name_space = std::string(cpim_core_namespace);
  std::string name;
  bool operator==(const cpim_required&) const = default;
};

/// The head of a message/cpim body (RFC 3862 §2). Everything optional that clients of the field leave out.
struct cpim_head {
  std::optional<cpim_address> from = {};
  std::vector<cpim_address> to = {};
  std::vector<cpim_address> cc = {};
  std::optional<date_time> sent = {};
  std::vector<cpim_subject> subjects = {};
  std::vector<cpim_required> required = {};
  std::vector<cpim_extension> extensions = {};  ///< in order
  std::optional<content_type> type = {};        ///< of the wrapped body
  std::vector<header> mime = {};                ///< its other MIME headers, in order
  bool operator==(const cpim_head&) const = default;
};

struct cpim_message {
  cpim_head head;
  std::string_view body;  ///< raw bytes; borrowed from what was parsed
};

/// Reads lines that end in CRLF or LF. `malformed`: a header that is none, a second From or DateTime, an
/// address without a URI, no MIME headers; `too_large`: past `limits::cpim_head_bytes` or `cpim_headers`.
result<cpim_message> parse_cpim(std::string_view bytes);

/// From, To, cc, Subject, DateTime, then NS lines where needed, extensions and Require; an empty line;
/// Content-Type and the other MIME headers; an empty line. The body follows: fan-out writes heads only.
[[nodiscard]] std::string write_cpim_head(const cpim_head& head);
[[nodiscard]] std::string write_cpim(const cpim_head& head, std::string_view body);

/// The first extension of that name space and name, or null. Borrows.
[[nodiscard]] const cpim_extension* find_extension(const cpim_head& head, std::string_view name_space,
                                                   std::string_view name) noexcept;

/// RFC 3862 §2.3: `\n`, `\u00e9` and their kin, both ways. What is no escape stays as it is.
[[nodiscard]] std::string unescape_cpim(std::string_view text);
/// Controls, backslashes and blanks at either end are escaped, and quotes if `quotes`.
[[nodiscard]] std::string escape_cpim(std::string_view text, bool quotes);

}  // namespace confab::msrp
