// SPDX-License-Identifier: Apache-2.0
#include "server/command_line.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>
#include <utility>

#include <tenon/mpm.h>

#include <boost/program_options.hpp>

#include "base/text.hpp"
#include "config/config.hpp"

namespace tenon::server {
namespace {

namespace po = boost::program_options;

constexpr std::string_view kChildVerb = "child";
constexpr size_t kChildArguments = 3;

struct VerbName {
  std::string_view name;
  Verb verb;
  std::string_view summary;
  uint32_t command = 0;
};
constexpr std::array<VerbName, 9> kVerbs = {{
    {"run", Verb::Run, "serve in the foreground until Ctrl-C (the default)"},
    {"check", Verb::Check, "check the configuration, with its modules, and do not serve"},
    {"reload",
     Verb::Command,
     "let the running server take up its configuration again; nothing is cut off",
     TENON_CMD_RELOAD},
    {"stop", Verb::Command, "stop the running server", TENON_CMD_STOP},
    {"status", Verb::Command, "show what the running server does", TENON_CMD_STATUS},
    {"service", Verb::Command, "service install|config|uninstall|start|stop: the Windows service"},
    {"explain", Verb::Explain, "explain URL: tell what would answer a request, and why"},
    {"modules", Verb::Modules, "show the modules that the configuration loads"},
    {"schema", Verb::Schema, "print the JSON Schema of the configuration"},
}};

// The words of -k, which administrators of httpd know, and what each asks for.
struct CommandName {
  std::string_view name;
  uint32_t command;
};
constexpr std::array<CommandName, 11> kCommands = {{
    {"start", TENON_CMD_START},
    {"stop", TENON_CMD_STOP},
    {"shutdown", TENON_CMD_STOP},
    {"restart", TENON_CMD_RELOAD},
    {"graceful", TENON_CMD_RELOAD},
    {"graceful-stop", TENON_CMD_GRACEFUL_STOP},
    {"reopen", TENON_CMD_REOPEN_LOGS},
    {"install", TENON_CMD_INSTALL},
    {"config", TENON_CMD_CONFIG},
    {"uninstall", TENON_CMD_UNINSTALL},
    {"runservice", TENON_CMD_RUN_SERVICE},
}};
constexpr std::array<CommandName, 5> kServiceCommands = {{
    {"install", TENON_CMD_INSTALL},
    {"config", TENON_CMD_CONFIG},
    {"uninstall", TENON_CMD_UNINSTALL},
    {"start", TENON_CMD_START},
    {"stop", TENON_CMD_STOP},
}};

struct Flag {
  const char* name;
  Verb verb;
};
constexpr std::array<Flag, 5> kFlags = {{
    {"check", Verb::Check},
    {"modules", Verb::Modules},
    {"version", Verb::Version},
    {"build-info", Verb::BuildInfo},
    {"help", Verb::Help},
}};

po::options_description visible_options() {
  po::options_description options("Options");
  options.add_options()                                                                   //
      ("file,f", po::value<std::string>()->value_name("FILE"), "the configuration file")  //
      ("data,d",
       po::value<std::string>()->value_name("FOLDER"),
       "where config/, logs/ and relative paths are; default: the program's folder")  //
      ("command,k",
       po::value<std::string>()->value_name("WORD"),
       "start, stop, graceful-stop, restart, graceful, reopen, install, config or uninstall")  //
      ("name,n",
       po::value<std::string>()->value_name("NAME"),
       "the name of the Windows service; default: Tenon")                //
      ("docs", "of modules: the reference of all options, in Markdown")  //
      ("method,X",
       po::value<std::string>()->value_name("METHOD"),
       "of explain: the request's method; default: GET")  //
      ("host",
       po::value<std::string>()->value_name("HOST"),
       "of explain: the Host field, where it is not the URL's")                     //
      ("json", "of explain and status: as JSON")                                    //
      ("check,t", "the verb check")                                                 //
      ("modules,M", "the verb modules")                                             //
      ("version,v", "show the version")                                             //
      ("build-info,V", "show the version, the ABIs, the compiler and the folders")  //
      ("help,h", "show this text");
  return options;
}

// For "--fiel".
std::string near_option(std::string_view word, const po::options_description& options) {
  std::vector<std::string> names;
  for (const auto& option : options.options()) {
    names.push_back(option->long_name());
  }
  word.remove_prefix(std::min(word.find_first_not_of('-'), word.size()));
  const std::string near = config::nearest(word, {names.begin(), names.end()});
  return near.empty() ? "" : "; did you mean --" + near + "?";
}

Result<po::variables_map, std::string> parse_words(const std::vector<std::string>& arguments) {
  po::options_description all = visible_options();
  all.add_options()("word", po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add("word", -1);
  // A shortened option could mean another one in the next version.
  constexpr int kStyle =
      po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  po::variables_map values;
  try {
    po::store(
        po::command_line_parser(arguments).options(all).positional(positional).style(kStyle).run(),
        values
    );
    po::notify(values);
    return values;
  } catch (const po::unknown_option& error) {
    return fail(std::string(error.what()) + near_option(error.get_option_name(), all));
  } catch (const po::error& error) {
    return fail(std::string(error.what()));
  }
}

// What one command line asks for.
struct Asked {
  Verb verb = Verb::Run;
  uint32_t command = 0;
  bool by_service = false;
  bool operator==(const Asked&) const = default;
};

// The entry of a table that has this name; the error names the nearest.
template <class Table>
Result<typename Table::value_type, std::string> named(
    const Table& table, std::string_view word, const std::string& what
) {
  std::vector<std::string_view> names;
  for (const auto& entry : table) {
    if (entry.name == word) return entry;
    names.push_back(entry.name);
  }
  const std::string near = config::nearest(word, names);
  const std::string hint = near.empty() ? "" : "; did you mean " + quote(near) + "?";
  return fail("unknown " + what + " " + quote(word) + hint);
}

Result<Asked, std::string> asked_by_word(
    const std::vector<std::string>& words, const VerbName& verb
) {
  if (verb.name != "service") return Asked{verb.verb, verb.command};
  const auto command = named(kServiceCommands, words[1], "word after service:");
  if (!command) return fail(command.error());
  return Asked{Verb::Command, command->command, true};
}

Result<Asked, std::string> asked_by_words(const std::vector<std::string>& words) {
  const Result<VerbName, std::string> verb = named(kVerbs, words[0], "verb");
  if (!verb) return fail(verb.error());
  const bool service = verb->name == "service";
  const size_t wanted = service || verb->verb == Verb::Explain ? 2 : 1;
  if (words.size() > wanted) {
    return fail("unexpected argument " + quote(words[wanted]) + " after " + words[wanted - 1]);
  }
  if (words.size() < wanted) {
    return fail(std::string(
        service ? "service what? Write install, config, uninstall, start or stop behind it"
                : "explain what? Write a URL behind it"
    ));
  }
  return asked_by_word(words, *verb);
}

// At most one thing can be asked for; --help wins over everything.
Result<Asked, std::string> choose(const po::variables_map& values) {
  if (values.count("help") != 0) return Asked{Verb::Help};
  std::vector<Asked> asked;
  if (values.count("word") != 0) {
    const auto words = asked_by_words(values["word"].as<std::vector<std::string>>());
    if (!words) return fail(words.error());
    asked.push_back(*words);
  }
  if (values.count("command") != 0) {
    const auto command = named(kCommands, values["command"].as<std::string>(), "word after -k:");
    if (!command) return fail(command.error());
    asked.push_back({Verb::Command, command->command});
  }
  for (const Flag& flag : kFlags) {
    if (values.count(flag.name) != 0) asked.push_back({flag.verb});
  }
  for (const Asked& other : asked) {
    if (other != asked[0]) return fail(std::string("two different things are asked for at once"));
  }
  return asked.empty() ? Asked{} : asked[0];
}

Result<std::string, std::string> value_of(const po::variables_map& values, const char* name) {
  if (values.count(name) == 0) return std::string();
  const std::string value = values[name].as<std::string>();
  if (value.empty()) return fail(std::string("the value of --") + name + " is empty");
  return value;
}

// An option that its verb alone has.
struct VerbOption {
  const char* name;
  Verb verb;
  const char* verb_name;
};
constexpr std::array<VerbOption, 3> kVerbOptions = {{
    {"docs", Verb::Modules, "modules"},
    {"method", Verb::Explain, "explain"},
    {"host", Verb::Explain, "explain"},
}};

// Why an option does not go with the verb, or "".
std::string misplaced(const po::variables_map& values, Verb verb) {
  for (const VerbOption& option : kVerbOptions) {
    if (values.count(option.name) == 0 || verb == option.verb || verb == Verb::Help) continue;
    return std::string("--") + option.name + " belongs to the verb " + option.verb_name;
  }
  return {};
}

bool speaks_json(const CommandLine& line) {
  return line.verb == Verb::Explain || line.verb == Verb::Help || line.command == TENON_CMD_STATUS;
}

// What the verbs have of their own.
Result<CommandLine, std::string> add_verb_options(
    const po::variables_map& values, CommandLine line
) {
  const std::string fault = misplaced(values, line.verb);
  if (!fault.empty()) return fail(fault);
  line.docs = values.count("docs") != 0;
  line.json = values.count("json") != 0;
  if (line.json && !speaks_json(line)) {
    return fail(std::string("--json belongs to the verbs explain and status"));
  }
  if (line.verb != Verb::Explain) return line;
  const Result<std::string, std::string> method = value_of(values, "method");
  if (!method) return fail(method.error());
  const Result<std::string, std::string> host = value_of(values, "host");
  if (!host) return fail(host.error());
  line.question.url = values["word"].as<std::vector<std::string>>()[1];
  if (!method->empty()) line.question.method = *method;
  line.question.host = *host;
  return line;
}

Result<CommandLine, std::string> parse_child(const std::vector<std::string>& arguments) {
  if (arguments.size() != 1 + kChildArguments) {
    return fail(std::string("the verb child is for the server itself: child MPM_FILE IN OUT"));
  }
  CommandLine line;
  line.verb = Verb::Child;
  line.child.assign(arguments.begin() + 1, arguments.end());
  return line;
}

}  // namespace

Result<CommandLine, std::string> parse_command_line(const std::vector<std::string>& arguments) {
  if (!arguments.empty() && arguments[0] == kChildVerb) return parse_child(arguments);
  const Result<po::variables_map, std::string> values = parse_words(arguments);
  if (!values) return fail(values.error());
  const Result<Asked, std::string> asked = choose(*values);
  if (!asked) return fail(asked.error());
  const Result<std::string, std::string> file = value_of(*values, "file");
  if (!file) return fail(file.error());
  const Result<std::string, std::string> data = value_of(*values, "data");
  if (!data) return fail(data.error());
  const Result<std::string, std::string> service = value_of(*values, "name");
  if (!service) return fail(service.error());
  CommandLine line;
  line.verb = asked->verb;
  line.command = asked->command;
  line.service = *service;
  line.by_service = asked->by_service;
  line.config_file = *file;
  line.data_root = *data;
  return add_verb_options(*values, std::move(line));
}

std::string help_text() {
  std::ostringstream text;
  text << "Usage: tenon [VERB] [OPTIONS]\n\nVerbs:\n";
  for (const VerbName& verb : kVerbs) {
    text << "  " << verb.name << std::string(12 - verb.name.size(), ' ') << verb.summary << "\n";
  }
  text << "\n" << visible_options();
  text << "\nExit codes: 0 done; 1 the machine said no; 2 usage or configuration.\n";
  return text.str();
}

}  // namespace tenon::server
