#include "signaling/sip/screening.hpp"

#include <array>

#include "signaling/sip/text.hpp"
#include "signaling/sip/uri.hpp"

namespace confab::sip {

namespace {

rejection bad_request(const char* what) {
  return {400, std::string("Bad Request (") + what + ")", {}};
}

std::optional<rejection> check_version(const wire_message& request) {
  if (same_word(request.version(), "SIP/2.0")) return std::nullopt;
  const auto version = request.version();
  const bool looks_like_sip = version.size() >= 7 && same_word(version.substr(0, 4), "SIP/");
  if (looks_like_sip) return rejection{505, "Version Not Supported", {}};
  return bad_request("request line");
}

std::optional<rejection> check_request_uri(const wire_message& request) {
  const auto target = parse_uri(request.request_uri());
  if (!target) return bad_request("Request-URI");
  if (!target->is_sip()) return rejection{416, "Unsupported URI Scheme", {}};
  // RFC 4475 §3.1.2.11: headers have no place in a Request-URI.
  if (!target->headers.empty()) return bad_request("headers in the Request-URI");
  return std::nullopt;
}

std::optional<rejection> check_cseq(const wire_message& request) {
  const auto cseq = request.first("cseq");
  const auto gap = cseq.find_first_of(" \t");
  const auto number = parse_number(cseq.substr(0, gap), 0x7fffffff);  // RFC 3261 §8.1.1.5: below 2**31
  if (!number || gap == std::string_view::npos) return bad_request("CSeq");
  if (trim(cseq.substr(gap)) != request.method()) return bad_request("CSeq names another method");
  return std::nullopt;
}

std::optional<rejection> check_numbers(const wire_message& request, bool datagram) {
  if (request.has("max-forwards") && !parse_number(request.first("max-forwards"), 255))
    return bad_request("Max-Forwards");
  if (!request.has("content-length")) return std::nullopt;
  const auto length = parse_number(request.first("content-length"), 0x7fffffff);
  if (!length) return bad_request("Content-Length");
  if (datagram && *length > request.body().size())
    return bad_request("Content-Length promises more than came");
  return std::nullopt;
}

std::optional<rejection> check_addresses(const wire_message& request) {
  for (const char* name : {"from", "to"}) {
    const auto address = parse_name_addr(request.first(name));
    if (!address) return bad_request(name);
  }
  const auto contacts = request.joined("contact");
  for (const auto contact : split(contacts, ',')) {
    if (contact == "*") continue;
    const auto address = parse_name_addr(contact);
    if (!address) return bad_request("Contact");
  }
  return std::nullopt;
}

}  // namespace

std::optional<rejection> screen(const wire_message& request, bool datagram) {
  static constexpr std::array once{"from", "to", "call-id", "cseq"};
  static constexpr std::array at_most_once{"max-forwards", "content-length", "content-type"};
  if (request.method().empty()) return bad_request("request line");
  if (auto bad = check_version(request)) return bad;
  if (!request.head_complete() || request.bad_line()) return bad_request("header line");
  for (const char* name : once)
    if (request.count(name) != 1 || request.first(name).empty()) return bad_request(name);
  for (const char* name : at_most_once)
    if (request.count(name) > 1) return bad_request(name);
  if (!request.has("via")) return bad_request("Via");
  if (auto bad = check_numbers(request, datagram)) return bad;
  if (auto bad = check_cseq(request)) return bad;
  if (auto bad = check_addresses(request)) return bad;
  return check_request_uri(request);
}

std::string stateless_response(const wire_message& request, const rejection& why,
                               const std::string& source_host, uint16_t source_port, const std::string& tag,
                               const std::string& server) {
  if (request.is_response() || request.method() == "ACK" || !request.has("via")) return {};
  std::string out = "SIP/2.0 " + std::to_string(why.status) + " " + why.reason + "\r\n";
  bool top = true;
  for (const auto& field : request.fields()) {
    if (field.name != "via") continue;
    out += "Via: " + header_safe(field.value);
    // RFC 3581 §4: where the request really came from. `;rport=` is added once; a valueless `;rport` before
    // it is harmless.
    if (top) out += ";received=" + source_host + ";rport=" + std::to_string(source_port);
    out += "\r\n";
    top = false;
  }
  const auto copy = [&](const char* name, const char* title) {
    if (request.has(name)) out += std::string(title) + ": " + header_safe(request.first(name));
    return request.has(name);
  };
  if (copy("from", "From")) out += "\r\n";
  if (copy("to", "To")) out += (parameter(request.first("to"), "tag") ? "" : ";tag=" + tag) + "\r\n";
  if (copy("call-id", "Call-ID")) out += "\r\n";
  if (copy("cseq", "CSeq")) out += "\r\n";
  if (!server.empty()) out += "Server: " + server + "\r\n";
  return out + why.headers + "Content-Length: 0\r\n\r\n";
}

}  // namespace confab::sip
