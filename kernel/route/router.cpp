// SPDX-License-Identifier: Apache-2.0
#include "route/router.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <unordered_map>

namespace tenon::route {
namespace {

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
using IndexList = std::vector<uint32_t>;
using IndexByText = std::unordered_map<std::string, IndexList, TextHash, std::equal_to<>>;

const IndexList kNothing;

const IndexList& look_up(const IndexByText& table, std::string_view key) {
  if (table.empty()) return kNothing;
  const auto found = table.find(key);
  return found == table.end() ? kNothing : found->second;
}

bool contains(const std::vector<uint32_t>& list, uint32_t value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// A route that allows GET allows HEAD (RFC 9110 §9.3.2: the same, without the content).
bool allows(const Route& route, std::string_view method) {
  if (route.methods.empty()) return true;
  for (const std::string& allowed : route.methods) {
    if (allowed == method) return true;
    if (allowed == "GET" && method == "HEAD") return true;
  }
  return false;
}

void append_method(std::string& list, std::string_view method) {
  const std::string item = ", " + std::string(method) + ", ";
  if ((", " + list + ", ").find(item) != std::string::npos) return;
  if (!list.empty()) list += ", ";
  list += method;
}

void append_methods(std::string& list, const Route& route) {
  for (const std::string& method : route.methods) {
    append_method(list, method);
    if (method == "GET") append_method(list, "HEAD");
  }
}

// Two lists of routes as one.
IndexList merged(const Site& site, const IndexList& a, const IndexList& b) {
  IndexList all(a.size() + b.size());
  std::merge(a.begin(), a.end(), b.begin(), b.end(), all.begin());
  const auto last = std::find_if(all.begin(), all.end(), [&](uint32_t i) {
    return site.routes[i].methods.empty();
  });
  if (last != all.end()) all.erase(last + 1, all.end());
  return all;
}

// A site that names the listener comes before one that takes every listener.
const Site* pick(const std::vector<Site>& sites, const IndexList& candidates, uint32_t listener) {
  const Site* fallback = nullptr;
  for (const uint32_t i : candidates) {
    const Site& site = sites[i];
    if (contains(site.listeners, listener)) return &site;
    if (site.listeners.empty() && fallback == nullptr) fallback = &site;
  }
  return fallback;
}

}  // namespace

// Lists of routes are in file order and end with the first that takes every method: nothing after
// it is ever reached.
struct Router::Index {
  struct Folder {
    std::string_view path;  // "/files/" of "/files/*"
    size_t parent;          // the deepest folder that this one is in, or kNone
    IndexList routes;       // of everything in it
  };

  struct Routes {
    IndexByText exact;            // path -> routes
    std::vector<Folder> folders;  // sorted by path

    explicit Routes(const Site& site);
    const IndexList& matching(std::string_view path) const;
    size_t deepest_folder(std::string_view path) const;
  };

  static constexpr size_t kNone = SIZE_MAX;

  IndexByText hosts;           // "example.com" -> sites
  IndexByText wildcards;       // "example.com" of "*.example.com" -> sites
  IndexList defaults;          // sites without hosts
  std::vector<Routes> routes;  // by site

  explicit Index(const std::vector<Site>& sites);
  void add_hosts(const Site& site, uint32_t number);
};

Router::Index::Index(const std::vector<Site>& sites) {
  for (uint32_t i = 0; i < sites.size(); ++i) {
    add_hosts(sites[i], i);
    routes.emplace_back(sites[i]);
  }
}

void Router::Index::add_hosts(const Site& site, uint32_t number) {
  if (site.hosts.empty()) defaults.push_back(number);
  for (const std::string& host : site.hosts) {
    if (host.starts_with("*.")) {
      wildcards[host.substr(2)].push_back(number);
    } else {
      hosts[host].push_back(number);
    }
  }
}

Router::Index::Routes::Routes(const Site& site) {
  std::map<std::string_view, IndexList> own;
  for (uint32_t i = 0; i < site.routes.size(); ++i) {
    const Route& route = site.routes[i];
    (route.prefix ? own[route.path] : exact[route.path]).push_back(i);
  }
  size_t parent = kNone;  // of the next one in order: the last one, or one that this is in
  for (auto& [path, list] : own) {
    while (parent != kNone && !path.starts_with(folders[parent].path))
      parent = folders[parent].parent;
    if (parent != kNone) list = merged(site, list, folders[parent].routes);
    folders.push_back({path, parent, std::move(list)});
    parent = folders.size() - 1;
  }
  for (auto& [path, list] : exact) {
    const size_t folder = deepest_folder(path);
    if (folder != kNone) list = merged(site, list, folders[folder].routes);
  }
}

const IndexList& Router::Index::Routes::matching(std::string_view path) const {
  const IndexList& found = look_up(exact, path);
  if (!found.empty()) return found;
  const size_t folder = deepest_folder(path);
  return folder == kNone ? kNothing : folders[folder].routes;
}

// Whatever lies between a folder of the path and the path in this order is in that folder, too: so
// the deepest one is the last before the path, or one that it is in.
size_t Router::Index::Routes::deepest_folder(std::string_view path) const {
  const auto after = std::upper_bound(
      folders.begin(),
      folders.end(),
      path,
      [](std::string_view name, const Folder& folder) { return name < folder.path; }
  );
  if (after == folders.begin()) return kNone;
  size_t folder = static_cast<size_t>(after - folders.begin()) - 1;
  while (folder != kNone && !path.starts_with(folders[folder].path))
    folder = folders[folder].parent;
  return folder;
}

Router::Router(std::vector<Site> sites)
    : sites_(std::move(sites)),
      index_(std::make_unique<Index>(sites_)) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

Match Router::find(
    uint32_t listener, std::string_view host, std::string_view method, std::string_view path
) const {
  const Site* site = pick(sites_, look_up(index_->hosts, host), listener);
  std::string_view rest = host;
  while (site == nullptr && !index_->wildcards.empty()) {
    const size_t dot = rest.find('.');
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
    site = pick(sites_, look_up(index_->wildcards, rest), listener);
  }
  if (site == nullptr) site = pick(sites_, index_->defaults, listener);
  if (site == nullptr) return {};
  return find_in(*site, method, path);
}

Match Router::find_in(const Site& site, std::string_view method, std::string_view path) const {
  const Index::Routes& compiled = index_->routes[static_cast<size_t>(&site - sites_.data())];
  Match match;
  match.site = &site;
  for (const uint32_t i : compiled.matching(path)) {
    const Route& route = site.routes[i];
    if (!allows(route, method)) {
      append_methods(match.allow, route);
      continue;
    }
    match.route = &route;
    match.rest = route.prefix ? path.substr(route.path.size()) : std::string_view();
    match.allow.clear();
    return match;
  }
  return match;
}

}  // namespace tenon::route
