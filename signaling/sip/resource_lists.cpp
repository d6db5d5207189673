#include "signaling/sip/resource_lists.hpp"

#include <unordered_set>

#include "config/limits.hpp"
#include "signaling/sip/text.hpp"
#include "signaling/sip/uri.hpp"
#include "signaling/xml/parse.hpp"

namespace confab::sip {

namespace {

constexpr std::string_view lists_ns = "urn:ietf:params:xml:ns:resource-lists";

class reader {
 public:
  // NOLINTNEXTLINE(misc-no-recursion): the parser has bounded the depth
  result<void> take_list(const xml::element& list) {
    for (const auto& one : list.children) {
      if (one.ns != lists_ns || one.name == "display-name") continue;  // extensions say nothing to us
      const auto taken = one.name == "list"    ? take_list(one)
                         : one.name == "entry" ? take_entry(one)
                                               : refused(one);
      if (!taken) return taken.error();
    }
    return {};
  }
  [[nodiscard]] std::vector<std::string> found() && { return std::move(found_); }

 private:
  static result<void> refused(const xml::element& one) {
    return {errc::unsupported, "the list has an element that is not looked up: " + header_safe(one.name)};
  }

  result<void> take_entry(const xml::element& entry) {
    const auto written = trim(entry.attribute_value("uri"));
    if (written.size() > limits::uri_bytes) return {errc::too_large, "the list has a URI that is too long"};
    const auto named = parse_uri(written);
    if (!named) return {errc::malformed, "the list has an entry without a URI"};
    if (!named->is_sip()) return {errc::unsupported, "the list has an entry that is no SIP URI"};
    const auto target = to_call(*named);
    if (!seen_.insert(comparable(target)).second) return {};
    if (found_.size() == limits::recipients_per_list) return {errc::too_large, "the list is too long"};
    found_.push_back(write_uri(target));
    return {};
  }

  std::vector<std::string> found_;
  std::unordered_set<std::string> seen_;
};

}  // namespace

result<std::vector<std::string>> read_recipients(std::string_view document) {
  const auto parsed = xml::parse(
      document, {limits::sip_message_bytes, limits::recipient_list_depth, limits::recipient_list_elements});
  if (!parsed) return parsed.error();
  if (!parsed->root.is(lists_ns, "resource-lists"))
    return {errc::malformed, "the list of recipients is no resource-lists document"};
  reader all;
  for (const auto& list : parsed->root.children) {
    if (list.ns != lists_ns) continue;
    if (list.name != "list") return {errc::malformed, "a resource-lists document holds lists only"};
    if (const auto taken = all.take_list(list); !taken) return taken.error();
  }
  return std::move(all).found();
}

}  // namespace confab::sip
