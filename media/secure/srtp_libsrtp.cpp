#include <algorithm>
#include <array>
#include <utility>

#include <srtp2/srtp.h>
#include <string.h>  // explicit_bzero

#include "config/limits.hpp"
#include "media/secure/packet_layout.hpp"
#include "media/secure/srtp_engines.hpp"

namespace confab::secure {
namespace {

constexpr unsigned replay_window_packets = 128;  // RFC 3711 §3.3.2 asks for at least 64

/// libsrtp's tables, set up once in the process; later contexts are independent of each other.
bool library_ready() {
  static const bool ready = srtp_init() == srtp_err_status_ok;
  return ready;
}

/// Short texts: these refusals happen inside a tick and must not allocate.
error refusal(srtp_err_status_t status) {
  if (status == srtp_err_status_replay_fail || status == srtp_err_status_replay_old) {
    return {errc::replayed, "SRTP replay"};
  }
  if (status == srtp_err_status_auth_fail || status == srtp_err_status_cipher_fail) {
    return {errc::unauthentic, "SRTP tag"};
  }
  if (status == srtp_err_status_bad_param || status == srtp_err_status_parse_err ||
      status == srtp_err_status_cant_check) {  // SRTCP that is not encrypted
    return {errc::malformed, "SRTP malformed"};
  }
  if (status == srtp_err_status_key_expired) return {errc::exhausted, "SRTP key spent"};
  return {errc::unavailable, "SRTP failed"};
}

void set_suite(srtp_policy_t& policy, media::srtp_suite suite) {
  switch (suite) {
    case media::srtp_suite::aes_cm_128_hmac_sha1_80:
      srtp_crypto_policy_set_rtp_default(&policy.rtp);
      srtp_crypto_policy_set_rtcp_default(&policy.rtcp);
      return;
    case media::srtp_suite::aes_cm_128_hmac_sha1_32:
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32(&policy.rtp);
      srtp_crypto_policy_set_rtcp_default(&policy.rtcp);  // RFC 4568 §6.2.2: SRTCP keeps the 80-bit tag
      return;
    case media::srtp_suite::aes_256_cm_hmac_sha1_80:
      srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80(&policy.rtp);
      srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80(&policy.rtcp);
      return;
    case media::srtp_suite::aead_aes_128_gcm:
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
      return;
  }
}

/// Owns one libsrtp context: one direction under one key.
class context {
 public:
  context(media::srtp_suite suite, std::span<const uint8_t> key)
      : suite_(suite), key_(key.begin(), key.end()) {}
  context(const context&) = delete;
  context& operator=(const context&) = delete;
  ~context() {
    if (handle_ != nullptr) srtp_dealloc(handle_);
    explicit_bzero(key_.data(), key_.size());
  }

  bool open(srtp_ssrc_type_t direction) {
    srtp_policy_t policy{};
    set_suite(policy, suite_);
    policy.ssrc.type = direction;
    policy.key = key_.data();  // copied by srtp_create
    policy.window_size = replay_window_packets;
    policy.allow_repeat_tx = 0;
    return srtp_create(&handle_, &policy) == srtp_err_status_ok;
  }
  [[nodiscard]] bool is_for(media::srtp_suite suite, std::span<const uint8_t> key) const noexcept {
    return suite == suite_ && std::equal(key.begin(), key.end(), key_.begin(), key_.end());
  }
  [[nodiscard]] srtp_t handle() const noexcept { return handle_; }

 private:
  media::srtp_suite suite_;
  std::vector<uint8_t> key_;
  srtp_t handle_ = nullptr;
};

/// A context for what `current` is not made for; null when `current` goes on.
result<std::unique_ptr<context>> successor(const context* current, media::srtp_suite suite,
                                           std::span<const uint8_t> key, srtp_ssrc_type_t direction) {
  if (current != nullptr && current->is_for(suite, key)) return std::unique_ptr<context>{};
  auto made = std::make_unique<context>(suite, key);
  if (!made->open(direction)) {
    return {errc::unavailable, "libsrtp2 refuses " + std::string{media::to_string(suite)}};
  }
  return made;
}

/// libsrtp keeps a stream for every SSRC it has sealed for or authenticated, and never lets one go: a bound
/// keeps a peer from filling the memory.
template <size_t capacity>
class known_ssrcs {
 public:
  /// Known, or there is room for one more.
  [[nodiscard]] bool allows(uint32_t ssrc) const noexcept { return count_ < capacity || knows(ssrc); }
  void add(uint32_t ssrc) noexcept {
    if (!knows(ssrc)) ssrcs_[count_++] = ssrc;
  }
  void clear() noexcept { count_ = 0; }

 private:
  [[nodiscard]] bool knows(uint32_t ssrc) const noexcept {
    const auto end = ssrcs_.begin() + static_cast<std::ptrdiff_t>(count_);
    return std::find(ssrcs_.begin(), end, ssrc) != end;
  }

  std::array<uint32_t, capacity> ssrcs_{};
  size_t count_ = 0;
};

class libsrtp_session final : public srtp_session {
 public:
  result<void> rekey(const media::srtp_settings& settings) override {
    if (auto sound = check_keys(settings); !sound) return sound;
    auto sender = successor(sender_.get(), settings.suite, settings.local_key, ssrc_any_outbound);
    if (!sender) return sender.error();
    auto receiver = successor(receiver_.get(), settings.suite, settings.remote_key, ssrc_any_inbound);
    if (!receiver) return receiver.error();
    if (*sender) {
      sender_ = std::move(*sender);
      sent_.clear();
    }
    if (*receiver) {
      receiver_ = std::move(*receiver);
      received_.clear();
      rtp_tag_ = rtp_tag_bytes(settings.suite);
      rtcp_tag_ = rtcp_tag_bytes(settings.suite);
    }
    return {};
  }

  result<size_t> protect_rtp(std::span<uint8_t> buffer, size_t length) override {
    return protect(srtp_protect, buffer, length, rtp_header_bytes, 8);
  }
  result<size_t> protect_rtcp(std::span<uint8_t> buffer, size_t length) override {
    return protect(srtp_protect_rtcp, buffer, length, rtcp_header_bytes, 4);
  }
  result<size_t> unprotect_rtp(std::span<uint8_t> packet) override {
    return unprotect(srtp_unprotect, packet, rtp_header_bytes + rtp_tag_, 8);
  }
  result<size_t> unprotect_rtcp(std::span<uint8_t> packet) override {
    return unprotect(srtp_unprotect_rtcp, packet, rtcp_header_bytes + rtcp_tag_ + rtcp_index_bytes, 4);
  }

 private:
  using operation = srtp_err_status_t (*)(srtp_t, void*, int*);

  result<size_t> protect(operation apply, std::span<uint8_t> buffer, size_t length, size_t least,
                         size_t ssrc_offset) {
    if (auto sound = check_clear(buffer, length, least); !sound) return sound.error();
    const uint32_t ssrc = word_at(buffer, ssrc_offset);
    if (!sent_.allows(ssrc)) return {errc::exhausted, "too many SSRCs"};
    int bytes = static_cast<int>(length);
    const auto status = apply(sender_->handle(), buffer.data(), &bytes);
    if (status == srtp_err_status_bad_param) return refusal(status);  // before it makes a stream
    sent_.add(ssrc);
    if (status != srtp_err_status_ok) return refusal(status);
    return static_cast<size_t>(bytes);
  }

  result<size_t> unprotect(operation apply, std::span<uint8_t> packet, size_t least, size_t ssrc_offset) {
    if (auto sound = check_sealed(packet, least); !sound) return sound.error();
    const uint32_t ssrc = word_at(packet, ssrc_offset);
    if (!received_.allows(ssrc)) return {errc::exhausted, "too many SSRCs"};
    int bytes = static_cast<int>(packet.size());
    const auto status = apply(receiver_->handle(), packet.data(), &bytes);
    if (status != srtp_err_status_ok) return refusal(status);
    received_.add(ssrc);
    return static_cast<size_t>(bytes);
  }

  std::unique_ptr<context> sender_;
  std::unique_ptr<context> receiver_;
  size_t rtp_tag_ = 0;  ///< of what comes in
  size_t rtcp_tag_ = 0;
  known_ssrcs<limits::srtp_own_ssrcs_per_leg> sent_;
  known_ssrcs<limits::srtp_ssrcs_per_leg> received_;
};

}  // namespace

result<std::unique_ptr<srtp_session>> make_libsrtp_session(const media::srtp_settings& settings) {
  if (!library_ready()) return {errc::unavailable, "libsrtp2 does not start"};
  auto session = std::make_unique<libsrtp_session>();
  if (auto keyed = session->rekey(settings); !keyed) return keyed.error();
  return std::unique_ptr<srtp_session>{std::move(session)};
}

}  // namespace confab::secure
