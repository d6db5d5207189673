#include "media/codec/codec.hpp"

namespace confab::codec {

void decode_all(std::span<decode_job> jobs) {
  for (decode_job& job : jobs) {
    const auto decoded = job.codec->decode(job.payload, job.out);
    job.samples = decoded ? *decoded : 0;
  }
}

void encode_all(std::span<encode_job> jobs) {
  for (encode_job& job : jobs) job.length = job.codec->encode(job.in, job.out);
}

}  // namespace confab::codec
