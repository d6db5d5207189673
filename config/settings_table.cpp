#include "config/settings_table.hpp"

#include <algorithm>

#include "config/settings_rows.hpp"

namespace confab::settings_table {

bool of_one_room(const key& k) {
  static const std::vector<key> rules = room_rules();
  return std::any_of(rules.begin(), rules.end(), [&](const key& one) { return one.name == k.name; });
}

const std::vector<key>& keys() {
  static const std::vector<key> all = [] {
    std::vector<key> rows;
    for (auto part : {scheduler_and_sip(), sip_callers(), sip_users(), referring(), net_and_dns(), tls(),
                      media_network_and_threads(), media_streams(), media_sound(), streams_and_msrp(),
                      rooms(), room_running(), room_rules(), files(), web(), screens(), state_log()}) {
      rows.insert(rows.end(), part.begin(), part.end());
    }
    return rows;
  }();
  return all;
}

}  // namespace confab::settings_table
