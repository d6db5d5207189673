#include "media/io/certificate.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/socket_address.hpp"
#include "media/io/descriptor.hpp"
#include "media/io/udp_socket.hpp"

namespace confab::io {
namespace {

template <auto Free>
struct releaser {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
void free_bio(BIO* bio) noexcept {
  BIO_free(bio);
}
using key_ptr = std::unique_ptr<EVP_PKEY, releaser<EVP_PKEY_free>>;
using x509_ptr = std::unique_ptr<X509, releaser<X509_free>>;
using bio_ptr = std::unique_ptr<BIO, releaser<free_bio>>;
using extension_ptr = std::unique_ptr<X509_EXTENSION, releaser<X509_EXTENSION_free>>;

constexpr long lifetime_seconds = 10L * 365 * 24 * 60 * 60;
constexpr size_t max_common_name = 64;  // RFC 5280 appendix A: ub-common-name

error openssl_error(const std::string& what) {
  char reason[256] = "unknown reason";
  if (const unsigned long code = ERR_get_error(); code != 0) ERR_error_string_n(code, reason, sizeof(reason));
  ERR_clear_error();
  return {errc::unavailable, what + ": " + reason};
}

bool add_extension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const extension_ptr extension{X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str())};
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool is_host_name(const std::string& name) {
  if (name.empty() || name.size() > 253) return false;
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._") ==
         std::string::npos;
}

// RFC 5280 §4.1.2.2: a positive serial of at most 20 octets; random, so that two installations do not collide
// in a browser.
bool set_random_serial(X509* certificate) {
  const std::unique_ptr<BIGNUM, releaser<BN_free>> number{BN_new()};
  return number && BN_rand(number.get(), 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

result<x509_ptr> self_signed(EVP_PKEY* key, const std::string& common_name) {
  const bool is_address = socket_address::parse(common_name, 0).ok();
  if (!is_address && !is_host_name(common_name)) {
    return {errc::bad_setting, "not a host name or IP address for a certificate: " + common_name};
  }
  x509_ptr certificate{X509_new()};
  if (!certificate) return openssl_error("making a certificate");
  X509* raw = certificate.get();
  const std::string short_name = common_name.substr(0, max_common_name);
  X509_NAME* name = X509_get_subject_name(raw);
  const bool filled =
      X509_set_version(raw, X509_VERSION_3) == 1 && set_random_serial(raw) &&
      X509_gmtime_adj(X509_getm_notBefore(raw), -3600) != nullptr &&  // clocks of phones are seldom exact
      X509_gmtime_adj(X509_getm_notAfter(raw), lifetime_seconds) != nullptr &&
      X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                 reinterpret_cast<const uint8_t*>(short_name.data()),
                                 static_cast<int>(short_name.size()), -1, 0) == 1 &&
      X509_set_issuer_name(raw, name) == 1 && X509_set_pubkey(raw, key) == 1 &&
      add_extension(raw, NID_basic_constraints, "critical,CA:FALSE") &&
      add_extension(raw, NID_key_usage, "critical,digitalSignature") &&
      add_extension(raw, NID_ext_key_usage, "serverAuth,clientAuth") &&
      add_extension(raw, NID_subject_alt_name, (is_address ? "IP:" : "DNS:") + common_name) &&
      X509_sign(raw, key, EVP_sha256()) > 0;
  if (!filled) return openssl_error("making a certificate for " + common_name);
  return certificate;
}

// Written beside its place and renamed, so that a crash leaves no half file under the final name.
result<void> write_file(const std::string& path, const std::string& text, mode_t mode) {
  const std::string temporary = path + ".new";
  ::unlink(temporary.c_str());
  const descriptor file{
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)};
  if (!file) return {errc::unavailable, describe_errno("create " + temporary, errno)};
  size_t written = 0;
  while (written < text.size()) {
    const ssize_t n = ::write(file.get(), text.data() + written, text.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return {errc::unavailable, describe_errno("write " + temporary, errno)};
    written += static_cast<size_t>(n);
  }
  if (::fchmod(file.get(), mode) != 0 || ::fsync(file.get()) != 0) {
    return {errc::unavailable, describe_errno("finish " + temporary, errno)};
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    return {errc::unavailable, describe_errno("rename " + temporary, errno)};
  }
  return {};
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long length = BIO_get_mem_data(bio, &data);
  return length > 0 ? std::string(data, static_cast<size_t>(length)) : std::string();
}

bio_ptr open_for_reading(const std::string& path) {
  return bio_ptr{BIO_new_file(path.c_str(), "r")};
}

// Without this OpenSSL would ask on the terminal for the passphrase of an encrypted key.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

result<void> make_both(const certificate_files& files, const std::string& common_name) {
  const key_ptr key{EVP_EC_gen("P-256")};
  if (!key) return openssl_error("making a P-256 key");
  auto certificate = self_signed(key.get(), common_name);
  if (!certificate) return certificate.error();

  const bio_ptr key_text{BIO_new(BIO_s_secmem())};
  const bio_ptr certificate_text{BIO_new(BIO_s_mem())};
  if (!key_text || !certificate_text ||
      PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1 ||
      PEM_write_bio_X509(certificate_text.get(), certificate->get()) != 1) {
    return openssl_error("writing a certificate as PEM");
  }
  // The old certificate goes first: a crash from here on leaves "one is missing", which the next start
  // repairs.
  ::unlink(files.certificate.c_str());
  if (auto written = write_file(files.private_key, text_of(key_text.get()), 0600); !written) return written;
  return write_file(files.certificate, text_of(certificate_text.get()), 0644);
}

}  // namespace

result<certificate_files> ensure_certificate(const std::string& directory, const std::string& common_name) {
  namespace fs = std::filesystem;
  certificate_files files{directory + "/certificate.pem", directory + "/private-key.pem", false};
  std::error_code failure;
  fs::create_directories(directory, failure);
  if (failure) return {errc::unavailable, "create " + directory + ": " + failure.message()};
  if (fs::exists(files.certificate, failure) && fs::exists(files.private_key, failure)) {
    if (auto fits = check_certificate(files.certificate, files.private_key); !fits) return fits.error();
    return files;
  }
  if (auto made = make_both(files, common_name); !made) return made.error();
  files.made = true;
  return files;
}

result<void> check_certificate(const std::string& certificate_file, const std::string& private_key_file) {
  const bio_ptr certificate_bio = open_for_reading(certificate_file);
  if (!certificate_bio) {
    ERR_clear_error();
    return {errc::bad_setting, "cannot open the certificate " + certificate_file};
  }
  const x509_ptr certificate{PEM_read_bio_X509(certificate_bio.get(), nullptr, no_passphrase, nullptr)};
  if (!certificate) {
    ERR_clear_error();
    return {errc::bad_setting, "no PEM certificate in " + certificate_file};
  }
  const bio_ptr key_bio = open_for_reading(private_key_file);
  if (!key_bio) {
    ERR_clear_error();
    return {errc::bad_setting, "cannot open the private key " + private_key_file};
  }
  const key_ptr key{PEM_read_bio_PrivateKey(key_bio.get(), nullptr, no_passphrase, nullptr)};
  if (!key) {
    ERR_clear_error();
    return {errc::bad_setting, "no PEM private key without passphrase in " + private_key_file};
  }
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    ERR_clear_error();
    return {errc::bad_setting, "the private key " + private_key_file +
                                   " does not belong to the certificate " + certificate_file +
                                   "; replace both, or delete both to have a new pair made"};
  }
  return {};
}

}  // namespace confab::io
