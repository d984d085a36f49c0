// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <tenon/module.h>
#include <tenon/mpm.h>

#include "module/library.hpp"

// Checks of what the entry function of a module or an MPM returned, before anything of it is used.
namespace tenon::module {

// What the kernel says to an entry function, and where its refusal lands.
class Hello {
 public:
  Hello();
  const tenon_hello& table() const { return table_; }
  // What to say when the entry returned nothing.
  Refusal refusal(const std::string& entry) const;

 private:
  static void TENON_CALL refuse(void* context, const char* why) noexcept;

  std::string why_;
  tenon_hello table_{};
};

// Every finding that makes the table unusable; empty: it may be used.
std::vector<Refusal> check_module(const tenon_module& module);
std::vector<Refusal> check_mpm(const tenon_mpm& mpm);

// Walk an array whose elements' size is that of the first one's struct_size.
const tenon_hook& hook_at(const tenon_module& module, size_t index);
const tenon_filter& filter_at(const tenon_module& module, size_t index);

// "post_read", "handler"; "" for a number that is no phase.
std::string_view phase_name(int32_t phase);

bool is_module_id(std::string_view id);

}  // namespace tenon::module
