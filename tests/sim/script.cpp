// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/script.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace tenon::sim {
namespace {

constexpr std::array<const char*, kKinds> kNames = {
    "echo",  "partial", "early", "relay", "stream", "tickle", "ticket", "both",  "file", "cached",
    "rerun", "twice",   "over",  "none",  "next",   "fail",   "silent", "stuck", "odd",  "short"};

size_t some_size(Random& random, bool large) {
  switch (random.below(10)) {
    case 0:
    case 1:
    case 2:
      return 0;
    case 3:
    case 4:
    case 5:
    case 6:
      return random.between(1, 100);
    case 7:
    case 8:
      return random.between(101, 20'000);
    default:
      return random.between(20'001, large ? 400'000 : 40'000);
  }
}

std::string hex(size_t number, Random& random) {
  static constexpr std::string_view kLower = "0123456789abcdef";
  static constexpr std::string_view kUpper = "0123456789ABCDEF";
  std::string text;
  for (; number != 0; number /= 16) {
    text.insert(text.begin(), (random.one_in(2) ? kLower : kUpper)[number % 16]);
  }
  return text;
}

// A body in chunks of random sizes, with extensions and trailers now and then.
std::string chunked(std::string_view body, Random& random) {
  static constexpr std::array<std::string_view, 4> kExtensions = {
      "", "", ";a", ";name=\"a \\\" b\";x=y"};
  std::string wire;
  while (!body.empty()) {
    const size_t size = std::min(body.size(), random.between(1 + body.size() / 20, body.size()));
    wire += hex(size, random);
    wire += random.pick(kExtensions);
    wire += "\r\n";
    wire += body.substr(0, size);
    wire += "\r\n";
    body.remove_prefix(size);
  }
  wire += random.one_in(3) ? "000" : "0";
  wire += random.pick(kExtensions);
  wire += "\r\n";
  if (random.one_in(4)) wire += "X-Sum: 1\r\nx-other:\r\n";
  return wire + "\r\n";
}

bool fits(Kind kind, char zone, char mode) {
  if (kind == Kind::Relay || kind == Kind::Partial) return !is_whole(mode);
  if (kind == Kind::Rerun) return mode == 'l' && zone != 'r';
  return true;
}

// What zone and filters leave of an answer's body.
void filter(ScriptRequest& request, char zone) {
  if (zone != 'f' || !is_filtered(request.id) || request.expected.status != 200) return;
  request.expected.text += kFilterEnd;
}

std::string stream_text(uint32_t id) {
  size_t total = 0;
  for (const size_t size : pieces_of(id)) {
    total += size;
  }
  return text_of(id, total);
}

void expect_body(ScriptRequest& request, std::string_view body, char zone) {
  const bool filtered = zone == 'f' && is_filtered(request.id);
  Expected& expected = request.expected;
  expected.body = true;
  switch (request.kind) {
    case Kind::Relay:
      expected.any_frame = true;
      [[fallthrough]];
    case Kind::Echo:
    case Kind::Rerun:
      expected.text = filtered ? filter_request(body) : std::string(body);
      return;
    case Kind::Partial:
      expected.text = filtered ? filter_request(body) : std::string(body);
      expected.text.resize(std::min(expected.text.size(), kPartialBytes));
      return;
    case Kind::Stream:
    case Kind::Tickle:
      expected.any_frame = true;
      expected.text = stream_text(request.id);
      return;
    case Kind::File:
    case Kind::Cached: {
      const Range range = range_of(request.id);
      expected.text = file_text(range.file, range.offset, range.length);
      return;
    }
    case Kind::Over:
      expected.any_frame = true;
      expected.text = text_of(request.id, 10);
      return;
    default:
      expected.text = text_of(request.id, 20);
      return;
  }
}

void expect(ScriptRequest& request, std::string_view body, char zone, char mode) {
  switch (request.kind) {
    case Kind::NoContent:
      request.expected = {204, true, "", false, false};
      break;
    case Kind::Next:
      request.expected.status = 404;
      break;
    case Kind::Fail:
    case Kind::Unanswered:
    case Kind::Stuck:
    case Kind::Wrong:
      request.expected.status = 500;
      break;
    case Kind::Short:
      // The head leaves when a LOOP hook returns; in the pool it is out already.
      request.expected.cut = mode == 'p' || mode == 'q';
      if (!request.expected.cut) request.expected.status = 500;
      break;
    default:
      expect_body(request, body, zone);
      break;
  }
  filter(request, zone);
  if (request.is_head) request.expected.text.clear();
  // Nothing of a body is promised to HEAD, so nothing can be missing.
  if (request.is_head) request.expected.any_frame = true;
}

bool reads_body(Kind kind) {
  return kind == Kind::Echo || kind == Kind::Relay || kind == Kind::Rerun;
}

struct Shape {
  bool old = false;  // HTTP/1.0
  bool in_chunks = false;
  std::string_view method = "GET";
  char zone = 'p';
  char mode = 'l';
};

Shape some_shape(Random& random, Kind kind) {
  static constexpr std::array<std::string_view, 8> kMethods = {
      "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "GET"};
  Shape shape;
  shape.old = random.one_in(8) && kind != Kind::Relay;
  shape.in_chunks = !shape.old && random.one_in(2);
  shape.method = random.pick(kMethods);
  do {
    shape.zone = kZones[random.below(kZones.size())];
    shape.mode = kModes[random.below(kModes.size())];
  } while (!fits(kind, shape.zone, shape.mode));
  return shape;
}

void write_head(ScriptRequest& request, const Shape& shape, Random& random) {
  static constexpr std::array<std::string_view, 5> kFields = {
      "Accept: */*\r\n", "TE: trailers\r\n", "X-Empty:\r\n", "x-long: a,\tb  c \r\n", ""};
  std::string& head = request.head;
  head = shape.method;
  head += " /";
  head += shape.zone;
  head += shape.mode;
  head += std::string("/") + name_of(request.kind) + "/" + std::to_string(request.id);
  if (random.one_in(4)) head += "?q=%41&x";
  head += shape.old ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n";
  head += "Host: example.com\r\n";
  head += random.pick(kFields);
  if (shape.old && random.one_in(2)) {
    head += "Connection: keep-alive\r\n";
  } else if (shape.old) {
    request.closes = true;
  } else if (random.one_in(12)) {
    head += "Connection: close\r\n";
    request.closes = true;
  }
}

void write_body(ScriptRequest& request, const Shape& shape, std::string_view body, Random& random) {
  if (shape.in_chunks && !(body.empty() && random.one_in(2))) {
    request.head += "Transfer-Encoding: chunked\r\n";
    request.body = chunked(body, random);
  } else if (!body.empty() || random.one_in(3)) {
    request.head += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    request.body = body;
  }
  const bool asks = !shape.old && !request.body.empty() && random.one_in(4);
  if (asks) request.head += "Expect: 100-continue\r\n";
  request.waits = asks;
  request.head += "\r\n";
}

ScriptRequest some_request(uint32_t id, Random& random, bool peaceful) {
  ScriptRequest request;
  request.id = id;
  request.kind = static_cast<Kind>(random.below(kKinds));
  if (request.kind == Kind::Short && !random.one_in(4)) request.kind = Kind::Echo;
  const Shape shape = some_shape(random, request.kind);
  request.is_head = shape.method == "HEAD";
  const bool takes_all = reads_body(request.kind);
  const std::string body = text_of(id + 7, some_size(random, takes_all || !peaceful));
  write_head(request, shape, random);
  write_body(request, shape, body, random);
  expect(request, body, shape.zone, shape.mode);
  return request;
}

// Whether the connection lasts when an answer overtakes "100 Continue" depends on what has arrived:
// only who reads the body first is asked.
void settle_expectation(ScriptRequest& request) {
  constexpr std::string_view kExpect = "Expect: 100-continue\r\n";
  if (!request.waits || (reads_body(request.kind) && request.kind != Kind::Relay)) return;
  request.waits = false;
  request.head.erase(request.head.find(kExpect), kExpect.size());
}

}  // namespace

const char* name_of(Kind kind) {
  return kNames[static_cast<size_t>(kind)];
}

bool find_kind(std::string_view name, Kind& out) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  out = static_cast<Kind>(found - kNames.begin());
  return found != kNames.end();
}

bool is_whole(char mode) {
  return mode == 'w' || mode == 'q';
}

Script make_script(Random& random, bool peaceful) {
  Script script;
  script.peaceful = peaceful;
  script.clients.resize(random.between(1, 3));
  uint32_t id = static_cast<uint32_t>(random.between(1, 1000)) * 100;
  for (ClientScript& client : script.clients) {
    for (size_t left = random.between(1, 7); left != 0; --left) {
      ++id;
      if (random.one_in(12)) {
        ScriptRequest& bad = client.requests.emplace_back();
        bad.id = id;
        bad.bad = bad.closes = true;
        bad.expected.status = 0;
        bad.head = bad_request(random);
        continue;
      }
      client.requests.push_back(some_request(id, random, peaceful));
      if (peaceful) settle_expectation(client.requests.back());
    }
  }
  return script;
}

std::string text_of(uint32_t id, size_t size, size_t offset) {
  const std::string word = "text" + std::to_string(id) + ".";
  std::string text;
  text.reserve(size + word.size());
  if (size != 0) text = word.substr(offset % word.size());
  while (text.size() < size) {
    text += word;
  }
  text.resize(size);
  return text;
}

std::vector<size_t> pieces_of(uint32_t id) {
  Random random(id + 1'000'000);
  std::vector<size_t> pieces(random.between(0, 8));
  const bool large = random.one_in(6);
  for (size_t& piece : pieces) {
    piece = some_size(random, large);
  }
  return pieces;
}

size_t file_size(size_t file) {
  constexpr size_t kSizes[kFiles] = {0, 1000, 5'000'000};
  return kSizes[file];
}

// Of a file that it does not know the MPM in memory reads 'F's.
std::string file_text(size_t file, size_t offset, size_t length) {
  if (file == kLargeFile) return std::string(length, 'F');
  return text_of(static_cast<uint32_t>(file), length, offset);
}

Range range_of(uint32_t id) {
  Random random(id + 2'000'000);
  const size_t file = random.one_in(16) ? kLargeFile : random.below(kLargeFile);
  const size_t size = file_size(file);
  const size_t offset = random.below(size + 1);
  const size_t left = size - offset;
  return {file, offset, random.one_in(2) ? left : random.below(left + 1)};
}

bool is_filtered(uint32_t id) {
  return id % 5 != 0;
}

std::string filter_request(std::string_view body) {
  std::string upper(body);
  std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char byte) {
    return static_cast<char>(std::toupper(byte));
  });
  return upper;
}

}  // namespace tenon::sim
