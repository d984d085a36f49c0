// SPDX-License-Identifier: Apache-2.0
#include "base/limits.hpp"
#include "base/text.hpp"
#include "config/address.hpp"
#include "config/findings.hpp"
#include "config/keys.hpp"
#include "config/sections.hpp"

namespace tenon::config {
namespace {

constexpr char kDefaultAddress[] = "127.0.0.1:8080";
constexpr char kDefaultName[] = "default";
constexpr std::string_view kExample = "[\"127.0.0.1:8080\"]";

struct Written {
  const Node* address = nullptr;
  const Node* name = nullptr;
};

// The keys of { name = "admin", address = "127.0.0.1:8081" }.
Written read_table(const Node& item, Diagnostics& diagnostics) {
  Written written;
  for (const TableNode::Entry& entry : item.table()->entries()) {
    if (entry.key == "name") {
      written.name = &entry.value;
    } else if (entry.key == "address") {
      written.address = &entry.value;
    } else {
      add_unknown(listener_section(), entry, diagnostics);
    }
  }
  if (written.address == nullptr) {
    add_error(
        diagnostics, item.place(), "this listener has no address, such as \"127.0.0.1:8080\""
    );
  }
  return written;
}

// False when there is no usable address.
bool read_address(const Node& node, Listener& listener, Diagnostics& diagnostics) {
  const std::string* text = expect_string(node, "the address of a listener", diagnostics);
  if (text == nullptr) return false;
  const Result<Address, std::string> address = parse_address(*text);
  listener.address = *text;
  listener.place = node.place();
  if (!address) {
    const std::string start = "cannot listen on " + quote(*text) + ": ";
    add_error(diagnostics, node.place(), start + address.error());
    return false;
  }
  listener.family = address->family;
  listener.port = address->port;
  listener.ip = address->ip;
  return true;
}

void read_name(const Node& node, Listener& listener, Diagnostics& diagnostics) {
  const std::string* name = expect_string(node, "the name of a listener", diagnostics);
  if (name == nullptr) return;
  listener.name = *name;
  if (is_name(*name)) return;
  const std::string form = " is no name for a listener; use small letters, digits and _";
  add_error(diagnostics, node.place(), quote(*name) + form);
}

bool read_listener(const Node& item, Listener& listener, Diagnostics& diagnostics) {
  listener.name = kDefaultName;
  if (item.string() != nullptr) return read_address(item, listener, diagnostics);
  if (item.integer() != nullptr) {
    const std::string port = std::to_string(*item.integer());
    const std::string text = "write the address too, as a string: \"0.0.0.0:" + port + "\"";
    add_error(diagnostics, item.place(), text);
    return false;
  }
  if (item.table() == nullptr) {
    const std::string type(item.type_name());
    const std::string text = "a listener must be a string or a table, not " + type;
    add_error(diagnostics, item.place(), text);
    return false;
  }
  const Written written = read_table(item, diagnostics);
  if (written.name != nullptr) read_name(*written.name, listener, diagnostics);
  return written.address != nullptr && read_address(*written.address, listener, diagnostics);
}

bool same_address(const Listener& a, const Listener& b) {
  return a.port != 0 && a.port == b.port && a.family == b.family && a.ip == b.ip;
}

// Listeners without a name are together "default"; a name that was given is of one listener.
void check_twice(
    const Listener& listener,
    const std::vector<Listener>& before,
    bool named,
    Diagnostics& diagnostics
) {
  for (const Listener& other : before) {
    if (same_address(listener, other)) {
      const std::string text = quote(listener.address) + " is listened on twice; the first is at ";
      add_error(diagnostics, listener.place, text + other.place.text());
      return;
    }
    if (listener.name == other.name && (named || listener.name != kDefaultName)) {
      const std::string text = "there is already a listener named " + quote(listener.name);
      add_error(diagnostics, listener.place, text + ", at " + other.place.text());
      return;
    }
  }
}

bool is_named(const Node& item) {
  return item.table() != nullptr && item.table()->find("name") != nullptr;
}

}  // namespace

void read_listeners(
    const Node* node, const Place& where, Config& config, Diagnostics& diagnostics
) {
  if (node == nullptr) {
    const Address address = *parse_address(kDefaultAddress);
    config.listeners.push_back(
        {kDefaultName, kDefaultAddress, where, address.family, address.port, address.ip}
    );
    return;
  }
  const Node::Items* items = expect_array(*node, "server.listen", kExample, diagnostics);
  if (items == nullptr) return;
  if (items->empty()) {
    const std::string text = "server.listen is empty: name an address to listen on, such as ";
    add_error(diagnostics, node->place(), text + std::string(kExample));
  }
  if (items->size() > limits::kListenersMax) {
    const std::string most = std::to_string(limits::kListenersMax);
    add_error(diagnostics, node->place(), "server.listen has more than " + most + " listeners");
    return;
  }
  for (const Node& item : *items) {
    Listener listener;
    if (!read_listener(item, listener, diagnostics)) continue;
    check_twice(listener, config.listeners, is_named(item), diagnostics);
    config.listeners.push_back(std::move(listener));
  }
}

}  // namespace tenon::config
