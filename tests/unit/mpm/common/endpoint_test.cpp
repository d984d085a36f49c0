// SPDX-License-Identifier: Apache-2.0
#include "common/endpoint.hpp"

#include <array>

#include <tenon/cpp/text.hpp>

#include <gtest/gtest.h>

namespace tenon::mpm {
namespace {

using Ip = std::array<std::uint8_t, 16>;

TEST(Endpoint, IsWrittenAsPeopleDo) {
  const struct {
    Ip ip;
    const char* text;
  } cases[] = {
      {{}, "[::]:80"},
      {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, "[::1]:80"},
      {{0x20, 0x01, 0x0d, 0xb8}, "[2001:db8::]:80"},
      {{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1}, "[2001:db8:0:1:1:1:1:1]:80"},
      {{0x20, 0x01, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1}, "[2001:0:0:1::1]:80"},
      {{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1}, "[2001:db8::1:0:0:1]:80"},
  };
  for (const auto& [ip, text] : cases)
    EXPECT_EQ(endpoint_text(6, ip.data(), 80), text);
  EXPECT_EQ(endpoint_text(4, Ip{192, 0, 2, 10}.data(), 65535), "192.0.2.10:65535");
}

TEST(Endpoint, IsBoundWithTheRealPort) {
  tenon_listener listener{};
  listener.struct_size = sizeof listener;
  listener.family = 4;
  listener.ip[0] = 127;
  listener.ip[3] = 1;
  listener.name = str("default");
  listener.address = str("127.0.0.1:0");

  EXPECT_EQ(bound_text(listener, 40123), "default=127.0.0.1:40123");
  EXPECT_EQ(
      cannot_listen(listener, "it is taken"),
      "cannot listen on 127.0.0.1:0 (server.listen, listener \"default\"): it is taken"
  );
}

TEST(Listeners, AreWalkedByTheSizeOfTheFirst) {
  // A newer kernel's listeners are longer than ours.
  struct Longer {
    tenon_listener base;
    std::uint64_t more;
  };
  Longer longer[3] = {};
  for (std::uint16_t i = 0; i < 3; ++i) {
    longer[i].base.struct_size = sizeof(Longer);
    longer[i].base.port = i;
  }
  tenon_mpm_config config{};
  config.n_listeners = 3;
  config.listeners = &longer[0].base;

  const std::vector<const tenon_listener*> all = listeners_of(config);

  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[2]->port, 2);
}

}  // namespace
}  // namespace tenon::mpm
