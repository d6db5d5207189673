#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include <caf/typed_event_based_actor.hpp>

#include "actors/chat_services.hpp"
#include "actors/leg_machine.hpp"
#include "actors/words.hpp"

namespace confab::actors {

/// A leg's file streams between SDP and the room: their sessions in the register and their connections. Owned
/// by one `leg` actor.
class leg_files {
 public:
  leg_files(leg_actor::pointer self, leg_id leg, chat_services_ptr shared)
      : self_(self), leg_(leg), shared_(std::move(shared)) {}

  /// What SDP agreed on for that m-line now; the file before it there ends.
  void set(size_t media_index, const std::optional<file_plan>& plan);
  /// The room made something ready that nobody comes for.
  void drop(const file_job_ptr& job);
  /// False: it is no session of these.
  bool on_bound(const chat_bound& m);
  bool on_lost(const chat_lost& m);
  /// Nobody connected in time. False: somebody did.
  bool on_deadline(const file_deadline& m);
  /// True: that was the last one.
  bool on_over(const file_over& m);
  void end();

 private:
  struct entry {
    std::string session_id;
    file_job_ptr job;
    std::optional<msrp_stream_actor> stream{};
    bool over = false;
  };
  void forget(entry& one, const std::string& why);
  [[nodiscard]] entry* find(const std::string& session_id);
  [[nodiscard]] bool all_over() const;

  leg_actor::pointer self_;
  leg_id leg_;
  chat_services_ptr shared_;
  std::map<size_t, entry> files_;  ///< by m-line
};

}  // namespace confab::actors
