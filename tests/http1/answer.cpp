// SPDX-License-Identifier: Apache-2.0
#include "tests/http1/answer.hpp"

#include <algorithm>
#include <charconv>

namespace tenon::http1 {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return lower(x) == lower(y);
  });
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c > 0x20 && c < 0x7f &&
           std::string_view("\"(),/:;<=>?@[\\]{}").find(c) == std::string_view::npos;
  });
}

// All of `text` as a number in that base.
bool to_number(std::string_view text, size_t& out, int base = 10) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out, base);
  return !text.empty() && read.ec == std::errc() && read.ptr == text.data() + text.size();
}

// Takes a line with its CRLF. False: it is not all there.
bool take_line(std::string_view& bytes, std::string_view& line) {
  const size_t end = bytes.find("\r\n");
  if (end == std::string_view::npos) return false;
  line = bytes.substr(0, end);
  bytes.remove_prefix(end + 2);
  return true;
}

Read take_fields(std::string_view& bytes, Answer& out) {
  std::string_view line;
  while (take_line(bytes, line)) {
    if (line.empty()) return Read::Complete;
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return Read::Malformed;
    std::string_view value = line.substr(colon + 1);
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
      return Read::Malformed;
    }
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    value = value.substr(0, value.find_last_not_of(" \t") + 1);
    out.fields.emplace_back(line.substr(0, colon), value);
  }
  return Read::More;
}

Read take_status(std::string_view& bytes, Answer& out) {
  std::string_view line;
  if (!take_line(bytes, line)) return Read::More;
  size_t status = 0;
  // RFC 9112 §4: a space behind the status even if there is no reason.
  if (!line.starts_with("HTTP/1.") || line.size() < 13 || line[8] != ' ' || line[12] != ' ' ||
      !to_number(line.substr(9, 3), status) || status < 100) {
    return Read::Malformed;
  }
  out.version = line.substr(0, 8);
  out.status = static_cast<int>(status);
  return take_fields(bytes, out);
}

Read take_chunks(std::string_view& bytes, Answer& out) {
  for (;;) {
    std::string_view line;
    if (!take_line(bytes, line)) return Read::More;
    size_t size = 0;
    if (!to_number(line.substr(0, line.find(';')), size, 16)) return Read::Malformed;
    if (size == 0) return take_fields(bytes, out);
    if (bytes.size() < size + 2) return Read::More;
    if (bytes.substr(size, 2) != "\r\n") return Read::Malformed;
    out.body += bytes.substr(0, size);
    bytes.remove_prefix(size + 2);
  }
}

Read take_body(std::string_view& bytes, bool at_end, Answer& out) {
  const std::string* const coding = out.field("Transfer-Encoding");
  const std::string* const length = out.field("Content-Length");
  if (coding != nullptr) return *coding == "chunked" ? take_chunks(bytes, out) : Read::Malformed;
  size_t size = bytes.size();
  if (length != nullptr && !to_number(*length, size)) return Read::Malformed;
  if (bytes.size() < size || (length == nullptr && !at_end)) return Read::More;
  out.body = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return Read::Complete;
}

bool has_content(int status, bool to_head) {
  return !to_head && status / 100 != 1 && status != 204 && status != 304;
}

}  // namespace

const std::string* Answer::field(std::string_view name) const {
  for (const auto& [own, value] : fields) {
    if (same_name(own, name)) return &value;
  }
  return nullptr;
}

Read take_answer(std::string_view& bytes, bool to_head, bool at_end, Answer& out) {
  std::string_view rest = bytes;
  out = {};
  Read result = take_status(rest, out);
  if (result == Read::Complete && has_content(out.status, to_head)) {
    result = take_body(rest, at_end, out);
  }
  if (result == Read::Complete) bytes = rest;
  return result;
}

std::string mismatch(const Expected& expected, const Answer& answer) {
  if (answer.status != expected.status) {
    return "status " + std::to_string(answer.status) + " instead of " +
           std::to_string(expected.status);
  }
  for (const auto& [name, value] : expected.fields) {
    const std::string* const got = answer.field(name);
    if (got == nullptr) return "there is no " + name;
    if (value && *got != *value) return name + " is \"" + *got + "\" instead of \"" + *value + "\"";
  }
  for (const std::string& name : expected.absent) {
    if (answer.field(name) != nullptr) return "there is a field " + name;
  }
  if (expected.body && answer.body != *expected.body) {
    return "the body is \"" + answer.body + "\" instead of \"" + *expected.body + "\"";
  }
  return "";
}

std::string misbehaviour(const Step& step, size_t number, const Answer& answer) {
  const bool interim = answer.status / 100 == 1;
  const bool length = answer.field("Content-Length") != nullptr;
  const bool coding = answer.field("Transfer-Encoding") != nullptr;
  if (answer.version != "HTTP/1.1") return "its version is " + answer.version;
  if (!interim && answer.field("Date") == nullptr) return "it has no Date";  // RFC 9110 §6.6.1
  if (length && coding) return "it has a length and a coding";               // RFC 9112 §6.2
  if ((interim || answer.status == 204) && (length || coding)) {
    return "it has a length or a coding, and may have no content";  // RFC 9110 §8.6
  }
  if (answer.status == 405 && answer.field("Allow") == nullptr) return "it has no Allow";
  const std::string* const connection = answer.field("Connection");
  const bool says_close = connection != nullptr && *connection == "close";
  const bool last = step.closes && number + 1 == step.answers.size();
  if (!last && says_close) return "it says that the connection closes";
  // RFC 9112 §9.6. Who ends the connection needs not be told.
  if (last && !says_close && !step.finish) return "it does not say that the connection closes";
  return "";
}

}  // namespace tenon::http1
