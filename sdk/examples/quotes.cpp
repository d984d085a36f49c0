// SPDX-License-Identifier: Apache-2.0
// Offers a service to other modules: quotes, by their number.
#include "quotes.h"

#include <array>
#include <string_view>

#include <tenon/cpp/module.hpp>

class Quotes {
 public:
  static void load(tenon::Loading& loading) {
    static constexpr quotes_service kService = {sizeof(quotes_service), 0, &Quotes::quote};
    loading.offer(QUOTES_ID, kService);
  }

  // It answers requests as well.
  tenon::Verdict handle(tenon::Request& request) const {
    return request.text(200, std::string(kQuotes[0]) + "\n");
  }

 private:
  static tenon_str TENON_CALL quote(void* /*object*/, uint64_t number) noexcept {
    return tenon::str(kQuotes[number % kQuotes.size()]);
  }

  static constexpr std::array<std::string_view, 2> kQuotes = {
      "Simplicity is prerequisite for reliability.", "Make it work, then make it fast."};
};

TENON_MODULE(Quotes, "quotes", "com.example.quotes", "1.0.0")
