#pragma once

#include <optional>

#include "signaling/sdp/answer.hpp"

/// What answers, offers and the reading of answers share about one chat stream. Private to signaling/sdp.
namespace confab::sdp::stream {

/// m=message in use that is chat: files (RFC 5547) have a=file-selector.
[[nodiscard]] bool is_active_chat(const media_description& m);

/// The m-line of `d` that carries chat now, if any.
[[nodiscard]] std::optional<size_t> active_chat(const description* d);

/// What can be agreed about that m-line of an offer, or why nothing can. `previous` keeps our role.
result<message_agreement> agree_on_chat(const description& offer, size_t index, const description* previous,
                                        const message_capability& ours);

/// The line that answers it.
[[nodiscard]] media_description chat_answer_line(const media_description& offered,
                                                 const message_agreement& chat,
                                                 const message_capability& ours);

/// An offer of ours; `previous`: the chat line in use in this session, or null. TLS where we can.
[[nodiscard]] media_description chat_offer_line(const media_description* previous,
                                                const message_capability& ours);

/// RFC 3264 §7 for that slot, which both have in use.
result<message_agreement> accept_chat(const description& our_offer, const description& their_answer,
                                      size_t slot, const message_capability& ours);

// ---- what file streams (RFC 5547) have in common with chat

/// All that the peer says of its side of that m-line.
result<message_agreement> read_peer(const description& d, size_t index);

/// RFC 6135 §4.2.2: whether we are the active one. A role in use is kept where the offer lets us.
result<bool> role_for(const media_description& offered, const media_description* in_use,
                      const message_capability& ours);

/// RFC 6135 §4.2.1: whether we connect, as who offered: also where the answer has no word of it.
[[nodiscard]] bool connects_to(const media_description& answered);

/// Our path and port over that transport; empty where it cannot be had.
[[nodiscard]] const std::string& path_of(const message_capability& ours, bool tls);
[[nodiscard]] uint16_t port_of(const message_capability& ours, bool tls);

/// a=path, a=accept-types and the rest of what we say of our side.
void add_attributes(media_description& to, const message_capability& ours, bool tls, setup_role role,
                    bool cema);

}  // namespace confab::sdp::stream
