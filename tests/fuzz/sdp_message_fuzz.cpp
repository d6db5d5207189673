#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "signaling/sdp/file_attributes.hpp"
#include "signaling/sdp/file_selector.hpp"
#include "signaling/sdp/message_attributes.hpp"

/// The value of one attribute, read as each of m=message's: what parses is written so that it parses to the
/// same again.
namespace {

using namespace confab;

template <class T, class Write>
void round_trip(result<T> (*parse)(std::string_view), std::string_view text, Write write_value) {
  const auto value = parse(text);
  if (!value) return;
  const auto again = parse(std::string(write_value(*value)));
  if (!again.ok() || !(*again == *value)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto plainly = [](const auto& value) { return sdp::write(value); };
  round_trip(sdp::parse_message_path, text, sdp::write_words);
  round_trip(sdp::parse_accept_types, text, sdp::write_words);
  round_trip(sdp::parse_chatroom, text, sdp::write_words);
  round_trip(sdp::parse_max_size, text, [](uint64_t size_bytes) { return std::to_string(size_bytes); });
  round_trip(sdp::parse_setup, text, plainly);
  round_trip(sdp::parse_fingerprint, text, plainly);
  round_trip(sdp::parse_file_selector, text, plainly);
  round_trip(sdp::parse_file_transfer_id, text, [](const std::string& id) { return id; });
  round_trip(sdp::parse_file_icon, text, sdp::write_file_icon);
  round_trip(sdp::parse_file_disposition, text, plainly);
  round_trip(sdp::parse_file_dates, text, plainly);
  round_trip(sdp::parse_file_range, text, plainly);
  return 0;
}
