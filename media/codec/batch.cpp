#include "media/codec/codec.hpp"
#include "media/codec/g722.hpp"

namespace confab::codec {

void decode_all(std::span<decode_job> jobs) {
  g722_batch<decode_job> g722;
  for (decode_job& job : jobs) {
    if (is_g722(*job.codec)) {
      g722.add(job);
      continue;
    }
    const auto decoded = job.codec->decode(job.payload, job.out);
    job.samples = decoded ? *decoded : 0;
  }
  g722.finish();
}

void encode_all(std::span<encode_job> jobs) {
  g722_batch<encode_job> g722;
  for (encode_job& job : jobs) {
    if (is_g722(*job.codec)) {
      g722.add(job);
      continue;
    }
    job.length = job.codec->encode(job.in, job.out);
  }
  g722.finish();
}

}  // namespace confab::codec
