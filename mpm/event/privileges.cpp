// SPDX-License-Identifier: Apache-2.0
#include "event/privileges.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <optional>
#include <system_error>

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace tenon::mpm {
namespace {

constexpr std::size_t kEntryBytes = 64 * 1024;  // of a line in the databases of users and groups
constexpr std::size_t kGroupsMax = 65536;       // the system's own limit

std::optional<std::uint32_t> number(const std::string& text) {
  std::uint32_t value = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return value;
}

bool find_group(const std::string& name, gid_t& out) {
  std::vector<char> bytes(kEntryBytes);
  ::group entry{};
  ::group* found = nullptr;
  ::getgrnam_r(name.c_str(), &entry, bytes.data(), bytes.size(), &found);
  if (found != nullptr) out = entry.gr_gid;
  const std::optional<std::uint32_t> id = number(name);
  if (found == nullptr && id) out = *id;
  return found != nullptr || id;
}

std::vector<gid_t> groups_of(const std::string& user, gid_t group) {
  std::vector<gid_t> groups(64);
  auto count = static_cast<int>(groups.size());
  while (::getgrouplist(user.c_str(), group, groups.data(), &count) < 0 &&
         groups.size() < kGroupsMax) {
    groups.resize(groups.size() * 2);
    count = static_cast<int>(groups.size());
  }
  groups.resize(static_cast<std::size_t>(count));
  return groups;
}

Failure<IdentityFault> refuse(bool of_group, std::string text) {
  return fail(IdentityFault{of_group, std::move(text)});
}

// Of the user that `name` is; a user by number alone has no group.
Result<Identity, IdentityFault> find_user(const std::string& name, const std::string& group) {
  std::vector<char> bytes(kEntryBytes);
  ::passwd entry{};
  ::passwd* found = nullptr;
  ::getpwnam_r(name.c_str(), &entry, bytes.data(), bytes.size(), &found);
  const std::optional<std::uint32_t> id = number(name);
  if (found == nullptr && id) ::getpwuid_r(*id, &entry, bytes.data(), bytes.size(), &found);
  if (found == nullptr && !id) {
    return refuse(false, "this machine has no user \"" + name + "\"; make one (adduser --system)");
  }
  if (found == nullptr && group.empty()) {
    return refuse(false, "no user has the number " + name + ", so `group` must be set, too");
  }
  Identity identity;
  identity.name = name;
  identity.user = found != nullptr ? entry.pw_uid : *id;
  if (found != nullptr) identity.group = entry.pw_gid;
  if (!group.empty() && !find_group(group, identity.group)) {
    return refuse(true, "this machine has no group \"" + group + "\"; make one (addgroup)");
  }
  identity.groups = found != nullptr ? groups_of(entry.pw_name, identity.group)
                                     : std::vector<gid_t>{identity.group};
  return identity;
}

// Raw system calls: the C library's would ask all threads, of which there is one, by signals.
bool call(long number, long a, long b, long c) {
  return ::syscall(number, a, b, c) == 0;
}

bool set_capabilities_to_none() {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};
  return ::syscall(SYS_capset, &header, none) == 0;
}

bool has_no_capability() {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct held[_LINUX_CAPABILITY_U32S_3] = {};
  if (::syscall(SYS_capget, &header, held) != 0) return false;
  for (const auto& part : held) {
    if (part.effective != 0 || part.permitted != 0 || part.inheritable != 0) return false;
  }
  return true;
}

bool change_user(const Identity& identity, RightsFault& fault) {
  const auto count = static_cast<long>(identity.groups.size());
  const auto groups = reinterpret_cast<long>(identity.groups.data());
  const long group = static_cast<long>(identity.group);
  const long user = static_cast<long>(identity.user);
  fault.step = "setgroups";
  if (!call(SYS_setgroups, count, groups, 0)) return false;
  fault.step = "setresgid";
  if (!call(SYS_setresgid, group, group, group)) return false;
  fault.step = "setresuid";
  return call(SYS_setresuid, user, user, user);
}

bool give_up_capabilities(RightsFault& fault) {
  // Of systems before 4.3 there are none.
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  fault.step = "capset";
  if (!set_capabilities_to_none()) return false;
  fault.step = "prctl(PR_SET_NO_NEW_PRIVS)";
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  fault.step = "giving up root, which the system would give back,";
  if (call(SYS_setresuid, 0, 0, 0)) {
    errno = EPERM;
    return false;
  }
  fault.step = "giving up capabilities, of which some are left,";
  errno = EPERM;
  return has_no_capability();
}

}  // namespace

Result<Identity, IdentityFault> find_identity(const std::string& user, const std::string& group) {
  if (user.empty() && group.empty()) return Identity{};
  if (user.empty()) return refuse(true, "a group is set without a user");
  Result<Identity, IdentityFault> identity = find_user(user, group);
  if (!identity) return identity;
  const bool differs = (*identity).user != ::geteuid() || (*identity).group != ::getegid();
  (*identity).change = ::geteuid() == 0;
  if (::geteuid() == 0 || !differs) return identity;
  return refuse(
      (*identity).user == ::geteuid(),
      "only root may give its children another user or group; start the server as root, or leave "
      "`user` and `group` out"
  );
}

RightsFault give_up_rights(const Identity& identity) {
  RightsFault fault;
  if (identity.change && identity.user != 0) {
    // Not allowed in every container; no capability is left in any case.
    for (unsigned long i = 0; ::prctl(PR_CAPBSET_READ, i, 0, 0, 0) >= 0; ++i)
      ::prctl(PR_CAPBSET_DROP, i, 0, 0, 0);
  }
  if ((identity.change && !change_user(identity, fault)) ||
      (::geteuid() != 0 && !give_up_capabilities(fault))) {
    fault.error = errno;
    return fault;
  }
  return {};
}

}  // namespace tenon::mpm
