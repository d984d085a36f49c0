// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "config/config.hpp"
#include "config/document.hpp"

// The parts of parse(), each in its own file.
namespace tenon::config {

// [server]; null: every default.
void read_server(const TableNode* table, Config& config, Diagnostics& diagnostics);
// server.listen, in listeners.cpp; `where` stands for the address that nobody wrote.
void read_listeners(const Node* node, const Place& where, Config& config, Diagnostics& diagnostics);
// Every [[site]]; needs the listeners.
void read_sites(const Node& node, Config& config, Diagnostics& diagnostics);
// One [[site.route]].
Route read_route(const TableNode& table, Diagnostics& diagnostics);
// Warns of routes that no request can reach.
void warn_of_shadows(const std::vector<Route>& routes, Diagnostics& diagnostics);

}  // namespace tenon::config
