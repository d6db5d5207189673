#include "signaling/web/target.hpp"

#include <gtest/gtest.h>

#include "signaling/web/token.hpp"

namespace confab::web {
namespace {

const std::string token(token_characters, 'k');

TEST(target, finds_every_place) {
  const struct {
    std::string text;
    target expected;
  } rows[] = {
      {"/style.css", {place::style, {}}},
      {"/page.js?v=3", {place::script, {}}},
      {"/icon.svg", {place::icon, {}}},
      {"/favicon.ico", {place::icon, {}}},
      {"/room/" + token, {place::room, token}},
      {"/room/" + token + "/events", {place::room_events, token}},
      {"/room/" + token + "/events?x", {place::room_events, token}},
      {"/screen?image=" + token + ".jpg", {place::screen, token, true}},
      {"/screen?image=" + token + ".jpg&fit=1", {place::screen, token, true}},
      {"/screen?image=" + token + ".jpg&fit=0", {place::screen, token, false}},
      {"/screen?fit=0&image=" + token + ".jpg", {place::screen, token, false}},
      {"/screen?1700000000&image=" + token + ".jpg", {place::screen, token, true}},
      {"/screen/" + token + ".jpg", {place::screen_image, token}},
      {"/screen/" + token + ".jpg?n=17", {place::screen_image, token}},
      {"/screen/" + token + "/events", {place::screen_events, token}},
      {"/file/" + token + "/report.pdf", {place::file, token}},
      {"/file/" + token + "/", {place::file, token}},
      {"/file/" + token + "/a/b/../c", {place::file, token}},
  };
  for (const auto& row : rows) EXPECT_EQ(parse_target(row.text), row.expected) << row.text;
}

TEST(target, is_nowhere_for_anything_else) {
  const std::string rows[] = {"",
                              "/",
                              "*",
                              "//",
                              "/room",
                              "/room/",
                              "/room/short",
                              "/room/" + token + "/",
                              "/room/" + token + "x",
                              "/room/" + token + "/events/",
                              "/screen",
                              "/screen?image=" + token,
                              "/screen?image=.jpg",
                              "/screen?image=../" + token + ".jpg",
                              "/screen?Image=" + token + ".jpg",
                              "/screen/" + token,
                              "/screen/" + token + ".jpg/",
                              "/file/" + token,
                              "/file/../etc/passwd",
                              "/file/" + token.substr(1) + "%6B/x",
                              "/style.css/",
                              "/STYLE.CSS",
                              "http://host/style.css"};
  for (const auto& row : rows) EXPECT_EQ(parse_target(row), target{}) << row;
}

}  // namespace
}  // namespace confab::web
