// SPDX-License-Identifier: Apache-2.0
#include <tenon/cpp/assert.hpp>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "tests/sim/tls_posix.hpp"

namespace tenon::sim {
namespace {

struct FreeX509 {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

void add_certificate(SSL_CTX& context) {
  const std::unique_ptr<EVP_PKEY, FreeX509> key(EVP_EC_gen("P-256"));
  const std::unique_ptr<X509, FreeX509> certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  const auto* const name = reinterpret_cast<const unsigned char*>("localhost");
  X509_NAME* const subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, name, -1, -1, 0);
  X509_set_issuer_name(certificate.get(), subject);
  TENON_ASSERT(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);
  TENON_ASSERT(SSL_CTX_use_certificate(&context, certificate.get()) == 1);
  TENON_ASSERT(SSL_CTX_use_PrivateKey(&context, key.get()) == 1);
}

}  // namespace

SslContext tls_server_context() {
  SslContext context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  add_certificate(*context);
  return context;
}

SslContext tls_client_context() {
  return SslContext(SSL_CTX_new(TLS_client_method()));
}

TlsEnd::TlsEnd(SSL_CTX& context, bool server)
    : ssl_(SSL_new(&context)),
      in_(BIO_new(BIO_s_mem())),
      out_(BIO_new(BIO_s_mem())) {
  SSL_set_bio(ssl_.get(), in_, out_);
  if (server) {
    SSL_set_accept_state(ssl_.get());
  } else {
    SSL_set_connect_state(ssl_.get());
    decrypt();  // says hello
  }
}

bool TlsEnd::receive(std::string_view ciphertext) {
  const int taken = BIO_write(in_, ciphertext.data(), static_cast<int>(ciphertext.size()));
  TENON_ASSERT(taken == static_cast<int>(ciphertext.size()));
  return decrypt();
}

bool TlsEnd::decrypt() {
  char block[16 * 1024];
  for (;;) {
    const int n = SSL_read(ssl_.get(), block, sizeof block);
    if (n > 0) {
      plaintext.append(block, static_cast<size_t>(n));
      continue;
    }
    const int why = SSL_get_error(ssl_.get(), n);
    return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_ZERO_RETURN;
  }
}

bool TlsEnd::has_output() const {
  return BIO_ctrl_pending(out_) != 0;
}

std::string TlsEnd::take_output(size_t bytes_max) {
  std::string bytes(std::min(bytes_max, BIO_ctrl_pending(out_)), '\0');
  const int n = BIO_read(out_, bytes.data(), static_cast<int>(bytes.size()));
  TENON_ASSERT(n == static_cast<int>(bytes.size()) || bytes.empty());
  return bytes;
}

void TlsEnd::write(std::string_view plaintext) {
  if (plaintext.empty()) return;
  const int n = SSL_write(ssl_.get(), plaintext.data(), static_cast<int>(plaintext.size()));
  TENON_ASSERT(n == static_cast<int>(plaintext.size()));  // Memory takes everything.
}

void TlsEnd::shut_down() {
  SSL_shutdown(ssl_.get());
}

}  // namespace tenon::sim
