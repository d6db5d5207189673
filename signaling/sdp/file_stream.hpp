#pragma once

#include <optional>
#include <string>
#include <vector>

#include "signaling/sdp/answer.hpp"
#include "signaling/sdp/file_attributes.hpp"
#include "signaling/sdp/file_selector.hpp"

/// Files in offers and answers (RFC 5547 §8): each has an m=message of its own, with a=file-selector.
namespace confab::sdp {

/// What a description says of one file. `selector_text` is a=file-selector as it was written, for the answer
/// to repeat.
struct file_words {
  file_selector selector;
  std::string selector_text;
  std::string transfer_id{};  ///< empty: none (old clients)
  std::optional<file_disposition> disposition{};
  file_dates dates{};
  std::string icon{};  ///< Content-ID; empty: none
  std::optional<file_range> range{};
  bool tells_offset = false;  ///< a=x-file-offset: knows the method FILE_OFFSET
};

/// One file stream as the peer offers it.
struct file_stream {
  size_t media_index = 0;
  bool push = false;  ///< the peer sends; else it wants the file
  file_words words;
  message_agreement transport;  ///< `local_path` among it
};

/// A file stream of an offer that was not there before, or the reason why it cannot be had.
struct offered_file_stream {
  size_t media_index = 0;
  result<file_stream> stream;
};

/// m=message in use that is a file.
[[nodiscard]] bool is_active_file(const media_description& m);
/// Without looking at the rest: whether an offer may have files.
[[nodiscard]] bool mentions_files(const std::optional<std::string>& offer) noexcept;
/// It can be read, and has files and nothing else.
[[nodiscard]] bool offers_only_files(const std::optional<std::string>& offer);

/// RFC 5547 §8.1: whether that line of an offer is the transfer that our line is about already.
[[nodiscard]] bool is_same_transfer(const media_description& offered, const media_description& ours);

/// The lines of files in `offer` that are new against `previous`, what we sent last (or null). `ours` has the
/// transports, whose paths are given to each stream by the caller later.
[[nodiscard]] std::vector<offered_file_stream> new_file_streams(const description& offer,
                                                                const description* previous,
                                                                const message_capability& ours);

/// The line that answers it; `selector` empty: as it was offered. `ours` has the paths of this stream alone.
[[nodiscard]] media_description file_answer_line(const media_description& offered, const file_stream& stream,
                                                 const file_words& says, const message_capability& ours);

/// An offer of ours to send a file, alone in its session. `ours.message` has the paths.
[[nodiscard]] description file_offer(const file_words& says, const capabilities& ours);

/// RFC 3264 §7: the peer's answer to it. `unsupported` where it does not take the file.
result<file_stream> accept_file(const description& our_offer, const description& their_answer,
                                const message_capability& ours);

}  // namespace confab::sdp
