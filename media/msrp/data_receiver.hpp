#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "media/msrp/chunk_assembler.hpp"

namespace confab::msrp {

/// What a session carries one way: a file (RFC 5547), whose bytes are not kept.
struct data_plan {
  uint64_t size = 0;    ///< bytes of the file
  uint64_t offset = 0;  ///< so many are here already
  /// Where the range begins that the peer has named (a=file-range): its message may count from there, or as
  /// the file does.
  uint64_t base = 0;
};

/// RFC 4975 §7.1.1, §7.3.1 for the one message of a file: chunks must come in their order, so that bytes are
/// written and hashed as they come; what was there already is passed over, a gap is refused (400), as is
/// another message (400), CPIM (415) and anything past the size (413). After a refusal nothing more is taken.
/// No I/O; owned by one stream.
class data_receiver {
 public:
  explicit data_receiver(const data_plan& plan) : plan_(plan), at_(plan.offset) {}

  /// 200, or the code that the SEND gets; the rest of a refused chunk is fed all the same.
  [[nodiscard]] uint16_t on_head(const send_request& send);
  /// Those of the bytes that are new; borrowed from the argument.
  [[nodiscard]] std::string_view on_body(std::string_view bytes);
  struct ended {
    uint16_t code = 200;  ///< to answer the SEND with
    byte_range range;     ///< what came, as the peer counts
    bool last = false;    ///< all of the file is here
  };
  [[nodiscard]] ended on_end(continuation flag);

  /// How far the file is, bytes.
  [[nodiscard]] uint64_t at() const noexcept { return at_; }
  /// The same for what came here, new or not; a repeat of it is nothing.
  [[nodiscard]] uint64_t reached() const noexcept { return reached_; }
  /// Data has come: FILE_OFFSET comes too late.
  [[nodiscard]] bool begun() const noexcept { return begun_; }
  /// The sender gave up (`#`), or was refused.
  [[nodiscard]] bool over() const noexcept { return over_; }

 private:
  void refuse(uint16_t code) noexcept;

  data_plan plan_;
  uint64_t at_;  ///< of the next new byte, in the file
  uint64_t reached_ = 0;
  uint64_t base_ = 0;  ///< what the peer's first byte is, in the file
  bool begun_ = false;
  bool over_ = false;
  std::string message_id_;

  // The chunk under way.
  uint16_t code_ = 200;
  uint64_t start_ = 0;     ///< of its first byte, in the file
  uint64_t chunk_at_ = 0;  ///< of its next
};

}  // namespace confab::msrp
