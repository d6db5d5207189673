#include "media/msrp/receipts.hpp"

#include <utility>

namespace confab::msrp {
namespace {

constexpr uint16_t fine = 200;

bool wants_response(const head& request, uint16_t code) {
  if (request.is_response() || request.method == "REPORT") return false;
  if (request.method == "NICKNAME") return true;
  switch (failure_report_of(request)) {
    case failure_report::yes:
      return true;
    case failure_report::no:
      return false;
    case failure_report::partial:
      return code != fine;
  }
  return true;
}

std::string comment_for(uint16_t code, std::string_view comment) {
  return std::string(comment.empty() ? reason_of(code) : comment);
}

}  // namespace

std::optional<head> make_response(const head& request, uint16_t code, std::string_view comment) {
  if (!wants_response(request, code) || request.from_path.empty() || request.to_path.empty())
    return std::nullopt;
  head h{.transaction_id = request.transaction_id,
         .code = code,
         .comment = comment_for(code, comment),
         .to_path = request.from_path,
         .from_path = {request.to_path.front()}};
  // Responses to SEND go one hop, all others back to where the request came from.
  if (request.method == "SEND") h.to_path.resize(1);
  return h;
}

report_address report_address_of(const head& request, const send_request& send) {
  return {.message_id = send.message_id,
          .success_report = send.success_report,
          .on_failure = send.on_failure,
          .to = request.from_path,
          .from = {request.to_path.front()}};
}

std::optional<head> make_report(const report_address& address, uint16_t code, byte_range range,
                                uint16_t responded, std::string transaction_id, std::string_view comment) {
  const bool wanted =
      code == fine ? address.success_report : address.on_failure != failure_report::no && responded == fine;
  if (!wanted) return std::nullopt;
  const report_request r{
      .message_id = address.message_id, .range = range, .status = {0, code, comment_for(code, comment)}};
  return make_report(r, std::move(transaction_id), address.to, address.from);
}

bool belongs(const head& h, const uri& ours, const path& theirs) noexcept {
  // Relays have taken their own URIs off the To-Path and put them on the From-Path (RFC 4976 §5): the peer's
  // own stands last in both its path and the From-Path.
  return h.to_path.size() == 1 && !h.from_path.empty() && !theirs.empty() &&
         same_session(h.to_path.front(), ours) && same_session(h.from_path.back(), theirs.back());
}

}  // namespace confab::msrp
