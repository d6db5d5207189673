#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "signaling/sdp/answer.hpp"

/// What the tables of this folder share: a server's side, short offers, and outcomes as one line of text.
namespace confab::sdp::testing {

inline const std::string key_30(40, 'K');  ///< base64 of 30 bytes
inline const std::string peer_key_30(40, 'P');
inline const std::string key_46 = std::string(62, 'L') + "==";
inline const std::string key_28 = std::string(38, 'M') + "==";

/// A server with all codecs, in an order of its own, at 198.51.100.1:50000.
capabilities server(srtp_policy srtp = srtp_policy::optional);

/// A description of a peer at 192.0.2.7 with these m-lines (LF) after the session level.
description peer(std::string_view media_lines);
description parsed(std::string_view whole);

/// `slot 0: G722 9, event 101, sendrecv`, then what is not as usual: cn, ptime, to, rtcp, mux, suite and tag.
/// `no audio`, or `refused: ` and the text.
std::string summary(const result<answer_outcome>& outcome);

/// The values of all attributes of that name.
std::vector<std::string> values(const media_description& m, std::string_view name);

/// Checks what holds for every answer (RFC 3264 §6): as many m-lines in the same order and of the same types
/// and protocols, at most one in use and with one codec, the others bare, and `parse` reads what `write`
/// wrote.
void expect_well_formed_answer(const description& offer, const answer_outcome& outcome);

struct row {
  const char* name;
  std::string offer;  ///< m-lines
  std::string expected;
};

/// Answers every row's offer from scratch and compares.
void check_rows(const std::vector<row>& rows, const capabilities& ours);

}  // namespace confab::sdp::testing
