// SPDX-License-Identifier: Apache-2.0
#include "common/request.hpp"

#include <gtest/gtest.h>

namespace tenon::mpm {
namespace {

TEST(Request, IsTheSameOnTheOtherSide) {
  for (const Request request :
       {Request::Stop,
        Request::GracefulStop,
        Request::Reload,
        Request::ReopenLogs,
        Request::Status,
        Request::StatusJson}) {
    const std::string line = encode_request(request);

    EXPECT_LE(line.size(), kRequestBytesMax);
    EXPECT_EQ(decode_request(line), request);
  }
}

TEST(Request, OfTheConsoleDoesNotComeByTheChannel) {
  EXPECT_EQ(encode_request(Request::Interrupt), "");
}

TEST(Request, IsRefusedWhenItIsCutOffOrUnknown) {
  EXPECT_FALSE(decode_request("TENON1 stop"));
  EXPECT_FALSE(decode_request("TENON2 stop\n"));
  EXPECT_FALSE(decode_request("TENON1 explode\n"));
  EXPECT_FALSE(decode_request(""));
}

TEST(Reply, IsTheSameOnTheOtherSide) {
  const std::optional<Outcome> outcome = decode_reply(encode_reply({kConfig, "a\nb\n"}));

  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->code, kConfig);
  EXPECT_EQ(outcome->text, "a\nb\n");
}

TEST(Reply, IsRefusedWhenItIsCutOff) {
  EXPECT_FALSE(decode_reply(""));
  EXPECT_FALSE(decode_reply("TENON1 0"));
  EXPECT_FALSE(decode_reply("TENON1 9\n"));
}

}  // namespace
}  // namespace tenon::mpm
