// SPDX-License-Identifier: Apache-2.0
#include "http/response.hpp"

#include <algorithm>
#include <cstring>
#include <initializer_list>

#include <tenon/cpp/text.hpp>

#include "base/limits.hpp"
#include "files/file.hpp"
#include "http/status_text.hpp"

namespace tenon::http {
namespace {

bool is_bad_answer(int status, uint64_t body_bytes) {
  return status < 200 || status > 599 || (has_no_content(status) && body_bytes != 0);
}

}  // namespace

bool has_no_content(int status) {
  return status == 204 || status == 205 || status == 304;
}

tenon_status Response::respond(
    int status, const tenon_header* added, size_t n_added, tenon_buf body
) {
  if (given()) return TENON_E_STATE;
  if (is_bad_answer(status, body.len)) return TENON_E_ARG;
  if (body.len != 0 && body.ptr == nullptr) return TENON_E_ARG;
  if (const tenon_status result = add_fields(added, n_added); result != TENON_OK) return result;
  if (const tenon_status result = copy_body(body); result != TENON_OK) {
    fields.truncate(fields_before_);
    return result;
  }
  status_ = status;
  return TENON_OK;
}

tenon_status Response::respond_file(
    int status,
    const tenon_header* added,
    size_t n_added,
    tenon_file* file,
    uint64_t offset,
    uint64_t length
) {
  if (given()) return TENON_E_STATE;
  if (file == nullptr || is_bad_answer(status, length)) return TENON_E_ARG;
  const uint64_t size = files::size(*file);
  if (offset > size || length > size - offset) return TENON_E_ARG;
  const tenon_buf content = files::content(*file);
  const bool cached = content.ptr != nullptr && offset + length <= content.len;
  if (!cached && length != 0 && files::os_file(*file) == -1) return TENON_E_ARG;
  if (const tenon_status result = add_fields(added, n_added); result != TENON_OK) return result;
  status_ = status;
  file_ = file;
  if (cached) {
    body_ = {static_cast<const char*>(content.ptr) + offset, static_cast<size_t>(length)};
  } else {
    os_file_ = files::os_file(*file);
    file_offset_ = offset;
    file_length_ = length;
  }
  return TENON_OK;
}

tenon_status Response::start(
    int status, const tenon_header* added, size_t n_added, int64_t content_length
) {
  if (given()) return TENON_E_STATE;
  if (content_length < -1) return TENON_E_ARG;
  if (is_bad_answer(status, static_cast<uint64_t>(std::max<int64_t>(content_length, 0)))) {
    return TENON_E_ARG;
  }
  if (const tenon_status result = add_fields(added, n_added); result != TENON_OK) return result;
  status_ = status;
  streamed_ = stream_used_ = true;
  announced_length_ = has_no_content(status) ? 0 : content_length;
  return TENON_OK;
}

tenon_status Response::announce(uint64_t bytes) {
  if (!streamed_ || finished_ || lost_) return TENON_E_STATE;
  if (announced_length_ >= 0) {
    const uint64_t left = static_cast<uint64_t>(announced_length_) - written_;
    if (bytes > left) return TENON_E_LIMIT;
  }
  written_ += bytes;
  return TENON_OK;
}

tenon_status Response::finish(const tenon_header* added, size_t n_added) {
  if (!streamed_ || finished_ || lost_) return TENON_E_STATE;
  if (announced_length_ >= 0 && static_cast<uint64_t>(announced_length_) != written_) {
    return TENON_E_STATE;
  }
  if (n_added != 0 && added == nullptr) return TENON_E_ARG;
  if (const tenon_status result = copy_trailers(added, n_added); result != TENON_OK) return result;
  finished_ = true;
  return TENON_OK;
}

tenon_status Response::copy_trailers(const tenon_header* added, size_t n_added) {
  size_t size = 0;
  for (size_t i = 0; i < n_added; ++i) {
    const tenon_status result = FieldList::check(view(added[i].name), view(added[i].value));
    if (result != TENON_OK) return result;
    size += added[i].name.len + added[i].value.len + 4;
  }
  if (size > limits::kTrailerBytesMax) return TENON_E_LIMIT;
  char* next = arena_.allocate_text(size);
  if (next == nullptr) return TENON_E_NOMEM;
  trailers_ = {next, size};
  for (size_t i = 0; i < n_added; ++i) {
    for (const std::string_view part :
         {view(added[i].name),
          std::string_view(": "),
          view(added[i].value),
          std::string_view("\r\n")}) {
      next = std::copy(part.begin(), part.end(), next);
    }
  }
  return TENON_OK;
}

void Response::answer_error(int status, std::string_view allow) {
  drop_answer();
  if (status == 500) fields.truncate(0);
  // Failures to add (no memory, too many) leave an answer with fewer fields, which is still right.
  fields.set("Content-Type", "text/html; charset=utf-8");
  if (!allow.empty()) fields.set("Allow", allow);
  if (status == 503) fields.set("Retry-After", "1");
  status_ = status;
  const std::string_view phrase = status_text(status);
  const char number[] = {
      static_cast<char>('0' + status / 100),
      static_cast<char>('0' + status / 10 % 10),
      static_cast<char>('0' + status % 10)};
  const std::string_view code(number, sizeof number);
  const std::initializer_list<std::string_view> parts = {
      "<!doctype html>\n<title>",
      code,
      " ",
      phrase,
      "</title>\n<h1>",
      code,
      " ",
      phrase,
      "</h1>\n"};
  size_t size = 0;
  for (const std::string_view part : parts) {
    size += part.size();
  }
  char* const page = arena_.allocate_text(size);
  if (page == nullptr) return;  // The status line alone says it, too.
  char* next = page;
  for (const std::string_view part : parts) {
    next = std::copy(part.begin(), part.end(), next);
  }
  body_ = {page, size};
}

tenon_status Response::add_fields(const tenon_header* added, size_t n_added) {
  if (n_added != 0 && added == nullptr) return TENON_E_ARG;
  fields_before_ = fields.size();
  for (size_t i = 0; i < n_added; ++i) {
    const tenon_status result = fields.add(view(added[i].name), view(added[i].value));
    if (result == TENON_OK) continue;
    fields.truncate(fields_before_);
    return result;
  }
  return TENON_OK;
}

tenon_status Response::copy_body(tenon_buf body) {
  char* bytes = nullptr;
  if (body.len > limits::kBodyInArenaBytesMax) {
    own_body_ = arena_.allocate_apart(body.len);
    bytes = own_body_.get();
  } else {
    bytes = arena_.allocate_text(body.len);
  }
  if (bytes == nullptr) return TENON_E_NOMEM;
  if (body.len != 0) std::memcpy(bytes, body.ptr, body.len);
  body_ = {bytes, body.len};
  return TENON_OK;
}

void Response::drop_answer() {
  if (!given()) return;
  release_body();
  if (stream_used_) stream.reset();
  stream_used_ = false;
  fields.truncate(fields_before_);
  status_ = 0;
  streamed_ = false;
  finished_ = lost_ = false;
}

void Response::release_body() {
  if (stream_used_) stream.discard();
  if (file_ != nullptr) files::release(file_);
  file_ = nullptr;
  os_file_ = -1;
  file_length_ = 0;
  body_ = {nullptr, 0};
  own_body_.reset();
}

void Response::reset() {
  release_body();
  if (stream_used_) stream.reset();
  stream_used_ = false;
  fields.reset();
  fields_before_ = 0;
  status_ = 0;
  streamed_ = false;
  finished_ = lost_ = false;
  announced_length_ = -1;
  written_ = 0;
  trailers_ = {};
}

}  // namespace tenon::http
