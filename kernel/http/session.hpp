// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include <tenon/mpm.h>

#include "http/address.hpp"
#include "http/head_scanner.hpp"
#include "http/request.hpp"

struct tenon_session {};

namespace tenon::http {

class IoThread;

// HTTP/1.1 on one connection: events in, steps out, no I/O. Lives on its I/O thread; while a hook
// runs in the pool the session is parked and only the request is touched elsewhere. One request at
// a time: what the client pipelines waits in the MPM's buffer.
class Session final : public tenon_session {
 public:
  explicit Session(IoThread& thread) : thread_(thread) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Events; tenon_session_api has the rules.
  void opened(const tenon_opened& opened, tenon_conn* conn, uint64_t now_ns, tenon_step& step);
  void received(std::string_view bytes, uint64_t now_ns, uint64_t& consumed, tenon_step& step);
  void eof(uint64_t now_ns, tenon_step& step);
  void sent(uint64_t bytes, uint64_t now_ns, tenon_step& step);
  void file_read(uint64_t bytes, uint64_t now_ns, tenon_step& step);
  void expired(uint64_t now_ns, tenon_step& step);
  void resumed(uint64_t now_ns, tenon_step& step);
  void draining(uint64_t idle_until_ns, uint64_t now_ns, tenon_step& step);
  // The session may be gone afterwards.
  void closed(uint64_t now_ns);

  // [I/O thread] The hook call of the request came back. The session may be gone afterwards.
  void pool_done();

 private:
  enum class State {
    Head,      // waits for a request's head; idle while not a byte of it is here
    Continue,  // "100 Continue" is being sent
    Body,      // reads the request's body
    Pool,      // a hook runs in the pool
    Sending,   // the answer is being sent
    Discard,   // reads what the client still sends of a body that nobody wanted
    Closing    // asked the MPM to close
  };

  // Steps. Each is the last thing that an event does.
  void give(tenon_step& step, uint32_t actions);
  void read_on(tenon_step& step, uint64_t read_beyond = 0);
  // Nothing new: what is under way goes on, under the same deadline.
  void park(tenon_step& step);
  void close(tenon_step& step);
  void abort(tenon_step& step);

  // session.cpp
  void reset();
  uint64_t after(uint64_t now_ns, uint64_t duration_ns) const;
  void await_request(uint64_t now_ns, tenon_step& step);
  void proceed(uint64_t now_ns, tenon_step& step);
  void answer_error(int status, uint64_t now_ns, tenon_step& step);
  void end_request(uint64_t now_ns, tenon_step& step);
  void abandon(uint64_t now_ns);
  void release_request();

  // session_read.cpp
  void read_head(std::string_view bytes, uint64_t now_ns, uint64_t& consumed, tenon_step& step);
  void begin_request(std::string_view head, bool more, uint64_t now_ns, tenon_step& step);
  Refusal parse_head(std::string_view head);
  void refuse_head(const Refusal& refusal, uint64_t now_ns, tenon_step& step);
  void make_request(uint64_t now_ns);
  void fill_info();
  void begin_body(uint64_t now_ns, tenon_step& step);
  void await_body(uint64_t now_ns, tenon_step& step);
  void read_body(std::string_view bytes, uint64_t now_ns, uint64_t& consumed, tenon_step& step);
  void discard(std::string_view bytes, uint64_t now_ns, uint64_t& consumed, tenon_step& step);
  void log_refusal(const Refusal& refusal) const;

  // session_send.cpp
  void begin_send(uint64_t now_ns, tenon_step& step);
  bool may_keep_alive();
  HeadExtras::Connection connection_field() const;
  void send_more(uint64_t now_ns, tenon_step& step);
  void take_views(uint64_t& bytes);
  bool all_sent() const { return head_left_.empty() && body_left_.len == 0 && file_left_ == 0; }

  IoThread& thread_;
  tenon_conn* conn_ = nullptr;
  State state_ = State::Head;
  uint64_t deadline_ns_ = 0;
  Request* request_ = nullptr;

  // Reading
  uint64_t read_beyond_ = 0;
  HeadScanner scanner_;
  bool head_begun_ = false;
  bool blank_line_skipped_ = false;
  uint64_t discard_left_ = 0;

  // Writing
  std::array<tenon_buf, 2> views_{};
  std::string_view head_left_;
  tenon_buf body_left_{nullptr, 0};
  uint64_t file_at_ = 0;
  uint64_t file_left_ = 0;
  bool keep_alive_ = false;

  // The connection
  bool pool_done_ = false;
  bool closed_ = false;
  bool eof_ = false;
  bool draining_ = false;
  uint64_t idle_until_ns_ = 0;
  uint32_t listener_ = 0;
  uint16_t peer_port_ = 0;
  uint16_t local_port_ = 0;
  uint8_t peer_bytes_ = 0;
  uint8_t local_bytes_ = 0;
  char peer_[kAddressBytesMax];
  char local_[kAddressBytesMax];
};

}  // namespace tenon::http
