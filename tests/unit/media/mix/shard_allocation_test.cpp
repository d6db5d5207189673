// Replaces the global operator new of this program to count what a tick allocates.

#include <cstdlib>
#include <new>
#include <utility>

#include "tests/unit/media/mix/shard_phone.hpp"

namespace {
bool counting = false;
size_t allocations = 0;

void* allocate(size_t bytes) {
  if (counting) ++allocations;
  void* memory = std::malloc(bytes == 0 ? 1 : bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
}  // namespace

void* operator new(size_t bytes) {
  return allocate(bytes);
}
void* operator new[](size_t bytes) {
  return allocate(bytes);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, size_t) noexcept {
  std::free(memory);
}

namespace confab::mix {
namespace {

using namespace testing_support;
using media::codec_kind;

TEST(shard_allocations, are_seen_by_this_test) {
  counting = true;
  ::operator delete(::operator new(8));
  counting = false;
  EXPECT_EQ(std::exchange(allocations, 0), 1U);
}

/// The whole room on one shard, and a room that has another section elsewhere.
class shard_allocation : public testing::TestWithParam<bool> {};

TEST_P(shard_allocation, is_none_in_the_ticks_of_a_shard_that_has_settled) {
  shard_settings settings;
  settings.music = tone(500, 100ms);
  settings.voice = {.speakers = 2, .voice_activity = true, .noise_gate = true, .gain_control = true};
  studio s(settings), elsewhere(settings);
  phone far(codec_kind::pcmu, 600);
  if (GetParam()) {
    const auto exchange = std::make_shared<section_exchange>(2);
    for (const unsigned section : {0U, 1U}) exchange->open(section);
    s.part = {exchange, 0};
    elsewhere.part = {exchange, 1};
    elsewhere.next_leg = 1'000;
    elsewhere.join(far);
  }
  phone a(codec_kind::g722, 440), b(codec_kind::pcmu, 700), c(codec_kind::opus, 1100),
      d(codec_kind::speex_wide, 900);
  a.use_srtp(media::srtp_suite::aes_cm_128_hmac_sha1_80);
  std::vector<phone*> phones{&a, &b, &c, &d};
  std::vector<leg_id> ids;
  for (phone* p : phones) ids.push_back(s.join(*p));
  s.run(500ms, phones);
  s.mixer->set_music(ids[1], true);
  s.mixer->set_echo(ids[3], true);
  s.mixer->play(ids[2], tone(1000, 300ms));
  const std::array<uint8_t, 60> garbage{0x80, 0x55};
  for (int i = 0; i < 500; ++i) {  // long enough for reports to go out
    for (phone* p : phones) {
      if ((i + p->settings.payload_type) % 100 < 80) p->speak();  // spurts, pauses and loss
    }
    phone::send_raw(garbage, b.rtp_socket, a.leg_rtp);
    phone::send_raw(garbage, b.rtcp_socket, b.leg_rtcp);
    if (i % 50 == 0) d.press(5, false);
    s.now += tick_interval;
    elsewhere.now = s.now - tick_interval;
    if (GetParam()) elsewhere.run(tick_interval, {&far});
    counting = true;
    s.mixer->tick(s.now);
    counting = false;
    EXPECT_EQ(allocations, 0U) << "tick " << i;
    if (allocations > 0) return;
    (void)s.mixer->take_events();
    for (phone* p : phones) p->listen();
  }
  EXPECT_GE(a.reports, 1U);
}

INSTANTIATE_TEST_SUITE_P(table, shard_allocation, testing::Bool(),
                         [](const auto& row) { return row.param ? "in_sections" : "alone"; });

}  // namespace
}  // namespace confab::mix
