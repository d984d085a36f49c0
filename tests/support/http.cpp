// SPDX-License-Identifier: Apache-2.0
#include "support/http.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

#include <strings.h>

namespace tenon::support {

namespace {

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool has_body(const Response& response, std::string_view method) {
  return method != "HEAD" && response.status != 204 && response.status != 304;
}

}  // namespace

Response parse_response_head(std::string_view head) {
  Response response;
  size_t end = head.find("\r\n");
  const std::string_view first = head.substr(0, end);
  if (first.size() < 12 || !first.starts_with("HTTP/1.")) return response;
  response.version = first.substr(0, 8);
  std::from_chars(first.data() + 9, first.data() + 12, response.status);
  while (end != std::string_view::npos && end + 2 < head.size()) {
    const size_t start = end + 2;
    end = head.find("\r\n", start);
    const std::string_view line = head.substr(start, end - start);
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    response.fields.emplace_back(line.substr(0, colon), trimmed(line.substr(colon + 1)));
  }
  return response;
}

std::string Response::field(std::string_view name) const {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& field) {
    return same_name(field.first, name);
  });
  return found == fields.end() ? "" : found->second;
}

HttpConnection::HttpConnection(uint16_t port) : socket_(Socket::connect(port)) {}

bool HttpConnection::fill(const Deadline& deadline) {
  return open() && socket_->receive(buffer_, Milliseconds(deadline.left_ms())) > 0;
}

bool HttpConnection::read_head(Response& response, const Deadline& deadline) {
  size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
    if (!fill(deadline)) return false;
  response = parse_response_head(std::string_view(buffer_).substr(0, end + 2));
  if (response.status == 0) return false;
  buffer_.erase(0, end + 4);
  return true;
}

bool HttpConnection::take_line(std::string& line, const Deadline& deadline) {
  size_t end = 0;
  while ((end = buffer_.find("\r\n")) == std::string::npos)
    if (!fill(deadline)) return false;
  line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return true;
}

void HttpConnection::read_chunks(Response& response, const Deadline& deadline) {
  std::string line;
  response.complete = false;
  for (size_t size = 1; size != 0;) {
    if (!take_line(line, deadline)) return;
    const auto read = std::from_chars(line.data(), line.data() + line.size(), size, 16);
    if (read.ec != std::errc() || read.ptr != line.data() + line.size()) return;
    while (size != 0 && buffer_.size() < size + 2)
      if (!fill(deadline)) return;
    response.body.append(buffer_, 0, size);
    if (size != 0) buffer_.erase(0, size + 2);
  }
  while (take_line(line, deadline) && !line.empty())
    response.trailers += line + "\r\n";
  response.complete = line.empty();
}

void HttpConnection::read_body(Response& response, const Deadline& deadline) {
  if (same_name(response.field("Transfer-Encoding"), "chunked")) {
    return read_chunks(response, deadline);
  }
  const std::string length = response.field("Content-Length");
  size_t wanted = std::string::npos;
  std::from_chars(length.data(), length.data() + length.size(), wanted);
  // Read straight into place: large bodies are moved, not copied.
  while (buffer_.size() < wanted && fill(deadline)) {
  }
  response.complete = length.empty() || buffer_.size() >= wanted;
  if (buffer_.size() <= wanted) {
    response.body = std::exchange(buffer_, {});
    return;
  }
  response.body = buffer_.substr(0, wanted);
  buffer_.erase(0, wanted);
}

Response HttpConnection::receive(std::string_view method, Milliseconds time) {
  const Deadline deadline(time);
  Response response;
  do {
    if (!read_head(response, deadline)) {
      response = {};
      response.body = buffer_;
      return response;
    }
  } while (response.status / 100 == 1);
  response.complete = true;
  if (has_body(response, method)) read_body(response, deadline);
  return response;
}

Response HttpConnection::request(
    std::string_view method, std::string_view target, std::string_view lines, std::string_view body
) {
  std::ostringstream text;
  text << method << ' ' << target << " HTTP/1.1\r\nHost: localhost\r\n" << lines;
  if (!body.empty()) text << "Content-Length: " << body.size() << "\r\n";
  text << "\r\n" << body;
  send(text.str());
  return receive(method);
}

Response get(uint16_t port, std::string_view target, std::string_view lines) {
  return HttpConnection(port).request("GET", target, "Connection: close\r\n" + std::string(lines));
}

Response exchange(uint16_t port, std::string_view bytes) {
  HttpConnection connection(port);
  connection.send(bytes);
  return connection.receive();
}

}  // namespace tenon::support
