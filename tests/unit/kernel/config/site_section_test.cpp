// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/kernel/config/testing.hpp"

namespace tenon::config {
namespace {

using testing::expect_said;
using testing::parse_text;

constexpr char kServer[] =
    "[server]\nlisten = [\"127.0.0.1:1\", \"[::1]:1\", { name = \"admin\", address = "
    "\"127.0.0.1:2\" }]\n";
constexpr char kRoute[] = "[[site.route]]\npath = \"/*\"\n";

// A site with these lines and one route, from line 3 on.
std::string site(const std::string& lines) {
  return "[[site]]\n" + lines + "\n" + kRoute;
}

TEST(SiteSection, ReadsHostsAndListeners) {
  const auto outcome = parse_text(
      kServer + site("hosts = [\"A.example\", \"*.B.example\"]\nlisten = [\"default\"]") +
      site("listen = [\"admin\", \"admin\"]")
  );

  ASSERT_EQ(outcome.text(), "");
  const std::vector<Site>& sites = outcome.config.sites;
  ASSERT_EQ(sites.size(), 2u);
  EXPECT_EQ(sites[0].hosts, (std::vector<std::string>{"a.example", "*.b.example"}));
  EXPECT_EQ(sites[0].listeners, (std::vector<size_t>{0, 1}));
  EXPECT_TRUE(sites[1].hosts.empty());
  EXPECT_EQ(sites[1].listeners, (std::vector<size_t>{2}));
  EXPECT_EQ(sites[1].place.text(), "t.toml:8:1");
}

TEST(SiteSection, MayShareAHostWithASiteOfAnotherListener) {
  const std::string hosts = "hosts = [\"a.example\"]\n";

  EXPECT_EQ(
      parse_text(
          kServer + site(hosts + "listen = [\"admin\"]") + site(hosts + "listen = [\"default\"]")
      )
          .text(),
      ""
  );
  // The site of one listener goes before the site of all.
  EXPECT_EQ(parse_text(kServer + site(hosts + "listen = [\"admin\"]") + site(hosts)).text(), "");
  EXPECT_EQ(parse_text(kServer + site("listen = [\"admin\"]") + site("")).text(), "");
}

TEST(SiteSection, RefusesWhatNoRequestCouldTellApart) {
  expect_said({
      {kServer + site("hosts = [\"a.b\"]") + site("hosts = [\"c.d\", \"A.b\"]"),
       "t.toml:8:17: error: the host \"a.b\" is already taken, at t.toml:4:10"},
      {kServer + site("hosts = [\"a.b\", \"a.b\"]"),
       "t.toml:4:17: error: the host \"a.b\" is already taken, at t.toml:4:10"},
      {kServer + site("") + site(""),
       "t.toml:7:1: error: there is already a default site (one without hosts), at t.toml:3:1"},
      {kServer + site("listen = [\"admin\", \"default\"]") + site("listen = [\"admin\"]"),
       "t.toml:7:1: error: there is already a default site (one without hosts), at t.toml:3:1"},
  });
}

TEST(SiteSection, RefusesBadKeys) {
  expect_said({
      {kServer + site("hosts = \"a\""),
       "t.toml:4:9: error: hosts must be an array of strings such as [\"example.com\"], not a "
       "string"},
      {kServer + site("hosts = []"),
       "t.toml:4:9: error: hosts is empty; leave it out for the default site"},
      {kServer + site("hosts = [5]"),
       "t.toml:4:10: error: a host must be a string, not an integer"},
      {kServer + site("host = \"a\""),
       "t.toml:4:1: error: unknown option \"host\" in a [[site]]; did you mean \"hosts\"?"},
      {kServer + site("ServerName = \"a\""),
       "t.toml:4:1: error: unknown option \"ServerName\" in a [[site]]; write hosts in a [[site]]"},
      {kServer + site("path = \"/\""),
       "t.toml:4:1: error: \"path\" belongs in a [[site.route]], not in a [[site]]"},
      {kServer + site("listen = []"),
       "t.toml:4:10: error: listen of a site is empty; leave it out for every listener"},
      {kServer + site("listen = [\"127.0.0.1:1\"]"),
       "t.toml:4:11: error: no listener of [server] is named \"127.0.0.1:1\"; there is: default, "
       "admin"},
      {kServer + site("listen = [\"amdin\"]"),
       "t.toml:4:11: error: no listener of [server] is named \"amdin\"; did you mean \"admin\"?"},
  });
}

TEST(SiteSection, ExplainsItsBrackets) {
  const std::string site_form =
      "error: a site is written as [[site]], with two brackets, before its [[site.route]]";
  expect_said({
      {"[site]\nhosts = [\"a.b\"]\n", "t.toml:1:1: " + site_form},
      {"[[site.route]]\npath = \"/\"\n", "t.toml:1:1: " + site_form},
      {"site = [1]\n", "t.toml:1:9: " + site_form},
      {"[[site]]\n[site.route]\npath = \"/\"\n",
       "t.toml:2:1: error: a route is written as [[site.route]], with two brackets"},
      {"[[site]]\nroute = [1]\n",
       "t.toml:2:10: error: a route is written as [[site.route]], with two brackets"},
  });
}

TEST(SiteSection, WarnsOfASiteWithoutRoutes) {
  const auto outcome = parse_text("[[site]]\n");

  EXPECT_FALSE(outcome.diagnostics.has_errors());
  EXPECT_EQ(
      outcome.text(),
      "t.toml:1:1: warning: this site has no [[site.route]]: it answers every request with 404"
  );
}

}  // namespace
}  // namespace tenon::config
