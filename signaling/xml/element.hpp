#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"

/// XML as a tree of values: all that the documents of SIP event packages need (no comments, no processing
/// instructions, no mixed content).
namespace confab::xml {

struct attribute {
  std::string name;  ///< as written, with its prefix
  std::string value;
  bool operator==(const attribute&) const = default;
};

struct element {
  std::string name;        ///< with its prefix when it is to be written, without when it was parsed
  std::string name_space;  ///< of a parsed element: the URI its prefix stands for; ignored when written
  std::vector<attribute> attributes;
  std::string text;  ///< of its own, joined
  std::vector<element> children;

  /// The attribute's value; empty when there is none.
  [[nodiscard]] std::string_view get(std::string_view attribute_name) const noexcept;
  /// The first child of that name in this element's own namespace.
  [[nodiscard]] const element* find(std::string_view child) const noexcept;
  /// The text of that child; empty when there is none.
  [[nodiscard]] std::string_view text_of(std::string_view child) const noexcept;

  // To build a tree; each answers with the element that was added.
  element& add(std::string child);
  element& add(std::string child, std::string child_text);
  element& set(std::string attribute_name, std::string value);  ///< answers with the element itself

  bool operator==(const element&) const = default;
};

struct bounds {
  size_t bytes = 0;
  size_t depth = 64;
};

/// One document in UTF-8. `malformed`: not well formed, an undeclared prefix, a document type declaration
/// (and with it every entity bomb); `too_large`: past a bound.
[[nodiscard]] result<element> parse(std::string_view text, const bounds& most);

/// The document with its XML declaration and without white space. All text must be `clean`.
[[nodiscard]] std::string write(const element& root);

/// Text that XML 1.0 can carry, and that a reader gets back as it is: valid UTF-8 without control characters,
/// with blanks for line breaks and none at the ends. What is not becomes U+FFFD.
[[nodiscard]] std::string clean(std::string_view bytes);

}  // namespace confab::xml
