// SPDX-License-Identifier: Apache-2.0
#include "tests/http1/cases.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/http1/escapes.hpp"

namespace tenon::http1 {
namespace {

class FileParser {
 public:
  FileParser(std::string name, std::string_view text) : text_(text) { out_.name = std::move(name); }

  File run() {
    while (next_line()) {
      if (line_.starts_with("## ")) {
        begin_case();
      } else if (line_.starts_with("```")) {
        block(line_.substr(3));
      }
    }
    end_case();
    if (out_.cases.empty()) fault("the file has no case");
    return std::move(out_);
  }

 private:
  bool next_line();
  void fault(std::string message) { out_.faults.push_back({line_number_, std::move(message)}); }
  void begin_case();
  void end_case();
  void block(std::string_view kind);
  void bytes_block(std::string_view words);
  void answers_block(std::string_view words);
  void answer_line(Step& step);
  void status_line(Step& step);
  void field_line(Expected& answer);

  std::string_view text_;
  std::string_view line_;
  size_t line_number_ = 0;
  File out_;
  bool answer_begun_ = false;
  bool end_told_ = false;
};

bool FileParser::next_line() {
  if (text_.empty()) return false;
  const size_t end = std::min(text_.find('\n'), text_.size());
  line_ = text_.substr(0, end);
  if (line_.ends_with('\r')) line_.remove_suffix(1);
  text_.remove_prefix(std::min(end + 1, text_.size()));
  ++line_number_;
  return true;
}

void FileParser::begin_case() {
  end_case();
  Case& next = out_.cases.emplace_back();
  next.file = out_.name;
  next.line = line_number_;
  next.name = line_.substr(3);
  const auto same = [&next](const Case& other) { return other.name == next.name; };
  if (std::find_if(out_.cases.begin(), out_.cases.end() - 1, same) != out_.cases.end() - 1) {
    fault("another case has this heading");
  }
}

void FileParser::end_case() {
  if (out_.cases.empty()) return;
  const Case& last = out_.cases.back();
  if (last.steps.empty()) fault("the case \"" + last.name + "\" has no http block");
  if (!last.steps.empty() && !end_told_) {
    fault("the case \"" + last.name + "\" does not end with \"open\" or \"closes\"");
  }
}

void FileParser::block(std::string_view info) {
  const size_t space = std::min(info.find(' '), info.size());
  const std::string_view kind = info.substr(0, space);
  const std::string_view words = info.substr(std::min(space + 1, info.size()));
  if (kind == "toml" && out_.cases.empty()) {
    while (next_line() && line_ != "```") {
      out_.config += std::string(line_) + "\n";
    }
    return;
  }
  if (out_.cases.empty()) return fault("a block before the first case");
  if (kind == "http") return bytes_block(words);
  if (kind == "answers") return answers_block(words);
  fault("a block is \"http\" or \"answers\"");
}

void FileParser::bytes_block(std::string_view words) {
  Case& owner = out_.cases.back();
  Step& step = owner.steps.emplace_back();
  end_told_ = false;
  if (words == "required") owner.scope = Scope::Required;
  if (words == "strict") owner.scope = Scope::Strict;
  if (words == "end") step.finish = true;
  if (!words.empty() && words != "required" && words != "strict" && words != "end") {
    fault("behind \"http\" comes \"required\", \"strict\", \"end\" or nothing");
  }
  while (next_line() && line_ != "```") {
    std::string_view line = line_;
    const bool joined = line.ends_with('\\') && !line.ends_with("\\\\");
    if (joined) line.remove_suffix(1);
    const std::string wrong = append_unescaped(line, step.bytes);
    if (!wrong.empty()) fault(wrong);
    if (!joined) step.bytes += "\r\n";
  }
}

void FileParser::answers_block(std::string_view words) {
  if (out_.cases.back().steps.empty()) return fault("answers come behind an http block");
  Step& step = out_.cases.back().steps.back();
  if (words.starts_with("after ") && words.ends_with("ms")) {
    const std::string_view number = words.substr(6, words.size() - 8);
    std::from_chars(number.data(), number.data() + number.size(), step.wait_ms);
  }
  if (!words.empty() && step.wait_ms == 0) fault("behind \"answers\" comes \"after NUMBERms\"");
  answer_begun_ = false;
  while (next_line() && line_ != "```") {
    if (end_told_) fault("nothing comes behind \"open\" or \"closes\"");
    answer_line(step);
  }
}

void FileParser::answer_line(Step& step) {
  if (line_ == "open" || line_ == "closes") {
    step.closes = line_ == "closes";
    end_told_ = true;
  } else if (line_.empty()) {
    answer_begun_ = false;
  } else if (!answer_begun_) {
    status_line(step);
  } else if (line_.starts_with('>')) {
    Expected& answer = step.answers.back();
    std::string body = answer.body ? *answer.body + "\r\n" : "";
    const std::string wrong = append_unescaped(line_.substr(line_.starts_with("> ") ? 2 : 1), body);
    if (!wrong.empty()) fault(wrong);
    answer.body = body;
  } else {
    field_line(step.answers.back());
  }
}

void FileParser::status_line(Step& step) {
  Expected& answer = step.answers.emplace_back();
  answer_begun_ = true;
  answer.to_head = line_.starts_with("HEAD ");
  const std::string_view number = line_.substr(answer.to_head ? 5 : 0);
  const auto read = std::from_chars(number.data(), number.data() + number.size(), answer.status);
  if (number.size() != 3 || read.ptr != number.data() + 3) {
    fault("an answer begins with its status, or with \"HEAD\" and its status");
  }
}

void FileParser::field_line(Expected& answer) {
  const size_t colon = line_.find(':');
  if (line_.starts_with("no ")) {
    answer.absent.emplace_back(line_.substr(3));
    return;
  }
  if (colon == std::string_view::npos) {
    return fault("a line of an answer is \"Name: value\", \"Name: *\", \"no Name\" or \"> body\"");
  }
  std::string_view value = line_.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  std::optional<std::string> wanted;
  if (value != "*") wanted = std::string(value);
  answer.fields.emplace_back(line_.substr(0, colon), std::move(wanted));
}

std::string read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

File parse_file(std::string name, std::string_view text) {
  return FileParser(std::move(name), text).run();
}

std::vector<File> read_folder(const std::string& folder) {
  std::vector<std::filesystem::path> paths;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::filesystem::path& path = entry.path();
    if (path.extension() == ".md" && path.filename() != "README.md") paths.push_back(path);
  }
  std::sort(paths.begin(), paths.end());
  std::vector<File> files;
  for (const std::filesystem::path& path : paths) {
    files.push_back(parse_file(path.filename().string(), read_text(path)));
  }
  return files;
}

}  // namespace tenon::http1
