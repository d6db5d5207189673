#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"

namespace confab::sip {

/// The SIP URIs of a `recipient-list` body (RFC 5366 §4, RFC 4826 §3), in their order, each once (RFC 3261
/// §19.1.4), without URI headers and `method`. Lists within lists are read as one. Display names and
/// `copyControl` (RFC 5364) are left out: recipients are not told who else is called. `malformed`: not such a
/// document, or an entry without a URI that can be read. `unsupported`: an entry that is kept elsewhere
/// (`external`, `entry-ref`), is no SIP URI, or is hidden in an element we do not know. `too_large`: past a
/// bound of `limits::recipient…`. One bad entry refuses all.
result<std::vector<std::string>> read_recipients(std::string_view document);

}  // namespace confab::sip
