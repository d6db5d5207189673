#include "signaling/conference/user_key.hpp"

#include "signaling/sip/uri.hpp"

namespace confab::conference {
namespace {

constexpr std::string_view parameter = "unverified";
constexpr char is_verified = '+';
constexpr char is_claimed = '-';
constexpr char is_hidden = '?';

bool hides(std::string_view uri) noexcept {
  return uri.empty() || uri.find("@anonymous.invalid") != std::string_view::npos ||
         uri.substr(0, uri.find('@')) == "sip:anonymous";
}

/// Without what does not tell people apart; what is no SIP URI stays as it is.
std::string normal_form(std::string_view uri) {
  const auto parts = sip::parse_uri(uri);
  if (!parts || !parts->is_sip()) return std::string(uri);
  const auto name = sip::room_of(*parts);
  if (!name) return std::string(uri);
  return name->value + (parts->port == 0 ? "" : ":" + std::to_string(parts->port));
}

}  // namespace

std::string user_key(std::string_view uri, bool verified, leg_id leg) {
  if (hides(uri)) return is_hidden + to_string(leg);
  return (verified ? is_verified : is_claimed) + normal_form(uri);
}

std::string rival_key(std::string_view key) {
  if (key.empty() || key.front() == is_hidden) return {};
  std::string out(key);
  out.front() = key.front() == is_verified ? is_claimed : is_verified;
  return out;
}

std::string user_entity(std::string_view uri, leg_id leg) {
  if (hides(uri)) return "sip:anonymous-" + to_string(leg) + "@anonymous.invalid";
  const auto parts = sip::parse_uri(uri);
  return parts && parts->is_sip() ? sip::address_of_record(*parts) : std::string(uri);
}

std::string unverified_entity(std::string_view entity) {
  return std::string(entity).append(";").append(parameter);
}

bool names_unverified(std::string_view uri) {
  const auto parts = sip::parse_uri(uri);
  return parts && parts->param(parameter).has_value();
}

}  // namespace confab::conference
