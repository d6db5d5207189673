#include "signaling/web/web_server.hpp"

#include <array>
#include <cerrno>
#include <optional>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/log.hpp"
#include "signaling/web/site.hpp"
#include "signaling/web/text.hpp"
#include "signaling/web/token.hpp"
#include "signaling/web/visitors.hpp"
#include "signaling/web/web_connection.hpp"

namespace confab::web {

namespace asio = boost::asio;
using boost::system::error_code;
using any_protocol = asio::generic::stream_protocol;
using any_acceptor = asio::basic_socket_acceptor<any_protocol>;

namespace {

constexpr std::chrono::milliseconds after_failed_accept{100};

/// Browsers are not asked for certificates, and may resume sessions: they connect often.
result<void> set_up_tls(asio::ssl::context& tls, const web_options& options) {
  error_code failed;
  tls.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                      asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                      asio::ssl::context::no_tlsv1_1 | asio::ssl::context::no_compression,
                  failed);
  if (!failed) tls.use_certificate_chain_file(options.certificate_file, failed);
  if (failed)
    return {errc::bad_setting,
            "certificate " + options.certificate_file + " cannot be used: " + failed.message()};
  tls.use_private_key_file(options.private_key_file, asio::ssl::context::pem, failed);
  if (failed)
    return {errc::bad_setting,
            "private key " + options.private_key_file + " cannot be used: " + failed.message()};
  return {};
}

/// Of a server that did not end well: nobody answers there.
void remove_stale_socket(asio::io_context& loop, const std::string& path) {
  struct stat about {};
  if (::lstat(path.c_str(), &about) != 0 || !S_ISSOCK(about.st_mode)) return;
  asio::local::stream_protocol::socket probe(loop);
  error_code failed;
  probe.connect(asio::local::stream_protocol::endpoint(path), failed);
  if (failed == asio::error::connection_refused) ::unlink(path.c_str());
}

}  // namespace

struct web_server::impl {
  explicit impl(const web_options& options)
      : guests(options.requests_per_second), tls(asio::ssl::context::tls_server) {}

  struct door {
    any_acceptor acceptor;
    web_address where;
    asio::steady_timer pause;
  };

  result<void> open(const web_options& options);
  result<void> open(const web_address& where, const std::string& text);
  void accept(door& at);
  void welcome(door& at, any_protocol::socket socket, const any_protocol::endpoint& peer);
  void note(web_connection* who);
  void unwatch(web_connection* who);
  void forget(web_connection* who, const std::string& source);
  [[nodiscard]] std::vector<web_connection*> watching(const std::string& room) const;
  void wake(const std::string& room);
  void close();

  asio::io_context loop{1};
  site pages;
  visitors guests;
  asio::ssl::context tls;
  std::vector<std::unique_ptr<door>> doors;
  std::vector<listener> opened;
  std::unordered_map<web_connection*, std::shared_ptr<web_connection>> connections;
  std::unordered_map<std::string, std::unordered_set<web_connection*>> watchers;  ///< by room
  std::unordered_map<web_connection*, std::string> watched;                       ///< the room of each
  std::string public_url;
  std::thread thread;
};

result<void> web_server::impl::open(const web_options& options) {
  bool wants_tls = false;
  for (const auto& text : options.listen) {
    const auto where = parse_web_address(text);
    if (!where) return where.error();
    if (where->tls && !std::exchange(wants_tls, true)) {
      if (auto done = set_up_tls(tls, options); !done) return done;
    }
    if (auto done = open(*where, text); !done) return done;
  }
  public_url = options.public_url;
  while (public_url.ends_with('/')) public_url.pop_back();
  for (const auto& one : doors) {
    if (!public_url.empty() || !one->where.path.empty()) continue;
    const bool v6 = options.host.find(':') != std::string::npos;
    public_url = std::string(one->where.tls ? "https://" : "http://") +
                 (v6 ? "[" + options.host + "]" : options.host) + ":" +
                 std::to_string(one->where.address.port());
  }
  return {};
}

/// An address that this machine does not have is no reason not to start: `[::]` is in the defaults.
result<void> web_server::impl::open(const web_address& where, const std::string& text) {
  const bool local = !where.path.empty();
  if (local) remove_stale_socket(loop, where.path);
  any_acceptor acceptor(loop);
  error_code failed;
  const any_protocol::endpoint at =
      local ? any_protocol::endpoint(asio::local::stream_protocol::endpoint(where.path))
            : any_protocol::endpoint(where.address.raw(), where.address.raw_length());
  acceptor.open(at.protocol(), failed);
  const int on = 1;
  if (!failed && !local) acceptor.set_option(asio::socket_base::reuse_address(true), failed);
  if (!failed && where.address.family() == AF_INET6)
    (void)::setsockopt(acceptor.native_handle(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
  if (!failed) acceptor.bind(at, failed);
  if (!failed && local) ::chmod(where.path.c_str(), 0660);  // for a proxy of the same group
  if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
  if (failed == asio::error::address_in_use || (failed && local))
    return {errc::unavailable,
            "web.listen " + text + ": " + failed.message() + "; stop what has it, or name another address"};
  if (failed) {
    log::warning("an address of this machine cannot be used, listener skipped",
                 {{"listener", text}, {"why", failed.message()}});
    return {};
  }
  auto made = std::make_unique<door>(door{std::move(acceptor), where, asio::steady_timer(loop)});
  const auto real = made->acceptor.local_endpoint(failed);
  if (!local) made->where.address = socket_address(real.data(), static_cast<socklen_t>(real.size()));
  opened.push_back({local       ? "unix"
                    : where.tls ? "https"
                                : "http",
                    local ? where.path : made->where.address.to_string()});
  accept(*made);
  doors.push_back(std::move(made));
  return {};
}

void web_server::impl::accept(door& at) {
  auto peer = std::make_shared<any_protocol::endpoint>();
  at.acceptor.async_accept(*peer, [this, &at, peer](const error_code& failed, any_protocol::socket socket) {
    if (failed == asio::error::operation_aborted) return;
    if (!failed) {
      welcome(at, std::move(socket), *peer);
      return accept(at);
    }
    at.pause.expires_after(after_failed_accept);  // no descriptor is free, most likely
    at.pause.async_wait([this, &at](const error_code& stopped) {
      if (!stopped) accept(at);
    });
  });
}

void web_server::impl::welcome(door& at, any_protocol::socket socket, const any_protocol::endpoint& peer) {
  const bool local = !at.where.path.empty();
  const auto source =
      local ? std::string() : socket_address(peer.data(), static_cast<socklen_t>(peer.size())).customer();
  const auto verdict = guests.come(source);
  if (verdict == visitors::welcome::turned_away) return;
  auto session = std::make_unique<http_session>(pages, guests, source, verdict == visitors::welcome::told_off,
                                                std::chrono::steady_clock::now());
  error_code failed;
  const accepted_socket taken{socket.release(failed), at.acceptor.local_endpoint(failed).protocol().family()};
  if (taken.descriptor < 0) return guests.leave(source);
  const auto made = web_connection::start(
      loop, at.where.tls ? &tls : nullptr, taken, std::move(session),
      [this](web_connection* who) { note(who); },
      [this, source](web_connection* who) { forget(who, source); });
  connections.emplace(made.get(), made);
}

void web_server::impl::note(web_connection* who) {
  const auto& room = who->watches();
  const auto known = watched.find(who);
  if (known == watched.end() ? room.empty() : known->second == room) return;
  unwatch(who);
  if (room.empty()) return;
  watched.emplace(who, room);
  watchers[room].insert(who);
}

void web_server::impl::unwatch(web_connection* who) {
  const auto room = watched.extract(who);
  if (room.empty()) return;
  const auto among = watchers.find(room.mapped());
  among->second.erase(who);
  if (among->second.empty()) watchers.erase(among);
}

/// Only told of later, so that nobody destroys a connection that is at work.
void web_server::impl::forget(web_connection* who, const std::string& source) {
  guests.leave(source);
  unwatch(who);
  asio::post(loop, [this, who] { connections.erase(who); });
}

/// A copy: whoever is woken may leave.
std::vector<web_connection*> web_server::impl::watching(const std::string& room) const {
  const auto among = watchers.find(room);
  if (among == watchers.end()) return {};
  return {among->second.begin(), among->second.end()};
}

void web_server::impl::wake(const std::string& room) {
  for (auto* one : watching(room)) one->wake();
}

void web_server::impl::close() {
  error_code ignored;
  for (const auto& one : doors) {
    one->acceptor.close(ignored);
    if (!one->where.path.empty()) ::unlink(one->where.path.c_str());
  }
  const auto all = connections;
  for (const auto& [who, held] : all) who->close();
  loop.stop();
}

web_server::web_server(std::unique_ptr<impl> made) : impl_(std::move(made)) {}

result<std::unique_ptr<web_server>> web_server::start(const web_options& options) {
  auto made = std::make_unique<impl>(options);
  if (auto done = made->open(options); !done) return done.error();
  made->thread = std::thread([loop = &made->loop] {
    const auto stays = asio::make_work_guard(*loop);
    loop->run();
  });
  return std::unique_ptr<web_server>(new web_server(std::move(made)));
}

web_server::~web_server() {
  asio::post(impl_->loop, [inner = impl_.get()] { inner->close(); });
  impl_->thread.join();
}

const std::vector<web_server::listener>& web_server::listeners() const noexcept {
  return impl_->opened;
}

void web_server::publish(room_page_ptr page) {
  asio::post(impl_->loop, [inner = impl_.get(), page = std::move(page)] {
    const auto room = page->token;
    inner->pages.publish(page);
    inner->wake(room);
  });
}

void web_server::publish_frame(const std::string& screen_token, frame_ptr frame) {
  asio::post(impl_->loop, [inner = impl_.get(), screen_token, frame = std::move(frame)] {
    const auto room = inner->pages.publish_frame(screen_token, frame);
    if (!room.empty()) inner->wake(room);
  });
}

void web_server::link(const std::string& room_token, const std::string& link) {
  asio::post(impl_->loop, [inner = impl_.get(), room_token, link] { inner->pages.link(room_token, link); });
}

void web_server::unlink(const std::string& link) {
  asio::post(impl_->loop, [inner = impl_.get(), link] {
    const auto room = inner->pages.unlink(link);
    if (!room.empty()) inner->wake(room);
  });
}

void web_server::move(const std::string& old_token, room_page_ptr page, std::vector<std::string> links) {
  asio::post(impl_->loop, [inner = impl_.get(), old_token, page = std::move(page), links = std::move(links)] {
    inner->pages.move(old_token, page, links);
    for (auto* one : inner->watching(old_token)) one->room_moved();
  });
}

void web_server::withdraw(const std::string& room_token) {
  asio::post(impl_->loop, [inner = impl_.get(), room_token] {
    inner->pages.withdraw(room_token);
    inner->wake(room_token);
  });
}

std::string web_server::new_token() const {
  std::array<uint8_t, token_bytes> random{};
  size_t had = 0;
  while (had < random.size()) {
    const ssize_t got = ::getrandom(random.data() + had, random.size() - had, 0);
    if (got > 0) had += static_cast<size_t>(got);
  }
  return write_token(random);
}

std::string web_server::room_url(const std::string& token) const {
  return impl_->public_url + "/room/" + token;
}

std::string web_server::screen_url(const std::string& token) const {
  return impl_->public_url + "/screen?image=" + token + ".jpg";
}

std::string web_server::file_url(const std::string& token, const std::string& name) const {
  return impl_->public_url + "/file/" + token + "/" + percent_encode(name);
}

}  // namespace confab::web
