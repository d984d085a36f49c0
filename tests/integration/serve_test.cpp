// SPDX-License-Identifier: Apache-2.0
// What every configuration must do, in each way of accepting that the target has.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/curl.hpp"
#include "support/environment.hpp"
#include "support/served.hpp"

namespace tenon::support {
namespace {

struct AcceptMode {
  const char* name;
  const char* option;  // a line of [mpm.NAME]
  const char* shown;   // by status, for the listener
};

void PrintTo(const AcceptMode& mode, std::ostream* out) {
  *out << mode.name;
}

class Serve : public ::testing::TestWithParam<AcceptMode> {
 protected:
  void SetUp() override {
    TestConfig config = usual_config();
    config.mpm += GetParam().option;
    served_ = &Served::shared(std::string("serve_") + GetParam().name, config);
    ASSERT_TRUE(served_->up());
  }
  uint16_t port() const { return served_->port(); }

  const std::string page_ = read_file(source_root() + "/dist/htdocs/index.html");
  Served* served_ = nullptr;
};

TEST_P(Serve, WelcomePageByRawSocket) {
  const Response answer = get(port(), "/");

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.version, "HTTP/1.1");
  EXPECT_EQ(answer.body, page_);
  EXPECT_TRUE(answer.field("Content-Type").starts_with("text/html"));
  EXPECT_EQ(answer.field("Content-Length"), std::to_string(page_.size()));
  EXPECT_NE(answer.field("Date"), "");
  EXPECT_NE(answer.field("ETag"), "") << "only static gives one";
}

TEST_P(Serve, WelcomePageByCurl) {
  const CurlResult answer = curl(port(), "/");

  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_EQ(answer.response.status, 200);
  EXPECT_EQ(answer.response.body, page_);
}

TEST_P(Serve, HeadHasTheFieldsOfGetAndNoBody) {
  HttpConnection connection(port());

  const Response head = connection.request("HEAD", "/");
  const Response get = connection.request("GET", "/");

  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.field("Content-Length"), std::to_string(page_.size()));
  EXPECT_EQ(head.field("ETag"), get.field("ETag"));
  EXPECT_EQ(get.body, page_) << "a body behind HEAD would have come first";
}

TEST_P(Serve, UnchangedFileIs304) {
  const Response first = get(port(), "/index.html");
  const std::string tag = "If-None-Match: " + first.field("ETag") + "\r\n";
  const std::string date = "If-Modified-Since: " + first.field("Last-Modified") + "\r\n";

  const Response by_tag = get(port(), "/index.html", tag);
  const Response by_date = get(port(), "/index.html", date);
  const Response by_other_tag = get(port(), "/index.html", "If-None-Match: \"other\"\r\n");

  EXPECT_EQ(by_tag.status, 304);
  EXPECT_EQ(by_tag.body, "");
  EXPECT_EQ(by_tag.field("ETag"), first.field("ETag"));
  EXPECT_EQ(by_date.status, 304);
  EXPECT_EQ(by_other_tag.status, 200);
}

TEST_P(Serve, UnknownNameIs404) {
  EXPECT_EQ(get(port(), "/no/such.html").status, 404);
}

TEST_P(Serve, MethodThatRouteOrModuleLacksIs405WithAllow) {
  HttpConnection connection(port());

  ASSERT_TRUE(connection.send("GET /echo HTTP/1.1\r\nHost: only-echo.test\r\n\r\n"));
  const Response by_route = connection.receive();
  const Response by_module = connection.request("POST", "/", "", "some body");

  EXPECT_EQ(by_route.status, 405);
  EXPECT_EQ(by_route.field("Allow"), "POST");
  EXPECT_EQ(by_module.status, 405);
  EXPECT_EQ(by_module.field("Allow"), "GET, HEAD");
}

TEST_P(Serve, HelloInTwoLanguages) {
  EXPECT_EQ(get(port(), "/hello").status, 200);
  EXPECT_EQ(get(port(), "/hello_c").status, 200);
  EXPECT_TRUE(get(port(), "/hello").body.starts_with("Hello"));
  EXPECT_TRUE(get(port(), "/hello_c").body.starts_with("Hello"));
}

TEST_P(Serve, BodyReachesTheHandler) {
  HttpConnection connection(port());
  const std::string body(200'000, 'b');

  const Response small = connection.request("POST", "/echo", "", "a body");
  const Response large = connection.request("POST", "/echo", "", body);
  const Response empty = connection.request("POST", "/echo", "Content-Length: 0\r\n");

  EXPECT_EQ(small.body, "a body");
  EXPECT_EQ(large.body, body);
  EXPECT_EQ(empty.status, 200);
  EXPECT_EQ(empty.body, "");
}

TEST_P(Serve, CurlUploadsWithContinue) {
  const std::string file = served_->sandbox().path("upload");
  write_file(file, std::string(500'000, 'u'));

  const CurlResult answer =
      curl(port(), "/echo", {"--header", "Expect: 100-continue", "--data-binary", "@" + file});

  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_EQ(answer.response.body, read_file(file));
}

TEST_P(Serve, StatusNamesTheAcceptMode) {
  const Response answer = get(port(), "/status?format=json");

  ASSERT_EQ(answer.status, 200) << answer.body;
  const nlohmann::json status = nlohmann::json::parse(answer.body, nullptr, false);
  ASSERT_FALSE(status.is_discarded()) << answer.body;
  EXPECT_EQ(status["listeners"][0]["accept_mode"], GetParam().shown) << answer.body;
}

std::vector<AcceptMode> accept_modes() {
  if (!on_windows()) return {{"default", "", "epoll"}};
  return {
      {"default", "", without_accept_ex() ? "accept" : "acceptex"},
      {"disabled", "win32_disable_acceptex = true\n", "accept"},
      {"filter_none", "accept_filter = \"none\"\n", "accept"}};
}

INSTANTIATE_TEST_SUITE_P(Accept, Serve, ::testing::ValuesIn(accept_modes()), [](const auto& mode) {
  return std::string(mode.param.name);
});

}  // namespace
}  // namespace tenon::support
