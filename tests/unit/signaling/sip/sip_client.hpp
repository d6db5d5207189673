#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "news_box.hpp"
#include "signaling/sip/endpoint.hpp"
#include "signaling/sip/text.hpp"
#include "signaling/sip/tuning.hpp"
#include "signaling/sip/wire_message.hpp"

/// A phone made of one blocking socket, and an endpoint to call, for tests on loopback.
namespace confab::sip::test {

inline constexpr const char* sdp =
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n";
inline constexpr const char* other_sdp =
    "v=0\r\no=- 2 2 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4002 RTP/AVP 8\r\n";

/// Keeps events until a test asks for them.
class event_box : public call_listener, public news_box<call_event> {
 public:
  void on_call_event(call_event event) override { put(std::move(event)); }
};

/// A message with its text.
struct message {
  std::string text;
  wire_message wire;
  [[nodiscard]] std::string to_tag() const;
  [[nodiscard]] uint16_t status() const { return wire.status(); }
  [[nodiscard]] std::string header(std::string_view name) const { return std::string(wire.first(name)); }
};

class phone {
 public:
  /// Connects to the listener of this kind.
  phone(const endpoint& server, const std::string& transport);
  /// Waits on UDP for whoever sends first.
  phone();
  ~phone();
  phone(const phone&) = delete;
  phone& operator=(const phone&) = delete;

  void send(const std::string& bytes);
  /// The next message, waiting at most a few seconds; retransmissions of the last one are skipped.
  std::shared_ptr<message> receive();
  /// The next response that is not 100 Trying.
  std::shared_ptr<message> response();
  std::shared_ptr<message> request();

  // Building requests of one call.
  struct parts {
    std::string uri{};      ///< default: sip:lunch@example.com
    std::string headers{};  ///< more lines
    std::string body{};     ///< SDP unless `type` says otherwise
    std::string type = "application/sdp";
    std::string to_tag{};
    std::string branch{};  ///< default: fresh
    std::optional<uint32_t> cseq{};
    bool contact = true;
  };
  std::string make(const std::string& method, const parts& p);
  /// Sends and remembers the branch and the sequence number.
  void ask(const std::string& method, const parts& p);
  void cancel();
  /// ACK to a response; 2xx get a branch of their own.
  void ack(const message& response, const std::string& body = {});
  /// Answers a request of the server.
  void answer(const message& request, int status, const std::string& reason, const std::string& headers = {},
              const std::string& body = {}, const std::string& to_tag = "phone");

  [[nodiscard]] std::string address() const { return local_.to_string(); }
  [[nodiscard]] uint16_t port() const { return local_.port(); }
  [[nodiscard]] std::string uri() const;
  void new_call();

  std::string call_id;
  std::string tag;
  uint32_t cseq = 0;
  std::string branch;

 private:
  std::string read_one();
  int fd_ = -1;
  bool connected_ = true;
  std::string transport_;
  socket_address local_;
  std::string buffer_;
  std::string last_;
};

endpoint_settings local_settings();
std::unique_ptr<endpoint> start(event_box& events, endpoint_settings settings = local_settings(),
                                tuning tuned = {});

}  // namespace confab::sip::test
