// SPDX-License-Identifier: Apache-2.0
#include "config/address.hpp"

#include <gtest/gtest.h>

namespace tenon::config {
namespace {

std::string said(std::string_view text) {
  const Result<Address, std::string> address = parse_address(text);
  return address ? "accepted" : address.error();
}

std::array<uint8_t, 16> ip_of(std::string_view text) {
  const Result<Address, std::string> address = parse_address(text);
  EXPECT_TRUE(address) << text;
  return address ? address->ip : std::array<uint8_t, 16>{};
}

TEST(Address, ReadsIpv4) {
  const Result<Address, std::string> address = parse_address("192.0.2.255:65535");

  ASSERT_TRUE(address);
  EXPECT_EQ(address->family, 4);
  EXPECT_EQ(address->port, 65535);
  EXPECT_EQ(address->ip, (std::array<uint8_t, 16>{192, 0, 2, 255}));
}

TEST(Address, ReadsPortZero) {
  EXPECT_EQ(parse_address("127.0.0.1:0")->port, 0);
}

TEST(Address, ReadsEveryFormOfIpv6) {
  EXPECT_EQ(parse_address("[::]:80")->family, 6);
  EXPECT_EQ(
      ip_of("[::1]:80"), (std::array<uint8_t, 16>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1})
  );
  EXPECT_EQ(
      ip_of("[1:2:3:4:5:6:7:ABCD]:80"),
      (std::array<uint8_t, 16>{0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0xAB, 0xCD})
  );
  EXPECT_EQ(ip_of("[2001:db8::]:80"), (std::array<uint8_t, 16>{0x20, 1, 0xD, 0xB8}));
  EXPECT_EQ(
      ip_of("[::ffff:192.0.2.1]:80"),
      (std::array<uint8_t, 16>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 192, 0, 2, 1})
  );
}

TEST(Address, RefusesWhatIsNotIpv6) {
  for (const char* host :
       {"",
        ":",
        ":::",
        "1",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1::2::3",
        "12345::",
        "::g",
        "::1:",
        "1.2.3.4",
        "1.2.3.4::",
        "::1.2.3",
        "1:2:3:4:5:6:7::8",
        "1:2:3:4:5:6:7:1.2.3.4"}) {
    const std::string text = "[" + std::string(host) + "]:80";
    EXPECT_EQ(said(text), "\"" + std::string(host) + "\" is not an IPv6 address");
  }
}

TEST(Address, SaysWhatToWriteInstead) {
  const struct {
    std::string text, said;
  } cases[] = {
      {"*:80",
       "name the addresses: write \"0.0.0.0:80\" for every IPv4 address, or \"[::]:80\" for IPv6"},
      {":80",
       "name the addresses: write \"0.0.0.0:80\" for every IPv4 address, or \"[::]:80\" for IPv6"},
      {"80", "write the address too: \"0.0.0.0:80\""},
      {"", "the port is missing; write it as \"127.0.0.1:8080\""},
      {"127.0.0.1", "the port is missing; write it as \"127.0.0.1:8080\""},
      {"[::1]", "the port is missing; write it as \"[::1]:8080\""},
      {"[::1", "the bracket is not closed"},
      {"[fe80::1%eth0]:80", "\"fe80::1%eth0\" has a zone, which is not supported"},
      {"::1:80", "write an IPv6 address in brackets, such as \"[::1]:8080\""},
      {"localhost:80", "names are not resolved; write \"127.0.0.1:80\""},
      {"example.com:80", "names are not resolved; write a numeric address such as \"0.0.0.0:80\""},
      {"127.0.0.1:65536", "the port \"65536\" is not a number from 0 to 65535"},
      {"127.0.0.1:http", "the port \"http\" is not a number from 0 to 65535"},
      {"127.0.0.1:", "the port \"\" is not a number from 0 to 65535"},
      {"1.2.3.256:80", "\"1.2.3.256\" is not an IPv4 address of four numbers from 0 to 255"},
      {"1.2.3:80", "\"1.2.3\" is not an IPv4 address of four numbers from 0 to 255"},
      {"1.2.3.010:80", "\"1.2.3.010\" is not an IPv4 address of four numbers from 0 to 255"},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(said(one.text), one.said) << one.text;
  }
}

}  // namespace
}  // namespace tenon::config
