#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "signaling/conference/conference_document.hpp"

/// The words of RFC 4575's schema (§7), which its writer and its reader share.
namespace confab::conference::words {

inline constexpr std::string_view conference_ns = "urn:ietf:params:xml:ns:conference-info";
inline constexpr std::string_view agp_ns = "urn:ag-projects:xml:ns:conference-info";

inline constexpr std::pair<endpoint_status, std::string_view> statuses[] = {
    {endpoint_status::pending, "pending"},
    {endpoint_status::dialing_out, "dialing-out"},
    {endpoint_status::dialing_in, "dialing-in"},
    {endpoint_status::alerting, "alerting"},
    {endpoint_status::on_hold, "on-hold"},
    {endpoint_status::connected, "connected"},
    {endpoint_status::muted_via_focus, "muted-via-focus"},
    {endpoint_status::disconnecting, "disconnecting"},
    {endpoint_status::disconnected, "disconnected"},
};
inline constexpr std::pair<joining_method, std::string_view> joining_methods[] = {
    {joining_method::dialed_in, "dialed-in"},
    {joining_method::dialed_out, "dialed-out"},
    {joining_method::focus_owner, "focus-owner"},
};
inline constexpr std::pair<disconnection_method, std::string_view> disconnection_methods[] = {
    {disconnection_method::departed, "departed"},
    {disconnection_method::booted, "booted"},
    {disconnection_method::failed, "failed"},
    {disconnection_method::busy, "busy"},
};
inline constexpr std::pair<media_status, std::string_view> media_statuses[] = {
    {media_status::sendrecv, "sendrecv"},
    {media_status::sendonly, "sendonly"},
    {media_status::recvonly, "recvonly"},
    {media_status::inactive, "inactive"},
};
inline constexpr std::pair<element_state, std::string_view> states[] = {
    {element_state::full, "full"},
    {element_state::partial, "partial"},
    {element_state::deleted, "deleted"},
};

template <class Table, class Value>
constexpr std::string_view word(const Table& table, Value value) {
  for (const auto& [v, text] : table) {
    if (v == value) return text;
  }
  return {};
}

template <class T, size_t N>
constexpr std::optional<T> value(const std::pair<T, std::string_view> (&table)[N], std::string_view word) {
  for (const auto& [v, text] : table) {
    if (text == word) return v;
  }
  return std::nullopt;
}

}  // namespace confab::conference::words
