#include "signaling/sdp/file_attributes.hpp"

#include <algorithm>

#include "signaling/sdp/text.hpp"

namespace confab::sdp {
namespace {

error malformed(std::string_view what, std::string_view value) {
  constexpr size_t shown_bytes = 80;
  return {errc::malformed, std::string(what) + ": " + std::string(value.substr(0, shown_bytes))};
}

bool is_word(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) { return c > ' ' && c != 0x7f; });
}

/// The field of that name, or null.
std::string* field_of(file_dates& dates, std::string_view name) {
  if (name == "creation") return &dates.creation;
  if (name == "modification") return &dates.modification;
  if (name == "read") return &dates.read;
  return nullptr;
}

}  // namespace

result<std::string> parse_file_transfer_id(std::string_view value) {
  const std::string_view id = text::trimmed(value);
  if (!is_word(id)) return malformed("not an a=file-transfer-id", value);
  return std::string(id);
}

result<std::string> parse_file_icon(std::string_view value) {
  const std::string_view url = text::trimmed(value);
  auto id = text::percent_decoded(url.substr(std::min<size_t>(4, url.size())));  // RFC 2392 §2
  if (!text::same(url.substr(0, 4), "cid:") || !is_word(id)) return malformed("not an a=file-icon", value);
  return id;
}

std::string write_file_icon(std::string_view content_id) {
  std::string out = "cid:";
  for (const char c : content_id) out += c == '%' ? std::string("%25") : std::string(1, c);
  return out;
}

result<file_disposition> parse_file_disposition(std::string_view value) {
  for (const auto one : {file_disposition::render, file_disposition::attachment}) {
    if (text::same(text::trimmed(value), write(one))) return one;
  }
  return {errc::unsupported, "an unknown a=file-disposition"};
}

std::string_view write(file_disposition disposition) noexcept {
  switch (disposition) {
    case file_disposition::render:
      return "render";
    case file_disposition::attachment:
      return "attachment";
  }
  return "attachment";
}

result<file_dates> parse_file_dates(std::string_view value) {
  file_dates dates;
  std::string_view rest = text::trimmed(value);
  while (!rest.empty()) {
    const size_t open = rest.find(":\"");
    const size_t close = open == std::string_view::npos ? open : rest.find('"', open + 2);
    if (close == std::string_view::npos) return malformed("not an a=file-date", value);
    std::string* field = field_of(dates, rest.substr(0, open));
    if (field == nullptr || !field->empty() || close == open + 2)
      return malformed("not an a=file-date", value);
    *field = rest.substr(open + 2, close - open - 2);
    rest = text::trimmed(rest.substr(close + 1));
  }
  return dates;
}

std::string write(const file_dates& dates) {
  std::string out;
  const auto put = [&](std::string_view name, const std::string& date) {
    if (date.empty()) return;
    if (!out.empty()) out += ' ';
    out += name;
    out += ":\"" + date + "\"";
  };
  put("creation", dates.creation);
  put("modification", dates.modification);
  put("read", dates.read);
  return out;
}

result<file_range> parse_file_range(std::string_view value) {
  constexpr uint64_t most = uint64_t{1} << 62;
  const std::string_view range = text::trimmed(value);
  const size_t dash = std::min(range.find('-'), range.size());
  const std::string_view last = range.substr(std::min(dash + 1, range.size()));
  const auto start = text::number(range.substr(0, dash), most);
  const auto end = text::number(last, most);
  if (!start || *start == 0 || (last != "*" && (!end || *end < *start)))
    return malformed("not an a=file-range", value);
  return file_range{*start, end};
}

std::string write(const file_range& range) {
  return std::to_string(range.start) + "-" + (range.end ? std::to_string(*range.end) : "*");
}

}  // namespace confab::sdp
