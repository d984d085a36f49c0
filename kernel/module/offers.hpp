// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include <tenon/services.h>

namespace tenon::module {

// What modules offer each other: "tenon.services/1".
class Offers {
 public:
  struct Offer {
    std::string module;  // whose it is
    const void* table = nullptr;
    void* object = nullptr;
  };

  // Null: it was taken. Else the offer that was there before.
  const Offer* add(std::string_view id, Offer offer);
  // Null: nobody offers it. Lives as long as this object.
  const Offer* find(std::string_view id) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Offer, std::less<>> offers_;
};

// "com.example.sessions/2": a reversed domain name and a revision.
bool is_service_id(std::string_view id);

// The table behind "tenon.services/1".
const tenon_services& services_api();

}  // namespace tenon::module
