#include <utility>

#include "actors/room.hpp"
#include "config/log.hpp"
#include "signaling/sip/pin_text.hpp"
#include "signaling/sip/text.hpp"

/// The calls a room makes because participants want them: by REFER, or by the list in their INVITE.
namespace confab::actors {

/// Who is called reads who wants it.
dial_out room_state::invitation_of(const std::string& asker, const std::string& display_name,
                                   const std::string& target) const {
  dial_out wish;
  wish.room = id_;
  wish.target = target;
  wish.subject =
      "Join conference request from " + (display_name.empty() ? asker : display_name + " <" + asker + ">");
  wish.headers = {sip::header_safe("Referred-By: <" + asker + ">"),
                  sip::header_safe("X-Orig-From: " + asker)};
  wish.referrer = asker;
  wish.observer = caf::actor_cast<caf::strong_actor_ptr>(self_);
  wish.leg = shared_->next_leg_id();
  return wish;
}

void room_state::call(dial_out wish, std::optional<subscription_id> refer) {
  const auto leg = *wish.leg;
  invitations_.emplace(leg, invitation{refer, wish.target, wish.referrer});
  const auto refused = [this, wish, refer](const dial_started& why, std::chrono::seconds later) {
    invitations_.erase(*wish.leg);
    if (!refer) return not_called(wish, why.text);
    const bool never = why.status == 403;
    shared_->refer_control->refuse_refer(
        *refer, never ? sip::refusal{403, "Forbidden", why.text, std::nullopt}
                      : sip::refusal{why.status, "Service Unavailable", why.text, later});
  };
  self_->request(directory_, caf::infinite, std::move(wish))
      .then(
          [this, refer, refused](const dial_started& begun) {
            if (!begun.leg) return refused(begun, std::chrono::seconds(60));
            if (refer) shared_->refer_control->accept_refer(*refer);
          },
          [refused](const caf::error&) {
            refused({std::nullopt, "shutting down"}, std::chrono::seconds(30));
          });
}

/// RFC 5366 §5: whoever came with a list is in; now the others. The directory has admitted the list; only
/// what rings in the room was not known to it.
void room_state::call_in(const join_room& m) {
  if (m.recipients.empty()) return;
  const auto& asker = m.identity.empty() ? m.uri : m.identity;
  const bool fits = invitations_.size() + m.recipients.size() <= shared_->configured->rooms.max_invitations;
  log::info(fits ? "list of recipients" : "list of recipients refused",
            {{"room", id_.value},
             {"by", asker},
             {"recipients", std::to_string(m.recipients.size())},
             {"why", fits ? "" : "too many invitations are under way: rooms.max-invitations"}});
  for (const auto& target : m.recipients) {
    auto wish = invitation_of(asker, m.display_name, target);
    wish.asked_by = m.source;
    if (fits) {
      call(std::move(wish), std::nullopt);
    } else {
      not_called(wish, "too many invitations are under way");
    }
  }
}

/// Nobody waits for an answer: those who watch the room see that it failed.
void room_state::not_called(const dial_out& wish, const std::string& why) {
  const auto target = sip::without_pin(wish.target);
  log::warning("a recipient is not called", {{"room", id_.value}, {"target", target}, {"why", why}});
  invited({*wish.leg, target, wish.referrer, 503, why});
}

void room_state::dialed(const dial_report& m) {
  const auto found = invitations_.find(m.leg);
  if (found == invitations_.end()) return delivered(m);
  const auto& one = found->second;
  if (one.refer) shared_->refer_control->refer_progress(*one.refer, m.status, m.reason);
  if (m.status < 200) return;
  log::info("invitation over", {{"room", id_.value},
                                {"target", sip::without_pin(one.target)},
                                {"by", one.by},
                                {"outcome", std::to_string(m.status) + " " + m.reason}});
  invitations_.erase(found);
}

/// From now on it can be cancelled.
void room_state::note_calling(leg_id leg) {
  const auto found = invitations_.find(leg);
  if (found == invitations_.end()) return;
  found->second.calling = true;
  if (const auto& why = found->second.withdrawn; !why.empty()) shared_->control->hang_up(leg, why);
}

/// CANCEL, once there is something to cancel; its `dial_report` says when it is over.
void room_state::withdraw(leg_id leg, const std::string& why) {
  const auto found = invitations_.find(leg);
  if (found == invitations_.end() || !found->second.withdrawn.empty()) return;
  found->second.withdrawn = why;
  if (found->second.calling) shared_->control->hang_up(leg, why);
}

/// Calls that ring do not keep a room that everybody has left.
void room_state::withdraw_if_empty() {
  if (!seats_.empty() || !arriving_.empty() || !guests_.empty()) return;
  for (const auto& [leg, one] : invitations_) withdraw(leg, "nobody is left in the room");
}

}  // namespace confab::actors
