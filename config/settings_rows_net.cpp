#include "config/net_deny.hpp"
#include "config/settings_items.hpp"
#include "config/settings_rows.hpp"

namespace confab::settings_table {

std::vector<key> net_and_dns() {
  using t = value_type;
  return {
      {"net.deny",
       t::text_list,
       R"(["loopback", "link-local", "private"])",
       "Where nothing is sent on a stranger's word, unless the stranger itself is there.",
       [](settings& s, value&& v) { s.net.deny = take<texts>(v); },
       0,
       0,
       {},
       [](std::string_view, std::string_view item) { return check_deny_item(item); },
       {},
       R"(a list of "loopback", "link-local", "private" and networks such as "192.0.2.0/24")"},
      {"dns.servers",
       t::text_list,
       "[]",
       "Name servers that SIP targets are asked of; empty: those of the machine (resolv.conf).",
       [](settings& s, value&& v) { s.dns.servers = take<texts>(v); },
       0,
       0,
       {},
       check_name_server,
       {},
       R"(a list of addresses such as "192.0.2.53" or "[2001:db8::53]:5353")"},
  };
}

}  // namespace confab::settings_table
