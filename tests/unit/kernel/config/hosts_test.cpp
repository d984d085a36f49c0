// SPDX-License-Identifier: Apache-2.0
#include "config/hosts.hpp"

#include <gtest/gtest.h>

namespace tenon::config {
namespace {

std::string said(std::string_view text) {
  const Result<std::string, std::string> host = parse_host(text);
  return host ? "accepted" : host.error();
}

TEST(Hosts, AreInSmallLetters) {
  EXPECT_EQ(*parse_host("Example.COM"), "example.com");
  EXPECT_EQ(*parse_host("*.Example.com"), "*.example.com");
  EXPECT_EQ(*parse_host("[::1]"), "[::1]");
  EXPECT_EQ(*parse_host("127.0.0.1"), "127.0.0.1");
}

TEST(Hosts, AreRefusedWithWhatToWrite) {
  const std::string label(64, 'a');
  const struct {
    std::string text, said;
  } cases[] = {
      {"", "is empty; leave hosts out for the default site"},
      {"*", "is no host; leave hosts out for the default site"},
      {"http://a.b", "is a URL; write the host alone"},
      {"a.b/c", "has a path, which belongs in a route"},
      {"a.b:80", "has a port; bind a site to a port by listen = [\"NAME\"], a listener's name"},
      {"a.b.", "is written without the final dot"},
      {"b\xC3\xBC"
       "cher.example",
       "is written in its ASCII form, which begins with \"xn--\""},
      {"a.*.b", "may have one '*', as its first label: \"*.example.com\""},
      {"*a.b", "may have one '*', as its first label: \"*.example.com\""},
      {"a..b", "is not the name of a host"},
      {"a b", "is not the name of a host"},
      {label + ".b", "is not the name of a host"},
      {"[1.2.3.4]", "is not an IPv6 address in brackets"},
      {"[::1]:80", "is not an IPv6 address in brackets"},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(said(one.text), one.said) << one.text;
  }
}

}  // namespace
}  // namespace tenon::config
