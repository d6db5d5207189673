#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "signaling/sip/rejection.hpp"
#include "signaling/sip/wire_message.hpp"

namespace confab::sip {

/// What a REFER wants done to its target (RFC 4579 §5.5, §5.11).
enum class refer_method : uint8_t { invite, bye };

/// A REFER in its parts (RFC 3515 §2.1).
struct refer_request {
  std::string target;  ///< SIP URI, without `method` and without headers
  refer_method method = refer_method::invite;
  std::string referred_by;  ///< as written (RFC 3892), may be empty
  bool silent = false;      ///< `Refer-Sub: false` (RFC 4488 §4): no NOTIFYs are wanted
};

/// 400 for a Refer-To that is missing, repeated or cannot be read, 416 for one that is no SIP URI, 488 for a
/// method other than INVITE and BYE. A target without a scheme is taken as `sip:`.
[[nodiscard]] std::variant<refer_request, rejection> read_refer(const wire_message& request);

}  // namespace confab::sip
