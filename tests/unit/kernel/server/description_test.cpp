// SPDX-License-Identifier: Apache-2.0
#include "kernel/server/description.hpp"

#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "config/keys.hpp"

namespace tenon::server {
namespace {

using Json = nlohmann::ordered_json;
using testing::HasSubstr;
using testing::Not;

tenon_option option(int32_t type, const char* name, const char* default_toml = nullptr) {
  return {
      sizeof(tenon_option),
      type,
      0,
      TENON_IN_ALL,
      name,
      "A | doc.",
      default_toml,
      nullptr,
      1,
      0,
      nullptr};
}

// A module with an option of every kind.
const tenon_option kOptions[] = {
    option(TENON_T_BOOL, "flag", "true"),
    [] {
      tenon_option made = option(TENON_T_INT, "count", "4");
      made.min = 1;
      made.max = 9;
      return made;
    }(),
    option(TENON_T_DURATION_NS, "time", "\"30s\""),
    [] {
      tenon_option made = option(TENON_T_SIZE, "size", "\"64KiB\"");
      made.min = 1024;
      made.max = 1048576;
      return made;
    }(),
    [] {
      tenon_option made = option(TENON_T_ENUM, "word", "\"a\"");
      made.choices = "a|b";
      made.scopes = TENON_IN_ROUTE;
      return made;
    }(),
    [] {
      tenon_option made = option(TENON_T_STRING, "key");
      made.flags = TENON_OPT_SECRET | TENON_OPT_REQUIRED;
      return made;
    }(),
    [] {
      tenon_option made = option(TENON_T_STRING, "names", "[\"x\"]");
      made.flags = TENON_OPT_LIST;
      return made;
    }(),
    option(TENON_T_STRING_MAP, "map", "{}"),
    option(TENON_T_FILE, "page"),
};

Description sample() {
  static const tenon_option mpm_options[] = {option(TENON_T_INT, "threads", "4")};
  return {
      .mpms = {{"mpm.teapot", "MPM teapot", mpm_options, 1}},
      .modules = {
          {{"hello", "module com.example.hello 1.0.0", kOptions, std::size(kOptions)},
           "com.example.hello",
           "greets",
           true,
           false}}};
}

Json at_scope(const Json& schema, const char* scope) {
  const Json::json_pointer route("/properties/site/items/properties/route/items/properties/hello");
  const Json::json_pointer site("/properties/site/items/properties/hello");
  if (std::string_view(scope) == "route") return schema.at(route);
  return std::string_view(scope) == "site" ? schema.at(site) : schema.at("properties").at("hello");
}

TEST(Schema, DescribesEveryOption) {
  const Json table = at_scope(make_schema(sample()), "route");
  const Json& keys = table.at("properties");

  EXPECT_EQ(table.at("additionalProperties"), false);
  EXPECT_EQ(
      keys.at("flag"),
      Json::parse(R"({"title":"flag","description":"A | doc.","default":true,"type":"boolean"})")
  );
  EXPECT_EQ(keys.at("count").at("minimum"), 1);
  EXPECT_EQ(keys.at("count").at("maximum"), 9);
  EXPECT_EQ(keys.at("time").at("default"), "30s");
  EXPECT_EQ(keys.at("time").at("pattern"), "^[0-9]+(ms|s|m|h)$|\\$\\{");
  EXPECT_EQ(keys.at("size").at("type"), Json::parse(R"(["integer","string"])"));
  EXPECT_EQ(keys.at("size").at("minimum"), 1024);
  EXPECT_EQ(keys.at("word").at("anyOf").at(0).at("enum"), Json::parse(R"(["a","b"])"));
  EXPECT_EQ(keys.at("key").at("writeOnly"), true);
  EXPECT_EQ(keys.at("key").at("anyOf").at(1).at("required"), Json::parse(R"(["file"])"));
  EXPECT_EQ(keys.at("names").at("items").at("type"), "string");
  EXPECT_EQ(keys.at("names").at("default"), Json::parse(R"(["x"])"));
  EXPECT_EQ(keys.at("map").at("additionalProperties").at("type"), "string");
  EXPECT_EQ(keys.at("page").at("type"), "string");
}

TEST(Schema, KnowsTheScopesOfOptions) {
  const Json schema = make_schema(sample());

  EXPECT_TRUE(at_scope(schema, "route").at("properties").contains("word"));
  EXPECT_FALSE(at_scope(schema, "site").at("properties").contains("word"));
  EXPECT_FALSE(at_scope(schema, "server").at("properties").contains("word"));
  EXPECT_TRUE(at_scope(schema, "server").at("properties").contains("flag"));
}

TEST(Schema, HasEveryKeyOfTheKernel) {
  const Json schema = make_schema(sample());
  const auto expect_keys = [](const config::Section& section, const Json& table) {
    for (const config::Key& key : section.keys) {
      const std::string name(key.name);
      ASSERT_TRUE(table.at("properties").contains(name)) << name;
      EXPECT_NE(table.at("properties").at(name).at("description"), "") << name;
    }
    EXPECT_EQ(table.at("additionalProperties"), false);
  };

  expect_keys(config::top_section(), schema);
  expect_keys(config::server_section(), schema.at("properties").at("server"));
  const Json& site = schema.at("properties").at("site").at("items");
  expect_keys(config::site_section(), site);
  expect_keys(config::route_section(), site.at("properties").at("route").at("items"));
  EXPECT_TRUE(schema.at(Json::json_pointer("/properties/mpm/properties/teapot/properties/threads"))
                  .is_object());
}

TEST(Schema, HasNoReferences) {
  EXPECT_THAT(make_schema(sample()).dump(), Not(HasSubstr("$ref")));
  EXPECT_EQ(make_schema({}).at("$schema"), "http://json-schema.org/draft-04/schema#");
}

TEST(Reference, HasARowForEveryOption) {
  const std::string text = make_reference(sample());

  EXPECT_THAT(text, HasSubstr("\n## [mpm.teapot]\n"));
  EXPECT_THAT(
      text,
      HasSubstr("\n## [hello]\n\nThe module com.example.hello: greets. A route names it as its "
                "`handler`.\n")
  );
  EXPECT_THAT(text, HasSubstr("| `count` | integer | `4` | 1 to 9 | everywhere | A \\| doc. |\n"));
  EXPECT_THAT(
      text, HasSubstr("| `word` | word | `\"a\"` | one of a, b | [[site.route]] | A \\| doc. |\n")
  );
  EXPECT_THAT(text, HasSubstr("| `key` | string, secret | must be given | | everywhere |"));
  EXPECT_THAT(text, HasSubstr("| `size` | size | `\"64KiB\"` | \"1KiB\" to \"1MiB\" |"));
}

TEST(Reference, HasEveryKeyOfTheKernel) {
  const std::string text = make_reference({});

  for (const config::Section* section :
       {&config::server_section(), &config::site_section(), &config::route_section()}) {
    for (const config::Key& key : section->keys) {
      EXPECT_THAT(text, HasSubstr("\n| `" + std::string(key.name) + "` |"));
    }
  }
  EXPECT_THAT(text, HasSubstr("\n## [server.timeouts]\n"));
  EXPECT_THAT(text, HasSubstr("\n| `keep_alive` | duration | `\"15s\"` |"));
}

}  // namespace
}  // namespace tenon::server
