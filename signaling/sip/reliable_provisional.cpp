#include "signaling/sip/reliable_provisional.hpp"

#include <algorithm>

#include "signaling/sip/text.hpp"

namespace confab::sip {

namespace {
using std::chrono::milliseconds;
constexpr milliseconds t1{500};  // RFC 3261 §17.1.1.1
constexpr milliseconds t2{4000};
constexpr milliseconds give_up = 64 * t1;
}  // namespace

result<rack> parse_rack(std::string_view value) {
  std::string_view words[3];
  size_t n = 0;
  value = trim(value);
  while (!value.empty()) {
    const auto end = std::min(value.find_first_of(" \t"), value.size());
    if (n == 3) return {errc::malformed, "RAck has three words"};
    words[n++] = value.substr(0, end);
    value = trim(value.substr(end));
  }
  const auto rseq = parse_number(words[0], 0xffffffff);
  const auto cseq = parse_number(words[1], 0x7fffffff);
  if (n != 3 || !rseq || *rseq == 0 || !cseq) return {errc::malformed, "RAck is `number number method`"};
  return rack{static_cast<uint32_t>(*rseq), static_cast<uint32_t>(*cseq), std::string(words[2])};
}

std::string write_rack(const rack& value) {
  return std::to_string(value.rseq) + " " + std::to_string(value.cseq) + " " + value.method;
}

std::optional<uint32_t> reliable_sequence(const wire_message& response) {
  if (!list_has(response.joined("require"), "100rel")) return std::nullopt;
  const auto sequence = parse_number(response.first("rseq"), 0xffffffff);
  return sequence ? std::optional<uint32_t>(static_cast<uint32_t>(*sequence)) : std::nullopt;
}

bool requires_reliable(const wire_message& invite) {
  return list_has(invite.joined("require"), "100rel");
}

std::optional<milliseconds> resend_schedule::next() {
  if (spent >= give_up) return std::nullopt;
  const auto wait = std::min(interval, give_up - spent);
  spent += wait;
  interval = std::min(interval * 2, cap);
  return wait;
}

resend_schedule provisional_schedule() {
  return {t1, milliseconds{0}, give_up};
}
resend_schedule answer_schedule() {
  return {t1, milliseconds{0}, t2};
}

}  // namespace confab::sip
