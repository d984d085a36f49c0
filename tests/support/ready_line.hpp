// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::support {

// "tenon: ready generation=1 pid=4711 listen=default=127.0.0.1:40123": one after every READY.
struct ReadyLine {
  uint32_t generation = 0;
  uint64_t pid = 0;                           // of the child, as its platform numbers processes
  std::map<std::string, std::string> listen;  // name -> address

  uint16_t port(const std::string& listener) const;  // 0: no such listener
};

// Every ready line of the text, in order. What is not one is skipped.
std::vector<ReadyLine> ready_lines(std::string_view text);

}  // namespace tenon::support
