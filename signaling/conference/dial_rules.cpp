#include "signaling/conference/dial_rules.hpp"

#include <algorithm>

#include "signaling/sip/text.hpp"
#include "signaling/sip/uri.hpp"

namespace confab::conference {

bool dial_rules::allow(const std::string& target) const {
  const auto wanted = sip::parse_uri(target);
  if (!wanted || !wanted->is_sip()) return false;
  return allowed_.empty() || std::any_of(allowed_.begin(), allowed_.end(), [&](const std::string& one) {
           return sip::same_word(one, "all") || sip::same_word(one, wanted->host);
         });
}

}  // namespace confab::conference
