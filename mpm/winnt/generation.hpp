// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <tenon/mpm.h>

#include "common/section_layout.hpp"
#include "winnt/control_channel.hpp"
#include "winnt/listener.hpp"
#include "winnt/options.hpp"
#include "winnt/process.hpp"

namespace tenon::mpm {

// What every child of one control process is made from.
struct GenerationSetup {
  const tenon_control_host* host = nullptr;
  const tenon_mpm_config* config = nullptr;
  std::string* snapshot = nullptr;  // of the configuration; grows by the files that a child wants
  const std::vector<Listener>* listeners = nullptr;
  WinntSettings settings;
  std::uint64_t control_started_unix_ns = 0;
};

// One child as its control process sees it: process, channel, shared section. The section outlives
// the child, so that a crash can be explained.
class Generation {
 public:
  static Result<std::unique_ptr<Generation>> start(
      const GenerationSetup& setup, std::uint32_t number, std::uint32_t crashes
  );
  // Ends the process if it is still there.
  ~Generation();
  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;

  std::uint32_t number() const { return number_; }
  DWORD process_id() const { return child_.id; }
  HANDLE process() const { return child_.process.get(); }
  ControlChannel& channel() { return *channel_; }

  // Ends the process at once, if it has not ended by itself, and reads the rest of what it said.
  void terminate();
  // How the process ended. REQUIRES: it has.
  struct Obituary {
    bool clean = false;    // exit code 0
    std::string sentence;  // "generation 3, pid 44, ended with exit code 0xC0000005 (...)"
    std::string hooks;     // what its threads were doing, a line each; often empty
  };
  Obituary obituary() const;

 private:
  explicit Generation(std::uint32_t number) : number_(number) {}
  Result<Done> make_shared_section(const GenerationSetup& setup, std::uint32_t crashes);
  Result<Done> start_process(const GenerationSetup& setup);

  const std::uint32_t number_;
  std::size_t section_bytes_ = 0;
  UniqueHandle section_handle_;
  UniqueMapping mapping_;
  tenon_section* section_ = nullptr;
  ChildProcess child_;
  std::unique_ptr<ControlChannel> channel_;
};

// Nanoseconds since 1970.
std::uint64_t unix_now_ns();

}  // namespace tenon::mpm
