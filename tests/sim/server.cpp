// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/server.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <tenon/cpp/text.hpp>

namespace tenon::sim {
namespace {

tenon_verdict TENON_CALL call_hook(void* instance, tenon_req* request, const tenon_req_info* info) {
  return (*static_cast<Hook*>(instance))(request, *info);
}

// Takes the chunks of one body; `complete` stays false when they end early or are malformed.
void take_chunks(std::string_view& bytes, Answer& answer) {
  answer.complete = false;
  for (;;) {
    const size_t line_end = bytes.find("\r\n");
    if (line_end == std::string_view::npos) return;
    size_t size = 0;
    const auto parsed = std::from_chars(bytes.data(), bytes.data() + line_end, size, 16);
    if (parsed.ptr != bytes.data() + line_end) return;
    bytes.remove_prefix(line_end + 2);
    if (size == 0) break;
    answer.body += bytes.substr(0, size);
    if (bytes.size() < size + 2 || bytes.substr(size, 2) != "\r\n") return;
    bytes.remove_prefix(size + 2);
  }
  const bool trailers = !bytes.starts_with("\r\n");
  if (trailers && bytes.find("\r\n\r\n") == std::string_view::npos) return;
  const size_t end = trailers ? bytes.find("\r\n\r\n") + 2 : 0;
  answer.head.insert(answer.head.size() - 2, bytes.substr(0, end));
  bytes.remove_prefix(end + 2);
  answer.complete = true;
}

bool has_no_body(int status) {
  return status / 100 == 1 || status == 204 || status == 304;
}

}  // namespace

tenon_verdict TENON_CALL
run_hook(void*, tenon_req* request, const tenon_req_info* info, void* hook) {
  return (*static_cast<Hook*>(hook))(request, *info);
}

Server::Server(size_t pool_queue_max) : mpm(pool_queue_max) {
  sites_.emplace_back();
  section_.header.n_threads = 2;
  section_.header.n_io_threads = 1;
  section_.header.threads_offset = offsetof(Section, slots);
  section_.header.thread_size = sizeof(tenon_thread_slot);
  section_.header.n_modules = 1;
  section_.header.modules_offset = offsetof(Section, modules);
  http::fill_request_api(host);
  context.listener_names = {"default"};
}

Server::~Server() {
  mpm.close_all();
  if (router_ != nullptr) http::stop(context);
}

size_t Server::route(std::string_view path, Hook handler, int32_t run) {
  route::Route route;
  route.prefix = path.ends_with("/*");
  if (route.prefix) path.remove_suffix(1);
  route.path = path;
  route.plan.phases[TENON_PH_HANDLER].push_back(make_call(std::move(handler), run));
  sites_.front().routes.push_back(std::move(route));
  return sites_.front().routes.size() - 1;
}

void Server::hook(size_t route, int32_t phase, Hook hook) {
  at(route).plan.phases[static_cast<size_t>(phase)].push_back(
      make_call(std::move(hook), TENON_RUN_LOOP)
  );
}

void Server::filter(size_t route, const tenon_filter& filter, void* instance) {
  filters_.push_back(std::make_unique<tenon_filter>(filter));
  route::Plan& plan = at(route).plan;
  const bool request = filter.direction == TENON_FILTER_REQUEST;
  (request ? plan.request_filters : plan.response_filters)
      .push_back({filters_.back().get(), instance, nullptr, "test"});
}

route::HookCall Server::make_call(Hook hook, int32_t run) {
  hooks_.push_back(std::make_unique<Hook>(std::move(hook)));
  return {call_hook, hooks_.back().get(), nullptr, run, "test", true, 0};
}

void Server::start() {
  if (router_ != nullptr) return;
  router_ = std::make_unique<route::Router>(std::move(sites_));
  context.router = router_.get();
  context.mpm = &mpm.table();
  context.section = &section_.header;
  http::start(context);
}

Connection& Server::connect() {
  start();
  return mpm.connect(&host_context_, http::session_api());
}

std::string Server::exchange(std::string_view bytes) {
  Connection& connection = connect();
  connection.send(bytes);
  mpm.run_all();
  return connection.take_output();
}

tenon_verdict Server::text(tenon_req* request, std::string_view body, int32_t status) const {
  const tenon_header type = {TENON_LIT("Content-Type"), TENON_LIT("text/plain"), 0, 0};
  const tenon_status result = host.respond(request, status, &type, 1, buf(body));
  return result == TENON_OK ? TENON_FINISHED : TENON_FAILED;
}

std::string Answer::field(std::string_view name) const {
  const std::string wanted = "\r\n" + std::string(name) + ": ";
  const size_t at = head.find(wanted);
  if (at == std::string::npos) return {};
  const size_t begin = at + wanted.size();
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

Answer take_answer(std::string_view& bytes, bool head_only) {
  Answer answer;
  const size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos || !bytes.starts_with("HTTP/1.1 ")) {
    answer.body = std::exchange(bytes, {});  // Not HTTP: status 0 shows it.
    answer.complete = false;
    return answer;
  }
  answer.head = bytes.substr(0, end + 4);
  bytes.remove_prefix(end + 4);
  std::from_chars(answer.head.data() + 9, answer.head.data() + 12, answer.status);
  if (head_only || has_no_body(answer.status)) return answer;
  if (answer.field("Transfer-Encoding") == "chunked") {
    take_chunks(bytes, answer);
    return answer;
  }
  if (answer.field("Content-Length").empty()) {  // Until the connection closes.
    answer.body = std::exchange(bytes, {});
    return answer;
  }
  const std::string length = answer.field("Content-Length");
  size_t body_bytes = 0;
  std::from_chars(length.data(), length.data() + length.size(), body_bytes);
  answer.body = bytes.substr(0, body_bytes);
  answer.complete = answer.body.size() == body_bytes;
  bytes.remove_prefix(answer.body.size());
  return answer;
}

std::vector<Answer> answers(std::string_view bytes, bool head_only) {
  std::vector<Answer> all;
  while (!bytes.empty()) {
    all.push_back(take_answer(bytes, head_only));
  }
  return all;
}

}  // namespace tenon::sim
