#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/sdp.hpp"
#include "bench/load/sip_message.hpp"

namespace confab::load {

using clock_time = std::chrono::steady_clock::time_point;

/// Whom a call calls, and as whom.
struct call_settings {
  std::string request_uri;
  std::string user;      ///< of our From and Contact
  std::string call_id;   ///< unique; tags and branches are made from it
  socket_address local;  ///< of our SIP socket
  local_media media;
};

enum class call_state : uint8_t { idle, inviting, established, ending, ended, failed };

/// One outgoing call (RFC 3261 §13, §14, §15, §17 over UDP): a machine that returns the datagrams to send. No
/// socket, no clock. Owned by `sip_client`.
class sip_call {
 public:
  using datagrams = std::vector<std::string>;
  static constexpr std::chrono::milliseconds t1{500};
  static constexpr std::chrono::milliseconds t2{4'000};
  static constexpr std::chrono::seconds give_up{32};  ///< 64 × T1, Timers B and F

  explicit sip_call(call_settings settings) : settings_(std::move(settings)) {}

  [[nodiscard]] datagrams invite(clock_time now);
  [[nodiscard]] datagrams bye(clock_time now);  ///< nothing unless established
  /// A re-INVITE that holds the stream or takes it off hold (RFC 3264 §8.4); nothing unless established, or
  /// while the last one waits for its answer.
  [[nodiscard]] datagrams change(stream_direction direction, clock_time now);
  [[nodiscard]] datagrams on_message(const sip_message& message, clock_time now);
  [[nodiscard]] datagrams on_timer(clock_time now);
  /// When `on_timer` wants to be called; none: no timer runs.
  [[nodiscard]] std::optional<clock_time> deadline() const noexcept { return deadline_; }

  [[nodiscard]] call_state state() const noexcept { return state_; }
  [[nodiscard]] bool ended_by_server() const noexcept { return ended_by_server_; }
  [[nodiscard]] const std::string& failure() const noexcept {
    return failure_;
  }  ///< `486 Busy Here`, `timeout`
  [[nodiscard]] std::chrono::nanoseconds answer_time() const noexcept { return answered_ - invited_; }
  [[nodiscard]] uint32_t changes() const noexcept { return changes_; }  ///< re-INVITEs that were accepted
  [[nodiscard]] uint32_t retransmissions() const noexcept { return retransmissions_; }
  /// The server's side of the media; changes with its re-INVITEs. Valid once established.
  [[nodiscard]] const remote_media& remote() const noexcept { return remote_; }
  [[nodiscard]] uint32_t remote_version() const noexcept { return remote_version_; }
  [[nodiscard]] const call_settings& settings() const noexcept { return settings_; }

 private:
  datagrams on_response(const sip_message& response, clock_time now);
  datagrams on_invite_final(const sip_message& response, clock_time now);
  datagrams accept(const sip_message& response, clock_time now);
  datagrams on_request(const sip_message& request);
  datagrams on_offer(const sip_message& request);
  void fail(std::string why);
  void start_timer(clock_time now);
  void end_change(bool accepted);
  [[nodiscard]] std::string request(std::string_view method, uint32_t cseq, std::string_view branch,
                                    std::string_view body = {}) const;
  [[nodiscard]] std::string branch(std::string_view of) const;
  [[nodiscard]] std::string contact() const;

  call_settings settings_;
  call_state state_ = call_state::idle;
  bool provisional_ = false;
  bool changing_ = false;  ///< a re-INVITE waits for its answer
  bool ended_by_server_ = false;
  std::string failure_;
  std::string pending_;             ///< the request that is repeated until answered
  std::string to_;                  ///< To of the dialog, with the server's tag
  std::string target_;              ///< Request-URI inside the dialog
  std::vector<std::string> route_;  ///< RFC 3261 §12.1.2, reversed Record-Route
  remote_media remote_;
  uint32_t remote_version_ = 0;
  uint32_t retransmissions_ = 0;
  uint32_t changes_ = 0;
  uint32_t cseq_ = 0;         ///< of our last request
  uint32_t invite_cseq_ = 0;  ///< of our last INVITE
  clock_time invited_{};
  clock_time answered_{};
  clock_time give_up_at_{};
  std::chrono::milliseconds interval_{t1};
  std::optional<clock_time> deadline_;
};

}  // namespace confab::load
