#include "signaling/sip/session.hpp"
#include "signaling/sip/text.hpp"

namespace confab::sip {

void session::restart_session_timer(const session_timer& timer) {
  timer_ = timer;
  agent_.timers().cancel(refresh_timer_);
  if (told_) return;
  refresh_timer_ = agent_.timers().start(timer.act_after(), [this] { on_session_timer(); });
}

void session::on_session_timer() {
  refresh_timer_ = 0;
  if (told_ || phase_ != phase::up) return;
  if (!timer_.we_refresh) {
    bye("session timer expired");
    close(end_cause::session_expired, 0, "no refresh came");
    return;
  }
  // RFC 4028 §10: should this refresh fail without ending the dialog, the next one is still before the end.
  refresh_timer_ = agent_.timers().start(timer_.interval / 4, [this] { on_session_timer(); });
  if (request_ || pending_ || glare_timer_ != 0)
    return;  // another request does the same, or stands in the way
  if (peer_takes_update_) {
    refresh_by_update();
  } else if (!local_sdp_.empty()) {
    refreshing_ = true;
    send_offer();
  }
}

void session::refresh_by_update() {
  const auto headers = timer_headers_as_uac(agent_.timer_policy(), timer_.interval, refresher::uac) +
                       "Supported: " + supported_extensions + "\r\n";
  request_ =
      send_in_dialog("UPDATE", headers, {}, [this](int error, const sip_msg*, const wire_message* response) {
        if (error == 0 && response->status() < 200) return;
        request_.reset();
        if (dead_dialog(error, response)) return;
        if (response->status() < 300) {
          dialog_.refresh_target(*response);
          restart_session_timer(read_as_uac(*response, agent_.timer_policy()));
        } else if (response->status() == 405 || response->status() == 501) {
          peer_takes_update_ = false;
        }
        next_offer();
      });
  if (!request_) close(end_cause::transport, 0, "the refresh could not be sent");
}

}  // namespace confab::sip
