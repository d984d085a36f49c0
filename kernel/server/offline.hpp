// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "server/command_line.hpp"
#include "server/console.hpp"
#include "server/program.hpp"

// The commands that look at a configuration without serving it. They load the modules in this
// process and never bind an address. Each returns the exit code.
namespace tenon::server {

// "Configuration OK", or every finding.
int check(const Program& program, const Console& console);

// A table of what `modules` loads.
int list_modules(const Program& program, const Console& console);

// The reference of every key, in Markdown.
int show_reference(const Program& program, const Console& console);

// The JSON Schema of the configuration.
int show_schema(const Program& program, const Console& console);

// What the server would do with a request, and why.
int explain(const Program& program, const Question& question, bool json, const Console& console);

}  // namespace tenon::server
