// SPDX-License-Identifier: Apache-2.0
#include "config/option_value.hpp"

#include <algorithm>
#include <cmath>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "config/config.hpp"
#include "config/findings.hpp"
#include "config/paths.hpp"
#include "config/units.hpp"

namespace tenon::config {
namespace {

struct TypeWords {
  std::string_view one;
  std::string_view many;
};

TypeWords words_of(int32_t type) {
  switch (type) {
    case TENON_T_BOOL:
      return {"a boolean", "booleans"};
    case TENON_T_INT:
      return {"an integer", "integers"};
    case TENON_T_FLOAT:
      return {"a number", "numbers"};
    case TENON_T_STRING:
      return {"a string", "strings"};
    case TENON_T_DURATION_NS:
      return {"a duration such as \"30s\"", "durations such as \"30s\""};
    case TENON_T_SIZE:
      return {"a size such as \"64KiB\"", "sizes such as \"64KiB\""};
    case TENON_T_PATH:
      return {"a path (a string)", "paths (strings)"};
    case TENON_T_ENUM:
      return {"a word (a string)", "words (strings)"};
    case TENON_T_FILE:
      return {"a file's path (a string)", "files' paths (strings)"};
    default:
      return {"a table of strings", "tables of strings"};
  }
}

std::nullopt_t refuse(const Node& node, const ReadContext& context, const std::string& why) {
  add_error(context.diagnostics, node.place(), context.subject + why);
  return std::nullopt;
}

std::nullopt_t wrong_type(
    const tenon_option& option, const Node& node, const ReadContext& context
) {
  const std::string wanted(words_of(option.type).one);
  return refuse(node, context, " must be " + wanted + ", not " + std::string(node.type_name()));
}

std::string format_number(const tenon_option& option, double value) {
  const bool fits = std::abs(value) < 9e18;  // else the cast would be undefined
  const int64_t whole = fits ? static_cast<int64_t>(value) : 0;
  if (fits && option.type == TENON_T_DURATION_NS) return format_duration(whole);
  if (fits && option.type == TENON_T_SIZE) return format_size(whole);
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

bool in_range(
    const tenon_option& option, const Node& node, double value, const ReadContext& context
) {
  if (option.min > option.max || (value >= option.min && value <= option.max)) return true;
  const bool low = value < option.min;
  const std::string relation = low ? " is below the minimum " : " is above the maximum ";
  const std::string bound = format_number(option, low ? option.min : option.max);
  refuse(node, context, ": " + format_number(option, value) + relation + bound);
  return false;
}

std::optional<int64_t> read_duration(
    const tenon_option& option, const Node& node, const ReadContext& context
) {
  if (const int64_t* number = node.integer()) {
    if (*number == 0) return 0;
    return refuse(node, context, " needs a unit (ms, s, m or h), such as \"30s\"");
  }
  if (node.string() == nullptr) return wrong_type(option, node, context);
  const std::optional<int64_t> ns = parse_duration(*node.string());
  if (ns) return ns;
  const std::string form = "write a whole number and ms, s, m or h, such as \"30s\"";
  return refuse(node, context, ": " + quote(*node.string()) + " is not a duration; " + form);
}

std::optional<int64_t> read_size(
    const tenon_option& option, const Node& node, const ReadContext& context
) {
  if (const int64_t* number = node.integer()) {
    if (*number >= 0) return *number;
    return refuse(node, context, ": a size is not negative");
  }
  if (node.string() == nullptr) return wrong_type(option, node, context);
  const std::optional<int64_t> bytes = parse_size(*node.string());
  if (bytes) return bytes;
  const std::string form = "write bytes as a whole number, or with KiB, MiB or GiB: \"64KiB\"";
  return refuse(node, context, ": " + quote(*node.string()) + " is not a size; " + form);
}

std::optional<int64_t> read_whole(
    const tenon_option& option, const Node& node, const ReadContext& context
) {
  if (option.type == TENON_T_DURATION_NS) return read_duration(option, node, context);
  if (option.type == TENON_T_SIZE) return read_size(option, node, context);
  if (node.integer() == nullptr) return wrong_type(option, node, context);
  return *node.integer();
}

std::optional<int64_t> read_integral(
    const tenon_option& option, const Node& node, const ReadContext& context
) {
  if (option.type == TENON_T_BOOL) {
    if (node.boolean() == nullptr) return wrong_type(option, node, context);
    return *node.boolean() ? 1 : 0;
  }
  const std::optional<int64_t> value = read_whole(option, node, context);
  if (value && in_range(option, node, static_cast<double>(*value), context)) return value;
  return std::nullopt;
}

std::optional<double> read_float(
    const tenon_option& option, const Node& node, const ReadContext& context
) {
  double value = 0;
  if (node.integer() != nullptr) {
    value = static_cast<double>(*node.integer());
  } else if (node.number() != nullptr) {
    value = *node.number();
  } else {
    return wrong_type(option, node, context);
  }
  if (!std::isfinite(value)) return refuse(node, context, " must be a finite number");
  if (in_range(option, node, value, context)) return value;
  return std::nullopt;
}

std::optional<std::string> read_word(
    const tenon_option& option, const Node& node, const ReadContext& context
) {
  const std::vector<std::string_view> words =
      split(option.choices == nullptr ? "" : option.choices, '|');
  const std::string& text = *node.string();
  if (std::find(words.begin(), words.end(), text) != words.end()) return text;
  const std::string near = nearest(text, words);
  // A word that is no slip of the pen was meant: then say what there is, and why no more.
  const std::string doc = option.doc == nullptr ? "" : "; " + std::string(option.doc);
  const std::string end = near.empty() ? doc : "; did you mean " + quote(near) + "?";
  return refuse(node, context, ": " + quote(text) + " is not one of " + join(words, ", ") + end);
}

std::optional<std::string> read_path(
    const std::string& path, const Node& node, const ReadContext& context
) {
  const Result<std::string, std::string> resolved =
      resolve_path(context.surroundings.data_root, path);
  if (resolved) return *resolved;
  return refuse(node, context, ": the path " + quote(path) + " " + resolved.error());
}

// What is in the file. One that has not been read yet is noted and taken as empty: whoever reads
// options for the first time does it to learn the names.
std::optional<std::string> read_content(
    const std::string& path, const Node& node, const ReadContext& context
) {
  const std::optional<std::string> resolved = read_path(path, node, context);
  if (!resolved) return std::nullopt;
  if (context.surroundings.files == nullptr) return refuse(node, context, " cannot name a file");
  const OptionFile* file = context.surroundings.files->find(*resolved);
  if (file == nullptr) return std::string();
  if (file->refusal.empty()) return file->bytes;
  return refuse(node, context, ": cannot use " + quote(*resolved) + ": " + file->refusal);
}

// What is wrong with the content of a secret's file, as the end of a sentence; or "".
std::string secret_fault(std::string_view content) {
  if (content.size() > limits::kSecretBytesMax) return "is larger than 4 KiB";
  if (content.empty()) return "is empty";
  if (content.find('\n') != std::string_view::npos) return "has more than one line";
  if (content.find('\0') != std::string_view::npos || !is_utf8(content)) return "is not text";
  return {};
}

// { file = "run/key" }
std::optional<std::string> read_secret_file(const Node& node, const ReadContext& context) {
  const std::vector<TableNode::Entry>& entries = node.table()->entries();
  const bool good =
      entries.size() == 1 && entries[0].key == "file" && entries[0].value.string() != nullptr;
  if (!good) {
    return refuse(node, context, " must be a string, or { file = \"...\" } for a file's one line");
  }
  const Node& named = entries[0].value;
  std::optional<std::string> content = read_content(*named.string(), named, context);
  if (!content) return content;
  if (content->ends_with('\n')) content->pop_back();
  if (content->ends_with('\r')) content->pop_back();
  const std::string fault = secret_fault(*content);
  if (fault.empty()) return content;
  return refuse(named, context, ": the file " + quote(*named.string()) + " " + fault);
}

std::optional<std::string> read_text(
    const tenon_option& option, const Node& node, const ReadContext& context
) {
  if (is_secret(option) && node.table() != nullptr) return read_secret_file(node, context);
  if (node.string() == nullptr) return wrong_type(option, node, context);
  if (option.type == TENON_T_ENUM) return read_word(option, node, context);
  if (option.type == TENON_T_STRING) return *node.string();
  if (option.type == TENON_T_FILE) return read_content(*node.string(), node, context);
  return read_path(*node.string(), node, context);
}

std::optional<Value> read_map(
    const tenon_option& option, const Node& node, const ReadContext& context
) {
  if (node.table() == nullptr) return wrong_type(option, node, context);
  StringPairs pairs;
  bool complete = true;
  for (const TableNode::Entry& entry : node.table()->entries()) {
    if (entry.value.string() != nullptr) {
      pairs.emplace_back(entry.key, *entry.value.string());
      continue;
    }
    const std::string type(entry.value.type_name());
    refuse(entry.value, context, "." + printable(entry.key) + " must be a string, not " + type);
    complete = false;
  }
  if (!complete) return std::nullopt;
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

// Every item is read even after a bad one, so that all findings are told.
template <class T, class Read>
std::optional<Value> read_items(const Node::Items& items, Read read) {
  std::vector<T> values;
  for (const Node& item : items) {
    const std::optional<T> value = read(item);
    if (value) values.push_back(*value);
  }
  if (values.size() != items.size()) return std::nullopt;
  return values;
}

std::optional<Value> read_list(
    const tenon_option& option, const Node& node, const ReadContext& context
) {
  if (node.items() == nullptr) {
    const std::string type(node.type_name());
    return refuse(node, context, " must be " + type_name(option) + ", not " + type);
  }
  if (is_integral(option.type)) {
    return read_items<int64_t>(*node.items(), [&](const Node& item) {
      return read_integral(option, item, context);
    });
  }
  return read_items<std::string>(*node.items(), [&](const Node& item) {
    return read_text(option, item, context);
  });
}

}  // namespace

std::string type_name(const tenon_option& option) {
  const TypeWords words = words_of(option.type);
  if (!is_list(option)) return std::string(words.one);
  return "an array of " + std::string(words.many);
}

std::optional<Value> read_value(
    const tenon_option& option, const Node& node, const ReadContext& context
) {
  if (is_list(option)) return read_list(option, node, context);
  if (option.type == TENON_T_STRING_MAP) return read_map(option, node, context);
  if (option.type == TENON_T_FLOAT) return read_float(option, node, context);
  if (is_integral(option.type)) return read_integral(option, node, context);
  return read_text(option, node, context);
}

std::optional<Value> read_default(const tenon_option& option, const ReadContext& context) {
  if (option.default_toml == nullptr) return std::make_optional<Value>();
  const std::string text = "default = " + std::string(option.default_toml);
  const auto document = Document::parse("default", text, context.diagnostics);
  if (document == nullptr) return std::nullopt;
  const std::vector<TableNode::Entry>& entries = document->root().entries();
  if (entries.size() == 1) return read_value(option, entries.front().value, context);
  add_error(context.diagnostics, {}, context.subject + ": the default is more than one value");
  return std::nullopt;
}

}  // namespace tenon::config
