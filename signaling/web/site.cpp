#include "signaling/web/site.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "config/limits.hpp"
#include "signaling/web/assets.hpp"
#include "signaling/web/conditions.hpp"
#include "signaling/web/pages.hpp"
#include "signaling/web/text.hpp"

namespace confab::web {
namespace {

constexpr std::string_view page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
constexpr std::string_view data_policy = "default-src 'none'; frame-ancestors 'none'; sandbox";

/// Whoever keeps a copy, or learns a URL from a link on the page, would know what only participants are told.
response with_type(uint16_t status, std::string_view type, std::string_view policy) {
  response out;
  out.status = status;
  out.headers = {{"Content-Type", std::string(type)},
                 {"Cache-Control", "no-store"},
                 {"Referrer-Policy", "no-referrer"},
                 {"X-Content-Type-Options", "nosniff"},
                 {"Content-Security-Policy", std::string(policy)},
                 {"X-Frame-Options", "DENY"},
                 {"Cross-Origin-Resource-Policy", "same-origin"},
                 {"Cross-Origin-Opener-Policy", "same-origin"}};
  return out;
}

response as_page(std::string html) {
  auto out = with_type(200, "text/html; charset=utf-8", page_policy);
  out.content = std::move(html);
  return out;
}

/// §15.4.5: without what is about the content.
response not_modified(response whole) {
  whole.status = 304;
  std::erase_if(whole.headers, [](const auto& one) { return one.first == "Content-Type"; });
  whole.content = std::string();
  return whole;
}

response as_asset(const asset& a, const request& r) {
  auto out = with_type(200, a.type, data_policy);
  for (auto& [name, value] : out.headers) {
    if (name == "Cache-Control") value = "no-cache";  // kept, and asked for again with its tag
  }
  out.headers.emplace_back("ETag", a.etag);
  if (has_etag(r.if_none_match, a.etag)) return not_modified(std::move(out));
  out.content = std::string(a.text);
  return out;
}

response not_found() {
  return refusal(404, "The link is wrong, or what it led to is over.");
}

/// A page of somebody else that shows a screen as its own (Fetch Metadata, W3C).
bool is_foreign(const request& r) {
  return r.fetch_site == "cross-site" && r.fetch_mode != "navigate";
}

std::string etag_of(const screen_frame& frame) {
  return "\"frame-" + std::to_string(frame.number) + "\"";
}

/// A file never changes under its token.
std::string etag_of(const page_file& file) {
  return "\"" + file.token + "\"";
}

uint64_t age_of(const screen_frame& frame, site::wall_time now) {
  const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(now - frame.taken);
  return age.count() > 0 ? static_cast<uint64_t>(age.count()) : 0;
}

uint64_t& told_of(event_cursor& cursor, const std::string& screen) {
  for (auto& [token, number] : cursor.frames) {
    if (token == screen) return number;
  }
  return cursor.frames.emplace_back(screen, 0).second;
}

}  // namespace

std::string_view reason_of(uint16_t status) noexcept {
  switch (status) {
    case 200:
      return "OK";
    case 206:
      return "Partial Content";
    case 304:
      return "Not Modified";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 416:
      return "Range Not Satisfiable";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Bad Request";
  }
}

response refusal(uint16_t status, const std::string& why) {
  auto out = as_page(write_message_page(std::string(reason_of(status)), why));
  out.status = status;
  if (status == 405) out.headers.emplace_back("Allow", "GET, HEAD");
  if (status == 429) out.headers.emplace_back("Retry-After", "5");
  return out;
}

void site::publish(const room_page_ptr& page) {
  auto& entry = rooms_[page->token];
  const auto before = std::exchange(entry.page, page);
  if (!before || before->people != page->people) entry.people_event.clear();
  if (!before || before->files != page->files) entry.files_event.clear();
  if (before) {
    if (before->people != page->people) ++entry.people;
    if (before->talking != page->talking) ++entry.talking;
    if (before->title != page->title) ++entry.title;
    if (before->files != page->files) ++entry.files;
    if (before->screens != page->screens) ++entry.screens;
    forget(*before);
  }
  take_screens(*page);
  take_files(*page);
}

/// Frames of a screen that stays are kept: `publish` names those that stay right after.
void site::forget(const room_page& page) {
  for (const auto& file : *page.files) files_.erase(file.token);
  const auto room = rooms_.find(page.token);
  for (const auto& screen : *page.screens) {
    const bool stays = room != rooms_.end() &&
                       std::any_of(room->second.page->screens->begin(), room->second.page->screens->end(),
                                   [&](const page_screen& one) { return one.token == screen.token; });
    if (!stays) screens_.erase(screen.token);
  }
}

void site::take_screens(const room_page& page) {
  for (const auto& screen : *page.screens) {
    auto& entry = screens_[screen.token];
    entry.room = page.token;
    entry.sender = screen.sender;
  }
}

void site::take_files(const room_page& page) {
  for (size_t i = 0; i < page.files->size(); ++i) {
    const auto& file = (*page.files)[i];
    if (!file.token.empty()) files_.insert_or_assign(file.token, file_entry{page.files, i, page.token});
  }
}

std::string site::publish_frame(const std::string& screen_token, frame_ptr frame) {
  const auto found = screens_.find(screen_token);
  if (found == screens_.end()) return {};
  found->second.frame = std::move(frame);
  return found->second.room;
}

void site::withdraw(const std::string& room_token) {
  const auto gone = rooms_.extract(room_token);
  if (gone.empty()) return;
  forget(*gone.mapped().page);
  for (const auto& link : gone.mapped().links) links_.erase(link);
}

void site::link(const std::string& room_token, const std::string& link) {
  const auto room = rooms_.find(room_token);
  if (room != rooms_.end() && links_.emplace(link, room_token).second) room->second.links.push_back(link);
}

std::string site::unlink(const std::string& link) {
  const auto gone = links_.extract(link);
  if (gone.empty()) return {};
  std::erase(rooms_.at(gone.mapped()).links, link);
  return gone.mapped();
}

/// The entry stays the same, so that who follows it by a link is told what is new since.
void site::move(const std::string& old_token, const room_page_ptr& page,
                const std::vector<std::string>& links) {
  auto moved = rooms_.extract(old_token);
  if (!moved.empty()) {
    for (const auto& one : std::exchange(moved.mapped().links, {})) links_.erase(one);
    moved.key() = page->token;
    rooms_.insert(std::move(moved));
  }
  publish(page);
  for (const auto& one : links) link(page->token, one);
}

const site::room_entry* site::room_at(const std::string& token) const {
  const auto link = links_.find(token);
  const auto room = rooms_.find(link == links_.end() ? token : link->second);
  return room == rooms_.end() ? nullptr : &room->second;
}

response site::answer(const request& r, wall_time now) const {
  if (r.method == request::verb::other) return refusal(405, "Here is nothing but to be read.");
  const auto t = parse_target(r.target);
  const bool is_data = t.where != place::style && t.where != place::script && t.where != place::icon;
  if (is_data && is_foreign(r)) return refusal(403, "This is not for other sites to show.");
  switch (t.where) {
    case place::nowhere:
      return not_found();
    case place::style:
      return as_asset(style(), r);
    case place::script:
      return as_asset(script(), r);
    case place::icon:
      return as_asset(icon(), r);
    case place::room:
      return room(t);
    case place::room_events:
    case place::screen_events:
      return stream(t);
    case place::screen:
      return screen(t, now);
    case place::screen_image:
      return screen_image(t, r);
    case place::file:
      return file(t, r);
  }
  return not_found();
}

std::vector<frame_ptr> site::frames_of(const room_page& page) const {
  std::vector<frame_ptr> out;
  for (const auto& screen : *page.screens) {
    const auto found = screens_.find(screen.token);
    out.push_back(found == screens_.end() ? nullptr : found->second.frame);
  }
  return out;
}

response site::room(const target& t) const {
  const auto* found = room_at(t.token);
  if (found == nullptr) return not_found();
  const auto& page = *found->page;
  return as_page(write_room_page(page, frames_of(page), t.token));
}

response site::screen(const target& t, wall_time now) const {
  const auto found = screens_.find(t.token);
  if (found == screens_.end()) return not_found();
  const auto& [room, sender, frame] = found->second;
  const auto in = rooms_.find(room);
  if (in == rooms_.end() || !frame) return not_found();
  return as_page(
      write_screen_page({t.token, sender, in->second.page->room, frame, age_of(*frame, now), t.fit}));
}

response site::screen_image(const target& t, const request& r) const {
  const auto found = screens_.find(t.token);
  if (found == screens_.end() || !found->second.frame) return not_found();
  auto out = with_type(200, "image/jpeg", data_policy);
  out.headers.emplace_back("ETag", etag_of(*found->second.frame));
  if (has_etag(r.if_none_match, etag_of(*found->second.frame))) return not_modified(std::move(out));
  out.content = found->second.frame;
  return out;
}

response site::file(const target& t, const request& r) const {
  const auto found = files_.find(t.token);
  if (found == files_.end()) return not_found();
  const auto& it = (*found->second.list)[found->second.at];
  if (it.status != "OK") return not_found();
  auto out = with_type(200, media_type(it.type), data_policy);
  out.room = found->second.room;
  const auto etag = etag_of(it);
  out.headers.emplace_back("ETag", etag);
  if (has_etag(r.if_none_match, etag)) return not_modified(std::move(out));
  out.headers.emplace_back("Accept-Ranges", "bytes");
  out.headers.emplace_back("Content-Disposition", attachment_named(it.name));
  // RFC 9110 §14.2: a range means something to GET alone.
  const bool whole = r.range.empty() || r.method != request::verb::get;
  const auto wanted = whole ? wanted_bytes{} : read_range(r.range, r.if_range, etag, it.size_bytes);
  const auto size = std::to_string(it.size_bytes);
  if (std::holds_alternative<unsatisfiable>(wanted)) {
    auto no = refusal(416, "The file has no such bytes.");
    no.headers.emplace_back("Content-Range", "bytes */" + size);
    return no;
  }
  if (const auto* part = std::get_if<byte_range>(&wanted)) {
    out.status = 206;
    out.headers.emplace_back("Content-Range", "bytes " + std::to_string(part->first) + "-" +
                                                  std::to_string(part->first + part->count - 1) + "/" + size);
    out.content = file_piece{it.path, it.size_bytes, part->first, part->count};
    return out;
  }
  out.content = file_piece{it.path, it.size_bytes, 0, it.size_bytes};
  return out;
}

response site::stream(const target& t) const {
  event_cursor cursor;
  if (t.where == place::room_events) {
    const auto* room = room_at(t.token);
    if (room == nullptr) return not_found();
    cursor.room = room->page->token;
    if (cursor.room != t.token) cursor.link = t.token;
  } else {
    const auto found = screens_.find(t.token);
    if (found == screens_.end()) return not_found();
    cursor.room = found->second.room;
    cursor.screen = t.token;
  }
  auto out = with_type(200, "text/event-stream", data_policy);
  out.headers.emplace_back("X-Accel-Buffering", "no");  // nginx would hold events back
  out.content = std::move(cursor);
  return out;
}

std::string site::news(event_cursor& cursor, wall_time now) {
  if (!cursor.link.empty()) {
    const auto link = links_.find(cursor.link);
    if (link == links_.end()) return last_news(cursor);
    cursor.room = link->second;
    cursor.moved = false;
  }
  const auto room = rooms_.find(cursor.room);
  if (room == rooms_.end()) return last_news(cursor);
  return cursor.screen.empty() ? room_news(room->second, cursor) : screen_news(cursor, now);
}

/// It is over for who asked by that link, or for all.
std::string site::last_news(event_cursor& cursor) const {
  cursor.over = true;
  return event_text("over", cursor.moved || rooms_.contains(cursor.room) ? "moved" : "");
}

std::string site::screen_news(event_cursor& cursor, wall_time now) const {
  const auto found = screens_.find(cursor.screen);
  if (found == screens_.end() || !found->second.frame)
    return std::exchange(cursor.gone, true) ? std::string() : event_text("gone", "");
  const auto& frame = *found->second.frame;
  cursor.gone = false;
  if (std::exchange(told_of(cursor, cursor.screen), frame.number) == frame.number) return {};
  return event_text("frame", std::to_string(frame.number) + " " + std::to_string(age_of(frame, now)));
}

std::string site::room_news(room_entry& room, event_cursor& cursor) const {
  const auto& page = *room.page;
  // An event with people says who of them speaks, too; `talking` behind it says how that changed since.
  if (room.people_event.empty()) room.people_event = event_text("people", write_people(page));
  if (room.files_event.empty()) room.files_event = event_text("files", write_files(page));
  std::string out;
  if (std::exchange(cursor.title, room.title) != room.title) out += event_text("title", write_title(page));
  if (std::exchange(cursor.people, room.people) != room.people) out += room.people_event;
  if (std::exchange(cursor.talking, room.talking) != room.talking)
    out += event_text("talking", write_talking(page));
  if (std::exchange(cursor.files, room.files) != room.files) out += room.files_event;
  if (std::exchange(cursor.screens, room.screens) != room.screens)
    out += event_text("screens", write_screens(page, frames_of(page)));
  out += frame_news(page, cursor);
  return out;
}

std::string site::frame_news(const room_page& page, event_cursor& cursor) const {
  std::string out;
  for (const auto& screen : *page.screens) {
    const auto found = screens_.find(screen.token);
    if (found == screens_.end() || !found->second.frame) continue;
    const uint64_t newest = found->second.frame->number;
    if (std::exchange(told_of(cursor, screen.token), newest) != newest)
      out += event_text("frame", screen.token + " " + std::to_string(newest));
  }
  if (cursor.frames.size() > 2 * limits::screens_per_room)
    cursor.frames.erase(cursor.frames.begin());  // of one that left long ago
  return out;
}

}  // namespace confab::web
