#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What RFC 4575 says of a room, as values. Text is UTF-8; the writer escapes it. Times are RFC 3339
/// (`2026-11-24T09:00:00Z`). An empty string is an absent element unless said otherwise.
namespace confab::conference {

/// RFC 4575 §5.7.1 `status`.
enum class endpoint_status : uint8_t {
  pending,
  dialing_out,
  dialing_in,
  alerting,
  on_hold,
  connected,
  muted_via_focus,
  disconnecting,
  disconnected,
};

/// §5.7.3.
enum class joining_method : uint8_t { dialed_in, dialed_out, focus_owner };
/// §5.7.5.
enum class disconnection_method : uint8_t { departed, booted, failed, busy };
/// §5.8.5, as the participant sees it: `sendrecv` talks and hears.
enum class media_status : uint8_t { sendrecv, sendonly, recvonly, inactive };

/// `when`, `reason`, `by` of §5.2.
struct execution_info {
  std::string when;
  std::string reason;
  std::string by;  ///< URI
  bool operator==(const execution_info&) const = default;
};

/// §5.8.
struct media_info {
  std::string id;  ///< unique in its endpoint
  std::string type = "audio";
  std::string label;
  std::optional<uint32_t> src_id;  ///< SSRC
  std::optional<media_status> status;
  bool operator==(const media_info&) const = default;
};

/// §5.7: one session of a user.
struct endpoint_info {
  std::string entity;  ///< Contact URI; unique in its user
  std::string display_text;
  std::optional<execution_info> referred;  ///< who asked for it, when it was dialled on a REFER
  endpoint_status status = endpoint_status::connected;
  std::optional<joining_method> joined_by;
  std::optional<execution_info> joining_info;
  std::optional<disconnection_method> left_by;
  std::optional<execution_info> disconnection_info;
  std::vector<media_info> media;
  bool operator==(const endpoint_info&) const = default;
};

/// §5.6.
struct user_info {
  std::string entity;  ///< URI; unique in the room
  std::string display_text;
  std::vector<std::string> roles;
  std::vector<endpoint_info> endpoints;
  std::string screen_image_url;  ///< agp-conf extension; only for participants' eyes
  bool operator==(const user_info&) const = default;
};

/// agp-conf extension: a file of the room; only for participants' eyes.
struct file_info {
  std::string name;
  std::string hash;  ///< `sha-1:49:AD:…`
  uint64_t size_bytes = 0;
  std::string sender;  ///< `AG <sip:ag@example.com>`
  std::string status;  ///< `OK`, `failed`, `uploading 45%`
  std::string url{};   ///< where it can be had without MSRP; may be empty
  bool operator==(const file_info&) const = default;
};

/// §5.3 `conf-uris` entry.
struct conference_uri {
  std::string uri;  ///< not percent-encoded
  std::string display_text;
  std::string purpose;  ///< `participation`
  bool operator==(const conference_uri&) const = default;
};

/// §5.3–5.5: all of a document but its users.
struct room_info {
  std::string entity;  ///< the room's URI
  std::string display_text;
  std::string subject;
  std::string free_text;
  std::vector<conference_uri> uris;
  /// §5.3.2 `service-uris`: the room's page (`web-page`); only for participants' eyes.
  std::vector<conference_uri> service_uris;
  std::optional<uint32_t> maximum_user_count;
  std::vector<file_info> files;
  std::string web_page;  ///< of host-info
  uint32_t user_count = 0;
  bool active = true;
  bool locked = false;
  bool operator==(const room_info&) const = default;
};

struct conference_info {
  room_info room;
  std::vector<user_info> users;
  bool operator==(const conference_info&) const = default;
};

}  // namespace confab::conference
