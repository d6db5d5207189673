#pragma once

#include <forward_list>
#include <string>
#include <string_view>
#include <vector>

/// A parsed XML document as plain values.
namespace confab::xml {

/// Prefixes are resolved: `ns` is the namespace's name, empty for none. Views borrow from the document.
struct attribute {
  std::string_view ns;
  std::string_view name;
  std::string_view value;
};

/// Namespace declarations are not among the attributes. Views borrow from the document.
struct element {
  std::string_view ns;
  std::string_view name;
  std::vector<attribute> attributes;
  std::vector<element> children;
  std::string_view text;  ///< its own, without that of its children; without white space between them

  [[nodiscard]] bool is(std::string_view of_ns, std::string_view named) const noexcept {
    return name == named && ns == of_ns;
  }
  /// The first child of that name; null if there is none.
  [[nodiscard]] const element* child(std::string_view of_ns, std::string_view named) const noexcept;
  /// An attribute without a prefix; empty if there is none.
  [[nodiscard]] std::string_view attribute_value(std::string_view named) const noexcept;
};

/// Owns the bytes that its elements borrow, so it moves but does not copy.
struct document {
  document() = default;
  document(const document&) = delete;
  document& operator=(const document&) = delete;
  document(document&&) = default;
  document& operator=(document&&) = default;
  ~document() = default;

  element root;
  std::vector<char> source;
  std::forward_list<std::string> mended;  ///< values that are not as they stand in the source
};

}  // namespace confab::xml
