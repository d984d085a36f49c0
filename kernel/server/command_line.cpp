// SPDX-License-Identifier: Apache-2.0
#include "server/command_line.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>
#include <utility>

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
};
constexpr std::array<VerbName, 5> kVerbs = {{
    {"run", Verb::Run, "serve in the foreground until Ctrl-C (the default)"},
    {"check", Verb::Check, "check the configuration, with its modules, and do not serve"},
    {"explain", Verb::Explain, "explain URL: tell what would answer a request, and why"},
    {"modules", Verb::Modules, "show the modules that the configuration loads"},
    {"schema", Verb::Schema, "print the JSON Schema of the configuration"},
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
      ("docs", "of modules: the reference of all options, in Markdown")               //
      ("method,X",
       po::value<std::string>()->value_name("METHOD"),
       "of explain: the request's method; default: GET")  //
      ("host",
       po::value<std::string>()->value_name("HOST"),
       "of explain: the Host field, where it is not the URL's")                     //
      ("json", "of explain: as JSON")                                               //
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

Result<Verb, std::string> verb_of(std::string_view word) {
  std::vector<std::string_view> names;
  for (const VerbName& verb : kVerbs) {
    if (verb.name == word) return verb.verb;
    names.push_back(verb.name);
  }
  const std::string near = config::nearest(word, names);
  const std::string hint = near.empty() ? "" : "; did you mean " + quote(near) + "?";
  return fail("unknown verb " + quote(word) + hint);
}

// At most one thing can be asked for; --help wins over everything.
Result<Verb, std::string> choose_verb(const po::variables_map& values) {
  if (values.count("help") != 0) return Verb::Help;
  std::vector<Verb> asked;
  if (values.count("word") != 0) {
    const auto& words = values["word"].as<std::vector<std::string>>();
    const Result<Verb, std::string> verb = verb_of(words[0]);
    if (!verb) return verb;
    const size_t most = *verb == Verb::Explain ? 2 : 1;
    if (words.size() > most) {
      return fail("unexpected argument " + quote(words[most]) + " after " + words[most - 1]);
    }
    if (words.size() < most) return fail(std::string("explain what? Write a URL behind it"));
    asked.push_back(*verb);
  }
  for (const Flag& flag : kFlags) {
    if (values.count(flag.name) != 0) asked.push_back(flag.verb);
  }
  for (const Verb verb : asked) {
    if (verb != asked[0]) return fail(std::string("two different things are asked for at once"));
  }
  return asked.empty() ? Verb::Run : asked[0];
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
constexpr std::array<VerbOption, 4> kVerbOptions = {{
    {"docs", Verb::Modules, "modules"},
    {"method", Verb::Explain, "explain"},
    {"host", Verb::Explain, "explain"},
    {"json", Verb::Explain, "explain"},
}};

// Why an option does not go with the verb, or "".
std::string misplaced(const po::variables_map& values, Verb verb) {
  for (const VerbOption& option : kVerbOptions) {
    if (values.count(option.name) == 0 || verb == option.verb || verb == Verb::Help) continue;
    return std::string("--") + option.name + " belongs to the verb " + option.verb_name;
  }
  return {};
}

// What the verbs have of their own.
Result<CommandLine, std::string> add_verb_options(
    const po::variables_map& values, CommandLine line
) {
  const std::string fault = misplaced(values, line.verb);
  if (!fault.empty()) return fail(fault);
  line.docs = values.count("docs") != 0;
  if (line.verb != Verb::Explain) return line;
  const Result<std::string, std::string> method = value_of(values, "method");
  if (!method) return fail(method.error());
  const Result<std::string, std::string> host = value_of(values, "host");
  if (!host) return fail(host.error());
  line.question.url = values["word"].as<std::vector<std::string>>()[1];
  if (!method->empty()) line.question.method = *method;
  line.question.host = *host;
  line.question.json = values.count("json") != 0;
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
  const Result<Verb, std::string> verb = choose_verb(*values);
  if (!verb) return fail(verb.error());
  const Result<std::string, std::string> file = value_of(*values, "file");
  if (!file) return fail(file.error());
  const Result<std::string, std::string> data = value_of(*values, "data");
  if (!data) return fail(data.error());
  CommandLine line;
  line.verb = *verb;
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
