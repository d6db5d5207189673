#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/sip_message.hpp"
#include "bench/load/watch_report.hpp"
#include "config/socket_address.hpp"

namespace confab::load {

enum class watch_transport : uint8_t { udp, tcp };
[[nodiscard]] std::string_view to_string(watch_transport transport) noexcept;

/// What a conference-info document says of itself, without reading all of it.
struct document_facts {
  uint64_t version = 0;
  bool full = true;  ///< RFC 4575 §5.1: what a document without `state` is
  bool has_users = false;
};
/// Nothing when `body` is no such document.
[[nodiscard]] std::optional<document_facts> read_document(std::string_view body);

struct subscription_settings {
  std::string request_uri;
  std::string user;     ///< of our From and Contact
  std::string call_id;  ///< unique; tags and branches are made from it
  socket_address local;
  watch_transport transport = watch_transport::udp;
};

enum class subscription_state : uint8_t { idle, asking, active, leaving, ended, failed };

/// One watcher of a room (RFC 6665, RFC 4575): a machine that returns the messages to send, answers each
/// NOTIFY with 200 and counts it. No socket, no clock. Owned by `watch_group`.
class sip_subscription {
 public:
  using clock_time = std::chrono::steady_clock::time_point;
  using messages = std::vector<std::string>;

  explicit sip_subscription(subscription_settings settings) : settings_(std::move(settings)) {}

  [[nodiscard]] messages subscribe(clock_time now);
  [[nodiscard]] messages unsubscribe(clock_time now);  ///< nothing unless active
  /// `wire_bytes`: length of the message as it came.
  [[nodiscard]] messages on_message(const sip_message& message, size_t wire_bytes, clock_time now);
  /// Repeats over UDP what nobody answered (RFC 3261 §17.1.2.2), and gives up after 32 s.
  [[nodiscard]] messages on_timer(clock_time now);

  [[nodiscard]] subscription_state state() const noexcept { return state_; }
  [[nodiscard]] bool ended_by_server() const noexcept { return ended_by_server_; }
  [[nodiscard]] const std::string& failure() const noexcept { return failure_; }
  [[nodiscard]] const notify_counts& counts() const noexcept { return counts_; }
  [[nodiscard]] clock_time last_notify() const noexcept { return last_notify_; }

 private:
  messages ask(uint32_t expires, clock_time now);
  messages on_notify(const sip_message& notify, size_t wire_bytes, clock_time now);
  void count(const sip_message& notify, size_t wire_bytes);
  [[nodiscard]] std::string contact() const;

  subscription_settings settings_;
  subscription_state state_ = subscription_state::idle;
  bool ended_by_server_ = false;
  std::string failure_;
  std::string pending_;
  std::string to_;      ///< To of the dialog, with the server's tag
  std::string target_;  ///< Request-URI inside the dialog
  std::vector<std::string> route_;
  uint32_t cseq_ = 0;
  uint32_t last_notify_cseq_ = 0;
  std::optional<uint64_t> version_;
  notify_counts counts_;
  clock_time last_notify_{};
  clock_time give_up_at_{};
  std::chrono::milliseconds interval_{0};
  std::optional<clock_time> deadline_;
};

}  // namespace confab::load
