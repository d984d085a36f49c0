// SPDX-License-Identifier: Apache-2.0
#include "support/wine_prefix.hpp"

#include <filesystem>

#include <tenon/cpp/assert.hpp>

#include <gtest/gtest.h>

#include "support/environment.hpp"
#include "support/process.hpp"
#include "support/process_table.hpp"

namespace tenon::support {

namespace {

WinePrefix* the_prefix = nullptr;

std::string new_folder() {
  std::string name = std::filesystem::temp_directory_path() / "tenon-wine-XXXXXX";
  TENON_ASSERT(::mkdtemp(name.data()) != nullptr);
  return name;
}

// Clones share files by hard links, except the registry, which Wine rewrites in place.
void unshare_registry(const std::string& prefix) {
  namespace fs = std::filesystem;
  for (const auto& entry : fs::directory_iterator(prefix)) {
    if (entry.path().extension() != ".reg") continue;
    const fs::path own = entry.path().string() + ".own";
    fs::copy_file(entry.path(), own);
    fs::rename(own, entry.path());
  }
}

}  // namespace

WinePrefix& WinePrefix::instance() {
  if (the_prefix == nullptr) the_prefix = new WinePrefix();
  return *the_prefix;
}

WinePrefix::WinePrefix() : folder_(new_folder() + "/prefix") {
  const CommandResult clone = run({.argv = {"cp", "-al", wine_template(), folder_}});
  EXPECT_EQ(clone.exit_code, 0) << clone.err << "Is the Wine template there? ./dev setup makes it.";
  unshare_registry(folder_);
  // Services keep the streams of the process that starts them, so the first one gets none. They
  // live for as long as tests may pause, yet end by themselves should this program be killed.
  EXPECT_EQ(run_quietly({"wineserver", "-p300"}), 0);
  EXPECT_EQ(run_quietly({"wine", "cmd", "/c", "exit 0"}), 0);
}

std::map<std::string, std::string> WinePrefix::env() const {
  // LC_ALL=C would break names that are not ASCII; the overrides silence Mono, Gecko and dumps.
  return {
      {"WINEPREFIX", folder_},
      {"WINEDEBUG", "-all"},
      {"WINEDLLOVERRIDES", "mscoree,mshtml,winedbg.exe="},
      {"LC_ALL", "C.UTF-8"},
      {"DISPLAY", ""}};
}

int WinePrefix::run_quietly(std::initializer_list<std::string> argv) {
  Command command{.argv = argv, .env = env(), .discard_output = true};
  return run(command, seconds(60)).exit_code;
}

bool WinePrefix::end() {
  if (the_prefix == nullptr) return true;
  the_prefix->run_quietly({"wineserver", "-k"});
  const std::string mark = "WINEPREFIX=" + the_prefix->folder_;
  const bool ended = poll_until([&] { return processes_with(mark).empty(); });
  std::error_code ignored;
  std::filesystem::remove_all(std::filesystem::path(the_prefix->folder_).parent_path(), ignored);
  delete std::exchange(the_prefix, nullptr);
  return ended;
}

}  // namespace tenon::support
