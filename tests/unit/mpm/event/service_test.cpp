// SPDX-License-Identifier: Apache-2.0
#include "event/service.hpp"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tenon::mpm {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::uint64_t kSecond = 1'000'000'000;

// A manager that listens at an abstract address.
class ServiceTest : public testing::Test {
 protected:
  ServiceTest() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path + 1, name_.data() + 1, name_.size() - 1);
    const auto bytes = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
    socket_.reset(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), bytes), 0);
  }

  // The next datagram; "": there is none.
  std::string said() {
    char bytes[1024];
    const ssize_t n = ::recv(socket_.get(), bytes, sizeof bytes, MSG_DONTWAIT);
    return n > 0 ? std::string(bytes, static_cast<std::size_t>(n)) : "";
  }

  const std::string name_ = "@tenon-test-" + std::to_string(::getpid());
  UniqueFd socket_;
};

TEST_F(ServiceTest, TellsTheManagerThatItServes) {
  Service service({name_, 0});

  service.ready(3, "main=127.0.0.1:80", true);

  EXPECT_EQ(
      said(),
      "READY=1\nMAINPID=" + std::to_string(::getpid()) +
          "\nSTATUS=generation 3 serves main=127.0.0.1:80"
  );
}

TEST_F(ServiceTest, EndsARefusedReload) {
  Service service({name_, 0});

  service.reloading();
  service.refused({2, "a:1:1: error: bad\nb:2:2: error: worse"}, false);

  EXPECT_THAT(said(), StartsWith("RELOADING=1\nMONOTONIC_USEC="));
  EXPECT_EQ(
      said(), "READY=1\nSTATUS=the reload was refused: a:1:1: error: bad b:2:2: error: worse"
  );
}

TEST_F(ServiceTest, FeedsTheWatchdogAtHalfTimeWhileAChildServes) {
  Service service({name_, 10 * kSecond});
  service.ready(1, "", true);
  said();

  service.alive(100 * kSecond);
  EXPECT_EQ(said(), "WATCHDOG=1");
  service.alive(104 * kSecond);
  EXPECT_EQ(said(), "");
  service.alive(105 * kSecond);
  EXPECT_EQ(said(), "WATCHDOG=1");

  service.crashed("it did");
  EXPECT_THAT(said(), HasSubstr("it did"));
  service.alive(200 * kSecond);
  EXPECT_EQ(said(), "");
}

TEST_F(ServiceTest, AsksForTimeWhileItStartsAndStops) {
  Service service({name_, 0});

  service.alive(100 * kSecond);
  EXPECT_THAT(said(), StartsWith("EXTEND_TIMEOUT_USEC="));
  service.alive(100 * kSecond + 1);
  EXPECT_EQ(said(), "") << "once a second";
  service.ready(1, "", true);
  said();
  service.alive(200 * kSecond);
  EXPECT_EQ(said(), "");

  service.stopping();
  service.stopping();
  EXPECT_THAT(said(), StartsWith("STOPPING=1"));
  EXPECT_EQ(said(), "");
  service.alive(300 * kSecond);
  EXPECT_THAT(said(), StartsWith("EXTEND_TIMEOUT_USEC="));
}

TEST_F(ServiceTest, LooksOftenEnoughForTheWatchdog) {
  EXPECT_EQ(Service({name_, 0}).look_every_ns(), kSecond);
  EXPECT_EQ(Service({name_, kSecond}).look_every_ns(), kSecond / 4);
}

TEST(ServiceManager, IsTakenOutOfTheEnvironment) {
  ::setenv("NOTIFY_SOCKET", "@there", 1);
  ::setenv("WATCHDOG_USEC", "5000", 1);
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);

  const Service::Manager manager = Service::take_manager();

  EXPECT_EQ(manager.socket, "@there");
  EXPECT_EQ(manager.watchdog_ns, 5'000'000u);
  EXPECT_EQ(std::getenv("NOTIFY_SOCKET"), nullptr);
  EXPECT_EQ(std::getenv("WATCHDOG_USEC"), nullptr);
}

TEST(ServiceManager, WatchesTheProcessThatItNames) {
  ::setenv("WATCHDOG_USEC", "5000", 1);
  ::setenv("WATCHDOG_PID", "1", 1);

  EXPECT_EQ(Service::take_manager().watchdog_ns, 0u);
}

TEST(ServiceManager, MayBeMissingOrGone) {
  Service nobody({"", 0});
  nobody.ready(1, "", true);
  Service gone({"/nowhere/notify", 0});
  gone.ready(1, "", true);
  Service strange({"vsock:2:1234", 0});
  strange.ready(1, "", true);
}

}  // namespace
}  // namespace tenon::mpm
