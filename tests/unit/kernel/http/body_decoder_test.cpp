// SPDX-License-Identifier: Apache-2.0
#include "http/body_decoder.hpp"

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
Outcome read(BodyDecoder& decoder, std::string_view bytes, size_t piece) {
  Outcome outcome;
  std::string buffer;
  while (outcome.status < 0 && !bytes.empty()) {
    const std::string_view more = bytes.substr(0, piece);
    buffer += more;
    bytes.remove_prefix(more.size());
    std::string_view rest = buffer;
    std::string_view data;
    BodyDecoder::Progress progress = BodyDecoder::Progress::Data;
    while ((progress = decoder.next(rest, data)) == BodyDecoder::Progress::Data) {
      outcome.body += data;
    }
    buffer.erase(0, buffer.size() - rest.size());
    if (progress == BodyDecoder::Progress::Complete) outcome.status = 0;
    if (progress == BodyDecoder::Progress::Refused) outcome.status = decoder.refusal().status;
  }
  outcome.rest = buffer + std::string(bytes);
  return outcome;
}

Outcome read_chunked(std::string_view bytes, size_t piece = SIZE_MAX, uint64_t bytes_max = 1000) {
  BodyDecoder decoder;
  decoder.begin_chunked(bytes_max);
  return read(decoder, bytes, piece);
}

TEST(BodyDecoder, TakesAsMuchAsWasAnnounced) {
  BodyDecoder decoder;
  decoder.begin_length(5);

  const Outcome outcome = read(decoder, "helloGET /", 3);

  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.body, "hello");
  EXPECT_EQ(outcome.rest, "GET /");
}

TEST(BodyDecoder, JoinsChunksHoweverTheyArrive) {
  const std::string bytes =
      "5\r\nhello\r\n1;name=value\r\n,\r\n006 ; x = \"\\\";\"\t;y\r\n world\r\n0\r\nTrailer: "
      "x\r\n\r\nGET /";
  for (size_t piece = 1; piece <= bytes.size(); ++piece) {
    const Outcome outcome = read_chunked(bytes, piece);
    EXPECT_EQ(outcome.status, 0) << piece;
    EXPECT_EQ(outcome.body, "hello, world") << piece;
    EXPECT_EQ(outcome.rest, "GET /") << piece;
  }
}

TEST(BodyDecoder, RefusesMalformedChunks) {
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
      "5;\r\n",
      "5;=x\r\n",
      "5;x=\r\n",
      "5;x=\"y\r\n",
      "5;x=\"y\"z\r\n",
      "5;x y\r\n",
      "5\r\r\n",
      "5\rx\n",
      "5\r\nhello\rx",
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

TEST(BodyDecoder, RefusesChunksBeyondTheLimitBeforeReadingThem) {
  EXPECT_EQ(read_chunked("b\r\n", 1, 10).status, 413);
  EXPECT_EQ(read_chunked("a\r\n0123456789\r\n1\r\n", 1, 10).status, 413);
  EXPECT_EQ(read_chunked("fffffffffffffff\r\n").status, 413);
}

TEST(BodyDecoder, TakesLeadingZeros) {
  EXPECT_EQ(read_chunked(std::string(30, '0') + "1\r\na\r\n000\r\n\r\n").body, "a");
}

// RFC 9112 §7.1.1: a limit for the sum of all extensions.
TEST(BodyDecoder, RefusesExtensionsThatOutweighTheBody) {
  const auto body = [](size_t chunk_bytes) {
    std::string bytes;
    for (int i = 0; i < 100; ++i) {
      bytes += "64;x=" + std::string(chunk_bytes, 'y') + "\r\n" + std::string(100, 'b') + "\r\n";
    }
    return bytes + "0\r\n\r\n";
  };

  EXPECT_EQ(read_chunked(body(90), SIZE_MAX, 10'000).status, 0);
  EXPECT_EQ(read_chunked(body(200), SIZE_MAX, 10'000).status, 400);
}

TEST(BodyDecoder, ShowsTrailersThatChangeNothing) {
  BodyDecoder decoder;
  decoder.begin_chunked(10);
  const std::string bytes =
      "0\r\nX-Sum:\t 42 \r\nContent-Length: 3\r\nHost: y\r\nIf-Match: *\r\n"
      "Empty:\r\n\r\n";

  EXPECT_EQ(read(decoder, bytes, 1).status, 0);

  ASSERT_EQ(decoder.n_trailers(), 2u);
  EXPECT_EQ(view(decoder.trailers()[0].name), "x-sum");
  EXPECT_EQ(view(decoder.trailers()[0].value), "42");
  EXPECT_EQ(view(decoder.trailers()[1].name), "empty");
  EXPECT_EQ(view(decoder.trailers()[1].value), "");
}

TEST(BodyDecoder, LimitsTrailers) {
  std::string bytes = "0\r\n";
  for (int i = 0; i < 1000; ++i) {
    bytes += "Name: value value value\r\n";
  }

  EXPECT_EQ(read_chunked(bytes + "\r\n").status, 431);
}

}  // namespace
}  // namespace tenon::http
