#include "signaling/dns/resolver.hpp"

#include <array>

#include <re.h>

#include "config/log.hpp"

namespace confab::dns {

void resolver_release::operator()(dnsc* client) const noexcept {
  mem_deref(client);
}

resolver make_resolver(const std::vector<socket_address>& servers) {
  std::array<sa, 8> known{};
  uint32_t count = known.size();
  if (!servers.empty()) {
    count = 0;
    for (const auto& one : servers)
      if (count < known.size()) (void)sa_set_sa(&known[count++], one.raw());
  } else if (dns_srv_get(nullptr, 0, known.data(), &count) != 0) {
    count = 0;
  }
  if (count == 0)
    log::warning("no name server configured: SIP targets must be addresses or names of this machine");
  dnsc* client = nullptr;
  if (dnsc_alloc(&client, nullptr, known.data(), count) != 0) return nullptr;
  return resolver(client);
}

}  // namespace confab::dns
