#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "config/socket_address.hpp"
#include "signaling/sip/libre_bridge.hpp"
#include "signaling/sip/outbound.hpp"
#include "signaling/sip/wire_message.hpp"

struct sip_request;

namespace confab::sip {

class dialog;

/// Everything a request of ours says, ready to be sent.
struct request_plan {
  std::string method;
  std::string request_uri;
  std::string fallback_hop;  ///< tried once when nothing can be sent to next_hop: the connection is gone
  std::string next_hop;      ///< URI the request is sent to
  std::string
      source_hop;  ///< where the peer is: tried once when `net.deny` forbids what it named; may be empty
  /// The peer on whose word the hops are; absent: the operator's, which is not filtered.
  std::optional<socket_address> named_by;
  std::string headers;  ///< whole lines: Route, From, To, Call-ID, CSeq, more; no Via, Contact or body lines
  std::string contact_user;  ///< Contact is written for the transport that is chosen; empty: no Contact
  std::string body;          ///< may be empty
  std::string body_type = "application/sdp";
  bool large_by_stream_only = false;  ///< no datagram past `limits::sip_request_bytes_datagram` (RFC 3428 §8)
  /// An offer that says the same in less, for where the body would make a datagram too large; empty: none.
  std::string plain_sdp{};
  bool body_may_go = false;  ///< better without the body than not at all, where a datagram cannot hold it

  /// A request in a dialog: where it goes, and the lines that make it one.
  [[nodiscard]] static request_plan in(dialog& speaks, std::string method);
  /// A request of its own to where the dialog's would go, from and to whom they are.
  [[nodiscard]] static request_plan beside(const dialog& speaks, std::string method);

 private:
  [[nodiscard]] static request_plan towards(const dialog& speaks, std::string method);
};

/// What a handler is told when `net.deny` forbade every address.
inline constexpr int address_denied = 13;  // EACCES
/// Too large for a datagram, and no TCP to be had.
inline constexpr int body_too_large = 90;  // EMSGSIZE

/// One client transaction. It keeps itself alive until its final response or failure, whoever else lets go of
/// it. Each address is judged by `net.deny` once it is known, that is behind DNS. A request that is too large
/// for UDP goes by TCP where the peer may have it, and by UDP when that fails (RFC 3261 §18.1.1).
class client_request {
 public:
  /// `error` is an errno; 0 with a response. Called for each provisional response and once for the end.
  using handler = std::function<void(int error, const sip_msg* message, const wire_message* response)>;

  /// Nothing when it could not even be started; then `on_response` is never called, and `why` has the errno.
  static std::shared_ptr<client_request> send(outbound& out, request_plan plan, handler on_response,
                                              int* why = nullptr);
  /// ACK to a 2xx: no transaction, no response.
  static void send_ack(outbound& out, const request_plan& plan);
  ~client_request();
  client_request(const client_request&) = delete;
  client_request& operator=(const client_request&) = delete;

  void cancel();  ///< CANCEL, as soon as RFC 3261 §9.1 allows; the final response still comes
  void handle_with(handler on_response) { on_response_ = std::move(on_response); }
  [[nodiscard]] const request_plan& plan() const noexcept { return plan_; }

 private:
  /// The ways a request may go, tried in this order.
  enum class way : uint8_t {
    named,     ///< next_hop, as its URI says
    tcp,       ///< the same by TCP, for its size
    datagram,  ///< the same by UDP, whatever its size
    fallback,
    source,
  };

  client_request(outbound& out, request_plan plan) : out_(out), plan_(std::move(plan)) {}
  int start();    ///< an errno; tries what is left
  int attempt();  ///< one way
  [[nodiscard]] bool another_way(int error);
  int judge(const socket_address& destination, std::string_view transport, size_t head_bytes);
  [[nodiscard]] std::string hop() const;
  void on_patience();
  void finish(int error, const sip_msg* message);
  friend struct client_request_bridge;

  outbound& out_;
  request_plan plan_;
  handler on_response_;
  way way_ = way::named;
  bool cancelled_ = false;
  bool denied_ = false;    ///< the last address was
  size_t rest_bytes_ = 0;  ///< of the request, behind what libre writes
  deadlines::id patience_ = 0;
  struct ::sip_request* request_ = nullptr;  // libre's; it clears the pointer itself
  std::shared_ptr<client_request> self_;
};

/// `<sip:room@host:port;transport=x>;isfocus` (RFC 4579 §4).
[[nodiscard]] std::string contact_header(const std::string& user, std::string_view transport,
                                         const std::string& sent_by);

}  // namespace confab::sip
