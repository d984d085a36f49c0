// SPDX-License-Identifier: Apache-2.0
#include "winnt/service_registry.hpp"

#include <array>

namespace tenon::mpm {
namespace {

struct KeyTraits {
  using Value = HKEY;
  static Value invalid() noexcept { return nullptr; }
  static void close(Value value) noexcept { ::RegCloseKey(value); }
};
using UniqueKey = UniqueResource<KeyTraits>;

constexpr std::wstring_view kServices = L"SYSTEM\\CurrentControlSet\\Services\\";
constexpr const wchar_t* kArguments = L"Arguments";
constexpr const wchar_t* kInstance = L"Instance";
constexpr std::size_t kInstanceMax = 32;

std::wstring parameters_key(const std::wstring& service) {
  return std::wstring(kServices) + service + L"\\Parameters";
}

std::wstring source_key(const std::wstring& source) {
  return std::wstring(kServices) + L"EventLog\\Application\\" + source;
}

Result<UniqueKey> make_key(const std::wstring& path) {
  HKEY key = nullptr;
  const LSTATUS status = ::RegCreateKeyExW(
      HKEY_LOCAL_MACHINE, path.c_str(), 0, nullptr, 0, KEY_WRITE, nullptr, &key, nullptr
  );
  if (status == ERROR_SUCCESS) return UniqueKey(key);
  return fail(system_error(static_cast<DWORD>(status), "writing to the registry"));
}

// `text` includes what ends it.
Result<Done> write_value(
    const UniqueKey& key, const wchar_t* name, DWORD type, const void* data, std::size_t bytes
) {
  const LSTATUS status = ::RegSetValueExW(
      key.get(), name, 0, type, static_cast<const BYTE*>(data), static_cast<DWORD>(bytes)
  );
  if (status == ERROR_SUCCESS) return Done{};
  return fail(system_error(static_cast<DWORD>(status), "writing to the registry"));
}

Result<Done> write_text(
    const UniqueKey& key, const wchar_t* name, DWORD type, const std::wstring& text
) {
  return write_value(key, name, type, text.c_str(), (text.size() + 1) * sizeof(wchar_t));
}

}  // namespace

Result<Done> write_parameters(const std::wstring& service, const ServiceParameters& parameters) {
  const Result<UniqueKey> key = make_key(parameters_key(service));
  if (!key) return fail(key.error());
  std::wstring texts;
  for (const std::wstring& argument : parameters.arguments)
    texts += argument + L'\0';
  const Result<Done> written = write_text(*key, kArguments, REG_MULTI_SZ, texts);
  if (!written) return written;
  return write_text(*key, kInstance, REG_SZ, parameters.instance);
}

std::optional<std::wstring> read_instance(const std::wstring& service) {
  std::array<wchar_t, kInstanceMax> text{};
  DWORD bytes = sizeof text;
  const LSTATUS status = ::RegGetValueW(
      HKEY_LOCAL_MACHINE,
      parameters_key(service).c_str(),
      kInstance,
      RRF_RT_REG_SZ,
      nullptr,
      text.data(),
      &bytes
  );
  if (status != ERROR_SUCCESS) return std::nullopt;
  return std::wstring(text.data());
}

Result<Done> register_event_source(const std::wstring& source, const std::wstring& message_file) {
  const Result<UniqueKey> key = make_key(source_key(source));
  if (!key) return fail(key.error());
  const Result<Done> written = write_text(*key, L"EventMessageFile", REG_EXPAND_SZ, message_file);
  if (!written) return written;
  const DWORD types = EVENTLOG_ERROR_TYPE | EVENTLOG_WARNING_TYPE | EVENTLOG_INFORMATION_TYPE;
  return write_value(*key, L"TypesSupported", REG_DWORD, &types, sizeof types);
}

void unregister_event_source(const std::wstring& source) {
  ::RegDeleteTreeW(HKEY_LOCAL_MACHINE, source_key(source).c_str());
}

}  // namespace tenon::mpm
