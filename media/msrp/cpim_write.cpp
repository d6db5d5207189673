#include <map>

#include "media/msrp/cpim.hpp"
#include "media/msrp/text.hpp"

namespace confab::msrp {
namespace {

void put(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

/// Words that need no quotes: `Formal-name = 1*( Token SP )`.
bool are_tokens(std::string_view name) {
  if (name.empty() || name.front() == ' ' || name.back() == ' ') return false;
  while (!name.empty()) {
    if (!text::is_token(text::take_until(name, ' '))) return false;
  }
  return true;
}

/// Writes NS lines for what follows, each when it is first needed (RFC 3862 §3.4: before its use).
class declarer {
 public:
  explicit declarer(std::string& out) : out_(out) {}
  void need(const std::string& prefix, const std::string& name_space) {
    std::string& bound = bound_[prefix];
    if (name_space.empty() || bound == name_space) return;
    bound = name_space;
    put(out_, "NS", (prefix.empty() ? "" : prefix + " ") + "<" + name_space + ">");
  }

 private:
  std::string& out_;
  std::map<std::string, std::string> bound_{{"", std::string(cpim_core_namespace)}};
};

std::string qualified(const std::string& prefix, const std::string& name) {
  return prefix.empty() ? name : prefix + "." + name;
}

void put_extension(std::string& out, const cpim_extension& e) {
  out += qualified(e.prefix, e.name) + ":";
  if (!e.parameters.empty()) out += ";" + e.parameters;
  out += " " + e.value + "\r\n";
}

void put_required(std::string& out, const cpim_head& head, declarer& spaces) {
  if (head.required.empty()) return;
  std::string names;
  for (const cpim_required& r : head.required) {
    spaces.need("", std::string(cpim_core_namespace));
    spaces.need(r.prefix, r.name_space);
    // A prefix may stand for two name spaces in turn: one line for each, then.
    names = qualified(r.prefix, r.name);
    put(out, "Require", names);
  }
}

}  // namespace

std::string write(const cpim_address& a) {
  if (a.name.empty()) return "<" + a.uri + ">";
  const std::string name = are_tokens(a.name) ? a.name : "\"" + escape_cpim(a.name, true) + "\"";
  return name + " <" + a.uri + ">";
}

std::string write_cpim_head(const cpim_head& head) {
  std::string out;
  out.reserve(512);
  if (head.from) put(out, "From", write(*head.from));
  for (const cpim_address& a : head.to) put(out, "To", write(a));
  for (const cpim_address& a : head.cc) put(out, "cc", write(a));
  for (const cpim_subject& s : head.subjects) {
    out += s.language.empty() ? "Subject:" : "Subject:;lang=" + s.language;
    out += " " + escape_cpim(s.text, false) + "\r\n";
  }
  if (head.sent) put(out, "DateTime", write(*head.sent));
  declarer spaces(out);
  for (const cpim_extension& e : head.extensions) {
    spaces.need(e.prefix, e.name_space);
    put_extension(out, e);
  }
  put_required(out, head, spaces);
  out += "\r\n";
  if (head.type) put(out, "Content-Type", write(*head.type));
  for (const header& h : head.mime) put(out, h.name, h.value);
  return out += "\r\n";
}

std::string write_cpim(const cpim_head& head, std::string_view body) {
  return write_cpim_head(head).append(body);
}

}  // namespace confab::msrp
