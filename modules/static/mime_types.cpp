// SPDX-License-Identifier: Apache-2.0
#include "mime_types.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace tenon::static_files {
namespace {

using std::string_view;

struct Row {
  string_view extension;
  string_view type;
};

// By extension, so that it can be searched by halves. Text is served as UTF-8; formats that say
// their encoding themselves (JSON, XML, SVG) get no charset.
constexpr auto kRows = std::to_array<Row>({
    {"7z", "application/x-7z-compressed"},
    {"aac", "audio/aac"},
    {"apng", "image/apng"},
    {"atom", "application/atom+xml"},
    {"avi", "video/x-msvideo"},
    {"avif", "image/avif"},
    {"bin", "application/octet-stream"},
    {"bmp", "image/bmp"},
    {"br", "application/octet-stream"},
    {"bz2", "application/x-bzip2"},
    {"c", "text/plain; charset=utf-8"},
    {"cer", "application/pkix-cert"},
    {"cjs", "text/javascript; charset=utf-8"},
    {"cpp", "text/plain; charset=utf-8"},
    {"crt", "application/x-x509-ca-cert"},
    {"css", "text/css; charset=utf-8"},
    {"csv", "text/csv; charset=utf-8"},
    {"deb", "application/vnd.debian.binary-package"},
    {"diff", "text/plain; charset=utf-8"},
    {"dmg", "application/x-apple-diskimage"},
    {"doc", "application/msword"},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"eot", "application/vnd.ms-fontobject"},
    {"eps", "application/postscript"},
    {"epub", "application/epub+zip"},
    {"exe", "application/vnd.microsoft.portable-executable"},
    {"flac", "audio/flac"},
    {"geojson", "application/geo+json"},
    {"gif", "image/gif"},
    {"gz", "application/gzip"},
    {"h", "text/plain; charset=utf-8"},
    {"heic", "image/heic"},
    {"hpp", "text/plain; charset=utf-8"},
    {"htm", "text/html; charset=utf-8"},
    {"html", "text/html; charset=utf-8"},
    {"ico", "image/vnd.microsoft.icon"},
    {"ics", "text/calendar; charset=utf-8"},
    {"ini", "text/plain; charset=utf-8"},
    {"iso", "application/octet-stream"},
    {"jar", "application/java-archive"},
    {"jpeg", "image/jpeg"},
    {"jpg", "image/jpeg"},
    {"js", "text/javascript; charset=utf-8"},
    {"json", "application/json"},
    {"jsonld", "application/ld+json"},
    {"jxl", "image/jxl"},
    {"log", "text/plain; charset=utf-8"},
    {"m3u8", "application/vnd.apple.mpegurl"},
    {"m4a", "audio/mp4"},
    {"m4v", "video/mp4"},
    {"map", "application/json"},
    {"md", "text/markdown; charset=utf-8"},
    {"mid", "audio/midi"},
    {"mjs", "text/javascript; charset=utf-8"},
    {"mka", "audio/matroska"},
    {"mkv", "video/matroska"},
    {"mov", "video/quicktime"},
    {"mp3", "audio/mpeg"},
    {"mp4", "video/mp4"},
    {"mpd", "application/dash+xml"},
    {"mpeg", "video/mpeg"},
    {"mpg", "video/mpeg"},
    {"msi", "application/x-msi"},
    {"odp", "application/vnd.oasis.opendocument.presentation"},
    {"ods", "application/vnd.oasis.opendocument.spreadsheet"},
    {"odt", "application/vnd.oasis.opendocument.text"},
    {"oga", "audio/ogg"},
    {"ogg", "audio/ogg"},
    {"ogv", "video/ogg"},
    {"opus", "audio/ogg"},
    {"otf", "font/otf"},
    {"pdf", "application/pdf"},
    {"pem", "application/x-pem-file"},
    {"png", "image/png"},
    {"ppt", "application/vnd.ms-powerpoint"},
    {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    {"ps", "application/postscript"},
    {"rar", "application/vnd.rar"},
    {"rpm", "application/x-rpm"},
    {"rss", "application/rss+xml"},
    {"rtf", "application/rtf"},
    {"sh", "application/x-sh"},
    {"sql", "application/sql"},
    {"svg", "image/svg+xml"},
    {"tar", "application/x-tar"},
    {"tgz", "application/gzip"},
    {"tif", "image/tiff"},
    {"tiff", "image/tiff"},
    {"toml", "application/toml"},
    {"ts", "video/mp2t"},
    {"tsv", "text/tab-separated-values; charset=utf-8"},
    {"ttf", "font/ttf"},
    {"txt", "text/plain; charset=utf-8"},
    {"vcf", "text/vcard; charset=utf-8"},
    {"vtt", "text/vtt; charset=utf-8"},
    {"wasm", "application/wasm"},
    {"wav", "audio/wav"},
    {"weba", "audio/webm"},
    {"webm", "video/webm"},
    {"webmanifest", "application/manifest+json"},
    {"webp", "image/webp"},
    {"woff", "font/woff"},
    {"woff2", "font/woff2"},
    {"xht", "application/xhtml+xml"},
    {"xhtml", "application/xhtml+xml"},
    {"xls", "application/vnd.ms-excel"},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"xml", "application/xml"},
    {"xsl", "application/xml"},
    {"xz", "application/x-xz"},
    {"yaml", "application/yaml"},
    {"yml", "application/yaml"},
    {"zip", "application/zip"},
    {"zst", "application/zstd"},
});
static_assert(std::is_sorted(kRows.begin(), kRows.end(), [](const Row& a, const Row& b) {
  return a.extension < b.extension;
}));

constexpr string_view kUnknown = "application/octet-stream";
constexpr size_t kExtensionBytesMax = 32;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_token_byte(char c) {
  const bool letter = lower(c) >= 'a' && lower(c) <= 'z';
  const bool digit = c >= '0' && c <= '9';
  return letter || digit || string_view("!#$%&'*+-.^_`|~").find(c) != string_view::npos;
}

bool is_token(string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_byte);
}

// The first eight bytes as a number of the same order, so that a step of the search is one
// comparison. No two rows share them.
constexpr uint64_t key_of(string_view extension) {
  uint64_t key = 0;
  for (size_t i = 0; i < sizeof key; ++i) {
    key = key << 8 | (i < extension.size() ? static_cast<unsigned char>(extension[i]) : 0u);
  }
  return key;
}

constexpr auto kKeys = [] {
  std::array<uint64_t, kRows.size()> keys{};
  std::transform(kRows.begin(), kRows.end(), keys.begin(), [](const Row& row) {
    return key_of(row.extension);
  });
  return keys;
}();
static_assert(std::adjacent_find(kKeys.begin(), kKeys.end()) == kKeys.end());

string_view built_in(string_view extension) {
  const auto key = std::lower_bound(kKeys.begin(), kKeys.end(), key_of(extension));
  if (key == kKeys.end()) return kUnknown;
  const Row& row = kRows[static_cast<size_t>(key - kKeys.begin())];
  return row.extension == extension ? row.type : kUnknown;
}

// The next word of the line, taken off its front; "" at its end.
string_view take_word(string_view& line) {
  constexpr string_view kBlanks = " \t\r";
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  const string_view word = line.substr(0, line.find_first_of(kBlanks));
  line.remove_prefix(word.size());
  return word;
}

std::string extension_of(string_view written) {
  std::string extension(written.substr(written.starts_with('.') ? 1 : 0));
  std::transform(extension.begin(), extension.end(), extension.begin(), lower);
  return extension;
}

std::string with_charset(string_view type) {
  const bool bare_text = type.starts_with("text/") && type.find(';') == string_view::npos;
  return std::string(type) + (bare_text ? "; charset=utf-8" : "");
}

}  // namespace

StringMap built_in_types() {
  StringMap all;
  for (const Row& row : kRows) {
    all.emplace(row.extension, row.type);
  }
  return all;
}

Result<StringMap, std::string> parse_types(string_view text) {
  StringMap all;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line = line.substr(0, line.find('#'));
    const string_view type = take_word(line);
    if (type.empty()) continue;
    if (!is_media_type(type)) {
      return fail(
          "line " + std::to_string(number) + ": \"" + std::string(type) +
          "\" is no media type; a line has a type and its extensions, such as text/html html htm"
      );
    }
    for (string_view word = take_word(line); !word.empty(); word = take_word(line)) {
      all.insert_or_assign(extension_of(word), with_charset(type));
    }
  }
  return all;
}

MimeTypes::MimeTypes(const StringMap& overrides, std::optional<StringMap> table)
    : table_(std::move(table)) {
  for (const auto& [written, type] : overrides) {
    overrides_.insert_or_assign(extension_of(written), with_charset(type));
  }
}

string_view MimeTypes::of(string_view file_name) const {
  const size_t dot = file_name.rfind('.');
  if (dot == string_view::npos) return kUnknown;
  const string_view written = file_name.substr(dot + 1);
  if (written.size() > kExtensionBytesMax || written.find('/') != string_view::npos) {
    return kUnknown;
  }
  std::array<char, kExtensionBytesMax> buffer{};
  std::transform(written.begin(), written.end(), buffer.begin(), lower);
  const string_view extension(buffer.data(), written.size());
  if (overrides_.empty() && !table_) return built_in(extension);
  const auto own = overrides_.find(extension);
  if (own != overrides_.end()) return own->second;
  if (!table_) return built_in(extension);
  const auto listed = table_->find(extension);
  return listed != table_->end() ? string_view(listed->second) : kUnknown;
}

bool is_media_type(string_view text) {
  const size_t slash = text.find('/');
  if (slash == string_view::npos) return false;
  const string_view rest = text.substr(slash + 1);
  const size_t end = rest.find_first_of("; ");
  const auto printable = [](char c) { return c >= 0x20 && c < 0x7F; };
  return is_token(text.substr(0, slash)) && is_token(rest.substr(0, end)) &&
         std::all_of(rest.begin(), rest.end(), printable);
}

}  // namespace tenon::static_files
