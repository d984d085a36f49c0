// SPDX-License-Identifier: Apache-2.0
// Prints how other servers do with the cases that hold for any of them; tests/http1/compare starts
// them and this.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "integration/http1_conversation.hpp"
#include "integration/http1_server.hpp"
#include "support/environment.hpp"
#include "tests/http1/cases.hpp"

namespace tenon::http1 {
namespace {

constexpr uint64_t kAnswerMs = 2000;
constexpr uint64_t kCloseMs = 400;

enum class Verdict {
  Right,
  OtherStatus,  // right, but for the status of what it refuses
  Wrong
};

bool is_final(int status) {
  return status / 100 != 1;
}

std::vector<int> wanted(const Case& test) {
  std::vector<int> all;
  for (const Step& step : test.steps) {
    for (const Expected& answer : step.answers) {
      if (is_final(answer.status)) all.push_back(answer.status);
    }
  }
  return all;
}

std::vector<int> got(const Case& test, const std::vector<Reaction>& reactions) {
  std::vector<int> all;
  for (size_t i = 0; i < std::min(reactions.size(), test.steps.size()); ++i) {
    for (const Answer& answer : reactions[i].answers) {
      if (is_final(answer.status)) all.push_back(answer.status);
    }
  }
  return all;
}

// No request may be read out of what was refused; whether the connection closes then is the
// server's affair, as long as nothing else is answered on it.
Verdict judge_refusal(
    const std::vector<int>& want, const std::vector<int>& have, const Reaction& last
) {
  const size_t before = want.size() - 1;
  if (have.size() < before || last.rest.find("HTTP/1.") != std::string::npos) return Verdict::Wrong;
  const bool served =
      std::all_of(have.begin(), have.begin() + static_cast<std::ptrdiff_t>(before), [](int status) {
        return status < 400;
      });
  if (!served) return Verdict::Wrong;
  const bool silent = have.size() == before;
  if (silent) return last.closed && last.rest.empty() ? Verdict::OtherStatus : Verdict::Wrong;
  if (have.back() < 400) return Verdict::Wrong;
  return have.back() == want.back() ? Verdict::Right : Verdict::OtherStatus;
}

// Every request answered, none refused, and the connection as it should be.
Verdict judge_service(
    const Case& test,
    const std::vector<int>& want,
    const std::vector<int>& have,
    const std::vector<Reaction>& reactions
) {
  if (want.size() != have.size() || reactions.size() < test.steps.size()) return Verdict::Wrong;
  for (size_t i = 0; i < want.size(); ++i) {
    if ((want[i] < 400) != (have[i] < 400)) return Verdict::Wrong;
  }
  if (test.steps.back().closes) return reactions.back().closed ? Verdict::Right : Verdict::Wrong;
  return reactions.size() > test.steps.size() && !reactions.back().answers.empty() ? Verdict::Right
                                                                                   : Verdict::Wrong;
}

Verdict judge(const Case& test, const std::vector<Reaction>& reactions) {
  if (reactions.empty()) return Verdict::Wrong;
  const std::vector<int> want = wanted(test);
  const std::vector<int> have = got(test, reactions);
  const bool refused = test.steps.back().closes && want.back() >= 400;
  if (refused) return judge_refusal(want, have, reactions.back());
  return judge_service(test, want, have, reactions);
}

struct Score {
  size_t right = 0, other_status = 0, total = 0;
  std::vector<std::string> wrong;
};

void run(const std::string& name, uint16_t port, std::map<Scope, Score>& scores) {
  for (const File& file : read_folder(support::source_root() + "/tests/http1")) {
    const uint16_t own = name == "Tenon" ? serve(file.config).port() : port;
    for (const Case& test : file.cases) {
      if (test.scope == Scope::Own) continue;
      Score& score = scores[test.scope];
      ++score.total;
      const Verdict verdict = judge(test, converse(own, test, kAnswerMs, kCloseMs));
      if (verdict == Verdict::Right) ++score.right;
      if (verdict == Verdict::OtherStatus) ++score.other_status;
      if (verdict == Verdict::Wrong) score.wrong.push_back(test.place() + " " + test.name);
    }
  }
}

void print_row(const std::string& name, std::map<Scope, Score>& scores) {
  const Score& required = scores[Scope::Required];
  const Score& strict = scores[Scope::Strict];
  std::printf(
      "| %-16s | %3zu of %3zu | %3zu | %3zu of %3zu |\n",
      name.c_str(),
      required.right + required.other_status,
      required.total,
      required.right,
      strict.right + strict.other_status,
      strict.total
  );
  std::fflush(stdout);
}

// "NAME=PORT" of each server, between blanks.
std::vector<std::pair<std::string, uint16_t>> servers() {
  const char* const text = std::getenv("TENON_HTTP1_SERVERS");
  std::istringstream words(text != nullptr ? text : "");
  std::vector<std::pair<std::string, uint16_t>> all = {{"Tenon", 0}};
  for (std::string word; words >> word;) {
    const size_t sign = word.find('=');
    if (sign == std::string::npos) continue;
    all.emplace_back(word.substr(0, sign), static_cast<uint16_t>(std::atoi(&word[sign + 1])));
  }
  return all;
}

TEST(Http1Compare, DISABLED_PrintsATable) {
  std::map<std::string, std::map<Scope, Score>> results;
  std::puts("| server           | RFC: right | with our status | RFC lenient: strict |");
  std::puts("|---|---|---|---|");
  for (const auto& [name, port] : servers()) {
    run(name, port, results[name]);
    print_row(name, results[name]);
  }
  for (auto& [name, scores] : results) {
    for (auto& [scope, score] : scores) {
      for (const std::string& wrong : score.wrong) {
        std::printf(
            "%s, %s: %s\n",
            name.c_str(),
            scope == Scope::Required ? "wrong" : "lenient",
            wrong.c_str()
        );
      }
    }
  }
  EXPECT_TRUE(results["Tenon"][Scope::Required].wrong.empty());
  EXPECT_TRUE(results["Tenon"][Scope::Strict].wrong.empty());
}

}  // namespace
}  // namespace tenon::http1
