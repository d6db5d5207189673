#include "config/result.hpp"

namespace confab {

const char* to_string(errc code) noexcept {
  switch (code) {
    case errc::malformed:
      return "malformed";
    case errc::unsupported:
      return "unsupported";
    case errc::too_large:
      return "too large";
    case errc::not_found:
      return "not found";
    case errc::forbidden:
      return "forbidden";
    case errc::unauthentic:
      return "unauthentic";
    case errc::replayed:
      return "replayed";
    case errc::exhausted:
      return "exhausted";
    case errc::unavailable:
      return "unavailable";
    case errc::bad_setting:
      return "bad setting";
  }
  return "unknown";
}

}  // namespace confab
