// SPDX-License-Identifier: Apache-2.0
#include "server/load_mpm.hpp"

#include <string>

#include "base/text.hpp"
#include "module/mpm.hpp"

namespace tenon::server {

const tenon_mpm* load_mpm(const config::Config& config, Diagnostics& diagnostics) {
  const std::string file = module::mpm_file(config.roots.program, config.mpm);
  const Result<const tenon_mpm*, module::Refusal> mpm = module::load_mpm(file, config.mpm);
  if (mpm) return *mpm;
  diagnostics.error(
      config.mpm_place,
      "cannot load the MPM " + quote(config.mpm) + " from " + file + ": " + mpm.error()
  );
  return nullptr;
}

}  // namespace tenon::server
