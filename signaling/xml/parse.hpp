#pragma once

#include <cstddef>
#include <string_view>

#include "config/limits.hpp"
#include "config/result.hpp"
#include "signaling/xml/element.hpp"

namespace confab::xml {

struct parse_limits {
  size_t bytes;
  size_t depth = limits::xml_depth;
  size_t elements = limits::xml_elements;
};

/// One whole document in UTF-8. `malformed`: not well-formed, a prefix without a namespace, another encoding,
/// a document type declaration (so there are no entities to expand). `too_large`: past a bound. Values come
/// back `cleaned` (text.hpp). Comments and processing instructions are left out.
[[nodiscard]] result<document> parse(std::string_view text, const parse_limits& bounds);

}  // namespace confab::xml
