#include <algorithm>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "signaling/xml/text.hpp"
#include "tests/unit/signaling/conference/conference_fixture.hpp"

using namespace confab;
using namespace confab::conference;
using namespace confab::conference::testing;

namespace {

/// A room that changes at random, and what a notifier has to tell since its last document.
class changing_room {
 public:
  explicit changing_room(uint32_t seed) : random_(seed) { info_ = bare_room(); }

  size_t below(size_t bound) { return random_() % bound; }
  [[nodiscard]] const conference_info& info() const { return info_; }

  void change() {
    if (info_.users.empty() || below(4) == 0) return join();
    user_info& user = info_.users[below(info_.users.size())];
    switch (below(9)) {
      case 0:
        return leave(user.entity);
      case 1:
        user.display_text = words();
        break;
      case 2:
        user.endpoints.push_back(endpoint());
        break;
      case 3:
        user.screen_image_url = below(2) == 0 ? "" : words();
        break;
      case 4:
        user.roles.assign(below(3), "role" + std::to_string(below(3)));
        break;
      case 5:
        return change_room();
      default:
        change_endpoints(user);
        break;
    }
    touched_.insert(user.entity);
  }

  conference_document changes(audience who) {
    conference_changes out;
    out.description = room_touched_;
    for (const std::string& entity : touched_) {
      const auto at = std::find_if(info_.users.begin(), info_.users.end(),
                                   [&](const user_info& u) { return u.entity == entity; });
      if (at == info_.users.end())
        out.deleted.push_back(entity);
      else
        out.changed.push_back(&*at);
    }
    conference_document document = write_partial(info_.room, out, who);
    touched_.clear();
    room_touched_ = false;
    return document;
  }

 private:
  /// Anything, with markup and bytes that are no text among it.
  std::string words() {
    std::string out;
    for (size_t n = below(12); n > 0; --n)
      out += below(3) == 0 ? static_cast<char>(random_()) : "Ab <>&'\"\n\r\t]"[below(12)];
    return out;
  }

  endpoint_info endpoint() {
    endpoint_info e;
    e.entity = "sip:e" + std::to_string(next_++) + "@192.0.2.1;x=<&\">";
    if (below(2) == 0) e.joining_info = execution_info{"2026-11-24T09:00:00Z", words(), words()};
    return e;
  }

  void change_endpoints(user_info& user) {
    if (user.endpoints.empty()) return;
    endpoint_info& e = user.endpoints[below(user.endpoints.size())];
    switch (below(6)) {
      case 0:
        user.endpoints.erase(user.endpoints.begin());
        break;
      case 1:
        e.display_text = words();
        break;
      case 2:
        e.status = static_cast<endpoint_status>(below(9));
        break;
      case 3:
        e.left_by = static_cast<disconnection_method>(below(4));
        break;
      case 4:
        e.media.clear();
        break;
      default:
        e.media.push_back({std::to_string(next_++), words(), words(), static_cast<uint32_t>(random_()),
                           static_cast<media_status>(below(4))});
        break;
    }
  }

  void change_room() {
    room_info& room = info_.room;
    room_touched_ = true;
    switch (below(6)) {
      case 0:
        room.subject = words();
        break;
      case 1:
        room.web_page = words();
        break;
      case 2:
        room.files.push_back({words(), words(), random_(), words(), "OK"});
        break;
      case 3:
        room.files.clear();
        break;
      case 4:
        room.uris.assign(below(3), {words(), words(), "participation"});
        room.service_uris.assign(below(2), {words(), "", "web-page"});
        break;
      default:
        room.locked = !room.locked;
        break;
    }
  }

  void join() {
    // Few names, so that whoever left comes back, often within one document.
    const std::string entity = "sip:user" + std::to_string(below(25)) + "@example.com";
    touched_.insert(entity);
    const bool known = std::any_of(info_.users.begin(), info_.users.end(),
                                   [&](const user_info& u) { return u.entity == entity; });
    if (!known) info_.users.push_back({entity, words(), {}, {endpoint()}, ""});
    info_.room.user_count = static_cast<uint32_t>(info_.users.size());
  }

  void leave(const std::string& who) {
    const std::string entity = who;
    touched_.insert(entity);
    std::erase_if(info_.users, [&](const user_info& u) { return u.entity == entity; });
    info_.room.user_count = static_cast<uint32_t>(info_.users.size());
  }

  std::mt19937 random_;
  conference_info info_;
  std::set<std::string> touched_;
  bool room_touched_ = false;
  uint32_t next_ = 0;
};

/// The order of users means nothing.
conference_info sorted(conference_info info) {
  std::sort(info.users.begin(), info.users.end(),
            [](const user_info& a, const user_info& b) { return a.entity < b.entity; });
  return info;
}

void follow(uint32_t seed, audience who, int steps) {
  changing_room room(seed);
  conference_watcher watcher;
  uint32_t version = seed;
  ASSERT_EQ(watcher.on_document(read(write_full(room.info(), who), version)), fold_result::applied);
  for (int step = 0; step < steps; ++step) {
    room.change();
    if (room.below(3) != 0) continue;  // coalesced with what comes next
    ASSERT_EQ(watcher.on_document(read(room.changes(who), ++version)), fold_result::applied);
    ASSERT_EQ(sorted(watcher.picture()), sorted(seen(write_full(room.info(), who))))
        << "seed " << seed << ", step " << step;
  }
}

}  // namespace

TEST(conference_property, partial_documents_lead_a_participant_where_the_full_one_does) {
  for (uint32_t seed = 1; seed <= 6; ++seed) follow(seed, audience::participant, 2'000);
}

TEST(conference_property, partial_documents_lead_an_outsider_where_the_full_one_does) {
  for (uint32_t seed = 101; seed <= 103; ++seed) follow(seed, audience::outsider, 2'000);
}

TEST(conference_property, a_watcher_that_missed_documents_recovers_with_the_next_full_one) {
  changing_room room(77);
  conference_watcher watcher;
  watcher.on_document(read(write_full(room.info(), audience::participant), 1));
  for (uint32_t version = 2; version < 400; ++version) {
    room.change();
    const conference_document next = room.changes(audience::participant);
    if (room.below(2) == 0) continue;  // lost
    if (watcher.on_document(read(next, version)) == fold_result::wants_refresh)
      watcher.on_document(read(write_full(room.info(), audience::participant), ++version));
    ASSERT_EQ(sorted(watcher.picture()), sorted(seen(write_full(room.info(), audience::participant))));
  }
}

TEST(conference_property, any_bytes_in_a_name_come_back_cleaned) {
  std::mt19937 random(5);
  for (int i = 0; i < 3'000; ++i) {
    std::string bytes(random() % 20, '\0');
    for (char& b : bytes) b = static_cast<char>(random());
    const std::string as_text = xml::is_blank(bytes) ? "" : xml::cleaned(bytes, xml::place::text);
    const std::string as_attribute = xml::cleaned("sip:" + bytes, xml::place::attribute);
    conference_info info = bare_room();
    info.room.entity = "sip:" + bytes;
    info.users = {{"sip:" + bytes, bytes, {}, {}, bytes}};
    conference_info expected = bare_room();
    expected.room.entity = as_attribute;
    expected.users = {{as_attribute, as_text, {}, {}, as_text}};
    ASSERT_EQ(seen(write_full(info, audience::participant)), expected);
  }
}
