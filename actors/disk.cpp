#include "actors/disk.hpp"

#include <utility>

#include "config/log.hpp"

namespace confab::actors {

namespace {

template <class T>
disk_answer answer_of(const result<T>& done) {
  return done ? disk_answer{} : disk_answer{false, done.error()};
}

part_opened create(const files::storage& storage, const create_part& m) {
  const auto free = storage.free_bytes();
  if (!free) return {answer_of(free)};
  if (*free < m.min_free || *free - m.min_free < m.size) {
    log::warning("the disk is nearly full: a file is refused",
                 {{"path", storage.folder()},
                  {"free", std::to_string(*free)},
                  {"wanted", std::to_string(m.size)},
                  {"do", "free some space, or lower files.min-free"}});
    return {{false, {errc::exhausted, "the disk is nearly full"}}};
  }
  auto made = storage.create(m.number, m.size, m.hashes);
  if (!made) return {answer_of(made)};
  return {{}, *made, (*made)->take_over(), 0};
}

}  // namespace

disk_actor::behavior_type disk(disk_actor::pointer, std::shared_ptr<const files::storage> storage) {
  return {
      [storage = std::move(storage)](const create_part& m) { return create(*storage, m); },
      [](const resume_part& m) -> part_opened {
        return {{}, m.file, m.file->take_over(), m.file->written()};
      },
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
