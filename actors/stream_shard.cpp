#include "actors/stream_shard.hpp"

#include <algorithm>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/send.hpp>

#include "config/limits.hpp"
#include "config/log.hpp"

namespace confab::actors {

namespace {

using clock = std::chrono::steady_clock;

/// For the peer to read our last words and end the connection too.
constexpr std::chrono::seconds linger{2};

}  // namespace

stream_shard::stream_shard(caf::actor_config& config, std::shared_ptr<stream_shard_options> options,
                           std::shared_ptr<const io::wake_up> alarm)
    : caf::blocking_actor(config), options_(std::move(options)), alarm_(std::move(alarm)) {}

/// The ring must be made on the thread that uses it, hence here and not in the constructor.
bool stream_shard::open() {
  auto made = io::stream_ring::make(options_->io, alarm_);
  if (!made) {
    log::error("a stream shard cannot start", {{"why", made.error().text}});
    return false;
  }
  ring_ = std::move(*made);
  for (auto& listener : options_->listeners) {
    ring_->listen(std::move(listener.socket));
    welcomes_.push_back(std::move(listener.welcome));
  }
  return true;
}

void stream_shard::enqueue(caf::mailbox_element_ptr what, caf::execution_unit* where) {
  caf::blocking_actor::enqueue(std::move(what), where);
  if (asleep_.exchange(false)) alarm_->ring();
}

void stream_shard::act() {
  bool works = open();
  while (running_) {
    if (works && !ring_->healthy()) {
      works = false;
      log::error("a stream shard has lost its ring: its connections end; restart the server", {});
      end_all("the kernel carries no more TCP");
    }
    if (!works) {
      receive(
          [](const connect_stream& m) {
            caf::anon_send(m.owner, stream_over{{}, "no sockets"});
          },
          [](const send_bytes&) {}, [](const ask_drained&) {}, [](const grant_bytes&) {},
          [](const end_stream&) {}, [this](const caf::exit_msg&) { running_ = false; });
      continue;
    }
    take_messages();
    if (running_) wait();
  }
  end_all("the server stops");
  welcomes_.clear();
  ring_.reset();
}

void stream_shard::end_all(const std::string& why) {
  for (const auto& [id, one] : connections_) caf::anon_send(one.owner, stream_over{{id}, why});
  connections_.clear();
  calling_.clear();
  lingering_.clear();
}

void stream_shard::take_messages() {
  while (running_ && !mailbox().empty()) {
    receive([this](const connect_stream& m) { connect(m); }, [this](const send_bytes& m) { send_out(m); },
            [this](const ask_drained& m) { ask(m); }, [this](const grant_bytes& m) { grant(m); },
            [this](const end_stream& m) { end(m); }, [this](const caf::exit_msg&) { running_ = false; });
  }
}

/// A message that comes between the last look at the mailbox and the sleep finds `asleep_` set.
void stream_shard::wait() {
  asleep_.store(true);
  const bool empty = mailbox().empty();
  const auto events = ring_->wait(empty ? patience() : std::chrono::milliseconds{0});
  asleep_.store(false);
  for (const auto& event : events) {
    std::visit([this](const auto& e) { on(e); }, event);
  }
  drop_lingering();
}

std::optional<std::chrono::milliseconds> stream_shard::patience() const {
  if (lingering_.empty()) return std::nullopt;
  const auto left = lingering_.front().until - clock::now();
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(left), std::chrono::milliseconds{0});
}

void stream_shard::drop_lingering() {
  if (lingering_.empty()) return;
  const auto now = clock::now();
  while (!lingering_.empty() && lingering_.front().until <= now) {
    ring_->drop(lingering_.front().id);
    lingering_.pop_front();
  }
}

void stream_shard::on(const io::stream_accepted& news) {
  if (options_->connections_max != 0 && connections_.size() >= options_->connections_max) {
    log::warning("too many connections; a new one is closed", {{"peer", news.peer.to_string()}});
    ring_->drop(news.id);
    return;
  }
  const stream_opened opened{news.id, news.peer, news.local};
  auto owner = welcomes_[news.listener](self(), opened);
  connections_.emplace(news.id.value, connection{owner});
  caf::anon_send(owner, opened);
}

void stream_shard::connect(const connect_stream& m) {
  const auto begun = ring_->connect(m.to);
  if (!begun) {
    caf::anon_send(m.owner, stream_over{{}, begun.error().text});
    return;
  }
  connections_.emplace(begun->value, connection{m.owner});
  calling_.emplace(begun->value, m.to);
}

void stream_shard::on(const io::stream_connected& news) {
  const auto found = connections_.find(news.id.value);
  const auto called = calling_.extract(news.id.value);
  if (found == connections_.end() || called.empty()) return;
  caf::anon_send(found->second.owner, stream_opened{news.id, called.mapped(), news.local});
}

void stream_shard::on(const io::stream_received& news) {
  const auto found = connections_.find(news.id.value);
  if (found == connections_.end()) return;
  auto& one = found->second;
  one.unread += news.bytes.size();
  if (one.unread >= limits::stream_unread_bytes && !std::exchange(one.resting, true))
    ring_->set_receiving(news.id, false);
  caf::anon_send(one.owner, stream_bytes{news.id, std::make_shared<const std::vector<uint8_t>>(
                                                      news.bytes.begin(), news.bytes.end())});
}

void stream_shard::grant(const grant_bytes& m) {
  const auto found = connections_.find(m.id.value);
  if (found == connections_.end()) return;
  auto& one = found->second;
  one.unread -= std::min(one.unread, m.bytes);
  if (one.unread < limits::stream_unread_bytes / 2 && std::exchange(one.resting, false))
    ring_->set_receiving(m.id, true);
}

void stream_shard::on(const io::stream_sent& news) {
  const auto found = connections_.find(news.id.value);
  if (found == connections_.end()) return;
  auto& one = found->second;
  one.waiting -= std::min(one.waiting, news.bytes);
  one.untold += news.bytes;
  if (one.tells) tell(news.id, one);
}

void stream_shard::tell(io::stream_id id, connection& one) {
  caf::anon_send(one.owner, stream_drained{id, std::exchange(one.untold, 0)});
  one.tells = one.waiting > 0;
}

void stream_shard::ask(const ask_drained& m) {
  const auto found = connections_.find(m.id.value);
  if (found != connections_.end()) tell(m.id, found->second);
}

void stream_shard::on(const io::stream_closed& news) {
  calling_.erase(news.id.value);
  const auto found = connections_.extract(news.id.value);
  if (!found.empty()) caf::anon_send(found.mapped().owner, stream_over{news.id, news.why});
}

/// An owner that sends more than the ring takes has not waited for `stream_drained`: the peer is too slow.
void stream_shard::send_out(const send_bytes& m) {
  const auto found = connections_.find(m.id.value);
  if (found == connections_.end()) return;
  found->second.waiting += m.bytes->size();
  found->second.tells |= m.tell;
  if (ring_->send(m.id, std::move(*m.bytes))) return;
  ring_->drop(m.id);
  on(io::stream_closed{m.id, "the peer reads too slowly"});
}

void stream_shard::end(const end_stream& m) {
  calling_.erase(m.id.value);
  if (connections_.erase(m.id.value) == 0) return;
  if (m.at_once) return ring_->drop(m.id);
  ring_->shut(m.id);
  lingering_.push_back({m.id, clock::now() + linger});
}

stream_shard_actor stream_shard::self() {
  return caf::actor_cast<stream_shard_actor>(caf::actor{this});
}

result<stream_shard_actor> spawn_stream_shard(caf::actor_system& system, stream_shard_options options) {
  auto alarm = io::wake_up::make();
  if (!alarm) return alarm.error();
  const auto untyped = system.spawn<stream_shard, caf::detached>(
      std::make_shared<stream_shard_options>(std::move(options)), *alarm);
  return caf::actor_cast<stream_shard_actor>(untyped);
}

}  // namespace confab::actors
