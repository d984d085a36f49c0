// SPDX-License-Identifier: Apache-2.0
#include "module/library.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>
#include <vector>

#include <tenon/module.h>
#include <tenon/mpm.h>

#include <boost/dll/shared_library.hpp>

#include "base/paths.hpp"
#include "module/platform.hpp"

namespace tenon::module {
namespace {

constexpr std::string_view kModuleEntryStem = "tenon_module_v";
constexpr uintmax_t kLibraryBytesMax = uintmax_t{1} << 30;

std::string replace_all(std::string text, const std::string& what, const std::string& by) {
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
    text.replace(at, what.size(), by);
  }
  return text;
}

// Never destroyed: see load_entry().
boost::dll::shared_library& keep(boost::dll::shared_library library) {
  static auto* kept = new std::vector<boost::dll::shared_library>;
  kept->push_back(std::move(library));
  return kept->back();
}

}  // namespace

Result<std::string, Refusal> read_library(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) return fail<Refusal>("there is no such file");
  if (!std::filesystem::is_regular_file(status)) return fail<Refusal>("it is not a file");
  const uintmax_t size = std::filesystem::file_size(path, error);
  if (!error && size > kLibraryBytesMax) return fail<Refusal>("it is larger than 1 GiB");
  std::ifstream file(path, std::ios::binary);
  std::string bytes(error ? 0 : static_cast<size_t>(size), '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (file.bad() || !file.is_open()) {
    return fail<Refusal>("it cannot be read; check its permissions, and whether it is being written"
    );
  }
  bytes.resize(static_cast<size_t>(file.gcount()));
  return bytes;
}

Refusal describe_stranger(const Image& image, const std::string& entry) {
  const bool wants_module = entry == TENON_MODULE_ENTRY_NAME;
  if (wants_module && image.exports_symbol(TENON_MPM_ENTRY_NAME)) {
    return "it is an MPM, not a module; it belongs into server.mpm";
  }
  if (!wants_module && image.exports_symbol(TENON_MODULE_ENTRY_NAME)) {
    return "it is a module, not an MPM; it belongs into server.modules";
  }
  for (const std::string& name : image.exports) {
    if (!name.starts_with(kModuleEntryStem)) continue;
    return "it was built for major version " + name.substr(kModuleEntryStem.size()) +
           " of the module ABI, and this server offers " + std::to_string(TENON_ABI_MAJOR) +
           "; use a build of the module for this server";
  }
  if (image.exports_symbol("ngx_modules")) return "it is an nginx module, not a Tenon module";
  if (image.exports_symbol("GetExtensionVersion") || image.exports_symbol("RegisterModule")) {
    return "it is a module for IIS, not a Tenon module";
  }
  const bool httpd = std::any_of(image.exports.begin(), image.exports.end(), [](const auto& name) {
    return name.ends_with("_module");
  });
  if (httpd) return "it seems to be an Apache httpd module, not a Tenon module";
  return std::string("it exports no ") + entry + ", so it is not a Tenon " +
         (wants_module ? "module" : "MPM");
}

Result<EntryPoint, Refusal> load_entry(
    const std::string& file, const std::string& entry, const std::string& shown
) {
  // LoadLibraryExW takes no '/' in a path together with the search flags.
  const std::filesystem::path path = to_path(file).make_preferred();
  const Result<std::string, Refusal> bytes = read_library(path);
  if (!bytes) return fail(bytes.error());
  const Image image = read_image(*bytes);
  const std::string distrusted = distrust(path);
  if (!distrusted.empty()) return fail(distrusted);
  const std::string mismatch = image_mismatch(image);
  if (!mismatch.empty()) return fail(mismatch);
  if (image.cut_off) return fail<Refusal>("its end is missing; copy the whole file");
  if (image.has_exports && !image.exports_symbol(entry)) {
    return fail(describe_stranger(image, entry));
  }

  boost::dll::shared_library library;
  std::error_code error;
  library.load(path, static_cast<boost::dll::load_mode::type>(load_flags()), error);
  if (!library.is_loaded()) {
    const Refusal why = explain_load_failure(file, image, error);
    return fail(shown.empty() ? why : replace_all(why, file, shown));
  }
  if (!library.has(entry)) return fail(describe_stranger(image, entry));
  return &keep(std::move(library)).get<void()>(entry);
}

}  // namespace tenon::module
