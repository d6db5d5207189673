#pragma once

#include <filesystem>
#include <memory>
#include <string>

struct evp_pkey_st;
struct x509_st;

namespace confab::sip::test {

/// A certificate authority with its files in a folder of its own, gone with it.
class authority {
 public:
  explicit authority(const std::string& name);
  ~authority();
  authority(const authority&) = delete;
  authority& operator=(const authority&) = delete;

  /// What peers are checked against, PEM.
  [[nodiscard]] std::string ca_file() const;
  /// Certificate and key in one PEM file. `names` as OpenSSL writes a subjectAltName: "URI:sip:a@b,DNS:c";
  /// empty: without one. `seconds` it is good for from now on; below zero: over already.
  std::string issue(const std::string& names, int seconds = 3600);

 private:
  struct release {
    void operator()(evp_pkey_st* key) const noexcept;
    void operator()(x509_st* certificate) const noexcept;
  };

  std::filesystem::path folder_;
  std::unique_ptr<evp_pkey_st, release> key_;
  std::unique_ptr<x509_st, release> certificate_;
  int issued_ = 0;
};

}  // namespace confab::sip::test
