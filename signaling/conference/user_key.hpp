#pragma once

#include <string>
#include <string_view>

#include "config/ids.hpp"

/// Which legs are one user (decision 019).
namespace confab::conference {

/// Legs with the same key are one user: those that name one person and are verified, or those that name it
/// and are not. The name is compared as RFC 3261 §19.1.4 does, its port included. Whoever hides (RFC 3323),
/// or has no URI, is a user of its own.
[[nodiscard]] std::string user_key(std::string_view uri, bool verified, leg_id leg);
/// The key of those who name the same person and are not verified, or are. Empty for one who hides.
[[nodiscard]] std::string rival_key(std::string_view key);

/// How documents name a user: its URI without parameters; for one who hides, one that nobody else has.
[[nodiscard]] std::string user_entity(std::string_view uri, leg_id leg);
/// How they name those whom nobody verified, while somebody verified has that entity.
[[nodiscard]] std::string unverified_entity(std::string_view entity);
/// Whether a URI names those: it has the parameter that `unverified_entity` writes.
[[nodiscard]] bool names_unverified(std::string_view uri);

}  // namespace confab::conference
