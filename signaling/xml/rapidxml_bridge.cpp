#include <iterator>
#include <map>
#include <memory>
#include <new>
#include <utility>

#include <expat.h>
#include <rapidxml/rapidxml.hpp>
#include <rapidxml/rapidxml_print.hpp>

#include "signaling/xml/element.hpp"

/// Trees out of RapidXML and into it. RapidXML trusts its input: it recurses with the depth of elements and
/// lets much pass that is no XML, so expat reads everything from the network first.
namespace confab::xml {
namespace {

using node = rapidxml::xml_node<>;

struct guard {
  XML_Parser parser = nullptr;
  size_t depth = 0;
  size_t deepest = 0;
  bool too_deep = false;
  bool declares_type = false;
};

void on_start(void* user, const XML_Char*, const XML_Char**) {
  auto& g = *static_cast<guard*>(user);
  if (++g.depth <= g.deepest) return;
  g.too_deep = true;
  XML_StopParser(g.parser, XML_FALSE);
}

void on_end(void* user, const XML_Char*) {
  --static_cast<guard*>(user)->depth;
}

void on_doctype(void* user, const XML_Char*, const XML_Char*, const XML_Char*, int) {
  auto& g = *static_cast<guard*>(user);
  g.declares_type = true;
  XML_StopParser(g.parser, XML_FALSE);
}

/// Well formed, namespaces and all; nothing that RapidXML could choke on.
result<bool> check(std::string_view text, const bounds& most) {
  if (text.size() > most.bytes) {
    return {errc::too_large, "XML of " + std::to_string(text.size()) + " bytes"};
  }
  const std::unique_ptr<std::remove_pointer_t<XML_Parser>, void (*)(XML_Parser)> parser(
      XML_ParserCreateNS("UTF-8", '\n'), XML_ParserFree);
  if (!parser) return {errc::unavailable, "no memory for an XML parser"};
  guard g;
  g.parser = parser.get();
  g.deepest = most.depth;
  XML_SetUserData(g.parser, &g);
  XML_SetElementHandler(g.parser, on_start, on_end);
  XML_SetStartDoctypeDeclHandler(g.parser, on_doctype);
  const auto status = XML_Parse(g.parser, text.data(), static_cast<int>(text.size()), 1);
  if (g.too_deep) return {errc::too_large, "XML deeper than " + std::to_string(most.depth) + " elements"};
  if (g.declares_type) return {errc::malformed, "XML with a document type declaration"};
  if (status != XML_STATUS_OK) {
    const char* const why = XML_ErrorString(XML_GetErrorCode(g.parser));
    return {errc::malformed, "XML line " + std::to_string(XML_GetCurrentLineNumber(g.parser)) + ": " +
                                 (why == nullptr ? "unknown error" : why)};
  }
  return true;
}

using prefixes = std::map<std::string, std::string, std::less<>>;

prefixes declared_in(const node& from, const prefixes& outer) {
  prefixes scope = outer;
  for (const auto* a = from.first_attribute(); a != nullptr; a = a->next_attribute()) {
    const std::string_view name(a->name(), a->name_size());
    const std::string value(a->value(), a->value_size());
    if (name == "xmlns") scope[""] = value;
    if (name.starts_with("xmlns:")) scope[std::string(name.substr(6))] = value;
  }
  return scope;
}

element convert(const node& from, const prefixes& outer) {
  const bool declares = [&] {
    for (const auto* a = from.first_attribute(); a != nullptr; a = a->next_attribute())
      if (std::string_view(a->name(), a->name_size()).starts_with("xmlns")) return true;
    return false;
  }();
  const prefixes own = declares ? declared_in(from, outer) : prefixes();
  const prefixes& scope = declares ? own : outer;
  element out;
  const std::string_view name(from.name(), from.name_size());
  const auto colon = name.find(':');
  const auto prefix = colon == std::string_view::npos ? std::string_view() : name.substr(0, colon);
  out.name = name.substr(colon == std::string_view::npos ? 0 : colon + 1);
  if (const auto found = scope.find(prefix); found != scope.end()) out.name_space = found->second;
  for (const auto* a = from.first_attribute(); a != nullptr; a = a->next_attribute()) {
    if (std::string_view(a->name(), a->name_size()).starts_with("xmlns")) continue;
    out.set({a->name(), a->name_size()}, {a->value(), a->value_size()});
  }
  for (const auto* child = from.first_node(); child != nullptr; child = child->next_sibling()) {
    if (child->type() == rapidxml::node_element) {
      out.children.push_back(convert(*child, scope));
    } else if (child->type() == rapidxml::node_data || child->type() == rapidxml::node_cdata) {
      out.text.append(child->value(), child->value_size());
    }
  }
  return out;
}

/// Borrows the names and texts of `from`.
node* build(rapidxml::xml_document<>& document, const element& from) {
  auto* made = document.allocate_node(rapidxml::node_element, from.name.data(), nullptr, from.name.size());
  for (const auto& a : from.attributes) {
    made->append_attribute(
        document.allocate_attribute(a.name.data(), a.value.data(), a.name.size(), a.value.size()));
  }
  if (!from.text.empty()) {
    made->append_node(
        document.allocate_node(rapidxml::node_data, nullptr, from.text.data(), 0, from.text.size()));
  }
  for (const auto& child : from.children) made->append_node(build(document, child));
  return made;
}

}  // namespace

result<element> parse(std::string_view text, const bounds& most) {
  const auto sound = check(text, most);
  if (!sound) return sound.error();
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  std::string copy(text);  // RapidXML unescapes in place
  const auto document = std::make_unique<rapidxml::xml_document<>>();
  try {
    document->parse<rapidxml::parse_validate_closing_tags>(copy.data());
  } catch (const rapidxml::parse_error& e) {
    return {errc::malformed, std::string("XML: ") + e.what()};
  }
  const auto* root = document->first_node();
  if (root == nullptr) return {errc::malformed, "XML without an element"};
  return convert(*root, {{"xml", "http://www.w3.org/XML/1998/namespace"}});
}

std::string write(const element& root) {
  const auto document = std::make_unique<rapidxml::xml_document<>>();
  document->append_node(build(*document, root));
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  rapidxml::print(std::back_inserter(out), *document, rapidxml::print_no_indenting);
  return out;
}

}  // namespace confab::xml
