// SPDX-License-Identifier: Apache-2.0
#include "server/server.hpp"

#include <cstdlib>
#include <new>

#include "server/build_info.hpp"
#include "server/child.hpp"
#include "server/command_line.hpp"
#include "server/offline.hpp"
#include "server/platform.hpp"
#include "server/program.hpp"
#include "server/run.hpp"
#include "server/service.hpp"

namespace tenon::server {
namespace {

// A child that has no memory left is replaced; carrying on would only fail elsewhere.
[[noreturn]] void out_of_memory() {
  write_to_stderr("tenon: error: out of memory\n");
  std::_Exit(kExitMachine);
}

int usage_error(const std::string& why, const Console& console) {
  console.err("tenon: error: " + why + "\nUsage: tenon [VERB] [OPTIONS]; see tenon --help\n");
  return kExitUsage;
}

}  // namespace

int run_command(
    const std::string& executable, const std::vector<std::string>& arguments, const Console& console
) {
  const Result<CommandLine, std::string> said = parse_command_line(arguments);
  if (!said) return usage_error(said.error(), console);
  const Result<CommandLine, std::string> line = as_service(*said, system_services());
  if (!line) {
    console.err("tenon: error: " + line.error() + "\n");
    return kExitMachine;
  }
  const Program program = make_program(executable, *line);
  switch (line->verb) {
    case Verb::Run:
      return run(program, console);
    case Verb::Child:
      return run_child(line->child, console);
    case Verb::Command:
      return command(program, *line, console);
    case Verb::Check:
      return check(program, console);
    case Verb::Explain:
      return explain(program, line->question, line->json, console);
    case Verb::Modules:
      return line->docs ? show_reference(program, console) : list_modules(program, console);
    case Verb::Schema:
      return show_schema(program, console);
    case Verb::Version:
      console.out(version_line());
      break;
    case Verb::BuildInfo:
      console.out(build_info(program));
      break;
    case Verb::Help:
      console.out(help_text());
      break;
  }
  return kExitDone;
}

int main(const std::vector<std::string>& arguments) {
  std::set_new_handler(&out_of_memory);
  prepare_process();
  return run_command(executable_path(), arguments, Console());
}

}  // namespace tenon::server
