// SPDX-License-Identifier: Apache-2.0
#include "route/router.hpp"

#include <utility>

#include <gtest/gtest.h>

namespace tenon::route {
namespace {

Route route(std::string path, std::vector<std::string> methods = {}) {
  Route route;
  route.prefix = path.ends_with("/*");
  if (route.prefix) path.pop_back();
  route.path = std::move(path);
  route.methods = std::move(methods);
  return route;
}

Site site(
    std::vector<std::string> hosts, std::vector<uint32_t> listeners, std::vector<Route> routes
) {
  Site site;
  site.hosts = std::move(hosts);
  site.listeners = std::move(listeners);
  site.routes = std::move(routes);
  return site;
}

// A site whose only route tells its name.
Site named(std::string name, std::vector<std::string> hosts, std::vector<uint32_t> listeners = {}) {
  return site(std::move(hosts), std::move(listeners), {route("/" + std::move(name))});
}

std::string found_site(const Router& router, uint32_t listener, std::string_view host) {
  const Match match = router.find(listener, host, "GET", "/none");
  return match.site == nullptr ? "none" : match.site->routes.front().path.substr(1);
}

TEST(Router, TakesTheMoreExactHost) {
  const Router router({
      named("default", {}),
      named("wide", {"*.com"}),
      named("wild", {"*.example.com"}),
      named("exact", {"www.example.com", "example.com"}),
  });

  EXPECT_EQ(found_site(router, 0, "www.example.com"), "exact");
  EXPECT_EQ(found_site(router, 0, "example.com"), "exact");
  EXPECT_EQ(found_site(router, 0, "api.example.com"), "wild");
  EXPECT_EQ(found_site(router, 0, "a.b.example.com"), "wild");
  EXPECT_EQ(found_site(router, 0, "other.com"), "wide");
  EXPECT_EQ(found_site(router, 0, "com"), "default");
  EXPECT_EQ(found_site(router, 0, "example.org"), "default");
  EXPECT_EQ(found_site(router, 0, ""), "default");
}

TEST(Router, KeepsSitesToTheirListeners) {
  const Router router({
      named("default", {}),
      named("admin", {}, {1}),
      named("host_on_0", {"example.com"}, {0}),
  });

  EXPECT_EQ(found_site(router, 0, "x"), "default");
  EXPECT_EQ(found_site(router, 1, "x"), "admin");
  EXPECT_EQ(found_site(router, 0, "example.com"), "host_on_0");
  EXPECT_EQ(found_site(router, 1, "example.com"), "admin");
}

TEST(Router, FindsNoSiteWithoutADefault) {
  const Router router({named("only", {"example.com"})});

  EXPECT_EQ(found_site(router, 0, "example.org"), "none");
}

TEST(Router, TakesTheFirstRouteInFileOrder) {
  const Router router(
      {site({}, {}, {route("/a/b"), route("/a/*"), route("/a/c"), route("/*"), route("/never")})}
  );
  const auto find = [&](std::string_view path) { return router.find(0, "", "GET", path); };

  EXPECT_EQ(find("/a/b").route->path, "/a/b");
  EXPECT_EQ(find("/a/c").route->path, "/a/");
  EXPECT_EQ(find("/a/c").rest, "c");
  EXPECT_EQ(find("/a/").route->path, "/a/");
  EXPECT_EQ(find("/a/").rest, "");
  EXPECT_EQ(find("/a").route->path, "/");
  EXPECT_EQ(find("/a").rest, "a");
  EXPECT_EQ(find("/never").route->path, "/");
}

TEST(Router, TakesTheFirstOfNestedFolders) {
  const Router router({site(
      {}, {}, {route("/a/b/c/*"), route("/a/*"), route("/a/b/*"), route("/a/b/d"), route("/*")}
  )});
  const auto find = [&](std::string_view path) { return router.find(0, "", "GET", path); };

  EXPECT_EQ(find("/a/b/c/d/e/f").route->path, "/a/b/c/");
  EXPECT_EQ(find("/a/b/c/d/e/f").rest, "d/e/f");
  EXPECT_EQ(find("/a/b/x").route->path, "/a/");
  EXPECT_EQ(find("/a/b/d").route->path, "/a/");
  EXPECT_EQ(find("/ab/c").route->path, "/");
  EXPECT_EQ(find("*").route, nullptr);
}

TEST(Router, FindsAFolderAmongThousands) {
  std::vector<Route> routes;
  for (int i = 0; i < 3000; ++i)
    routes.push_back(route("/folder" + std::to_string(i) + "/*"));
  const Router router({site({}, {}, std::move(routes))});

  for (const std::string folder : {"/folder0/", "/folder1234/", "/folder2999/"}) {
    const std::string path = folder + "file";
    const Match match = router.find(0, "", "GET", path);
    ASSERT_NE(match.route, nullptr);
    EXPECT_EQ(match.route->path, folder);
    EXPECT_EQ(match.rest, "file");
  }
  EXPECT_EQ(router.find(0, "", "GET", "/folder3000/file").route, nullptr);
}

TEST(Router, FindsNoRoute) {
  const Router router({site({}, {}, {route("/files/*")})});

  const Match match = router.find(0, "", "GET", "/files");

  EXPECT_NE(match.site, nullptr);
  EXPECT_EQ(match.route, nullptr);
  EXPECT_EQ(match.allow, "");
}

TEST(Router, GathersTheMethodsOfAPath) {
  const Router router(
      {site({}, {}, {route("/x", {"GET"}), route("/x", {"POST", "GET"}), route("/*", {"PUT"})})}
  );

  EXPECT_EQ(router.find(0, "", "HEAD", "/x").route->methods.front(), "GET");
  EXPECT_EQ(router.find(0, "", "POST", "/x").route->methods.front(), "POST");
  EXPECT_EQ(router.find(0, "", "PUT", "/x").route->path, "/");
  const Match match = router.find(0, "", "DELETE", "/x");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_EQ(match.allow, "GET, HEAD, POST, PUT");
}

TEST(Router, GathersTheMethodsOfFoldersInFileOrder) {
  const Router router(
      {site({}, {}, {route("/a/*", {"PUT"}), route("/a/b", {"GET"}), route("/*", {"POST", "PUT"})})}
  );

  EXPECT_EQ(router.find(0, "", "POST", "/a/b").route->path, "/");
  EXPECT_EQ(router.find(0, "", "DELETE", "/a/b").allow, "PUT, GET, HEAD, POST");
}

TEST(Router, FindsAgainWithinOneSite) {
  const Router router({site({}, {}, {route("/new"), route("/*")}), named("other", {"x"})});
  const Match first = router.find(0, "", "GET", "/old");

  const Match second = router.find_in(*first.site, "GET", "/new");

  EXPECT_EQ(second.route->path, "/new");
}

}  // namespace
}  // namespace tenon::route
