#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "signaling/web/http_words.hpp"

namespace confab::web {

/// Bytes of one connection to requests (RFC 9112), by Beast's parser. No request has a body here. No I/O.
class request_reader {
 public:
  request_reader();
  ~request_reader();
  request_reader(request_reader&&) noexcept;
  request_reader& operator=(request_reader&&) noexcept;

  /// More bytes are wanted, a request, or the status of the refusal after which nothing is read any more:
  /// 400, 413 (a body), 414, 431 (`limits::web_head_bytes`), 505.
  using outcome = std::variant<std::monostate, request, uint16_t>;

  void add(std::string_view bytes) { waiting_ += bytes; }
  [[nodiscard]] outcome next();
  /// Some of a request is there, and not all.
  [[nodiscard]] bool has_begun() const noexcept;
  /// What is being read, or was refused, is HEAD as far as that is known: its response has no body.
  [[nodiscard]] bool is_head() const;

 private:
  struct parser;
  outcome fail(uint16_t status);
  [[nodiscard]] outcome finish();

  std::unique_ptr<parser> parser_;
  std::string waiting_;
  bool failed_ = false;
};

}  // namespace confab::web
