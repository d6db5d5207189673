#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <unordered_map>

#include "config/settings.hpp"
#include "signaling/conference/room_picture.hpp"
#include "signaling/conference/room_watchers.hpp"
#include "signaling/sip/subscription_events.hpp"

namespace confab::actors {

/// How the people in a room are shown to those who subscribed to it (RFC 4575): keeps the picture, and sends
/// documents through `control`. Owned by one `room` actor, which calls `poll` at `deadline`.
class room_focus {
 public:
  using clock_time = std::chrono::steady_clock::time_point;
  /// `page_url`: of the room's page on the web, told to participants; empty: none.
  room_focus(const room_id& room, const settings::rooms_settings& configured,
             sip::subscription_control* control, const std::string& page_url = {});

  void on_watch(const sip::subscription_event& event);
  /// A leg is verified under its verified name; or one that nobody verified has its very name and address.
  [[nodiscard]] bool takes_part(const sip::peer& who) const;
  /// The leg as it is now; `source` is where its requests come from.
  void show(const conference::attendee& who, const socket_address& source, clock_time now);
  /// `by` is shown where it is a URI.
  void depart(leg_id leg, conference::disconnection_method method, const std::string& why,
              const std::string& by, clock_time now);
  /// A leg that is not in the room: watchers see it, and it takes no part.
  void show_outside(const conference::attendee& who, clock_time now);
  void drop(leg_id leg, clock_time now);
  void lock(bool locked, clock_time now);
  void set_subject(const std::string& subject, clock_time now);
  void set_files(std::vector<conference::file_info> files, clock_time now);
  /// Of the room's page, as for the constructor.
  void set_page(const std::string& url, clock_time now);
  /// The leg is being put out: from now on it, and who watches by its call, sees what outsiders do.
  void put_out(leg_id leg);
  /// Where the leg's screen is seen; empty: not any more.
  void share_screen(leg_id leg, const std::string& url, clock_time now);
  void poll(clock_time now);
  [[nodiscard]] std::optional<clock_time> deadline() const { return watchers_.deadline(); }
  /// The last leg is gone.
  void end();

 private:
  void on(const sip::incoming_subscription& wish);
  void on(const sip::subscription_refreshed& wish);
  void on(const sip::subscription_ended& news);
  void send(const conference::send_document& what);
  void note_short_measure();
  void changed(clock_time now);
  void look_who_watches();
  /// Who asks: by a verified name, and by the name and address it claims.
  struct names {
    std::string verified;
    std::string claimed;
  };
  [[nodiscard]] static names names_of(const sip::peer& who);
  [[nodiscard]] bool takes_part(const names& who) const;
  [[nodiscard]] conference::audience eyes_of(const names& who) const;
  void forget_identity(leg_id leg);

  room_id room_;
  sip::subscription_control* control_;
  conference::room_picture picture_;
  conference::room_watchers watchers_;
  std::unordered_map<leg_id, std::string> identities_;     ///< verified URI, or URI and address, of a leg
  std::unordered_map<std::string, size_t> participating_;  ///< how many legs an identity has
  std::unordered_map<subscription_id, names> watching_as_;
  std::unordered_map<subscription_id, leg_id> watching_by_call_;
};

}  // namespace confab::actors
