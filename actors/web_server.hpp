#pragma once

#include <memory>

#include "config/result.hpp"
#include "config/settings.hpp"
#include "media/io/certificate.hpp"
#include "signaling/web/web_server.hpp"

namespace confab::actors {

/// Something of `web.listen` is https.
[[nodiscard]] bool web_wants_tls(const settings& s);

/// Opens `web.listen`. Null when nothing listens: no pages, no screens. The error says which address cannot
/// be had. Main thread, at start.
result<std::unique_ptr<web::web_server>> open_web(const settings& s,
                                                  const io::certificate_files& certificate);

}  // namespace confab::actors
