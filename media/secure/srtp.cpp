#include "media/secure/srtp.hpp"

#include <cerrno>
#include <cstdlib>
#include <string>

#include <sys/random.h>

#include "config/limits.hpp"
#include "media/secure/srtp_engines.hpp"

namespace confab::secure {

std::optional<srtp_engine> srtp_engine_named(std::string_view name) noexcept {
  if (name == "auto") return srtp_engine::automatic;
  if (name == "openssl") return srtp_engine::openssl;
  if (name == "libsrtp2") return srtp_engine::libsrtp2;
  return std::nullopt;
}

result<std::unique_ptr<srtp_session>> make_srtp_session(const media::srtp_settings& settings,
                                                        srtp_engine engine) {
  switch (engine) {
    case srtp_engine::openssl:
      return make_openssl_session(settings);
    case srtp_engine::libsrtp2:
      return make_libsrtp_session(settings);
    case srtp_engine::automatic:
      break;
  }
  auto session = make_openssl_session(settings);
  if (session || session.error().code != errc::unavailable) return session;
  return make_libsrtp_session(settings);
}

result<void> check_keys(const media::srtp_settings& settings) {
  const size_t expected = media::key_and_salt_bytes(settings.suite);
  if (settings.local_key.size() == expected && settings.remote_key.size() == expected) return {};
  return {errc::malformed, std::string{media::to_string(settings.suite)} + " takes keys of " +
                               std::to_string(expected) + " bytes with their salt; got " +
                               std::to_string(settings.local_key.size()) + " and " +
                               std::to_string(settings.remote_key.size())};
}

// Short texts here and in the engines: these refusals happen inside a tick and must not allocate.
result<void> check_clear(std::span<const uint8_t> buffer, size_t length, size_t least) {
  if (length < least || length > limits::rtp_packet_bytes) return {errc::malformed, "SRTP malformed"};
  if (buffer.size() < length + max_trailer_bytes) return {errc::too_large, "no room for tag"};
  return {};
}

result<void> check_sealed(std::span<const uint8_t> packet, size_t least) {
  if (packet.size() < least) return {errc::malformed, "SRTP malformed"};
  if (packet.size() > limits::rtp_packet_bytes + max_trailer_bytes) return {errc::too_large, "SRTP too long"};
  return {};
}

std::vector<uint8_t> random_key(media::srtp_suite suite) {
  std::vector<uint8_t> key(media::key_and_salt_bytes(suite));
  // Up to 256 bytes come whole once the generator is seeded; a machine without randomness must not send
  // "secure" media.
  ssize_t got = -1;
  do {
    got = getrandom(key.data(), key.size(), 0);
  } while (got < 0 && errno == EINTR);
  if (got != static_cast<ssize_t>(key.size())) std::abort();
  return key;
}

}  // namespace confab::secure
