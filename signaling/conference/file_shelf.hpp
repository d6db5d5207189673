#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/result.hpp"
#include "signaling/conference/conference_info.hpp"
#include "signaling/sdp/file_attributes.hpp"
#include "signaling/sdp/file_selector.hpp"

namespace confab::conference {

/// What a room's files may be.
struct shelf_rules {
  uint64_t max_size = 0;                ///< bytes of one
  uint64_t quota = 0;                   ///< bytes of all
  size_t most = 0;                      ///< how many
  std::vector<std::string> types{"*"};  ///< `image/png`, `image/*`, `*`
  std::chrono::milliseconds keep{0};    ///< after it came; 0: as long as the room
};

enum class file_state : uint8_t {
  arriving,     ///< its bytes come
  interrupted,  ///< somebody may go on with it for a while
  whole,
  failed,  ///< gone; shown for a moment
};

/// One file of a room.
struct shelved_file {
  uint64_t number = 0;                 ///< unique in the process
  std::string name;                    ///< harmless, and no other's in the room
  std::string type;                    ///< may be empty
  uint64_t size = 0;                   ///< bytes
  std::vector<sdp::file_hash> hashes;  ///< as offered; of a whole file, as computed
  std::string sender;                  ///< `AG <sip:ag@example.com>`
  std::string owner;      ///< who may go on with it: URI, of the verified name where there is one
  bool verified = false;  ///< the owner is
  std::string host;       ///< where its bytes come from, or came last: an address without port
  std::optional<sdp::file_disposition> disposition{};
  sdp::file_dates dates{};
  file_state state = file_state::arriving;
  uint64_t here = 0;  ///< bytes that have come
  std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::max();
};

/// A file that somebody wants to put into the room.
struct offered_file {
  sdp::file_selector selector;
  std::string sender, owner;
  bool verified = false;  ///< the owner is
  std::string host{};     ///< that the offer comes from, without port
  std::optional<sdp::file_disposition> disposition{};
  sdp::file_dates dates{};
};

/// Why not, with the SIP status that says so.
struct shelf_refusal {
  uint16_t status = 413;
  std::string why;
};

/// The files of one room, as the room knows them: what is there, who may add, which one a selector means
/// (RFC 5547 §6), how long each stays. No I/O, no clock; owned by one room.
class file_shelf {
 public:
  using clock_time = std::chrono::steady_clock::time_point;
  explicit file_shelf(shelf_rules rules) : rules_(std::move(rules)) {}

  /// The file that `offer` goes on with: its owner's, with its size and a hash of it, not whole yet. What
  /// still arrives is taken over only by a verified owner, or from the host that it comes from: a From that
  /// anybody may write stops nobody's transfer.
  [[nodiscard]] const shelved_file* resumable(const offered_file& offer) const;
  /// Nothing when the file may come: a size is named and within bounds, and its type is allowed.
  [[nodiscard]] std::optional<shelf_refusal> judge(const offered_file& offer) const;
  /// Adds it; judged before. `number` is its number from now on.
  const shelved_file& add(uint64_t number, const offered_file& offer);
  /// Whether what was interrupted may go on: it takes the room of all its size again. What arrives may.
  [[nodiscard]] std::optional<shelf_refusal> judge_again(uint64_t number) const;
  /// Its bytes come from `host` now.
  void go_on(uint64_t number, std::string host);
  /// So many bytes of it are here.
  void progress(uint64_t number, uint64_t bytes);
  /// Stopped before its end; it may be gone on with. From now on it takes the room of what is here.
  void interrupt(uint64_t number, clock_time now);
  void complete(uint64_t number, std::vector<sdp::file_hash> hashes, clock_time now);
  void fail(uint64_t number, clock_time now);
  void remove(uint64_t number) { files_.erase(number); }

  [[nodiscard]] const shelved_file* find(uint64_t number) const;
  /// The one whole file that all parts of the selector fit; a hash decides alone, of several files with one
  /// hash the first. `not_found`: none, or a selector without parts; `malformed`: more than one.
  [[nodiscard]] result<const shelved_file*> find(const sdp::file_selector& selector) const;

  /// Those whose time is over leave the shelf.
  std::vector<uint64_t> expire(clock_time now);
  [[nodiscard]] std::optional<clock_time> deadline() const;

  /// As documents show them, in the order they came.
  [[nodiscard]] std::vector<file_info> listing() const;
  /// In the order of the listing; borrowed until the next change.
  [[nodiscard]] std::vector<const shelved_file*> all() const;

 private:
  [[nodiscard]] std::optional<shelf_refusal> past_quota(uint64_t size, uint64_t but) const;
  [[nodiscard]] std::string free_name(const std::string& wanted) const;
  [[nodiscard]] shelved_file* at(uint64_t number);

  shelf_rules rules_;
  std::map<uint64_t, shelved_file> files_;
};

}  // namespace confab::conference
