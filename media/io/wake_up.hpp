#pragma once

#include <memory>

#include "config/result.hpp"
#include "media/io/descriptor.hpp"

namespace confab::io {

/// An alarm (eventfd) that any thread may ring for the one thread that waits in a ring.
class wake_up {
 public:
  static result<std::shared_ptr<const wake_up>> make();

  void ring() const noexcept;
  /// The waiting thread took notice.
  void silence() const noexcept;
  [[nodiscard]] int fd() const noexcept { return file_.get(); }

 private:
  explicit wake_up(descriptor file) noexcept : file_(std::move(file)) {}
  descriptor file_;
};

}  // namespace confab::io
