#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/typed_actor.hpp>

#include "config/ids.hpp"
#include "config/result.hpp"
#include "media/files/storage.hpp"
#include "media/msrp/data_receiver.hpp"
#include "media/msrp/message.hpp"
#include "signaling/conference/entrance.hpp"
#include "signaling/sdp/file_stream.hpp"
#include "signaling/sip/call_events.hpp"

/// What legs, rooms and MSRP streams say about files, and what disks are asked.
namespace confab::actors {

// ---- to a disk

/// Whether it was done; `code` of `why` says what is wrong.
struct disk_answer {
  bool ok = true;
  error why{errc::unavailable, {}};
};
struct part_opened {
  disk_answer done;
  std::shared_ptr<files::incoming_file> file{};
  uint64_t holder = 0;   ///< for `write_part` and `finish_part`
  uint64_t written = 0;  ///< bytes that are there already
};
/// A new file of that size. `exhausted`: less than `min_free` bytes of the disk would be left, once all that
/// is promised has come.
struct create_part {
  uint64_t number = 0;
  uint64_t size = 0;
  std::vector<files::hash_kind> hashes;
  uint64_t min_free = 0;
};
/// Another connection goes on with it. Who had it before has it still when that is refused: `malformed`: less
/// than `wanted` bytes of it are there; `exhausted`: as for `create_part`.
struct resume_part {
  std::shared_ptr<files::incoming_file> file;
  uint64_t wanted = 0;
  uint64_t min_free = 0;
};
/// Nobody brings it for now: the disk's space is promised to others. Nothing to a later holder.
struct park_part {
  std::shared_ptr<files::incoming_file> file;
  uint64_t holder = 0;
};
struct write_part {
  std::shared_ptr<files::incoming_file> file;
  uint64_t holder = 0;
  msrp::shared_body bytes;
};
struct part_finished {
  disk_answer done;
  files::stored_file_ptr file{};
};
struct finish_part {
  std::shared_ptr<files::incoming_file> file;
  uint64_t holder = 0;
  std::vector<files::file_hash> expected;
};
struct drop_part {
  std::shared_ptr<files::incoming_file> file;
};
struct drop_stored {
  files::stored_file_ptr file;
};
struct stored_opened {
  disk_answer done;
  files::file_reader_ptr reader{};
};
struct open_stored {
  files::stored_file_ptr file;
};
struct file_block {
  disk_answer done;
  msrp::shared_body bytes{};
};
struct read_stored {
  files::file_reader_ptr reader;
  uint64_t offset = 0;
  size_t count = 0;
  std::shared_ptr<std::string> into{};  ///< nobody else's until it is answered; `file_block` has it then
};

using disk_actor = caf::typed_actor<
    caf::replies_to<create_part>::with<part_opened>, caf::replies_to<resume_part>::with<part_opened>,
    caf::reacts_to<park_part>, caf::replies_to<write_part>::with<disk_answer>,
    caf::replies_to<finish_part>::with<part_finished>, caf::reacts_to<drop_part>, caf::reacts_to<drop_stored>,
    caf::replies_to<open_stored>::with<stored_opened>, caf::replies_to<read_stored>::with<file_block>>;

// ---- what one stream is to do

/// Immutable, but for what belongs to the disk.
struct file_job {
  leg_id leg;
  uint64_t number = 0;  ///< of the file
  disk_actor disk;
  caf::strong_actor_ptr room{};  ///< a `room_actor`; hears `file_moved` and `file_over`
  bool push = false;             ///< the peer sends
  uint64_t size = 0;             ///< bytes of the file
  // of a push
  std::shared_ptr<files::incoming_file> into{};
  uint64_t holder = 0;
  std::vector<files::file_hash> expected{};
  msrp::data_plan plan{};
  // of a pull
  files::stored_file_ptr from{};
  std::string type{};        ///< media type; empty: unknown
  uint64_t first = 0;        ///< offset of the first byte that is wanted
  uint64_t end = 0;          ///< offset behind the last
  bool own_message = false;  ///< the range is a message of its own, counted from 1 (a=file-range)
  bool asks_offset = false;  ///< the peer says how much it has (FILE_OFFSET)
};
using file_job_ptr = std::shared_ptr<const file_job>;

// ---- from a leg to a room

/// May these files come and go? Answered with `file_verdicts`, one for each stream.
struct ask_for_files {
  leg_id leg;
  sip::peer who;
  conference::credential shown = conference::credential::none;
  bool alone = false;  ///< a call with files and nothing else: no participant's
  std::vector<sdp::file_stream> streams;
  caf::strong_actor_ptr actor{};  ///< the `leg_actor`
  std::vector<sip::file_icon> icons{};
};
struct file_verdict {
  uint16_t code = 200;  ///< of SIP
  std::string why{};
  sdp::file_words says{};  ///< for the answer
  file_job_ptr job{};
};
struct file_verdicts {
  std::vector<file_verdict> each;
};
/// The call is over, or has that file no more, before a connection came for it.
struct forget_file {
  file_job_ptr job;
};

// ---- from a stream to a room, and to its leg

/// So much of it is here, or there.
struct file_moved {
  file_job_ptr job;
  uint64_t bytes = 0;
};
/// Nothing more comes of that job.
struct file_over {
  file_job_ptr job;
  bool done = false;
  std::string why{};              ///< for people, if not
  bool may_go_on = false;         ///< what came is worth keeping
  files::stored_file_ptr file{};  ///< of a push that is done
  std::string session_id{};       ///< of its MSRP session
  uint64_t bytes = 0;             ///< of a push: how much of the file is here
};
/// A leg to itself: by now a connection should have come for the file.
struct file_deadline {
  std::string session_id;
};
/// A leg to itself: the file is done, and so is the call.
struct files_done {
  std::string why;
};
/// A room to itself: a file may be due to go.
struct files_pause {};

}  // namespace confab::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::disk_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::part_opened)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::create_part)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::resume_part)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::park_part)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::write_part)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::part_finished)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::finish_part)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::drop_part)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::drop_stored)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::stored_opened)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::open_stored)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::file_block)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::read_stored)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::ask_for_files)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::file_verdicts)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::forget_file)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::file_moved)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::file_over)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::file_deadline)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::files_done)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::files_pause)
