// SPDX-License-Identifier: Apache-2.0
#include "support/ready_line.hpp"

#include <charconv>
#include <sstream>

namespace tenon::support {

namespace {

template <class Number>
Number number(std::string_view text) {
  Number value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

ReadyLine parse(const std::string& fields) {
  ReadyLine line;
  std::istringstream words(fields);
  for (std::string word; words >> word;) {
    const size_t equals = word.find('=');
    if (equals == std::string::npos) continue;
    const std::string key = word.substr(0, equals), value = word.substr(equals + 1);
    if (key == "generation") line.generation = number<uint32_t>(value);
    if (key == "pid") line.pid = number<uint64_t>(value);
    if (key == "listen")
      line.listen[value.substr(0, value.find('='))] = value.substr(value.find('=') + 1);
  }
  return line;
}

}  // namespace

uint16_t ReadyLine::port(const std::string& listener) const {
  const auto found = listen.find(listener);
  if (found == listen.end()) return 0;
  return number<uint16_t>(std::string_view(found->second).substr(found->second.rfind(':') + 1));
}

std::vector<ReadyLine> ready_lines(std::string_view text) {
  static constexpr std::string_view kStart = "tenon: ready ";
  std::vector<ReadyLine> found;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (lines.eof()) break;  // not complete yet
    if (line.starts_with(kStart)) found.push_back(parse(line.substr(kStart.size())));
  }
  return found;
}

}  // namespace tenon::support
