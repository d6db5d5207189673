// The only reader of TOML: text in, checked settings out. Every refusal names file, line, key and what was
// expected.

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#define TOML_ENABLE_UNRELEASED_FEATURES 0
// "[[:" breaks an assertion of the library's, which release builds even take for granted; behind it stands a
// good check. So neither: bad input is no bug, and all builds read alike.
#define TOML_ASSERT(condition) static_cast<void>(0)
#ifdef NDEBUG
#undef NDEBUG
#include <toml++/toml.h>
#define NDEBUG
#else
#include <toml++/toml.h>
#endif

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "config/duration.hpp"
#include "config/limits.hpp"
#include "config/settings.hpp"
#include "config/settings_source.hpp"
#include "config/settings_table.hpp"

namespace confab {
namespace {

using settings_table::key;
using settings_table::value;
using settings_table::value_type;

std::string found_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return "\"" + settings_source::printable(text->get()) + "\"";
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* truth = node.as_boolean()) return truth->get() ? "true" : "false";
  if (node.is_floating_point()) return "a number with a fraction";
  if (node.is_array()) return "a list";
  if (node.is_table()) return "a section";
  return "a date or time";
}

error unfit(const key& k, const toml::node& node) {
  return {errc::bad_setting, "expected " + expectation(k) + ", found " + found_text(node)};
}

std::optional<std::string> as_text(const toml::node& node) {
  const auto* text = node.as_string();
  if (text == nullptr || settings_source::has_control(text->get())) return std::nullopt;
  return text->get();
}

result<value> to_duration(const key& k, const toml::node& node) {
  const auto text = as_text(node);
  if (!text) return unfit(k, node);
  const auto duration = parse_duration(*text);
  if (!duration) return unfit(k, node);
  return value(*duration);
}

result<value> to_text_list(const key& k, const toml::node& node) {
  const auto* list = node.as_array();
  if (list == nullptr) return unfit(k, node);
  std::vector<std::string> texts;
  for (const toml::node& item : *list) {
    auto text = as_text(item);
    if (!text) return unfit(k, item);
    texts.push_back(std::move(*text));
  }
  return value(std::move(texts));
}

result<value> to_number_list(const key& k, const toml::node& node) {
  const auto* list = node.as_array();
  if (list == nullptr) return unfit(k, node);
  std::vector<int64_t> numbers;
  for (const toml::node& item : *list) {
    const auto* number = item.as_integer();
    if (number == nullptr) return unfit(k, item);
    numbers.push_back(number->get());
  }
  return value(std::move(numbers));
}

result<value> to_map(const key& k, const toml::node& node) {
  const auto* table = node.as_table();
  if (table == nullptr) return unfit(k, node);
  std::map<std::string, std::string> pairs;
  for (const auto& [name, item] : *table) {
    auto text = as_text(item);
    if (!text || settings_source::has_control(name.str())) return unfit(k, item);
    pairs.emplace(std::string(name.str()), std::move(*text));
  }
  return value(std::move(pairs));
}

/// The value in the shape that the key's type has, or what is there instead.
result<value> to_value(const key& k, const toml::node& node) {
  switch (k.type) {
    case value_type::boolean:
      if (const auto* truth = node.as_boolean()) return value(truth->get());
      return unfit(k, node);
    case value_type::number:
      if (const auto* number = node.as_integer()) return value(number->get());
      return unfit(k, node);
    case value_type::duration:
      return to_duration(k, node);
    case value_type::text:
    case value_type::choice:
      if (auto text = as_text(node)) return value(std::move(*text));
      return unfit(k, node);
    case value_type::text_list:
    case value_type::choice_list:
      return to_text_list(k, node);
    case value_type::number_list:
      return to_number_list(k, node);
    case value_type::text_map:
      return to_map(k, node);
  }
  return unfit(k, node);
}

result<void> apply(settings& out, const key& k, const toml::node& node) {
  auto v = to_value(k, node);
  if (!v) return v.error();
  if (auto fits = check(k, *v); !fits) return fits;
  k.set(out, std::move(*v));
  return {};
}

/// What a flag's text stands for in TOML, e.g. `udp://a:1,tcp://a:1` for a list of two.
std::string flag_to_toml(const key& k, std::string_view text) {
  const auto starts = [&](std::string_view marks) {
    return !text.empty() && marks.find(text.front()) != marks.npos;
  };
  switch (k.type) {
    case value_type::boolean:
    case value_type::number:
      return std::string(text);
    case value_type::duration:
    case value_type::text:
    case value_type::choice:
      return starts("\"'") ? std::string(text) : settings_source::quote(text);
    case value_type::number_list:
      return starts("[") ? std::string(text) : "[" + std::string(text) + "]";
    case value_type::text_list:
    case value_type::choice_list:
      return starts("[") ? std::string(text) : settings_source::quote_list(text);
    case value_type::text_map:
      return starts("{") ? std::string(text) : settings_source::quote_pairs(text);
  }
  return std::string(text);
}

result<void> apply_toml(settings& out, const key& k, const std::string& toml_text, std::string_view shown) {
  const toml::parse_result parsed = toml::parse("v = " + toml_text);
  const toml::node* node = parsed ? parsed.table().get("v") : nullptr;
  if (node == nullptr || parsed.table().size() != 1) {
    return {errc::bad_setting,
            "expected " + expectation(k) + ", found \"" + settings_source::printable(shown) + "\""};
  }
  return apply(out, k, *node);
}

/// Fills one `settings` and remembers where each key was set, for the checks that need two keys.
class loader {
 public:
  explicit loader(const std::string& file) : file_(file) {}

  settings take() { return std::move(out_); }

  void set_defaults() {
    for (const key& k : settings_table::keys()) {
      [[maybe_unused]] const auto done = apply_toml(out_, k, std::string(k.default_value), k.default_value);
      assert(done.ok());  // a test walks all rows
    }
  }

  result<void> read_file(const std::string& text) {
    if (auto fits = settings_source::check_size(file_, text); !fits) return fits;
    const toml::parse_result parsed = toml::parse(std::string_view(text));
    if (parsed) return read_table("", parsed.table());
    const auto line = static_cast<size_t>(parsed.error().source().begin.line);
    return {errc::bad_setting,
            settings_source::parse_error_text(file_, text, line, parsed.error().description())};
  }

  result<void> read_flag(const std::string& assignment) {
    const size_t equals = assignment.find('=');
    const std::string name = assignment.substr(0, equals);
    const key* k = settings_table::find(name);
    if (k == nullptr) return {errc::bad_setting, "flag --" + settings_source::unknown_text(name)};
    if (equals == std::string::npos)
      return {errc::bad_setting, "flag --" + name + ": expected --" + name + "=VALUE"};
    const std::string where = "flag --" + name + ": ";
    const std::string text = assignment.substr(equals + 1);
    auto done = apply_toml(out_, *k, flag_to_toml(*k, text), text);
    if (!done) return {errc::bad_setting, where + done.error().text};
    origins_[k->name] = where;
    return {};
  }

  /// RTP takes an even port and RTCP the next one (RFC 3550 §11).
  result<void> check_together() const {
    const auto& m = out_.media;
    const std::string first = std::to_string(m.first_port);
    if (m.first_port % 2 != 0) return refuse("media.first-port", "an even number", first);
    if (m.last_port > m.first_port) return {};
    const std::string last = std::to_string(m.last_port);
    if (origins_.contains("media.last-port")) {
      return refuse("media.last-port", "a number above media.first-port, which is " + first, last);
    }
    return refuse("media.first-port", "a number below media.last-port, which is " + last, first);
  }

 private:
  result<void> refuse(std::string_view name, const std::string& expected, const std::string& found) const {
    const auto origin = origins_.find(name);
    const std::string where = origin == origins_.end() ? "key " + std::string(name) + ": " : origin->second;
    return {errc::bad_setting, where + "expected " + expected + ", found " + found};
  }

  result<void> unknown(const std::string& name, size_t line) const {
    return {errc::bad_setting,
            file_ + ":" + std::to_string(line) + ": key " + settings_source::unknown_text(name)};
  }

  result<void> read_table(const std::string& prefix, const toml::table& table) {
    for (const auto& [name, node] : table) {
      const std::string full = prefix + std::string(name.str());
      const size_t line = name.source().begin.line;
      // "media.threads" in quotes is one strange name in TOML, not the key it looks like.
      const bool quoted_dot = name.str().find('.') != std::string_view::npos;
      if (auto done = quoted_dot ? unknown(full, line) : read_node(full, line, node); !done) return done;
    }
    return {};
  }

  result<void> read_node(const std::string& name, size_t line, const toml::node& node) {
    const std::string where = file_ + ":" + std::to_string(line) + ": ";
    if (const key* k = settings_table::find(name)) {
      const std::string with_key = where + "key " + name + ": ";
      if (auto done = apply(out_, *k, node); !done) return {errc::bad_setting, with_key + done.error().text};
      origins_[k->name] = with_key;
      return {};
    }
    const bool section = settings_source::is_section(name);
    if (section && node.is_table()) return read_table(name + ".", *node.as_table());
    if (section)
      return {errc::bad_setting, where + "key " + name + ": expected a section, found " + found_text(node)};
    const auto* inner = node.as_table();
    if (inner == nullptr || inner->empty()) return unknown(name, line);
    // A section nobody knows: its first key is what the operator wanted set.
    return read_table(name + ".", *inner);
  }

  const std::string& file_;
  settings out_;
  std::map<std::string_view, std::string> origins_;  ///< key → "confab.conf:12: key media.threads: "
};

}  // namespace

result<settings> load_settings(const std::string& name, const std::string& text,
                               const std::vector<std::string>& overrides) {
  loader load(name);
  load.set_defaults();
  if (auto done = load.read_file(text); !done) return done.error();
  for (const std::string& assignment : overrides) {
    if (auto done = load.read_flag(assignment); !done) return done.error();
  }
  if (auto done = load.check_together(); !done) return done.error();
  return load.take();
}

}  // namespace confab
