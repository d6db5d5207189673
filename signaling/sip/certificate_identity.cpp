#include "signaling/sip/certificate_identity.hpp"

#include <algorithm>

#include "config/limits.hpp"
#include "signaling/sip/text.hpp"
#include "signaling/sip/uri.hpp"

namespace confab::sip {

namespace {

struct people_and_domains {
  std::vector<std::string> people;   ///< user@host, in the one form that compares
  std::vector<std::string> domains;  ///< lower case
  bool sip_uri = false;
};

/// Whether that names the same person when it is read again, as whoever compares it will. Odd user parts,
/// such as one of parameters alone, do not, and are nobody.
bool reads_back(const room_id& person) {
  const auto again = parse_uri("sip:" + person.value);
  if (!again || again->user.empty()) return false;
  const auto same = room_of(*again);
  return same && *same == person;
}

/// RFC 5922 §7.1: URIs of the scheme sip only; one with a user is that user, no domain.
people_and_domains read_uris(const std::vector<std::string>& uris) {
  people_and_domains out;
  for (const std::string& text : uris) {
    const auto named = text.size() > limits::uri_bytes ? result<uri>(errc::too_large, "") : parse_uri(text);
    if (!named || named->scheme != "sip") continue;
    out.sip_uri = true;
    if (named->user.empty()) {
      out.domains.push_back(lower_case(named->host));
    } else if (const auto person = room_of(*named); person && reads_back(*person)) {
      out.people.push_back(person->value);
    }
  }
  return out;
}

/// user@host of From.
std::optional<room_id> caller_of(const wire_message& request) {
  const auto from = parse_name_addr(request.first("from"));
  const auto named = from ? parse_uri(from->uri) : result<uri>(from.error());
  if (!named || !named->is_sip()) return std::nullopt;
  const auto person = room_of(*named);
  return person ? std::optional(*person) : std::nullopt;
}

bool is_among(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

std::optional<certificate_trust> certificate_trust_named(std::string_view name) noexcept {
  if (name == "none") return certificate_trust::none;
  if (name == "users") return certificate_trust::users;
  if (name == "domains") return certificate_trust::domains;
  return std::nullopt;
}

std::optional<std::string> certified_identity(const certificate_names& names, const wire_message& request,
                                              certificate_trust trust) {
  if (trust == certificate_trust::none) return std::nullopt;
  auto told = read_uris(names.uris);
  const auto caller = caller_of(request);
  if (!told.people.empty()) {
    const bool as_from = caller && is_among(told.people, caller->value);
    return "sip:" + (as_from ? caller->value : told.people.front());
  }
  if (trust != certificate_trust::domains || !caller) return std::nullopt;
  // RFC 5922 §7.1: host names count where no SIP URI stands, and a wildcard stands for nothing (§7.2).
  if (!told.sip_uri)
    for (const std::string& host : names.hosts) told.domains.push_back(lower_case(host));
  if (!is_among(told.domains, host_of(*caller))) return std::nullopt;
  return "sip:" + caller->value;
}

}  // namespace confab::sip
