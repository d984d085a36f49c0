// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "winnt/win32.hpp"

namespace tenon::mpm {

// Security for what only administrators, the system and this process' own user may open. Where it
// cannot be made (which the system allows only when it has no memory left), the default applies.
class OwnersOnly {
 public:
  OwnersOnly();
  ~OwnersOnly();
  OwnersOnly(const OwnersOnly&) = delete;
  OwnersOnly& operator=(const OwnersOnly&) = delete;

  SECURITY_ATTRIBUTES* attributes() const { return descriptor_ ? &attributes_ : nullptr; }

 private:
  PSECURITY_DESCRIPTOR descriptor_ = nullptr;
  mutable SECURITY_ATTRIBUTES attributes_{};
};

}  // namespace tenon::mpm
