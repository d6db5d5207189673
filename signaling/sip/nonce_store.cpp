#include "signaling/sip/nonce_store.hpp"

#include <charconv>

namespace confab::sip {

namespace {

constexpr size_t number_digits = 16;
constexpr size_t head_digits = 3 * number_digits;  // number, milliseconds, holder
constexpr size_t hash_digits = 32;                 // 128 of HMAC's 256 bits (RFC 2104 §5)

void append_hex(std::string& out, uint64_t value) {
  for (int shift = 60; shift >= 0; shift -= 4) out.push_back("0123456789abcdef"[(value >> shift) & 0x0f]);
}

std::optional<uint64_t> parse_hex(std::string_view digits) noexcept {
  uint64_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [rest, problem] = std::from_chars(digits.data(), end, value, 16);
  return problem == std::errc() && rest == end ? std::optional(value) : std::nullopt;
}

}  // namespace

nonce_store::nonce_store(const hash_key& key, std::chrono::milliseconds lifetime, size_t most)
    : key_(key), lifetime_(lifetime), most_(most) {}

std::string nonce_store::issue(clock_time now, std::string_view holder) {
  return write({++last_number_, now, number_of(holder)});
}

std::optional<uint64_t> nonce_store::holder_of(std::string_view nonce, clock_time now) const {
  const auto t = read(nonce);
  return t && !is_stale(*t, now) ? std::optional(t->holder) : std::nullopt;
}

uint64_t nonce_store::number_of(std::string_view text) const {
  const std::string hash = keyed_hash(key_, text).substr(0, number_digits);
  return parse_hex(hash).value_or(0);
}

nonce_verdict nonce_store::spend(std::string_view nonce, uint32_t count, clock_time now) {
  while (!spent_.empty() && too_old(spent_.begin()->second.issued, now)) spent_.erase(spent_.begin());
  const auto t = read(nonce);
  if (!t || is_stale(*t, now)) return nonce_verdict::stale;
  const auto known = spent_.find(t->number);
  const uint32_t highest = known == spent_.end() ? 0 : known->second.highest_count;
  if (count <= highest) return nonce_verdict::replayed;  // counts begin with 1
  remember(*t, count);
  return nonce_verdict::fresh;
}

void nonce_store::remember(const ticket& t, uint32_t count) {
  spent_.insert_or_assign(t.number, spent_nonce{t.issued, count});
  if (spent_.size() <= most_) return;
  given_up_ =
      spent_.begin()->first;  // perhaps the very one that came: it has been used once, and never again
  spent_.erase(spent_.begin());
}

std::string nonce_store::write(const ticket& t) const {
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(t.issued.time_since_epoch());
  std::string out;
  out.reserve(head_digits + hash_digits);
  append_hex(out, t.number);
  append_hex(out, static_cast<uint64_t>(since.count()));
  append_hex(out, t.holder);
  return out + keyed_hash(key_, out).substr(0, hash_digits);
}

std::optional<nonce_store::ticket> nonce_store::read(std::string_view nonce) const {
  if (nonce.size() != head_digits + hash_digits) return std::nullopt;
  const std::string_view head = nonce.substr(0, head_digits);
  if (!same_secret(keyed_hash(key_, head).substr(0, hash_digits), nonce.substr(head_digits)))
    return std::nullopt;
  const auto number = parse_hex(head.substr(0, number_digits));
  const auto since = parse_hex(head.substr(number_digits, number_digits));
  const auto holder = parse_hex(head.substr(2 * number_digits));
  if (!number || !since || !holder) return std::nullopt;
  return ticket{*number, clock_time(std::chrono::milliseconds(static_cast<int64_t>(*since))), *holder};
}

bool nonce_store::is_stale(const ticket& t, clock_time now) const noexcept {
  return t.number <= given_up_ || too_old(t.issued, now);
}

bool nonce_store::too_old(clock_time issued, clock_time now) const noexcept {
  return now - issued >= lifetime_;
}

}  // namespace confab::sip
