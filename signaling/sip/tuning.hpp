#pragma once

#include <memory>
#include <vector>

#include "config/result.hpp"
#include "config/socket_address.hpp"

namespace confab::sip {

class call_listener;
class message_listener;
class refer_listener;
class subscription_listener;
class endpoint;
struct endpoint_settings;

/// What no operator may turn, but a test must: it cannot wait for half an hour, nor ask the machine's name
/// servers.
struct tuning {
  int haste = 1;  ///< our own timers run this many times faster; libre's transactions do not
  std::vector<socket_address> name_servers;  ///< empty: those of the machine
};

/// The way in for tests.
struct endpoint_tuner {
  static result<std::unique_ptr<endpoint>> start(endpoint_settings settings, tuning tuned,
                                                 call_listener& listener,
                                                 subscription_listener* watchers = nullptr,
                                                 refer_listener* referrers = nullptr,
                                                 message_listener* chats = nullptr);
};

}  // namespace confab::sip
