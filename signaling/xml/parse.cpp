#include "signaling/xml/parse.hpp"

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include <expat.h>
#include <rapidxml/rapidxml.hpp>

#include "signaling/xml/text.hpp"

namespace confab::xml {

namespace {

using node = rapidxml::xml_node<char>;

/// What expat counts while it reads ahead of RapidXML, and why it was stopped.
struct guard {
  XML_Parser parser;
  const parse_limits& bounds;
  size_t depth = 0;
  size_t elements = 0;
  size_t namespaces = 0;
  std::optional<error> refusal = std::nullopt;

  void refuse(errc code, const char* why) {
    if (!refusal) refusal = error{code, why};
    XML_StopParser(parser, XML_FALSE);
  }
};

guard& of(void* user) {
  return *static_cast<guard*>(user);
}

void on_start(void* user, const XML_Char* /*name*/, const XML_Char** attributes) {
  guard& g = of(user);
  size_t strings = 0;
  while (attributes[strings] != nullptr) ++strings;
  if (strings / 2 > limits::xml_attributes) g.refuse(errc::too_large, "XML: too many attributes");
  if (++g.depth > g.bounds.depth) g.refuse(errc::too_large, "XML: nested too deep");
  if (++g.elements > g.bounds.elements) g.refuse(errc::too_large, "XML: too many elements");
}

void on_end(void* user, const XML_Char* /*name*/) {
  --of(user).depth;
}

void on_namespace(void* user, const XML_Char* /*prefix*/, const XML_Char* /*uri*/) {
  if (++of(user).namespaces > limits::xml_namespaces)
    of(user).refuse(errc::too_large, "XML: too many namespaces");
}

void on_namespace_end(void* user, const XML_Char* /*prefix*/) {
  --of(user).namespaces;
}

void on_doctype(void* user, const XML_Char* /*name*/, const XML_Char* /*system_id*/,
                const XML_Char* /*public_id*/, int /*has_internal_subset*/) {
  of(user).refuse(errc::malformed, "XML: a document type declaration");
}

void on_declaration(void* user, const XML_Char* /*version*/, const XML_Char* encoding, int /*standalone*/) {
  if (encoding == nullptr) return;
  const std::string_view name = encoding;
  if (name != "UTF-8" && name != "utf-8" && name != "US-ASCII" && name != "us-ascii")
    of(user).refuse(errc::malformed, "XML: not in UTF-8");
}

/// RapidXML takes bad UTF-8, doubled attributes and document types, and recurses without a bound; so expat
/// reads first, and what it refuses RapidXML never sees.
result<void> check(std::string_view text, const parse_limits& bounds) {
  if (text.size() > bounds.bytes || text.size() > static_cast<size_t>(std::numeric_limits<int>::max()))
    return {errc::too_large, "XML: " + std::to_string(text.size()) + " bytes"};
  using owned = std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)>;
  const owned parser(XML_ParserCreateNS("UTF-8", '\n'), &XML_ParserFree);
  if (!parser) return {errc::unavailable, "XML: out of memory"};
  guard g{parser.get(), bounds};
  XML_SetUserData(parser.get(), &g);
  XML_SetElementHandler(parser.get(), on_start, on_end);
  XML_SetNamespaceDeclHandler(parser.get(), on_namespace, on_namespace_end);
  XML_SetStartDoctypeDeclHandler(parser.get(), on_doctype);
  XML_SetXmlDeclHandler(parser.get(), on_declaration);
  const bool well_formed =
      XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), 1) == XML_STATUS_OK;
  if (g.refusal) return *g.refusal;
  if (!well_formed)
    return {errc::malformed, std::string("XML: ") + XML_ErrorString(XML_GetErrorCode(parser.get())) +
                                 " in line " + std::to_string(XML_GetCurrentLineNumber(parser.get()))};
  return {};
}

/// RapidXML's nodes to elements, with prefixes resolved (Namespaces in XML 1.0 §6).
class tree_builder {
 public:
  explicit tree_builder(document& out) : out_(out) {
    scope_.emplace_back("xml", "http://www.w3.org/XML/1998/namespace");
  }

  // NOLINTNEXTLINE(misc-no-recursion): expat has bounded the depth
  element build(const node& from) {
    const size_t outer = scope_.size();
    declare(from);
    element e;
    std::tie(e.ns, e.name) = resolve({from.name(), from.name_size()}, true);
    for (auto* a = from.first_attribute(); a != nullptr; a = a->next_attribute()) {
      const std::string_view name(a->name(), a->name_size());
      if (is_declaration(name)) continue;
      const auto [ns, local] = resolve(name, false);
      e.attributes.push_back({ns, local, kept({a->value(), a->value_size()}, place::attribute)});
    }
    e.text = text_of(from);
    for (const node* n = from.first_node(); n != nullptr; n = n->next_sibling()) {
      if (n->type() == rapidxml::node_element) e.children.push_back(build(*n));
    }
    scope_.resize(outer);
    return e;
  }

 private:
  static bool is_declaration(std::string_view name) {
    return name == "xmlns" || name.substr(0, 6) == "xmlns:";
  }

  void declare(const node& from) {
    for (auto* a = from.first_attribute(); a != nullptr; a = a->next_attribute()) {
      const std::string_view name(a->name(), a->name_size());
      if (!is_declaration(name)) continue;
      scope_.emplace_back(name.size() > 6 ? name.substr(6) : std::string_view(),
                          kept({a->value(), a->value_size()}, place::attribute));
    }
  }

  /// An attribute without a prefix is in no namespace, whatever the default is (§6.2).
  std::pair<std::string_view, std::string_view> resolve(std::string_view name, bool is_element) const {
    const size_t colon = name.find(':');
    if (colon == std::string_view::npos && !is_element) return {{}, name};
    const std::string_view prefix =
        colon == std::string_view::npos ? std::string_view() : name.substr(0, colon);
    const std::string_view local = colon == std::string_view::npos ? name : name.substr(colon + 1);
    for (auto declared = scope_.rbegin(); declared != scope_.rend(); ++declared) {
      if (declared->first == prefix) return {declared->second, local};
    }
    return {{}, local};
  }

  std::string_view text_of(const node& from) {
    std::string_view whole;
    std::string* joined = nullptr;
    for (const node* n = from.first_node(); n != nullptr; n = n->next_sibling()) {
      if (n->type() != rapidxml::node_data && n->type() != rapidxml::node_cdata) continue;
      const std::string_view part = kept({n->value(), n->value_size()}, place::text);
      if (whole.empty()) {
        whole = part;
        continue;
      }
      if (joined == nullptr) joined = &out_.mended.emplace_front(whole);
      joined->append(part);
      whole = *joined;
    }
    return whole;
  }

  std::string_view kept(std::string_view value, place where) {
    if (is_clean(value, where)) return value;
    return out_.mended.emplace_front(cleaned(value, where));
  }

  document& out_;
  std::vector<std::pair<std::string_view, std::string_view>> scope_;  ///< prefix, namespace; innermost last
};

}  // namespace

result<document> parse(std::string_view text, const parse_limits& bounds) {
  if (const auto checked = check(text, bounds); !checked) return checked.error();
  document out;
  out.source.reserve(text.size() + 1);
  out.source.assign(text.begin(), text.end());
  out.source.push_back('\0');
  // 66 KB: not for the stack of whoever calls.
  const auto parsed = std::make_unique<rapidxml::xml_document<char>>();
  try {
    parsed->parse<rapidxml::parse_validate_closing_tags>(out.source.data());
  } catch (const rapidxml::parse_error& refused) {
    return {errc::malformed, std::string("XML: ") + refused.what()};
  }
  const node* root = parsed->first_node();
  if (root == nullptr) return {errc::malformed, "XML: no element"};
  out.root = tree_builder(out).build(*root);
  return out;
}

}  // namespace confab::xml
