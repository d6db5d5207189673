#include "signaling/web/pages.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "config/limits.hpp"
#include "config/size_text.hpp"
#include "signaling/web/text.hpp"

namespace confab::web {
namespace {

/// `up`: from the page's folder to where style and script are.
std::string open_page(const std::string& title, std::string_view up, const std::string& body_attributes) {
  const std::string root(up);
  return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
         "<meta name=\"color-scheme\" content=\"light dark\"><meta name=\"robots\" "
         "content=\"noindex\"><title>" +
         escape_html(title) + "</title><link rel=\"icon\" href=\"" + root +
         "icon.svg\"><link rel=\"stylesheet\" href=\"" + root + "style.css\"><script src=\"" + root +
         "page.js\" defer></script></head>\n<body" + body_attributes + ">\n";
}

constexpr std::string_view close_page = "</body></html>\n";

/// Names of any direction of writing leave the text around them alone.
std::string isolated(std::string_view text) {
  return "<bdi>" + escape_html(text) + "</bdi>";
}

/// The first character of a name, for its badge.
std::string initial(std::string_view name) {
  size_t length = name.empty() ? 0 : 1;
  while (length < name.size() && (static_cast<uint8_t>(name[length]) & 0xC0) == 0x80) ++length;
  return length == 0 ? "?" : escape_html(name.substr(0, length));
}

void add_mark(std::string& marks, bool there, std::string_view word) {
  if (there) marks += "<span class=\"mark\">" + std::string(word) + "</span>";
}

std::string write_person(const page_person& who, bool talks) {
  const auto uri = bare_uri(who.uri);
  const auto& name = who.name.empty() ? uri : who.name;
  std::string marks;
  add_mark(marks, who.verified, "verified");
  add_mark(marks, who.moderator, "moderator");
  add_mark(marks, who.muted, "muted");
  add_mark(marks, who.on_hold, "on hold");
  add_mark(marks, who.has_chat && !who.has_audio, "chat only");
  return "<li id=\"leg-" + to_string(who.leg) + "\"" + (talks ? " class=\"talks\"" : "") +
         "><span class=\"badge\" aria-hidden=\"true\">" + initial(name) + "</span><span class=\"who\">" +
         isolated(name) + (who.name.empty() ? std::string() : "<small>" + isolated(uri) + "</small>") +
         "</span><span class=\"marks\"><span class=\"mark talk\">speaking</span>" + marks + "</span></li>";
}

std::string frame_link(const page_screen& screen, const frame_ptr& frame) {
  return "../screen/" + screen.token + ".jpg?n=" + std::to_string(frame ? frame->number : 0);
}

std::string dimensions(const frame_ptr& frame) {
  if (!frame) return {};
  return " width=\"" + std::to_string(frame->width) + "\" height=\"" + std::to_string(frame->height) + "\"";
}

std::string more(size_t count) {
  return count == 0 ? std::string() : "<p class=\"more\">and " + std::to_string(count) + " more</p>";
}

std::string heading(const std::string& text, size_t count) {
  return "<h2>" + text + " <span class=\"count\">" + std::to_string(count) + "</span></h2>";
}

}  // namespace

std::string write_title(const room_page& page) {
  return page.title.empty() ? std::string() : isolated(page.title);
}

std::string write_people(const room_page& page) {
  const std::unordered_set<leg_id> talking(page.talking->begin(), page.talking->end());
  std::string out = heading("In the room", page.people->size()) + "<ul>";
  const size_t shown = std::min(page.people->size(), limits::web_people_shown);
  for (size_t i = 0; i < shown; ++i) {
    const auto& who = (*page.people)[i];
    out += write_person(who, talking.contains(who.leg));
  }
  return out + "</ul>" + more(page.people->size() - shown);
}

std::string write_files(const room_page& page) {
  if (page.files->empty()) return {};
  const size_t shown = std::min(page.files->size(), limits::web_files_shown);
  std::string out = heading("Files", page.files->size()) + "<ul>";
  for (size_t i = page.files->size() - shown; i < page.files->size(); ++i) {
    const auto& file = (*page.files)[i];
    const bool there = file.status == "OK" && !file.token.empty();
    const auto name = isolated(file.name);
    out += "<li><span class=\"who\">";
    out += there ? "<a href=\"../file/" + file.token + "/" + percent_encode(file.name) + "\" download>" +
                       name + "</a>"
                 : name;
    out += "<small>" + size_text(file.size_bytes) + " from " + isolated(file.sender) + "</small></span>";
    if (!there)
      out += "<span class=\"marks\"><span class=\"mark\">" + escape_html(file.status) + "</span></span>";
    out += "</li>";
  }
  return out + "</ul>" + more(page.files->size() - shown);
}

std::string write_screens(const room_page& page, const std::vector<frame_ptr>& frames) {
  if (page.screens->empty()) return {};
  std::string out = heading("Screens", page.screens->size()) + "<div class=\"screens\">";
  for (size_t i = 0; i < page.screens->size(); ++i) {
    const auto& screen = (*page.screens)[i];
    const auto frame = i < frames.size() ? frames[i] : nullptr;
    out += "<a class=\"screen\" href=\"../screen?image=" + screen.token + ".jpg\"><img data-screen=\"" +
           screen.token + "\" src=\"" + frame_link(screen, frame) + "\"" + dimensions(frame) +
           " alt=\"The screen of " + escape_html(screen.sender) + "\"><span>" + isolated(screen.sender) +
           "</span></a>";
  }
  return out + "</div>";
}

std::string write_talking(const room_page& page) {
  std::string out;
  for (const leg_id leg : *page.talking) out += (out.empty() ? "" : " ") + to_string(leg);
  return out;
}

std::string write_room_page(const room_page& page, const std::vector<frame_ptr>& frames,
                            const std::string& link) {
  std::string out = open_page(page.room, "../", " class=\"room\" data-events=\"" + link + "/events\"");
  out += "<header><div><h1>" + isolated(page.room) + "</h1><p id=\"title\">" + write_title(page) +
         "</p></div><p id=\"state\" role=\"status\">as of now</p></header>\n<main><section id=\"screens\">" +
         write_screens(page, frames) + "</section>\n<section id=\"people\">" + write_people(page) +
         "</section>\n<section id=\"files\">" + write_files(page) + "</section></main>\n";
  return out.append(close_page);
}

std::string write_screen_page(const screen_view& view) {
  const auto image = "screen/" + view.token + ".jpg";
  const auto other = "screen?image=" + view.token + ".jpg&amp;fit=" + (view.fit ? "0" : "1");
  std::string out = open_page("The screen of " + view.sender, "",
                              std::string(" class=\"stage ") + (view.fit ? "fits" : "whole") +
                                  "\" data-events=\"screen/" + view.token + "/events\"");
  out += "<header><p class=\"who\">" + isolated(view.sender) + "<small>shares a screen in " +
         isolated(view.room) + "</small></p><p id=\"state\" role=\"status\" data-age=\"" +
         std::to_string(view.age_milliseconds) + "\">as of now</p><a id=\"fit\" class=\"button\" href=\"" +
         other + "\">" + (view.fit ? "Full size" : "Fit to window") +
         "</a></header>\n<main><img id=\"picture\" src=\"" + image +
         "?n=" + std::to_string(view.frame ? view.frame->number : 0) + "\" data-image=\"" + image + "\"" +
         dimensions(view.frame) + " alt=\"The screen of " + escape_html(view.sender) +
         "\"></main>\n<noscript><p class=\"more\">Reload the page to see a newer picture.</p></noscript>\n";
  return out.append(close_page);
}

std::string write_message_page(const std::string& title, const std::string& text) {
  std::string out = open_page(title, "/", " class=\"room\"");
  out +=
      "<main class=\"message\"><h1>" + escape_html(title) + "</h1><p>" + escape_html(text) + "</p></main>\n";
  return out.append(close_page);
}

}  // namespace confab::web
