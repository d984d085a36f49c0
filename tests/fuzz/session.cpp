// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "tests/fuzz/fuzz.hpp"
#include "tests/sim/judge.hpp"

// All bytes of a connection, and all that happens to it meanwhile. The input: what the client
// sends; a NUL; and which of the things that could happen next does.
namespace tenon::fuzz {

void session(std::string_view input) {
  const size_t end = input.rfind('\0');
  const bool split = end != std::string_view::npos;
  sim::Script script;
  script.peaceful = false;
  script.clients.resize(1);
  sim::ScriptRequest& all = script.clients[0].requests.emplace_back();
  all.bad = true;
  all.head = input.substr(0, end);
  sim::Play play;
  if (split) play.choices = input.substr(end + 1);
  sim::World world(script, play);
  world.run();
  for (const std::string& failure : world.failures) {
    check(false, failure.c_str());
  }
  const std::string& output = world.clients()[0].connection->output();
  check(output.empty() || output.starts_with("HTTP/1.1 "), "the client gets what is no HTTP");
}

}  // namespace tenon::fuzz
