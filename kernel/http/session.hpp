// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string_view>

#include <tenon/mpm.h>

#include "http/address.hpp"
#include "http/body_decoder.hpp"
#include "http/head_scanner.hpp"
#include "http/request.hpp"

struct tenon_session {};

namespace tenon::http {

class IoThread;

// HTTP/1.1 on one connection: events in, steps out, no I/O. Lives on its I/O thread; while a hook
// runs in the pool only the request is touched elsewhere. One request at a time: what the client
// pipelines waits in the MPM's buffer. A request's body is read, its hooks run and its answer is
// sent side by side; go_on() says after each event what each of them does next.
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

  // [I/O thread] What other threads posted for this request has arrived. The session may be gone
  // afterwards.
  void pool_done();
  void poked();
  void ticket_arrived(Ticket* ticket);

 private:
  enum class State {
    Head,     // waits for a request's head; idle while not a byte of it is here
    Request,  // there is one
    Discard,  // reads what the client still sends of a body that nobody wanted
    Closing   // asked the MPM to close
  };
  // What is on its way by the MPM: one thing at a time.
  enum class Flight { None, Continue, Answer, FileRead };

  // Steps. Each is the last thing that an event does.
  void give(tenon_step& step, uint32_t actions, uint64_t deadline_ns);
  void read_on(tenon_step& step, uint64_t read_beyond = 0);
  void stay(tenon_step& step);
  void close(tenon_step& step);
  void abort(tenon_step& step);
  void go_on(uint64_t now_ns, tenon_step& step);

  // session.cpp
  void reset();
  uint64_t after(uint64_t now_ns, uint64_t duration_ns) const;
  void await_request(uint64_t now_ns, tenon_step& step);
  void take_messages();
  void wake();
  void cancel();
  void end_request(uint64_t now_ns, tenon_step& step);
  bool announced_its_end() const;
  void abandon(uint64_t now_ns);
  void release_request();

  // session_read.cpp
  void read_head(std::string_view bytes, uint64_t now_ns, uint64_t& consumed, tenon_step& step);
  void begin_request(std::string_view head, uint64_t now_ns, tenon_step& step);
  Refusal parse_head(std::string_view head);
  void refuse_head(const Refusal& refusal, uint64_t now_ns, tenon_step& step);
  void make_request(uint64_t now_ns);
  void fill_info();
  void log_refusal(const Refusal& refusal) const;

  // session_body.cpp
  bool body_is_wanted();
  void begin_whole_body(uint64_t now_ns);
  void begin_body(uint64_t now_ns);
  bool wants_read(uint64_t now_ns);
  void read_body(std::string_view bytes, uint64_t now_ns, uint64_t& consumed);
  void fail_body(tenon_status why, const Refusal& refusal);
  bool begin_discard(uint64_t now_ns);
  void discard(std::string_view bytes, uint64_t now_ns, uint64_t& consumed, tenon_step& step);

  // session_send.cpp
  void begin_answer(uint64_t now_ns);
  void begin_content(HeadExtras& extras);
  void begin_plain_content(HeadExtras& extras);
  void begin_stream(HeadExtras& extras, bool filtered);
  bool may_keep_alive();
  HeadExtras::Connection connection_field() const;
  void fill_flight(uint64_t now_ns, tenon_step& step);
  void fill_answer(tenon_step& step);
  void fill_stream(tenon_step& step, size_t room);
  void fill_file_read(tenon_step& step);
  bool answer_is_over();
  void filter(const tenon_buf* parts, size_t n_parts, bool last);
  void filter_early_writes();

  IoThread& thread_;
  tenon_conn* conn_ = nullptr;
  State state_ = State::Head;
  Request* request_ = nullptr;

  // Reading
  uint64_t read_deadline_ns_ = 0;
  uint64_t read_beyond_ = 0;
  HeadScanner scanner_;
  bool head_begun_ = false;
  bool for_head_ = false;  // the incomplete or refused head begins like a HEAD request
  bool blank_line_skipped_ = false;
  BodyDecoder decoder_;
  bool body_open_ = false;     // it is being taken off the connection
  bool body_whole_ = false;    // the handler waits for all of it
  bool continue_due_ = false;  // "100 Continue" is to be sent
  uint64_t discard_left_ = 0;

  // Writing
  uint64_t write_deadline_ns_ = 0;
  Flight flight_ = Flight::None;
  std::string_view head_left_;
  tenon_buf body_left_{nullptr, 0};
  uint64_t file_at_ = 0;
  uint64_t file_left_ = 0;
  bool streaming_ = false;  // the body comes out of response.stream
  bool chunked_ = false;
  bool end_due_ = false;  // the last chunk is to be sent
  bool filter_file_ = false;
  std::unique_ptr<char[]> file_buffer_;
  char chunk_line_[24];
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
