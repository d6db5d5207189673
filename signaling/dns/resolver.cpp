#include "signaling/dns/resolver.hpp"

#include <array>

#include <re.h>

#include "config/log.hpp"

namespace confab::dns {

void resolver_release::operator()(dnsc* client) const noexcept {
  mem_deref(client);
}

resolver make_resolver() {
  std::array<sa, 8> servers{};
  uint32_t count = servers.size();
  if (dns_srv_get(nullptr, 0, servers.data(), &count) != 0) count = 0;
  if (count == 0)
    log::warning("no name server configured: SIP targets must be addresses or names of this machine");
  dnsc* client = nullptr;
  if (dnsc_alloc(&client, nullptr, servers.data(), count) != 0) return nullptr;
  return resolver(client);
}

}  // namespace confab::dns
