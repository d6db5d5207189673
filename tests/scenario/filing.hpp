#pragma once

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>

#include "actors/disk.hpp"
#include "tests/scenario/streaming.hpp"
#include "tests/unit/media/files/temporary_folder.hpp"

namespace confab::actors::scenario {

inline constexpr leg_id first{11}, second{12}, stranger{21};
inline const std::string hello_sha = "AA:F4:C6:1D:DC:C5:E8:A2:DA:BE:DE:0F:3B:48:2C:D9:AE:A9:43:4D";

/// A room with files on a real disk, whose MSRP streams are pretended but for one (`take`).
class a_room_with_files : public an_msrp_stream {
 protected:
  a_room_with_files() {
    storage_ = files::storage::open(folder_.path(), "00000000000000a1").value();
    auto made = std::make_shared<file_services>();
    made->disks.push_back(system_->spawn(disk, storage_));
    made->rules = {
        .max_size = 1'000, .quota = 2'000, .most = 10, .types = {"*"}, .keep = std::chrono::milliseconds(0)};
    files_ = made;
  }
  ~a_room_with_files() override { close_file_services(files_); }

  static std::string file_offer(const std::string& direction, const std::string& selector,
                                const std::string& more = {}) {
    return "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
           "m=message 9 TCP/TLS/MSRP *\r\na=path:msrps://192.0.2.9:9/phone;tcp\r\na=accept-types:*\r\na=" +
           direction + "\r\na=file-selector:" + selector + "\r\na=file-transfer-id:id1\r\n" + more;
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
    c.icons = icons_;
    tell(c);
    if (control_.count("accept", leg) == 0) return control_.text_of("refuse", leg);
    tell(sip::established{leg, c.peer});
    return "accept";
  }
  static std::string push_of(const std::string& name, size_t size, const std::string& more = {}) {
    return file_offer(
        "sendonly", "name:\"" + name + "\" size:" + std::to_string(size) + " hash:sha-1:" + hello_sha, more);
  }
  /// What the stream of that call would do with these bytes.
  file_job_ptr bring(leg_id leg, const std::string& bytes) {
    const auto job = connect(leg).session.file;
    if (job) write(job, bytes);
    return job;
  }
  void write(const file_job_ptr& job, const std::string& bytes) {
    caf::anon_send(job->disk, write_part{job->into, job->holder, std::make_shared<const std::string>(bytes)});
    settle();
  }
  /// Its connection is lost when so much is here.
  void cut(const file_job_ptr& job, uint64_t bytes) {
    tell_room(file_over{job, false, "the peer closed the connection", true, nullptr, {}, bytes});
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

  std::vector<sip::file_icon> icons_;  ///< that come with the next call for a file
  files::testing::temporary_folder folder_;
  std::shared_ptr<const files::storage> storage_;
};

}  // namespace confab::actors::scenario
