#include "config/settings_items.hpp"
#include "config/settings_rows.hpp"

namespace confab::settings_table {

std::vector<key> files() {
  using t = value_type;
  constexpr int64_t tebibyte = int64_t{1} << 40;
  return {
      {"files.directory", t::text, R"("")",
       "Folder of the files that people put into rooms; empty: `files` in the state directory.",
       [](settings& s, value&& v) { s.files.directory = take<text>(v); }},
      {"files.max-size", t::number, "104857600", "Largest file, in bytes; larger ones get 413. 0: no files.",
       [](settings& s, value&& v) { s.files.max_size = static_cast<uint64_t>(take<int64_t>(v)); }, 0,
       tebibyte},
      {"files.room-quota", t::number, "1073741824",
       "Bytes that the files of one room may have together; more get 413.",
       [](settings& s, value&& v) { s.files.room_quota = static_cast<uint64_t>(take<int64_t>(v)); }, 0,
       tebibyte},
      {"files.room-files", t::number, "200", "So many files a room may have; more get 413.",
       [](settings& s, value&& v) { s.files.room_files = static_cast<uint32_t>(take<int64_t>(v)); }, 1,
       10'000},
      {"files.types",
       t::text_list,
       R"(["*"])",
       "Media types that may come; others get 488.",
       [](settings& s, value&& v) { s.files.types = take<texts>(v); },
       0,
       0,
       {},
       check_media_type,
       {},
       R"(a list of media types such as "application/pdf", "image/*" or "*")"},
      {"files.push", t::boolean, "false",
       "Whether everybody else who has the room's chat is called, to hand each new file over.",
       [](settings& s, value&& v) { s.files.push = take<bool>(v); }},
      {"files.keep", t::duration, R"("0s")", "A file goes so long after it has come; 0s: with its room.",
       [](settings& s, value&& v) { s.files.keep = take<milliseconds>(v); }, 0, 2'592'000'000},
      {"files.min-free", t::number, "536870912", "Bytes of the disk that stay free.",
       [](settings& s, value&& v) { s.files.min_free = static_cast<uint64_t>(take<int64_t>(v)); }, 0,
       tebibyte},
      {"files.threads", t::number, "2", "Threads that read and write files.",
       [](settings& s, value&& v) { s.files.threads = static_cast<uint32_t>(take<int64_t>(v)); }, 1, 64},
  };
}

}  // namespace confab::settings_table
