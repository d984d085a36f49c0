// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "arguments.hpp"

// What the two floor servers share. A floor server is the least that can answer HTTP requests on
// its system: it reads until an empty line and sends the same bytes every time. How close Tenon
// comes to it says what a server costs on top of the system calls.
namespace tenon::bench {

inline constexpr size_t kInputBytes = 16 * 1024;
inline constexpr int kBacklog = 511;

struct Arguments {
  uint16_t port = 0;
  size_t answer_bytes = 0;
};

// PORT ANSWER_BYTES
inline std::optional<Arguments> parse_arguments(int count, char** arguments) {
  if (count != 3) return std::nullopt;
  const auto port = parse_number(arguments[1]);
  const auto bytes = parse_number(arguments[2]);
  if (!port || *port > UINT16_MAX || !bytes || *bytes < 128) return std::nullopt;
  return Arguments{static_cast<uint16_t>(*port), *bytes};
}

// An answer of exactly `bytes` bytes, head and body.
inline std::string make_answer(size_t bytes) {
  const auto head = [](size_t body) {
    return "HTTP/1.1 200 OK\r\nServer: floor\r\nContent-Type: text/plain\r\nContent-Length: " +
           std::to_string(body) + "\r\n\r\n";
  };
  size_t body = bytes - head(bytes).size();
  while (head(body).size() + body < bytes)
    ++body;
  std::string answer = head(body);
  answer.append(body, 'x');
  return answer;
}

// How many requests the bytes end; the rest of the bytes stays.
inline size_t take_requests(char* bytes, size_t& size) {
  size_t requests = 0;
  std::string_view left(bytes, size);
  for (size_t end = left.find("\r\n\r\n"); end != left.npos; end = left.find("\r\n\r\n")) {
    left.remove_prefix(end + 4);
    ++requests;
  }
  if (requests != 0) std::memmove(bytes, left.data(), left.size());
  size = left.size();
  return requests;
}

}  // namespace tenon::bench
