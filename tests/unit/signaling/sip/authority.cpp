#include "authority.hpp"

#include <cstdio>

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

namespace confab::sip::test {

namespace {

void add_extension(X509* to, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
  X509_EXTENSION* const made = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  ASSERT_NE(made, nullptr) << value;
  X509_add_ext(to, made, -1);
  X509_EXTENSION_free(made);
}

X509* blank(EVP_PKEY* key, const std::string& name, int serial, int seconds) {
  X509* const made = X509_new();
  X509_set_version(made, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made), serial);
  X509_gmtime_adj(X509_getm_notBefore(made), -7200);
  X509_gmtime_adj(X509_getm_notAfter(made), seconds);
  X509_set_pubkey(made, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return made;
}

void write(const std::string& path, X509* certificate, EVP_PKEY* key) {
  FILE* const file = std::fopen(path.c_str(), "w");
  ASSERT_NE(file, nullptr) << path;
  PEM_write_X509(file, certificate);
  if (key != nullptr) PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  (void)std::fclose(file);
}

}  // namespace

void authority::release::operator()(evp_pkey_st* key) const noexcept {
  EVP_PKEY_free(key);
}
void authority::release::operator()(x509_st* certificate) const noexcept {
  X509_free(certificate);
}

authority::authority(const std::string& name) : key_(EVP_EC_gen("P-256")) {
  std::string pattern = (std::filesystem::temp_directory_path() / "confab-ca-XXXXXX").string();
  EXPECT_NE(mkdtemp(pattern.data()), nullptr);
  folder_ = pattern;
  certificate_.reset(blank(key_.get(), name, 1, 3600));
  X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
  add_extension(certificate_.get(), certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(certificate_.get(), key_.get(), EVP_sha256());
  write(ca_file(), certificate_.get(), nullptr);
}

authority::~authority() {
  std::filesystem::remove_all(folder_);
}

std::string authority::ca_file() const {
  return (folder_ / "ca.pem").string();
}

std::string authority::issue(const std::string& names, int seconds) {
  const std::unique_ptr<EVP_PKEY, release> key(EVP_EC_gen("P-256"));
  const std::unique_ptr<X509, release> made(blank(key.get(), "somebody", ++issued_ + 1, seconds));
  X509_set_issuer_name(made.get(), X509_get_subject_name(certificate_.get()));
  if (!names.empty()) add_extension(made.get(), certificate_.get(), NID_subject_alt_name, names);
  X509_sign(made.get(), key_.get(), EVP_sha256());
  const auto path = (folder_ / (std::to_string(issued_) + ".pem")).string();
  write(path, made.get(), key.get());
  return path;
}

}  // namespace confab::sip::test
