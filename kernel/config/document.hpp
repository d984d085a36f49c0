// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/diagnostics.hpp"
#include "config/environment.hpp"

namespace tenon::config {

class TableNode;

// A TOML date or time: no option takes one, so that it only needs a name in messages.
struct DateTime {};

// One value as the operator wrote it, and where. Our own tree, so that one source file alone pays
// for toml++, and so that a table keeps the order of its file.
class Node {
 public:
  using Items = std::vector<Node>;
  using Data =
      std::variant<bool, int64_t, double, std::string, DateTime, Items, std::unique_ptr<TableNode>>;

  Node(const std::string& file, uint32_t line, uint32_t column, Data data);
  Node(Node&&) noexcept;
  Node& operator=(Node&&) noexcept;
  ~Node();

  Place place() const { return {*file_, line_, column_}; }
  uint32_t line() const { return line_; }
  uint32_t column() const { return column_; }

  // Null when the value is of another type.
  const bool* boolean() const { return std::get_if<bool>(&data_); }
  const int64_t* integer() const { return std::get_if<int64_t>(&data_); }
  const double* number() const { return std::get_if<double>(&data_); }
  const std::string* string() const { return std::get_if<std::string>(&data_); }
  const Items* items() const { return std::get_if<Items>(&data_); }
  Items* items() { return std::get_if<Items>(&data_); }
  const TableNode* table() const;
  TableNode* table();
  bool is_false() const { return boolean() != nullptr && !*boolean(); }

  // "a string", "an integer" ...: for messages.
  std::string_view type_name() const;

 private:
  const std::string* file_;  // of the Document, which outlives its nodes
  uint32_t line_;
  uint32_t column_;
  Data data_;
};

// The keys of one table in the order of the file.
class TableNode {
 public:
  struct Entry {
    std::string key;
    Place place;  // of the key
    Node value;
  };

  TableNode(Place place, std::vector<Entry> entries);

  const Place& place() const { return place_; }
  const std::vector<Entry>& entries() const { return entries_; }
  std::vector<Entry>& entries() { return entries_; }
  const Entry* find(std::string_view key) const;

 private:
  Place place_;
  std::vector<Entry> entries_;
};

// A file to parse.
struct Source {
  std::string file;  // as messages name it
  std::string_view bytes;
};

// One or more parsed files as one. Owns every node; never changes.
class Document {
 public:
  // A syntax error goes to `diagnostics`, and the document is then null.
  static std::shared_ptr<const Document> parse(
      const std::string& file, std::string_view bytes, Diagnostics& diagnostics
  );
  // The later files add to the first one (combine.hpp), and strings are expanded (environment.hpp).
  // Null when a file is not valid, a variable is not set or a key is repeated: each file's first
  // syntax error, or all of the others.
  static std::shared_ptr<const Document> parse(
      const std::vector<Source>& sources, const Environment& environment, Diagnostics& diagnostics
  );
  ~Document();

  const TableNode& root() const { return *root_; }
  // The first one's name, and all of them.
  const std::string& file() const { return files_.front(); }
  const std::deque<std::string>& files() const { return files_; }

 private:
  Document() = default;
  std::unique_ptr<TableNode> add(
      const Source& source, StringExpander* expander, Diagnostics& diagnostics
  );

  std::deque<std::string> files_;  // its elements never move: nodes point to them
  std::unique_ptr<const TableNode> root_;
};

}  // namespace tenon::config
