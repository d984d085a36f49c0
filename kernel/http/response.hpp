// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string_view>

#include <tenon/module.h>

#include "base/arena.hpp"
#include "http/response_stream.hpp"

namespace tenon::http {

// The fields of an answer, in the request's arena. Names are in lower case; right behind each lies
// its line as it goes out, with the name as the module wrote it.
class FieldList {
 public:
  explicit FieldList(Arena& arena) : arena_(arena) {}

  // TENON_E_ARG: a bad name or value; TENON_E_DENIED: a field that belongs to the kernel.
  static tenon_status check(std::string_view name, std::string_view value);

  tenon_status add(std::string_view name, std::string_view value);
  tenon_status set(std::string_view name, std::string_view value);
  void remove(std::string_view name);
  const tenon_header* find(std::string_view name) const;  // any case
  const tenon_header* data() const { return fields_; }
  size_t size() const { return size_; }
  size_t bytes() const { return bytes_; }  // on the wire
  void truncate(size_t size);
  void reset();  // the arena was, or will be

  // "Name: value\r\n"
  static std::string_view line(const tenon_header& field) {
    return {field.name.ptr + field.name.len, field.name.len + field.value.len + 4};
  }

 private:
  bool grow();
  tenon_status copy(std::string_view name, std::string_view value, tenon_header& out);
  void count_bytes();

  Arena& arena_;
  tenon_header* fields_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
  size_t bytes_ = 0;
};

// RFC 9110 §15: answers that never have content.
bool has_no_content(int status);

// The answer of one request.
class Response {
 public:
  Response(Arena& arena, Exchange& exchange) : fields(arena), stream(exchange), arena_(arena) {}
  Response(const Response&) = delete;
  Response& operator=(const Response&) = delete;
  ~Response() { reset(); }

  bool given() const { return status_ != 0; }
  int status() const { return status_; }

  // As in tenon_host. Without effect unless they return TENON_OK.
  tenon_status respond(int status, const tenon_header* fields, size_t n_fields, tenon_buf body);
  tenon_status respond_file(
      int status,
      const tenon_header* fields,
      size_t n_fields,
      tenon_file* file,
      uint64_t offset,
      uint64_t length
  );
  // `content_length` -1: unknown.
  tenon_status start(
      int status, const tenon_header* fields, size_t n_fields, int64_t content_length
  );
  // The body goes through `stream` although it was not started: filters change it.
  void use_stream() { stream_used_ = true; }
  // Counts what is about to be written. TENON_E_LIMIT: more than was announced. TENON_E_STATE: a
  // piece of it is lost.
  tenon_status announce(uint64_t bytes);
  // What was announced last could not be taken: the answer can never be complete.
  void lose_piece() { lost_ = true; }
  bool has_lost_a_piece() const { return lost_; }
  // TENON_E_STATE: less came than was announced.
  tenon_status finish(const tenon_header* trailers, size_t n_trailers);
  bool is_streamed() const { return streamed_; }
  bool is_finished() const { return finished_; }
  int64_t announced_length() const { return announced_length_; }
  std::string_view trailers() const { return trailers_; }  // as on the wire
  // The kernel's own answer in place of any other; keeps fields added before the answer unless it
  // is a 500.
  void answer_error(int status, std::string_view allow = {});

  uint64_t content_length() const { return body_.len + file_length_; }
  tenon_buf body() const { return body_; }
  int64_t os_file() const { return os_file_; }
  uint64_t file_offset() const { return file_offset_; }
  uint64_t file_length() const { return file_length_; }

  // Closes the file; the answer's body is out, or never will be.
  void release_body();
  void reset();

  FieldList fields;
  ResponseStream stream;  // the body of a streamed answer, and of one that filters changed

 private:
  tenon_status add_fields(const tenon_header* fields, size_t n_fields);
  tenon_status copy_body(tenon_buf body);
  tenon_status copy_trailers(const tenon_header* trailers, size_t n_trailers);
  void drop_answer();

  Arena& arena_;
  int status_ = 0;
  size_t fields_before_ = 0;  // added before the answer was given
  tenon_buf body_{nullptr, 0};
  std::unique_ptr<char[]> own_body_;  // where a large one was copied to
  tenon_file* file_ = nullptr;
  int64_t os_file_ = -1;
  uint64_t file_offset_ = 0;
  uint64_t file_length_ = 0;
  bool stream_used_ = false;
  bool streamed_ = false;
  bool finished_ = false;
  bool lost_ = false;  // a piece of it
  int64_t announced_length_ = -1;
  uint64_t written_ = 0;
  std::string_view trailers_;
};

// What the kernel adds to an answer's head.
struct HeadExtras {
  std::string_view date;
  std::string_view server;
  enum class Connection { None, Close, KeepAlive } connection = Connection::None;
  enum class Framing { None, Length, Chunked } framing = Framing::None;
  uint64_t content_length = 0;
};

// Writes the head into the arena. Its data is null when the arena is exhausted.
std::string_view write_response_head(
    const Response& response, const HeadExtras& extras, Arena& arena
);

}  // namespace tenon::http
