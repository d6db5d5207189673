#pragma once

#include <memory>
#include <string>
#include <utility>

#include "news_box.hpp"
#include "signaling/sip/subscription_events.hpp"

namespace confab::sip::test {

/// Keeps the news of subscriptions until a test asks for it.
class watch_box : public subscription_listener, public news_box<subscription_event> {
 public:
  void on_subscription_event(subscription_event event) override { put(std::move(event)); }
};

inline document text(std::string body, bool must_send = false) {
  return {std::make_shared<const std::string>(std::move(body)), "application/conference-info+xml", must_send};
}

}  // namespace confab::sip::test
