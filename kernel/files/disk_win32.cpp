// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>
#include <optional>
#include <vector>

#include <tenon/files.h>

#include <windows.h>

#include "files/disk.hpp"

namespace tenon::files {
namespace {

constexpr DWORD kFinalNameCharsMax = 32'768;
constexpr std::string_view kNoDosName = R"(\\?\GLOBALROOT)";
constexpr std::string_view kUnc = R"(\\?\UNC)";

HANDLE handle_of(int64_t file) {
  return reinterpret_cast<HANDLE>(static_cast<intptr_t>(file));
}

tenon_status status_of(DWORD error) {
  switch (error) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_INVALID_NAME:
    case ERROR_BAD_PATHNAME:
    case ERROR_DIRECTORY:
    case ERROR_FILENAME_EXCED_RANGE:
    case ERROR_BAD_NETPATH:
    case ERROR_BAD_NET_NAME:
      return TENON_E_NOT_FOUND;
    case ERROR_ACCESS_DENIED:  // also a file that is being deleted
    case ERROR_CANT_ACCESS_FILE:
    case ERROR_CANT_RESOLVE_FILENAME:
      return TENON_E_DENIED;
    default:
      return TENON_E_FAIL;
  }
}

std::wstring widen(std::string_view text) {
  const int size = static_cast<int>(text.size());
  std::wstring wide(text.size(), L'\0');
  const int length = ::MultiByteToWideChar(CP_UTF8, 0, text.data(), size, wide.data(), size);
  wide.resize(static_cast<size_t>(std::max(length, 0)));
  return wide;
}

std::string narrow(std::wstring_view wide) {
  const int size = static_cast<int>(wide.size());
  std::string text(wide.size() * 3, '\0');
  const int length = ::WideCharToMultiByte(
      CP_UTF8, 0, wide.data(), size, text.data(), static_cast<int>(text.size()), nullptr, nullptr
  );
  text.resize(static_cast<size_t>(std::max(length, 0)));
  return text;
}

// The prefix lifts the limit of 260 characters and switches off the rewriting of names (devices,
// trailing dots and spaces), so that nothing but the file system interprets them.
std::string with_long_prefix(std::string_view path) {
  std::string native(path);
  std::replace(native.begin(), native.end(), '/', '\\');
  if (native.starts_with(R"(\\?\)")) return native;
  if (native.starts_with(R"(\\)")) return std::string(kUnc) + native.substr(1);
  return R"(\\?\)" + native;
}

UniqueFile open_native(const std::wstring& path, DWORD access) {
  const HANDLE handle = ::CreateFileW(
      path.c_str(),
      access,
      FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
      nullptr,
      OPEN_EXISTING,
      FILE_FLAG_OVERLAPPED | FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_SEQUENTIAL_SCAN |
          SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS,
      nullptr
  );
  return UniqueFile(reinterpret_cast<intptr_t>(handle));
}

// A volume without a drive letter or share has a name only in the kernel's own name space.
std::optional<std::wstring> final_name(HANDLE handle, bool has_dos_name) {
  const DWORD flags = has_dos_name ? VOLUME_NAME_DOS : VOLUME_NAME_NT;
  std::wstring name(512, L'\0');
  while (true) {
    const auto size = static_cast<DWORD>(name.size());
    const DWORD length = ::GetFinalPathNameByHandleW(handle, name.data(), size, flags);
    if (length == 0 || length > kFinalNameCharsMax) return std::nullopt;
    name.resize(length);  // where the buffer was too small: what it must hold
    if (length < size) break;
  }
  return has_dos_name ? name : widen(kNoDosName) + name;
}

// Some systems (Wine 8 among them) fail at GetFinalPathNameByHandle for long names, but tell the
// name within the volume. Same volume and same name in it: the same final name.
std::optional<std::wstring> name_in_volume(HANDLE handle) {
  std::vector<uint64_t> memory(kFinalNameCharsMax * sizeof(wchar_t) / sizeof(uint64_t) + 1);
  auto* info = reinterpret_cast<FILE_NAME_INFO*>(memory.data());
  const auto size = static_cast<DWORD>(memory.size() * sizeof(uint64_t));
  if (!::GetFileInformationByHandleEx(handle, FileNameInfo, info, size)) return std::nullopt;
  return std::wstring(info->FileName, info->FileNameLength / sizeof(wchar_t));
}

void strip_separator(std::wstring& name) {
  if (!name.empty() && name.back() == L'\\') name.pop_back();
}

bool has_final_name(HANDLE handle, const std::wstring& expected, bool same_volume) {
  const bool has_dos_name = !expected.starts_with(widen(kNoDosName));
  std::optional<std::wstring> name = final_name(handle, has_dos_name);
  if (!name && has_dos_name && same_volume) {
    name = name_in_volume(handle);
    // "\\?\D:" or "\\?\UNC" is what stands before it.
    const size_t volume = expected.starts_with(widen(kUnc)) ? kUnc.size() : 6;
    if (name) name->insert(0, expected, 0, volume);
  }
  if (!name) return false;
  strip_separator(*name);
  return *name == expected;
}

void read_identity(HANDLE handle, Facts& facts) {
  FILE_ID_INFO id{};
  if (::GetFileInformationByHandleEx(handle, FileIdInfo, &id, sizeof id)) {
    uint64_t halves[2];
    std::memcpy(halves, id.FileId.Identifier, sizeof halves);
    facts.volume = id.VolumeSerialNumber;
    facts.id = halves[0] ^ halves[1];  // the upper half is 0 but on ReFS
    return;
  }
  BY_HANDLE_FILE_INFORMATION info{};
  if (!::GetFileInformationByHandle(handle, &info)) return;
  facts.volume = info.dwVolumeSerialNumber;
  facts.id = uint64_t{info.nFileIndexHigh} << 32 | info.nFileIndexLow;
}

// Waits for one overlapped read; EOF is 0 bytes.
bool read_at(
    HANDLE file, HANDLE event, uint64_t offset, char* into, size_t size, DWORD& bytes_read
) {
  OVERLAPPED operation{};
  operation.Offset = static_cast<DWORD>(offset);
  operation.OffsetHigh = static_cast<DWORD>(offset >> 32);
  operation.hEvent = event;
  bytes_read = 0;
  const bool started = ::ReadFile(file, into, static_cast<DWORD>(size), nullptr, &operation) ||
                       ::GetLastError() == ERROR_IO_PENDING;
  if (started && ::GetOverlappedResult(file, &operation, &bytes_read, TRUE)) return true;
  return ::GetLastError() == ERROR_HANDLE_EOF;
}

struct EventTraits {
  using Value = HANDLE;
  static Value invalid() noexcept { return nullptr; }
  static void close(Value event) noexcept { ::CloseHandle(event); }
};

}  // namespace

void FileTraits::close(Value file) noexcept {
  ::CloseHandle(handle_of(file));
}

tenon_status read_facts(int64_t file, Facts& out) {
  const HANDLE handle = handle_of(file);
  if (::GetFileType(handle) != FILE_TYPE_DISK) return TENON_E_DENIED;
  FILE_BASIC_INFO basic{};
  FILE_STANDARD_INFO standard{};
  if (!::GetFileInformationByHandleEx(handle, FileBasicInfo, &basic, sizeof basic) ||
      !::GetFileInformationByHandleEx(handle, FileStandardInfo, &standard, sizeof standard)) {
    return status_of(::GetLastError());
  }
  constexpr int64_t kUnixEpoch = 116'444'736'000'000'000;  // in steps of 100 ns since 1601
  out = {};
  out.kind = standard.Directory ? TENON_FILE_FOLDER : TENON_FILE_REGULAR;
  out.size = standard.Directory ? 0 : static_cast<uint64_t>(standard.EndOfFile.QuadPart);
  out.mtime_ns = (basic.LastWriteTime.QuadPart - kUnixEpoch) * 100;
  read_identity(handle, out);
  return TENON_OK;
}

tenon_status resolve_folder(std::string_view path, Folder& out) {
  const UniqueFile folder = open_native(widen(with_long_prefix(path)), FILE_READ_ATTRIBUTES);
  if (!folder) return status_of(::GetLastError());
  Facts facts;
  const tenon_status status = read_facts(folder.get(), facts);
  if (status != TENON_OK) return status;
  if (facts.kind != TENON_FILE_FOLDER) return TENON_E_NOT_FOUND;
  std::optional<std::wstring> name = final_name(handle_of(folder.get()), true);
  if (!name) name = final_name(handle_of(folder.get()), false);
  if (!name) return TENON_E_FAIL;
  strip_separator(*name);
  out.final_name = narrow(*name);
  out.volume = facts.volume;
  return TENON_OK;
}

Opened open_below(const Folder& folder, std::string_view name) {
  std::wstring path = widen(with_long_prefix(folder.final_name + "/" + std::string(name)));
  Opened opened;
  opened.file = open_native(path, FILE_READ_DATA | FILE_READ_ATTRIBUTES | SYNCHRONIZE);
  if (!opened.file) {
    opened.status = status_of(::GetLastError());
    return opened;
  }
  strip_separator(path);
  opened.status = read_facts(opened.file.get(), opened.facts);
  const bool same_volume = opened.facts.volume == folder.volume;
  if (opened.status == TENON_OK &&
      !has_final_name(handle_of(opened.file.get()), path, same_volume)) {
    opened.status = TENON_E_DENIED;
  }
  if (opened.status != TENON_OK) opened.file.reset();
  return opened;
}

tenon_status read_start(int64_t file, std::string& out, size_t& read) {
  read = 0;
  const UniqueResource<EventTraits> event(::CreateEventW(nullptr, TRUE, FALSE, nullptr));
  if (!event) return TENON_E_FAIL;
  while (read < out.size()) {
    DWORD n = 0;
    char* into = out.data() + read;
    if (!read_at(handle_of(file), event.get(), read, into, out.size() - read, n)) {
      return TENON_E_FAIL;
    }
    if (n == 0) break;
    read += n;
  }
  return TENON_OK;
}

}  // namespace tenon::files
