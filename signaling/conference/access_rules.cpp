#include "signaling/conference/access_rules.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "signaling/sip/uri.hpp"

namespace confab::conference {
namespace {

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

struct identity {
  std::string name;  ///< `user@domain`, or the domain again when there is no user
  std::string domain;
};

std::optional<identity> identity_of(const sip::uri& uri) {
  if (!uri.is_sip()) return std::nullopt;
  const std::string domain = lower(uri.host);
  if (uri.user.empty()) return identity{domain, domain};
  // Escapes and the host get the one form that rooms have, so that equal URIs are equal texts.
  const auto name = sip::room_of(uri);
  if (!name) return std::nullopt;
  return identity{name->value, domain};
}

result<std::string> normal_item(const std::string& item) {
  const auto uri = sip::parse_uri("sip:" + item);
  const size_t at = item.find('@');
  // The URI parser drops a password, so it is looked for here: "sip:alice@example.com" would read as one.
  const bool password = at != std::string::npos && item.find(':') < at;
  const bool bare = uri && !password && uri->port == 0 && uri->params.empty() && uri->headers.empty() &&
                    uri->user.empty() == (at == std::string::npos);
  const auto who = bare ? identity_of(*uri) : std::nullopt;
  if (who) return who->name;
  return {errc::bad_setting, "\"" + item + "\" is not a user@domain, a domain, \"all\" or \"none\""};
}

}  // namespace

result<access_order> parse_access_order(std::string_view text) {
  if (text == "allow,deny") return access_order::allow_deny;
  if (text == "deny,allow") return access_order::deny_allow;
  return {errc::bad_setting, R"(expected "allow,deny" or "deny,allow", found ")" + std::string(text) + "\""};
}

result<identity_list> identity_list::parse(const std::vector<std::string>& items) {
  identity_list out;
  for (const std::string& item : items) {
    if (item == "none") continue;
    if (item == "all" || item == "any" || item == "*") {
      out.everybody_ = true;
      continue;
    }
    auto name = normal_item(item);
    if (!name) return name.error();
    out.names_.push_back(std::move(*name));
  }
  std::sort(out.names_.begin(), out.names_.end());
  return out;
}

bool identity_list::matches(std::string_view uri) const {
  if (everybody_) return true;
  const auto parsed = sip::parse_uri(uri);
  const auto who = parsed ? identity_of(*parsed) : std::nullopt;
  return who && (std::binary_search(names_.begin(), names_.end(), who->name) ||
                 std::binary_search(names_.begin(), names_.end(), who->domain));
}

result<access_rules> access_rules::parse(std::string_view order, const std::vector<std::string>& allow,
                                         const std::vector<std::string>& deny) {
  const auto parsed_order = parse_access_order(order);
  if (!parsed_order) return parsed_order.error();
  auto allowed = identity_list::parse(allow);
  if (!allowed) return allowed.error();
  auto denied = identity_list::parse(deny);
  if (!denied) return denied.error();
  access_rules out;
  out.order_ = *parsed_order;
  out.allow_ = std::move(*allowed);
  out.deny_ = std::move(*denied);
  return out;
}

result<void> access_rules::judge(std::string_view uri) const {
  const bool allowed = allow_.matches(uri);
  const bool denied = deny_.matches(uri);
  switch (order_) {
    case access_order::allow_deny:
      if (denied) return {errc::forbidden, "the deny list names " + std::string(uri)};
      if (!allowed) return {errc::forbidden, "the allow list does not name " + std::string(uri)};
      return {};
    case access_order::deny_allow:
      if (denied && !allowed) {
        return {errc::forbidden, "the deny list names " + std::string(uri) + ", and the allow list does not"};
      }
      return {};
  }
  return {errc::forbidden, "no rule admits " + std::string(uri)};
}

}  // namespace confab::conference
