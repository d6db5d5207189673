#pragma once

#include <string>

namespace confab::test {

/// Where the project's sources are, without a slash at the end.
std::string source_dir();

}  // namespace confab::test
