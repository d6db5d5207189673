#include "media/io/wake_up.hpp"

#include <cerrno>
#include <cstdint>

#include <sys/eventfd.h>
#include <unistd.h>

#include "media/io/udp_socket.hpp"

namespace confab::io {

result<std::shared_ptr<const wake_up>> wake_up::make() {
  descriptor file{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
  if (!file) return {errc::unavailable, describe_errno("eventfd", errno)};
  return std::shared_ptr<const wake_up>(new wake_up(std::move(file)));
}

void wake_up::ring() const noexcept {
  const uint64_t one = 1;
  (void)!::write(file_.get(), &one, sizeof(one));  // full: it rings already
}

void wake_up::silence() const noexcept {
  uint64_t count = 0;
  (void)!::read(file_.get(), &count, sizeof(count));
}

}  // namespace confab::io
