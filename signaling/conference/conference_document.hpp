#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"
#include "signaling/conference/conference_info.hpp"

/// `application/conference-info+xml` (RFC 4575), written and read.
namespace confab::conference {

inline constexpr std::string_view conference_info_type = "application/conference-info+xml";

/// Whoever is in the room sees its files' hashes and its screens' URLs; a mere watcher does not.
enum class audience : uint8_t { participant, outsider };

/// A document that all watchers share, but for its number: each subscription counts its own (RFC 4575 §4.3).
struct conference_document {
  std::string text;       ///< without a version
  size_t version_at = 0;  ///< where in `text` the digits belong
};
[[nodiscard]] std::string with_version(const conference_document& document, uint32_t version);

/// `state="full"`.
[[nodiscard]] conference_document write_full(const conference_info& info, audience who);
[[nodiscard]] conference_document write_full(const room_info& room, std::span<const user_info* const> users,
                                             audience who);

/// For a watcher that no full document can reach: all but the users. Its empty `users` are
/// `state="partial"`, so that nobody is taken for gone; the document is not, so that nobody asks for more.
[[nodiscard]] conference_document write_counts(const room_info& room, audience who);

/// What changed since the document before it (§4.4–4.6). Costs as much as what changed; conference-state goes
/// into every one, because user-count follows the users.
struct conference_changes {
  bool description = false;               ///< conference-description and host-info are repeated whole
  std::vector<const user_info*> changed;  ///< written whole, `state="full"`; borrowed
  std::vector<std::string> deleted;       ///< entities of users that left, `state="deleted"`
};
[[nodiscard]] conference_document write_partial(const room_info& room, const conference_changes& changes,
                                                audience who);

// ---- what a watcher does

enum class element_state : uint8_t { full, partial, deleted };

struct endpoint_change {
  endpoint_info endpoint;  ///< of `deleted` only the entity counts
  element_state state = element_state::full;
  bool has_status = false;  ///< it named one; else `endpoint.status` is a default
};

struct user_change {
  user_info user;  ///< without its endpoints; of `deleted` only the entity counts
  element_state state = element_state::full;
  std::vector<endpoint_change> endpoints;
};

/// A document as it was read. What it does not say is absent.
struct received_document {
  uint32_t version = 0;
  element_state state = element_state::full;
  std::string entity;
  room_info room;  ///< of it counts what the three sections, where present, say
  bool has_description = false;
  bool has_host_info = false;
  bool has_state = false;
  std::optional<element_state> users_state;
  std::vector<user_change> users;
};

/// Bad XML, a document type declaration, an unknown root, a version or state that is none: `malformed`. Past
/// a bound of `limits`: `too_large`. Elements and values we do not know are passed over, as are users without
/// an entity. Text of nothing but white space is absent.
[[nodiscard]] result<received_document> parse_conference_info(std::string_view text);

enum class fold_result : uint8_t {
  applied,
  old,           ///< its version is no higher: nothing done (§4.6)
  wants_refresh  ///< a gap: it was applied, and a full document should be asked for (§4.6)
};

/// A conforming watcher's picture of a room (§4.6). The first document should be full: one that is not is
/// applied to an empty picture and `wants_refresh`.
class conference_watcher {
 public:
  fold_result on_document(const received_document& document);
  [[nodiscard]] const conference_info& picture() const noexcept { return picture_; }

 private:
  conference_info picture_;
  std::optional<uint32_t> version_;
};

}  // namespace confab::conference
