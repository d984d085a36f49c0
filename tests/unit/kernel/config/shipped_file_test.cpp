// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/kernel/config/shipped_file.hpp"

namespace tenon::config {
namespace {

using testing::parse_text;
using testing::shipped_file;
using testing::with_defaults_written;

TEST(ShippedFile, IsAGoodConfigurationWithoutWarnings) {
  ASSERT_FALSE(shipped_file().empty());

  const auto outcome = parse_text(shipped_file());

  EXPECT_EQ(outcome.text(), "");
  EXPECT_EQ(outcome.config.mpm, default_mpm());
  ASSERT_EQ(outcome.config.listeners.size(), 1u);
  EXPECT_EQ(outcome.config.listeners[0].address, "127.0.0.1:8080");
  EXPECT_EQ(outcome.config.modules.size(), 4u);
  ASSERT_EQ(outcome.config.sites.size(), 1u);
  EXPECT_EQ(outcome.config.sites[0].routes.size(), 3u);
}

TEST(Readme, ShowsAGoodConfiguration) {
  std::ifstream file(source_folder() + "/README.md", std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const size_t begin = text.find("```toml\n");
  ASSERT_NE(begin, std::string::npos);
  const size_t first = begin + 8;

  const auto outcome = parse_text(text.substr(first, text.find("```", first) - first));

  EXPECT_EQ(outcome.diagnostics.has_errors(), false) << outcome.text();
  ASSERT_EQ(outcome.config.sites.size(), 1u);
  EXPECT_EQ(outcome.config.sites[0].routes.size(), 2u);
}

TEST(ShippedFile, NamesTheTrueDefaultsOfTheServer) {
  ASSERT_FALSE(shipped_file().empty());

  const auto plain = parse_text(shipped_file());
  const auto written = parse_text(with_defaults_written(shipped_file()));

  EXPECT_EQ(written.text(), "");
  EXPECT_EQ(written.config.limits.header_bytes, plain.config.limits.header_bytes);
  EXPECT_EQ(written.config.limits.header_count, plain.config.limits.header_count);
  EXPECT_EQ(written.config.limits.target_bytes, plain.config.limits.target_bytes);
  EXPECT_EQ(written.config.limits.body_bytes, plain.config.limits.body_bytes);
  EXPECT_EQ(written.config.timeouts.header_ns, plain.config.timeouts.header_ns);
  EXPECT_EQ(written.config.timeouts.body_ns, plain.config.timeouts.body_ns);
  EXPECT_EQ(written.config.timeouts.write_ns, plain.config.timeouts.write_ns);
  EXPECT_EQ(written.config.timeouts.keep_alive_ns, plain.config.timeouts.keep_alive_ns);
  EXPECT_EQ(written.config.log.file, plain.config.log.file);
  EXPECT_EQ(written.config.log.level, plain.config.log.level);
}

}  // namespace
}  // namespace tenon::config
