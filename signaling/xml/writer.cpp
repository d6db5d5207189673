#include "signaling/xml/writer.hpp"

#include <cassert>
#include <cstddef>
#include <iterator>

#include <rapidxml/rapidxml.hpp>
#include <rapidxml/rapidxml_print.hpp>

#include "signaling/xml/text.hpp"

namespace confab::xml {

namespace {

constexpr std::string_view declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

}  // namespace

struct writer::state {
  rapidxml::xml_document<char> document;
  rapidxml::xml_node<char>* open = &document;
  size_t bytes = declaration.size();  ///< of the text, if nothing needs to be escaped

  rapidxml::xml_node<char>* append(std::string_view name) {
    auto* node = document.allocate_node(rapidxml::node_element);
    node->name(name.data(), name.size());
    open->append_node(node);
    bytes += 2 * name.size() + 5;
    return node;
  }

  /// A copy that lives as long as the document.
  std::string_view kept(std::string_view value, place where) {
    if (!is_clean(value, where)) return copied(cleaned(value, where));
    return copied(value);
  }

  std::string_view copied(std::string_view value) {
    bytes += value.size();
    // RapidXML takes a size of 0 for a text that ends at a zero byte.
    if (value.empty()) return "";
    return {document.allocate_string(value.data(), value.size()), value.size()};
  }
};

writer::writer() : state_(std::make_unique<state>()) {}
writer::~writer() = default;

void writer::open(std::string_view name) {
  state_->open = state_->append(name);
}

void writer::close() {
  assert(state_->open != &state_->document);
  state_->open = state_->open->parent();
}

void writer::attribute(std::string_view name, std::string_view value) {
  const std::string_view kept = state_->kept(value, place::attribute);
  auto* attribute = state_->document.allocate_attribute();
  attribute->name(name.data(), name.size());
  attribute->value(kept.data(), kept.size());
  state_->open->append_attribute(attribute);
  state_->bytes += name.size() + 4;
}

void writer::leaf(std::string_view name, std::string_view text) {
  const std::string_view kept = state_->kept(text, place::text);
  state_->append(name)->value(kept.data(), kept.size());
}

std::string writer::print() const {
  assert(state_->open == &state_->document);
  std::string out(declaration);
  out.reserve(state_->bytes + state_->bytes / 16);
  rapidxml::print(std::back_inserter(out), state_->document, rapidxml::print_no_indenting);
  return out;
}

}  // namespace confab::xml
