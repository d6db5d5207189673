#include "signaling/conference/rules_book.hpp"

#include <algorithm>
#include <utility>

namespace confab::conference {

namespace {

/// As rooms are called: the domain, if there is one, in lower case.
std::string normal_lobby(std::string text) {
  const auto at = std::min(text.find('@'), text.size());
  for (size_t i = at; i < text.size(); ++i)
    if (text[i] >= 'A' && text[i] <= 'Z') text[i] = static_cast<char>(text[i] - 'A' + 'a');
  return text;
}

}  // namespace

result<rules_book> rules_book::make(const settings::rooms_settings& configured) {
  rules_book out;
  out.lobby_ = normal_lobby(configured.lobby);
  const auto read = [&out](const settings::room_rules_settings& from) -> result<room_rules> {
    auto access = access_rules::parse(from.access, from.allow, from.deny);
    if (!access) return access.error();
    out.goes_by_name_ |= access->goes_by_name();
    auto moderators = identity_list::parse(from.moderators);
    if (!moderators) return moderators.error();
    const bool asks_users = from.authenticate == "required";
    out.asks_users_ |= asks_users;
    if (!from.pin.empty() && from.pin == from.moderator_pin)
      return {errc::bad_setting, "pin and moderator-pin are the same, so everybody would be a moderator"};
    return room_rules{std::move(*access),
                      std::move(*moderators),
                      from.mute_on_entry,
                      from.max_participants,
                      asks_users,
                      from.max_duration,
                      {from.pin, from.moderator_pin},
                      from.wait_for_moderator,
                      from.keep_history,
                      from.chat_by_message,
                      from.chat_types};
  };
  auto common = read(configured.rules);
  if (!common) return {errc::bad_setting, "rooms: " + common.error().text};
  out.common_ = std::move(*common);
  for (const auto& [room, rules] : configured.own) {
    auto own = read(rules);
    if (!own) return {errc::bad_setting, "room " + room + ": " + own.error().text};
    out.own_.emplace(room, std::move(*own));
  }
  out.echo_ = configured.echo;
  const size_t at = out.echo_.find('@');
  for (size_t i = at; i < out.echo_.size(); ++i)
    if (out.echo_[i] >= 'A' && out.echo_[i] <= 'Z')
      out.echo_[i] = static_cast<char>(out.echo_[i] - 'A' + 'a');
  return out;
}

bool rules_book::is_echo(const room_id& room) const {
  if (echo_.empty()) return false;
  return room.value == echo_ || room.value.substr(0, room.value.rfind('@')) == echo_;
}

const room_rules& rules_book::of(const room_id& room) const {
  const auto found = own_.find(room.value);
  return found == own_.end() ? common_ : found->second;
}

bool rules_book::is_lobby(const room_id& room) const {
  if (lobby_.empty()) return false;
  if (lobby_.find('@') != std::string::npos) return room.value == lobby_;
  return room.value.size() > lobby_.size() && room.value.starts_with(lobby_) &&
         room.value[lobby_.size()] == '@';
}

}  // namespace confab::conference
