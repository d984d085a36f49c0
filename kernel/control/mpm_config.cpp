// SPDX-License-Identifier: Apache-2.0
#include "control/mpm_config.hpp"

#include <cstring>
#include <utility>

#include <tenon/cpp/text.hpp>

namespace tenon::control {

MpmConfig::MpmConfig(
    config::Config config, const tenon_mpm& mpm, std::string snapshot, Diagnostics& diagnostics
)
    : config_(std::move(config)),
      options_{
          std::string("mpm.") + mpm.name,
          std::string("MPM ") + mpm.name + " " + mpm.version,
          mpm.options,
          mpm.n_options},
      snapshot_(std::move(snapshot)) {
  const config::ModuleTable& written = config_.mpm_table;
  std::vector<config::ScopedTable> tables;
  if (written.node != nullptr) tables.push_back({TENON_IN_SERVER, written.node});
  const Place& where = written.node != nullptr ? written.place : config_.mpm_place;
  cfg_ = config::merge(options_, tables, where, config_.roots.data, diagnostics);
  cfg_->findings = &late_;
  fill_listeners();
  table_.struct_size = sizeof table_;
  table_.n_listeners = static_cast<uint32_t>(listeners_.size());
  table_.listeners = listeners_.data();
  table_.options = cfg_.get();
  table_.snapshot = buf(snapshot_);
}

void MpmConfig::fill_listeners() {
  places_.reserve(config_.listeners.size());
  for (const config::Listener& from : config_.listeners) {
    places_.push_back(from.place.text());
    tenon_listener listener{};
    listener.struct_size = sizeof listener;
    listener.family = from.family;
    listener.port = from.port;
    static_assert(sizeof listener.ip == sizeof from.ip);
    std::memcpy(listener.ip, from.ip.data(), sizeof listener.ip);
    listener.name = str(from.name);
    listener.address = str(from.address);
    listener.place = str(places_.back());
    listeners_.push_back(listener);
  }
}

}  // namespace tenon::control
