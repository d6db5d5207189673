#include "actors/room_web.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "config/limits.hpp"

namespace confab::actors {

namespace {

/// Replaces a part that is another now. False: it is the same.
template <class T>
bool replace(web::shared_list<T>& part, std::vector<T> now) {
  if (*part == now) return false;
  part = std::make_shared<const std::vector<T>>(std::move(now));
  return true;
}

}  // namespace

room_web::room_web(const room_id& room, web::publisher* web, people_source people)
    : web_(web), people_(std::move(people)) {
  page_.room = room.value;
  if (web_ != nullptr) page_.token = web_->new_token();
}

std::string room_web::url() const {
  return web_ == nullptr ? std::string() : web_->room_url(page_.token);
}

std::string room_web::url_of(leg_id leg) {
  if (web_ == nullptr) return {};
  auto& link = links_[leg];
  if (link.empty()) {
    link = web_->new_token();
    if (replaced_.empty()) web_->link(page_.token, link);
  }
  return web_->room_url(link);
}

void room_web::depart(leg_id leg) {
  auto gone = links_.extract(leg);
  if (gone.empty()) return;
  departed_.push_back(std::move(gone.mapped()));
  if (departed_.size() <= limits::page_links_of_departed) return;
  web_->unlink(departed_.front());
  departed_.pop_front();
}

void room_web::set_title(const std::string& title, clock_time now) {
  if (std::exchange(page_.title, title) != title) changed(now);
}

void room_web::people_changed(clock_time now) {
  people_changed_ = true;
  changed(now);
}

void room_web::set_talking(leg_id leg, bool talking, clock_time now) {
  auto who = *page_.talking;
  std::erase(who, leg);
  if (talking) who.push_back(leg);
  if (replace(page_.talking, std::move(who))) changed(now);
}

void room_web::set_files(std::vector<web::page_file> files, clock_time now) {
  if (replace(page_.files, std::move(files))) changed(now);
}

void room_web::set_screens(std::vector<web::page_screen> screens, clock_time now) {
  if (replace(page_.screens, std::move(screens))) changed(now);
}

void room_web::changed(clock_time now) {
  if (web_ != nullptr && !due_) due_ = now + gathering;
}

void room_web::poll(clock_time now) {
  if (due_ && *due_ <= now) flush();
}

void room_web::renew(const std::function<bool(leg_id)>& stays) {
  if (web_ == nullptr) return;
  if (replaced_.empty()) replaced_ = page_.token;
  page_.token = web_->new_token();
  std::erase_if(links_, [&](const auto& one) { return !stays(one.first); });
  departed_.clear();
}

void room_web::flush() {
  if (web_ == nullptr) return;
  due_.reset();
  if (std::exchange(people_changed_, false)) replace(page_.people, people_());
  auto page = std::make_shared<const web::room_page>(page_);
  if (replaced_.empty()) return web_->publish(std::move(page));
  std::vector<std::string> links;
  links.reserve(links_.size());
  for (const auto& [leg, link] : links_) links.push_back(link);
  web_->move(std::exchange(replaced_, {}), std::move(page), std::move(links));
}

void room_web::end() {
  due_.reset();
  if (web_ != nullptr) web_->withdraw(replaced_.empty() ? page_.token : replaced_);
}

}  // namespace confab::actors
