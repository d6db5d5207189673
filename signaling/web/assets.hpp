#pragma once

#include <string>
#include <string_view>

/// The files of this folder that pages name; the build puts them into the program.
namespace confab::web {

struct asset {
  std::string_view type;
  std::string_view text;
  std::string_view etag;  ///< with its quotes
};

[[nodiscard]] const asset& style();   ///< page.css
[[nodiscard]] const asset& script();  ///< page.js
[[nodiscard]] const asset& icon();    ///< icon.svg

}  // namespace confab::web
