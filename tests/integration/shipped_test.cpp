// SPDX-License-Identifier: Apache-2.0
// The files that ship and are made by the program: config/tenon.schema.json, config/reference.md.
//
// With TENON_WRITE_SHIPPED=1 they are written instead of compared; run it for both targets, as each
// knows its own MPM only:
//   export TENON_WRITE_SHIPPED=1
//   TENON_TEST_TARGET=linux build/linux/tests/integration_tests --gtest_filter='Shipped.*'
//   TENON_TEST_TARGET=windows build/linux/tests/integration_tests --gtest_filter='Shipped.*'
#include <algorithm>
#include <cstdlib>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/environment.hpp"
#include "support/served.hpp"

namespace tenon::support {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::ordered_json;

bool writes() {
  return std::getenv("TENON_WRITE_SHIPPED") != nullptr;
}

std::string foreign_mpm() {
  return on_windows() ? "event" : "winnt";
}

// What the staged program prints for the shipped configuration.
std::string printed(const std::vector<std::string>& arguments) {
  const CommandResult result = run_tenon(arguments);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
  std::string text = result.out;
  std::erase(text, '\r');
  return text;
}

struct Section {
  std::string title;
  std::string text;
};

// The parts that begin with "## "; what comes before them has no title.
std::vector<Section> sections_of(const std::string& markdown) {
  std::vector<Section> all(1);
  std::istringstream stream(markdown);
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with("## ")) all.push_back({line, ""});
    all.back().text += line + "\n";
  }
  return all;
}

TEST(Shipped, SchemaIsCurrent) {
  const std::string path = source_root() + "/config/tenon.schema.json";
  Json made = Json::parse(printed({"schema"}), nullptr, false);
  ASSERT_TRUE(made.is_object());
  Json shipped = Json::parse(writes() ? "{}" : read_file(path), nullptr, false);
  const Json::json_pointer mpms("/properties/mpm/properties");
  if (writes()) {
    // Of the other target's MPM nothing is known here: what was written for it stays.
    const Json old = Json::parse(read_file(path), nullptr, false);
    if (old.is_object() && old.at(mpms).contains(foreign_mpm())) {
      const Json own = made.at(mpms).at(std::string(mpm_name()));
      made.at(mpms) = Json::object();
      for (const std::string name : {"event", "winnt"}) {
        made.at(mpms)[name] = name == mpm_name() ? own : old.at(mpms).at(name);
      }
    }
    return write_file(path, made.dump(2) + "\n");
  }
  ASSERT_TRUE(shipped.is_object());
  ASSERT_TRUE(shipped.at(mpms).contains(foreign_mpm()));

  shipped.at(mpms).erase(foreign_mpm());

  EXPECT_TRUE(shipped == made) << "config/tenon.schema.json is old; " << __FILE__
                               << " says how to write it anew";
}

TEST(Shipped, ReferenceIsCurrent) {
  const std::string path = source_root() + "/config/reference.md";
  const std::string foreign = "## [mpm." + foreign_mpm() + "]";
  const std::string own = "## [mpm." + std::string(mpm_name()) + "]";
  std::string expected;
  std::string other;
  std::string shipped = read_file(path);
  for (const Section& section : sections_of(shipped)) {
    (section.title == foreign ? other : expected) += section.text;
  }
  const std::string made = printed({"modules", "--docs"});
  if (writes()) {
    std::string all;
    for (const Section& section : sections_of(made)) {
      if (section.title == own && !on_windows()) all += section.text + other;
      if (section.title == own && on_windows()) all += other + section.text;
      if (section.title != own) all += section.text;
    }
    return write_file(path, all);
  }

  EXPECT_FALSE(other.empty());
  EXPECT_TRUE(expected == made) << "config/reference.md is old; " << __FILE__
                                << " says how to write it anew";
}

TEST(Shipped, FilesAreStaged) {
  for (const char* name : {"tenon.toml", "tenon.schema.json", "reference.md", "mime.types"}) {
    EXPECT_EQ(read_file(stage() + "/config/" + name), read_file(source_root() + "/config/" + name));
  }
}

// Somebody else's validator judges configurations by the schema.
class Schema : public ::testing::Test {
 protected:
  std::string judge(const std::string& toml) {
    sandbox_.write("schema.json", printed({"schema"}));
    sandbox_.write("t.toml", toml);
    const CommandResult result = run(
        {.argv =
             {"/usr/bin/python3",
              source_root() + "/tests/support/validate.py",
              sandbox_.path("schema.json"),
              sandbox_.path("t.toml")}}
    );
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.out;
  }

  Sandbox sandbox_;
};

TEST_F(Schema, AcceptsTheShippedConfiguration) {
  EXPECT_EQ(judge(read_file(stage() + "/config/tenon.toml")), "t.toml: valid\n");
}

TEST_F(Schema, AcceptsWhatTheServerAccepts) {
  EXPECT_EQ(
      judge(R"(
[server]
listen = ["[::1]:80", "0.0.0.0:${PORT:-80}", { name = "admin", address = "127.0.0.1:8081" }]
modules = ["static", "D:/acme/mod_acme.dll"]
[server.limits]
header_bytes = 2048
body_bytes = "${BODY}"
[server.timeouts]
body = 0
[server.log]
level = "${LEVEL}"
format = "json"
[mpm.elsewhere]
anything = 1
[static]
index = []
[[site]]
hello = false
hosts = ["*.example.com"]
[[site.route]]
path = "/x/*"
methods = ["GET"]
handler = "static"
static = { root = "x", types = { a = "b/c" } }
)"),
      "t.toml: valid\n"
  );
}

TEST_F(Schema, FindsMistakes) {
  struct Mistake {
    const char* toml;
    const char* place;
  };
  const std::vector<Mistake> mistakes = {
      {"[sever]", "t.toml: : "},
      {"[server]\nlsten = []", "t.toml: server: "},
      {"[server]\nlisten = [\"8080\"]", "t.toml: server/listen/0: "},
      {"[server.limits]\nheader_count = 0", "t.toml: server/limits/header_count: "},
      {"[server.limits]\nheader_bytes = \"32KB\"", "t.toml: server/limits/header_bytes: "},
      {"[server.timeouts]\nbody = \"30\"", "t.toml: server/timeouts/body: "},
      {"[server.timeouts]\nbody = 30", "t.toml: server/timeouts/body: "},
      {"[server.log]\nlevel = \"loud\"", "t.toml: server/log/level: "},
      {"static = true", "t.toml: static: "},
      {"[static]\nindx = []", "t.toml: static: "},
      {"[[site]]\n[[site.route]]\nhandler = \"static\"", "t.toml: site/0/route/0: "},
      {"[[site]]\n[[site.route]]\npath = \"x\"", "t.toml: site/0/route/0/path: "},
      {"[[site]]\n[[site.route]]\npath = \"/\"\nhandler = \"nobody\"",
       "t.toml: site/0/route/0/handler: "},
  };
  const std::string mpm(mpm_name());
  EXPECT_THAT(
      judge("[mpm." + mpm + "]\nthreads_per_child = \"many\""),
      HasSubstr("t.toml: mpm/" + mpm + "/threads_per_child: ")
  );
  for (const Mistake& mistake : mistakes) {
    EXPECT_THAT(judge(mistake.toml), HasSubstr(mistake.place)) << mistake.toml;
  }
}

TEST(ExplainCommand, TellsOfTheShippedConfiguration) {
  const std::string text = printed({"explain", "http://127.0.0.1:8080/sub/a.txt"});

  EXPECT_THAT(text, HasSubstr("GET /sub/a.txt on the host 127.0.0.1\n"));
  EXPECT_THAT(text, HasSubstr("route /status, config/tenon.toml:"));
  EXPECT_THAT(text, HasSubstr(": the path is another"));
  EXPECT_THAT(text, HasSubstr("  * route /*, config/tenon.toml:"));
  EXPECT_THAT(text, HasSubstr("    handler: static\n"));
  EXPECT_THAT(text, HasSubstr("    index = [\"index.html\"]  (default)\n"));
  EXPECT_THAT(text, HasSubstr("/htdocs\"  (config/tenon.toml:"));
  EXPECT_THAT(text, HasSubstr("/htdocs/sub/a.txt\n"));
}

TEST(ExplainCommand, WritesJson) {
  const std::string text = printed({"explain", "--json", "-X", "POST", "/hello"});
  const Json json = Json::parse(text, nullptr, false);

  ASSERT_TRUE(json.is_object()) << text;
  EXPECT_EQ(json.at("method"), "POST");
  EXPECT_EQ(json.at("hooks").at(0).at("module"), "hello");
}

TEST(ExplainCommand, RefusesAFaultyConfiguration) {
  const Sandbox sandbox;
  sandbox.write_config("[server]\nlsten = []\n");

  const CommandResult result = run_tenon(sandbox, {"explain", "/"});

  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr("config/tenon.toml:2:1: error: "));
}

}  // namespace
}  // namespace tenon::support
