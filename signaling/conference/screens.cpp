#include "signaling/conference/screens.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "config/base64.hpp"
#include "config/limits.hpp"
#include "signaling/web/jpeg_head.hpp"

namespace confab::conference {
namespace {

constexpr std::string_view jpeg_begins = "\xFF\xD8";
constexpr std::string_view line_ends = "\r\n\t ";

result<std::string> decode(std::string_view body) {
  std::string dense;
  dense.reserve(body.size());
  std::copy_if(body.begin(), body.end(), std::back_inserter(dense),
               [](char c) { return line_ends.find(c) == std::string_view::npos; });
  const auto bytes = from_base64(dense);
  if (!bytes) return {errc::malformed, "neither a JPEG nor base64 of one"};
  return std::string(bytes->begin(), bytes->end());
}

/// Gives back to the budget what it took.
struct counted_frame : web::screen_frame {
  counted_frame(web::screen_frame&& frame, std::shared_ptr<frame_budget> from)
      : web::screen_frame(std::move(frame)), budget(std::move(from)) {}
  ~counted_frame() { budget->give_back(jpeg.size()); }
  counted_frame(const counted_frame&) = delete;
  counted_frame& operator=(const counted_frame&) = delete;
  std::shared_ptr<frame_budget> budget;
};

}  // namespace

bool frame_budget::take(size_t bytes) noexcept {
  size_t left = left_;
  while (left >= bytes) {
    if (left_.compare_exchange_weak(left, left - bytes)) return true;
  }
  return false;
}

result<web::screen_frame> read_screen(std::string_view body, size_t most) {
  const bool raw = body.starts_with(jpeg_begins);
  // Base64 and its line ends are half as much again, at most.
  if (body.size() > (raw ? most : most + most / 2)) return {errc::too_large, "the picture is too large"};
  auto bytes = raw ? result<std::string>(std::string(body)) : decode(body);
  if (!bytes) return bytes.error();
  if (bytes->size() > most) return {errc::too_large, "the picture is too large"};
  const auto head = web::read_jpeg_head(*bytes);
  if (!head) return head.error();
  web::screen_frame frame;
  frame.jpeg = std::move(*bytes);
  frame.width = head->width;
  frame.height = head->height;
  return frame;
}

std::vector<screen_keeper::screen>::iterator screen_keeper::find(leg_id leg) {
  return std::ranges::find(screens_, leg, &screen::leg);
}

result<screen_keeper::taken> screen_keeper::take(leg_id leg, std::string_view body, clock_time now,
                                                 std::chrono::system_clock::time_point wall) {
  const auto known = find(leg);
  const bool first = known == screens_.end();
  if (first && screens_.size() >= limits::screens_per_room)
    return {errc::exhausted, "too many screens are shared in this room"};
  auto frame = read_screen(body, frame_bytes_most_);
  if (!frame) return frame.error();
  if (!budget_->take(frame->jpeg.size())) return {errc::exhausted, "the server holds too many pictures"};
  frame->taken = wall;
  frame->number = ++frames_;
  auto kept = std::make_shared<const counted_frame>(std::move(*frame), budget_);
  if (first) {
    screens_.push_back({leg, kept, now});
  } else {
    *known = {leg, kept, now};
  }
  return taken{std::move(kept), first};
}

bool screen_keeper::shares(leg_id leg) const {
  return std::ranges::find(screens_, leg, &screen::leg) != screens_.end();
}

bool screen_keeper::forget(leg_id leg) {
  return std::erase_if(screens_, [&](const screen& one) { return one.leg == leg; }) > 0;
}

std::vector<leg_id> screen_keeper::poll(clock_time now) {
  std::vector<leg_id> out;
  for (const auto& one : screens_) {
    if (one.since + limits::screen_quiet <= now) out.push_back(one.leg);
  }
  for (const leg_id leg : out) forget(leg);
  return out;
}

std::optional<screen_keeper::clock_time> screen_keeper::deadline() const {
  std::optional<clock_time> out;
  for (const auto& one : screens_) {
    const auto due = one.since + limits::screen_quiet;
    if (!out || due < *out) out = due;
  }
  return out;
}

web::frame_ptr screen_keeper::newest(leg_id leg) const {
  const auto found = std::ranges::find(screens_, leg, &screen::leg);
  return found == screens_.end() ? nullptr : found->frame;
}

std::vector<leg_id> screen_keeper::legs() const {
  std::vector<leg_id> out;
  for (const auto& one : screens_) out.push_back(one.leg);
  return out;
}

}  // namespace confab::conference
