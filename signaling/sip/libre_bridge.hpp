#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "config/socket_address.hpp"
#include "signaling/sip/wire_message.hpp"

struct pl;
struct sa;
struct sip_msg;

/// Between libre's C types and ours. Only forward declarations: libre's header stays out of headers.
namespace confab::sip {

/// Gives a reference-counted libre object back.
struct re_release {
  void operator()(void* object) const noexcept;
};
/// Owns one reference.
template <class T>
using re_ptr = std::unique_ptr<T, re_release>;

[[nodiscard]] std::string_view view(const pl& text) noexcept;
[[nodiscard]] socket_address address_of(const sa& address);
void copy_address(sa& to, const socket_address& from);

/// libre's `enum sip_transp`: "udp", "tcp", "tls".
[[nodiscard]] const char* transport_name(int transport) noexcept;

/// The text of a message libre has parsed; borrows from it.
[[nodiscard]] std::string_view text_of(const sip_msg& message) noexcept;
/// The To tag libre puts into our responses to a request that has none.
[[nodiscard]] std::string reply_tag(const sip_msg& request);
[[nodiscard]] re_ptr<sip_msg> keep(const sip_msg* message) noexcept;

/// A random 64-bit number in hex, for tags, Call-IDs and cookies.
[[nodiscard]] std::string random_token();
[[nodiscard]] uint32_t random_number(uint32_t below) noexcept;
/// What an errno of libre means.
[[nodiscard]] std::string error_text(int error);

}  // namespace confab::sip
