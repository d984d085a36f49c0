// SPDX-License-Identifier: Apache-2.0
// The cases of tests/http1 on the parsers alone: what they refuse must be what the cases say, and
// what they take must not be refused by them.
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/diagnostics.hpp"
#include "config/config.hpp"
#include "http/body_decoder.hpp"
#include "http/head_scanner.hpp"
#include "http/request_head.hpp"
#include "tests/http1/params.hpp"
#include "tests/unit/places.hpp"

namespace tenon::http1 {
namespace {

constexpr size_t kArenaBytes = 1024 * 1024;

// Takes the requests of a connection apart until one is refused or the bytes end.
class Reader {
 public:
  explicit Reader(const config::Limits& limits) : limits_(limits) {}

  void feed(std::string_view bytes) {
    buffer_ += bytes;
    while (refusal_ == 0 && (in_body_ ? read_body() : read_head())) {
    }
  }
  int refusal() const { return refusal_; }           // 0: none
  size_t n_requests() const { return n_requests_; }  // before it
  const std::string& bodies() const { return bodies_; }

 private:
  bool read_head();
  bool read_body();
  bool refuse(const http::Refusal& refusal) {
    refusal_ = refusal.status;
    return false;
  }

  const config::Limits limits_;
  http::HeadScanner scanner_;
  http::BodyDecoder decoder_;
  std::string buffer_;
  std::string bodies_;
  bool in_body_ = false;
  bool blank_line_skipped_ = false;
  size_t n_requests_ = 0;
  int refusal_ = 0;
};

// False: more bytes are needed, or it is refused.
bool Reader::read_head() {
  if (!blank_line_skipped_ && buffer_.starts_with("\r\n")) {
    blank_line_skipped_ = true;
    buffer_.erase(0, 2);
  }
  if (buffer_.empty() || (!blank_line_skipped_ && buffer_ == "\r")) return false;
  if (!scanner_.scan(buffer_, limits_)) return false;
  if (scanner_.refusal()) return refuse(scanner_.refusal());
  const size_t size = scanner_.head_bytes();
  const std::unique_ptr<char[]> copy(new char[size]);  // of its very size, for sanitizers
  std::memcpy(copy.get(), buffer_.data(), size);
  Arena arena(kArenaBytes);
  http::RequestHead head;
  const http::Refusal refusal =
      parse_request_head(copy.get(), size, scanner_.n_fields(), limits_, arena, head);
  if (refusal) return refuse(refusal);
  buffer_.erase(0, size);
  scanner_.reset();
  blank_line_skipped_ = false;
  in_body_ = true;
  if (head.chunked) {
    decoder_.begin_chunked(limits_.body_bytes);
  } else {
    decoder_.begin_length(static_cast<uint64_t>(std::max<int64_t>(head.content_length, 0)));
  }
  return true;
}

bool Reader::read_body() {
  using Progress = http::BodyDecoder::Progress;
  std::string_view rest = buffer_;
  std::string_view data;
  Progress progress = Progress::Data;
  while ((progress = decoder_.next(rest, data)) == Progress::Data) {
    bodies_ += data;
  }
  buffer_.erase(0, buffer_.size() - rest.size());
  if (progress == Progress::Refused) return refuse(decoder_.refusal());
  if (progress == Progress::More) return false;
  in_body_ = false;
  ++n_requests_;
  return true;
}

std::vector<const Expected*> final_answers(const Case& test) {
  std::vector<const Expected*> all;
  for (const Step& step : test.steps) {
    for (const Expected& answer : step.answers) {
      if (answer.status / 100 != 1) all.push_back(&answer);
    }
  }
  return all;
}

// Nobody but the parsers gives these.
bool only_by_parser(int status) {
  return status == 400 || status == 414 || status == 417 || status == 421 || status == 431 ||
         status == 505;
}

class OnTheParser : public ::testing::TestWithParam<Param> {
 protected:
  void expect_as_written(size_t piece) {
    const Case& test = GetParam().test;
    Reader reader(limits());
    for (const Step& step : test.steps) {
      for (size_t at = 0; at < step.bytes.size(); at += piece) {
        reader.feed(std::string_view(step.bytes).substr(at, piece));
      }
      if (step.finish || step.closes) break;
    }
    judge(reader);
  }

 private:
  config::Limits limits() const {
    Diagnostics diagnostics;
    const std::string& text = GetParam().config;
    const config::Config parsed = config::parse({{}, {{"cases.toml", text}}}, diagnostics);
    EXPECT_FALSE(diagnostics.has_errors()) << diagnostics.text();
    return parsed.limits;
  }

  void judge(const Reader& reader) const {
    const std::vector<const Expected*> answers = final_answers(GetParam().test);
    const bool finished = GetParam().test.steps.back().finish;
    if (reader.refusal() != 0 && answers.size() > reader.n_requests()) {
      EXPECT_EQ(reader.refusal(), answers[reader.n_requests()]->status);
    } else if (!answers.empty() && !finished) {
      EXPECT_FALSE(only_by_parser(answers.back()->status)) << "the parsers take it";
    }
    if (!answers.empty() && answers[0]->body &&
        GetParam().test.steps[0].bytes.starts_with("POST /echo ")) {
      EXPECT_TRUE(reader.bodies().starts_with(*answers[0]->body)) << reader.bodies();
    }
  }
};

TEST_P(OnTheParser, RefusesWhatIsToBeRefused) {
  const Case& test = GetParam().test;
  SCOPED_TRACE(test.place());
  ASSERT_FALSE(test.steps.empty()) << test.place() << ": " << test.name;

  expect_as_written(SIZE_MAX / 2);
  expect_as_written(1);
}

INSTANTIATE_TEST_SUITE_P(
    Http1, OnTheParser, ::testing::ValuesIn(all_cases(source_folder() + "/tests/http1")), test_name
);

}  // namespace
}  // namespace tenon::http1
