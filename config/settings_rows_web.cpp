#include "config/settings_rows.hpp"
#include "config/web_address.hpp"

namespace confab::settings_table {

std::vector<key> web() {
  using t = value_type;
  return {
      {"web.listen",
       t::text_list,
       R"(["http://0.0.0.0:8080", "http://[::]:8080"])",
       "Where pages of rooms, screens and files are served: http, https (TLS), unix; empty: no web.",
       [](settings& s, value&& v) { s.web.listen = take<texts>(v); },
       0,
       0,
       {},
       [](std::string_view, std::string_view item) {
         const auto address = parse_web_address(item);
         return address ? std::string() : address.error().text;
       },
       {},
       R"(a list of listeners such as "https://0.0.0.0:8443" or "unix:/run/confab/web.sock")"},
      {"web.public-url",
       t::text,
       R"("")",
       "What the URLs begin with that participants get; empty: the first listener at this machine's address.",
       [](settings& s, value&& v) { s.web.public_url = take<text>(v); },
       0,
       0,
       {},
       [](std::string_view, std::string_view item) {
         return item.empty() ? std::string() : check_public_url(item);
       },
       {},
       R"(a URL such as "https://chat.example.com", or "" for none)"},
      {"web.requests-per-second", t::number, "200", "Requests of one address; more get 429; 0: no limit.",
       [](settings& s, value&& v) { s.web.requests_per_second = static_cast<uint32_t>(take<int64_t>(v)); }, 0,
       1'000'000},
  };
}

std::vector<key> screens() {
  using t = value_type;
  return {
      {"screens.share", t::boolean, "true", "Whether participants may share their screens; needs web.listen.",
       [](settings& s, value&& v) { s.screens.share = take<bool>(v); }},
      {"screens.max-frame", t::number, "4194304",
       "Longest picture of a screen, in bytes; longer ones get 413.",
       [](settings& s, value&& v) { s.screens.max_frame = static_cast<uint64_t>(take<int64_t>(v)); }, 1024,
       67'108'864},
      {"screens.directory", t::text, R"("")",
       "Where the newest picture of each screen is kept too; empty: in memory only.",
       [](settings& s, value&& v) { s.screens.directory = take<text>(v); }},
  };
}

}  // namespace confab::settings_table
