#include "signaling/conference/put_out_list.hpp"

#include <algorithm>

#include "config/limits.hpp"
#include "signaling/sip/uri.hpp"

namespace confab::conference {

std::optional<std::string> user_name(std::string_view uri) {
  const bool bare = !uri.starts_with("sip:") && !uri.starts_with("sips:");
  const auto parsed = sip::parse_uri(bare ? "sip:" + std::string(uri) : std::string(uri));
  if (!parsed || !parsed->is_sip()) return std::nullopt;
  const auto name = sip::room_of(*parsed);
  if (!name || parsed->user == "anonymous" || sip::host_of(*name) == "anonymous.invalid") return std::nullopt;
  return name->value;
}

void put_out_list::add(std::string_view uri, bool verified, clock_time now) {
  auto name = user_name(uri);
  if (!name || how_long_.count() == 0) return;
  std::erase_if(entries_, [&](const entry& e) {
    return e.until <= now || (e.name == *name && e.verified == verified);
  });
  if (entries_.size() == limits::put_out_per_room) entries_.erase(entries_.begin());
  entries_.push_back({std::move(*name), verified, now + how_long_});
}

bool put_out_list::bars(std::string_view uri, bool verified, clock_time now) const {
  if (entries_.empty()) return false;
  const auto name = user_name(uri);
  return name && std::any_of(entries_.begin(), entries_.end(), [&](const entry& e) {
           return e.until > now && e.verified == verified && e.name == *name;
         });
}

}  // namespace confab::conference
