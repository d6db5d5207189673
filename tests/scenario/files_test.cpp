#include <filesystem>

#include "actors/disk.hpp"
#include "tests/scenario/chatting.hpp"
#include "tests/unit/media/files/temporary_folder.hpp"

namespace confab::actors::scenario {
namespace {

using namespace std::chrono_literals;

constexpr leg_id first{11}, second{12}, stranger{21};
const std::string hello_sha = "AA:F4:C6:1D:DC:C5:E8:A2:DA:BE:DE:0F:3B:48:2C:D9:AE:A9:43:4D";

/// A room with files on a real disk, whose MSRP streams are pretended.
class a_room_with_files : public a_chat {
 protected:
  a_room_with_files() {
    storage_ = files::storage::open(folder_.path(), "00000000000000a1").value();
    auto made = std::make_shared<file_services>();
    made->disks.push_back(system_->spawn(disk, storage_));
    made->rules = {.max_size = 1'000, .quota = 2'000, .most = 10, .types = {"*"}, .keep = 0ms};
    files_ = made;
  }
  ~a_room_with_files() override { close_file_services(files_); }

  static std::string file_offer(const std::string& direction, const std::string& selector) {
    return "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
           "m=message 9 TCP/TLS/MSRP *\r\na=path:msrps://192.0.2.9:9/phone;tcp\r\na=accept-types:*\r\na=" +
           direction + "\r\na=file-selector:" + selector + "\r\na=file-transfer-id:id1\r\n";
  }
  /// A call for one file as `who`; "accept", or the status of a refusal.
  std::string call_for_file(leg_id leg, leg_id who, const std::string& sdp,
                            const std::string& room = "lunch@host", const std::string& host = "192.0.2.9") {
    sip::incoming_call c;
    c.leg = leg;
    c.room = room_id{room};
    c.peer = peer_of(who);
    c.peer.source = socket_address::parse(host, 5060).value();
    c.local = socket_address::parse("127.0.0.1", 5060).value();
    c.sdp = sdp;
    tell(c);
    if (control_.count("accept", leg) == 0) return control_.text_of("refuse", leg);
    tell(sip::established{leg, c.peer});
    return "accept";
  }
  static std::string push_of(const std::string& name, size_t size, const std::string& hash = hello_sha) {
    return file_offer("sendonly",
                      "name:\"" + name + "\" size:" + std::to_string(size) + " hash:sha-1:" + hash);
  }
  /// What the stream of that call would do with these bytes.
  file_job_ptr bring(leg_id leg, const std::string& bytes) {
    const auto job = connect(leg).session.file;
    if (!job) return job;
    caf::anon_send(job->disk, write_part{job->into, job->holder, std::make_shared<const std::string>(bytes)});
    settle();
    return job;
  }
  void finish(const file_job_ptr& job) {
    caf::scoped_actor self(*system_);
    self->send(job->disk, finish_part{job->into, job->holder, job->expected});
    settle();
    part_finished done;
    self->receive([&](const part_finished& m) { done = m; });
    tell_room(file_over{job, done.done.ok, done.done.why.text, false, done.file, {}});
  }
  void tell_room(const file_over& m) {
    caf::anon_send(caf::actor_cast<room_actor>(m.job->room), m);
    settle();
  }
  void share(leg_id leg, leg_id who, const std::string& name = "a.txt") {
    ASSERT_EQ(call_for_file(leg, who, push_of(name, 5)), "accept");
    finish(bring(leg, "hello"));
  }
  [[nodiscard]] size_t kept() const {
    size_t count = 0;
    for (const auto& one : std::filesystem::directory_iterator(storage_->folder()))
      if (one.path().filename() != "lock") ++count;
    return count;
  }
  [[nodiscard]] bool was_told(leg_id leg, const std::string& text) const {
    const auto& got = record_of_.at(leg)->got;
    return std::any_of(got.begin(), got.end(),
                       [&](const std::string& one) { return one.find(text) != std::string::npos; });
  }

  files::testing::temporary_folder folder_;
  std::shared_ptr<const files::storage> storage_;
};

TEST_F(a_room_with_files, lists_what_came_gives_it_out_and_drops_it_at_its_end) {
  start();
  chat(alice);
  share(first, alice);
  EXPECT_TRUE(was_told(alice, "is uploading file a.txt (5 bytes)"));
  EXPECT_TRUE(was_told(alice, "has uploaded file a.txt (5 bytes)"));
  subscribe(wanda, "lunch@host", true, "sip:phone1@example.com", std::nullopt, alice);
  const auto said = watchers_.said_to(wanda);
  EXPECT_NE(said.back().find("name=\"a.txt\""), std::string::npos) << said.back();
  EXPECT_NE(said.back().find("status=\"OK\""), std::string::npos);
  EXPECT_EQ(call_for_file(second, bob, file_offer("recvonly", "hash:sha-1:" + hello_sha)), "accept");
  const auto job = connect(second).session.file;
  ASSERT_TRUE(job);
  EXPECT_EQ(job->size, 5U);
  EXPECT_EQ(files::testing::content_of(job->from->path), "hello");
  EXPECT_EQ(kept(), 1U);
  for (const leg_id leg : {first, second, alice}) hang_up(leg);
  EXPECT_EQ(kept(), 0U);
  EXPECT_EQ(count().rooms, 0U);
}

TEST_F(a_room_with_files, counts_no_call_for_a_file_as_a_participant) {
  rules_.max_participants = 1;
  start();
  chat(alice);
  share(first, alice);
  EXPECT_EQ(call_for_file(second, bob, file_offer("recvonly", "name:\"a.txt\"")), "accept")
      << "it takes no seat";
  subscribe(wanda, "lunch@host", true, "sip:phone1@example.com", std::nullopt, alice);
  EXPECT_NE(watchers_.said_to(wanda).back().find("<user-count>1</user-count>"), std::string::npos);
  EXPECT_FALSE(was_told(alice, "phone2@example.com has joined"));
}

TEST_F(a_room_with_files, needs_a_room_that_is_there_and_a_file_that_is_in_it) {
  start();
  EXPECT_EQ(call_for_file(first, alice, push_of("a.txt", 5)), "404");
  chat(alice);
  EXPECT_EQ(call_for_file(second, alice, file_offer("recvonly", "name:\"none\"")), "404");
}

TEST_F(a_room_with_files, lets_nobody_past_a_lock_but_who_is_in_by_another_call) {
  start();
  chat(alice);
  chat(bob);
  press(alice, "*1");
  EXPECT_EQ(call_for_file(first, alice, push_of("a.txt", 5)), "accept");
  EXPECT_EQ(call_for_file(second, bob, push_of("b.txt", 5)), "accept");
  EXPECT_EQ(call_for_file(leg_id{13}, carol, push_of("c.txt", 5)), "403");
  EXPECT_EQ(call_for_file(stranger, bob, push_of("d.txt", 5), "lunch@host", "198.51.100.66"), "403")
      << "its name alone is nobody's word";
}

TEST_F(a_room_with_files, lets_nobody_past_a_pin_or_in_before_the_moderator) {
  own_["lunch@host"] = rules_;
  own_["lunch@host"].pin = "4711";
  own_["wait@host"] = rules_;
  own_["wait@host"].wait_for_moderator = true;
  start();
  call_with_chat(alice, false, "4711");
  EXPECT_EQ(call_for_file(first, alice, push_of("a.txt", 5)), "accept");
  EXPECT_EQ(call_for_file(second, bob, push_of("b.txt", 5)), "403");
  join(bob, "wait@host");
  EXPECT_EQ(call_for_file(leg_id{13}, bob, push_of("a.txt", 5), "wait@host"), "403") << "it waits itself";
  EXPECT_EQ(call_for_file(leg_id{14}, carol, push_of("a.txt", 5), "wait@host"), "403");
}

TEST_F(a_room_with_files, keeps_what_was_interrupted_for_a_while_and_then_not) {
  start();
  chat(alice);
  ASSERT_EQ(call_for_file(first, alice, push_of("a.txt", 5)), "accept");
  const auto job = bring(first, "hel");
  tell_room(file_over{job, false, "the peer closed the connection", true, nullptr, {}});
  EXPECT_TRUE(was_told(alice, "File transfer for a.txt failed: the peer closed the connection"));
  EXPECT_EQ(kept(), 1U);
  ASSERT_EQ(call_for_file(second, alice, push_of("a.txt", 5)), "accept");
  const auto again = connect(second).session.file;
  ASSERT_TRUE(again);
  EXPECT_EQ(again->plan.offset, 3U);
  tell_room(file_over{job, false, "late news of the first", false, nullptr, {}});
  EXPECT_FALSE(was_told(alice, "late news")) << "another has it now";
  tell_room(file_over{again, false, "cut again", true, nullptr, {}});
  pass(limits::file_resumable + 1s);
  EXPECT_EQ(kept(), 0U);
}

TEST_F(a_room_with_files, deletes_what_is_not_what_was_promised) {
  start();
  chat(alice);
  ASSERT_EQ(call_for_file(first, alice, push_of("a.txt", 5)), "accept");
  finish(bring(first, "hallo"));
  EXPECT_TRUE(was_told(alice, "File transfer for a.txt failed: file hash mismatch"));
  EXPECT_EQ(kept(), 0U);
}

TEST_F(a_room_with_files, gives_up_what_nobody_connects_for) {
  start();
  chat(alice);
  ASSERT_EQ(call_for_file(first, alice, push_of("a.txt", 5)), "accept");
  pass(limits::msrp_binding + 1s);
  EXPECT_EQ(control_.count("hang_up", first), 1U);
  EXPECT_TRUE(was_told(alice, "File transfer for a.txt failed: no connection came for it"));
}

TEST_F(a_room_with_files, ends_calls_for_files_with_the_conference) {
  start();
  chat(alice);
  ASSERT_EQ(call_for_file(first, alice, push_of("a.txt", 5)), "accept");
  (void)bring(first, "hel");
  press(alice, "*8");
  press(alice, "*8");
  EXPECT_EQ(control_.count("hang_up", first), 1U);
  EXPECT_EQ(kept(), 0U);
}

TEST_F(a_room_with_files, keeps_within_its_quota_while_files_come) {
  start();
  chat(alice);
  EXPECT_EQ(call_for_file(first, alice, push_of("a", 1'000)), "accept");
  EXPECT_EQ(call_for_file(second, bob, push_of("b", 1'000)), "accept");
  EXPECT_EQ(call_for_file(stranger, carol, push_of("c", 1)), "413");
}

TEST_F(a_room_with_files, calls_the_others_of_the_chat_with_a_new_file_where_that_is_wanted) {
  auto pushing = std::make_shared<file_services>(*files_);
  pushing->push = true;
  files_ = pushing;
  start();
  for (const leg_id leg : {alice, bob, carol}) chat(leg);
  share(first, alice);
  ASSERT_EQ(control_.dialed.size(), 2U) << "everybody but its owner";
  for (const auto& call : control_.dialed) {
    EXPECT_EQ(call.display_name, "Conference File Transfer");
    EXPECT_EQ(call.subject, "File uploaded by <sip:phone1@example.com>");
    EXPECT_NE(call.target, "sip:phone1@example.com");
    EXPECT_NE(call.sdp.find("a=file-selector:name:\"a.txt\" size:5 hash:sha-1:" + hello_sha),
              std::string::npos)
        << call.sdp;
    EXPECT_EQ(call.sdp.find("m=audio"), std::string::npos);
  }
  subscribe(wanda, "lunch@host", true, "sip:phone1@example.com", std::nullopt, alice);
  EXPECT_NE(watchers_.said_to(wanda).back().find("<user-count>3</user-count>"), std::string::npos)
      << "nobody is called in";
}

}  // namespace
}  // namespace confab::actors::scenario
