// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>

namespace tenon::support {

// The Wine prefix of this test process: cloned from the template at first use, with its services
// warmed up, ended and removed when the test program ends.
class WinePrefix {
 public:
  static WinePrefix& instance();
  // Ends the prefix if it was ever used. False: something of it could not be ended.
  static bool end();

  WinePrefix(const WinePrefix&) = delete;
  WinePrefix& operator=(const WinePrefix&) = delete;

  const std::string& folder() const { return folder_; }
  // What every program of the prefix needs in its environment.
  std::map<std::string, std::string> env() const;

 private:
  WinePrefix();
  int run_quietly(std::initializer_list<std::string> argv);

  std::string folder_;
};

}  // namespace tenon::support
