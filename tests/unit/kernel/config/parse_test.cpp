// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "config/document.hpp"
#include "tests/unit/kernel/config/testing.hpp"

namespace tenon::config {
namespace {

using testing::expect_said;
using testing::parse_text;
using testing::roots;
using testing::with_site;

TEST(Parse, ReadsTheBuiltInConfiguration) {
  Diagnostics diagnostics;

  const Config config = parse({roots(), {}}, diagnostics);

  EXPECT_EQ(diagnostics.text(), "");
  EXPECT_EQ(config.mpm, default_mpm());
  ASSERT_EQ(config.listeners.size(), 1u);
  EXPECT_EQ(config.listeners[0].address, "127.0.0.1:8080");
  EXPECT_EQ(config.listeners[0].place.text(), "built-in configuration:2:11");
  ASSERT_EQ(config.modules.size(), 1u);
  EXPECT_EQ(config.modules[0].text, "static");
  ASSERT_EQ(config.sites.size(), 1u);
  ASSERT_EQ(config.sites[0].routes.size(), 1u);
  EXPECT_EQ(config.sites[0].routes[0].handler, "static");
  const TableNode* table = config.sites[0].routes[0].tables.at("static").node;
  EXPECT_EQ(*table->find("root")->value.string(), "htdocs");
}

TEST(Parse, OfAnEmptyFileListensButServesNothing) {
  const auto outcome = parse_text("");

  EXPECT_FALSE(outcome.diagnostics.has_errors());
  EXPECT_EQ(
      outcome.text(), "t.toml: warning: there is no [[site]]: every request is answered with 404"
  );
  ASSERT_EQ(outcome.config.listeners.size(), 1u);
  EXPECT_EQ(outcome.config.listeners[0].name, "default");
  EXPECT_TRUE(outcome.config.modules.empty());
}

TEST(Parse, KeepsModuleTablesOfEveryScope) {
  const auto outcome = parse_text(
      "[hello]\ngreeting = \"a\"\n"
      "[[site]]\nhello = { greeting = \"b\" }\n"
      "[[site.route]]\npath = \"/a\"\nhello.greeting = \"c\"\nheaders.set = { X = \"y\" }\n"
      "[[site.route]]\npath = \"/b\"\nhello = false\n"
  );

  ASSERT_EQ(outcome.text(), "");
  const Config& config = outcome.config;
  EXPECT_EQ(*config.tables.at("hello").node->find("greeting")->value.string(), "a");
  EXPECT_EQ(config.tables.at("hello").place.text(), "t.toml:1:2");
  EXPECT_EQ(*config.sites[0].tables.at("hello").node->find("greeting")->value.string(), "b");
  const ModuleTables& inner = config.sites[0].routes[0].tables;
  EXPECT_EQ(*inner.at("hello").node->find("greeting")->value.string(), "c");
  EXPECT_NE(inner.at("headers").node->find("set")->value.table(), nullptr);
  EXPECT_TRUE(config.sites[0].routes[1].tables.at("hello").off);
  EXPECT_EQ(config.sites[0].routes[1].tables.at("hello").node, nullptr);
}

TEST(Parse, LooksIntoTheTableOfTheChosenMpmOnly) {
  const auto outcome =
      parse_text(with_site("[server]\nmpm = \"one\"\n[mpm.one]\na = 1\n[mpm.two]\nb = 2\n"));

  ASSERT_EQ(outcome.text(), "");
  ASSERT_NE(outcome.config.mpm_table.node, nullptr);
  EXPECT_NE(outcome.config.mpm_table.node->find("a"), nullptr);
  EXPECT_EQ(outcome.config.mpm_place.text(), "t.toml:2:7");
}

TEST(Parse, TellsTheFirstSyntaxErrorWithItsPlace) {
  expect_said({
      {"a = 1\na = 2\n",
       "t.toml:2:5: error: not valid TOML (key-value pair): cannot redefine existing integer 'a'"},
      {"[server\n", "t.toml:1:8: error: not valid TOML (table header): expected ']', saw '\\n'"},
      {"a = \"\xFF\"", "t.toml:1:5: error: not valid TOML: Encountered invalid utf-8 sequence"},
  });
}

TEST(Parse, RecognisesTheConfigurationOfAnotherServer) {
  expect_said({
      {"Listen 80\n",
       "t.toml:1:8: error: not valid TOML (key-value pair): expected '=', saw '8'; in Tenon write "
       "listen in [server], such as listen = [\"0.0.0.0:80\"]"},
      {"<VirtualHost *:80>\n",
       "t.toml:1:1: error: not valid TOML (root table): expected keys, tables, whitespace or "
       "comments, saw '<'; in Tenon write [[site]]"},
  });
}

// toml++ asserts or assumes these away; they must be refused as any other mistake.
TEST(Parse, RefusesGarbageThatTheLibraryRulesOut) {
  expect_said({
      {"[;a]\n",
       "t.toml:1:2: error: not valid TOML (key): expected bare key starting character or string "
       "delimiter, saw ';'"},
      {"a = 1\xC3\xA9\n",
       "t.toml:1:6: error: not valid TOML (decimal integer): expected digit, saw '\xC3\xA9'"},
      {"a\xC3\xA9 = 1\n",
       "t.toml:1:2: error: not valid TOML (key-value pair): expected '=', saw '\xC3\xA9'"},
  });
}

TEST(Parse, TakesLettersOfEveryScriptInStringsAndComments) {
  const std::string word = "\xC3\xA9t\xC3\xA9 \xD0\xBB\xD0\xB5\xD1\x82\xD0\xBE \xE5\xA4\x8F";

  const auto outcome = parse_text(with_site(
      "# " + word + "\n[a]\n\"" + word + "\" = '" + word + "'\nb = \"\"\"\\\n  " + word + "\"\"\"\n"
  ));

  ASSERT_EQ(outcome.text(), "");
  EXPECT_EQ(*outcome.config.tables.at("a").node->find(word)->value.string(), word);
  EXPECT_EQ(*outcome.config.tables.at("a").node->find("b")->value.string(), word);
}

TEST(Parse, RefusesAKeyTooDeepForTheStack) {
  std::string key = "a";
  for (int i = 0; i < 300'000; ++i) {
    key += ".a";
  }

  EXPECT_EQ(
      parse_text("\n" + key + " = 1\n").text(),
      "t.toml:2:1: error: this line has over 1000 dots: no key is that deep"
  );
}

TEST(Parse, TellsAllSemanticErrorsInTheOrderOfTheFile) {
  EXPECT_EQ(
      parse_text("[[site]]\nhosts = [\"a b\"]\n[[site.route]]\npath = \"x\"\n"
                 "[server]\nlsten = 1\nmpm = 5\n")
          .text(),
      "t.toml:2:10: error: the host \"a b\" is not the name of a host\n"
      "t.toml:4:8: error: the path \"x\" must begin with '/', such as \"/*\" or \"/status\"\n"
      "t.toml:6:1: error: unknown option \"lsten\" in [server]; did you mean \"listen\"?\n"
      "t.toml:7:7: error: server.mpm must be a string, not an integer"
  );
}

TEST(Parse, StopsTellingErrorsAtABound) {
  std::string toml = "[server]\n";
  for (int i = 0; i < 1000; ++i) {
    toml += "k" + std::to_string(i) + " = 1\n";
  }

  EXPECT_EQ(parse_text(toml).diagnostics.items().size(), 200u);
}

TEST(Parse, RefusesUnknownAndMisplacedKeysAtTheTop) {
  expect_said({
      {with_site("listen = [\"127.0.0.1:80\"]"),
       "t.toml:1:1: error: \"listen\" belongs in [server] or a [[site]], not in the top level"},
      {with_site("[sever]\n"),
       "t.toml:1:2: error: unknown option \"sever\" in the top level; did you mean \"server\"?"},
      {with_site("[[sites]]\n"),
       "t.toml:1:3: error: unknown option \"sites\" in the top level; did you mean \"site\"?"},
      {with_site("ThreadsPerChild = 5\n"),
       "t.toml:1:1: error: unknown option \"ThreadsPerChild\" in the top level; write "
       "threads_per_child in [mpm.NAME]"},
      {with_site("[tenon]\n"),
       "t.toml:1:2: error: unknown option \"tenon\" in the top level; there is: server, mpm, site"},
      {with_site("[My-Module]\n"),
       "t.toml:1:2: error: unknown option \"My-Module\" in the top level; there is: server, mpm, "
       "site"},
      {with_site("hello = true\n"),
       "t.toml:1:9: error: hello must be a table of the module's options, or false to switch it "
       "off; for none write {}"},
      {with_site("server = 5\n"), "t.toml:1:10: error: server must be a table, not an integer"},
  });
}

TEST(Parse, TakesAnUnusualNameForAModuleThatAPathNames) {
  const std::string path = roots().data + "/mod_sever.bin";

  const auto outcome = parse_text(with_site("[server]\nmodules = [\"" + path + "\"]\n[sever]\n"));

  EXPECT_EQ(outcome.text(), "");
  EXPECT_EQ(outcome.config.tables.count("sever"), 1u);
}

TEST(Parse, ExplainsTablesOfMpms) {
  const std::string mpm(default_mpm());
  expect_said({
      {with_site("mpm = \"event\"\n"),
       "t.toml:1:7: error: an MPM is chosen by mpm in [server] and set up in [mpm.NAME]"},
      {with_site("[mpm]\nthreads = 5\n"),
       "t.toml:2:1: error: mpm.threads is an option outside of an MPM's table; write it in [mpm." +
           mpm + "]"},
  });
}

TEST(Parse, ShowsNoControlCharacters) {
  const std::string text = parse_text(with_site("\"a\\u001b[2J\" = 1\n")).text();

  EXPECT_EQ(text.find('\x1B'), std::string::npos);
  EXPECT_NE(text.find("\"a\\x1b[2J\""), std::string::npos);
}

TEST(Parse, SurvivesEveryCutOfAWholeFile) {
  const std::string toml =
      "[server]\nlisten = [\"[::1]:80\", { name = \"a\", address = \"127.0.0.1:1\" }]\n"
      "limits = { header_bytes = \"1KiB\" }\n[[site]]\nhosts = [\"*.a.b\"]\nlisten = [\"a\"]\n"
      "[[site.route]]\npath = \"/x/*\"\nmethods = [\"GET\"]\nhandler = \"static\"\nstatic = {}\n";
  ASSERT_EQ(parse_text(toml).text(), "");

  for (size_t length = 0; length < toml.size(); ++length) {
    parse_text(toml.substr(0, length));
    std::string changed = toml;
    changed[length] = '"';
    parse_text(changed);
  }
}

}  // namespace
}  // namespace tenon::config
