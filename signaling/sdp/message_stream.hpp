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

}  // namespace confab::sdp::stream
