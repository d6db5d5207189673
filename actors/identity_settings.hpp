#pragma once

#include <memory>

#include "config/result.hpp"
#include "config/settings.hpp"
#include "signaling/conference/rules_book.hpp"
#include "signaling/sip/endpoint.hpp"

namespace confab::actors {

/// Fills in how callers prove who they are: users, passwords, certificates, proxies. `bad_setting` for
/// settings that contradict each other, or a users file that cannot be used; warns of what proves less than
/// it seems to.
result<void> configure_identity(sip::endpoint_settings& out, const settings& configured,
                                std::shared_ptr<const conference::rules_book> rules);

}  // namespace confab::actors
