// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tenon::mpm {

// A shell script that stands for the server's program, so that a child behaves as a test says. What
// it writes to stderr is kept in a file.
class Program {
 public:
  Program() {
    std::string pattern = testing::TempDir() + "tenon-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    path_ = folder_ + "/program";
  }
  ~Program() {
    ::unlink(path_.c_str());
    ::unlink((folder_ + "/out").c_str());
    ::rmdir(folder_.c_str());
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  const std::string& write(const std::string& script) {
    std::ofstream(path_) << "#!/bin/sh\nexec 2>" << folder_ << "/out\n" << script << "\n";
    ::chmod(path_.c_str(), 0755);
    return path_;
  }
  std::string output() const {
    std::ifstream file(folder_ + "/out");
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

 private:
  std::string folder_;
  std::string path_;
};

}  // namespace tenon::mpm
