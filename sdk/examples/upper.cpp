// SPDX-License-Identifier: Apache-2.0
// Answers in capital letters, whoever gives them, where a route has `upper = {}`.
#include <string>

#include <tenon/cpp/module.hpp>

class Upper {
 public:
  // One object for each body; the server sees to lengths and framing.
  class ResponseFilter {
   public:
    static bool wants(const Upper&, tenon::Request& request) {
      return request.response_header("content-type").value_or("").starts_with("text/");
    }
    void push(std::string_view bytes, bool /*last*/, tenon::Next& next) {
      std::string text(bytes);
      for (char& c : text) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
      }
      next.pass(text);
    }
  };
};

TENON_MODULE(Upper, "upper", "com.example.upper", "1.0.0")
