// SPDX-License-Identifier: Apache-2.0
#include "kernel/server/explain.hpp"

#include <filesystem>
#include <fstream>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "kernel/base/paths.hpp"
#include "tests/unit/kernel/module/faulty_modules.hpp"

namespace tenon::server {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kRest[] = R"(
listen = ["127.0.0.1:8080", { name = "admin", address = "127.0.0.1:8081" }]

[sample]
secret = "s"

[[site]]
hosts = ["example.com", "*.example.com"]

[[site.route]]
path = "/only"
method = "POST"
handler = "healthy"

[[site.route]]
path = "/open"
sample = { text = "inner" }

[[site.route]]
path = "/files/*"
handler = "named_files"
named_files.key = "hunter2"
sample = false

[[site]]
listen = ["admin"]

[[site.route]]
path = "/*"
handler = "sample"
)";

// A configuration with modules of tests/faulty, and what is explained of it.
class Explain : public testing::Test {
 protected:
  Explain() {
    const std::string folder = to_utf8(std::filesystem::absolute(testing::TempDir()));
    const std::string path = folder + "/explain.toml";
    std::string modules;
    for (const char* name : {"sample", "healthy", "named_files"}) {
      modules += (modules.empty() ? "\"" : ", \"") + module::faulty_file(name) + "\"";
    }
    std::ofstream(to_path(path), std::ios::binary)
        << "[server]\nmodules = [" << modules << "]" << kRest;
    loaded_ = std::make_unique<Loaded>(Program{
        .executable = "", .config_path = path, .roots = {folder, folder}});
    loaded_->load_modules();
    router_ = std::make_unique<route::Router>(loaded_->compile_routes());
    EXPECT_FALSE(loaded_->findings.has_errors()) << loaded_->findings.text();
  }

  Explanation ask(Question question) {
    Result<Explanation, std::string> explained = explain(*loaded_, *router_, question);
    EXPECT_TRUE(explained) << (explained ? "" : explained.error());
    return explained ? std::move(*explained) : Explanation();
  }
  Explanation ask(const std::string& url, const std::string& method = "GET") {
    return ask({.url = url, .method = method, .host = ""});
  }
  std::string fault(const std::string& url) {
    const auto explained = explain(*loaded_, *router_, {.url = url, .method = "GET", .host = ""});
    return explained ? "" : explained.error();
  }

  std::unique_ptr<Loaded> loaded_;
  std::unique_ptr<route::Router> router_;
};

TEST_F(Explain, TellsListenerSiteRouteAndHandler) {
  const Explanation out = ask("http://www.Example.com:8080/files/a%20b?x=1#y");

  EXPECT_EQ(out.path, "/files/a b");
  EXPECT_EQ(out.query, "x=1");
  EXPECT_EQ(out.host, "www.example.com");
  ASSERT_EQ(out.listeners.size(), 2u);
  EXPECT_TRUE(out.listeners[0].taken);
  EXPECT_EQ(out.listeners[1].why, "the URL means another address or port");
  ASSERT_EQ(out.sites.size(), 2u);
  EXPECT_TRUE(out.sites[0].taken);
  EXPECT_EQ(out.sites[1].why, "it is not on this listener");
  ASSERT_EQ(out.routes.size(), 3u);
  EXPECT_EQ(out.routes[0].why, "the path is another");
  EXPECT_EQ(out.routes[2].what, "route /files/*");
  EXPECT_TRUE(out.routes[2].taken);
  EXPECT_THAT(out.routes[2].place.text(), HasSubstr("explain.toml:20:"));
  EXPECT_EQ(out.status, 0);
  EXPECT_THAT(out.outcome, HasSubstr("the handler named_files answers"));
}

TEST_F(Explain, TellsOptionsAndWhereTheyAreWritten) {
  const Explanation out = ask("http://example.com:8080/open");

  ASSERT_EQ(out.modules.size(), 1u);
  EXPECT_EQ(out.modules[0].name, "sample");
  ASSERT_EQ(out.modules[0].options.size(), 2u);
  EXPECT_EQ(out.modules[0].options[0].value, "\"inner\"");
  EXPECT_THAT(out.modules[0].options[0].where, HasSubstr("explain.toml:18:19"));
  EXPECT_THAT(out.modules[0].options[1].where, HasSubstr("explain.toml:6:10"));
  ASSERT_EQ(out.hooks.size(), 1u);
  EXPECT_EQ(out.hooks[0].phase, "access");
  EXPECT_EQ(out.status, 404);
  EXPECT_EQ(out.outcome, "404: the route has no handler");
}

TEST_F(Explain, TellsWhichHooksRunInThePool) {
  const Explanation out = ask("http://127.0.0.1:8081/x");

  ASSERT_EQ(out.hooks.size(), 2u);
  EXPECT_EQ(out.hooks[0].phase, "access");
  EXPECT_FALSE(out.hooks[0].in_pool);
  EXPECT_EQ(out.hooks[1].phase, "handler");
  EXPECT_TRUE(out.hooks[1].in_pool);
  EXPECT_TRUE(out.listeners[1].taken);
}

TEST_F(Explain, ShowsNoSecret) {
  const Explanation out = ask("http://example.com:8080/files/");

  EXPECT_THAT(to_text(out), HasSubstr("key = (secret)"));
  EXPECT_THAT(to_text(out), Not(HasSubstr("hunter2")));
  EXPECT_THAT(to_json(out).dump(), Not(HasSubstr("hunter2")));
}

TEST_F(Explain, ExplainsRefusals) {
  EXPECT_EQ(ask("http://example.com:8080/only").status, 405);
  EXPECT_THAT(ask("http://example.com:8080/only").outcome, HasSubstr("Allow: POST"));
  EXPECT_EQ(ask("http://example.com:8080/only").routes[0].why, "it does not take GET");
  EXPECT_EQ(ask("http://example.com:8080/only", "POST").status, 0);
  EXPECT_EQ(ask("http://example.com:8080/only", "BREW").status, 501);
  EXPECT_EQ(ask("http://example.com:8080/files/a", "TRACE").status, 501);
  EXPECT_EQ(ask("http://example.com:8080/none").outcome, "404: no route takes this path");
  const Explanation stranger = ask("http://other.com:8080/");
  EXPECT_EQ(stranger.outcome, "404: no site is for this host on this listener");
  EXPECT_EQ(stranger.sites[0].why, "it is not for the host \"other.com\"");
}

TEST_F(Explain, FindsTheListener) {
  EXPECT_EQ(ask("http://127.0.0.1:9/").outcome, "nothing listens there: the connection is refused");
  EXPECT_EQ(ask("http://10.0.0.1:8080/").listeners[0].taken, false);
  EXPECT_TRUE(ask("/open").listeners[0].taken);
  const Explanation proxied = ask("https://example.com/open");
  EXPECT_TRUE(proxied.listeners[0].taken);
  EXPECT_THAT(proxied.listeners[0].why, HasSubstr("as if a proxy"));
}

TEST_F(Explain, TakesTheHostThatIsGiven) {
  const Explanation out = ask({.url = "/open", .method = "GET", .host = "a.example.com"});

  EXPECT_EQ(out.host, "a.example.com");
  EXPECT_TRUE(out.sites[0].taken);
}

TEST_F(Explain, RefusesWhatIsNoUrl) {
  EXPECT_THAT(fault("example.com"), HasSubstr("is no URL; write \"http://example.com/path\""));
  EXPECT_THAT(fault("http://example.com:x/"), HasSubstr("is no port"));
  EXPECT_THAT(fault("/a/../../b"), HasSubstr("the server answers 400: "));
}

TEST_F(Explain, WritesTextAndJson) {
  const Explanation out = ask("http://example.com:8080/files/");
  const auto json = to_json(out);

  EXPECT_EQ(json.at("routes").at(2).at("taken"), true);
  EXPECT_EQ(json.at("hooks").at(0).at("module"), "named_files");
  EXPECT_FALSE(json.contains("status"));
  const std::string text = to_text(out);
  EXPECT_EQ(text.find("GET /files/ on the host example.com\n"), 0u) << text;
  EXPECT_THAT(text, HasSubstr("\nRoutes\n    route /only [POST], "));
  EXPECT_THAT(text, HasSubstr("\n  * route /files/*, "));
}

}  // namespace
}  // namespace tenon::server
