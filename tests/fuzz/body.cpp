// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <memory>
#include <string>

#include <tenon/cpp/text.hpp>

#include "http/body_decoder.hpp"
#include "http/grammar.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/sim/random.hpp"

// A chunked body, and what follows it.
namespace tenon::fuzz {
namespace {

using http::BodyDecoder;
using Progress = BodyDecoder::Progress;

constexpr size_t kBytesMax = 4096;

struct Decoded {
  std::string data;
  Progress end = Progress::More;
  int status = 0;
  size_t consumed = 0;  // when it is complete
  size_t n_trailers = 0;

  bool operator==(const Decoded&) const = default;
};

// Shows ever more bytes behind those that are left; each time in memory of exactly that size.
Decoded decode(std::string_view bytes, size_t piece_max, uint64_t seed) {
  sim::Random random(seed);
  BodyDecoder decoder;
  decoder.begin_chunked(kBytesMax);
  Decoded decoded;
  size_t begin = 0;
  size_t end = 0;
  while (decoded.end == Progress::More && end < bytes.size()) {
    end += std::min(bytes.size() - end, random.between(1, piece_max));
    const std::unique_ptr<char[]> block(new char[end - begin]);
    std::copy(
        bytes.begin() + static_cast<std::ptrdiff_t>(begin),
        bytes.begin() + static_cast<std::ptrdiff_t>(end),
        block.get()
    );
    std::string_view rest(block.get(), end - begin);
    std::string_view data;
    while ((decoded.end = decoder.next(rest, data)) == Progress::Data) {
      check(!data.empty(), "an empty part of a body");
      decoded.data += data;
    }
    begin = end - rest.size();
  }
  if (decoded.end == Progress::Refused) decoded.status = decoder.refusal().status;
  if (decoded.end != Progress::Complete) return decoded;
  decoded.consumed = begin;
  decoded.n_trailers = decoder.n_trailers();
  for (size_t i = 0; i < decoder.n_trailers(); ++i) {
    check(http::is_token(view(decoder.trailers()[i].name)), "a trailer's name is no token");
    check(
        http::all_are(http::kFieldChar, view(decoder.trailers()[i].value)),
        "a trailer's value holds a control character"
    );
  }
  return decoded;
}

std::string encode(std::string_view data) {
  std::string wire;
  if (!data.empty()) {
    char size[16];
    wire.assign(size, std::to_chars(size, size + sizeof size, data.size(), 16).ptr);
    wire += "\r\n";
    wire += data;
    wire += "\r\n";
  }
  return wire + "0\r\n\r\n";
}

}  // namespace

void body(std::string_view input) {
  const Decoded whole = decode(input, SIZE_MAX / 2, 0);
  check(whole.data.size() <= kBytesMax, "the body is larger than it may be");
  check(decode(input, 1, 0) == whole, "byte by byte the body is another one");
  check(decode(input, 1 + input.size() / 4, input.size()) == whole, "in pieces it is another one");
  if (whole.end != Progress::Complete) return;
  const std::string wire = encode(whole.data);
  const Decoded again = decode(wire, 7, 1);
  check(again.end == Progress::Complete && again.data == whole.data, "encoded again it differs");
  check(again.consumed == wire.size(), "the end of a body is not where it is");
}

}  // namespace tenon::fuzz
