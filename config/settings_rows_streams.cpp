#include "config/listen_address.hpp"
#include "config/settings_items.hpp"
#include "config/settings_rows.hpp"

namespace confab::settings_table {

std::vector<key> streams_and_msrp() {
  using t = value_type;
  return {
      {"streams.threads", t::number, "0", "Threads that carry TCP, one ring each; 0: half as many as cores.",
       [](settings& s, value&& v) { s.streams.threads = static_cast<uint32_t>(take<int64_t>(v)); }, 0, 1024},
      {"msrp.listen",
       t::text_list,
       R"(["msrps://0.0.0.0:2855", "msrps://[::]:2855"])",
       "Where the chat of rooms is reached: msrps (TLS) or msrp, address, port; empty: no chat.",
       [](settings& s, value&& v) { s.msrp.listen = take<texts>(v); },
       0,
       0,
       {},
       [](std::string_view, std::string_view item) {
         const auto address = parse_listen_address(item, msrp_schemes);
         return address ? std::string() : address.error().text;
       },
       {},
       R"(a list of listeners such as "msrps://0.0.0.0:2855")"},
      {"msrp.advertised-address",
       t::text,
       R"("")",
       "Host that SDP names for chat; empty: the address that the call came in by.",
       [](settings& s, value&& v) { s.msrp.advertised_address = take<text>(v); },
       0,
       0,
       {},
       check_host,
       {},
       R"(a host name or address, or "" for none)"},
      {"msrp.max-message", t::number, "10485760", "Longest message, in bytes; longer ones get 413.",
       [](settings& s, value&& v) { s.msrp.max_message = static_cast<uint64_t>(take<int64_t>(v)); }, 1024,
       1073741824},
      {"msrp.max-unfinished", t::number, "268435456",
       "Memory for messages that have not come whole or are not passed on yet, in bytes, of all rooms; a "
       "room has a "
       "quarter of it, and no room less than one message of the largest size; more gets 413.",
       [](settings& s, value&& v) { s.msrp.max_unfinished = static_cast<uint64_t>(take<int64_t>(v)); }, 1024,
       1099511627776},
  };
}

}  // namespace confab::settings_table
