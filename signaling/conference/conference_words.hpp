#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "signaling/conference/conference_document.hpp"

/// The words RFC 4575 §7 has for our values; in the order of their enums.
namespace confab::conference::words {

inline constexpr std::string_view name_space = "urn:ietf:params:xml:ns:conference-info";
inline constexpr std::string_view extension = "urn:ag-projects:xml:ns:conference-info";

inline constexpr std::array<std::string_view, 9> status = {
    "pending",   "dialing-out",     "dialing-in",    "alerting",    "on-hold",
    "connected", "muted-via-focus", "disconnecting", "disconnected"};
inline constexpr std::array<std::string_view, 3> joining = {"dialed-in", "dialed-out", "focus-owner"};
inline constexpr std::array<std::string_view, 4> disconnection = {"departed", "booted", "failed", "busy"};
inline constexpr std::array<std::string_view, 4> media = {"sendrecv", "sendonly", "recvonly", "inactive"};
inline constexpr std::array<std::string_view, 3> state = {"full", "partial", "deleted"};

template <class Enum, size_t N>
std::string word(const std::array<std::string_view, N>& list, Enum value) {
  return std::string(list[static_cast<size_t>(value)]);
}

template <class Enum, size_t N>
std::optional<Enum> find(const std::array<std::string_view, N>& list, std::string_view text) {
  const auto found = std::find(list.begin(), list.end(), text);
  if (found == list.end()) return std::nullopt;
  return static_cast<Enum>(found - list.begin());
}

}  // namespace confab::conference::words
