#include "media/msrp/requests.hpp"

#include <array>
#include <utility>

#include "media/msrp/text.hpp"

namespace confab::msrp {
namespace {

/// The header of that name, null where there is none; twice is malformed.
result<const header*> only(const head& h, std::string_view name) {
  const header* found = nullptr;
  for (const header& one : h.headers) {
    if (!text::same(one.name, name)) continue;
    if (found != nullptr) return {errc::malformed, "more than one " + std::string(name)};
    found = &one;
  }
  return found;
}

/// Reads the header into `to`, which stays as it is where there is none.
template <class T, class To>
result<void> read(const head& h, std::string_view name, result<T> (*parse)(std::string_view), To& to) {
  const auto found = only(h, name);
  if (!found) return found.error();
  if (*found == nullptr) return {};
  auto value = parse((*found)->value);
  if (!value) return value.error();
  to = *std::move(value);
  return {};
}

result<std::string> parse_message_id(std::string_view value) {
  if (!text::is_identifier(value)) {
    return {errc::malformed, "not a Message-ID: " + std::string(text::shown(value))};
  }
  return std::string(value);
}

result<void> read_message_id(const head& h, std::string& to) {
  if (auto done = read(h, "Message-ID", parse_message_id, to); !done) return done;
  if (to.empty()) return {errc::malformed, h.method + " without Message-ID"};
  return {};
}

bool is_known_of_send(std::string_view name) {
  constexpr std::array known{std::string_view("Message-ID"), std::string_view("Byte-Range"),
                             std::string_view("Success-Report"), std::string_view("Failure-Report"),
                             std::string_view("Content-Type")};
  for (const std::string_view one : known) {
    if (text::same(one, name)) return true;
  }
  return false;
}

head make(std::string_view method, std::string transaction_id, path to, path from) {
  return {.transaction_id = std::move(transaction_id),
          .method = std::string(method),
          .to_path = std::move(to),
          .from_path = std::move(from)};
}

}  // namespace

result<send_request> read_send(const head& h) {
  send_request s;
  if (auto done = read_message_id(h, s.message_id); !done) return done.error();
  if (auto done = read(h, "Byte-Range", parse_byte_range, s.range); !done) return done.error();
  if (auto done = read(h, "Success-Report", parse_success_report, s.success_report); !done)
    return done.error();
  if (auto done = read(h, "Failure-Report", parse_failure_report, s.on_failure); !done) return done.error();
  if (auto done = read(h, "Content-Type", parse_content_type, s.type); !done) return done.error();
  for (const header& one : h.headers) {
    if (!is_known_of_send(one.name)) s.extra.push_back(one);
  }
  return s;
}

head make_send(const send_request& s, std::string transaction_id, path to, path from) {
  head h = make("SEND", std::move(transaction_id), std::move(to), std::move(from));
  h.headers.reserve(s.extra.size() + 5);
  h.headers.push_back({"Message-ID", s.message_id});
  h.headers.push_back({"Byte-Range", write(s.range)});
  if (s.success_report) h.headers.push_back({"Success-Report", "yes"});
  if (s.on_failure != failure_report::yes) {
    h.headers.push_back({"Failure-Report", std::string(write(s.on_failure))});
  }
  h.headers.insert(h.headers.end(), s.extra.begin(), s.extra.end());
  if (s.type) h.headers.push_back({"Content-Type", write(*s.type)});
  return h;
}

result<report_request> read_report(const head& h) {
  report_request r;
  if (auto done = read_message_id(h, r.message_id); !done) return done.error();
  if (auto done = read(h, "Byte-Range", parse_byte_range, r.range); !done) return done.error();
  if (find_header(h.headers, "Status") == nullptr) return {errc::malformed, "REPORT without Status"};
  if (auto done = read(h, "Status", parse_status, r.status); !done) return done.error();
  return r;
}

head make_report(const report_request& r, std::string transaction_id, path to, path from) {
  head h = make("REPORT", std::move(transaction_id), std::move(to), std::move(from));
  h.headers.push_back({"Message-ID", r.message_id});
  h.headers.push_back({"Byte-Range", write(r.range)});
  h.headers.push_back({"Status", write(r.status)});
  return h;
}

result<std::string> read_nickname(const head& h) {
  for (const std::string_view name : {"Success-Report", "Failure-Report"}) {
    if (find_header(h.headers, name) != nullptr) {
      return {errc::malformed, "NICKNAME with " + std::string(name)};
    }
  }
  if (find_header(h.headers, "Use-Nickname") == nullptr)
    return {errc::malformed, "NICKNAME without Use-Nickname"};
  std::string name;
  if (auto done = read(h, "Use-Nickname", parse_nickname, name); !done) return done.error();
  return name;
}

head make_nickname(std::string_view name, std::string transaction_id, path to, path from) {
  head h = make("NICKNAME", std::move(transaction_id), std::move(to), std::move(from));
  h.headers.push_back({"Use-Nickname", write_nickname(name)});
  return h;
}

failure_report failure_report_of(const head& h) noexcept {
  const header* found = find_header(h.headers, "Failure-Report");
  for (const auto one : {failure_report::no, failure_report::partial}) {
    if (found != nullptr && text::same(found->value, write(one))) return one;
  }
  return failure_report::yes;
}

std::string_view reason_of(uint16_t code) noexcept {
  struct word {
    uint16_t code;
    std::string_view reason;
  };
  constexpr std::array words{
      word{200, "OK"},
      word{400, "Bad Request"},
      word{403, "Forbidden"},
      word{404, "Not Found"},
      word{408, "Request Timeout"},
      word{413, "Message Too Large"},
      word{415, "Unsupported Media Type"},
      word{423, "Parameter Out Of Bounds"},
      word{424, "Malformed Nickname"},
      word{425, "Nickname Reserved Or In Use"},
      word{428, "Private Messages Not Supported"},
      word{481, "No Such Session"},
      word{501, "Unknown Method"},
      word{503, "Service Unavailable"},
      word{506, "Session Bound To Another Connection"},
  };
  for (const word& one : words) {
    if (one.code == code) return one.reason;
  }
  return {};
}

}  // namespace confab::msrp
