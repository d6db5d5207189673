#include "signaling/web/web_connection.hpp"

#include <array>
#include <chrono>
#include <string>
#include <utility>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

namespace confab::web {

namespace asio = boost::asio;
using boost::system::error_code;
using socket_type = asio::generic::stream_protocol::socket;

namespace {

constexpr std::chrono::seconds farewell_patience{2};

times now() {
  return {std::chrono::steady_clock::now(), std::chrono::system_clock::now()};
}

/// How a stream begins and ends, for each of the two kinds; reading and writing are alike.
template <class Then>
void shake_hands(socket_type&, Then then) {
  then(error_code());
}
template <class Then>
void shake_hands(asio::ssl::stream<socket_type>& stream, Then then) {
  stream.async_handshake(asio::ssl::stream_base::server, std::move(then));
}

socket_type& socket_of(socket_type& stream) {
  return stream;
}
socket_type& socket_of(asio::ssl::stream<socket_type>& stream) {
  return stream.next_layer();
}

template <class Stream>
class connection final : public web_connection, public std::enable_shared_from_this<connection<Stream>> {
 public:
  connection(asio::io_context& loop, Stream stream, std::unique_ptr<http_session> session,
             std::function<void(web_connection*)> changed, ended over)
      : stream_(std::move(stream)),
        timer_(loop),
        session_(std::move(session)),
        changed_(std::move(changed)),
        over_(std::move(over)) {}

  void begin() {
    await_deadline();
    shake_hands(stream_, [self = this->shared_from_this()](const error_code& failed) {
      if (failed) return self->close();
      self->ready_ = true;
      self->go_on();
    });
  }

  void wake() override { go_on(); }

  /// It may follow the room under its new token now.
  void room_moved() override {
    session_->on_moved();
    go_on();
    if (!closed_) changed_(this);
  }

  void close() override {
    if (std::exchange(closed_, true)) return;
    error_code ignored;
    timer_.cancel(ignored);
    socket_of(stream_).close(ignored);
    over_(this);
  }

  [[nodiscard]] const std::string& watches() const override { return session_->watches(); }

 private:
  /// Reads and writes as far as the session wants to.
  void go_on() {
    if (closed_ || leaving_ || !ready_) return;
    if (session_->is_given_up()) return close();
    if (!writing_) write();
    if (closed_ || leaving_) return;
    if (!reading_ && session_->wants_bytes()) read();
    await_deadline();
  }

  void read() {
    reading_ = true;
    stream_.async_read_some(asio::buffer(incoming_),
                            [self = this->shared_from_this()](const error_code& failed, size_t count) {
                              self->reading_ = false;
                              if (self->closed_) return;
                              if (failed) return self->close();
                              if (self->leaving_) return self->drain(count);
                              self->session_->on_bytes({self->incoming_.data(), count}, now());
                              self->changed_(self.get());
                              self->go_on();
                            });
  }

  void write() {
    outgoing_ = session_->take_output(now());
    if (session_->is_given_up()) return close();
    if (outgoing_.empty()) {
      if (session_->is_over()) leave();
      return;
    }
    writing_ = true;
    asio::async_write(stream_, asio::buffer(outgoing_),
                      [self = this->shared_from_this()](const error_code& failed, size_t) {
                        self->writing_ = false;
                        if (self->closed_) return;
                        if (failed) return self->close();
                        self->session_->on_written(now());
                        self->changed_(self.get());  // it may have answered a request that waited
                        self->go_on();
                      });
  }

  /// Says that nothing more comes and lets the peer close: what is closed while bytes of the peer are unread
  /// may take the response away from it.
  void leave() {
    leaving_ = true;
    timer_.expires_after(farewell_patience);
    timer_.async_wait([self = this->shared_from_this()](const error_code& failed) {
      if (!failed) self->close();
    });
    say_goodbye(stream_);
  }

  void say_goodbye(socket_type& socket) {
    error_code ignored;
    socket.shutdown(socket_type::shutdown_send, ignored);
    if (!reading_) read();
  }
  void say_goodbye(asio::ssl::stream<socket_type>& stream) {
    stream.async_shutdown([self = this->shared_from_this()](const error_code&) { self->close(); });
  }

  void drain(size_t count) {
    drained_ += count;
    if (drained_ > most_drained) return close();
    read();
  }

  void await_deadline() {
    if (leaving_ || closed_) return;
    const auto due = session_->deadline();
    if (due == awaited_) return;
    awaited_ = due;
    timer_.expires_at(due);
    timer_.async_wait([self = this->shared_from_this()](const error_code& failed) {
      if (failed || self->closed_ || self->leaving_) return;
      self->awaited_ = {};
      self->session_->on_time(now());
      if (!self->ready_ || self->session_->is_given_up()) return self->close();
      self->go_on();
    });
  }

  static constexpr size_t most_drained = 262'144;

  Stream stream_;
  asio::steady_timer timer_;
  std::unique_ptr<http_session> session_;
  std::function<void(web_connection*)> changed_;
  ended over_;
  std::array<char, 8'192> incoming_{};
  std::string outgoing_;
  std::chrono::steady_clock::time_point awaited_{};
  size_t drained_ = 0;
  bool ready_ = false, reading_ = false, writing_ = false, leaving_ = false, closed_ = false;
};

}  // namespace

std::shared_ptr<web_connection> web_connection::start(asio::io_context& loop, asio::ssl::context* tls,
                                                      accepted_socket accepted,
                                                      std::unique_ptr<http_session> session,
                                                      std::function<void(web_connection*)> changed,
                                                      ended over) {
  socket_type socket(loop, asio::generic::stream_protocol(accepted.family, 0), accepted.descriptor);
  if (tls == nullptr) {
    auto made = std::make_shared<connection<socket_type>>(loop, std::move(socket), std::move(session),
                                                          std::move(changed), std::move(over));
    made->begin();
    return made;
  }
  auto made = std::make_shared<connection<asio::ssl::stream<socket_type>>>(
      loop, asio::ssl::stream<socket_type>(std::move(socket), *tls), std::move(session), std::move(changed),
      std::move(over));
  made->begin();
  return made;
}

}  // namespace confab::web
