// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/cpp/result.hpp>

#include "base/diagnostics.hpp"
#include "config/environment.hpp"
#include "config/option_files.hpp"
#include "config/options.hpp"

namespace tenon::config {

// The two roots that relative paths hang on. Both absolute, UTF-8, with '/' on every platform.
struct Roots {
  std::string program;  // bin/ and modules/ are below it
  std::string data;     // config/, logs/, run/ and every relative path of the config
};

// All that a generation is configured from; a child never reads configuration from disk.
struct SnapshotFile {
  std::string path;  // as messages name it
  std::string bytes;
};
// Where a module's library was copied to, so that the file itself may be replaced meanwhile.
struct ModuleCopy {
  std::string file;  // of the module, as ModuleRef has it
  std::string copy;  // absolute
};
struct Snapshot {
  Roots roots;
  // The main file first, then those of conf.d in their order; none: the built-in configuration.
  std::vector<SnapshotFile> files;
  Environment environment = {};                // the variables that they name
  std::vector<OptionFile> option_files = {};   // what their options name
  std::vector<ModuleCopy> module_copies = {};  // a module without one is loaded from its file
};
std::string encode(const Snapshot& snapshot);
Result<Snapshot> decode(std::string_view bytes);

// Reads the main file, the conf.d/*.toml beside it, and the variables that they name. `path` empty:
// config/tenon.toml below the data root if it exists, else the built-in configuration. Findings
// (missing, unreadable, too large) go to `diagnostics`.
Snapshot read_snapshot(const Roots& roots, const std::string& path, Diagnostics& diagnostics);

// The default configuration's file; it need not exist.
std::string default_path(const Roots& roots);

// The absolute paths of files that a child wants to have read. None is "".
std::string encode_wanted(const std::vector<std::string>& paths);
Result<std::vector<std::string>> decode_wanted(std::string_view bytes);
// What cannot be read has a refusal.
std::vector<OptionFile> read_option_files(const std::vector<std::string>& paths);

struct Limits {
  uint64_t header_bytes = 32 * 1024;
  uint64_t header_count = 100;
  uint64_t target_bytes = 8 * 1024;
  uint64_t body_bytes = 1024 * 1024;
};

struct Timeouts {
  uint64_t header_ns = 20'000'000'000;
  uint64_t body_ns = 30'000'000'000;
  uint64_t write_ns = 60'000'000'000;
  uint64_t keep_alive_ns = 15'000'000'000;
};

struct Listener {
  std::string name;     // "default" where none is given
  std::string address;  // as written
  Place place;
  uint16_t family = 4;
  uint16_t port = 0;
  std::array<uint8_t, 16> ip{};
};

struct ModuleRef {
  std::string text;      // as written: "static" or "D:/acme/mod_acme.dll"
  std::string file;      // absolute path of the DLL
  bool by_name = false;  // "x" means modules/mod_x, and that module must say name "x"
  Place place;
  std::string copy = {};  // what is loaded instead of `file`; "": none was made

  const std::string& library() const { return copy.empty() ? file : copy; }
};

// The tables of modules written in one scope: module name -> its table, or `off` (name = false).
struct ModuleTable {
  const TableNode* node = nullptr;
  bool off = false;
  Place place;
};
using ModuleTables = std::map<std::string, ModuleTable, std::less<>>;

struct Route {
  std::string path;                  // without the '*': "/files/" for "/files/*"
  bool prefix = false;               // it ended in "/*"
  std::vector<std::string> methods;  // empty: every method
  std::string handler;               // a module's name; empty: none (404)
  Place place, handler_place;
  ModuleTables tables;
};

struct Site {
  std::vector<std::string> hosts;  // lower case; "*.example.com"; empty: the default site
  std::vector<size_t> listeners;   // indexes; empty: every listener
  std::vector<Route> routes;       // in file order; the first match wins
  ModuleTables tables;
  Place place;
};

struct Log {
  std::string file;   // absolute
  int32_t level = 2;  // TENON_LOG_INFO
  bool json = false;  // server.log.format
  uint64_t rotate_size = 0;
  uint64_t rotate_every_ns = 0;
  uint64_t keep = 10;
};

// The parsed configuration. `document` owns what TableNode pointers point to.
class Document;
struct Config {
  std::shared_ptr<const Document> document;
  Roots roots;
  std::string mpm;  // "winnt"
  Place mpm_place;
  ModuleTable mpm_table;  // [mpm.NAME] of the chosen MPM; node null: not written
  std::vector<Listener> listeners;
  std::vector<ModuleRef> modules;
  Limits limits;
  Timeouts timeouts;
  Log log;
  ModuleTables tables;  // top-level tables that are not the kernel's
  std::vector<Site> sites;
  std::shared_ptr<OptionFiles> files;  // what options name; filled from the snapshot
};

// Parses and checks all but the options of modules and MPMs: the first syntax error, or all
// semantic errors at once. The result is usable only if `diagnostics` has no errors.
Config parse(const Snapshot& snapshot, Diagnostics& diagnostics);

// Whether some text of the configuration names each of these files: nothing else is read for it.
bool are_named(const Config& config, const std::vector<std::string>& paths);

// The default of server.mpm on this platform: "winnt" or "event".
std::string_view default_mpm();

// Whether no module may be named so, because the word is the kernel's in some table.
bool is_reserved(std::string_view name);

// The word of `words` nearest to `word`, or "" when none is near: for "did you mean".
std::string nearest(std::string_view word, const std::vector<std::string_view>& words);

}  // namespace tenon::config
