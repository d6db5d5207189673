#include "tests/scenario/filing.hpp"

namespace confab::actors::scenario {
namespace {

using namespace std::chrono_literals;

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
  cut(job, 3);
  EXPECT_TRUE(was_told(alice, "File transfer for a.txt failed: the peer closed the connection"));
  EXPECT_EQ(kept(), 1U);
  ASSERT_EQ(call_for_file(second, alice, push_of("a.txt", 5)), "accept");
  const auto again = connect(second).session.file;
  ASSERT_TRUE(again);
  EXPECT_EQ(again->plan.offset, 3U);
  tell_room(file_over{job, false, "late news of the first", false, nullptr, {}, 3});
  EXPECT_FALSE(was_told(alice, "late news")) << "another has it now";
  cut(again, 3);
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

TEST_F(a_room_with_files, lets_nobody_take_over_a_push_under_way_by_its_name_alone) {
  start();
  chat(alice);
  ASSERT_EQ(call_for_file(first, bob, push_of("a.txt", 5)), "accept");
  const auto job = bring(first, "hel");
  ASSERT_EQ(call_for_file(stranger, bob, push_of("a.txt", 5), "lunch@host", "198.51.100.66"), "accept");
  const auto theirs = connect(stranger).session.file;
  ASSERT_TRUE(theirs);
  EXPECT_NE(theirs->number, job->number) << "a file of its own";
  EXPECT_EQ(theirs->plan.offset, 0U);
  write(job, "lo");
  finish(job);
  EXPECT_TRUE(was_told(alice, "has uploaded file a.txt (5 bytes)"));
}

TEST_F(a_room_with_files, lets_who_lost_its_connection_take_its_push_over_from_where_it_is) {
  start();
  chat(alice);
  ASSERT_EQ(call_for_file(first, bob, push_of("a.txt", 5)), "accept");
  const auto job = bring(first, "hel");
  ASSERT_EQ(call_for_file(second, bob, push_of("a.txt", 5)), "accept");
  const auto again = connect(second).session.file;
  ASSERT_TRUE(again);
  EXPECT_EQ(again->number, job->number);
  EXPECT_EQ(again->plan.offset, 3U);
  EXPECT_EQ(storage_->promised_bytes(), 2U) << "it has its space already";
  write(again, "lo");
  finish(again);
  EXPECT_TRUE(was_told(alice, "has uploaded file a.txt (5 bytes)"));
}

TEST_F(a_room_with_files, changes_nothing_by_a_request_that_it_refuses) {
  start();
  chat(alice);
  ASSERT_EQ(call_for_file(first, alice, push_of("a.txt", 5)), "accept");
  const auto job = bring(first, "hel");
  for (const char* range : {"5-*", "1-4", "4-4"}) {
    const auto offer = push_of("a.txt", 5, std::string("a=file-range:") + range + "\r\n");
    EXPECT_EQ(call_for_file(leg_id{31}, alice, offer), "488") << range;
    std::erase_if(control_.log, [](const auto& one) { return one.leg == leg_id{31}; });
  }
  write(job, "lo");
  finish(job);
  EXPECT_TRUE(was_told(alice, "has uploaded file a.txt (5 bytes)"));
  EXPECT_EQ(kept(), 1U);
}

TEST_F(a_room_with_files, takes_nothing_over_that_has_just_come_whole) {
  start();
  chat(alice);
  ASSERT_EQ(call_for_file(first, alice, push_of("a.txt", 5)), "accept");
  const auto job = bring(first, "hello");
  caf::scoped_actor self(*system_);
  self->send(job->disk, finish_part{job->into, job->holder, job->expected});
  settle();
  EXPECT_EQ(call_for_file(second, alice, push_of("a.txt", 5)), "480") << "the news is on its way";
  self->receive([&](const part_finished& done) {
    tell_room(file_over{job, done.done.ok, {}, false, done.file, {}, 5});
  });
  EXPECT_TRUE(was_told(alice, "has uploaded file a.txt (5 bytes)"));
}

TEST_F(a_room_with_files, holds_for_what_was_cut_off_only_what_is_here) {
  start();
  chat(alice);
  ASSERT_EQ(call_for_file(first, bob, push_of("a", 1'000)), "accept");
  const auto job = bring(first, "hel");
  EXPECT_EQ(storage_->promised_bytes(), 997U);
  EXPECT_EQ(call_for_file(second, carol, push_of("b", 1'000)), "accept");
  EXPECT_EQ(call_for_file(leg_id{31}, carol, push_of("c", 900)), "413");
  cut(job, 3);
  EXPECT_EQ(storage_->promised_bytes(), 1'000U) << "of the other";
  EXPECT_EQ(call_for_file(leg_id{32}, carol, push_of("c", 900)), "accept");
  EXPECT_EQ(call_for_file(leg_id{33}, bob, push_of("a", 1'000)), "413") << "its place is taken";
  hang_up(leg_id{32});
  EXPECT_EQ(call_for_file(leg_id{34}, bob, push_of("a", 1'000)), "accept");
  EXPECT_EQ(connect(leg_id{34}).session.file->plan.offset, 3U);
  EXPECT_EQ(storage_->promised_bytes(), 1'997U);
}

TEST_F(a_room_with_files, ends_the_calls_for_files_of_who_is_put_out) {
  start();
  chat(alice);
  chat(bob);
  share(first, alice);
  ASSERT_EQ(call_for_file(second, bob, file_offer("recvonly", "name:\"a.txt\"")), "accept");
  ASSERT_EQ(call_for_file(stranger, carol, file_offer("recvonly", "name:\"a.txt\"")), "accept");
  EXPECT_EQ(say(alice, "/kick phone2@example.com"), 200);
  settle();
  EXPECT_EQ(control_.count("hang_up", second), 1U);
  EXPECT_EQ(control_.count("hang_up", stranger), 0U) << "it is another's";
}

TEST_F(a_room_with_files, gives_nothing_to_who_was_put_out) {
  start();
  chat(alice);
  chat(bob);
  share(first, alice);
  EXPECT_EQ(say(alice, "/kick phone2@example.com"), 200);
  hang_up(bob);
  EXPECT_EQ(call_for_file(second, bob, file_offer("recvonly", "name:\"a.txt\"")), "403");
  EXPECT_EQ(call_for_file(stranger, carol, file_offer("recvonly", "name:\"a.txt\"")), "accept");
}

const std::string as_sent =
    "a=file-disposition:attachment\r\n"
    "a=file-date:creation:\"Mon, 15 May 2006 15:01:31 +0300\" modification:\"Tue, 16 May 2006 08:00:00 "
    "+0300\"\r\n";
const std::string with_icon = as_sent + "a=file-icon:cid:icon@example.com\r\n";

TEST_F(a_room_with_files, gives_out_disposition_and_dates_as_they_came) {
  start();
  chat(alice);
  ASSERT_EQ(call_for_file(first, alice, push_of("a.txt", 5, with_icon)), "accept");
  finish(bring(first, "hello"));
  ASSERT_EQ(call_for_file(second, bob, file_offer("recvonly", "name:\"a.txt\"")), "accept");
  const auto answer = control_.text_of("accept", second);
  EXPECT_NE(answer.find(as_sent), std::string::npos) << answer;
  EXPECT_EQ(answer.find("a=file-icon"), std::string::npos) << "an answer has no picture to name";
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

/// `files.push`; alice and bob chat.
class a_room_that_hands_files_over : public a_room_with_files {
 protected:
  void begin() {
    auto pushing = std::make_shared<file_services>(*files_);
    pushing->push = true;
    files_ = pushing;
    start();
    chat(alice);
    chat(bob);
  }
  /// The call that hands over what alice has put in by `call`.
  leg_id handed_over_after(leg_id call, const std::string& name) {
    const size_t before = control_.dialed.size();
    share(call, alice, name);
    EXPECT_EQ(control_.dialed.size(), before + 1) << name;
    return control_.dialed.size() > before ? control_.dialed.back().leg : leg_id{};
  }
};

TEST_F(a_room_that_hands_files_over, hands_over_disposition_dates_and_icon) {
  begin();
  const auto picture = std::make_shared<const std::string>("a picture");
  icons_ = {{"another@example.com", "image/gif", std::make_shared<const std::string>("not this")},
            {"icon@example.com", "image/png", picture}};
  ASSERT_EQ(call_for_file(first, alice, push_of("a.txt", 5, with_icon)), "accept");
  finish(bring(first, "hello"));
  ASSERT_EQ(control_.dialed.size(), 1U);
  const auto& call = control_.dialed.front();
  EXPECT_NE(call.sdp.find(as_sent), std::string::npos) << call.sdp;
  ASSERT_TRUE(call.icon);
  EXPECT_EQ(call.icon->type, "image/png");
  EXPECT_EQ(*call.icon->bytes, "a picture");
  EXPECT_NE(call.sdp.find("a=file-icon:cid:" + call.icon->id + "\r\n"), std::string::npos) << call.sdp;
  EXPECT_EQ(call.icon->id.find("example.com"), std::string::npos) << "a name of its own";
}

TEST_F(a_room_that_hands_files_over, names_no_picture_that_did_not_come) {
  begin();
  icons_ = {{"another@example.com", "image/gif", std::make_shared<const std::string>("not this")}};
  ASSERT_EQ(call_for_file(first, alice, push_of("a.txt", 5, with_icon)), "accept");
  finish(bring(first, "hello"));
  ASSERT_EQ(control_.dialed.size(), 1U);
  EXPECT_FALSE(control_.dialed.front().icon);
  EXPECT_EQ(control_.dialed.front().sdp.find("a=file-icon"), std::string::npos);
}

TEST_F(a_room_that_hands_files_over, calls_nobody_again_who_cannot_take_a_file) {
  begin();
  tell(sip::ended{handed_over_after(leg_id{41}, "a"), sip::end_cause::refused, 603, "Decline"});
  tell(
      sip::ended{handed_over_after(leg_id{42}, "b"), sip::end_cause::refused, 415, "Unsupported Media Type"});
  share(leg_id{43}, alice, "c");
  EXPECT_EQ(control_.dialed.size(), 2U);
  hang_up(bob);
  chat(leg_id{5});
  EXPECT_NE(handed_over_after(leg_id{44}, "d"), leg_id{}) << "another may";
}

TEST_F(a_room_that_hands_files_over, takes_an_answer_without_the_file_for_a_no_to_this_one) {
  begin();
  const leg_id to_bob = handed_over_after(first, "a");
  tell(sip::remote_answer{to_bob,
                          "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
                          "m=message 0 TCP/TLS/MSRP *\r\n",
                          {}});
  EXPECT_EQ(control_.count("hang_up", to_bob), 1U);
  EXPECT_NE(handed_over_after(second, "b"), leg_id{}) << "the next it may want";
}

TEST_F(a_room_that_hands_files_over, ends_the_calls_to_who_is_put_out) {
  begin();
  chat(carol);
  share(first, alice);
  ASSERT_EQ(control_.dialed.size(), 2U);
  EXPECT_EQ(say(alice, "/kick phone2@example.com"), 200);
  settle();
  for (const auto& call : control_.dialed)
    EXPECT_EQ(control_.count("hang_up", call.leg), call.target == "sip:phone2@example.com" ? 1U : 0U)
        << call.target;
  const leg_id late = control_.dialed[control_.dialed[0].target == "sip:phone2@example.com" ? 0 : 1].leg;
  tell(sip::progress{late, 180, "Ringing"});
  EXPECT_EQ(control_.count("hang_up", late), 2U) << "the call may not have been there yet";
}

TEST_F(a_room_that_hands_files_over, ends_its_calls_with_the_conference) {
  begin();
  const leg_id to_bob = handed_over_after(first, "a");
  EXPECT_EQ(say(alice, "/kick phone2@example.com"), 200);
  hang_up(bob);
  hang_up(alice);
  EXPECT_GE(control_.count("hang_up", to_bob), 1U);
}

}  // namespace
}  // namespace confab::actors::scenario
