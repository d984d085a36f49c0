// SPDX-License-Identifier: Apache-2.0
// Lives on another module's service, and is refused without it.
#include <charconv>
#include <string>

#include <tenon/cpp/module.hpp>

#include "quotes.h"

class Quoter {
 public:
  static constexpr const char* needs[] = {QUOTES_ID, nullptr};

  tenon::Verdict handle(tenon::Request& request) const {
    uint64_t number = 0;
    const std::string_view query = request.query();
    std::from_chars(query.data(), query.data() + query.size(), number);
    const tenon_str quote = quotes_->quote(quotes_.object, number);
    return request.text(200, std::string(tenon::view(quote)) + "\n");
  }

 private:
  tenon::Service<quotes_service> quotes_ = tenon::acquire<quotes_service>(QUOTES_ID);
};

TENON_MODULE(Quoter, "quoter", "com.example.quoter", "1.0.0")
