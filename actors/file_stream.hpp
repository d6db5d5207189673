#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <caf/actor_clock.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/chat_words.hpp"
#include "actors/file_words.hpp"
#include "media/msrp/connection.hpp"

namespace confab::actors {

/// The file that a bound MSRP stream carries (RFC 5547 §8.3): bytes between its connection and a disk, and
/// news of it to the room and the leg. Bounded both ways: a peer is not read while
/// `limits::file_unwritten_bytes` wait for the disk, and the disk is read as the kernel takes what was read.
/// Owned by one `msrp stream` actor, which calls in after each of its own steps.
class file_stream {
 public:
  /// `go_on`: something may be read or written again.
  file_stream(msrp_stream_actor::pointer self, file_job_ptr job, std::string session_id,
              caf::strong_actor_ptr leg, msrp::connection& connection, std::function<void()> go_on);

  /// The session is bound.
  void begin();
  /// Bytes were worked on: takes what came to the disk, and asks it for what may go.
  void move();
  void on(const msrp::data_came_whole& news);
  void on(const msrp::data_stopped& news);
  void on(const msrp::offset_told& news);
  void on(const msrp::message_news& news);
  /// The kernel has taken so many bytes of the connection.
  void drained(size_t bytes);
  /// A peer that does not answer FILE_OFFSET begins at 0. At `due`.
  void on_time();
  [[nodiscard]] std::optional<caf::actor_clock::time_point> due() const;
  /// No byte of the file has moved for `limits::file_idle`, whatever else came: the session should end.
  [[nodiscard]] bool is_idle() const;
  /// The connection is over, or ends. What has come whole may still be on its way to the disk then.
  void lost(const std::string& why);
  /// A disk will answer: whoever owns this stays.
  [[nodiscard]] bool is_busy() const noexcept { return finishing_ && !over_; }

  /// The disk keeps up: the peer may be read.
  [[nodiscard]] bool takes_more() const noexcept;

 private:
  void write(std::string bytes);
  void written(const disk_answer& answer, size_t bytes);
  void finish();
  void finished(const part_finished& done);
  void open();
  void read();
  [[nodiscard]] std::shared_ptr<std::string> free_block();
  void took(const file_block& block);
  void tell_progress();
  void note_moved();
  void over(bool done, const std::string& why, bool may_go_on = false, files::stored_file_ptr file = {});
  void judge(uint16_t code, const std::string& comment);
  void answer_last_chunk();

  msrp_stream_actor::pointer self_;
  file_job_ptr job_;
  std::string session_id_;
  caf::strong_actor_ptr leg_;
  msrp::connection& connection_;
  std::function<void()> go_on_;

  bool over_ = false;
  caf::actor_clock::time_point moved_at_{};  ///< when a byte of the file did last
  uint64_t moved_ = 0;                       ///< bytes of the file that are where they go
  uint64_t told_ = 0;                        ///< of them, told to the room
  // of a push
  size_t unwritten_ = 0;  ///< bytes given to the disk and not written
  uint64_t given_ = 0;    ///< how far the file is with them
  uint64_t reached_ = 0;  ///< how far the file is with this connection, which may repeat what is here
  bool finishing_ = false;
  std::optional<std::pair<uint16_t, std::string>> verdict_;  ///< once it is finished
  std::optional<uint64_t> ticket_;                           ///< of the last chunk, once it came
  // of a pull
  bool asked_ = false;  ///< FILE_OFFSET waits for its answer
  size_t unread_ = 0;   ///< bytes given to the connection that the kernel has not taken
  files::file_reader_ptr reader_;
  uint64_t at_ = 0;  ///< of the next block
  bool reading_ = false;
  std::array<std::shared_ptr<std::string>, 2> blocks_{};  ///< used in turn, when nobody has them
  bool all_read_ = false;
};

}  // namespace confab::actors
