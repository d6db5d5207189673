#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace confab::xml {

/// Writes one document, element by element, without white space between them. Values are copied and may hold
/// any bytes: what XML cannot carry is `cleaned` (text.hpp), the rest is escaped. Names are borrowed until
/// `print` and are not checked: pass literals. An attribute belongs to the element opened last.
class writer {
 public:
  writer();
  ~writer();
  writer(const writer&) = delete;
  writer& operator=(const writer&) = delete;
  writer(writer&&) = delete;
  writer& operator=(writer&&) = delete;

  void open(std::string_view name);
  void attribute(std::string_view name, std::string_view value);
  void close();
  /// `<name>text</name>`
  void leaf(std::string_view name, std::string_view text);

  /// With an XML declaration. Every element must be closed.
  [[nodiscard]] std::string print() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace confab::xml
