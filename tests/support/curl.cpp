// SPDX-License-Identifier: Apache-2.0
#include "support/curl.hpp"

#include "support/process.hpp"

namespace tenon::support {

CurlResult curl(uint16_t port, const std::string& target, std::vector<std::string> options) {
  Command command{
      .argv = {
          "curl",
          "--silent",
          "--path-as-is",
          "--max-time",
          "20",
          "--noproxy",
          "*",
          "--dump-header",
          "/dev/stderr"}};
  command.argv.insert(command.argv.end(), options.begin(), options.end());
  command.argv.push_back("http://127.0.0.1:" + std::to_string(port) + target);
  const CommandResult result = run(command, seconds(30));
  CurlResult answer{result.exit_code, parse_response_head(result.err)};
  answer.response.body = result.out;
  answer.response.complete = result.exit_code == 0;
  return answer;
}

}  // namespace tenon::support
