#pragma once

#include <memory>
#include <vector>

#include "config/result.hpp"
#include "config/settings.hpp"
#include "signaling/sip/user_store.hpp"

namespace confab::actors {

/// The users of `sip.users-file`; null when nobody is to be asked. The error says what is wrong with the file
/// and where. A file that everybody on the machine can read is used, with a warning.
result<std::shared_ptr<const sip::user_store>> configured_users(const settings::sip_settings& s);

/// `sip.digest-algorithms`; refused when there is none.
result<std::vector<sip::digest_algorithm>> configured_algorithms(const settings::sip_settings& s);

}  // namespace confab::actors
