#include "signaling/web/request_reader.hpp"

#include <optional>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>

#include "config/limits.hpp"

namespace confab::web {

namespace http = boost::beast::http;

namespace {

std::string text_of(const http::fields& fields, std::string_view name) {
  const auto found = fields.find(boost::beast::string_view(name.data(), name.size()));
  return found == fields.end() ? std::string() : std::string(found->value());
}

/// RFC 9112 §3.2.2: an absolute form is taken too. Whose authority it names does not matter.
std::string path_of(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    const size_t slash = target.find('/', scheme.size());
    return slash == std::string_view::npos ? "/" : std::string(target.substr(slash));
  }
  return std::string(target);
}

request::verb verb_of(http::verb verb) {
  if (verb == http::verb::get) return request::verb::get;
  if (verb == http::verb::head) return request::verb::head;
  return request::verb::other;
}

uint16_t status_of(const boost::beast::error_code& problem) {
  if (problem == http::error::header_limit) return 431;
  if (problem == http::error::body_limit) return 413;
  if (problem == http::error::bad_version) return 505;
  return 400;
}

}  // namespace

struct request_reader::parser {
  std::optional<http::request_parser<http::empty_body>> beast;
  bool begun = false;

  void renew() {
    beast.emplace();
    beast->header_limit(limits::web_head_bytes);
    beast->body_limit(0);
    begun = false;
  }
};

request_reader::request_reader() : parser_(std::make_unique<parser>()) {
  parser_->renew();
}
request_reader::~request_reader() = default;
request_reader::request_reader(request_reader&&) noexcept = default;
request_reader& request_reader::operator=(request_reader&&) noexcept = default;

bool request_reader::has_begun() const noexcept {
  return parser_->begun || !waiting_.empty();
}

bool request_reader::is_head() const {
  return parser_->beast->get().method() == http::verb::head;
}

request_reader::outcome request_reader::fail(uint16_t status) {
  failed_ = true;
  waiting_.clear();
  return status;
}

request_reader::outcome request_reader::next() {
  if (failed_ || waiting_.empty()) return std::monostate{};
  auto& beast = *parser_->beast;
  boost::beast::error_code problem;
  const size_t taken = beast.put(boost::asio::buffer(waiting_), problem);
  waiting_.erase(0, taken);
  parser_->begun = parser_->begun || taken > 0;
  if (problem == http::error::need_more) {
    if (waiting_.size() > limits::web_head_bytes) return fail(431);
    return std::monostate{};
  }
  if (problem) return fail(status_of(problem));
  if (!beast.is_header_done()) return std::monostate{};
  return finish();
}

request_reader::outcome request_reader::finish() {
  auto& beast = *parser_->beast;
  const auto& head = beast.get();
  // A body would have to be read to find the next request behind it.
  if (beast.chunked() || beast.content_length().value_or(0) > 0) return fail(413);
  if (head.target().size() > limits::web_target_bytes) return fail(414);
  if (head.version() >= 11 && head.count(http::field::host) != 1) return fail(400);  // RFC 9112 §3.2
  request out;
  out.method = verb_of(head.method());
  out.target = path_of(std::string_view(head.target().data(), head.target().size()));
  out.if_none_match = text_of(head, "If-None-Match");
  out.range = text_of(head, "Range");
  out.if_range = text_of(head, "If-Range");
  out.fetch_site = text_of(head, "Sec-Fetch-Site");
  out.fetch_mode = text_of(head, "Sec-Fetch-Mode");
  out.keep_alive = beast.keep_alive();
  parser_->renew();
  return out;
}

}  // namespace confab::web
