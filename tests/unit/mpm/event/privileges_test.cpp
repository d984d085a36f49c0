// SPDX-License-Identifier: Apache-2.0
#include "event/privileges.hpp"

#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include <gmock/gmock.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "event/posix.hpp"

namespace tenon::mpm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;

constexpr uid_t kNobody = 65534;  // of every Debian

bool is_root() {
  return ::geteuid() == 0;
}

std::string status_of_this_process() {
  std::ifstream file("/proc/self/status");
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// What a process says of itself after it has given up its rights.
std::string in_a_process(const std::function<std::string()>& run) {
  int fds[2] = {-1, -1};
  EXPECT_EQ(::pipe(fds), 0);
  const UniqueFd read(fds[0]);
  UniqueFd write(fds[1]);
  const pid_t child = ::fork();
  if (child == 0) {
    write_pipe(write.get(), run());
    ::_exit(0);
  }
  write.reset();
  std::string all;
  char part[4096];
  while (const std::size_t n = read_pipe(read.get(), part))
    all.append(part, n);
  ::waitpid(child, nullptr, 0);
  return all;
}

TEST(Identity, OfNobodyElseIsNoChange) {
  const auto identity = find_identity("", "");
  ASSERT_TRUE(identity);
  EXPECT_FALSE(identity->change);
}

TEST(Identity, NamesWhatIsUnknown) {
  const auto user = find_identity("no-such-user", "");
  ASSERT_FALSE(user);
  EXPECT_FALSE(user.error().of_group);
  EXPECT_THAT(user.error().text, HasSubstr("this machine has no user \"no-such-user\""));

  const auto group = find_identity("nobody", "no-such-group");
  ASSERT_FALSE(group);
  EXPECT_TRUE(group.error().of_group);
  EXPECT_THAT(group.error().text, HasSubstr("no group \"no-such-group\""));
}

TEST(Identity, NeedsAUserForAGroupAndAGroupForANumber) {
  EXPECT_THAT(find_identity("", "nogroup").error().text, HasSubstr("without a user"));
  EXPECT_THAT(find_identity("4000000", "").error().text, HasSubstr("`group` must be set"));
}

TEST(Identity, IsTheUsersWithItsGroups) {
  if (!is_root()) GTEST_SKIP() << "only root may name others";
  const auto identity = find_identity("nobody", "");

  ASSERT_TRUE(identity);
  EXPECT_TRUE(identity->change);
  EXPECT_EQ(identity->user, kNobody);
  EXPECT_THAT(identity->groups, IsSupersetOf({identity->group}));
}

TEST(Identity, MayBeNumbers) {
  if (!is_root()) GTEST_SKIP() << "only root may name others";
  const auto identity = find_identity("4000000", "4000001");

  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->user, 4'000'000u);
  EXPECT_EQ(identity->group, 4'000'001u);
  EXPECT_THAT(identity->groups, ElementsAre(4'000'001u));
}

TEST(Identity, OfSomebodyElseIsForRootAlone) {
  if (!is_root()) GTEST_SKIP() << "only root can become nobody";
  const std::string said = in_a_process([] {
    if (::setresuid(kNobody, kNobody, kNobody) != 0) return std::string("cannot");
    const auto other = find_identity("daemon", "");
    return other ? "allowed" : other.error().text;
  });

  EXPECT_THAT(said, HasSubstr("only root may give its children another user"));
}

TEST(GiveUpRights, LeavesNothingOfRoot) {
  if (!is_root()) GTEST_SKIP() << "only root has something to give up";
  Identity identity = *find_identity("nobody", "daemon");
  const std::string status = in_a_process([&] {
    const RightsFault fault = give_up_rights(identity);
    return fault.error == 0 ? status_of_this_process() : std::string(fault.step);
  });

  const std::string user = std::to_string(kNobody);
  EXPECT_THAT(status, HasSubstr("Uid:\t" + user + "\t" + user + "\t" + user + "\t" + user + "\n"));
  EXPECT_THAT(status, HasSubstr("Gid:\t1\t1\t1\t1\n"));
  for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"}) {
    EXPECT_THAT(status, HasSubstr(std::string(set) + ":\t0000000000000000\n"));
  }
  EXPECT_THAT(status, HasSubstr("NoNewPrivs:\t1\n"));
}

TEST(GiveUpRights, TakesCapabilitiesThatANewUserKept) {
  if (!is_root()) GTEST_SKIP() << "only root has something to give up";
  const std::string status = in_a_process([] {
    ::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
    const RightsFault fault = give_up_rights(*find_identity("nobody", ""));
    return fault.error == 0 ? status_of_this_process() : std::string(fault.step);
  });

  EXPECT_THAT(status, HasSubstr("CapPrm:\t0000000000000000\n"));
}

TEST(GiveUpRights, LeavesRootWhoIsToStayRoot) {
  if (!is_root()) GTEST_SKIP() << "only root can stay root";
  const std::string status = in_a_process([] {
    return give_up_rights(Identity{}).error == 0 ? status_of_this_process() : "failed";
  });

  EXPECT_THAT(status, HasSubstr("Uid:\t0\t0\t0\t0\n"));
  EXPECT_THAT(status, testing::Not(HasSubstr("CapEff:\t0000000000000000")));
}

}  // namespace
}  // namespace tenon::mpm
