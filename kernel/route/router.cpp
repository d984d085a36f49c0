// SPDX-License-Identifier: Apache-2.0
#include "route/router.hpp"

#include <algorithm>
#include <functional>
#include <unordered_map>

namespace tenon::route {
namespace {

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
using IndexList = std::vector<uint32_t>;
using IndexByText = std::unordered_map<std::string, IndexList, TextHash, std::equal_to<>>;

const IndexList kNone;

const IndexList& look_up(const IndexByText& table, std::string_view key) {
  if (table.empty()) return kNone;
  const auto found = table.find(key);
  return found == table.end() ? kNone : found->second;
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

struct Router::Index {
  struct Routes {
    IndexByText exact;   // path -> routes, in file order
    IndexList prefixes;  // in file order
  };

  IndexByText hosts;           // "example.com" -> sites
  IndexByText wildcards;       // "example.com" of "*.example.com" -> sites
  IndexList defaults;          // sites without hosts
  std::vector<Routes> routes;  // by site

  explicit Index(const std::vector<Site>& sites);
  void add_hosts(const Site& site, uint32_t number);
  void add_routes(const Site& site);
};

Router::Index::Index(const std::vector<Site>& sites) {
  for (uint32_t i = 0; i < sites.size(); ++i) {
    add_hosts(sites[i], i);
    add_routes(sites[i]);
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

void Router::Index::add_routes(const Site& site) {
  Routes& compiled = routes.emplace_back();
  for (uint32_t i = 0; i < site.routes.size(); ++i) {
    const Route& route = site.routes[i];
    if (route.prefix) {
      compiled.prefixes.push_back(i);
    } else {
      compiled.exact[route.path].push_back(i);
    }
  }
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

// Routes are tried in file order: the exact ones come from a hash lookup, the prefixes from a
// list, and the smaller number is the earlier one in the file.
Match Router::find_in(const Site& site, std::string_view method, std::string_view path) const {
  const Index::Routes& compiled = index_->routes[static_cast<size_t>(&site - sites_.data())];
  const IndexList& exact = look_up(compiled.exact, path);
  const IndexList& prefixes = compiled.prefixes;
  Match match;
  match.site = &site;
  size_t next_exact = 0;
  size_t next_prefix = 0;
  while (next_exact < exact.size() || next_prefix < prefixes.size()) {
    const bool exact_first =
        next_prefix == prefixes.size() ||
        (next_exact < exact.size() && exact[next_exact] < prefixes[next_prefix]);
    const Route& route = site.routes[exact_first ? exact[next_exact++] : prefixes[next_prefix++]];
    if (route.prefix && !path.starts_with(route.path)) continue;
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
