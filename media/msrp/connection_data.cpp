#include <charconv>
#include <utility>

#include "config/limits.hpp"
#include "media/msrp/connection.hpp"

/// A connection whose session carries a file (RFC 5547 §8.3), and the method FILE_OFFSET by which clients in
/// the field ask how much of it the other side has.
namespace confab::msrp {

namespace {

constexpr std::string_view offset_method = "FILE_OFFSET";

/// Of a response to it; 0 where there is none.
uint64_t offset_in(const head& response) {
  const auto* line = find_header(response.headers, "Offset");
  uint64_t bytes = 0;
  if (response.code != 200 || line == nullptr) return 0;
  const std::string_view digits = line->value;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), bytes);
  return read.ec == std::errc{} && read.ptr == digits.data() + digits.size() ? bytes : 0;
}

}  // namespace

void connection::carry_file(const std::optional<data_plan>& plan) {
  cargo_ = plan ? cargo::file_in : cargo::file_out;
  receiver_.reset();
  if (plan) receiver_.emplace(*plan);
}

void connection::begin_data_request(head request, bool has_body) {
  if (request.method == offset_method) {
    current_ = current::skipped;
    return tell_offset(request);
  }
  if (request.method != "SEND") return skip(request, 501);
  auto send = read_send(request);
  if (!send) return skip(request, 400, send.error().text);
  // An empty file is a SEND with a type and no bytes; without a type it keeps the connection alive.
  if (!send->type) return skip(request, 200);
  if (!receiver_) return skip(request, 413, "this session sends a file, it takes none");
  if (!has_body && send->range.total.value_or(0) != 0) return skip(request, 200);
  current_ = current::data;
  request_ = std::move(request);
  const bool was_over = receiver_->over();
  const uint16_t code = receiver_->on_head(*send);
  data_send_ = std::move(*send);
  if (code != 200 && !was_over) events_.emplace_back(data_stopped{code});
}

void connection::take_in(std::string_view bytes) {
  if (data_.empty()) data_.reserve(limits::file_block_bytes + limits::msrp_chunk_shared);
  data_ += receiver_->on_body(bytes);
}

/// Each chunk is answered as it comes, and reported where that is asked for: that is how senders show how far
/// they are. The last one waits until the file is judged.
void connection::finish_data_chunk(continuation flag) {
  const bool was_over = receiver_->over();
  const auto end = receiver_->on_end(flag);
  const auto address = report_address_of(request_, *data_send_);
  if (end.last) {
    unjudged_.emplace(++last_ticket_, unjudged{std::move(request_), address, end.range, byte_share{}});
    events_.emplace_back(data_came_whole{last_ticket_});
    return;
  }
  respond(request_, end.code);
  if (end.code == 200) {
    const auto report = msrp::make_report(address, 200, end.range, 200, make_identifier(random_));
    if (report && !writer_->push_reply(*report)) lose("the peer asks and does not read the answers");
  }
  if (receiver_->over() && !was_over) events_.emplace_back(data_stopped{end.code});
}

void connection::tell_offset(const head& request) {
  if (!receiver_ || receiver_->begun()) return respond(request, 413);
  auto response = make_response(request, 200);
  if (!response) return;
  response->headers.push_back({"Offset", std::to_string(receiver_->at())});
  if (!writer_->push_reply(*response)) lose("the peer asks and does not read the answers");
}

void connection::ask_offset() {
  if (!writer_) return;
  offset_transaction_ = make_identifier(random_);
  const head request{.transaction_id = offset_transaction_,
                     .method = std::string(offset_method),
                     .to_path = theirs_,
                     .from_path = {ours_}};
  if (!writer_->push_reply(request)) lose("the peer asks and does not read the answers");
}

bool connection::takes_offset(const head& response) {
  if (offset_transaction_.empty() || response.transaction_id != offset_transaction_) return false;
  offset_transaction_.clear();
  events_.emplace_back(offset_told{offset_in(response)});
  return true;
}

bool connection::begin_data(send_request send, uint64_t first, uint64_t total) {
  data_id_ = send.message_id;
  return writer_ && writer_->push_open(std::move(send), total, first);
}

bool connection::append_data(shared_body piece) {
  return writer_ && writer_->append(data_id_, std::move(piece));
}

void connection::finish_data() {
  if (writer_) (void)writer_->finish(data_id_);
}

void connection::abort_data() {
  if (writer_) writer_->abort(data_id_);
}

}  // namespace confab::msrp
