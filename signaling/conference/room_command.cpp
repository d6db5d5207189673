#include "signaling/conference/room_command.hpp"

namespace confab::conference {
namespace {

std::string name_of(const whom& who) {
  if (const auto* leg = std::get_if<leg_id>(&who)) return to_string(*leg);
  return std::get<std::string>(who);
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

std::string to_string(const room_command& what) {
  return std::visit(writer{}, what);
}

}  // namespace confab::conference
