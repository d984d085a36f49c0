// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include <tenon/cpp/result.hpp>

#include <nlohmann/json_fwd.hpp>

#include "base/diagnostics.hpp"
#include "route/router.hpp"
#include "server/command_line.hpp"
#include "server/loaded.hpp"

namespace tenon::server {

// A listener, site or route that was looked at, and why it was taken or not.
struct Choice {
  std::string what;  // "listener default (127.0.0.1:8080)", "route /files/*"
  Place place;
  bool taken = false;
  std::string why;
};

struct ExplainedOption {
  std::string name;
  std::string value;  // as TOML; secrets are not shown
  std::string where;  // "config/tenon.toml:3:11"; "default"
};

struct ExplainedModule {
  std::string name;
  bool handles = false;
  std::vector<ExplainedOption> options;
};

struct ExplainedHook {
  std::string phase;  // or "request body", "response body"
  std::string module;
  bool in_pool = false;
};

// What the server would do with one request. What modules decide for themselves is not known: an
// access hook may refuse, a handler may find nothing.
struct Explanation {
  std::string method, host, path, query;
  std::vector<Choice> listeners, sites, routes;  // in the order in which they are looked at
  std::vector<ExplainedHook> hooks;              // in the order in which they run
  std::vector<ExplainedModule> modules;
  std::string file;  // of `static`: what is opened
  int status = 0;    // of the kernel's own answer; 0: the handler answers
  std::string outcome;
};

// The error is a sentence about the URL.
Result<Explanation, std::string> explain(
    const Loaded& loaded, const route::Router& router, const Question& question
);

std::string to_text(const Explanation& explanation);
nlohmann::ordered_json to_json(const Explanation& explanation);

}  // namespace tenon::server
