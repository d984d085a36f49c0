// SPDX-License-Identifier: Apache-2.0
#include "common/wanted_files.hpp"

#include <tenon/cpp/text.hpp>

namespace tenon::mpm {
namespace {

std::string why(tenon_status status) {
  if (status == TENON_E_LIMIT) return "the files that the configuration names are too large";
  return "the child wants files that the configuration does not name";
}

}  // namespace

WantedReader wanted_reader(const tenon_control_host& host, std::string& snapshot) {
  return [&host, &snapshot](std::string_view wanted) -> Result<std::string> {
    tenon_buf full{};
    const tenon_status status =
        host.read_files(host.context, buf(snapshot), {wanted.data(), wanted.size()}, &full);
    if (status != TENON_OK) return fail(Error{{}, why(status)});
    snapshot = std::string(view(full));
    return snapshot;
  };
}

}  // namespace tenon::mpm
