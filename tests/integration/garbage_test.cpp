// SPDX-License-Identifier: Apache-2.0
// Requests that are none: the right 4xx or a graceful close, and the server goes on.
#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "support/served.hpp"

namespace tenon::support {
namespace {

struct Garbage {
  const char* name;
  std::string bytes;
  std::vector<int> statuses;  // any of these; 0: closed without an answer
};

void PrintTo(const Garbage& garbage, std::ostream* out) {
  *out << garbage.name;
}

class GarbageRequest : public ::testing::TestWithParam<Garbage> {};

TEST_P(GarbageRequest, IsRefusedAndTheServerGoesOn) {
  const Served& served = usual_server();
  ASSERT_TRUE(served.up());
  HttpConnection connection(served.port());

  ASSERT_TRUE(connection.send(GetParam().bytes));
  const Response answer = connection.receive();

  const auto& statuses = GetParam().statuses;
  EXPECT_NE(std::find(statuses.begin(), statuses.end(), answer.status), statuses.end())
      << "status " << answer.status << " " << answer.body.substr(0, 200);
  EXPECT_TRUE(connection.socket().closed_by_peer()) << "what follows could be anything";
  EXPECT_EQ(get(served.port(), "/hello").status, 200);
  EXPECT_EQ(served.server().ready().generation, 1u) << served.server().err();
}

std::string random_bytes(size_t size) {
  std::mt19937 generator(2);
  std::string bytes(size, '\0');
  for (char& byte : bytes)
    byte = static_cast<char>(generator());
  return bytes;
}

std::string with_fields(const std::string& fields) {
  return "GET /hello HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
}

std::string many_fields(int count) {
  std::string fields;
  for (int i = 0; i < count; ++i)
    fields += "X-" + std::to_string(i) + ": 1\r\n";
  return fields;
}

std::vector<Garbage> all_garbage() {
  const std::string long_text(40 * 1024, 'a');
  const std::string chunked =
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  return {
      {"binary", random_bytes(4096) + "\r\n\r\n", {400, 0}},
      {"tls_hello", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), {400, 0}},
      {"no_version", "GET /\r\n\r\n", {400}},
      {"one_word", "HELP\r\n\r\n", {400}},
      {"bare_lf", "GET /hello HTTP/1.1\nHost: x\n\n", {400}},
      {"lf_after_fields", "GET /hello HTTP/1.1\r\nHost: x\n\r\n", {400}},
      {"bare_cr", "GET /hello HTTP/1.1\r\nHost: x\rX: y\r\n\r\n", {400}},
      {"space_before_colon", with_fields("Name : value\r\n"), {400}},
      {"folded_field", with_fields("Name: a\r\n b\r\n"), {400}},
      {"field_without_colon", with_fields("Name\r\n"), {400}},
      {"nul_in_field", with_fields(std::string("Name: a\0b\r\n", 11)), {400}},
      {"no_host", "GET /hello HTTP/1.1\r\n\r\n", {400}},
      {"two_hosts", with_fields("Host: y\r\n"), {400}},
      {"bad_host", "GET /hello HTTP/1.1\r\nHost: a/b\r\n\r\n", {400}},
      {"http2_version", "GET /hello HTTP/2.0\r\nHost: x\r\n\r\n", {505}},
      {"http2_preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400, 505}},
      {"old_version", "GET /hello HTTP/0.9\r\nHost: x\r\n\r\n", {400, 505}},
      {"long_target", "GET /" + long_text + " HTTP/1.1\r\nHost: x\r\n\r\n", {414}},
      {"large_field", with_fields("Name: " + long_text + "\r\n"), {431}},
      {"many_fields", with_fields(many_fields(200)), {431}},
      {"two_lengths", with_fields("Content-Length: 1\r\nContent-Length: 2\r\n"), {400}},
      {"signed_length", with_fields("Content-Length: +1\r\n"), {400}},
      {"huge_length", with_fields("Content-Length: 99999999999999999999\r\n"), {400, 413}},
      {"length_and_coding",
       "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: "
       "chunked\r\n\r\nabcd",
       {400}},
      {"unknown_coding",
       "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: magic\r\n\r\n",
       {400, 501}},
      {"bad_chunk", chunked + "zz\r\nabc\r\n", {400, 501}},
      {"body_too_large",
       "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n",
       {413}},
  };
}

INSTANTIATE_TEST_SUITE_P(
    All,
    GarbageRequest,
    ::testing::ValuesIn(all_garbage()),
    [](const auto& garbage) { return std::string(garbage.param.name); }
);

TEST(GarbageStreams, RandomStreamsNeverHurtTheServer) {
  const Served& served = usual_server();
  ASSERT_TRUE(served.up());

  for (size_t size = 1; size <= 65536; size *= 2) {
    HttpConnection connection(served.port());
    connection.send(random_bytes(size));  // may well be refused half way
    if (size % 3 == 1) connection.socket().reset();
  }

  EXPECT_EQ(get(served.port(), "/").status, 200);
  EXPECT_EQ(served.server().ready().generation, 1u) << served.server().err();
}

}  // namespace
}  // namespace tenon::support
