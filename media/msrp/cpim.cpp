#include "media/msrp/cpim.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "config/limits.hpp"
#include "media/msrp/text.hpp"

namespace confab::msrp {
namespace {

error malformed(std::string_view what, std::string_view line) {
  return {errc::malformed, std::string(what) + ": " + std::string(text::shown(line))};
}

/// Takes the next line off `rest`, without its CRLF or LF.
std::string_view take_line(std::string_view& rest) {
  std::string_view line = text::take_until(rest, '\n');
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool is_uri(std::string_view uri) {
  return !uri.empty() && uri.size() <= limits::uri_bytes &&
         uri.find_first_of(" \t<>\"") == std::string_view::npos && uri.find(':') != std::string_view::npos &&
         text::is_line_text(uri);
}

/// A token of a header name; dots divide prefix and name, so the name has none.
bool is_name(std::string_view name) {
  return text::is_token(name) && name.find('.') == std::string_view::npos;
}

/// A name of the core, however it is written: clients in the field compare without case.
bool looks_core(std::string_view name) {
  constexpr std::array<std::string_view, 7> core{"From", "To", "cc", "DateTime", "Subject", "NS", "Require"};
  return std::any_of(core.begin(), core.end(), [&](std::string_view one) { return text::same(one, name); });
}

struct qualified {
  std::string_view prefix;
  std::string_view name;
};

qualified split(std::string_view name) {
  const size_t dot = name.find('.');
  if (dot == std::string_view::npos) return {{}, name};
  return {name.substr(0, dot), name.substr(dot + 1)};
}

/// Fills a head line by line, with the name spaces declared so far (RFC 3862 §3.4).
class reader {
 public:
  result<void> header_line(std::string_view line) {
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos || !text::is_line_text(line))
      return malformed("not a CPIM header", line);
    const std::string_view full = line.substr(0, colon);
    const auto [prefix, name] = split(full);
    const bool named = is_name(name) && !full.starts_with('.') && (prefix.empty() || text::is_token(prefix));
    if (!named) return malformed("not a CPIM header", line);
    std::string_view value = line.substr(colon + 1);
    std::string_view parameters;
    if (value.starts_with(';')) {
      parameters =
          value.substr(1, value.find(' ') == std::string_view::npos ? value.npos : value.find(' ') - 1);
      value.remove_prefix(1 + parameters.size());
    }
    value = text::trimmed(value);
    if (full == "NS") return name_space_line(value);
    const auto space = space_of(prefix);
    if (space && *space == cpim_core_namespace) {
      bool known = true;
      auto done = core_header(name, parameters, value, known);
      if (known) return done;
    }
    // It would go out behind the genuine one, and some readers would take it for that.
    if (prefix.empty() && looks_core(name)) return malformed("not the CPIM header that its name says", line);
    out.extensions.push_back({.prefix = std::string(prefix),
                              .name_space = space.value_or(""),
                              .name = std::string(name),
                              .parameters = std::string(parameters),
                              .value = std::string(value)});
    return {};
  }

  /// `known` becomes false for what the core name space does not define.
  result<void> core_header(std::string_view name, std::string_view parameters, std::string_view value,
                           bool& known) {
    if (name == "From") {
      if (out.from) return malformed("a second From", value);
      auto a = parse_cpim_address(value);
      if (!a) return a.error();
      out.from = *std::move(a);
      return {};
    }
    if (name == "To" || name == "cc") {
      auto a = parse_cpim_address(value);
      if (!a) return a.error();
      (name == "To" ? out.to : out.cc).push_back(*std::move(a));
      return {};
    }
    if (name == "DateTime") {
      if (out.sent) return malformed("a second DateTime", value);
      auto t = parse_date_time(value);
      if (!t) return t.error();
      out.sent = *t;
      return {};
    }
    if (name == "Subject") {
      cpim_subject s{{}, unescape_cpim(value)};
      if (parameters.starts_with("lang=")) s.language = parameters.substr(5);
      out.subjects.push_back(std::move(s));
      return {};
    }
    if (name == "Require") return require_line(value);
    known = false;
    return {};
  }

  cpim_head out;

 private:
  std::optional<std::string> space_of(std::string_view prefix) const {
    const auto found = spaces_.find(prefix);
    if (found == spaces_.end()) return std::nullopt;
    return found->second;
  }

  /// `NS: prefix <uri>`, or without a prefix for the names that have none.
  result<void> name_space_line(std::string_view value) {
    const size_t open = value.find('<');
    if (open == std::string_view::npos || !value.ends_with('>')) return malformed("not a CPIM NS", value);
    const std::string_view prefix = text::trimmed(value.substr(0, open));
    const std::string_view uri = value.substr(open + 1, value.size() - open - 2);
    if ((!prefix.empty() && !is_name(prefix)) || !is_uri(uri)) return malformed("not a CPIM NS", value);
    spaces_.insert_or_assign(std::string(prefix), std::string(uri));
    return {};
  }

  result<void> require_line(std::string_view value) {
    while (!value.empty()) {
      const auto [prefix, name] = split(text::trimmed(text::take_until(value, ',')));
      const auto space = space_of(prefix);
      // Unprefixed names are of the core here: `Require` itself was one.
      if (!is_name(name) || !space ||
          (prefix.empty() && (*space != cpim_core_namespace || !looks_core(name)))) {
        return malformed("CPIM Require names an unknown header", name);
      }
      out.required.push_back({std::string(prefix), *space, std::string(name)});
    }
    return {};
  }

  std::map<std::string, std::string, std::less<>> spaces_{{"", std::string(cpim_core_namespace)}};
};

/// One MIME header; `line` may continue on the next ones (RFC 5322 §2.2.3).
result<void> mime_line(std::string line, std::string_view& rest, cpim_head& out) {
  while ((rest.starts_with(' ') || rest.starts_with('\t')) && line.size() <= limits::cpim_head_bytes) {
    line += ' ';
    line += text::trimmed(take_line(rest));
  }
  const size_t colon = line.find(':');
  const std::string_view name = text::trimmed(std::string_view(line).substr(0, colon));
  if (colon == std::string::npos || !text::is_token(name) || !text::is_line_text(line)) {
    return malformed("not a MIME header", line);
  }
  const std::string_view value = text::trimmed(std::string_view(line).substr(colon + 1));
  if (!text::same(name, "Content-Type")) {
    out.mime.push_back({std::string(name), std::string(value)});
    return {};
  }
  if (out.type) return malformed("a second Content-Type", line);
  auto type = parse_content_type(value);
  if (!type) return type.error();
  out.type = *std::move(type);
  return {};
}

error too_large() {
  return {errc::too_large, "CPIM headers of more than " + std::to_string(limits::cpim_head_bytes) +
                               " bytes or " + std::to_string(limits::cpim_headers) + " lines"};
}

}  // namespace

result<cpim_address> parse_cpim_address(std::string_view value) {
  const size_t open = value.rfind('<');
  cpim_address a;
  if (open == std::string_view::npos) {  // some write the bare URI
    a.uri = text::trimmed(value);
  } else {
    if (!value.ends_with('>')) return malformed("not a CPIM address", value);
    a.uri = value.substr(open + 1, value.size() - open - 2);
    std::string_view name = text::trimmed(value.substr(0, open));
    const bool is_quoted = name.size() >= 2 && name.starts_with('"') && name.ends_with('"');
    a.name = is_quoted ? unescape_cpim(name.substr(1, name.size() - 2)) : std::string(name);
  }
  if (!is_uri(a.uri)) return malformed("not a CPIM address", value);
  return a;
}

result<cpim_message> parse_cpim(std::string_view bytes) {
  reader r;
  std::string_view rest = bytes;
  size_t lines = 0;
  const auto within = [&] {
    return ++lines <= limits::cpim_headers && bytes.size() - rest.size() <= limits::cpim_head_bytes;
  };
  while (true) {
    if (rest.empty()) return {errc::malformed, "a CPIM message without MIME headers"};
    const std::string_view line = take_line(rest);
    if (line.empty()) break;
    if (!within()) return too_large();
    if (auto done = r.header_line(line); !done) return done.error();
  }
  while (!rest.empty()) {
    const std::string_view line = take_line(rest);
    if (line.empty()) break;
    auto done = mime_line(std::string(line.substr(0, limits::cpim_head_bytes)), rest, r.out);
    if (!within()) return too_large();
    if (!done) return done.error();
  }
  return cpim_message{std::move(r.out), rest};
}

const cpim_extension* find_extension(const cpim_head& head, std::string_view name_space,
                                     std::string_view name) noexcept {
  for (const cpim_extension& e : head.extensions) {
    if (e.name_space == name_space && e.name == name) return &e;
  }
  return nullptr;
}

}  // namespace confab::msrp
