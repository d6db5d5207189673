#include "signaling/sip/transports.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <ifaddrs.h>
#include <re.h>
#include <sys/mman.h>
#include <unistd.h>

#include "config/log.hpp"
#include "signaling/sip/dialog.hpp"
#include "signaling/sip/text.hpp"

namespace confab::sip {

namespace {

bool is_loopback(const socket_address& address) {
  if (address.family() == AF_INET)
    return (ntohl(reinterpret_cast<const sockaddr_in*>(address.raw())->sin_addr.s_addr) >> 24) == 127;
  return IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6*>(address.raw())->sin6_addr) != 0;
}

int reach(const socket_address& address) {
  if (is_loopback(address)) return 2;
  return is_private(address) ? 1 : 0;
}

/// The machine's addresses of a family, the farthest reaching first.
std::vector<socket_address> machine_addresses(int family) {
  std::vector<socket_address> out;
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0) return out;
  for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr || one->ifa_addr->sa_family != family) continue;
    const socklen_t length = family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    const socket_address address(one->ifa_addr, length);
    // Link-local IPv6 needs a scope that no SIP URI carries.
    if (family == AF_INET6 &&
        IN6_IS_ADDR_LINKLOCAL(&reinterpret_cast<const sockaddr_in6*>(one->ifa_addr)->sin6_addr))
      continue;
    if (std::find(out.begin(), out.end(), address) == out.end()) out.push_back(address);
  }
  freeifaddrs(all);
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return reach(a) < reach(b); });
  return out;
}

/// The address the kernel would send from; nothing is sent.
socket_address source_towards(const socket_address& peer) {
  const int fd = socket(peer.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return {};
  socket_address target = peer;
  if (target.port() == 0) target.set_port(5060);
  sockaddr_in6 raw{};
  socklen_t length = sizeof(raw);
  const bool known = connect(fd, target.raw(), target.raw_length()) == 0 &&
                     getsockname(fd, reinterpret_cast<sockaddr*>(&raw), &length) == 0;
  close(fd);
  return known ? socket_address(reinterpret_cast<const sockaddr*>(&raw), length) : socket_address{};
}

result<std::string> read_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return {errc::unavailable, "cannot read " + name};
  return text.str();
}

enum sip_transp number_of(std::string_view transport) {
  if (transport == "udp") return SIP_TRANSP_UDP;
  return transport == "tcp" ? SIP_TRANSP_TCP : SIP_TRANSP_TLS;
}

/// A free port, found by binding to it and letting go: libre does not tell which one it got.
uint16_t free_port(const socket_address& address, bool datagram) {
  const int fd = socket(address.family(), (datagram ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
  if (fd < 0) return 0;
  sockaddr_in6 raw{};
  socklen_t length = sizeof(raw);
  const bool bound = bind(fd, address.raw(), address.raw_length()) == 0 &&
                     getsockname(fd, reinterpret_cast<sockaddr*>(&raw), &length) == 0;
  close(fd);
  return bound ? socket_address(reinterpret_cast<const sockaddr*>(&raw), length).port() : uint16_t{0};
}

}  // namespace

result<listen_entry> parse_listen(std::string_view text) {
  const auto slashes = text.find("://");
  const auto colon = text.rfind(':');
  listen_entry out;
  if (slashes != std::string_view::npos) out.transport = lower_case(text.substr(0, slashes));
  const bool known = out.transport == "udp" || out.transport == "tcp" || out.transport == "tls";
  if (!known || colon <= slashes + 2) return {errc::bad_setting, "not a listener: " + std::string(text)};
  const auto port = parse_number(text.substr(colon + 1), 65535);
  auto address = socket_address::parse(text.substr(slashes + 3, colon - slashes - 3),
                                       static_cast<uint16_t>(port.value_or(0)));
  if (!port || !address) return {errc::bad_setting, "not a listener: " + std::string(text)};
  out.address = *address;
  return out;
}

result<void> transports::load_certificate(const endpoint_settings& settings) {
  // libre reads chain and key from one file; a memory file joins the two and touches no disk.
  auto chain = read_file(settings.certificate_file);
  if (!chain) return chain.error();
  auto key =
      read_file(settings.private_key_file.empty() ? settings.certificate_file : settings.private_key_file);
  if (!key) return key.error();
  const std::string both = *chain + "\n" + *key;
  const int fd = memfd_create("confab-tls", MFD_CLOEXEC);
  if (fd < 0 || write(fd, both.data(), both.size()) != static_cast<ssize_t>(both.size())) {
    if (fd >= 0) close(fd);
    return {errc::unavailable, "no memory for the TLS certificate"};
  }
  tls* made = nullptr;
  const int failed =
      tls_alloc(&made, TLS_METHOD_SSLV23, ("/proc/self/fd/" + std::to_string(fd)).c_str(), nullptr);
  close(fd);
  if (failed != 0)
    return {errc::bad_setting,
            "the TLS certificate " + settings.certificate_file + " or its key cannot be used"};
  tls_.reset(made);
  if (!settings.ca_file.empty() && tls_add_ca(made, settings.ca_file.c_str()) != 0)
    return {errc::bad_setting, "cannot use the CA file " + settings.ca_file};
  if (!settings.ca_file.empty() || settings.verify_peers) peers_.watch(made, settings.verify_peers);
  return {};
}

result<void> transports::open_one(::sip* stack, std::string_view transport, socket_address& address,
                                  bool may_vanish) {
  const bool datagram = transport == "udp";
  const bool any_port = address.port() == 0;
  int failed = EADDRINUSE;
  // A port found free can be taken before libre binds it; then another is tried.
  for (int attempt = 0; attempt < (any_port ? 20 : 1) && failed != 0; ++attempt) {
    if (any_port) {
      address.set_port(0);
      address.set_port(free_port(address, datagram));
    }
    sa local{};
    copy_address(local, address);
    failed = sip_transp_add(stack, number_of(transport), &local, tls_.get());
  }
  if (failed == EADDRNOTAVAIL && may_vanish) {
    log::warning("an address of this machine cannot be used, listener skipped",
                 {{"listen", std::string(transport) + "://" + address.to_string()}});
    return {};
  }
  if (failed != 0)
    return {errc::unavailable, "cannot listen on " + std::string(transport) + "://" + address.to_string() +
                                   ": " + error_text(failed)};
  listeners_.push_back({std::string(transport), address});
  return {};
}

result<void> transports::open(::sip* stack, const endpoint_settings& settings) {
  advertised_ = settings.advertised_address;
  if (advertised_.find(':') != std::string::npos && advertised_.front() != '[')
    advertised_ = "[" + advertised_ + "]";
  for (const auto& text : settings.listen) {
    auto entry = parse_listen(text);
    if (!entry) return entry.error();
    if (entry->transport == "tls" && !tls_)
      if (auto loaded = load_certificate(settings); !loaded) return loaded;
    if (!entry->address.is_any_host()) {
      if (auto opened = open_one(stack, entry->transport, entry->address, false); !opened) return opened;
    } else if (auto opened = open_everywhere(stack, *entry); !opened) {
      return opened;
    }
  }
  return {};
}

result<void> transports::open_everywhere(::sip* stack, const listen_entry& entry) {
  const auto addresses = machine_addresses(entry.address.family());
  if (addresses.empty())
    log::warning("no address of this family on this machine, listener skipped",
                 {{"listen", entry.transport + "://" + entry.address.to_string()}});
  auto port = entry.address.port();
  if (port == 0) port = free_port(entry.address, entry.transport == "udp");  // one for all addresses
  for (auto address : addresses) {
    address.set_port(port);
    if (auto opened = open_one(stack, entry.transport, address, true); !opened) return opened;
  }
  return {};
}

bool transports::serves(std::string_view transport) const noexcept {
  return std::any_of(listeners_.begin(), listeners_.end(),
                     [&](const auto& l) { return l.transport == transport; });
}

socket_address transports::local_for(std::string_view transport, const socket_address& peer,
                                     const socket_address& hint) const {
  const auto local = hint.is_specified() ? hint : source_towards(peer);
  const bound_listener* best = nullptr;
  for (const auto& one : listeners_) {
    if (one.transport != transport || one.address.family() != peer.family()) continue;
    if (best == nullptr || one.address.same_host(local)) best = &one;
  }
  return best == nullptr ? local : best->address;
}

std::string transports::sent_by(std::string_view transport, const socket_address& peer,
                                const socket_address& hint) const {
  const auto local = local_for(transport, peer, hint);
  if (advertised_.empty()) return local.to_string();
  return advertised_ + ":" + std::to_string(local.port());
}

}  // namespace confab::sip
