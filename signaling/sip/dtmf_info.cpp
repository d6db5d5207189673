#include "signaling/sip/dtmf_info.hpp"

#include "signaling/sip/text.hpp"

namespace confab::sip {

namespace {

result<char> digit_of(std::string_view text) {
  text = trim(text);
  // Event numbers of RFC 4733 §3.2 stand for * # A-D with some phones.
  if (text.size() == 2 && text.front() == '1' && text.back() >= '0' && text.back() <= '5')
    return "*#ABCD"[text.back() - '0'];
  if (text.size() != 1) return {errc::malformed, "no DTMF digit"};
  const char c =
      text.front() >= 'a' && text.front() <= 'd' ? static_cast<char>(text.front() - 'a' + 'A') : text.front();
  if ((c >= '0' && c <= '9') || c == '*' || c == '#' || (c >= 'A' && c <= 'D')) return c;
  return {errc::malformed, "no DTMF digit"};
}

}  // namespace

result<char> parse_dtmf_info(std::string_view content_type, std::string_view body) {
  const auto type = without_parameters(content_type);
  if (same_word(type, "application/dtmf")) return digit_of(body);
  if (!same_word(type, "application/dtmf-relay")) return {errc::unsupported, "not a DTMF body"};
  while (!body.empty()) {
    const auto end = body.find('\n');
    const auto line = trim(body.substr(0, end));
    const auto equals = line.find('=');
    if (equals != std::string_view::npos && same_word(trim(line.substr(0, equals)), "signal"))
      return digit_of(line.substr(equals + 1));
    if (end == std::string_view::npos) break;
    body.remove_prefix(end + 1);
  }
  return {errc::malformed, "no Signal line"};
}

}  // namespace confab::sip
