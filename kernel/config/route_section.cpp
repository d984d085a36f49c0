// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/text.hpp"
#include "config/findings.hpp"
#include "config/keys.hpp"
#include "config/sections.hpp"

namespace tenon::config {
namespace {

bool is_hex(char c) {
  return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f');
}

bool has_percent_code(std::string_view path) {
  for (size_t i = 0; i + 2 < path.size(); ++i) {
    if (path[i] == '%' && is_hex(path[i + 1]) && is_hex(path[i + 2])) return true;
  }
  return false;
}

bool has_control(std::string_view path) {
  return std::any_of(path.begin(), path.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
}

// Requests are matched by their decoded and normalised path: a route that could never match one
// is refused, with what to write instead.
std::string path_fault(std::string_view path) {
  if (!path.starts_with('/')) return "must begin with '/', such as \"/*\" or \"/status\"";
  const size_t star = path.find('*');
  if (star != std::string_view::npos && (star + 1 != path.size() || path[star - 1] != '/')) {
    return "may have one '*', at its end and after a '/', such as \"/files/*\"";
  }
  if (has_control(path)) return "has a control character";
  if (path.find('?') != std::string_view::npos || path.find('#') != std::string_view::npos) {
    return "ends where '?' or '#' begins: a query is no part of a path";
  }
  if (has_percent_code(path)) return "is matched decoded: write the character, not its %-code";
  if (path.find('\\') != std::string_view::npos) return "has a '\\': folders are parted by '/'";
  const std::vector<std::string_view> parts = split(path.substr(1), '/');
  for (size_t i = 0; i < parts.size(); ++i) {
    const bool inner_gap = parts[i].empty() && i + 1 != parts.size();
    if (inner_gap || parts[i] == "." || parts[i] == "..") {
      return "has \"//\", \"/./\" or \"/../\", which no normalised path has";
    }
  }
  return {};
}

void read_path(const Node& node, Route& route, Diagnostics& diagnostics) {
  const std::string* path = expect_string(node, "the path of a route", diagnostics);
  if (path == nullptr) return;
  route.path = *path;
  const std::string fault = path_fault(*path);
  if (!fault.empty()) {
    add_error(diagnostics, node.place(), "the path " + quote(*path) + " " + fault);
  }
  if (!path->ends_with("/*")) return;
  route.prefix = true;
  route.path.pop_back();
}

// RFC 9110 §9.1: a method is a token and case-sensitive.
std::string method_fault(std::string_view method) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  std::string upper;
  for (const char c : method) {
    const bool letter = is_lower_letter(lower(c));
    if (!letter && !is_digit(c) && kMarks.find(c) == std::string_view::npos) {
      return " is not a method such as \"GET\"";
    }
    upper += is_lower_letter(c) ? static_cast<char>(c - 'a' + 'A') : c;
  }
  if (method.empty()) return " is not a method such as \"GET\"";
  if (upper == method) return {};
  return " is not a method: their letters are capital; did you mean " + quote(upper) + "?";
}

bool contains(const std::vector<std::string>& methods, std::string_view method) {
  return std::find(methods.begin(), methods.end(), method) != methods.end();
}

void read_method(const Node& node, Route& route, Diagnostics& diagnostics) {
  const std::string* method = expect_string(node, "a method", diagnostics);
  if (method == nullptr) return;
  const std::string fault = method_fault(*method);
  if (!fault.empty()) add_error(diagnostics, node.place(), quote(*method) + fault);
  if (contains(route.methods, *method))
    add_error(diagnostics, node.place(), quote(*method) + " is listed twice");
  route.methods.push_back(*method);
}

void read_methods(const Node& node, Route& route, Diagnostics& diagnostics) {
  const Node::Items* items = expect_array(node, "methods", "[\"GET\"]", diagnostics);
  if (items == nullptr) return;
  if (items->empty()) {
    add_error(diagnostics, node.place(), "methods is empty; leave it out for every method");
  }
  for (const Node& item : *items) {
    read_method(item, route, diagnostics);
  }
}

void read_handler(const Node& node, Route& route, Diagnostics& diagnostics) {
  const std::string* handler = expect_string(node, "handler", diagnostics);
  if (handler == nullptr) return;
  route.handler = *handler;
  route.handler_place = node.place();
  if (is_name(*handler)) return;
  const std::string text = quote(*handler) + " is not the name of a module";
  add_error(diagnostics, node.place(), text + "; leave handler out for 404");
}

void read_key(const TableNode::Entry& entry, Route& route, Diagnostics& diagnostics) {
  if (entry.key == "path") {
    read_path(entry.value, route, diagnostics);
  } else if (entry.key == "methods") {
    read_methods(entry.value, route, diagnostics);
  } else if (entry.key == "method") {
    read_method(entry.value, route, diagnostics);
  } else if (entry.key == "handler") {
    read_handler(entry.value, route, diagnostics);
  } else {
    add_module_table(route_section(), entry, route.tables, diagnostics);
  }
}

bool covers_methods(const Route& earlier, const Route& later) {
  if (earlier.methods.empty()) return true;
  if (later.methods.empty()) return false;
  return std::all_of(later.methods.begin(), later.methods.end(), [&](const std::string& method) {
    // A route for GET answers HEAD as well.
    return contains(earlier.methods, method) ||
           (method == "HEAD" && contains(earlier.methods, "GET"));
  });
}

bool covers_path(const Route& earlier, const Route& later) {
  if (earlier.prefix) return later.path.starts_with(earlier.path);
  return !later.prefix && earlier.path == later.path;
}

std::string as_written(const Route& route) {
  return quote(route.path + (route.prefix ? "*" : ""));
}

}  // namespace

Route read_route(const TableNode& table, Diagnostics& diagnostics) {
  Route route;
  route.place = table.place();
  for (const TableNode::Entry& entry : table.entries()) {
    read_key(entry, route, diagnostics);
  }
  if (table.find("path") == nullptr) {
    add_error(diagnostics, table.place(), "this route has no path, such as path = \"/*\"");
  }
  const TableNode::Entry* method = table.find("method");
  if (method != nullptr && table.find("methods") != nullptr) {
    add_error(diagnostics, method->place, "a route has method or methods, not both");
  }
  return route;
}

void warn_of_shadows(const std::vector<Route>& routes, Diagnostics& diagnostics) {
  for (size_t i = 0; i < routes.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      const Route& earlier = routes[j];
      if (!covers_path(earlier, routes[i]) || !covers_methods(earlier, routes[i])) continue;
      const std::string text = "no request reaches this route " + as_written(routes[i]);
      const std::string why = ": the earlier " + as_written(earlier) + " at ";
      add_warning(diagnostics, routes[i].place, text + why + earlier.place.text() + " takes them");
      break;
    }
  }
}

}  // namespace tenon::config
