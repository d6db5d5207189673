#pragma once

#include <string>
#include <vector>

namespace confab::conference {

/// Where participants may have people called.
class dial_rules {
 public:
  /// `dial_to`: domains and addresses, or "all". Empty: `served`; both empty: anywhere.
  dial_rules(const std::vector<std::string>& dial_to, const std::vector<std::string>& served)
      : allowed_(dial_to.empty() ? served : dial_to) {}

  /// `target` is a SIP URI; one that cannot be read is not allowed.
  [[nodiscard]] bool allow(const std::string& target) const;

 private:
  std::vector<std::string> allowed_;
};

}  // namespace confab::conference
