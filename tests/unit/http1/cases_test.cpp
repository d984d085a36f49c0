// SPDX-License-Identifier: Apache-2.0
#include "tests/http1/cases.hpp"

#include <gtest/gtest.h>

#include "tests/http1/answer.hpp"
#include "tests/unit/places.hpp"

namespace tenon::http1 {
namespace {

TEST(CaseFile, GivesBytesAndAnswers) {
  const File file = parse_file(
      "x.md",
      "# Title\n\n```toml\n[server]\n```\n\n## Does it\n\nRFC 0.\n\n"
      "```http required\nGET / HTTP/1.1\nA: \\x41\\t\\{3*b\\0}\n\nbody\\\n```\n\n"
      "```answers after 20ms\n100\n\nHEAD 200\nName: value\nOther: *\nno Third\n> one\n> "
      "two\n\ncloses\n```\n"
  );

  ASSERT_TRUE(file.faults.empty()) << file.faults[0].message;
  EXPECT_EQ(file.config, "[server]\n");
  ASSERT_EQ(file.cases.size(), 1u);
  const Case& only = file.cases[0];
  EXPECT_EQ(only.place(), "x.md:7");
  EXPECT_EQ(only.name, "Does it");
  EXPECT_EQ(only.scope, Scope::Required);
  ASSERT_EQ(only.steps.size(), 1u);
  const Step& step = only.steps[0];
  EXPECT_EQ(step.bytes, std::string("GET / HTTP/1.1\r\nA: A\tb\0b\0b\0\r\n\r\nbody", 35));
  EXPECT_EQ(step.wait_ms, 20u);
  EXPECT_TRUE(step.closes);
  ASSERT_EQ(step.answers.size(), 2u);
  EXPECT_EQ(step.answers[0].status, 100);
  EXPECT_TRUE(step.answers[1].to_head);
  ASSERT_EQ(step.answers[1].fields.size(), 2u);
  EXPECT_EQ(step.answers[1].fields[0].second, "value");
  EXPECT_FALSE(step.answers[1].fields[1].second);
  EXPECT_EQ(step.answers[1].absent, std::vector<std::string>{"Third"});
  EXPECT_EQ(step.answers[1].body, "one\r\ntwo");
}

TEST(CaseFile, NamesTheLineOfAFault) {
  struct FaultCase {
    const char* text;
    size_t line;
  };
  const FaultCase cases[] = {
      {"# Title\n", 1},
      {"```http\n```\n## A\n```http\nx\n```\n```answers\nopen\n```\n", 1},
      {"## A\n```http\n\\q\n```\n```answers\nopen\n```\n", 3},
      {"## A\n```http\n\\{x*a}\n```\n```answers\nopen\n```\n", 3},
      {"## A\n```http wrong\nx\n```\n```answers\nopen\n```\n", 2},
      {"## A\n```http\nx\n```\n```answers soon\nopen\n```\n", 5},
      {"## A\n```http\nx\n```\n```answers\n20\nopen\n```\n", 6},
      {"## A\n```http\nx\n```\n```answers\n200\nName\nopen\n```\n", 7},
      {"## A\n```http\nx\n```\n```answers\nopen\n200\n```\n", 7},
      {"## A\n```http\nx\n```\n", 4},
      {"## A\n```https\nx\n```\n", 2},
      {"## A\n```http\nx\n```\n```answers\nopen\n```\n## A\n", 8},
  };
  for (const FaultCase& c : cases) {
    const File file = parse_file("x.md", c.text);
    ASSERT_FALSE(file.faults.empty()) << c.text;
    EXPECT_EQ(file.faults[0].line, c.line) << c.text << file.faults[0].message;
  }
}

TEST(CaseFile, ThereAreManyCases) {
  size_t count = 0;
  for (const File& file : read_folder(source_folder() + "/tests/http1")) {
    count += file.cases.size();
  }
  EXPECT_GE(count, 250u);
}

struct Reading {
  const char* bytes;
  Read read;
};

TEST(StrictClient, ReadsWhatIsAnAnswerAndNothingElse) {
  const Reading readings[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", Read::Complete},
      {"HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nA: b\r\n\r\n",
       Read::Complete},
      {"HTTP/1.1 200 OK\r\n\r\nab", Read::Complete},
      {"HTTP/1.1 204 No Content\r\n\r\n", Read::Complete},
      {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na", Read::More},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n", Read::More},
      {"HTTP/1.1 200 OK\r\nA: b\r\n", Read::More},
      {"HTTP/1.1 200\r\n\r\n", Read::Malformed},
      {"HTTP/2.0 200 OK\r\n\r\n", Read::Malformed},
      {"HTTP/1.1 200 OK\r\nA : b\r\n\r\n", Read::Malformed},
      {"HTTP/1.1 200 OK\r\nA: b\nc\r\n\r\n", Read::Malformed},
      {"HTTP/1.1 200 OK\r\nContent-Length: 2x\r\n\r\nab", Read::Malformed},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n", Read::Malformed},
  };
  for (const Reading& reading : readings) {
    std::string_view bytes = reading.bytes;
    Answer answer;
    EXPECT_EQ(take_answer(bytes, false, true, answer), reading.read) << reading.bytes;
  }
}

TEST(StrictClient, NamesWhatIsWrong) {
  Answer answer;
  answer.status = 200;
  answer.version = "HTTP/1.1";
  answer.fields = {{"Date", "x"}, {"A", "b"}};
  answer.body = "body";
  Expected expected;
  expected.status = 200;
  EXPECT_EQ(mismatch(expected, answer), "");
  EXPECT_EQ(misbehaviour(Step(), 0, answer), "");

  expected.body = "other";
  EXPECT_NE(mismatch(expected, answer), "");
  expected.body.reset();
  expected.absent = {"a"};
  EXPECT_EQ(mismatch(expected, answer), "there is a field a");
  expected.absent.clear();
  expected.fields = {{"a", "c"}};
  EXPECT_EQ(mismatch(expected, answer), "a is \"b\" instead of \"c\"");

  Step last;
  last.answers.emplace_back();
  last.closes = true;
  EXPECT_EQ(misbehaviour(last, 0, answer), "it does not say that the connection closes");
}

}  // namespace
}  // namespace tenon::http1
