// SPDX-License-Identifier: Apache-2.0
#include "server/explain.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/arena.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "config/address.hpp"
#include "config/describe.hpp"
#include "http/pipeline.hpp"
#include "http/url.hpp"
#include "module/compiler.hpp"
#include "module/descriptor.hpp"

namespace tenon::server {
namespace {

// Taken apart as a client takes it apart.
struct Url {
  std::string authority;  // "example.com:8080"; "" for a path alone
  std::optional<uint16_t> port;
  std::string target;  // what a request line has: "/a?b"
};

Result<Url, std::string> parse_url(std::string_view text) {
  Url url;
  const std::string lowered = to_lower(text.substr(0, 8));
  const bool http = lowered.starts_with("http://");
  const bool https = lowered.starts_with("https://");
  if (!http && !https && !text.starts_with('/')) {
    return fail(
        quote(text) + " is no URL; write \"http://example.com/path\", or \"/path\" for any host"
    );
  }
  text = text.substr(0, text.find('#'));  // a client does not send the fragment
  if (text.starts_with('/')) {
    url.target = text;
    return url;
  }
  text.remove_prefix(http ? 7 : 8);
  const size_t end = std::min(text.find_first_of("/?"), text.size());
  url.authority = text.substr(0, end);
  url.target = text.substr(end);
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  url.port = http ? 80 : 443;
  const size_t colon = url.authority.rfind(':');
  if (colon == std::string::npos || url.authority.find(']', colon) != std::string::npos) return url;
  const std::optional<uint64_t> port = parse_u64(std::string_view(url.authority).substr(colon + 1));
  if (!port || *port > 65535) return fail("the port of " + quote(url.authority) + " is no port");
  url.port = static_cast<uint16_t>(*port);
  return url;
}

std::string name_of(const config::Listener& listener) {
  return "listener " + listener.name + " (" + listener.address + ")";
}

std::string name_of(const config::Site& site) {
  if (site.hosts.empty()) return "default site";
  return "site " + join({site.hosts.begin(), site.hosts.end()}, ", ");
}

std::string name_of(const config::Route& route) {
  const std::string path = "route " + printable(route.path) + (route.prefix ? "*" : "");
  if (route.methods.empty()) return path;
  return path + " [" + join({route.methods.begin(), route.methods.end()}, ", ") + "]";
}

bool contains(const std::vector<size_t>& list, size_t value) {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

bool is_any_address(const config::Listener& listener) {
  return std::all_of(listener.ip.begin(), listener.ip.end(), [](uint8_t byte) {
    return byte == 0;
  });
}

// Explains one request, in the order of the methods.
class Explainer {
 public:
  Explainer(const Loaded& loaded, const route::Router& router, const Question& question)
      : config_(loaded.config()),
        registry_(loaded.registry()),
        router_(router),
        question_(question) {}

  Result<Explanation, std::string> run();

 private:
  std::string read_request(const Url& url);
  void choose_listener(const Url& url);
  int fitness(const config::Listener& listener, const Url& url) const;
  void match();
  void explain_sites();
  std::string why_not(const config::Site& site) const;
  void explain_routes();
  std::string why_not(const config::Route& route) const;
  void conclude();
  void refuse(int status, const std::string& why);
  void add_hooks();
  void add_modules();

  const config::Config& config_;
  const module::Registry& registry_;
  const route::Router& router_;
  const Question& question_;
  Arena arena_{limits::kArenaBytesMax};
  Explanation out_;
  size_t listener_ = 0;
  route::Match match_;
  const config::Site* site_ = nullptr;
  const config::Route* route_ = nullptr;
};

Result<Explanation, std::string> Explainer::run() {
  const Result<Url, std::string> url = parse_url(question_.url);
  if (!url) return fail(url.error());
  const std::string fault = read_request(*url);
  if (!fault.empty()) return fail(fault);
  choose_listener(*url);
  if (out_.status != 0) return std::move(out_);
  match();
  explain_sites();
  explain_routes();
  conclude();
  return std::move(out_);
}

// Method, host and path, as the server would understand them.
std::string Explainer::read_request(const Url& url) {
  http::Target target;
  out_.method = question_.method;
  if (const http::Refusal refusal = http::split_target(out_.method, url.target, target)) {
    return "the server answers " + std::to_string(refusal.status) + ": " + refusal.why;
  }
  std::string_view path;
  if (const http::Refusal refusal = http::decode_path(target.path, arena_, path)) {
    return "the server answers " + std::to_string(refusal.status) + ": " + refusal.why;
  }
  const std::string& authority = question_.host.empty() ? url.authority : question_.host;
  std::string_view host;
  const http::Refusal refusal =
      authority.empty() ? http::Refusal() : http::parse_host(authority, arena_, host);
  if (refusal) {
    return "the server answers " + std::to_string(refusal.status) + ": " + refusal.why;
  }
  out_.path = path;
  out_.query = target.query;
  out_.host = host;
  return {};
}

// 0: not this one; more is better.
int Explainer::fitness(const config::Listener& listener, const Url& url) const {
  if (url.port && listener.port != 0 && listener.port != *url.port) return 0;
  if (url.authority.empty()) return 1;
  std::string host = url.authority.substr(0, url.authority.rfind(':'));
  if (url.authority.ends_with(']')) host = url.authority;
  const auto address = config::parse_address(host + ":" + std::to_string(listener.port));
  if (!address) return is_any_address(listener) ? 2 : 1;  // a name may mean any address
  if (address->family == listener.family && address->ip == listener.ip) return 3;
  return is_any_address(listener) && address->family == listener.family ? 2 : 0;
}

void Explainer::choose_listener(const Url& url) {
  int best = 0;
  for (size_t i = 0; i < config_.listeners.size(); ++i) {
    const int fit = fitness(config_.listeners[i], url);
    if (fit <= best) continue;
    best = fit;
    listener_ = i;
  }
  for (size_t i = 0; i < config_.listeners.size(); ++i) {
    const config::Listener& listener = config_.listeners[i];
    Choice& choice = out_.listeners.emplace_back();
    choice.what = name_of(listener);
    choice.place = listener.place;
    choice.taken = best != 0 && i == listener_;
    const int fit = fitness(listener, url);
    if (fit == 0) {
      choice.why = "the URL means another address or port";
    } else if (!choice.taken) {
      choice.why = "it could be meant as well";
    } else if (!url.port) {
      choice.why = "the first one, as the URL names none";
    } else {
      choice.why = listener.port == 0 ? "its port is chosen by the system" : "the URL's port";
    }
  }
  if (best != 0) return;
  // Behind a proxy or a forwarded port the URL says nothing of our listeners.
  const bool standard = url.port && (*url.port == 80 || *url.port == 443);
  if (!standard) return refuse(-1, "nothing listens there: the connection is refused");
  out_.listeners.front().taken = true;
  out_.listeners.front().why =
      "nothing listens on port " + std::to_string(*url.port) +
      "; the first listener is taken, as if a proxy or a forwarded port led to it";
}

void Explainer::match() {
  match_ = router_.find(static_cast<uint32_t>(listener_), out_.host, out_.method, out_.path);
  if (match_.site == nullptr) return;
  site_ = &config_.sites[static_cast<size_t>(match_.site - router_.sites().data())];
  if (match_.route == nullptr) return;
  route_ = &site_->routes[static_cast<size_t>(match_.route - match_.site->routes.data())];
}

std::string Explainer::why_not(const config::Site& site) const {
  if (!contains(site.listeners, listener_)) return "it is not on this listener";
  if (site.hosts.empty()) return "it is for hosts that no other site has";
  for (const std::string& host : site.hosts) {
    const bool below = host.starts_with("*.") && out_.host.ends_with(host.substr(1));
    if (host == out_.host || below) return "the other site's match is more exact";
  }
  return "it is not for the host " + quote(out_.host);
}

void Explainer::explain_sites() {
  for (const config::Site& site : config_.sites) {
    const bool taken = &site == site_;
    std::string why = taken ? "it is for this host" : why_not(site);
    if (taken && site.hosts.empty()) why = "no other site is for the host " + quote(out_.host);
    out_.sites.push_back({name_of(site), site.place, taken, std::move(why)});
  }
}

std::string Explainer::why_not(const config::Route& route) const {
  const bool path =
      route.prefix ? out_.path.starts_with(route.path) : std::string_view(route.path) == out_.path;
  if (path) return "it does not take " + out_.method;
  return route.prefix ? "the path is not below it" : "the path is another";
}

void Explainer::explain_routes() {
  if (site_ == nullptr) return;
  for (const config::Route& route : site_->routes) {
    const bool taken = &route == route_;
    out_.routes.push_back(
        {name_of(route), route.place, taken, taken ? "it takes the request" : why_not(route)}
    );
    if (taken) return;  // later ones are not looked at
  }
}

void Explainer::refuse(int status, const std::string& why) {
  out_.status = status;
  out_.outcome = (status > 0 ? std::to_string(status) + ": " : "") + why;
}

// In the order in which the pipeline asks.
void Explainer::conclude() {
  if (site_ == nullptr) return refuse(404, "no site is for this host on this listener");
  const bool known = http::pipeline::is_known_method(out_.method);
  if (route_ == nullptr && match_.allow.empty()) return refuse(404, "no route takes this path");
  if (route_ == nullptr && !known) return refuse(501, "no route takes this method, nor does HTTP");
  if (route_ == nullptr) {
    return refuse(405, "routes of this path take other methods; Allow: " + match_.allow);
  }
  if (!known && route_->methods.empty()) {
    return refuse(501, "this method is for routes that name it in their methods");
  }
  add_hooks();
  add_modules();
  if (route_->handler.empty()) return refuse(404, "the route has no handler");
  out_.outcome = "the handler " + route_->handler + " answers; 404 if it has nothing for the path";
}

void Explainer::add_hooks() {
  const route::Plan& plan = match_.route->plan;
  const auto add_phase = [&](int32_t phase) {
    for (const route::HookCall& hook : plan.hooks(phase)) {
      const bool pool = hook.run == TENON_RUN_POOL;
      out_.hooks.push_back({std::string(module::phase_name(phase)), hook.module, pool});
    }
  };
  const auto add_filters = [&](const char* name, const std::vector<route::FilterCall>& filters) {
    for (const route::FilterCall& filter : filters) {
      out_.hooks.push_back({name, filter.module, false});
    }
  };
  for (const int32_t phase : {TENON_PH_POST_READ, TENON_PH_REWRITE, TENON_PH_ACCESS}) {
    add_phase(phase);
  }
  add_filters("request body", plan.request_filters);
  add_phase(TENON_PH_HANDLER);
  add_phase(TENON_PH_RESPONSE);
  add_filters("response body", plan.response_filters);
  add_phase(TENON_PH_LOG);
}

void Explainer::add_modules() {
  for (const module::RouteUse& use : module::route_uses(config_, registry_, *site_, *route_)) {
    ExplainedModule& module = out_.modules.emplace_back();
    module.name = use.module->name();
    module.handles = use.handles;
    for (size_t i = 0; i < use.cfg->values.size(); ++i) {
      const tenon_option& option = use.cfg->table->at(i);
      const bool given = use.cfg->scopes[i] != 0;
      module.options.push_back(
          {option.name,
           config::value_text(option, use.cfg->values[i]),
           given ? use.cfg->places[i].text() : "default"}
      );
      const auto* root = std::get_if<std::string>(&use.cfg->values[i]);
      const bool opens = use.handles && option.type == TENON_T_PATH && root != nullptr &&
                         std::string_view(option.name) == "root";
      if (opens) out_.file = *root + "/" + std::string(match_.rest);
    }
  }
}

}  // namespace

Result<Explanation, std::string> explain(
    const Loaded& loaded, const route::Router& router, const Question& question
) {
  return Explainer(loaded, router, question).run();
}

}  // namespace tenon::server
