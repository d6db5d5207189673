#include "signaling/conference/file_shelf.hpp"

#include <algorithm>
#include <utility>

#include "config/limits.hpp"
#include "signaling/conference/file_name.hpp"

namespace confab::conference {
namespace {

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// A media type without its parameters, in lower case.
std::string bare_type(std::string_view type) {
  std::string out(type.substr(0, type.find(';')));
  while (out.ends_with(' ')) out.pop_back();
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

bool fits_type(std::string_view pattern, const std::string& type) {
  if (pattern == "*" || pattern == "*/*") return true;
  const std::string wanted = bare_type(pattern);
  if (!wanted.ends_with("/*")) return wanted == type;
  return type.starts_with(std::string_view(wanted).substr(0, wanted.size() - 1));
}

bool shares_hash(const std::vector<sdp::file_hash>& a, const std::vector<sdp::file_hash>& b) {
  return std::any_of(a.begin(), a.end(),
                     [&](const sdp::file_hash& h) { return std::find(b.begin(), b.end(), h) != b.end(); });
}

/// All of them must be verified, and those that are not computed from the first byte on cannot be.
bool knows_all(const std::vector<sdp::file_hash>& known, const std::vector<sdp::file_hash>& offered) {
  return !offered.empty() && std::all_of(offered.begin(), offered.end(), [&](const sdp::file_hash& h) {
    return std::find(known.begin(), known.end(), h) != known.end();
  });
}

bool takes_room(const shelved_file& file) {
  return file.state != file_state::failed;
}

/// What nobody brings any more holds no place of others for bytes that may never come.
uint64_t room_of(const shelved_file& file) {
  return file.state == file_state::interrupted ? file.here : file.size;
}

/// A verified owner's file is nobody's who only says its name.
bool may_go_on(const shelved_file& file, const offered_file& offer) {
  if (file.owner != offer.owner || (file.verified && !offer.verified)) return false;
  switch (file.state) {
    case file_state::interrupted:
      return true;
    case file_state::arriving:
      return offer.verified || file.host == offer.host;
    case file_state::whole:
    case file_state::failed:
      return false;
  }
  return false;
}

std::string status_of(const shelved_file& file) {
  switch (file.state) {
    case file_state::arriving:
      return "uploading " + std::to_string(file.size == 0 ? 100 : file.here * 100 / file.size) + "%";
    case file_state::interrupted:
    case file_state::failed:
      return "failed";
    case file_state::whole:
      return "OK";
  }
  return {};
}

bool fits(const shelved_file& file, const sdp::file_selector& wanted) {
  if (!wanted.hashes.empty()) return shares_hash(wanted.hashes, file.hashes);
  if (wanted.name && harmless_name(*wanted.name) != file.name) return false;
  if (wanted.size && *wanted.size != file.size) return false;
  return !wanted.type || bare_type(*wanted.type) == bare_type(file.type);
}

}  // namespace

const shelved_file* file_shelf::resumable(const offered_file& offer) const {
  const auto found = std::find_if(files_.begin(), files_.end(), [&](const auto& entry) {
    const shelved_file& f = entry.second;
    return may_go_on(f, offer) && offer.selector.size == f.size && knows_all(f.hashes, offer.selector.hashes);
  });
  return found == files_.end() ? nullptr : &found->second;
}

std::optional<shelf_refusal> file_shelf::judge(const offered_file& offer) const {
  const auto& selector = offer.selector;
  if (!selector.size) return shelf_refusal{488, "the file-selector names no size"};
  if (*selector.size > rules_.max_size)
    return shelf_refusal{
        413, "the file is larger than " + std::to_string(rules_.max_size) + " bytes (files.max-size)"};
  const std::string type = bare_type(selector.type.value_or("application/octet-stream"));
  if (std::none_of(rules_.types.begin(), rules_.types.end(),
                   [&](const std::string& pattern) { return fits_type(pattern, type); }))
    return shelf_refusal{488, "files of this type are not taken here (files.types)"};
  const auto count =
      std::count_if(files_.begin(), files_.end(), [](const auto& entry) { return takes_room(entry.second); });
  if (static_cast<size_t>(count) >= rules_.most)
    return shelf_refusal{413, "the room has as many files as it may (files.room-files)"};
  return past_quota(*selector.size, 0);
}

/// The file `but` is not counted.
std::optional<shelf_refusal> file_shelf::past_quota(uint64_t size, uint64_t but) const {
  uint64_t used = size;
  for (const auto& [number, file] : files_) {
    if (takes_room(file) && number != but) used += room_of(file);
  }
  if (used <= rules_.quota) return std::nullopt;
  return shelf_refusal{413, "the files of the room are as large as they may be (files.room-quota)"};
}

std::optional<shelf_refusal> file_shelf::judge_again(uint64_t number) const {
  const auto* file = find(number);
  if (file == nullptr || file->state != file_state::interrupted) return std::nullopt;
  return past_quota(file->size, number);
}

const shelved_file& file_shelf::add(uint64_t number, const offered_file& offer) {
  shelved_file file;
  file.number = number;
  file.name = free_name(harmless_name(offer.selector.name.value_or(std::string())));
  file.type = offer.selector.type.value_or(std::string());
  file.size = offer.selector.size.value_or(0);
  file.hashes = offer.selector.hashes;
  file.sender = offer.sender;
  file.owner = offer.owner;
  file.verified = offer.verified;
  file.host = offer.host;
  file.disposition = offer.disposition;
  file.dates = offer.dates;
  return files_.insert_or_assign(number, std::move(file)).first->second;
}

/// Nobody's file is hidden by another of its name.
std::string file_shelf::free_name(const std::string& wanted) const {
  const auto taken = [&](const std::string& name) {
    return std::any_of(files_.begin(), files_.end(), [&](const auto& entry) {
      return takes_room(entry.second) && entry.second.name == name;
    });
  };
  std::string name = wanted;
  for (unsigned number = 1; taken(name); ++number) name = numbered_name(wanted, number);
  return name;
}

shelved_file* file_shelf::at(uint64_t number) {
  const auto found = files_.find(number);
  return found == files_.end() ? nullptr : &found->second;
}

void file_shelf::progress(uint64_t number, uint64_t bytes) {
  if (auto* file = at(number)) file->here = bytes;
}

void file_shelf::go_on(uint64_t number, std::string host) {
  auto* file = at(number);
  if (file == nullptr) return;
  file->state = file_state::arriving;
  file->host = std::move(host);
  file->until = clock_time::max();
}

void file_shelf::interrupt(uint64_t number, clock_time now) {
  auto* file = at(number);
  if (file == nullptr || file->state != file_state::arriving) return;
  file->state = file_state::interrupted;
  file->until = now + limits::file_resumable;
}

void file_shelf::complete(uint64_t number, std::vector<sdp::file_hash> hashes, clock_time now) {
  auto* file = at(number);
  if (file == nullptr) return;
  file->state = file_state::whole;
  file->hashes = std::move(hashes);
  file->until = rules_.keep.count() > 0 ? now + rules_.keep : clock_time::max();
}

void file_shelf::fail(uint64_t number, clock_time now) {
  auto* file = at(number);
  if (file == nullptr) return;
  file->state = file_state::failed;
  file->until = now + limits::file_failure_shown;
  size_t shown = 0;  // they take no room, so nothing else bounds what is said of them
  for (auto at = files_.rbegin(); at != files_.rend(); ++at) {
    if (at->second.state == file_state::failed && ++shown > limits::file_failures_shown)
      at->second.until = now;
  }
}

const shelved_file* file_shelf::find(uint64_t number) const {
  const auto found = files_.find(number);
  return found == files_.end() ? nullptr : &found->second;
}

result<const shelved_file*> file_shelf::find(const sdp::file_selector& selector) const {
  if (selector == sdp::file_selector{}) return {errc::not_found, "the file-selector selects nothing"};
  const shelved_file* found = nullptr;
  for (const auto& [number, file] : files_) {
    if (file.state != file_state::whole || !fits(file, selector)) continue;
    if (found != nullptr) return {errc::malformed, "the file-selector means more than one file"};
    found = &file;
    if (!selector.hashes.empty()) break;  // of equal contents any will do
  }
  if (found == nullptr) return {errc::not_found, "there is no such file in the room"};
  return found;
}

std::vector<uint64_t> file_shelf::expire(clock_time now) {
  std::vector<uint64_t> gone;
  for (const auto& [number, file] : files_) {
    if (file.until <= now) gone.push_back(number);
  }
  for (const uint64_t number : gone) files_.erase(number);
  return gone;
}

std::optional<file_shelf::clock_time> file_shelf::deadline() const {
  std::optional<clock_time> soonest;
  for (const auto& [number, file] : files_) {
    if (file.until == clock_time::max()) continue;
    if (!soonest || file.until < *soonest) soonest = file.until;
  }
  return soonest;
}

std::vector<file_info> file_shelf::listing() const {
  std::vector<file_info> out;
  for (const auto& [number, file] : files_) {
    file_info shown;
    shown.name = file.name;
    if (!file.hashes.empty()) shown.hash = file.hashes.front().algorithm + ":" + file.hashes.front().digest;
    shown.size_bytes = file.size;
    shown.sender = file.sender;
    shown.status = status_of(file);
    out.push_back(std::move(shown));
  }
  return out;
}

std::vector<const shelved_file*> file_shelf::all() const {
  std::vector<const shelved_file*> out;
  for (const auto& [number, file] : files_) out.push_back(&file);
  return out;
}

}  // namespace confab::conference
