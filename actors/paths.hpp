#pragma once

#include <string>

#include "config/result.hpp"
#include "config/settings.hpp"
#include "media/io/certificate.hpp"

/// Where the server finds and keeps its files.
namespace confab::actors {

/// `state.directory`, or when empty /var/lib/confab if it can be written, else ./var. Made when missing.
result<std::string> state_directory(const std::string& configured);

/// `rooms.sounds-directory`, or when empty the folder `sounds` beside the program, else
/// /usr/share/confab/sounds.
std::string sounds_directory(const std::string& configured);

/// The operator's certificate, checked; without one a self-signed one in the state directory, made at first
/// start.
result<io::certificate_files> usable_certificate(const settings& s, const std::string& state_directory);

}  // namespace confab::actors
