// SPDX-License-Identifier: Apache-2.0
#include "config/document.hpp"

namespace tenon::config {

Node::Node(const std::string& file, uint32_t line, uint32_t column, Data data)
    : file_(&file),
      line_(line),
      column_(column),
      data_(std::move(data)) {}
Node::Node(Node&&) noexcept = default;
Node& Node::operator=(Node&&) noexcept = default;
Node::~Node() = default;

const TableNode* Node::table() const {
  const auto* table = std::get_if<std::unique_ptr<TableNode>>(&data_);
  return table != nullptr ? table->get() : nullptr;
}

TableNode* Node::table() {
  auto* table = std::get_if<std::unique_ptr<TableNode>>(&data_);
  return table != nullptr ? table->get() : nullptr;
}

std::string_view Node::type_name() const {
  constexpr std::string_view kNames[] = {
      "a boolean", "an integer", "a number", "a string", "a date or time", "an array", "a table"};
  static_assert(std::size(kNames) == std::variant_size_v<Data>);
  return kNames[data_.index()];
}

TableNode::TableNode(Place place, std::vector<Entry> entries)
    : place_(std::move(place)),
      entries_(std::move(entries)) {}

const TableNode::Entry* TableNode::find(std::string_view key) const {
  for (const Entry& entry : entries_) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

}  // namespace tenon::config
