#include "signaling/sip/refer_request.hpp"

#include <optional>

#include "config/limits.hpp"
#include "signaling/sip/text.hpp"
#include "signaling/sip/uri.hpp"

namespace confab::sip {

namespace {

/// `<3333@example.com>` is what some clients write.
std::string with_scheme(std::string value) {
  const auto bracket = value.rfind('<');
  const auto start = bracket == std::string::npos ? 0 : bracket + 1;
  const auto at = value.find('@', start);
  if (at == std::string::npos || value.find(':', start) < at) return value;
  return value.insert(start, "sip:");
}

std::optional<refer_method> method_of(const std::optional<std::string>& word) {
  if (!word || same_word(*word, "INVITE")) return refer_method::invite;
  if (same_word(*word, "BYE")) return refer_method::bye;
  return std::nullopt;
}

}  // namespace

std::variant<refer_request, rejection> read_refer(const wire_message& request) {
  const auto bad = rejection{400, "Bad Request (Refer-To)", {}};
  const auto value = with_scheme(std::string(trim(request.first("refer-to"))));
  if (request.count("refer-to") != 1 || split(value, ',').size() != 1) return bad;
  const auto named = parse_name_addr(value);
  if (!named || named->uri.empty() || named->uri.size() > limits::uri_bytes) return bad;
  const auto target = parse_uri(named->uri);
  if (!target) return bad;
  if (!target->is_sip()) return rejection{416, "Unsupported URI Scheme", {}};
  auto word = target->param("method");
  if (!word)
    if (const auto outside = parameter(named->params, "method")) word = std::string(*outside);
  const auto method = method_of(word);
  if (!method) return rejection{488, "Not Acceptable Here (only INVITE and BYE can be referred to)", {}};
  refer_request out{write_uri(to_call(*target)), *method, {}, false};
  const auto referred_by = trim(request.first("referred-by"));
  if (referred_by.size() <= limits::uri_bytes) out.referred_by = std::string(referred_by);
  out.silent = same_word(without_parameters(request.first("refer-sub")), "false");
  return out;
}

}  // namespace confab::sip
