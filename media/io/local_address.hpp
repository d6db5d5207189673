#pragma once

#include "config/result.hpp"
#include "config/socket_address.hpp"

namespace confab::io {

/// The address this machine would send from to reach `remote` (routing decides; nothing is sent). Port 0.
result<socket_address> local_address_towards(const socket_address& remote);

/// The address of the default route, else loopback.
socket_address default_local_address();

}  // namespace confab::io
