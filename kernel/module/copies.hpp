// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <filesystem>
#include <string>
#include <vector>

#include <tenon/cpp/result.hpp>

#include "base/diagnostics.hpp"
#include "config/config.hpp"
#include "module/library_set.hpp"

namespace tenon::module {

// Keeps the modules' libraries as they were when a configuration was read, in
// <data root>/run/gen/<hash>/, so that operators may replace a module while it serves: the files
// that a child loads are nobody else's. [control] all.
class Copies {
 public:
  // `instance` tells apart servers that share a data root: nobody removes what is another's.
  Copies(const std::string& data_root, std::string instance);

  // Copies what is not there yet. With findings the result is of no use.
  std::vector<config::ModuleCopy> make(const config::Config& config, Diagnostics& diagnostics);
  // What make() gave last serves now. Removes the copies that none of the last few configurations
  // needs; on Windows those that a child still has loaded stay until another time.
  void adopt();

  // Whether the last make() failed because of the disk rather than of the configuration.
  bool machine_refused() const { return machine_refused_; }

 private:
  using Names = std::vector<std::string>;

  Result<Done> make_root() const;
  Result<Done> keep(const LibrarySet& set, const std::string& name) const;
  bool is_complete(const std::filesystem::path& folder, const LibrarySet& set) const;
  bool is_mine(const std::filesystem::path& folder) const;
  bool is_kept(const std::string& name) const;

  const std::filesystem::path root_;  // run/gen
  const std::string instance_;
  Names latest_;               // folders of the last make()
  std::deque<Names> adopted_;  // the newest first
  bool machine_refused_ = false;
};

}  // namespace tenon::module
