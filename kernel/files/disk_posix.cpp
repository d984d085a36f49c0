// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>

#include <tenon/files.h>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "files/disk.hpp"

namespace tenon::files {
namespace {

tenon_status status_of(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
    case ENAMETOOLONG:
      return TENON_E_NOT_FOUND;
    case EACCES:
    case EPERM:
    case ELOOP:  // a link: its final name is never the name that was asked for
    case ENXIO:  // a socket
      return TENON_E_DENIED;
    default:
      return TENON_E_FAIL;
  }
}

// O_NONBLOCK keeps a FIFO from blocking the open; it changes nothing for regular files.
constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

// The folder's final name holds no links, so refusing every link refuses those below it.
int open_without_links(const std::string& path) {
  open_how how{};
  how.flags = kFlags;
  how.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  long fd = -1;
  do {
    fd = ::syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how);
  } while (fd < 0 && errno == EINTR);
  if (fd >= 0 || (errno != ENOSYS && errno != EPERM)) return static_cast<int>(fd);
  // Linux before 5.6, or a sandbox that does not know the call: the final name decides alone.
  return ::open(path.c_str(), kFlags | O_NOFOLLOW);
}

// Only this sees that a case-folding file system spells the name in another way.
bool has_final_name(int fd, const std::string& expected) {
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  std::array<char, PATH_MAX> name{};
  const ssize_t length = ::readlink(link.c_str(), name.data(), name.size());
  if (length < 0 || static_cast<size_t>(length) == name.size()) return false;
  return std::string_view(name.data(), static_cast<size_t>(length)) == expected;
}

Facts facts_of(const struct stat& info) {
  Facts facts;
  if (S_ISREG(info.st_mode)) facts.kind = TENON_FILE_REGULAR;
  if (S_ISDIR(info.st_mode)) facts.kind = TENON_FILE_FOLDER;
  facts.size = S_ISREG(info.st_mode) ? static_cast<uint64_t>(info.st_size) : 0;
  facts.mtime_ns = int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
  facts.volume = info.st_dev;
  facts.id = info.st_ino;
  return facts;
}

}  // namespace

void FileTraits::close(Value file) noexcept {
  ::close(static_cast<int>(file));
}

tenon_status read_facts(int64_t file, Facts& out) {
  struct stat info {};
  if (::fstat(static_cast<int>(file), &info) != 0) return status_of(errno);
  out = facts_of(info);
  return out.kind != 0 ? TENON_OK : TENON_E_DENIED;
}

tenon_status resolve_folder(std::string_view path, Folder& out) {
  char* resolved = ::realpath(std::string(path).c_str(), nullptr);
  if (resolved == nullptr) return status_of(errno);
  out.final_name = resolved;
  std::free(resolved);
  struct stat info {};
  if (::stat(out.final_name.c_str(), &info) != 0) return status_of(errno);
  if (!S_ISDIR(info.st_mode)) return TENON_E_NOT_FOUND;
  if (out.final_name == "/") out.final_name.clear();
  out.volume = info.st_dev;
  return TENON_OK;
}

Opened open_below(const Folder& folder, std::string_view name) {
  std::string path = folder.final_name;
  if (!name.empty()) path.append("/").append(name);
  if (path.empty()) path = "/";
  Opened opened;
  opened.file.reset(open_without_links(path));
  if (!opened.file) {
    opened.status = status_of(errno);
    return opened;
  }
  opened.status = read_facts(opened.file.get(), opened.facts);
  if (opened.status == TENON_OK && !has_final_name(static_cast<int>(opened.file.get()), path)) {
    opened.status = TENON_E_DENIED;
  }
  if (opened.status != TENON_OK) opened.file.reset();
  return opened;
}

tenon_status read_start(int64_t file, std::string& out, size_t& read) {
  read = 0;
  while (read < out.size()) {
    const ssize_t n = ::pread(
        static_cast<int>(file), out.data() + read, out.size() - read, static_cast<off_t>(read)
    );
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return TENON_E_FAIL;
    if (n == 0) break;
    read += static_cast<size_t>(n);
  }
  return TENON_OK;
}

}  // namespace tenon::files
