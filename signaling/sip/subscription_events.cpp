#include "signaling/sip/subscription_events.hpp"

namespace confab::sip {

const char* to_string(watch_end end) noexcept {
  switch (end) {
    case watch_end::fetched:
      return "fetched";
    case watch_end::unsubscribed:
      return "unsubscribed";
    case watch_end::expired:
      return "expired";
    case watch_end::local:
      return "local";
    case watch_end::unreachable:
      return "unreachable";
  }
  return "";
}

const char* to_string(termination why) noexcept {
  switch (why) {
    case termination::noresource:
      return "noresource";
    case termination::timeout:
      return "timeout";
    case termination::deactivated:
      return "deactivated";
  }
  return "";
}

subscription_id subscription_of(const subscription_event& event) noexcept {
  return std::visit([](const auto& e) { return e.id; }, event);
}

}  // namespace confab::sip
