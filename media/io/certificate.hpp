#pragma once

#include <string>

#include "config/result.hpp"

namespace confab::io {

struct certificate_files {
  std::string certificate;  ///< path of the PEM chain
  std::string private_key;  ///< path of the PEM key, mode 0600
  bool made = false;        ///< by this call: the caller says so in the log
};

/// For a first start without a configured certificate: the pair in `directory`, made when one of the two is
/// missing. EC P-256, ten years, `common_name` (host name or IP address) as subject and subjectAltName. A
/// pair that is there but does not fit is refused, never overwritten. Blocking; at start only.
result<certificate_files> ensure_certificate(const std::string& directory, const std::string& common_name);

/// Whether a pair can be read and belongs together; the error names the file at fault.
result<void> check_certificate(const std::string& certificate_file, const std::string& private_key_file);

}  // namespace confab::io
