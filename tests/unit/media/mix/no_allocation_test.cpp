// Replaces the allocator of this program, for C libraries as well, to count what a tick asks it for.

#include <atomic>
#include <cerrno>
#include <cstdlib>

#include "tests/unit/media/mix/shard_phone.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CONFAB_ALLOCATOR_IS_THE_SANITIZERS 1
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void*, size_t),
                                                         void (*on_free)(const volatile void*));
#else
#define CONFAB_ALLOCATOR_IS_THE_SANITIZERS 0
extern "C" {
void* __libc_malloc(size_t bytes);
void* __libc_calloc(size_t count, size_t bytes);
void* __libc_realloc(void* memory, size_t bytes);
void* __libc_memalign(size_t alignment, size_t bytes);
}
#endif

namespace {

// Of the thread that counts; plain so that the allocator itself needs nothing.
thread_local bool counting = false;
thread_local size_t allocations = 0;
thread_local size_t most_bytes = 0;

void count(size_t bytes) noexcept {
  if (!counting) return;
  ++allocations;
  most_bytes = bytes > most_bytes ? bytes : most_bytes;
}

}  // namespace

#if CONFAB_ALLOCATOR_IS_THE_SANITIZERS
namespace {
[[maybe_unused]] const int hooked = __sanitizer_install_malloc_and_free_hooks(
    [](const volatile void*, size_t bytes) { count(bytes); }, [](const volatile void*) {});
}  // namespace
#else
extern "C" {
// operator new of the standard library comes here as well.
void* malloc(size_t bytes) {
  count(bytes);
  return __libc_malloc(bytes);
}
void* calloc(size_t number, size_t bytes) {
  count(number * bytes);
  return __libc_calloc(number, bytes);
}
void* realloc(void* memory, size_t bytes) {
  count(bytes);
  return __libc_realloc(memory, bytes);
}
void* aligned_alloc(size_t alignment, size_t bytes) {
  count(bytes);
  return __libc_memalign(alignment, bytes);
}
int posix_memalign(void** memory, size_t alignment, size_t bytes) {
  count(bytes);
  *memory = __libc_memalign(alignment, bytes);
  return *memory == nullptr ? ENOMEM : 0;
}
}
#endif

namespace confab::mix {
namespace {

using namespace testing_support;
using media::codec_kind;
using media::srtp_suite;

/// Ticks with the allocator watched.
class watched_studio : public studio {
 public:
  using studio::studio;
  /// What the tick allocated.
  size_t tick_watched() {
    now += tick_interval;
    allocations = most_bytes = 0;
    counting = true;
    mixer->tick(now);
    counting = false;
    (void)mixer->take_events();
    return allocations;
  }
};

TEST(no_allocation, an_allocation_by_the_library_and_by_c_is_seen) {
  counting = true;
  void* volatile kept = std::malloc(8);  // volatile: an allocation nobody looks at may be left out
  std::free(kept);
  kept = ::operator new(8);
  ::operator delete(kept);
  counting = false;
  EXPECT_EQ(allocations, 2U);
}

struct row {
  const char* name;
  codec_kind codec;
  std::optional<srtp_suite> suite;
};

const row rows[] = {
    {"pcmu", codec_kind::pcmu, {}},
    {"pcma", codec_kind::pcma, {}},
    {"g722", codec_kind::g722, {}},
    {"opus", codec_kind::opus, {}},
    {"speex_narrow", codec_kind::speex_narrow, {}},
    {"speex_wide", codec_kind::speex_wide, {}},
    {"pcmu_srtp_80", codec_kind::pcmu, srtp_suite::aes_cm_128_hmac_sha1_80},
    {"g722_srtp_32", codec_kind::g722, srtp_suite::aes_cm_128_hmac_sha1_32},
    {"opus_srtp_gcm", codec_kind::opus, srtp_suite::aead_aes_128_gcm},
};

class no_allocation : public testing::TestWithParam<row> {};

std::shared_ptr<sound> bell() {
  return std::make_shared<sound>(*tone(1'000, 300ms));
}

/// Three legs of one kind: a minute of all that happens to a stream.
TEST_P(no_allocation, in_a_tick_whatever_comes_on_the_leg) {
  shard_settings settings;
  settings.music = tone(500, 100ms);
  watched_studio s(settings);
  phone a(GetParam().codec, 440), b(GetParam().codec, 700), c(codec_kind::pcmu, 1'100);
  std::vector<phone*> phones{&a, &b, &c};
  for (phone* p : {&a, &b}) {
    if (GetParam().suite) p->use_srtp(*GetParam().suite);
  }
  std::vector<leg_id> ids;
  for (phone* p : phones) ids.push_back(s.join(*p));
  const sound_ptr prompt = bell();
  // Warm enough once it has received, mixed and sent.
  s.run(500ms, phones);
  const std::array<uint8_t, 60> garbage{0x80, 0x55};
  for (int i = 0; i < 3'000; ++i) {
    if (i % 500 == 100) s.mixer->play(ids[0], prompt);
    if (i % 500 == 200) s.mixer->set_music(ids[1], i % 1'000 == 200);
    if (i % 700 == 300) s.mixer->play_to_room(room_id{"lunch@example.com"}, std::nullopt, prompt);
    for (phone* p : phones) {
      const int phase = (i + p->settings.payload_type * 7) % 200;
      if (phase >= 150) continue;  // silent
      if (i % 13 == 5) {           // lost: the phone's sequence goes on
        p->sender.make(p->settings.payload_type, {}, {});
        p->sender.advance(20ms);
        continue;
      }
      p->speak();
    }
    if (i % 50 == 3) a.press(static_cast<uint8_t>(i / 50 % 12), i % 100 == 53);
    if (i % 60 == 0) phone::send_raw(garbage, b.rtp_socket, a.leg_rtp);
    if (i % 60 == 1) phone::send_raw(garbage, b.rtcp_socket, b.leg_rtcp);
    if (i % 250 == 7) c.report(c.rtcp_socket, c.leg_rtcp);
    ASSERT_EQ(s.tick_watched(), 0U) << "tick " << i << ", largest " << most_bytes << " bytes";
    for (phone* p : phones) {
      p->listen();
      p->heard.clear();
    }
  }
  EXPECT_GE(a.reports, 5U);  // RTCP went out, watched
  EXPECT_GT(a.packets.size(), 2'500U);
}

INSTANTIATE_TEST_SUITE_P(each, no_allocation, testing::ValuesIn(rows),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace confab::mix
