// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <tenon/cpp/module.hpp>

#include "conditions.hpp"
#include "etag.hpp"
#include "http_date.hpp"
#include "location.hpp"
#include "mime_types.hpp"

namespace tenon::static_files {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;

// The fields of one answer. They view what must live until respond.
class Fields {
 public:
  void add(std::string_view name, std::string_view value) {
    TENON_ASSERT(count_ < fields_.size());
    fields_[count_++] = field(name, value);
  }
  std::span<const tenon_header> all() const { return {fields_.data(), count_}; }

 private:
  std::array<tenon_header, 8> fields_;
  size_t count_ = 0;
};

// Seconds, rounded down also before 1970. RFC 9110 §8.8.2.1: never later than the answer itself.
int64_t last_modified(const tenon_file_info& file, int64_t now) {
  int64_t seconds = file.mtime_ns / kSecondNs;
  if (file.mtime_ns % kSecondNs < 0) --seconds;
  return std::min(seconds, now);
}

// Serves the files below a folder: on the I/O thread what tenon.files/1 has at hand, in the pool
// what has to be opened.
class Static {
 public:
  struct Config {
    Path root;
    std::vector<std::string> index;
    StringMap types;
    std::optional<File> types_file;
  };
  static constexpr auto options = std::tuple{
      option("root", &Config::root, "The folder whose files are served.")
          .required()
          .aliases("DocumentRoot|documentroot|alias|wwwroot"),
      option(
          "index",
          &Config::index,
          "The files that stand for a folder; the first that exists is served.",
          "[\"index.html\"]"
      )
          .aliases("DirectoryIndex|directoryindex|default"),
      option("types", &Config::types, "Media types by file name extension, before all others.")
          .aliases("AddType|mime"),
      option(
          "types_file",
          &Config::types_file,
          "A file of media types in the format of httpd's mime.types, instead of the built-in ones."
      )
          .aliases("TypesConfig|mime_types|mime_file"),
  };
  static constexpr const char* needs[] = {TENON_FILES_ID, nullptr};
  static constexpr const char* summary = "serves files from a folder";

  static void check(const Config& config, Setup& setup) {
    if (const auto root = FileRoot::open(config.root.text); !root) {
      setup.error("root", root_error(config.root.text, root.error()));
    }
    for (const auto& [extension, type] : config.types) {
      if (is_media_type(type)) continue;
      setup.error("types", "\"" + type + "\" is no media type; write \"text/plain\", say");
    }
    if (const auto table = read_table(config); table && !*table) {
      setup.error("types_file", table->error());
    }
    for (const std::string& name : config.index) {
      if (!name.empty() && name.find_first_of("/\\") == std::string::npos) continue;
      setup.error("index", "\"" + name + "\" is no file name: it can't be empty or hold a slash");
    }
  }

  Static(Config config, Setup& setup)
      : index_(std::move(config.index)),
        types_(make_types(config)) {
    auto root = FileRoot::open(config.root.text);
    if (root) {
      root_ = std::move(*root);
    } else {
      setup.error("root", root_error(config.root.text, root.error()));
    }
  }

  Verdict handle(Request& request) const {
    if (request.method() != "GET" && request.method() != "HEAD") {
      return request.method_not_allowed("GET, HEAD");
    }
    const std::string_view name = request.rest();
    if (name.empty() || name.ends_with('/')) return handle_folder(request, name);
    Result<OpenFile, tenon_status> file = root_->open(request.raw(), name, request.in_pool());
    if (!file) return not_opened(request, file.error());
    const tenon_file_info info = (*file).info();
    if (info.kind == TENON_FILE_FOLDER) return redirect(request);
    return serve(request, std::move(*file), info);
  }

 private:
  static std::optional<Result<StringMap, std::string>> read_table(const Config& config) {
    if (!config.types_file) return std::nullopt;
    return parse_types(config.types_file->content);
  }

  static MimeTypes make_types(const Config& config) {
    auto table = read_table(config);
    if (!table || !*table) return MimeTypes(config.types);  // check() refuses a bad table
    return MimeTypes(config.types, std::move(**table));
  }

  static std::string root_error(const std::string& path, tenon_status status) {
    if (status == TENON_E_NOT_FOUND) return "there is no folder \"" + path + "\"";
    if (status == TENON_E_DENIED) return "access to the folder \"" + path + "\" is refused";
    return "the folder \"" + path + "\" cannot be opened";
  }

  // What is forbidden is answered as if it were not there, so that nothing is learnt.
  static Verdict not_opened(Request& request, tenon_status status) {
    if (status == TENON_AGAIN) return Verdict::RerunInPool;
    if (status == TENON_E_NOT_FOUND || status == TENON_E_DENIED) return Verdict::Next;
    return request.fail("the file system refuses to open \"" + std::string(request.rest()) + "\"");
  }

  Verdict handle_folder(Request& request, std::string_view folder) const {
    std::string name;
    for (const std::string& index : index_) {
      name.assign(folder).append(index);
      Result<OpenFile, tenon_status> file = root_->open(request.raw(), name, request.in_pool());
      if (!file && (file.error() == TENON_E_NOT_FOUND || file.error() == TENON_E_DENIED)) continue;
      if (!file) return not_opened(request, file.error());
      const tenon_file_info info = (*file).info();
      if (info.kind == TENON_FILE_REGULAR) return serve(request, std::move(*file), info);
    }
    return Verdict::Next;
  }

  static Verdict redirect(Request& request) {
    const std::string location = folder_location(request.path(), request.query());
    return request.respond(
        308,
        {field("Location", location), field("Content-Type", "text/plain; charset=utf-8")},
        "The folder is at " + location + "\n"
    );
  }

  Verdict serve(Request& request, OpenFile file, const tenon_file_info& info) const {
    const auto now_ns = static_cast<int64_t>(request.info().start_unix_ns);
    const int64_t now = now_ns / kSecondNs;
    const int64_t modified = last_modified(info, now);
    const ETag etag(info, now_ns);
    std::optional<HttpDate> date;
    if (is_http_date(modified)) date.emplace(modified);

    Fields fields;
    fields.add("ETag", etag.text());
    if (date) fields.add("Last-Modified", date->text());
    switch (evaluate(request.headers(), {etag.text(), modified}, now)) {
      case Outcome::NotModified:
        return request.respond(304, fields.all(), {});
      case Outcome::PreconditionFailed:
        return request.text(412, "412 Precondition Failed\n");
      case Outcome::Proceed:
        break;
    }
    fields.add("Content-Type", types_.of(view(info.final_name)));
    fields.add("X-Content-Type-Options", "nosniff");
    fields.add("Accept-Ranges", "none");
    return request.respond_file(200, fields.all(), std::move(file));
  }

  std::vector<std::string> index_;
  MimeTypes types_;
  std::optional<FileRoot> root_;  // there, unless the constructor refused the configuration
};

}  // namespace
}  // namespace tenon::static_files

TENON_MODULE(tenon::static_files::Static, "static", "org.tenon.static", TENON_VERSION)
