#include "actors/server.hpp"

#include <algorithm>
#include <future>
#include <thread>

#include <caf/send.hpp>

#include "actors/history_keeper.hpp"
#include "actors/identity_settings.hpp"
#include "actors/media_words.hpp"
#include "actors/mixing_shard.hpp"
#include "actors/msrp_server.hpp"
#include "actors/paths.hpp"
#include "actors/web_server.hpp"
#include "config/log.hpp"
#include "media/io/certificate.hpp"
#include "media/io/ring.hpp"
#include "media/secure/srtp.hpp"
#include "signaling/sip/pin_text.hpp"

namespace confab::actors {

namespace {

/// A machine's cores are shared by shards and CAF workers; both are worked out from them when the operator
/// says nothing.
uint32_t shard_count(const settings& s) {
  if (s.media.threads > 0) return s.media.threads;
  return std::max(1U, std::thread::hardware_concurrency());
}

caf::atom_value policy_atom(const std::string& name) {
  return name == "stealing" ? caf::atom("stealing") : caf::atom("sharing");
}

bool wants_tls(const settings& s) {
  return !s.msrp.listen.empty() || web_wants_tls(s) ||
         std::any_of(s.sip.listen.begin(), s.sip.listen.end(),
                     [](const std::string& l) { return l.starts_with("tls:"); });
}

/// A caller that has no answer by then hears that it rings (RFC 3261 §13.3.1.1).
constexpr std::chrono::milliseconds answer_patience{200};

constexpr uint16_t dns_port = 53;

/// What will carry the media. With `media.io` "auto" a machine that forbids io_uring costs a warning.
result<io::io_backend> media_backend(const settings& s) {
  const io::io_backend wanted = io::backend_of(s.media.io);
  if (wanted == io::io_backend::epoll) return wanted;
  const auto probed = io::probe_ring();
  if (probed) return io::io_backend::uring;
  if (wanted == io::io_backend::uring) return probed.error();
  log::warning("no io_uring: media goes by epoll, which costs more for each packet",
               {{"why", probed.error().text}});
  return io::io_backend::epoll;
}

void log_trace(bool sent, std::string_view transport, const socket_address& local,
               const socket_address& remote, std::string_view bytes) {
  log::trace(log::wire::sip, sent, std::string(transport) + " " + local.to_string(), remote.to_string(),
             sip::masked(bytes));
}

}  // namespace

server::server(std::shared_ptr<const settings> configured) : settings_(std::move(configured)) {
  caf_config_.set("scheduler.policy", policy_atom(settings_->scheduler.policy));
  // CAF itself takes no fewer than four: on a small machine they wake each other for every message.
  const size_t workers = settings_->scheduler.max_threads > 0 ? settings_->scheduler.max_threads
                                                              : std::thread::hardware_concurrency();
  caf_config_.set("scheduler.max-threads", std::max<size_t>(workers, 1));
}

result<std::unique_ptr<server>> server::start(std::shared_ptr<const settings> configured) {
  std::unique_ptr<server> made(new server(std::move(configured)));
  const auto opened = made->open();
  if (!opened) return opened.error();
  return made;
}

result<void> server::open() {
  const auto carrier = media_backend(*settings_);
  if (!carrier) return carrier.error();
  media_io_ = *carrier;
  const auto state = state_directory(settings_->state.directory);
  if (!state) return state.error();
  log::info("state directory", {{"path", *state}});
  const auto sounds_at = sounds_directory(settings_->rooms.sounds_directory);
  auto sounds = mix::sound_library::load(sounds_at);
  if (!sounds)
    return {errc::bad_setting, "the sounds in " + sounds_at + " cannot be used: " + sounds.error().text};
  log::info("sounds", {{"path", sounds_at}, {"count", std::to_string(sounds->size())}});
  const auto media_address = socket_address::parse(settings_->media.address, 0);
  if (!media_address) return {errc::bad_setting, "media.address: " + media_address.error().text};

  auto made = conference::rules_book::make(settings_->rooms);
  if (!made) return made.error();
  const auto rules = std::make_shared<const conference::rules_book>(std::move(*made));

  auto deny = net_deny::parse(settings_->net.deny);
  if (!deny) return deny.error();
  deny_ = std::make_shared<const net_deny>(std::move(*deny));
  system_ = std::make_unique<caf::actor_system>(caf_config_);
  io::certificate_files certificate;
  if (wants_tls(*settings_)) {
    auto files = usable_certificate(*settings_, *state);
    if (!files) return files.error();
    certificate = std::move(*files);
  }
  auto history = open_history(*settings_, *state);
  if (!history) return history.error();
  if (const auto sip = open_sip(certificate, rules); !sip) return sip.error();
  auto chat = open_chat(*system_, *settings_, certificate, media_io_, std::move(*history));
  if (!chat) return chat.error();
  chat_ = std::move(*chat);
  auto files =
      chat_ ? open_files(*system_, *settings_, *state) : result<file_services_ptr>{file_services_ptr{}};
  if (!files) return files.error();
  files_ = std::move(*files);
  auto web = open_web(*settings_, certificate);
  if (!web) return web.error();
  web_ = std::move(*web);
  spawn_shards(*sounds);

  auto shared = std::make_shared<services>();
  shared->configured = settings_;
  shared->sounds = std::make_shared<const mix::sound_library>(std::move(*sounds));
  shared->capabilities = base_capabilities(*settings_);
  shared->media_address = *media_address;
  shared->rules = rules;
  shared->deny = deny_;
  shared->control = endpoint_.get();
  shared->watch_control = endpoint_.get();
  shared->refer_control = endpoint_.get();
  shared->message_control = endpoint_.get();
  shared->chat = chat_;
  shared->files = files_;
  shared->web = web_.get();
  if (web_ && !settings_->screens.directory.empty()) {
    auto pictures = screen_files::open(*system_, settings_->screens.directory);
    if (!pictures) return pictures.error();
    shared->screen_pictures = std::move(*pictures);
  }
  shared->next_leg_id = [inner = endpoint_.get()] { return inner->next_leg_id(); };
  directory_ = system_->spawn(directory, services_ptr{std::move(shared)}, shards_);
  bridge_.connect(directory_);
  return {};
}

result<void> server::open_sip(const io::certificate_files& certificate,
                              std::shared_ptr<const conference::rules_book> rules) {
  sip::endpoint_settings s;
  s.listen = settings_->sip.listen;
  s.advertised_address = settings_->sip.advertised_address;
  s.outbound_proxy = settings_->sip.outbound_proxy;
  s.trusted_peers = settings_->sip.trusted_peers;
  s.room_domains = settings_->rooms.domains;
  s.deny = *deny_;
  for (const auto& text : settings_->dns.servers) {
    const auto name_server = socket_address::parse_with_port(text, dns_port);
    if (!name_server) return {errc::bad_setting, "dns.servers: " + name_server.error().text};
    s.name_servers.push_back(*name_server);
  }
  if (auto identity = configure_identity(s, *settings_, std::move(rules)); !identity) return identity;
  s.max_legs = settings_->sip.max_legs;
  s.refers_per_second = settings_->sip.refers_per_second;
  s.messages_per_second = settings_->sip.messages_per_second;
  s.ring_after = answer_patience;
  s.session_expires = settings_->sip.session_expires;
  s.ca_file = settings_->tls.ca_file;
  s.verify_peers = settings_->tls.verify_peers;
  s.user_agent = "Confab/" CONFAB_VERSION;
  if (log::traces(log::wire::sip)) s.trace = log_trace;
  s.certificate_file = certificate.certificate;
  s.private_key_file = certificate.private_key;
  auto made = sip::endpoint::start(std::move(s), bridge_, &bridge_, &bridge_, &bridge_);
  if (!made) return made.error();
  endpoint_ = std::move(*made);
  for (const auto& l : endpoint_->listeners()) {
    log::info("listening", {{"transport", l.transport}, {"address", l.address.to_string()}});
  }
  return {};
}

void server::spawn_shards(const mix::sound_library& sounds) {
  const uint32_t count = shard_count(*settings_);
  for (uint32_t i = 0; i < count; ++i) {
    mixing_shard_options options;
    options.settings.rtp_timeout = settings_->media.rtp_timeout;
    options.settings.max_jitter = settings_->media.max_jitter;
    options.settings.voice = {.speakers = settings_->media.speakers,
                              .voice_activity = settings_->media.voice_activity,
                              .noise_gate = settings_->media.noise_gate,
                              .gain_control = settings_->media.gain_control};
    options.settings.srtp_engine =
        secure::srtp_engine_named(settings_->media.srtp_engine).value_or(secure::srtp_engine::automatic);
    options.settings.trace = log::traces(log::wire::rtp);
    options.settings.io = media_io_;
    options.settings.music = sounds.find("music");
    if (!settings_->media.cpus.empty()) options.cpu = settings_->media.cpus[i % settings_->media.cpus.size()];
    shards_.push_back(spawn_mixing_shard(*system_, std::move(options)));
  }
  log::info("mixing", {{"shards", std::to_string(count)}, {"io", std::string(io::to_string(media_io_))}});
}

void server::shut_down(std::chrono::milliseconds patience) {
  if (!endpoint_) return;
  auto done = std::make_shared<std::promise<void>>();
  auto finished = done->get_future();
  endpoint_->shut_down(patience, [done] { done->set_value(); });
  finished.wait_for(patience + std::chrono::milliseconds{500});
}

/// Actors use the endpoint, so they end first; the endpoint's last events reach actors that are over, which
/// is allowed while the system lives.
server::~server() {
  for (const auto& shard : shards_) caf::anon_send_exit(shard, caf::exit_reason::user_shutdown);
  shards_.clear();
  close_chat_services(chat_);
  chat_.reset();
  close_file_services(files_);
  files_.reset();
  if (directory_) caf::anon_send_exit(directory_, caf::exit_reason::user_shutdown);
  if (system_) system_->await_all_actors_done();
  endpoint_.reset();
  bridge_.disconnect();
  directory_ = nullptr;
  web_.reset();
  system_.reset();
}

}  // namespace confab::actors
