#include "actors/disk.hpp"

#include <utility>

#include "config/log.hpp"

namespace confab::actors {

namespace {

template <class T>
disk_answer answer_of(const result<T>& done) {
  return done ? disk_answer{} : disk_answer{false, done.error()};
}

/// The error as an answer; a disk that is nearly full is the operator's to know.
disk_answer refusal_of(const files::storage& storage, const error& why, uint64_t wanted) {
  if (why.code == errc::exhausted) {
    const auto free = storage.free_bytes();
    log::warning("the disk is nearly full: a file is refused",
                 {{"path", storage.folder()},
                  {"free", free ? std::to_string(*free) : "unknown"},
                  {"promised", std::to_string(storage.promised_bytes())},
                  {"wanted", std::to_string(wanted)},
                  {"do", "free some space, or lower files.min-free"}});
  }
  return {false, why};
}

part_opened create(const files::storage& storage, const create_part& m) {
  auto made = storage.create(m.number, m.size, m.hashes, m.min_free);
  if (!made) return {refusal_of(storage, made.error(), m.size)};
  return {{}, *made, (*made)->take_over(), 0};
}

part_opened resume(const files::storage& storage, const resume_part& m) {
  auto& file = *m.file;
  if (!file.is_open()) return {{false, {errc::not_found, "the file has just ended"}}};
  if (m.wanted > file.written())
    return {{false, {errc::malformed, "what stands before a=file-range is not here"}}};
  if (file.has_space()) return {{}, m.file, file.take_over(), file.written()};
  auto space = storage.promise(file.missing(), m.min_free);
  if (!space) return {refusal_of(storage, space.error(), file.missing())};
  return {{}, m.file, file.take_over(std::move(*space)), file.written()};
}

}  // namespace

disk_actor::behavior_type disk(disk_actor::pointer, std::shared_ptr<const files::storage> storage) {
  const auto shared = std::move(storage);
  return {
      [shared](const create_part& m) { return create(*shared, m); },
      [shared](const resume_part& m) { return resume(*shared, m); },
      [](const park_part& m) { m.file->park(m.holder); },
      [](const write_part& m) { return answer_of(m.file->write(m.holder, *m.bytes)); },
      [](const finish_part& m) -> part_finished {
        auto done = m.file->finish(m.holder, m.expected);
        if (!done) return {answer_of(done)};
        return {{}, std::make_shared<const files::stored_file>(std::move(*done))};
      },
      [](const drop_part& m) { m.file->discard(); },
      [](const drop_stored& m) { files::remove(*m.file); },
      [](const open_stored& m) -> stored_opened {
        auto reader = files::file_reader::open(*m.file);
        if (!reader) return {answer_of(reader)};
        return {{}, *reader};
      },
      [](const read_stored& m) -> file_block {
        const auto done = m.reader->read(m.offset, m.count, *m.into);
        return {answer_of(done), m.into};
      },
  };
}

}  // namespace confab::actors
