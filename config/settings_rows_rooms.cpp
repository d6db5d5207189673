#include "config/settings_items.hpp"
#include "config/settings_rows.hpp"

namespace confab::settings_table {

namespace {
constexpr std::string_view pin_form = R"(up to 16 digits in quotes such as "428571")";

std::string check_word(std::string_view, std::string_view item) {
  return item.empty() ? "an empty word is in every User-Agent" : "";
}

}  // namespace

std::vector<key> rooms() {
  using t = value_type;
  return {
      {"rooms.domains",
       t::text_list,
       "[]",
       "Hosts whose users are rooms, others get 404; empty: any host.",
       [](settings& s, value&& v) { s.rooms.domains = take<texts>(v); },
       0,
       0,
       {},
       [](std::string_view name, std::string_view item) {
         return item.empty() ? std::string("it is empty") : check_host(name, item);
       },
       {},
       R"(a list of host names such as "conference.example.com")"},
      {"rooms.announcements", t::boolean, "true", "Tones and sentences when someone joins, leaves or mutes.",
       [](settings& s, value&& v) { s.rooms.announcements = take<bool>(v); }},
      {"rooms.music-on-hold", t::boolean, "true", "Music for whoever is alone in a room.",
       [](settings& s, value&& v) { s.rooms.music_on_hold = take<bool>(v); }},
      {"rooms.dtmf",
       t::text_map,
       R"({"*1" = "lock", "*2" = "mute-all", "*3" = "count", "*4" = "unmute-all", "*5" = "kick-last", )"
       R"("*6" = "toggle-mute", "*8" = "end-room"})",
       "Digits that callers dial, and what they do: toggle-mute, count; for moderators lock, mute-all, "
       "unmute-all, kick-last, end-room.",
       [](settings& s, value&& v) { s.rooms.dtmf = take<std::map<text, text>>(v); },
       0,
       0,
       {},
       check_digits,
       {},
       R"(a table of digits and actions such as {"*6" = "toggle-mute"})"},
      {"rooms.sounds-directory", t::text, R"("")",
       "Folder of the WAV files of prompts; empty: those built in.",
       [](settings& s, value&& v) { s.rooms.sounds_directory = take<text>(v); }},
      {"rooms.notify",
       t::choice,
       R"("full")",
       "What watchers of a room get at a change: all of it, or what changed (RFC 4575).",
       [](settings& s, value&& v) { s.rooms.notify = take<text>(v); },
       0,
       0,
       {"full", "partial"}},
      {"rooms.notify-partial",
       t::text_list,
       "[]",
       "Watchers with one of these words in their User-Agent get what changed in any case.",
       [](settings& s, value&& v) { s.rooms.notify_partial = take<texts>(v); },
       0,
       0,
       {},
       check_word,
       {},
       R"(a list of words such as "linphone")"},
      {"rooms.lobby",
       t::text,
       R"("")",
       "Access number: asks callers for a conference number, which is the room they get into; empty: none.",
       [](settings& s, value&& v) { s.rooms.lobby = take<text>(v); },
       0,
       0,
       {},
       check_lobby,
       {},
       R"(a user part such as "lobby", or user@domain)"},
  };
}

std::vector<key> room_running() {
  using t = value_type;
  return {
      {"rooms.history", t::number, "20", "Latest public messages that a newcomer to the chat gets.",
       [](settings& s, value&& v) { s.rooms.history = static_cast<uint32_t>(take<int64_t>(v)); }, 0, 1000},
      {"rooms.history-db",
       t::text,
       R"("")",
       "File (SQLite) that keeps the history of rooms, in state.directory unless it begins with /; empty: it "
       "ends with the room.",
       [](settings& s, value&& v) { s.rooms.history_db = take<text>(v); },
       0,
       0,
       {},
       check_file,
       {},
       R"(the name of a file such as "history.db")"},
      {"rooms.echo",
       t::text,
       R"("")",
       "Whoever calls this user or user@domain hears its own voice; empty: there is none.",
       [](settings& s, value&& v) { s.rooms.echo = take<text>(v); },
       0,
       0,
       {},
       check_room_or_user,
       {},
       R"(a user such as "echo", or a user@domain)"},
      {"rooms.kick-ban", t::duration, R"("5m")",
       "Whoever is put out by a moderator gets 403 for so long; 0s: may come back at once.",
       [](settings& s, value&& v) { s.rooms.kick_ban = take<milliseconds>(v); }, 0, 86'400'000},
      {"rooms.dialed-duration", t::duration, R"("4h")",
       "A call that a participant had the server make ends after this; 0s: when somebody hangs up.",
       [](settings& s, value&& v) { s.rooms.dialed_duration = take<milliseconds>(v); }, 0, 604'800'000},
  };
}

/// What `[room."user@domain"]` may say otherwise.
namespace {

std::vector<key> who_may() {
  using t = value_type;
  return {
      {"rooms.access",
       t::choice,
       R"("allow,deny")",
       "Which list has the last word: only who is allowed and not denied enters, or whoever is not denied.",
       [](settings& s, value&& v) { s.rooms.rules.access = take<text>(v); },
       0,
       0,
       {"allow,deny", "deny,allow"}},
      {"rooms.allow",
       t::text_list,
       R"(["all"])",
       "Who may enter: people, domains, all, none.",
       [](settings& s, value&& v) { s.rooms.rules.allow = take<texts>(v); },
       0,
       0,
       {},
       check_person,
       {},
       R"(a list of people and domains such as "alice@example.com")"},
      {"rooms.deny",
       t::text_list,
       "[]",
       "Who may not enter: people, domains, all, none.",
       [](settings& s, value&& v) { s.rooms.rules.deny = take<texts>(v); },
       0,
       0,
       {},
       check_person,
       {},
       R"(a list of people and domains such as "alice@example.com")"},
      {"rooms.moderators",
       t::text_list,
       "[]",
       "Who may lock a room and mute all in it: people and domains, with a verified identity only.",
       [](settings& s, value&& v) { s.rooms.rules.moderators = take<texts>(v); },
       0,
       0,
       {},
       check_person,
       {},
       R"(a list of people and domains such as "alice@example.com")"},
  };
}

std::vector<key> how_it_runs() {
  using t = value_type;
  return {
      {"rooms.mute-on-entry", t::boolean, "false", "Whoever enters is muted, moderators are not.",
       [](settings& s, value&& v) { s.rooms.rules.mute_on_entry = take<bool>(v); }},
      {"rooms.max-participants", t::number, "0",
       "More calls than this are busy; 0: as many as the server takes.",
       [](settings& s, value&& v) {
         s.rooms.rules.max_participants = static_cast<uint32_t>(take<int64_t>(v));
       },
       0, 20'000},
      {"rooms.max-duration", t::duration, R"("0s")",
       "A room ends by itself so long after its first call; 0s: with its last one.",
       [](settings& s, value&& v) { s.rooms.rules.max_duration = take<milliseconds>(v); }, 0, 604'800'000},
      {"rooms.authenticate",
       t::choice,
       R"("none")",
       "Whether callers must be in sip.users-file, where sip.authenticate leaves it to the rooms.",
       [](settings& s, value&& v) { s.rooms.rules.authenticate = take<text>(v); },
       0,
       0,
       {"required", "none"}},
  };
}

std::vector<key> entrance() {
  using t = value_type;
  return {
      {"rooms.pin",
       t::text,
       R"("")",
       "Digits that callers are asked for, or bring as ;pin= in the URI; empty: none.",
       [](settings& s, value&& v) { s.rooms.rules.pin = take<text>(v); },
       0,
       0,
       {},
       check_pin,
       {},
       pin_form,
       true},
      {"rooms.moderator-pin",
       t::text,
       R"("")",
       "Who brings these digits instead is a moderator; empty: none.",
       [](settings& s, value&& v) { s.rooms.rules.moderator_pin = take<text>(v); },
       0,
       0,
       {},
       check_pin,
       {},
       pin_form,
       true},
      {"rooms.wait-for-moderator", t::boolean, "false",
       "Whoever comes waits, with music, until the first moderator is there.",
       [](settings& s, value&& v) { s.rooms.rules.wait_for_moderator = take<bool>(v); }},
      {"rooms.keep-history", t::boolean, "true",
       "What is said outlives the room, where rooms.history-db names a file; false: what is stored is "
       "forgotten.",
       [](settings& s, value&& v) { s.rooms.rules.keep_history = take<bool>(v); }},
  };
}

std::vector<key> chat() {
  using t = value_type;
  return {
      {"rooms.chat-by-message", t::boolean, "true",
       "SIP MESSAGE from participants goes into the chat, and the chat to phones that have none but take it.",
       [](settings& s, value&& v) { s.rooms.rules.chat_by_message = take<bool>(v); }},
      {"rooms.chat-types",
       t::text_list,
       "[]",
       "Types of chat messages that are passed on besides text, images and the usual; others get 415.",
       [](settings& s, value&& v) { s.rooms.rules.chat_types = take<texts>(v); },
       0,
       0,
       {},
       check_media_type,
       {},
       R"(a list of media types such as "application/json", "audio/*" or "*")"},
  };
}

}  // namespace

std::vector<key> room_rules() {
  auto rows = who_may();
  for (auto part : {how_it_runs(), entrance(), chat()}) rows.insert(rows.end(), part.begin(), part.end());
  return rows;
}

std::vector<key> state_log() {
  using t = value_type;
  return {
      {"state.directory", t::text, R"("")",
       "Where certificates and files are kept; empty: /var/lib/confab if writable, else ./var.",
       [](settings& s, value&& v) { s.state.directory = take<text>(v); }},
      {"log.level",
       t::choice,
       R"("info")",
       "The least important lines that are written.",
       [](settings& s, value&& v) { s.log.level = take<text>(v); },
       0,
       0,
       {"debug", "info", "warning", "error"}},
      {"log.format",
       t::choice,
       R"("text")",
       "Lines for people, or one JSON object a line.",
       [](settings& s, value&& v) { s.log.format = take<text>(v); },
       0,
       0,
       {"text", "json"}},
      {"log.trace",
       t::choice_list,
       "[]",
       "Protocols whose messages are written as they cross the wire.",
       [](settings& s, value&& v) { s.log.trace = take<texts>(v); },
       0,
       0,
       {"sip", "rtp", "msrp", "xmpp"}},
  };
}

}  // namespace confab::settings_table
