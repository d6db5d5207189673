#pragma once

#include <functional>
#include <memory>
#include <string>

#include "signaling/sip/libre_bridge.hpp"
#include "signaling/sip/transports.hpp"
#include "signaling/sip/wire_message.hpp"

struct sip_request;

namespace confab::sip {

/// Everything a request of ours says, ready to be sent.
struct request_plan {
  std::string method;
  std::string request_uri;
  std::string fallback_hop;  ///< tried once when nothing can be sent to next_hop: the connection is gone
  std::string next_hop;      ///< URI the request is sent to
  std::string headers;  ///< whole lines: Route, From, To, Call-ID, CSeq, more; no Via, Contact or body lines
  std::string contact_user;  ///< Contact is written for the transport that is chosen; empty: no Contact
  std::string body;          ///< may be empty
  std::string body_type = "application/sdp";
};

/// One client transaction. It keeps itself alive until its final response or failure, whoever else lets go of
/// it.
class client_request {
 public:
  /// `error` is an errno; 0 with a response. Called for each provisional response and once for the end.
  using handler = std::function<void(int error, const sip_msg* message, const wire_message* response)>;

  /// Nothing when it could not even be started; then `on_response` is never called.
  static std::shared_ptr<client_request> send(::sip* stack, const transports& ways, request_plan plan,
                                              handler on_response);
  /// ACK to a 2xx: no transaction, no response.
  static void send_ack(::sip* stack, const transports& ways, const request_plan& plan);

  void cancel();  ///< CANCEL, as soon as RFC 3261 §9.1 allows; the final response still comes
  void handle_with(handler on_response) { on_response_ = std::move(on_response); }
  [[nodiscard]] const request_plan& plan() const noexcept { return plan_; }

 private:
  client_request(::sip* stack, const transports& ways, request_plan plan)
      : stack_(stack), ways_(ways), plan_(std::move(plan)) {}
  int start();  ///< an errno
  void finish(int error, const sip_msg* message);
  friend struct client_request_bridge;

  ::sip* stack_;
  const transports& ways_;
  request_plan plan_;
  handler on_response_;
  struct ::sip_request* request_ = nullptr;  // libre's; it clears the pointer itself
  std::shared_ptr<client_request> self_;
};

/// `<sip:room@host:port;transport=x>;isfocus` (RFC 4579 §4).
[[nodiscard]] std::string contact_header(const std::string& user, std::string_view transport,
                                         const std::string& sent_by);

}  // namespace confab::sip
