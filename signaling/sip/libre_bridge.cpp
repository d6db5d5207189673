#include "signaling/sip/libre_bridge.hpp"

#include <array>
#include <cstring>

#include <re.h>

namespace confab::sip {

void re_release::operator()(void* object) const noexcept {
  mem_deref(object);
}

std::string_view view(const pl& text) noexcept {
  return text.p == nullptr ? std::string_view{} : std::string_view(text.p, text.l);
}

socket_address address_of(const sa& address) {
  return {&address.u.sa, address.len};
}

void copy_address(sa& to, const socket_address& from) {
  sa_init(&to, from.family());
  sa_set_sa(&to, from.raw());
}

const char* transport_name(int transport) noexcept {
  switch (transport) {
    case SIP_TRANSP_UDP:
      return "udp";
    case SIP_TRANSP_TCP:
      return "tcp";
    case SIP_TRANSP_TLS:
      return "tls";
    default:
      return "other";  // an int here: websockets are never listened on
  }
}

std::string_view text_of(const sip_msg& message) noexcept {
  const char* start = message.req ? message.met.p : message.ver.p;
  const auto* end = reinterpret_cast<const char*>(message.mb->buf + message.mb->end);
  return {start, static_cast<size_t>(end - start)};
}

std::string reply_tag(const sip_msg& request) {
  std::array<char, 17> text{};
  (void)re_snprintf(text.data(), text.size(), "%016llx", request.tag);
  return text.data();
}

re_ptr<sip_msg> keep(const sip_msg* message) noexcept {
  return re_ptr<sip_msg>(static_cast<sip_msg*>(mem_ref(const_cast<sip_msg*>(message))));
}

std::string random_token() {
  std::array<char, 17> text{};
  (void)re_snprintf(text.data(), text.size(), "%016llx", rand_u64());
  return text.data();
}

uint32_t random_number(uint32_t below) noexcept {
  return below == 0 ? 0 : rand_u32() % below;
}

std::string error_text(int error) {
  return std::strerror(error);
}

}  // namespace confab::sip
