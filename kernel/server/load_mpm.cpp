// SPDX-License-Identifier: Apache-2.0
#include "server/load_mpm.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "config/spellings.hpp"
#include "module/mpm.hpp"

namespace tenon::server {

const tenon_mpm* load_mpm(const config::Config& config, Diagnostics& diagnostics) {
  const std::string file = module::mpm_file(config.roots.program, config.mpm);
  const Result<const tenon_mpm*, module::Refusal> mpm = module::load_mpm(file, config.mpm);
  if (mpm) return *mpm;
  const std::vector<std::string> installed = module::installed_mpms(config.roots.program);
  const bool is_there =
      std::find(installed.begin(), installed.end(), config.mpm) != installed.end();
  const std::string hint =
      is_there ? "" : config::hint(config.mpm, {installed.begin(), installed.end()});
  diagnostics.error(
      config.mpm_place,
      "cannot load the MPM " + quote(config.mpm) + " from " + file + ": " + mpm.error() + hint
  );
  return nullptr;
}

}  // namespace tenon::server
