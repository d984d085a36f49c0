// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <vector>

#include "base/diagnostics.hpp"
#include "config/options.hpp"
#include "module/registry.hpp"

namespace tenon::module {

// One distinct merged configuration of one module, and the object that the module made of it.
struct Instance {
  Module* module = nullptr;
  std::unique_ptr<tenon_cfg> cfg;
  Place place;  // where it is first used
  void* object = nullptr;
  bool created = false;
};

// All instances of a generation. All [control].
class Instances {
 public:
  Instances() = default;
  ~Instances() { destroy(); }
  Instances(const Instances&) = delete;
  Instances& operator=(const Instances&) = delete;

  // The instance for these values: an existing one if the module has one with the same.
  Instance& share(Module& module, std::unique_ptr<tenon_cfg> cfg, const Place& place);

  // Lets every module judge its configurations; findings go to `diagnostics`.
  void check(Diagnostics& diagnostics);
  // Makes the objects; stops at nothing, so that every failure is seen.
  void create(Diagnostics& diagnostics);
  // No session is left. The last one made goes first.
  void destroy();

 private:
  std::vector<std::unique_ptr<Instance>> instances_;
};

}  // namespace tenon::module
