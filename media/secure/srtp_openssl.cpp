#include <algorithm>
#include <array>
#include <utility>

#include <openssl/crypto.h>

#include "config/limits.hpp"
#include "media/secure/key_derivation.hpp"
#include "media/secure/packet_layout.hpp"
#include "media/secure/packet_transform.hpp"
#include "media/secure/rollover.hpp"
#include "media/secure/source_table.hpp"
#include "media/secure/srtp_engines.hpp"

namespace confab::secure {
namespace {

/// What both directions are: one master key, the transform made of it, and the sources that used it.
template <size_t sources>
class direction {
 public:
  direction(media::srtp_suite suite, std::span<const uint8_t> master)
      : suite_(suite), key_bytes_(master.size()) {
    std::copy(master.begin(), master.end(), key_.begin());
  }
  direction(const direction&) = delete;
  direction& operator=(const direction&) = delete;
  ~direction() { OPENSSL_cleanse(key_.data(), key_.size()); }

  bool open(bool sealing) {
    const auto keys = derive_keys(suite_, std::span{key_}.first(key_bytes_));
    if (!keys) return false;
    transform_ = suite_ == media::srtp_suite::aead_aes_128_gcm ? make_gcm_transform(*keys, sealing)
                                                               : make_counter_transform(suite_, *keys);
    return transform_ != nullptr;
  }
  [[nodiscard]] bool is_for(media::srtp_suite suite, std::span<const uint8_t> master) const noexcept {
    return suite == suite_ && master.size() == key_bytes_ &&
           CRYPTO_memcmp(master.data(), key_.data(), key_bytes_) == 0;
  }

 protected:
  [[nodiscard]] media::srtp_suite suite() const noexcept { return suite_; }
  packet_transform& transform() noexcept { return *transform_; }
  source_table<sources>& known() noexcept { return known_; }

 private:
  static constexpr size_t longest_key = 46;

  std::unique_ptr<packet_transform> transform_;
  source_table<sources> known_;
  media::srtp_suite suite_;
  size_t key_bytes_;
  std::array<uint8_t, longest_key> key_{};  ///< tells whether a later negotiation keeps it
};

/// RFC 3711 §3.3, sender's side. The windows hold what was sent: sealing a sequence number again would use
/// its keystream again.
class sending final : public direction<limits::srtp_own_ssrcs_per_leg> {
 public:
  using direction::direction;

  result<size_t> protect_rtp(std::span<uint8_t> buffer, size_t length) {
    if (auto sound = check_clear(buffer, length, rtp_header_bytes); !sound) return sound.error();
    const uint32_t ssrc = word_at(buffer, 8);
    if (known().full() && known().find(ssrc) == nullptr) return {errc::exhausted, "too many SSRCs"};
    const auto clear = clear_rtp_bytes(buffer.first(length));
    if (!clear) return {errc::malformed, "SRTP malformed"};  // and the SSRC takes no place
    source_state* const source = state_of(ssrc);
    const auto sequence = static_cast<uint16_t>(buffer[2] << 8 | buffer[3]);
    const uint64_t index = estimate_index(source->rtp.highest(), sequence);
    if (index >= rtp_index_end) return {errc::exhausted, "SRTP key spent"};
    if (!source->rtp.is_new(index)) return {errc::replayed, "SRTP replay"};
    source->rtp.add(index);
    if (!transform().seal_rtp(buffer, length, *clear, index)) return {errc::unavailable, "SRTP failed"};
    return length + rtp_tag_bytes(suite());
  }

  result<size_t> protect_rtcp(std::span<uint8_t> buffer, size_t length) {
    if (auto sound = check_clear(buffer, length, rtcp_header_bytes); !sound) return sound.error();
    source_state* const source = state_of(word_at(buffer, 4));
    if (source == nullptr) return {errc::exhausted, "too many SSRCs"};
    if (source->rtcp.highest() >= last_rtcp_index) return {errc::exhausted, "SRTP key spent"};
    const uint64_t index = source->rtcp.highest() + 1;
    source->rtcp.add(index);
    if (!transform().seal_rtcp(buffer, length, static_cast<uint32_t>(index))) {
      return {errc::unavailable, "SRTP failed"};
    }
    return length + rtcp_index_bytes + rtcp_tag_bytes(suite());
  }

 private:
  source_state* state_of(uint32_t ssrc) noexcept {
    source_state* const source = known().find(ssrc);
    if (source != nullptr) return source;
    return known().full() ? nullptr : &known().add(ssrc);
  }
};

/// RFC 3711 §3.3, receiver's side. A packet changes nothing before its tag is found to fit.
class receiving final : public direction<limits::srtp_ssrcs_per_leg> {
 public:
  using direction::direction;

  result<size_t> unprotect_rtp(std::span<uint8_t> packet) {
    const size_t tag = rtp_tag_bytes(suite());
    if (auto sound = check_sealed(packet, rtp_header_bytes + tag); !sound) return sound.error();
    const uint32_t ssrc = word_at(packet, 8);
    source_state* const source = known().find(ssrc);
    if (source == nullptr && known().full()) return {errc::exhausted, "too many SSRCs"};
    const auto clear = clear_rtp_bytes(packet);
    if (!clear) return {errc::malformed, "SRTP malformed"};
    const replay_window& seen = source != nullptr ? source->rtp : unheard_;
    const auto sequence = static_cast<uint16_t>(packet[2] << 8 | packet[3]);
    const uint64_t index = estimate_index(seen.highest(), sequence);
    if (index >= rtp_index_end) return {errc::exhausted, "SRTP key spent"};
    if (!seen.is_new(index)) return {errc::replayed, "SRTP replay"};
    if (*clear > packet.size() - tag) return {errc::malformed, "SRTP malformed"};
    if (!transform().open_rtp(packet, *clear, index)) return {errc::unauthentic, "SRTP tag"};
    (source != nullptr ? *source : known().add(ssrc)).rtp.add(index);
    return packet.size() - tag;
  }

  result<size_t> unprotect_rtcp(std::span<uint8_t> packet) {
    const size_t tag = rtcp_tag_bytes(suite());
    if (auto sound = check_sealed(packet, rtcp_header_bytes + rtcp_index_bytes + tag); !sound) {
      return sound.error();
    }
    const uint32_t ssrc = word_at(packet, 4);
    source_state* const source = known().find(ssrc);
    if (source == nullptr && known().full()) return {errc::exhausted, "too many SSRCs"};
    // RFC 7714 §9.2: the index stands behind the tag; RFC 3711 §3.4: before it.
    const bool gcm = suite() == media::srtp_suite::aead_aes_128_gcm;
    const uint32_t trailer = word_at(packet, packet.size() - rtcp_index_bytes - (gcm ? 0 : tag));
    // SDES would have said UNENCRYPTED_SRTCP (RFC 4568 §6.3.2), which is not offered here. What GCM
    // authenticates without encrypting passes all the same, as it does with libsrtp2.
    if (!gcm && (trailer >> 31) == 0) return {errc::malformed, "SRTP malformed"};
    const uint32_t index = trailer & last_rtcp_index;
    if (!(source != nullptr ? source->rtcp : unheard_).is_new(index)) return {errc::replayed, "SRTP replay"};
    if (!transform().open_rtcp(packet, trailer)) return {errc::unauthentic, "SRTP tag"};
    (source != nullptr ? *source : known().add(ssrc)).rtcp.add(index);
    return packet.size() - rtcp_index_bytes - tag;
  }

 private:
  static constexpr replay_window unheard_{};
};

/// A direction for what `current` is not made for; null when `current` goes on.
template <class side>
result<std::unique_ptr<side>> successor(const side* current, media::srtp_suite suite,
                                        std::span<const uint8_t> key) {
  if (current != nullptr && current->is_for(suite, key)) return std::unique_ptr<side>{};
  auto made = std::make_unique<side>(suite, key);
  if (!made->open(std::is_same_v<side, sending>)) {
    return {errc::unavailable, "OpenSSL does not offer " + std::string{media::to_string(suite)}};
  }
  return made;
}

class openssl_session final : public srtp_session {
 public:
  result<void> rekey(const media::srtp_settings& settings) override {
    if (auto sound = check_keys(settings); !sound) return sound;
    auto sender = successor(sender_.get(), settings.suite, settings.local_key);
    if (!sender) return sender.error();
    auto receiver = successor(receiver_.get(), settings.suite, settings.remote_key);
    if (!receiver) return receiver.error();
    if (*sender) sender_ = std::move(*sender);
    if (*receiver) receiver_ = std::move(*receiver);
    return {};
  }
  result<size_t> protect_rtp(std::span<uint8_t> buffer, size_t length) override {
    return sender_->protect_rtp(buffer, length);
  }
  result<size_t> protect_rtcp(std::span<uint8_t> buffer, size_t length) override {
    return sender_->protect_rtcp(buffer, length);
  }
  result<size_t> unprotect_rtp(std::span<uint8_t> packet) override {
    return receiver_->unprotect_rtp(packet);
  }
  result<size_t> unprotect_rtcp(std::span<uint8_t> packet) override {
    return receiver_->unprotect_rtcp(packet);
  }

 private:
  std::unique_ptr<sending> sender_;
  std::unique_ptr<receiving> receiver_;
};

}  // namespace

result<std::unique_ptr<srtp_session>> make_openssl_session(const media::srtp_settings& settings) {
  auto session = std::make_unique<openssl_session>();
  if (auto keyed = session->rekey(settings); !keyed) return keyed.error();
  return std::unique_ptr<srtp_session>{std::move(session)};
}

}  // namespace confab::secure
