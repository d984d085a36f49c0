// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "config/findings.hpp"
#include "config/hosts.hpp"
#include "config/keys.hpp"
#include "config/sections.hpp"
#include "config/spellings.hpp"

namespace tenon::config {
namespace {

// Shadows are looked for between all pairs of a site's routes.
constexpr size_t kRoutesMax = 4096;

struct HostUse {
  size_t site;
  Place place;
};

// Reads every [[site]] and keeps what must be unique between them.
class SiteReader {
 public:
  SiteReader(Config& config, Diagnostics& diagnostics)
      : config_(config),
        diagnostics_(diagnostics) {}

  void read(const TableNode& table) {
    Site& site = config_.sites.emplace_back();
    site.place = table.place();
    // Listeners first: whether a host is taken depends on them.
    if (const TableNode::Entry* listen = table.find("listen")) read_listen(listen->value, site);
    for (const TableNode::Entry& entry : table.entries()) {
      read_key(entry, site);
    }
    if (table.find("hosts") == nullptr) claim("", site.place);
    warn_of_shadows(site.routes, diagnostics_);
    if (table.find("route") == nullptr) {
      const std::string text = "this site has no [[site.route]]: it answers every request with 404";
      add_warning(diagnostics_, site.place, text);
    }
  }

 private:
  void read_key(const TableNode::Entry& entry, Site& site) {
    if (entry.key == "listen") return;
    if (entry.key == "hosts") {
      read_hosts(entry.value, site);
    } else if (entry.key == "route") {
      read_routes(entry.value, site);
    } else {
      add_module_table(site_section(), entry, site.tables, diagnostics_);
    }
  }

  void read_listen(const Node& node, Site& site) {
    const Node::Items* items =
        expect_array(node, "listen of a site", "[\"default\"]", diagnostics_);
    if (items == nullptr) return;
    if (items->empty()) {
      const std::string text = "listen of a site is empty; leave it out for every listener";
      add_error(diagnostics_, node.place(), text);
    }
    for (const Node& item : *items) {
      read_listener_name(item, site);
    }
    std::sort(site.listeners.begin(), site.listeners.end());
    const auto end = std::unique(site.listeners.begin(), site.listeners.end());
    site.listeners.erase(end, site.listeners.end());
  }

  void read_listener_name(const Node& item, Site& site) {
    const std::string* name = expect_string(item, "the name of a listener", diagnostics_);
    if (name == nullptr) return;
    std::vector<std::string_view> names;
    bool found = false;
    for (size_t i = 0; i < config_.listeners.size(); ++i) {
      names.push_back(config_.listeners[i].name);
      if (config_.listeners[i].name != *name) continue;
      site.listeners.push_back(i);
      found = true;
    }
    if (found) return;
    names.erase(std::unique(names.begin(), names.end()), names.end());
    const std::string text = "no listener of [server] is named " + quote(*name);
    add_error(diagnostics_, item.place(), text + hint(*name, names));
  }

  void read_hosts(const Node& node, Site& site) {
    const Node::Items* items = expect_array(node, "hosts", "[\"example.com\"]", diagnostics_);
    if (items == nullptr) return;
    if (items->empty()) {
      const std::string text = "hosts is empty; leave it out for the default site";
      add_error(diagnostics_, node.place(), text);
    }
    for (const Node& item : *items) {
      const std::string* text = expect_string(item, "a host", diagnostics_);
      if (text == nullptr) continue;
      const Result<std::string, std::string> host = parse_host(*text);
      if (!host) {
        const std::string start = "the host " + quote(*text) + " ";
        add_error(diagnostics_, item.place(), start + host.error());
        continue;
      }
      claim(*host, item.place());
      site.hosts.push_back(*host);
    }
  }

  // Takes a host for the site that is being read; "" is being the default site. A site that names
  // its listeners goes before one that takes all, so that only two of the same kind collide.
  void claim(const std::string& host, const Place& place) {
    const size_t number = config_.sites.size() - 1;
    std::vector<HostUse>& uses = uses_[host];
    for (const HostUse& use : uses) {
      if (!collide(config_.sites[use.site], config_.sites[number])) continue;
      const std::string what = host.empty() ? "there is already a default site (one without hosts)"
                                            : "the host " + quote(host) + " is already taken";
      add_error(diagnostics_, place, what + ", at " + use.place.text());
      return;
    }
    uses.push_back({number, place});
  }

  static bool collide(const Site& a, const Site& b) {
    if (a.listeners.empty() || b.listeners.empty()) return a.listeners == b.listeners;
    return std::any_of(a.listeners.begin(), a.listeners.end(), [&](size_t listener) {
      return std::binary_search(b.listeners.begin(), b.listeners.end(), listener);
    });
  }

  void read_routes(const Node& node, Site& site) {
    const std::string wrong = "a route is written as [[site.route]], with two brackets";
    if (node.items() == nullptr) {
      add_error(diagnostics_, node.place(), wrong);
      return;
    }
    if (node.items()->size() > kRoutesMax) {
      const std::string most = std::to_string(kRoutesMax);
      add_error(diagnostics_, node.place(), "this site has more than " + most + " routes");
      return;
    }
    for (const Node& item : *node.items()) {
      if (item.table() == nullptr) {
        add_error(diagnostics_, item.place(), wrong);
      } else {
        site.routes.push_back(read_route(*item.table(), diagnostics_));
      }
    }
  }

  Config& config_;
  Diagnostics& diagnostics_;
  std::map<std::string, std::vector<HostUse>> uses_;
};

}  // namespace

void read_sites(const Node& node, Config& config, Diagnostics& diagnostics) {
  const std::string wrong =
      "a site is written as [[site]], with two brackets, before its [[site.route]]";
  if (node.items() == nullptr) {
    add_error(diagnostics, node.place(), wrong);
    return;
  }
  SiteReader reader(config, diagnostics);
  for (const Node& item : *node.items()) {
    if (item.table() == nullptr) {
      add_error(diagnostics, item.place(), wrong);
    } else {
      reader.read(*item.table());
    }
  }
}

}  // namespace tenon::config
