#include "signaling/conference/room_command.hpp"

#include <algorithm>

#include "signaling/conference/put_out_list.hpp"

namespace confab::conference {
namespace {

std::string name_of(const whom& who) {
  if (const auto* leg = std::get_if<leg_id>(&who)) return to_string(*leg);
  if (const auto* user = std::get_if<std::string>(&who)) return *user;
  std::string out;
  for (const leg_id leg : std::get<std::vector<leg_id>>(who))
    out += (out.empty() ? "" : " ") + to_string(leg);
  return out;
}

struct writer {
  static std::string state(bool on) { return on ? "" : " off"; }
  std::string operator()(const mute_command& c) const { return "mute " + name_of(c.who) + state(c.on); }
  std::string operator()(const deafen_command& c) const { return "deafen " + name_of(c.who) + state(c.on); }
  std::string operator()(const kick_command& c) const { return "kick " + name_of(c.who); }
  std::string operator()(const mute_all_command& c) const { return "mute all" + state(c.on); }
  std::string operator()(const lock_command& c) const { return "lock" + state(c.on); }
  std::string operator()(const end_command&) const { return "end"; }
};

}  // namespace

bool is_meant(const whom& who, leg_id leg, std::string_view uri) {
  if (const auto* one = std::get_if<leg_id>(&who)) return *one == leg;
  if (const auto* legs = std::get_if<std::vector<leg_id>>(&who)) return std::ranges::count(*legs, leg) > 0;
  const auto user = user_name(std::get<std::string>(who));
  return user && user == user_name(uri);
}

std::string to_string(const room_command& what) {
  return std::visit(writer{}, what);
}

}  // namespace confab::conference
