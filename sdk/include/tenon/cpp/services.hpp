// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include <tenon/cpp/host.hpp>
#include <tenon/services.h>

// What modules offer each other. A service is a C struct of functions that begins with
// `uint32_t struct_size`, in a header that both sides include.
namespace tenon {

// The interface; null where the server doesn't offer it. Asked for once.
inline const tenon_services* services_api() {
  static const tenon_services* const api = query<tenon_services>(TENON_SERVICES_ID);
  return api;
}

// [control] What a module does in `static void load(tenon::Loading&)`, once per process, before any
// instance is made.
class Loading {
 public:
  // Both stay as they are for good. Others ask for `id`, such as "com.example.quotes/1".
  template <class Table>
  void offer(const char* id, const Table& table, void* object = nullptr) {
    const tenon_status status = services_api() == nullptr
                                    ? tenon_status{TENON_E_UNSUPPORTED}
                                    : services_api()->offer(loaded.self, id, &table, object);
    if (status != TENON_OK) status_ = status;  // The server knows why, and says so.
  }
  // The module will not run; shown to the operator.
  void refuse(std::string_view why) {
    loaded.host->set_error(loaded.self, nullptr, str(why));
    status_ = TENON_E_FAIL;
  }
  tenon_status status() const { return status_; }

 private:
  tenon_status status_ = TENON_OK;
};

// Another module's service; false: nobody offers it. Lives as long as the process.
template <class Table>
struct Service {
  const Table* table = nullptr;
  void* object = nullptr;

  explicit operator bool() const noexcept { return table != nullptr; }
  const Table* operator->() const { return table; }
};

// [control] In load(), check() and constructors. Whose id is in `needs` is there.
template <class Table>
Service<Table> acquire(const char* id) {
  const void* table = nullptr;
  void* object = nullptr;
  if (services_api() == nullptr) return {};
  if (services_api()->acquire(loaded.self, id, &table, &object) != TENON_OK) return {};
  return {static_cast<const Table*>(table), object};
}

}  // namespace tenon
