#pragma once

#include <cstdint>
#include <string>

namespace confab::sip {

/// Methods this server takes, for Allow (RFC 3261 §20.5).
inline constexpr const char* allowed_methods =
    "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, PRACK, UPDATE, SUBSCRIBE, REFER, MESSAGE";
inline constexpr const char* allowed_events = "conference, refer";  ///< RFC 6665 §8.2.2
inline constexpr const char* accepted_types =
    "application/sdp, multipart/mixed, multipart/related, application/resource-lists+xml, "
    "application/dtmf-relay, "
    "application/dtmf, message/cpim, text/plain, text/html, application/im-iscomposing+xml";
inline constexpr const char* supported_extensions =
    "100rel, norefersub, recipient-list-invite, replaces, timer";
/// RFC 5366 §5.1: a list of recipients means nothing in a dialog.
inline constexpr const char* supported_in_dialog = "100rel, norefersub, replaces, timer";

/// A final failure a pure check came to: what the response says.
struct rejection {
  uint16_t status = 0;
  std::string reason;
  std::string headers;  ///< whole lines with CRLF
};

/// What we can do, as whole lines: in everything that makes or changes a dialog (RFC 3261 §13.2.1,
/// §13.3.1.4).
inline std::string capabilities() {
  return std::string("Allow: ") + allowed_methods + "\r\nAllow-Events: " + allowed_events +
         "\r\nSupported: " + supported_extensions + "\r\n";
}

}  // namespace confab::sip
