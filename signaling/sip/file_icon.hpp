#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace confab::sip {

/// A small picture of a file that an INVITE offers: a body part that `a=file-icon` names (RFC 5547 §6).
struct file_icon {
  std::string id;    ///< Content-ID, without its brackets
  std::string type;  ///< one that `is_icon` knows
  std::shared_ptr<const std::string> bytes;
};

/// A picture that any client shows and none runs, `image/png`, `jpeg`, `gif` or `webp` (without parameters),
/// by its type and by how its bytes begin.
[[nodiscard]] bool is_icon(std::string_view type, std::string_view bytes) noexcept;

}  // namespace confab::sip
