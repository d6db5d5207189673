#include "actors/web_server.hpp"

#include <algorithm>

#include "config/log.hpp"
#include "config/web_address.hpp"
#include "media/io/local_address.hpp"

namespace confab::actors {

namespace {

/// The machine as its callers know it: a name that is configured for another protocol is its name here too; a
/// listener's own address, unless that is any.
std::string host_of(const settings& s) {
  for (const auto* name : {&s.sip.advertised_address, &s.msrp.advertised_address}) {
    if (!name->empty()) return *name;
  }
  for (const auto& text : s.web.listen) {
    const auto where = parse_web_address(text);
    if (where && where->path.empty() && !where->address.is_any_host()) return where->address.host();
  }
  return io::default_local_address().host();
}

}  // namespace

bool web_wants_tls(const settings& s) {
  return std::any_of(s.web.listen.begin(), s.web.listen.end(),
                     [](const std::string& l) { return l.starts_with("https:"); });
}

result<std::unique_ptr<web::web_server>> open_web(const settings& s,
                                                  const io::certificate_files& certificate) {
  if (s.web.listen.empty()) return std::unique_ptr<web::web_server>();
  web::web_options options;
  options.listen = s.web.listen;
  options.certificate_file = certificate.certificate;
  options.private_key_file = certificate.private_key;
  options.public_url = s.web.public_url;
  options.host = host_of(s);
  options.requests_per_second = s.web.requests_per_second;
  const bool has_tcp = std::any_of(s.web.listen.begin(), s.web.listen.end(),
                                   [](const std::string& l) { return !l.starts_with("unix:"); });
  if (!has_tcp && s.web.public_url.empty())
    return {
        errc::bad_setting,
        "web.public-url: a Unix socket alone says nothing of where participants find the pages: set it to "
        "what the proxy serves"};
  auto made = web::web_server::start(options);
  if (!made) return made.error();
  for (const auto& l : (*made)->listeners())
    log::info("listening", {{"transport", l.scheme}, {"address", l.address}});
  return made;
}

}  // namespace confab::actors
