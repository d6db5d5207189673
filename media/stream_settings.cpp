#include "media/stream_settings.hpp"

namespace confab::media {

std::string_view to_string(srtp_suite suite) noexcept {
  switch (suite) {
    case srtp_suite::aes_cm_128_hmac_sha1_80:
      return "AES_CM_128_HMAC_SHA1_80";
    case srtp_suite::aes_cm_128_hmac_sha1_32:
      return "AES_CM_128_HMAC_SHA1_32";
    case srtp_suite::aes_256_cm_hmac_sha1_80:
      return "AES_256_CM_HMAC_SHA1_80";
    case srtp_suite::aead_aes_128_gcm:
      return "AEAD_AES_128_GCM";
  }
  return "unknown";
}

size_t key_and_salt_bytes(srtp_suite suite) noexcept {
  switch (suite) {
    case srtp_suite::aes_cm_128_hmac_sha1_80:
      return 30;
    case srtp_suite::aes_cm_128_hmac_sha1_32:
      return 30;
    case srtp_suite::aes_256_cm_hmac_sha1_80:
      return 46;
    case srtp_suite::aead_aes_128_gcm:
      return 28;
  }
  return 0;
}

std::string_view to_string(codec_kind kind) noexcept {
  switch (kind) {
    case codec_kind::pcmu:
      return "PCMU";
    case codec_kind::pcma:
      return "PCMA";
    case codec_kind::g722:
      return "G722";
    case codec_kind::speex_narrow:
      return "speex/8000";
    case codec_kind::speex_wide:
      return "speex/16000";
    case codec_kind::opus:
      return "opus";
  }
  return "unknown";
}

}  // namespace confab::media
