#pragma once

#include <string>
#include <vector>

#include "config/result.hpp"
#include "config/settings.hpp"
#include "media/stream_settings.hpp"
#include "signaling/sdp/answer.hpp"

/// The one place where SDP's words become media's.
namespace confab::actors {

/// `media.codecs` as SDP offers them: `speex` stands for both its rates.
std::vector<sdp::codec_capability> codec_capabilities(const std::vector<std::string>& names);

/// What every leg starts from; address, port and keys come with the leg.
sdp::capabilities base_capabilities(const settings& s);

/// Fresh SDES keys, one for each suite of `ours`.
void renew_keys(sdp::capabilities& ours);

/// An agreement as a shard wants it. Refuses what the codecs or the keys cannot be.
result<media::stream_settings> to_stream(const sdp::audio_agreement& agreed,
                                         const socket_address& signaling_source);

}  // namespace confab::actors
