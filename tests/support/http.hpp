// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/socket.hpp"

namespace tenon::support {

struct Response {
  int status = 0;
  std::string version;  // "HTTP/1.1"
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;       // without the framing of chunks
  std::string trailers;   // lines, each with its end
  bool complete = false;  // false: the connection ended before the body did

  // The first field of that name, in any case; "" when there is none.
  std::string field(std::string_view name) const;
};

// "HTTP/1.1 200 OK\r\nName: value\r\n..."; status 0: it is none.
Response parse_response_head(std::string_view head);

// A connection on which requests are written by hand and answers are read strictly in order.
class HttpConnection {
 public:
  explicit HttpConnection(uint16_t port);

  bool open() const { return socket_.has_value(); }
  Socket& socket() { return *socket_; }
  bool send(std::string_view bytes) { return open() && socket_->send(bytes); }
  // Skips interim (1xx) answers. Status 0: no answer came; what came instead is in `body`.
  // `method`: the answer to HEAD has no body.
  Response receive(std::string_view method = "GET", Milliseconds time = kPatience);
  // Sends a request with a Host field and these lines ("Name: value\r\n"), reads its answer.
  Response request(
      std::string_view method,
      std::string_view target,
      std::string_view lines = "",
      std::string_view body = ""
  );
  // What came behind the last answer.
  const std::string& unread() const { return buffer_; }

 private:
  bool fill(const Deadline& deadline);
  bool read_head(Response& response, const Deadline& deadline);
  void read_body(Response& response, const Deadline& deadline);
  void read_chunks(Response& response, const Deadline& deadline);
  bool take_line(std::string& line, const Deadline& deadline);

  std::optional<Socket> socket_;
  std::string buffer_;
};

// One request on a connection of its own.
Response get(uint16_t port, std::string_view target, std::string_view lines = "");
Response exchange(uint16_t port, std::string_view bytes);

}  // namespace tenon::support
