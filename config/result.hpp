#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace confab {

/// Every way in which input, a peer or the machine can refuse. A bug is an assert, never one of these.
enum class errc {
  malformed,    ///< the bytes are not what their format allows
  unsupported,  ///< well formed, but something this server does not do
  too_large,    ///< past a bound of `limits`
  not_found,    ///< names something that does not exist
  forbidden,    ///< a rule of the operator or of a protocol says no
  unauthentic,  ///< a checksum, tag or signature does not fit
  replayed,     ///< seen before
  exhausted,    ///< a bounded resource (ports, legs, queue) is full
  unavailable,  ///< the system call or the machine refused
  bad_setting,  ///< the operator's config is wrong
};

/// The word for an error, as logs show it.
[[nodiscard]] const char* to_string(errc code) noexcept;

/// A refusal: what kind, and for people what happened, to what.
struct error {
  errc code;
  std::string text;
};

/// A value, or the reason why there is none. Wire input comes back as this; nothing throws.
template <class T>
class [[nodiscard]] result {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): `return value;` is how a function succeeds
  result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  // NOLINTNEXTLINE(google-explicit-constructor): `return some.error();` passes a refusal on
  result(confab::error e) : state_(std::in_place_index<1>, std::move(e)) {}
  result(errc code, std::string text)
      : state_(std::in_place_index<1>, confab::error{code, std::move(text)}) {}

  [[nodiscard]] bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  [[nodiscard]] T& value() & {
    assert(ok());
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] const T& value() const& {
    assert(ok());
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] T&& value() && {
    assert(ok());
    return std::move(*std::get_if<0>(&state_));
  }
  [[nodiscard]] const confab::error& error() const {
    assert(!ok());
    return *std::get_if<1>(&state_);
  }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, confab::error> state_;
};

/// Success without a value, or the reason why not.
template <>
class [[nodiscard]] result<void> {
 public:
  result() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): `return some.error();` passes a refusal on
  result(confab::error e) : error_(std::move(e)) {}
  result(errc code, std::string text) : error_(confab::error{code, std::move(text)}) {}

  [[nodiscard]] bool ok() const noexcept { return !error_; }
  explicit operator bool() const noexcept { return ok(); }
  [[nodiscard]] const confab::error& error() const {
    assert(error_);
    return *error_;
  }

 private:
  std::optional<confab::error> error_;
};

}  // namespace confab
