#include "signaling/web/target.hpp"

#include "signaling/web/token.hpp"

namespace confab::web {
namespace {

constexpr std::string_view jpeg_ending = ".jpg";

bool take_front(std::string_view& text, std::string_view front) {
  if (!text.starts_with(front)) return false;
  text.remove_prefix(front.size());
  return true;
}

bool take_back(std::string_view& text, std::string_view back) {
  if (!text.ends_with(back)) return false;
  text.remove_suffix(back.size());
  return true;
}

target of_token(place where, std::string_view token) {
  if (!is_token(token)) return {};
  return {where, std::string(token)};
}

/// `name=value&name=value`: the first of a name counts.
std::string_view query_value(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const size_t end = query.find('&');
    const auto pair = query.substr(0, end);
    const size_t equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) return pair.substr(equals + 1);
    if (end == std::string_view::npos) break;
    query.remove_prefix(end + 1);
  }
  return {};
}

target screen_page(std::string_view query) {
  auto image = query_value(query, "image");
  if (!take_back(image, jpeg_ending)) return {};
  auto out = of_token(place::screen, image);
  out.fit = query_value(query, "fit") != "0";
  return out;
}

target below_screen(std::string_view rest) {
  if (take_back(rest, jpeg_ending)) return of_token(place::screen_image, rest);
  if (take_back(rest, "/events")) return of_token(place::screen_events, rest);
  return {};
}

target below_room(std::string_view rest) {
  if (take_back(rest, "/events")) return of_token(place::room_events, rest);
  return of_token(place::room, rest);
}

target below_file(std::string_view rest) {
  const size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return {};
  return of_token(place::file, rest.substr(0, slash));
}

}  // namespace

target parse_target(std::string_view text) {
  const size_t mark = text.find('?');
  auto path = text.substr(0, mark);
  const auto query = mark == std::string_view::npos ? std::string_view() : text.substr(mark + 1);
  if (path == "/style.css") return {place::style, {}};
  if (path == "/page.js") return {place::script, {}};
  if (path == "/icon.svg" || path == "/favicon.ico") return {place::icon, {}};
  if (path == "/screen") return screen_page(query);
  if (take_front(path, "/screen/")) return below_screen(path);
  if (take_front(path, "/room/")) return below_room(path);
  if (take_front(path, "/file/")) return below_file(path);
  return {};
}

}  // namespace confab::web
