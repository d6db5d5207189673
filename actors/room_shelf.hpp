#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <caf/actor_clock.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/file_services.hpp"
#include "actors/words.hpp"
#include "signaling/conference/file_shelf.hpp"
#include "signaling/web/room_page.hpp"

namespace confab::actors {

/// A room's files between what its people ask for and the disks: `conference::file_shelf` decides, this
/// performs. Owned by one `room` actor, which calls `poll` at `deadline`.
class room_shelf {
 public:
  using clock_time = caf::actor_clock::time_point;
  /// Who asks, as others read it and as it may go on with what it has begun.
  struct asker {
    std::string sender;  ///< `AG <sip:ag@example.com>`
    std::string person;  ///< as status lines name it
    std::string owner;
    bool verified = false;  ///< the owner is
    std::string host;       ///< where the request comes from
  };
  struct hooks {
    std::function<void(const std::string&)> say;  ///< a status line for all
    std::function<void()> changed;                ///< the listing is another
    /// A token by which a file is had from the web, and the URL of that; empty: no web.
    std::function<std::string()> new_token;
    std::function<std::string(const std::string& token, const std::string& name)> url_of;
    std::function<void()> publish;  ///< what `changed` has told is on the web at once
    /// A new file is there.
    std::function<void(const conference::shelved_file&)> arrived;
  };
  room_shelf(room_actor::pointer self, room_id room, file_services_ptr shared, hooks tell);

  /// Each stream of the call, admitted before.
  caf::result<file_verdicts> ask(const ask_for_files& m, const asker& who);
  void moved(const file_moved& m);
  void over(const file_over& m);
  void forget(const forget_file& m);
  /// Files whose time is over go.
  void poll(clock_time now);
  [[nodiscard]] std::optional<clock_time> deadline() const { return shelf_.deadline(); }
  /// Other URLs for all files, because somebody shall not have them any more. `changed` follows.
  void renew_tokens();
  /// The calls that this one has for files alone end. Not verified: all of that From that are not either.
  void put_out(const std::string& owner, bool verified, const std::string& why);
  /// The room is over: everything goes, and calls that have nothing but files end.
  void end(const std::string& why);

  [[nodiscard]] std::vector<conference::file_info> listing() const;
  /// The same for the room's page.
  [[nodiscard]] std::vector<web::page_file> on_page() const;
  [[nodiscard]] const conference::file_shelf& shelf() const noexcept { return shelf_; }
  [[nodiscard]] files::stored_file_ptr stored(uint64_t number) const;
  /// The picture that its sender has given it, if any.
  [[nodiscard]] std::optional<sip::file_icon> icon_of(uint64_t number) const;
  /// To send a whole file to somebody by a call of ours.
  [[nodiscard]] file_job_ptr job_to_send(uint64_t number, leg_id leg) const;
  /// What an offer or answer of ours says of it.
  [[nodiscard]] static sdp::file_words words_of(const conference::shelved_file& file);

 private:
  struct copy {
    disk_actor disk;
    std::shared_ptr<files::incoming_file> part{};
    uint64_t holder = 0;
    files::stored_file_ptr file{};
    std::string person{};                  ///< who puts it in
    std::string token{};                   ///< by which the web has it; empty: it has not
    std::optional<sip::file_icon> icon{};  ///< as its sender called it
  };
  /// A call that has nothing but files.
  struct file_call {
    caf::strong_actor_ptr leg;
    std::string owner;
    bool verified = false;
  };
  /// Verdicts that wait for disks.
  struct inquiry {
    file_verdicts out;
    size_t left = 0;
    leg_id leg;
    std::optional<file_call> alone{};
    caf::typed_response_promise<file_verdicts> promise;
  };
  using inquiry_ptr = std::shared_ptr<inquiry>;

  [[nodiscard]] file_verdict give(const sdp::file_stream& stream, leg_id leg) const;
  void take(const inquiry_ptr& open, size_t place, const ask_for_files& m, const asker& who);
  void go_on(const inquiry_ptr& open, size_t place, const ask_for_files& m, const asker& who,
             uint64_t number);
  void settle(const inquiry_ptr& open, size_t place, file_verdict verdict);
  [[nodiscard]] file_verdict admitted(const ask_for_files& m, size_t place, uint64_t number,
                                      const part_opened& opened);
  void drop(copy& one);
  [[nodiscard]] bool is_current(const file_job& job) const;
  void fail(const file_job& job, const std::string& why, bool may_go_on);

  room_actor::pointer self_;
  room_id room_;
  file_services_ptr shared_;
  hooks tell_;
  conference::file_shelf shelf_;
  std::unordered_map<uint64_t, copy> copies_;  ///< by number
  std::unordered_map<leg_id, file_call> alone_;
};

}  // namespace confab::actors
