// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/kernel/config/testing.hpp"

namespace tenon::config {
namespace {

using testing::expect_said;
using testing::parse_text;

std::string route(const std::string& lines) {
  return "[[site.route]]\n" + lines + "\n";
}
std::string site(const std::string& routes) {
  return "[[site]]\n" + routes;
}

TEST(RouteSection, ReadsExactAndPrefixPaths) {
  const auto outcome = parse_text(site(
      route("path = \"/status\"\nhandler = \"status\"") + route("path = \"/files/*\"") +
      route("path = \"/*\"\nmethod = \"GET\"")
  ));

  ASSERT_EQ(outcome.text(), "");
  const std::vector<Route>& routes = outcome.config.sites[0].routes;
  ASSERT_EQ(routes.size(), 3u);
  EXPECT_EQ(routes[0].path, "/status");
  EXPECT_FALSE(routes[0].prefix);
  EXPECT_EQ(routes[0].handler, "status");
  EXPECT_EQ(routes[0].handler_place.text(), "t.toml:4:11");
  EXPECT_EQ(routes[1].path, "/files/");
  EXPECT_TRUE(routes[1].prefix);
  EXPECT_EQ(routes[1].handler, "");
  EXPECT_EQ(routes[2].path, "/");
  EXPECT_EQ(routes[2].methods, std::vector<std::string>{"GET"});
}

TEST(RouteSection, RefusesPathsThatNoRequestHas) {
  const struct {
    std::string path, said;
  } cases[] = {
      {"", "must begin with '/', such as \"/*\" or \"/status\""},
      {"*", "must begin with '/', such as \"/*\" or \"/status\""},
      {"/a*", "may have one '*', at its end and after a '/', such as \"/files/*\""},
      {"/*/a", "may have one '*', at its end and after a '/', such as \"/files/*\""},
      {"/a?b", "ends where '?' or '#' begins: a query is no part of a path"},
      {"/a%20b", "is matched decoded: write the character, not its %-code"},
      {"/a//b", "has \"//\", \"/./\" or \"/../\", which no normalised path has"},
      {"/a/../b", "has \"//\", \"/./\" or \"/../\", which no normalised path has"},
      {"/a/.", "has \"//\", \"/./\" or \"/../\", which no normalised path has"},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(
        parse_text(site(route("path = \"" + one.path + "\""))).text(),
        "t.toml:3:8: error: the path \"" + one.path + "\" " + one.said
    );
  }
}

TEST(RouteSection, RefusesBadKeys) {
  expect_said({
      {site(route("")), "t.toml:2:1: error: this route has no path, such as path = \"/*\""},
      {site(route("path = 5")),
       "t.toml:3:8: error: the path of a route must be a string, not an integer"},
      {site(route("path = \"/a\\\\b\"")),
       "t.toml:3:8: error: the path \"/a\\b\" has a '\\': folders are parted by '/'"},
      {site(route("path = \"/a\\n\"")),
       "t.toml:3:8: error: the path \"/a\\x0a\" has a control character"},
      {site(route("path = \"/\"\nhandler = \"Static!\"")),
       "t.toml:4:11: error: \"Static!\" is not the name of a module; leave handler out for 404"},
      {site(route("path = \"/\"\nhandeler = \"static\"")),
       "t.toml:4:1: error: unknown option \"handeler\" in a [[site.route]]; did you mean "
       "\"handler\"?"},
      {site(route("path = \"/\"\nroot = \"htdocs\"")),
       "t.toml:4:1: error: unknown option \"root\" in a [[site.route]]; write static.root in a "
       "[[site.route]]"},
      {site(route("path = \"/\"\nhosts = [\"a\"]")),
       "t.toml:4:1: error: \"hosts\" belongs in a [[site]], not in a [[site.route]]"},
  });
}

TEST(RouteSection, RefusesBadMethods) {
  expect_said({
      {site(route("path = \"/\"\nmethods = \"GET\"")),
       "t.toml:4:11: error: methods must be an array of strings such as [\"GET\"], not a string"},
      {site(route("path = \"/\"\nmethods = []")),
       "t.toml:4:11: error: methods is empty; leave it out for every method"},
      {site(route("path = \"/\"\nmethods = [\"get\"]")),
       "t.toml:4:12: error: \"get\" is not a method: their letters are capital; did you mean "
       "\"GET\"?"},
      {site(route("path = \"/\"\nmethods = [\"G T\"]")),
       "t.toml:4:12: error: \"G T\" is not a method such as \"GET\""},
      {site(route("path = \"/\"\nmethods = [\"GET\", \"GET\"]")),
       "t.toml:4:19: error: \"GET\" is listed twice"},
      {site(route("path = \"/\"\nmethod = \"GET\"\nmethods = [\"PUT\"]")),
       "t.toml:4:1: error: a route has method or methods, not both"},
  });
}

TEST(RouteSection, WarnsOfRoutesBehindOthers) {
  const std::string all = route("path = \"/*\"");
  expect_said({
      {site(all + route("path = \"/status\"")),
       "t.toml:4:1: warning: no request reaches this route \"/status\": the earlier \"/*\" at "
       "t.toml:2:1 takes them"},
      {site(route("path = \"/a\"") + route("path = \"/a\"\nmethod = \"PUT\"")),
       "t.toml:4:1: warning: no request reaches this route \"/a\": the earlier \"/a\" at "
       "t.toml:2:1 takes them"},
      {site(route("path = \"/a\"\nmethod = \"GET\"") + route("path = \"/a\"\nmethod = \"HEAD\"")),
       "t.toml:5:1: warning: no request reaches this route \"/a\": the earlier \"/a\" at "
       "t.toml:2:1 takes them"},
  });
}

TEST(RouteSection, DoesNotWarnWhereSomeRequestsAreLeft) {
  const std::string get = route("path = \"/*\"\nmethod = \"GET\"");
  for (const std::string& later :
       {route("path = \"/*\""), route("path = \"/a\"\nmethods = [\"GET\", \"PUT\"]")}) {
    EXPECT_EQ(parse_text(site(get + later)).text(), "");
  }
  EXPECT_EQ(parse_text(site(route("path = \"/a/*\"") + route("path = \"/a\""))).text(), "");
}

}  // namespace
}  // namespace tenon::config
