// SPDX-License-Identifier: Apache-2.0
// The test plays systemd: sd_notify(3), sd_listen_fds(3), and the units that ship.
#include <csignal>
#include <cstring>
#include <ctime>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "support/environment.hpp"
#include "support/served.hpp"
#include "support/unique_fd.hpp"

namespace tenon::support {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Where a service tells its manager what it does.
class NotifySocket {
 public:
  explicit NotifySocket(const Sandbox& sandbox) : path_(sandbox.path("notify")) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path_.c_str(), sizeof address.sun_path - 1);
    socket_.reset(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(
        ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0
    );
  }

  const std::string& path() const { return path_; }
  // The next datagram with this in it; "" when none comes.
  std::string next(std::string_view text, Milliseconds time = kPatience) {
    std::string found;
    poll_until(
        [&] {
          char bytes[4096];
          const ssize_t n = ::recv(socket_.get(), bytes, sizeof bytes, MSG_DONTWAIT);
          if (n > 0) found.assign(bytes, static_cast<size_t>(n));
          return n > 0 && found.find(text) != std::string::npos;
        },
        time
    );
    return found.find(text) != std::string::npos ? found : "";
  }

 private:
  const std::string path_;
  UniqueFd socket_;
};

uint64_t monotonic_usec() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000 + static_cast<uint64_t>(now.tv_nsec) / 1000;
}

uint64_t number_after(const std::string& text, const std::string& name) {
  const size_t at = text.find(name);
  return at == std::string::npos ? 0 : std::stoull(text.substr(at + name.size()));
}

// Inherited, and out of the way of the numbers that it is to have in a server.
UniqueFd new_socket(int family) {
  const UniqueFd socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return UniqueFd(::fcntl(socket.get(), F_DUPFD, 100));
}

// A socket that listens on a free port of 127.0.0.1.
struct Listening {
  Listening() : socket(new_socket(AF_INET)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t bytes = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(socket.get(), generic, bytes), 0);
    EXPECT_EQ(::listen(socket.get(), 16), 0);
    EXPECT_EQ(::getsockname(socket.get(), generic, &bytes), 0);
    port = ntohs(address.sin_port);
  }

  UniqueFd socket;
  uint16_t port = 0;
};

class Systemd : public ::testing::Test {
 protected:
  void SetUp() override {
    if (on_windows()) GTEST_SKIP() << "systemd is Linux's";
  }
  static TestConfig at(uint16_t port) {
    TestConfig config = usual_config();
    config.listen = "\"127.0.0.1:" + std::to_string(port) + "\"";
    return config;
  }
  static std::string environment_of(pid_t process) {
    return read_file("/proc/" + std::to_string(process) + "/environ");
  }

  // A file of the stage's systemd/, for a server that lies there.
  static std::string shipped(const std::string& name) {
    constexpr std::string_view kInstalled = "/opt/tenon";
    std::string text = read_file(stage() + "/systemd/" + name);
    for (size_t at = 0; (at = text.find(kInstalled, at)) != std::string::npos; at += stage().size())
      text.replace(at, kInstalled.size(), stage());
    return text;
  }

  Sandbox sandbox_;
};

TEST_F(Systemd, HearsOfStartReloadAndStop) {
  NotifySocket manager(sandbox_);
  sandbox_.write_config(usual_config().text());
  ServerProcess server(sandbox_, ServerProcess::Managed{{{"NOTIFY_SOCKET", manager.path()}}});
  ASSERT_TRUE(server.wait_ready()) << server.err();

  const std::string pid = std::to_string(server.control().pid());
  EXPECT_THAT(
      manager.next("READY=1"),
      AllOf(HasSubstr("MAINPID=" + pid), HasSubstr("STATUS=generation 1 serves default=127.0.0.1:"))
  );
  EXPECT_THAT(environment_of(server.child_pid()), Not(HasSubstr("NOTIFY_SOCKET")));

  const uint64_t before = monotonic_usec();
  server.control().send_signal(SIGHUP);  // what Type=notify-reload does
  const uint64_t said = number_after(manager.next("RELOADING=1"), "MONOTONIC_USEC=");
  EXPECT_GE(said, before);
  EXPECT_LE(said, monotonic_usec());
  EXPECT_THAT(manager.next("READY=1"), HasSubstr("generation 2 serves"));

  server.interrupt();
  EXPECT_THAT(manager.next("STOPPING=1"), HasSubstr("STATUS=stopping"));
  EXPECT_NE(manager.next("EXTEND_TIMEOUT_USEC="), "");
  EXPECT_TRUE(server.control().wait());
}

TEST_F(Systemd, HearsOfARefusedReloadAndACrash) {
  NotifySocket manager(sandbox_);
  sandbox_.write_config(usual_config().text());
  ServerProcess server(sandbox_, ServerProcess::Managed{{{"NOTIFY_SOCKET", manager.path()}}});
  ASSERT_TRUE(server.wait_ready()) << server.err();

  ::kill(server.child_pid(), SIGKILL);
  EXPECT_THAT(manager.next("STATUS=the child crashed"), HasSubstr("signal 9"));
  ASSERT_TRUE(server.wait_ready(2)) << server.err();
  sandbox_.write_config("[[[");
  EXPECT_EQ(run_tenon(sandbox_, {"reload"}).exit_code, 2);

  EXPECT_NE(manager.next("RELOADING=1"), "");
  EXPECT_THAT(
      manager.next("READY=1"),
      AllOf(HasSubstr("the reload was refused: "), HasSubstr("tenon.toml:1:"))
  );
  EXPECT_TRUE(server.stop());
}

TEST_F(Systemd, IsToldThatTheServerIsWellWhileAChildServes) {
  NotifySocket manager(sandbox_);
  sandbox_.write_config(usual_config().text());
  const ServerProcess::Managed managed{
      {{"NOTIFY_SOCKET", manager.path()}, {"WATCHDOG_USEC", "100000"}}};
  ServerProcess server(sandbox_, managed);
  ASSERT_TRUE(server.wait_ready()) << server.err();

  for (int i = 0; i < 3; ++i)
    EXPECT_NE(manager.next("WATCHDOG=1", seconds(5)), "") << i;

  server.control().send_signal(SIGSTOP);
  while (!manager.next("WATCHDOG=1", Milliseconds(200)).empty()) {
  }
  server.control().send_signal(SIGCONT);
  EXPECT_NE(manager.next("WATCHDOG=1", seconds(5)), "");
  EXPECT_TRUE(server.stop());
}

TEST_F(Systemd, GivesItsSockets) {
  const Listening given;
  sandbox_.write_config(at(given.port).text());

  ServerProcess server(
      sandbox_, ServerProcess::Managed{{{"LISTEN_FDNAMES", "http"}}, {given.socket.get()}}
  );
  ASSERT_TRUE(server.wait_ready()) << server.err();

  EXPECT_EQ(server.port(), given.port);
  EXPECT_EQ(get(given.port, "/hello").status, 200);
  EXPECT_THAT(environment_of(server.child_pid()), Not(HasSubstr("LISTEN_")));
  EXPECT_THAT(server.err(), Not(HasSubstr("warning")));
  EXPECT_TRUE(server.stop());

  // The manager's own goes on: who comes now is served by the next server.
  HttpConnection waiting(given.port);
  ASSERT_TRUE(waiting.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"));
  ServerProcess next(sandbox_, ServerProcess::Managed{{}, {given.socket.get()}});
  ASSERT_TRUE(next.wait_ready()) << next.err();
  EXPECT_EQ(waiting.receive().status, 200);
  EXPECT_TRUE(next.stop());
}

TEST_F(Systemd, GivesASocketAgainThatAReloadHadRemoved) {
  const Listening given;
  const std::string with = at(given.port).text();
  sandbox_.write_config(with);
  ServerProcess server(sandbox_, ServerProcess::Managed{{}, {given.socket.get()}});
  ASSERT_TRUE(server.wait_ready()) << server.err();

  sandbox_.write_config(usual_config().text());
  EXPECT_EQ(run_tenon(sandbox_, {"reload"}).exit_code, 0);
  ASSERT_TRUE(server.wait_ready(2)) << server.err();
  EXPECT_NE(server.port(), given.port);
  sandbox_.write_config(with);
  EXPECT_EQ(run_tenon(sandbox_, {"reload"}).exit_code, 0);

  EXPECT_EQ(get(given.port, "/hello").status, 200);
  EXPECT_TRUE(server.stop());
}

TEST_F(Systemd, IsWarnedOfSocketsThatNobodyWants) {
  const Listening unwanted;
  const UniqueFd no_listener = new_socket(AF_UNIX);
  sandbox_.write_config(usual_config().text());

  ServerProcess server(
      sandbox_,
      ServerProcess::Managed{
          {{"LISTEN_FDNAMES", "spare:local"}}, {unwanted.socket.get(), no_listener.get()}}
  );
  ASSERT_TRUE(server.wait_ready()) << server.err();

  EXPECT_THAT(
      server.err(),
      AllOf(
          HasSubstr(
              "warning: the service manager listens on 127.0.0.1:" + std::to_string(unwanted.port) +
              " (\"spare\") for us, but no listener has that address"
          ),
          HasSubstr("(\"local\") of the service manager is no TCP socket that listens")
      )
  );
  EXPECT_TRUE(server.stop());
}

TEST_F(Systemd, UnitsAreGood) {
  if (run({.argv = {"which", "systemd-analyze"}}).exit_code != 0) {
    GTEST_SKIP() << "systemd-analyze is not installed";
  }
  sandbox_.write("tenon.service", shipped("tenon.service"));
  sandbox_.write("tenon.socket", shipped("tenon.socket"));
  sandbox_.write("tenon.service.d/before-253.conf", shipped("before-253.conf"));

  const CommandResult result = run(
      {.argv =
           {"systemd-analyze",
            "verify",
            "--man=no",
            sandbox_.path("tenon.service"),
            sandbox_.path("tenon.socket")}}
  );

  EXPECT_EQ(result.exit_code, 0) << result.err;
  // Systemd before 253 has a word on one line, for which before-253.conf is there.
  EXPECT_THAT(result.err, Not(HasSubstr("Unknown")));
  EXPECT_THAT(result.err, Not(HasSubstr("Invalid")));
}

}  // namespace
}  // namespace tenon::support
