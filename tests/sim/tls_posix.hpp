// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include <tenon/mpm.h>

#include <openssl/ssl.h>

// A transport, to prove that the contract of sessions carries one: TLS by OpenSSL's memory BIOs
// between an MPM and the sessions of the kernel. To the MPM it is the kernel, to the sessions it is
// the MPM. It does no I/O and needs nothing that mpm.h doesn't say. Not shipped, and not hardened.
namespace tenon::sim {

struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslContext = std::unique_ptr<SSL_CTX, FreeSsl>;
using Ssl = std::unique_ptr<SSL, FreeSsl>;

// A server's context with a fresh certificate of its own; a client's that trusts anybody.
SslContext tls_server_context();
SslContext tls_client_context();

// One end of a TLS connection, between its plaintext and its ciphertext.
class TlsEnd {
 public:
  TlsEnd(SSL_CTX& context, bool server);

  // Takes ciphertext in, and what of it is plaintext by now. False: it is not TLS.
  bool receive(std::string_view ciphertext);
  // Ciphertext that waits to be sent.
  bool has_output() const;
  std::string take_output(size_t bytes_max);
  void write(std::string_view plaintext);
  void shut_down();  // close_notify

  bool is_ready() const { return SSL_is_init_finished(ssl_.get()) == 1; }
  bool peer_ended() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }
  std::string plaintext;  // received and not consumed

 private:
  bool decrypt();

  Ssl ssl_;
  BIO* in_;  // both belong to ssl_
  BIO* out_;
};

// What sessions are made of, and the context that opened() hands on to them.
struct TlsTransport {
  const tenon_session_api* sessions = nullptr;
  void* context = nullptr;
  SslContext tls;
};
// The transport as an MPM drives it; the context of opened() is a TlsTransport.
const tenon_session_api& tls_session_api();

}  // namespace tenon::sim
