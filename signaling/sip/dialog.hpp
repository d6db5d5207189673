#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/socket_address.hpp"
#include "signaling/sip/wire_message.hpp"

namespace confab::sip {

/// RFC 3261 §12: what makes a dialog and how a request in it looks. Ours rather than libre's, which cannot
/// send a request anywhere but to its Contact; a phone behind NAT is only reached where its requests come
/// from. No I/O.
class dialog {
 public:
  dialog() = default;
  /// §12.1.1. `local_tag` is the one our responses carry.
  static dialog accept(const wire_message& invite, std::string local_tag, const socket_address& source,
                       std::string_view transport);
  /// Half a dialog for an INVITE of ours; `adopt` completes it.
  static dialog begin(std::string call_id, std::string local_tag, const std::string& from_display,
                      const std::string& from_uri, std::string target, std::vector<std::string> routes);

  /// §12.1.2: tag, route set and target of a response that makes the dialog.
  void adopt(const wire_message& response, const socket_address& source, std::string_view transport);
  /// §12.2.2: a request in the dialog: target refresh where the method does that, and where it came from.
  void refresh(const wire_message& request, const socket_address& source, std::string_view transport);
  void refresh_target(const wire_message& message);
  /// §12.2.2: false for a sequence number that is lower than the last one.
  [[nodiscard]] bool take_sequence(uint32_t sequence) noexcept;

  [[nodiscard]] bool matches(std::string_view call_id, std::string_view local_tag,
                             std::string_view remote_tag) const noexcept;

  /// Route, From, To, Call-ID and CSeq lines.
  [[nodiscard]] std::string headers(std::string_view method, uint32_t sequence) const;
  [[nodiscard]] uint32_t next_sequence() noexcept { return ++local_sequence_; }
  [[nodiscard]] uint32_t last_sequence() const noexcept { return local_sequence_; }

  [[nodiscard]] const std::string& request_uri() const noexcept { return target_; }
  /// Where a request goes: the first route, else the source of the peer's last request when its Contact is
  /// not there, else the Contact.
  [[nodiscard]] std::string next_hop() const;
  [[nodiscard]] bool goes_to_source() const;
  /// A URI for where the peer's last message came from; empty before there was one.
  [[nodiscard]] std::string source_hop() const;
  [[nodiscard]] const socket_address& source() const noexcept { return source_; }

  [[nodiscard]] const std::string& call_id() const noexcept { return call_id_; }
  [[nodiscard]] const std::string& local_tag() const noexcept { return local_tag_; }
  [[nodiscard]] const std::string& remote_tag() const noexcept { return remote_tag_; }
  [[nodiscard]] const std::string& local_address() const noexcept { return local_; }
  [[nodiscard]] const std::string& remote_address() const noexcept { return remote_; }
  /// There are proxies between, which route requests of the dialog only.
  [[nodiscard]] bool has_routes() const noexcept { return !routes_.empty(); }
  [[nodiscard]] uint32_t remote_sequence() const noexcept { return remote_sequence_; }
  /// The same half dialog as `first`, with sequence numbers that go on: for an INVITE that is tried again.
  void restart_as(const dialog& first) {
    const auto sequence = local_sequence_;
    *this = first;
    local_sequence_ = sequence;
  }

 private:
  void set_source(const socket_address& source, std::string_view transport);

  std::string call_id_, local_tag_, remote_tag_;
  std::string local_, remote_;  ///< From and To values of our requests, tags included
  std::string target_;
  std::vector<std::string> routes_;  ///< in the order of Route
  socket_address source_;
  std::string source_transport_;
  uint32_t local_sequence_ = 0;
  uint32_t remote_sequence_ = 0;
  bool source_by_request_ = false;  ///< only a response told it: trusted less
};

/// The number of CSeq; 0 when there is none.
[[nodiscard]] uint32_t sequence_of(const wire_message& message) noexcept;

/// RFC 1918, RFC 3927, RFC 4193, loopback: not reachable from elsewhere.
[[nodiscard]] bool is_private(const socket_address& address) noexcept;

}  // namespace confab::sip
