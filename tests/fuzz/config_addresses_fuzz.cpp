// Ranges, listen addresses and durations: what is read can be written and read again as the same.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "config/cidr.hpp"
#include "config/duration.hpp"
#include "config/listen_address.hpp"

namespace {

void require(bool truth) {
  if (!truth) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto range = confab::cidr_range::parse(text)) {
    const auto again = confab::cidr_range::parse(range->to_string());
    require(again.ok() && again->to_string() == range->to_string());
    const std::string host = range->to_string().substr(0, range->to_string().find('/'));
    require(range->contains(*confab::socket_address::parse(host, 1)));
  }
  if (const auto listen = confab::parse_listen_address(text, confab::sip_schemes)) {
    const auto again = confab::parse_listen_address(listen->to_string(), confab::sip_schemes);
    require(again.ok() && again->address == listen->address);
  }
  if (const auto address = confab::socket_address::parse_with_port(text, 53)) {
    const auto again = confab::socket_address::parse_with_port(address->to_string(), 1);
    require(again.ok() && *again == *address);
  }
  if (const auto duration = confab::parse_duration(text)) {
    const auto again = confab::parse_duration(confab::write_duration(*duration));
    require(again.ok() && *again == *duration);
  }
  return 0;
}
