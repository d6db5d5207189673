// What the table says about values, in words and as a check; the rows are in settings_table.cpp.

#include <algorithm>
#include <array>
#include <numeric>
#include <set>

#include "config/duration.hpp"
#include "config/settings_table.hpp"

namespace confab::settings_table {
namespace {

/// Levenshtein's distance, one row at a time.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, changed});
    }
  }
  return row.back();
}

std::string quoted_choices(const key& k) {
  std::string out;
  for (const std::string_view choice : k.choices) {
    if (!out.empty()) out += ", ";
    out += "\"" + std::string(choice) + "\"";
  }
  return out;
}

std::string range_text(const key& k) {
  return " from " + std::to_string(k.least) + " to " + std::to_string(k.most);
}

std::string duration_range(const key& k) {
  return " from \"" + write_duration(std::chrono::milliseconds(k.least)) + "\" to \"" +
         write_duration(std::chrono::milliseconds(k.most)) + "\"";
}

result<void> bad(const key& k, const std::string& found, const std::string& why = {}) {
  std::string text = "expected " + expectation(k) + ", found " + (k.secret ? "something else" : found);
  if (!why.empty()) text += ": " + why;
  return {errc::bad_setting, std::move(text)};
}

/// The reader has refused control characters already, so quotes are enough.
std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

result<void> check_number(const key& k, int64_t number) {
  if (number >= k.least && number <= k.most) return {};
  return bad(k, std::to_string(number));
}

result<void> check_text(const key& k, const std::string& item) {
  if (!k.choices.empty() && std::find(k.choices.begin(), k.choices.end(), item) == k.choices.end()) {
    const bool later = !k.later.empty() && item == k.later;
    return bad(k, quoted(item), later ? "it comes with a later release" : "");
  }
  if (k.check == nullptr) return {};
  const std::string why = k.check({}, item);
  return why.empty() ? result<void>{} : bad(k, quoted(item), why);
}

struct checker {
  const key& k;

  result<void> operator()(bool) const { return {}; }
  result<void> operator()(int64_t number) const { return check_number(k, number); }
  result<void> operator()(std::chrono::milliseconds duration) const {
    if (duration.count() >= k.least && duration.count() <= k.most) return {};
    return bad(k, quoted(write_duration(duration)));
  }
  result<void> operator()(const std::string& text) const { return check_text(k, text); }
  result<void> operator()(const std::vector<int64_t>& numbers) const {
    for (const int64_t number : numbers) {
      if (auto fits = check_number(k, number); !fits) return fits;
    }
    return {};
  }
  result<void> operator()(const std::vector<std::string>& texts) const {
    std::set<std::string_view> seen;
    for (const std::string& text : texts) {
      if (auto fits = check_text(k, text); !fits) return fits;
      if (!seen.insert(text).second) return bad(k, quoted(text) + " twice");
    }
    return {};
  }
  result<void> operator()(const std::map<std::string, std::string>& pairs) const {
    for (const auto& [name, text] : pairs) {
      const std::string why = k.check == nullptr ? "" : k.check(name, text);
      if (!why.empty()) return bad(k, quoted(name) + " = " + quoted(text), why);
    }
    return {};
  }
};

}  // namespace

const key* find(std::string_view name) {
  const auto row = std::find_if(keys().begin(), keys().end(), [&](const key& k) { return k.name == name; });
  return row == keys().end() ? nullptr : &*row;
}

std::string_view closest(std::string_view name) {
  constexpr size_t longest_worth_comparing = 64;
  std::string_view best;
  size_t least = std::max<size_t>(2, name.size() / 4) + 1;  // farther than this is another word
  if (name.size() > longest_worth_comparing) return best;
  for (const key& k : keys()) {
    const size_t edits = distance(name, k.name);
    if (edits < least) {
      least = edits;
      best = k.name;
    }
  }
  return best;
}

std::string expectation(const key& k) {
  if (!k.expected.empty()) return std::string(k.expected);
  switch (k.type) {
    case value_type::boolean:
      return "true or false";
    case value_type::number:
      return "a whole number" + range_text(k);
    case value_type::duration:
      return "a duration" + duration_range(k);
    case value_type::text:
      return "a text in quotes";
    case value_type::choice:
      return "one of " + quoted_choices(k);
    case value_type::text_list:
      return "a list of texts";
    case value_type::number_list:
      return "a list of whole numbers" + range_text(k);
    case value_type::choice_list:
      return "a list of " + quoted_choices(k);
    case value_type::text_map:
      return "a table of texts";
  }
  return {};
}

result<void> check(const key& k, const value& v) {
  return std::visit(checker{k}, v);
}

}  // namespace confab::settings_table
