#include "config/web_address.hpp"

#include <algorithm>
#include <array>

#include <sys/un.h>

#include "config/listen_address.hpp"

namespace confab {
namespace {

constexpr std::array<std::string_view, 2> web_schemes{"http", "https"};

}  // namespace

result<web_address> parse_web_address(std::string_view text) {
  constexpr std::string_view unix_scheme = "unix:";
  if (text.starts_with(unix_scheme)) {
    const auto path = text.substr(unix_scheme.size());
    if (!path.starts_with('/')) return {errc::malformed, "the path of a Unix socket begins with /"};
    if (path.size() >= sizeof(sockaddr_un::sun_path))
      return {errc::too_large, "the path of a Unix socket is too long"};
    return web_address{false, {}, std::string(path)};
  }
  const auto listen = parse_listen_address(text, web_schemes);
  if (!listen) return listen.error();
  return web_address{listen->scheme == "https", listen->address, {}};
}

std::string check_public_url(std::string_view text) {
  const bool plain = text.starts_with("http://"), tls = text.starts_with("https://");
  if (!plain && !tls) return "it does not begin with http:// or https://";
  const auto rest = text.substr(plain ? 7 : 8);
  if (rest.empty() || rest.front() == '/' || rest.front() == ':') return "the host is missing";
  const bool clean = std::all_of(rest.begin(), rest.end(), [](char c) {
    return c > ' ' && c < 0x7F && std::string_view("?#@\"<>\\^`{|}").find(c) == std::string_view::npos;
  });
  return clean ? std::string() : "it has a character that does not belong there";
}

}  // namespace confab
