#include "signaling/sip/call_events.hpp"

namespace confab::sip {

const char* to_string(end_cause cause) noexcept {
  switch (cause) {
    case end_cause::remote_bye:
      return "the peer hung up";
    case end_cause::remote_cancel:
      return "the peer cancelled";
    case end_cause::local:
      return "ended by this server";
    case end_cause::refused:
      return "the peer refused";
    case end_cause::no_ack:
      return "no ACK came";
    case end_cause::session_expired:
      return "the session timer ran out";
    case end_cause::transport:
      return "the peer could not be reached";
    case end_cause::replaced:
      return "another call took the seat";
  }
  return "unknown";
}

namespace {
struct leg_visitor {
  template <class Event>
  leg_id operator()(const Event& event) const noexcept {
    return event.leg;
  }
};
}  // namespace

leg_id leg_of(const call_event& event) noexcept {
  return std::visit(leg_visitor{}, event);
}

}  // namespace confab::sip
