// SPDX-License-Identifier: Apache-2.0
#include "config/combine.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.hpp"
#include "config/findings.hpp"

namespace tenon::config {
namespace {

bool is_appended(const std::string& path) {
  return path == "server.modules" || path == "server.listen" || path == "site";
}

// Tables are joined as far down as the kernel's own and a module's or MPM's reach. What is deeper
// is the value of an option, which is written once.
size_t depth_of(std::string_view key) {
  return key == "server" || key == "mpm" ? 2 : 1;
}

class Combiner {
 public:
  explicit Combiner(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void add_root(TableNode& into, TableNode&& from) {
    for (TableNode::Entry& entry : from.entries()) {
      const size_t depth = depth_of(entry.key);
      add(into, std::move(entry), "", depth);
    }
  }

 private:
  void add(TableNode& into, TableNode::Entry&& entry, const std::string& above, size_t depth) {
    const auto there =
        std::find_if(into.entries().begin(), into.entries().end(), [&](const auto& other) {
          return other.key == entry.key;
        });
    if (there == into.entries().end()) return into.entries().push_back(std::move(entry));
    const std::string path = above + entry.key;
    Node& value = there->value;
    if (is_appended(path) && value.items() != nullptr && entry.value.items() != nullptr) {
      std::move(
          entry.value.items()->begin(),
          entry.value.items()->end(),
          std::back_inserter(*value.items())
      );
    } else if (depth > 0 && value.table() != nullptr && entry.value.table() != nullptr) {
      for (TableNode::Entry& inner : entry.value.table()->entries()) {
        add(*value.table(), std::move(inner), path + ".", depth - 1);
      }
    } else {
      const std::string text = printable(path) + " is set twice; the first is at ";
      add_error(diagnostics_, entry.place, text + there->place.text());
    }
  }

  Diagnostics& diagnostics_;
};

}  // namespace

void combine(TableNode& into, TableNode&& from, Diagnostics& diagnostics) {
  Combiner(diagnostics).add_root(into, std::move(from));
}

}  // namespace tenon::config
