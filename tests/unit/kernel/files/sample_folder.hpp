// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace tenon::files {

// A temporary folder with files, removed with all that is in it.
class SampleFolder {
 public:
  SampleFolder() {
    std::random_device random;
    const std::string name = "tenon-files-" + std::to_string(random()) + std::to_string(random());
    path_ = std::filesystem::absolute(std::filesystem::path(testing::TempDir()) / name);
    std::filesystem::create_directories(path_);
  }
  ~SampleFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  SampleFolder(const SampleFolder&) = delete;
  SampleFolder& operator=(const SampleFolder&) = delete;

  // UTF-8 with '/', as modules get paths.
  std::string text() const { return utf8(path_); }
  std::filesystem::path path(std::string_view name = {}) const {
    return name.empty() ? path_ : path_ / std::u8string(name.begin(), name.end());
  }

  void write(std::string_view name, std::string_view content) const {
    const std::filesystem::path file = path(name);
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
  }
  // So that its time says that it was not touched for long.
  void age(std::string_view name, int seconds) const {
    const auto now = std::filesystem::file_time_type::clock::now();
    std::filesystem::last_write_time(path(name), now - std::chrono::seconds(seconds));
  }
  void write_aged(std::string_view name, std::string_view content, int seconds = 60) const {
    write(name, content);
    age(name, seconds);
  }

  static std::string utf8(const std::filesystem::path& path) {
    const std::u8string text = path.generic_u8string();
    return std::string(text.begin(), text.end());
  }

 private:
  std::filesystem::path path_;
};

}  // namespace tenon::files
