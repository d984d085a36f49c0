// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "route/plan.hpp"

namespace tenon::route {

// One route, compiled. Immutable.
struct Route {
  std::string path;  // "/files/" of "/files/*"; or the exact path
  bool prefix = false;
  std::vector<std::string> methods;  // empty: every method
  Plan plan;
};

struct Site {
  std::vector<std::string>
      hosts;  // lower case; "*.example.com" matches one or more labels; empty: default
  std::vector<uint32_t> listeners;  // empty: every listener
  std::vector<Route> routes;        // the first match wins
};

// What a lookup found. No site or route: 404. A route of that path exists, but none for the
// method: 405 with `allow`.
struct Match {
  const Site* site = nullptr;
  const Route* route = nullptr;
  std::string_view rest;  // what the trailing * matched; a view into the path
  std::string allow;      // "GET, HEAD" when `route` is null only because of the method
};

// All sites and routes of a generation, shared by all threads. Finding a host is a hash lookup and,
// for wildcards, one lookup per label; the more exact host wins: exact, then the longest wildcard,
// then the default site of that listener. Finding a route is a hash lookup of the path and, if no
// route has just that, a binary search for its folder: however many there are.
class Router {
 public:
  explicit Router(std::vector<Site> sites);
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  Match find(
      uint32_t listener, std::string_view host, std::string_view method, std::string_view path
  ) const;
  const std::vector<Site>& sites() const { return sites_; }
  // Within one site: after REWRITE changed the path.
  Match find_in(const Site& site, std::string_view method, std::string_view path) const;

 private:
  struct Index;
  std::vector<Site> sites_;
  std::unique_ptr<Index> index_;
};

}  // namespace tenon::route
