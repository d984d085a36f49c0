// SPDX-License-Identifier: Apache-2.0
#include "http/body_reader.hpp"

#include <string>

#include <tenon/cpp/text.hpp>

#include <gtest/gtest.h>

namespace tenon::http {
namespace {

struct Outcome {
  int status = -1;  // 0: complete, -1: wants more
  std::string body;
  std::string rest;  // not consumed
};

// Feeds `bytes` in pieces, showing again what was left over, as an MPM does.
Outcome read(BodyReader& reader, std::string_view bytes, size_t piece) {
  Outcome outcome;
  std::string buffer;
  while (outcome.status < 0 && !bytes.empty()) {
    const std::string_view more = bytes.substr(0, piece);
    buffer += more;
    bytes.remove_prefix(more.size());
    size_t used = 0;
    const BodyReader::Progress progress = reader.consume(buffer, used);
    buffer.erase(0, used);
    if (progress == BodyReader::Progress::Complete) outcome.status = 0;
    if (progress == BodyReader::Progress::Refused) outcome.status = reader.refusal().status;
  }
  outcome.body = std::string(view(reader.body()));
  outcome.rest = buffer + std::string(bytes);
  return outcome;
}

Outcome read_chunked(std::string_view bytes, size_t piece = SIZE_MAX, uint64_t bytes_max = 1000) {
  Arena arena(1024 * 1024);
  BodyReader reader;
  reader.begin_chunked(arena, bytes_max);
  return read(reader, bytes, piece);
}

TEST(BodyReader, TakesAsMuchAsWasAnnounced) {
  Arena arena(1024 * 1024);
  BodyReader reader;
  reader.begin_length(arena, 5);

  const Outcome outcome = read(reader, "helloGET /", 3);

  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.body, "hello");
  EXPECT_EQ(outcome.rest, "GET /");
}

TEST(BodyReader, GrowsWithALargeBody) {
  Arena arena(1024 * 1024);
  BodyReader reader;
  const std::string body(300'000, 'x');
  reader.begin_length(arena, body.size());

  EXPECT_EQ(read(reader, body, 1000).body, body);
}

TEST(BodyReader, JoinsChunksHoweverTheyArrive) {
  const std::string bytes =
      "5\r\nhello\r\n1;name=value\r\n,\r\n006 ; x\r\n world\r\n0\r\nTrailer: x\r\n\r\nGET /";
  for (size_t piece = 1; piece <= bytes.size(); ++piece) {
    const Outcome outcome = read_chunked(bytes, piece);
    EXPECT_EQ(outcome.status, 0) << piece;
    EXPECT_EQ(outcome.body, "hello, world") << piece;
    EXPECT_EQ(outcome.rest, "GET /") << piece;
  }
}

TEST(BodyReader, RefusesMalformedChunks) {
  const char* const bodies[] = {
      "\r\n",
      "x\r\n",
      "-1\r\n",
      "0x5\r\n",
      " 5\r\n",
      "5 \r\nhello\r\n",
      "5\nhello\r\n",
      "5\r\nhelloo\r\n",
      "5\r\nhello\n",
      "fffffffffffffffff\r\n",
      "5;\x01\r\n",
      "0\r\nNo colon\r\n",
      "0\r\n: x\r\n",
      "0\r\n folded\r\n",
      "0\r\n\n",
  };
  for (const char* const body : bodies) {
    EXPECT_EQ(read_chunked(body).status, 400) << body;
    EXPECT_EQ(read_chunked(body, 1).status, 400) << body;
  }
  EXPECT_EQ(read_chunked("5;" + std::string(300, 'x')).status, 400);
}

TEST(BodyReader, RefusesChunksBeyondTheLimitBeforeReadingThem) {
  EXPECT_EQ(read_chunked("b\r\n", 1, 10).status, 413);
  EXPECT_EQ(read_chunked("a\r\n0123456789\r\n1\r\n", 1, 10).status, 413);
  EXPECT_EQ(read_chunked("fffffffffffffff\r\n").status, 413);
}

TEST(BodyReader, LimitsTrailers) {
  std::string bytes = "0\r\n";
  for (int i = 0; i < 1000; ++i) {
    bytes += "Name: value value value\r\n";
  }

  EXPECT_EQ(read_chunked(bytes + "\r\n").status, 431);
}

}  // namespace
}  // namespace tenon::http
