#include "signaling/xml/element.hpp"

namespace confab::xml {

const element* element::child(std::string_view of_ns, std::string_view named) const noexcept {
  for (const element& e : children) {
    if (e.is(of_ns, named)) return &e;
  }
  return nullptr;
}

std::string_view element::attribute_value(std::string_view named) const noexcept {
  for (const attribute& a : attributes) {
    if (a.ns.empty() && a.name == named) return a.value;
  }
  return {};
}

}  // namespace confab::xml
