#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "config/result.hpp"

namespace confab {

/// What an operator turns; one field a key of the config file, filled by `load_settings`. Defaults are in
/// `settings_table`.
struct settings {
  struct scheduler_settings {
    std::string policy;  ///< "sharing" or "stealing"
    uint32_t max_threads = 0;
    bool operator==(const scheduler_settings&) const = default;
  } scheduler;
  struct sip_settings {
    std::vector<std::string> listen;  ///< udp://, tcp://, tls:// + address:port
    std::string advertised_address;
    std::string outbound_proxy;
    std::vector<std::string> trusted_peers;  ///< CIDR
    std::vector<std::string> dial_to;        ///< domains, or "all"
    uint32_t refers_per_second = 0;          ///< from one address
    uint32_t messages_per_second = 0;        ///< from one address
    std::vector<std::string> identity_from;  ///< CIDR
    std::string identity_from_tls;           ///< "none", "users" or "domains"
    std::string users_file;                  ///< empty: none
    std::string authenticate;                ///< "all", "rooms" or "none"
    uint32_t password_tries = 0;             ///< 0: any number
    std::chrono::milliseconds password_wait{0};
    std::vector<std::string> digest_algorithms;  ///< "SHA-256", "MD5"
    uint32_t max_legs = 0;
    std::chrono::seconds session_expires{0};
    bool operator==(const sip_settings&) const = default;
  } sip;
  struct net_settings {
    std::vector<std::string> deny;  ///< what `net_deny::parse` takes
    bool operator==(const net_settings&) const = default;
  } net;
  struct dns_settings {
    std::vector<std::string> servers;  ///< address, or address:port; empty: those of the machine
    bool operator==(const dns_settings&) const = default;
  } dns;
  struct tls_settings {
    std::string certificate, private_key, ca_file;
    bool verify_peers = false;
    bool operator==(const tls_settings&) const = default;
  } tls;
  struct media_settings {
    std::string address, advertised_address;
    uint16_t first_port = 0, last_port = 0;
    uint32_t threads = 0;
    std::vector<uint32_t> cpus;
    std::string io;  ///< "auto", "uring" or "epoll"
    std::vector<std::string> codecs;
    std::string srtp;  ///< "off", "optional", "required"
    std::chrono::milliseconds rtp_timeout{0};
    std::chrono::milliseconds max_jitter{0};
    std::string srtp_engine;  ///< "auto", "openssl" or "libsrtp2"
    uint32_t speakers = 0;    ///< mixed at once in a room; 0: all
    bool voice_activity = true;
    bool noise_gate = false;
    bool gain_control = false;
    bool audio_levels = true;   ///< RFC 6464
    uint32_t section_legs = 0;  ///< of one room on one shard
    bool operator==(const media_settings&) const = default;
  } media;
  struct streams_settings {
    uint32_t threads = 0;  ///< 0: worked out from the cores
    bool operator==(const streams_settings&) const = default;
  } streams;
  struct msrp_settings {
    std::vector<std::string> listen;  ///< msrps://, msrp:// + address:port; empty: no chat
    std::string advertised_address;
    uint64_t max_message = 0;     ///< bytes
    uint64_t max_unfinished = 0;  ///< bytes
    bool operator==(const msrp_settings&) const = default;
  } msrp;
  /// What a room's own section may say otherwise.
  struct room_rules_settings {
    std::string access;                    ///< "allow,deny" or "deny,allow"
    std::vector<std::string> allow, deny;  ///< user@domain, domain, "all", "none"
    std::vector<std::string> moderators;   ///< user@domain, domain
    uint32_t max_participants = 0;         ///< 0: as many as the server takes
    bool mute_on_entry = false;
    std::string authenticate{};                 ///< "required" or "none", with sip.authenticate="rooms"
    std::chrono::milliseconds max_duration{0};  ///< of a room; 0: none
    std::string pin{};                          ///< digits; empty: none
    std::string moderator_pin{};                ///< digits; empty: none
    bool wait_for_moderator = false;
    bool keep_history = true;               ///< in `rooms.history-db`, if there is one
    bool chat_by_message = true;            ///< SIP MESSAGE, to the room and to phones without chat
    std::vector<std::string> chat_types{};  ///< that pass besides those of every room
    bool operator==(const room_rules_settings&) const = default;
  };
  struct rooms_settings {
    room_rules_settings rules;                         ///< of rooms without a section
    std::map<std::string, room_rules_settings> own{};  ///< by user@domain
    std::vector<std::string> domains;
    bool announcements = true;
    bool music_on_hold = true;
    std::map<std::string, std::string> dtmf;       ///< digits → action, e.g. "*6" → "toggle-mute"
    std::string sounds_directory;                  ///< empty: the built-in folder
    std::string notify;                            ///< "full" or "partial"
    std::string refer;                             ///< "participants", "moderators" or "nobody"
    std::vector<std::string> notify_partial;       ///< words in a User-Agent
    std::chrono::milliseconds kick_ban{0};         ///< 0: whoever was put out may come back at once
    std::chrono::milliseconds dialed_duration{0};  ///< of calls made for participants; 0: no bound
    std::string echo;                              ///< user or user@domain; empty: none
    uint32_t max_invitations = 0;                  ///< that ring at once, of one room
    uint32_t calls_per_hour = 0;                   ///< that one person may have made
    uint32_t max_list = 0;                         ///< people in one list (RFC 5366); 0: no lists
    uint32_t history = 0;                          ///< public messages that a newcomer gets
    std::string history_db{};                      ///< file; empty: history ends with the room
    std::string lobby{};                           ///< user part, or user@domain; empty: none
    bool operator==(const rooms_settings&) const = default;
  } rooms;
  struct files_settings {
    std::string directory;              ///< empty: `files` in the state directory
    uint64_t max_size = 0;              ///< bytes of one file; 0: no files
    uint64_t room_quota = 0;            ///< bytes of all files of a room
    uint32_t room_files = 0;            ///< how many a room may have
    std::vector<std::string> types;     ///< `image/png`, `image/*`, `*`
    bool push = false;                  ///< to all others of the room
    std::chrono::milliseconds keep{0};  ///< 0: as long as the room
    uint64_t min_free = 0;              ///< bytes that stay free on the disk
    uint32_t threads = 0;
    bool operator==(const files_settings&) const = default;
  } files;
  struct web_settings {
    std::vector<std::string> listen;   ///< http://, https:// + address:port, unix: + path; empty: no web
    std::string public_url;            ///< empty: worked out
    uint32_t requests_per_second = 0;  ///< of one address; 0: no limit
    bool operator==(const web_settings&) const = default;
  } web;
  struct screens_settings {
    bool share = true;
    uint64_t max_frame = 0;  ///< bytes
    std::string directory;   ///< empty: in memory only
    bool operator==(const screens_settings&) const = default;
  } screens;
  struct state_settings {
    std::string directory;
    bool operator==(const state_settings&) const = default;
  } state;
  struct log_settings {
    std::string level, format;
    std::vector<std::string> trace;
    bool operator==(const log_settings&) const = default;
  } log;

  bool operator==(const settings&) const = default;
};

/// What the command line asked for.
struct command_line {
  std::string config_file;             ///< --config-file=
  bool check_config = false;           ///< --check-config
  bool help = false;                   ///< --help
  bool version = false;                ///< --version
  std::vector<std::string> overrides;  ///< `media.threads=2`, in order
};

/// Refuses unknown words by name, with what was expected.
result<command_line> parse_command_line(int argc, const char* const* argv);

/// Defaults, then the file (`text` is its content, `name` is for messages), then the overrides. Unknown,
/// doubled and mistyped keys are refused with file, line, key and what was expected.
result<settings> load_settings(const std::string& name, const std::string& text,
                               const std::vector<std::string>& overrides);

/// The text of `--help`: how to start, then every key with type, default, range and meaning.
std::string help_text();

}  // namespace confab
