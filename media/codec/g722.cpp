#include "media/codec/g722.hpp"

#include <cassert>
#include <typeinfo>

#include "media/codec/concealment.hpp"
#include "media/codec/factories.hpp"
#include "media/codec/g722/kernels.hpp"

// 64 kbit/s: the only mode RFC 3551 §4.5.2 allows.

namespace confab::codec {
namespace {

class g722_decoder final : public decoder {
 public:
  result<size_t> decode(std::span<const uint8_t> payload, std::span<sample> out) override {
    if (payload.empty()) return {errc::malformed, "G.722 payload is empty"};
    if (payload.size() > out.size() / 2) return {errc::too_large, "G.722 payload is longer than the frame"};
    auto* const own = &state;
    const uint8_t* const from = payload.data();
    int16_t* const to = out.data();
    g722::kernel_for(1).decode(&own, &from, &to, 1, payload.size());
    received(out.first(2 * payload.size()));
    return 2 * payload.size();
  }
  void conceal(std::span<sample> out) override { concealment_.lost(out); }
  size_t samples_in(std::span<const uint8_t> payload) const override { return payload.size() * 2; }
  void received(std::span<sample> decoded) { concealment_.received(decoded); }

  g722::decoder_state state;

 private:
  concealment concealment_{16'000};
};

class g722_encoder final : public encoder {
 public:
  size_t encode(std::span<const sample> in, std::span<uint8_t> out) override {
    assert(in.size() % 2 == 0 && out.size() >= in.size() / 2);
    auto* const own = &state;
    const int16_t* const from = in.data();
    uint8_t* const to = out.data();
    g722::kernel_for(1).encode(&own, &from, &to, 1, in.size() / 2);
    return in.size() / 2;
  }
  bool assume_state_of(const encoder& other) override {
    const auto* same = dynamic_cast<const g722_encoder*>(&other);
    if (same == nullptr) return false;
    state = same->state;
    return true;
  }

  g722::encoder_state state;
};

size_t bytes_of(const decode_job& job) {
  return job.payload.empty() || job.payload.size() > job.out.size() / 2 ? 0 : job.payload.size();
}
size_t bytes_of(const encode_job& job) {
  assert(job.in.size() % 2 == 0 && job.out.size() >= job.in.size() / 2);
  return job.in.size() / 2;
}

void run_lanes(const g722::kernel& kernel, std::span<decode_job*> jobs, size_t bytes) {
  g722::decoder_state* states[g722::most_lanes] = {};
  const uint8_t* payloads[g722::most_lanes] = {};
  int16_t* samples[g722::most_lanes] = {};
  for (size_t i = 0; i < jobs.size(); ++i) {
    states[i] = &static_cast<g722_decoder*>(jobs[i]->codec)->state;
    payloads[i] = jobs[i]->payload.data();
    samples[i] = jobs[i]->out.data();
  }
  kernel.decode(states, payloads, samples, jobs.size(), bytes);
  for (decode_job* const job : jobs) {
    job->samples = 2 * bytes;
    static_cast<g722_decoder*>(job->codec)->received(job->out.first(2 * bytes));
  }
}

void run_lanes(const g722::kernel& kernel, std::span<encode_job*> jobs, size_t bytes) {
  g722::encoder_state* states[g722::most_lanes] = {};
  const int16_t* samples[g722::most_lanes] = {};
  uint8_t* payloads[g722::most_lanes] = {};
  for (size_t i = 0; i < jobs.size(); ++i) {
    states[i] = &static_cast<g722_encoder*>(jobs[i]->codec)->state;
    samples[i] = jobs[i]->in.data();
    payloads[i] = jobs[i]->out.data();
  }
  kernel.encode(states, samples, payloads, jobs.size(), bytes);
  for (encode_job* const job : jobs) job->length = bytes;
}

void refuse(decode_job& job) {
  job.samples = 0;
}
void refuse(encode_job& job) {
  job.length = 0;
}

}  // namespace

// Names in an unnamed namespace compare by their address, so that this is two loads and a comparison.
bool is_g722(const decoder& d) noexcept {
  return typeid(d) == typeid(g722_decoder);
}
bool is_g722(const encoder& e) noexcept {
  return typeid(e) == typeid(g722_encoder);
}

template <class Job>
void g722_batch<Job>::add(Job& job) {
  const size_t bytes = bytes_of(job);
  if (bytes == 0) return refuse(job);
  group* mine = nullptr;
  for (group& g : groups_) {
    if (g.count != 0 && g.bytes == bytes) mine = &g;
  }
  if (mine == nullptr) {
    for (group& g : groups_) {
      if (g.count == 0) mine = &g;
    }
  }
  if (mine == nullptr) {
    mine = &groups_[next_];
    next_ = (next_ + 1) % most_sizes;
    run(*mine);
  }
  mine->bytes = bytes;
  mine->jobs[mine->count++] = &job;
  if (mine->count == most_jobs) run(*mine);
}

template <class Job>
void g722_batch<Job>::finish() {
  for (group& g : groups_) run(g);
}

template <class Job>
void g722_batch<Job>::run(group& g) {
  for (size_t done = 0; done < g.count;) {
    const g722::kernel& kernel = g722::kernel_for(g.count - done);
    const size_t count = g.count - done < kernel.lanes ? g.count - done : kernel.lanes;
    run_lanes(kernel, std::span(g.jobs + done, count), g.bytes);
    done += count;
  }
  g.count = 0;
}

template class g722_batch<decode_job>;
template class g722_batch<encode_job>;

std::unique_ptr<decoder> make_g722_decoder() {
  return std::make_unique<g722_decoder>();
}
std::unique_ptr<encoder> make_g722_encoder() {
  return std::make_unique<g722_encoder>();
}

}  // namespace confab::codec
