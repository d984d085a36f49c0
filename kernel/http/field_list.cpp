// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstring>

#include <tenon/cpp/text.hpp>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "base/words.hpp"
#include "http/grammar.hpp"
#include "http/response.hpp"

namespace tenon::http {
namespace {

// They describe the message on this connection, which only the kernel knows (RFC 9110 §7.6.1).
constexpr std::array<std::string_view, 9> kKernelFields = {
    "content-length",
    "transfer-encoding",
    "connection",
    "date",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "upgrade",
};

// A bit for each length that one of them has: nearly every other name is told apart by it.
constexpr uint32_t kKernelFieldLengths = [] {
  uint32_t lengths = 0;
  for (const std::string_view own : kKernelFields) {
    lengths |= uint32_t{1} << own.size();
  }
  return lengths;
}();

bool is_kernel_field(std::string_view name) {
  if (name.size() >= 32 || (kKernelFieldLengths >> name.size() & 1) == 0) return false;
  return std::any_of(kKernelFields.begin(), kKernelFields.end(), [name](std::string_view own) {
    return equal_no_case(name, own);
  });
}

}  // namespace

tenon_status FieldList::check(std::string_view name, std::string_view value) {
  if (!is_token(name)) return TENON_E_ARG;
  if (is_kernel_field(name)) return TENON_E_DENIED;
  // A value with CR or LF would be read as more fields, or as another answer.
  return is_field_value(value) ? TENON_OK : TENON_E_ARG;
}

tenon_status FieldList::add(std::string_view name, std::string_view value) {
  if (const tenon_status status = check(name, value); status != TENON_OK) return status;
  if (size_ == limits::kResponseFieldsMax) return TENON_E_LIMIT;
  if (size_ == capacity_ && !grow()) return TENON_E_NOMEM;
  tenon_header field;
  if (const tenon_status status = copy(name, trim_ows(value), field); status != TENON_OK) {
    return status;
  }
  fields_[size_++] = field;
  bytes_ += line(field).size();
  return TENON_OK;
}

// Takes the place of the first field of that name; the others go.
tenon_status FieldList::set(std::string_view name, std::string_view value) {
  if (const tenon_status status = check(name, value); status != TENON_OK) return status;
  tenon_header* const first = const_cast<tenon_header*>(find(name));
  if (first == nullptr) return add(name, value);
  tenon_header field;
  if (const tenon_status status = copy(name, trim_ows(value), field); status != TENON_OK) {
    return status;
  }
  *first = field;
  tenon_header* const end = std::remove_if(first + 1, fields_ + size_, [&](const tenon_header& f) {
    return view(f.name) == view(field.name);
  });
  size_ = static_cast<size_t>(end - fields_);
  count_bytes();
  return TENON_OK;
}

void FieldList::remove(std::string_view name) {
  tenon_header* const end = std::remove_if(fields_, fields_ + size_, [&](const tenon_header& f) {
    return equal_no_case(view(f.name), name);
  });
  size_ = static_cast<size_t>(end - fields_);
  count_bytes();
}

const tenon_header* FieldList::find(std::string_view name) const {
  for (size_t i = 0; i < size_; ++i) {
    if (equal_no_case(view(fields_[i].name), name)) return &fields_[i];
  }
  return nullptr;
}

void FieldList::truncate(size_t size) {
  size_ = std::min(size_, size);
  count_bytes();
}

void FieldList::reset() {
  fields_ = nullptr;
  size_ = 0;
  capacity_ = 0;
  bytes_ = 0;
}

bool FieldList::grow() {
  const size_t capacity = capacity_ == 0 ? 8 : std::min(2 * capacity_, limits::kResponseFieldsMax);
  auto* const fields =
      static_cast<tenon_header*>(arena_.allocate(capacity * sizeof(tenon_header), 8));
  if (fields == nullptr) return false;
  std::copy(fields_, fields_ + size_, fields);
  fields_ = fields;
  capacity_ = capacity;
  return true;
}

tenon_status FieldList::copy(std::string_view name, std::string_view value, tenon_header& out) {
  if (name.size() + value.size() + 4 > limits::kResponseHeadBytesMax - bytes_) {
    return TENON_E_LIMIT;
  }
  char* const lowered = arena_.allocate_text(2 * name.size() + value.size() + 4);
  if (lowered == nullptr) return TENON_E_NOMEM;
  copy_lower(name, lowered);
  char* const line = lowered + name.size();
  std::memcpy(line, name.data(), name.size());
  std::memcpy(line + name.size(), ": ", 2);
  char* const value_at = line + name.size() + 2;
  if (!value.empty()) std::memcpy(value_at, value.data(), value.size());
  std::memcpy(value_at + value.size(), "\r\n", 2);
  out = {{lowered, name.size()}, {value_at, value.size()}, 0, 0};
  return TENON_OK;
}

void FieldList::count_bytes() {
  bytes_ = 0;
  for (size_t i = 0; i < size_; ++i) {
    bytes_ += line(fields_[i]).size();
  }
}

}  // namespace tenon::http
