#pragma once

#include <atomic>

#include <caf/send.hpp>

#include "actors/words.hpp"
#include "signaling/sip/call_events.hpp"
#include "signaling/sip/message_events.hpp"
#include "signaling/sip/refer_events.hpp"
#include "signaling/sip/subscription_events.hpp"

namespace confab::actors {

/// Carries news from the signaling thread into the directory's mailbox.
/// The directory is made after the endpoint that reports here, so a call that comes in that moment waits for
/// `connect`.
class sip_bridge final : public sip::call_listener,
                         public sip::subscription_listener,
                         public sip::refer_listener,
                         public sip::message_listener {
 public:
  /// Main thread, once.
  void connect(directory_actor target) {
    target_ = std::move(target);
    connected_.store(true, std::memory_order_release);
    connected_.notify_all();
  }

  /// Main thread, after the signaling thread has stopped.
  void disconnect() { target_ = nullptr; }

  /// Signaling thread only.
  void on_call_event(sip::call_event event) override {
    connected_.wait(false, std::memory_order_acquire);
    caf::anon_send(target_, call_news{std::move(event)});
  }

  /// Signaling thread only.
  void on_subscription_event(sip::subscription_event event) override {
    connected_.wait(false, std::memory_order_acquire);
    caf::anon_send(target_, watch_news{std::move(event)});
  }

  /// Signaling thread only.
  void on_refer_event(sip::refer_event event) override {
    connected_.wait(false, std::memory_order_acquire);
    caf::anon_send(target_, refer_news{std::move(event)});
  }

  /// Signaling thread only.
  void on_message(sip::incoming_message message) override {
    connected_.wait(false, std::memory_order_acquire);
    caf::anon_send(target_, message_news{std::move(message)});
  }

 private:
  directory_actor target_;
  std::atomic<bool> connected_{false};
};

}  // namespace confab::actors
