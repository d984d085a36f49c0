// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/kernel/config/testing.hpp"

namespace tenon::config {
namespace {

using testing::expect_said;
using testing::parse_text;
using testing::with_site;

std::string listen(const std::string& value) {
  return with_site("[server]\nlisten = " + value);
}

TEST(Listeners, AreStringsOrTables) {
  const auto outcome = parse_text(
      listen("[\"0.0.0.0:80\", { name = \"admin\", address = \"[::1]:8081\" }, \"127.0.0.1:0\", "
             "\"127.0.0.1:0\"]")
  );

  ASSERT_EQ(outcome.text(), "");
  const std::vector<Listener>& listeners = outcome.config.listeners;
  ASSERT_EQ(listeners.size(), 4u);
  EXPECT_EQ(listeners[0].name, "default");
  EXPECT_EQ(listeners[0].family, 4);
  EXPECT_EQ(listeners[0].port, 80);
  EXPECT_EQ(listeners[1].name, "admin");
  EXPECT_EQ(listeners[1].family, 6);
  EXPECT_EQ(listeners[1].ip[15], 1);
  EXPECT_EQ(listeners[1].place.text(), "t.toml:2:53");
  EXPECT_EQ(listeners[3].name, "default");
}

TEST(Listeners, AreRefusedWithTheirPlace) {
  const std::string twice = "[\"127.0.0.1:80\", \"127.0.0.1:80\"]";
  expect_said({
      {listen("\"127.0.0.1:80\""),
       "t.toml:2:10: error: server.listen must be an array of strings such as "
       "[\"127.0.0.1:8080\"], not a "
       "string"},
      {listen("[]"),
       "t.toml:2:10: error: server.listen is empty: name an address to listen on, such as "
       "[\"127.0.0.1:8080\"]"},
      {listen("[8080]"),
       "t.toml:2:11: error: write the address too, as a string: \"0.0.0.0:8080\""},
      {listen("[true]"),
       "t.toml:2:11: error: a listener must be a string or a table, not a boolean"},
      {listen("[\"*:80\"]"),
       "t.toml:2:11: error: cannot listen on \"*:80\": name the addresses: write \"0.0.0.0:80\" "
       "for every IPv4 address, or \"[::]:80\" for IPv6"},
      {listen(twice),
       "t.toml:2:27: error: \"127.0.0.1:80\" is listened on twice; the first is at t.toml:2:11"},
      {listen("[{ name = \"a\" }]"),
       "t.toml:2:11: error: this listener has no address, such as \"127.0.0.1:8080\""},
      {listen("[{ adress = \"127.0.0.1:80\" }]"),
       "t.toml:2:11: error: this listener has no address, such as \"127.0.0.1:8080\"\n"
       "t.toml:2:13: error: unknown option \"adress\" in a listener; did you mean \"address\"?"},
      {listen("[{ address = 80 }]"),
       "t.toml:2:23: error: the address of a listener must be a string, not an integer"},
      {listen("[{ name = \"A b\", address = \"127.0.0.1:80\" }]"),
       "t.toml:2:20: error: \"A b\" is no name for a listener; use small letters, digits and _"},
      {listen("[{ name = \"a\", address = \"127.0.0.1:1\" }, { name = \"a\", address = "
              "\"127.0.0.1:2\" }]"),
       "t.toml:2:76: error: there is already a listener named \"a\", at t.toml:2:35"},
      {listen("[\"127.0.0.1:1\", { name = \"default\", address = \"127.0.0.1:2\" }]"),
       "t.toml:2:56: error: there is already a listener named \"default\", at t.toml:2:11"},
  });
}

TEST(Listeners, AreBounded) {
  std::string many = "[";
  for (int i = 1; i <= 257; ++i) {
    many += "\"127.0.0.1:" + std::to_string(i) + "\",";
  }

  EXPECT_EQ(
      parse_text(listen(many + "]")).text(),
      "t.toml:2:10: error: server.listen has more than 256 listeners"
  );
}

}  // namespace
}  // namespace tenon::config
