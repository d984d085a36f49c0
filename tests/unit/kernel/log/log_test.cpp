// SPDX-License-Identifier: Apache-2.0
#include "kernel/log/log.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace tenon {
namespace {

// A log that writes to a fresh file below the tests' folder, and what it wrote.
class LogFile {
 public:
  explicit LogFile(const std::string& name, int32_t level = TENON_LOG_INFO, bool json = false)
      : path_(testing::TempDir() + "tenon_log_" + name + "/error.log") {
    std::remove(path_.c_str());
    Result<int64_t> file = open_log_file(path_);
    EXPECT_TRUE(file) << (file ? "" : file.error().text());
    file_ = file ? *file : -1;
    log.configure({.file = file_, .to_stderr = false, .level = level, .json = json});
  }
  ~LogFile() { close_log_file(file_); }

  std::string text() const {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  int64_t number() const { return file_; }

  Log log;

 private:
  std::string path_;
  int64_t file_ = -1;
};

TEST(Log, WritesTimeLevelMessageAndFields) {
  LogFile file("fields");
  const LogField fields[] = {{"address", "127.0.0.1:8080"}, {"reason", "a \"b\" c"}};

  file.log.write(TENON_LOG_INFO, "listening", fields, 2);

  const std::regex line(
      R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \[info\] listening address=127\.0\.0\.1:8080)"
      R"( reason="a \\"b\\" c")"
      "\n"
  );
  EXPECT_TRUE(std::regex_match(file.text(), line)) << file.text();
}

TEST(Log, WritesJson) {
  LogFile file("json", TENON_LOG_INFO, true);
  const LogField fields[] = {{"module", "a \"b\""}, {"level", "\xFF\n"}};

  file.log.write(TENON_LOG_WARN, "one\ttwo", fields, 2);

  const std::regex line(R"(\{"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","level":"warning",)"
                        R"("message":"one\\ttwo","module":"a \\"b\\"","level_":")"
                        "\xEF\xBF\xBD"
                        R"(\\n"\})"
                        "\n");
  EXPECT_TRUE(std::regex_match(file.text(), line)) << file.text();
}

TEST(Log, NamesItsLevels) {
  LogFile file("levels", TENON_LOG_DEBUG);

  file.log.write(TENON_LOG_DEBUG, "a");
  file.log.warn("b");
  file.log.error("c");

  EXPECT_NE(file.text().find("[debug] a\n"), std::string::npos);
  EXPECT_NE(file.text().find("[warning] b\n"), std::string::npos);
  EXPECT_NE(file.text().find("[error] c\n"), std::string::npos);
}

TEST(Log, DropsWhatIsBelowItsLevel) {
  LogFile file("level", TENON_LOG_WARN);

  file.log.info("quiet");

  EXPECT_FALSE(file.log.enabled(TENON_LOG_INFO));
  EXPECT_EQ(file.text(), "");
}

TEST(Log, EscapesControlCharacters) {
  LogFile file("escape");

  file.log.info("a\nb\x1b[31m\r");

  EXPECT_NE(file.text().find("[info] a\\nb\\x1b[31m\\x0d\n"), std::string::npos) << file.text();
}

TEST(Log, KeepsLinesOfThreadsApart) {
  LogFile file("threads");
  std::vector<std::thread> threads;

  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&file] {
      for (int n = 0; n < 100; ++n) {
        file.log.info("0123456789");
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }

  const std::string text = file.text();
  const std::regex line("[^\n]* \\[info\\] 0123456789\n");
  EXPECT_EQ(std::distance(std::sregex_iterator(text.begin(), text.end(), line), {}), 400);
}

TEST(Log, SaysHowManyLinesWereLost) {
  LogFile file("lost");
  constexpr int64_t kNoFile = 0x7ffffff0;  // whatever is written there fails
  file.log.info("before");
  const int64_t works = file.number();
  file.log.set_file(kNoFile);
  file.log.info("lost");
  file.log.info("lost too");
  file.log.set_file(works);

  file.log.info("after");
  file.log.info("later");

  const std::regex lines(
      "[^\n]* \\[info\\] before\n"
      "[^\n]* \\[warning\\] 2 lines were lost, because this log could not be written\n"
      "[^\n]* \\[info\\] after\n[^\n]* \\[info\\] later\n"
  );
  EXPECT_TRUE(std::regex_match(file.text(), lines)) << file.text();
}

TEST(Log, TakesOtherOptionsWhileThreadsWrite) {
  LogFile file("options");
  std::thread writer([&file] {
    for (int n = 0; n < 1000; ++n)
      file.log.info("line");
  });
  for (int n = 0; n < 100; ++n)
    file.log.configure({.file = file.number(), .to_stderr = false, .json = n % 2 == 0});
  writer.join();

  const std::string text = file.text();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1000);
}

TEST(Log, SaysWhyAFileCannotBeOpened) {
  const std::string folder = testing::TempDir() + "tenon_log_folder/error.log";
  Result<int64_t> inner = open_log_file(folder + "/inner.log");
  ASSERT_TRUE(inner);
  close_log_file(*inner);

  const Result<int64_t> file = open_log_file(folder);

  ASSERT_FALSE(file);
  EXPECT_NE(file.error().text().find("open the log " + folder), std::string::npos);
}

}  // namespace
}  // namespace tenon
