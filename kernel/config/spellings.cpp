// SPDX-License-Identifier: Apache-2.0
#include "config/spellings.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "config/config.hpp"

namespace tenon::config {
namespace {

constexpr size_t kWordBytesMax = 64;  // longer ones have no neighbours; bounds the work
constexpr size_t kListedWordsMax = 12;

struct Spelling {
  std::string_view word;
  std::string_view advice;
};

// httpd's directives and nginx's, as operators bring them along.
constexpr Spelling kSpellings[] = {
    {"AcceptFilter", "accept_filter in [mpm.winnt]"},
    {"AddType", "types in [static], or types_file"},
    {"Alias", "a [[site.route]] with handler = \"static\" and static.root"},
    {"client_body_timeout", "body in [server.timeouts]"},
    {"client_header_timeout", "header in [server.timeouts]"},
    {"client_max_body_size", "body_bytes in [server.limits]"},
    {"default_type", "types in [static]"},
    {"Define", "a variable of the environment: \"${NAME}\" in any string"},
    {"Directory", "[[site.route]]"},
    {"DirectoryIndex", "index in [static]"},
    {"DocumentRoot", "static.root in a [[site.route]]"},
    {"error_log", "error in [server.log]"},
    {"ErrorLog", "error in [server.log]"},
    {"ErrorLogFormat", "format in [server.log]: \"text\" or \"json\""},
    {"GracefulShutdownTimeout", "graceful_timeout in [mpm.NAME]"},
    {"IfModule", "the table of the module alone: an unused module is not loaded"},
    {"Include", "a file of its own in conf.d beside this one: conf.d/*.toml are read as well"},
    {"IncludeOptional",
     "a file of its own in conf.d beside this one: conf.d/*.toml are read as well"},
    {"KeepAlive", "keep_alive in [server.timeouts]"},
    {"keepalive_timeout", "keep_alive in [server.timeouts]"},
    {"KeepAliveTimeout", "keep_alive in [server.timeouts]"},
    {"LimitExcept", "methods in a [[site.route]]"},
    {"LimitRequestBody", "body_bytes in [server.limits]"},
    {"LimitRequestFields", "header_count in [server.limits]"},
    {"LimitRequestFieldSize", "header_bytes in [server.limits]"},
    {"LimitRequestLine", "target_bytes in [server.limits]"},
    {"Listen", "listen in [server], such as listen = [\"0.0.0.0:80\"]"},
    {"ListenBacklog", "listen_backlog in [mpm.NAME]"},
    {"load_module", "modules in [server], such as modules = [\"static\"]"},
    {"LoadModule", "modules in [server], such as modules = [\"static\"]"},
    {"Location", "[[site.route]] with path = \"/...\""},
    {"LogFormat", "format in [server.log]: \"text\" or \"json\""},
    {"LogLevel", "level in [server.log]"},
    {"MaxClients", "max_connections in [mpm.NAME]"},
    {"MaxConnectionsPerChild", "nothing: a child is not ended after a number of connections"},
    {"MaxRequestsPerChild", "nothing: a child is not ended after a number of requests"},
    {"MaxRequestWorkers", "max_connections in [mpm.NAME]"},
    {"RequestReadTimeout", "header and body in [server.timeouts]"},
    {"root", "static.root in a [[site.route]]"},
    {"send_timeout", "write in [server.timeouts]"},
    {"server_name", "hosts in a [[site]]"},
    {"ServerAlias", "hosts in a [[site]]"},
    {"ServerLimit", "nothing: there is one child"},
    {"ServerName", "hosts in a [[site]]"},
    {"ServerRoot", "tenon -d FOLDER on the command line"},
    {"SetEnv", "a variable of the environment: \"${NAME}\" in any string"},
    {"SetHandler", "handler in a [[site.route]]"},
    {"SetOutputFilter", "the table of the module that filters"},
    {"StartServers", "nothing: there is one child"},
    {"ThreadLimit", "threads_per_child in [mpm.NAME]"},
    {"ThreadsPerChild", "threads_per_child in [mpm.NAME]"},
    {"TimeOut", "header, body and write in [server.timeouts]"},
    {"types_hash_max_size", "nothing: it sizes itself"},
    {"TypesConfig", "types_file in [static]"},
    {"VirtualHost", "[[site]]"},
    {"Win32DisableAcceptEx", "win32_disable_acceptex in [mpm.winnt]"},
    {"worker_connections", "max_connections in [mpm.NAME]"},
    {"worker_processes", "io_threads in [mpm.NAME]: there is one process"},
};

// "ThreadsPerChild", "threads-per-child" and "threads_per_child" are one word.
std::string folded(std::string_view word) {
  std::string out;
  for (const char c : word) {
    if (c != '_' && c != '-') out += lower(c);
  }
  return out;
}

// How many letters to insert, drop, replace or swap with a neighbour to get from `a` to `b`.
size_t distance(std::string_view a, std::string_view b) {
  using Row = std::array<size_t, kWordBytesMax + 1>;
  Row before{}, last{}, row{};
  for (size_t j = 0; j <= b.size(); ++j) {
    last[j] = j;
  }
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = last;
    last = row;
  }
  return last[b.size()];
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string_view>& words) {
  const std::string wanted = folded(word);
  if (wanted.empty() || wanted.size() > kWordBytesMax) return {};
  size_t best = std::min<size_t>((wanted.size() + 2) / 3, 3) + 1;
  std::string_view found;
  for (const std::string_view candidate : words) {
    const std::string other = folded(candidate);
    if (other.empty() || other.size() > kWordBytesMax) continue;
    const size_t steps = distance(wanted, other);
    // A word of which no letter is left would be a guess.
    if (steps >= best || steps >= std::max(wanted.size(), other.size())) continue;
    best = steps;
    found = candidate;
  }
  return std::string(found);
}

std::string_view advice_for(std::string_view word) {
  for (const Spelling& spelling : kSpellings) {
    if (equal_no_case(spelling.word, word)) return spelling.advice;
  }
  return {};
}

std::string hint(std::string_view word, const std::vector<std::string_view>& words) {
  const std::string near = nearest(word, words);
  const std::string_view advice = advice_for(word);
  if (!advice.empty() && folded(near) != folded(word)) return "; write " + std::string(advice);
  if (!near.empty()) return "; did you mean " + quote(near) + "?";
  if (words.empty() || words.size() > kListedWordsMax) return {};
  return "; there is: " + join(words, ", ");
}

}  // namespace tenon::config
