#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"

namespace confab::conference {

/// Which list has the last word; the names are the ones the config file uses.
enum class access_order : uint8_t {
  allow_deny,  ///< admitted only if `allow` matches and `deny` does not
  deny_allow,  ///< refused only if `deny` matches and `allow` does not
};

/// "allow,deny" or "deny,allow"; anything else is a `bad_setting`.
result<access_order> parse_access_order(std::string_view text);

/// People and domains, compared as RFC 3261 §19.1.4 compares SIP URIs: the user part by case, the host not;
/// ports and parameters say nothing about who someone is.
class identity_list {
 public:
  /// Items are `user@domain`, `domain`, `all` (also `any`, `*`) and `none`; `bad_setting` names a wrong one.
  static result<identity_list> parse(const std::vector<std::string>& items);

  /// `uri` is a whole URI such as "sip:alice@example.com". One that cannot be read, or that is no SIP URI, is
  /// matched by `all` alone.
  [[nodiscard]] bool matches(std::string_view uri) const;
  [[nodiscard]] bool names_somebody() const noexcept { return !names_.empty(); }

 private:
  bool everybody_ = false;
  std::vector<std::string> names_;  ///< `user@domain` or `domain`, in normal form
};

/// Who may enter a room. Immutable once made, so any thread may ask.
class access_rules {
 public:
  static result<access_rules> parse(std::string_view order, const std::vector<std::string>& allow,
                                    const std::vector<std::string>& deny);

  /// `forbidden`, with the reason for the log, for whoever is not admitted.
  [[nodiscard]] result<void> judge(std::string_view uri) const;
  [[nodiscard]] bool goes_by_name() const noexcept {
    return allow_.names_somebody() || deny_.names_somebody();
  }

 private:
  access_order order_ = access_order::allow_deny;
  identity_list allow_;
  identity_list deny_;
};

}  // namespace confab::conference
