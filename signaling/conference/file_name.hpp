#pragma once

#include <string>
#include <string_view>

namespace confab::conference {

/// A stranger's name for a file, fit to be shown and to be saved under by whoever pulls it: without the
/// folders before it, controls and bytes that are not UTF-8 replaced, at most `limits::file_name_bytes` with
/// its extension kept, never empty, "." or "..". All other Unicode stays as it is. The server itself never
/// opens a file by it.
[[nodiscard]] std::string harmless_name(std::string_view name);

/// `report.pdf` → `report-2.pdf`, within the same bound.
[[nodiscard]] std::string numbered_name(std::string_view name, unsigned number);

}  // namespace confab::conference
