// The command line, and the help that explains it; both go by the table of keys.

#include <string>
#include <string_view>

#include "config/settings.hpp"
#include "config/settings_source.hpp"
#include "config/settings_table.hpp"

namespace confab {
namespace {

constexpr std::string_view usage =
    R"(confabd: a conference server for SIP phones.

  confabd --config-file=/etc/confab/confab.conf

      --config-file=FILE  read FILE; without it, every key has its default
      --check-config      say whether the settings are right, and exit
      --help              this text
      --version           the version

Every key of the file is a flag too and wins over the file, e.g. --media.threads=2. Lists are
separated by commas (--media.codecs=PCMU,PCMA) or written as in the file.
)";

result<void> refuse(const std::string& text) {
  return {errc::bad_setting, text + "; --help lists all flags"};
}

result<void> read_word(command_line& out, std::string_view word) {
  constexpr std::string_view config_file = "--config-file";
  if (word == "--help" || word == "-h") {
    out.help = true;
  } else if (word == "--version") {
    out.version = true;
  } else if (word == "--check-config") {
    out.check_config = true;
  } else if (word == config_file || word == "--config-file=") {
    return refuse("flag --config-file: expected --config-file=FILE");
  } else if (word.starts_with("--config-file=")) {
    out.config_file = word.substr(config_file.size() + 1);
  } else if (!word.starts_with("--")) {
    return refuse("\"" + settings_source::printable(word) +
                  "\": expected a flag such as --check-config or --media.threads=2");
  } else {
    const std::string_view assignment = word.substr(2);
    const size_t equals = assignment.find('=');
    const std::string_view name = assignment.substr(0, equals);
    if (settings_table::find(name) == nullptr) {
      return {errc::bad_setting, "flag --" + settings_source::unknown_text(name)};
    }
    if (equals == std::string_view::npos) {
      return refuse("flag --" + std::string(name) + ": expected --" + std::string(name) + "=VALUE");
    }
    out.overrides.emplace_back(assignment);
  }
  return {};
}

}  // namespace

result<command_line> parse_command_line(int argc, const char* const* argv) {
  command_line out;
  for (int i = 1; i < argc; ++i) {
    if (auto read = read_word(out, argv[i]); !read) return read.error();
  }
  return out;
}

std::string help_text() {
  std::string out(usage);
  std::string section;
  for (const settings_table::key& k : settings_table::keys()) {
    const size_t dot = k.name.find('.');
    if (const std::string_view here = k.name.substr(0, dot); here != section) {
      section = here;
      out += "\n[" + section + "]\n";
    }
    out += "  --" + std::string(k.name) + "=" + std::string(k.default_value) + "\n      " +
           std::string(k.help) + "\n      " + expectation(k) + "\n";
  }
  return out;
}

}  // namespace confab
