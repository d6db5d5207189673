#pragma once

#include <memory>
#include <vector>

#include "config/socket_address.hpp"

struct dnsc;

namespace confab::dns {

struct resolver_release {
  void operator()(dnsc* client) const noexcept;
};
using resolver = std::unique_ptr<dnsc, resolver_release>;

/// libre's DNS client with the machine's name servers (resolv.conf), for RFC 3263. Without any, queries fail
/// at once and only literals and names of this machine work. Make it on the thread that will use it.
/// `servers`: ask these instead.
[[nodiscard]] resolver make_resolver(const std::vector<socket_address>& servers = {});

}  // namespace confab::dns
