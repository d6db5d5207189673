#pragma once

#include "signaling/conference/conference_document.hpp"

namespace confab::conference::testing {

/// Every field of a room with two users filled in.
conference_info full_room();
/// Names and nothing else.
conference_info bare_room();

/// Parsed, or a failure of the test.
received_document read(const conference_document& document, uint32_t version);

/// What a watcher that gets only this document sees.
conference_info seen(const conference_document& document);

}  // namespace confab::conference::testing
