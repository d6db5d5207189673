#include "signaling/sip/asserted_identity.hpp"

#include <algorithm>

#include "config/limits.hpp"
#include "signaling/sip/text.hpp"
#include "signaling/sip/uri.hpp"

namespace confab::sip {

std::optional<std::string> asserted_identity(const wire_message& request) {
  const std::string joined = request.joined("p-asserted-identity");
  std::string address;
  std::string number;
  for (const std::string_view value : split(joined, ',')) {
    const auto named = parse_name_addr(value);
    const auto who = named ? parse_uri(named->uri) : result<uri>(named.error());
    if (!who || named->uri.size() > limits::uri_bytes) return std::nullopt;
    const bool is_number = who->scheme == "tel";
    const auto user = room_of(*who);  // user@host in the one form that compares
    if (!is_number && (!who->is_sip() || !user)) return std::nullopt;
    std::string& slot = is_number ? number : address;
    if (!slot.empty()) return std::nullopt;
    slot = is_number ? "tel:" + who->host.substr(0, who->host.find(';')) : "sip:" + user->value;
  }
  if (!address.empty()) return address;
  return number.empty() ? std::nullopt : std::optional(number);
}

bool wants_privacy(const wire_message& request) {
  const std::string joined = request.joined("privacy");
  const auto lists = split(joined, ',');  // one line is the rule; two say what one would
  return std::any_of(lists.begin(), lists.end(), [](std::string_view list) {
    const auto wishes = split(list, ';');
    return std::any_of(wishes.begin(), wishes.end(), [](std::string_view wish) {
      return same_word(wish, "id") || same_word(wish, "user") || same_word(wish, "header");
    });
  });
}

}  // namespace confab::sip
