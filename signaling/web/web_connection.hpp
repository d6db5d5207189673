#pragma once

#include <functional>
#include <memory>

#include "signaling/web/http_session.hpp"

// Boost's headers stay in .cpp files: they take long to compile.
namespace boost::asio {
class io_context;
namespace ssl {
class context;
}
}  // namespace boost::asio

namespace confab::web {

/// A socket that has just been accepted; whoever has it closes it.
struct accepted_socket {
  int descriptor = -1;
  int family = 0;
};

/// A connection's socket, its TLS and its timer, doing what the session says. Web thread only.
class web_connection {
 public:
  /// Told once, when the connection is closed; it may be destroyed then.
  using ended = std::function<void(web_connection*)>;

  virtual ~web_connection() = default;
  /// The room that the session watches has news.
  virtual void wake() = 0;
  /// It is under another token now, and the session is not to have more of it.
  virtual void room_moved() = 0;
  virtual void close() = 0;
  [[nodiscard]] virtual const std::string& watches() const = 0;

  /// `tls` is null for a connection in the clear. `changed` is called when `watches` may have.
  static std::shared_ptr<web_connection> start(boost::asio::io_context& loop, boost::asio::ssl::context* tls,
                                               accepted_socket socket, std::unique_ptr<http_session> session,
                                               std::function<void(web_connection*)> changed, ended over);
};

}  // namespace confab::web
