// SPDX-License-Identifier: Apache-2.0
#include "config/combine.hpp"

#include <gtest/gtest.h>

#include "tests/unit/kernel/config/testing.hpp"

namespace tenon::config {
namespace {

using testing::Outcome;

// A main file and what two files of conf.d add.
Outcome parse_files(const std::vector<std::string>& texts) {
  Snapshot snapshot;
  snapshot.roots = testing::roots();
  for (size_t i = 0; i < texts.size(); ++i) {
    snapshot.files.push_back({std::string(1, static_cast<char>('a' + i)) + ".toml", texts[i]});
  }
  Outcome outcome;
  outcome.config = parse(snapshot, outcome.diagnostics);
  return outcome;
}

constexpr char kSite[] = "[[site]]\n[[site.route]]\npath = \"/*\"\n";

TEST(Combine, AppendsModulesListenersAndSites) {
  const Outcome outcome = parse_files(
      {std::string("[server]\nlisten = [\"127.0.0.1:1\"]\nmodules = [\"b\"]\n") + kSite,
       "[server]\nmodules = [\"a\"]\nlisten = [{ name = \"x\", address = \"127.0.0.1:2\" }]\n",
       std::string("[[site]]\nlisten = [\"x\"]\n[[site.route]]\npath = \"/x\"\n")}
  );

  EXPECT_EQ(outcome.text(), "");
  ASSERT_EQ(outcome.config.modules.size(), 2u);
  EXPECT_EQ(outcome.config.modules[0].text, "b");
  EXPECT_EQ(outcome.config.modules[1].text, "a");
  EXPECT_EQ(outcome.config.modules[1].place.text(), "b.toml:2:12");
  ASSERT_EQ(outcome.config.listeners.size(), 2u);
  EXPECT_EQ(outcome.config.listeners[1].place.file, "b.toml");
  ASSERT_EQ(outcome.config.sites.size(), 2u);
  EXPECT_EQ(outcome.config.sites[1].place.text(), "c.toml:1:1");
  EXPECT_EQ(outcome.config.sites[1].routes.at(0).path, "/x");
}

TEST(Combine, JoinsTables) {
  const Outcome outcome = parse_files(
      {std::string("[server.limits]\nheader_count = 7\n[static]\nroot = \"a\"\n") + kSite,
       "[server.limits]\nbody_bytes = 8\n[server.log]\nlevel = \"warn\"\n[static]\nindex = []\n",
       "server.mpm = \"event\"\n[mpm.event]\nio_threads = 2\n"}
  );

  EXPECT_EQ(outcome.text(), "");
  EXPECT_EQ(outcome.config.limits.header_count, 7u);
  EXPECT_EQ(outcome.config.limits.body_bytes, 8u);
  EXPECT_EQ(outcome.config.log.level, TENON_LOG_WARN);
  EXPECT_EQ(outcome.config.mpm, "event");
  ASSERT_NE(outcome.config.mpm_table.node, nullptr);
  EXPECT_NE(outcome.config.mpm_table.node->find("io_threads"), nullptr);
  EXPECT_EQ(outcome.config.tables.at("static").node->entries().size(), 2u);
}

TEST(Combine, NamesBothPlacesOfARepeatedKey) {
  const Outcome outcome = parse_files(
      {std::string("[server]\nmpm = \"event\"\n[static]\ntypes = { a = \"b/c\" }\n") + kSite,
       "[static]\nindex = []\ntypes = { d = \"e/f\" }\n",
       "static = false\n[server]\nmpm = \"event\"\n"}
  );

  EXPECT_EQ(
      outcome.text(),
      "b.toml:3:1: error: static.types is set twice; the first is at a.toml:4:1\n"
      "c.toml:1:1: error: static is set twice; the first is at a.toml:3:2\n"
      "c.toml:3:1: error: server.mpm is set twice; the first is at a.toml:2:1"
  );
}

TEST(Combine, NamesTheFileOfEachFinding) {
  const Outcome outcome = parse_files(
      {std::string("[server]\nlsten = []\n") + kSite,
       "[server]\nlisten = [\"nowhere\"]\n",
       std::string("[[site]]\nhosts = [\"a.com\"]\n[[site]]\nhosts = [\"a.com\"]\n")}
  );

  const std::string text = outcome.text();
  EXPECT_EQ(text.find("a.toml:2:1: error: unknown option \"lsten\""), 0u) << text;
  EXPECT_NE(text.find("\nb.toml:2:11: error: cannot listen on \"nowhere\""), std::string::npos)
      << text;
  EXPECT_NE(text.find("already taken, at c.toml:2:10"), std::string::npos) << text;
}

TEST(Combine, TellsTheSyntaxErrorOfEachFile) {
  const Outcome outcome = parse_files({"a = \n", kSite, "= 1\n"});

  const std::string text = outcome.text();
  EXPECT_EQ(text.find("a.toml:1:"), 0u) << text;
  EXPECT_NE(text.find("\nc.toml:1:1: error: not valid TOML"), std::string::npos) << text;
}

}  // namespace
}  // namespace tenon::config
