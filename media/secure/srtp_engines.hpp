#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "config/result.hpp"
#include "media/secure/srtp.hpp"

/// What stands behind `make_srtp_session`; for this folder only.
namespace confab::secure {

/// Both refuse like `make_srtp_session`, and `unavailable` when the library does not offer the suite.
result<std::unique_ptr<srtp_session>> make_openssl_session(const media::srtp_settings& settings);
result<std::unique_ptr<srtp_session>> make_libsrtp_session(const media::srtp_settings& settings);

/// Refuses keys of a wrong length.
result<void> check_keys(const media::srtp_settings& settings);
/// Lengths of a packet to seal: `least` to `limits::rtp_packet_bytes`, and room for what sealing adds.
result<void> check_clear(std::span<const uint8_t> buffer, size_t length, size_t least);
/// Lengths of a packet to open.
result<void> check_sealed(std::span<const uint8_t> packet, size_t least);

}  // namespace confab::secure
