// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/world.hpp"

#include <algorithm>
#include <cinttypes>
#include <cstdio>

// What happens next, and who decides.
namespace tenon::sim {
namespace {

constexpr size_t kStepsMax = 200'000;
constexpr size_t kPoolThreads = 2;
constexpr uint64_t kMillisecond = 1'000'000;
constexpr uint64_t kSecond = 1'000'000'000;

size_t queue_size(const Script& script, uint64_t seed) {
  return script.peaceful ? 1000 : seed % 4;
}

const char* name_of(Event event) {
  switch (event) {
    case Event::Close:
      return "closed";
    case Event::Sent:
      return "sent";
    case Event::FileRead:
      return "file read";
    case Event::Resumed:
      return "resumed";
    case Event::Receive:
      return "received";
    case Event::Eof:
      return "eof";
  }
  return "";
}

}  // namespace

World::World(const Script& script, const Play& play)
    : script_(script),
      play_(play),
      random_(play.seed, play.choices),
      server_(queue_size(script, play.seed)),
      actors_(server_, ledger_) {
  server_.context.pool_wait = Mpm::wait_in_pool;
  clients_.reserve(script.clients.size());
  for (const ClientScript& client : script.clients) {
    connect(client);
  }
}

World::~World() {
  // Only after a failure is there anything left: hooks that wait must come to their end.
  for (const Client& client : clients_) {
    client.connection->lose();
  }
  return_tickets();
  while (act_once() || nudge_pool()) {
  }
}

void World::connect(const ClientScript& script) {
  Client& client = clients_.emplace_back();
  client.script = &script;
  client.connection = &server_.connect();
  cut_into_pieces(client);
}

// Requests are cut anywhere, and share pieces when they are pipelined.
void World::cut_into_pieces(Client& client) {
  std::string bytes;
  const auto flush = [&](bool waits) {
    const size_t smallest = 1 + bytes.size() / 40;
    const bool whole = random_.one_in(3);
    for (size_t at = 0; at < bytes.size();) {
      const size_t left = bytes.size() - at;
      const size_t size = whole ? left : std::min(left, random_.between(smallest, 20 * smallest));
      client.pieces.push_back({bytes.substr(at, size), waits && at == 0});
      at += size;
    }
    bytes.clear();
  };
  bool waits = false;
  for (const ScriptRequest& request : client.script->requests) {
    bytes += request.head;
    if (request.waits) {
      flush(waits);
      waits = true;
    }
    bytes += request.body;
    if (request.waits || random_.one_in(2)) {
      flush(std::exchange(waits, false));
    }
  }
  flush(false);
}

void World::run() {
  size_t left = script_.peaceful ? kStepsMax : random_.between(20, 600);
  while (left-- != 0 && act_once()) {
  }
  settling_ = true;
  settle();
  check_end();
}

// One event. False: nothing is left that could happen.
bool World::act_once() {
  if (++steps_ > 2 * kStepsMax) return false;
  std::vector<Action> actions = enabled();
  if (actions.empty()) return nudge_pool();
  Action& action = actions[random_.below(actions.size())];
  trace(action.name, action.client);
  action.run();
  return true;
}

std::vector<World::Action> World::enabled() {
  std::vector<Action> actions;
  for (size_t number = 0; number < clients_.size(); ++number) {
    add_client_actions(actions, number);
  }
  add_thread_actions(actions);
  const bool faults = !script_.peaceful && !settling_;
  if (faults && !actions.empty() && random_.one_in(12)) add_faults(actions);
  return actions;
}

void World::add_client_actions(std::vector<Action>& actions, size_t number) {
  Client& client = clients_[number];
  Connection& connection = *client.connection;
  if (!connection.closed && !client.pieces.empty() && !client.finished) {
    const bool held =
        client.pieces.front().waits && connection.output().size() == client.output_seen;
    if (!held) actions.push_back({"client sends", number, [&] { send_piece(client); }});
  }
  for (const Event event : kEvents) {
    if (event == Event::Sent && client.stalled) continue;
    if (!connection.may(event)) continue;
    actions.push_back({name_of(event), number, [&connection, event] { connection.happen(event); }});
  }
  if (connection.is_late()) {
    actions.push_back({"expired", number, [&connection] { connection.expire(); }});
  }
}

void World::add_thread_actions(std::vector<Action>& actions) {
  Mpm& mpm = server_.mpm;
  if (mpm.has_posted()) {
    actions.push_back({"posted work", kNoClient, [&mpm] { mpm.run_one_posted(); }});
  }
  if (mpm.pool_queue_size() != 0 && pool_.size() < kPoolThreads) {
    actions.push_back({"pool starts", pool_.size(), [this] {
                         pool_.push_back(server_.mpm.start_pool_thread());
                         if (pool_.back()->has_ended()) pool_.pop_back();
                       }});
  }
  // Seldom, as each turn costs two switches of threads; nudge_pool() makes up for it.
  for (size_t i = 0; i < pool_.size() && !actions.empty() && random_.one_in(3); ++i) {
    actions.push_back({"pool goes on", i, [this, i] { let_pool_run(i); }});
  }
  if (!ledger_.held.empty()) {
    actions.push_back({"ticket comes back", kNoClient, [this] {
                         const size_t chosen = random_.below(ledger_.held.size());
                         std::swap(ledger_.held[chosen], ledger_.held.back());
                         const Ledger::Held held = ledger_.held.back();
                         ledger_.held.pop_back();
                         actors_.resume(held);
                       }});
  }
  if (!ledger_.gone.empty() && !actions.empty() && random_.one_in(8)) {
    actions.push_back({"late calls", kNoClient, [this] {
                         actors_.call_late(ledger_.gone[random_.below(ledger_.gone.size())]);
                       }});
  }
  if (!actions.empty() && random_.one_in(8)) {
    actions.push_back({"time passes", kNoClient, [&mpm] { mpm.now_ns += kMillisecond; }});
  }
}

void World::add_faults(std::vector<Action>& actions) {
  for (size_t number = 0; number < clients_.size(); ++number) {
    if (!clients_[number].connection->closed) add_client_faults(actions, number);
  }
  actions.push_back({"time jumps", kNoClient, [this] {
                       for (Client& client : clients_) {
                         client.disturbed = true;
                       }
                       if (random_.one_in(2)) {
                         jump_to_next_deadline();
                       } else {
                         server_.mpm.now_ns += random_.below(40) * kSecond;
                       }
                     }});
  if (!ledger_.held.empty()) {
    actions.push_back({"ticket discarded", kNoClient, [this] {
                         const Ledger::Held held = ledger_.held.front();
                         ledger_.held.pop_front();
                         actors_.discard(held);
                       }});
  }
  if (!draining_ && random_.one_in(4)) {
    actions.push_back({"drain", kNoClient, [this] {
                         draining_ = true;
                         const uint64_t idle_until_ns =
                             server_.mpm.now_ns + random_.below(3) * 5 * kSecond;
                         for (Client& client : clients_) {
                           client.connection->drain(idle_until_ns);
                         }
                       }});
  }
}

void World::add_client_faults(std::vector<Action>& actions, size_t number) {
  Client& client = clients_[number];
  actions.push_back({"client lost", number, [&client] {
                       client.lost = true;
                       client.connection->lose();
                     }});
  actions.push_back({"client finishes", number, [&client] {
                       client.finished = true;
                       client.connection->finish();
                     }});
  actions.push_back({"client waits no more", number, [&client] {
                       if (!client.pieces.empty()) client.pieces.front().waits = false;
                     }});
  actions.push_back({"client reads no more", number, [&client] { client.stalled = true; }});
  actions.push_back({"client reads", number, [&client] { client.stalled = false; }});
  Connection& connection = *client.connection;
  if (!connection.may(Event::FileRead)) return;
  actions.push_back({"file is shorter", number, [this, &connection] {
                       connection.behaviour.bytes_per_file_read = random_.below(1000);
                       connection.happen(Event::FileRead);
                       connection.behaviour.bytes_per_file_read = SIZE_MAX;
                     }});
}

void World::send_piece(Client& client) {
  client.output_seen = client.connection->output().size();
  client.connection->send(client.pieces.front().bytes);
  client.pieces.pop_front();
}

void World::let_pool_run(size_t number) {
  server_.mpm.go_on(*pool_[number]);
  if (!pool_[number]->has_ended()) return;
  pool_.erase(pool_.begin() + static_cast<std::ptrdiff_t>(number));
}

// Nothing else can happen: does anything for who waits in the pool?
bool World::nudge_pool() {
  for (size_t i = pool_.size(); i-- != 0;) {
    let_pool_run(i);
  }
  return !enabled().empty();
}

bool World::return_tickets() {
  const bool any = !ledger_.held.empty();
  while (!ledger_.held.empty()) {
    const Ledger::Held held = ledger_.held.front();
    ledger_.held.pop_front();
    actors_.resume(held);
  }
  return any;
}

// Clients say no more; whoever still waits for them must come to an end by itself.
void World::settle() {
  while (act_once()) {
  }
  if (script_.peaceful) {
    for (Client& client : clients_) {
      client.connection->finish();
    }
  }
  while (act_once() || return_tickets() || jump_to_next_deadline()) {
  }
}

bool World::jump_to_next_deadline() {
  uint64_t next = UINT64_MAX;
  for (const Client& client : clients_) {
    const Connection& connection = *client.connection;
    if (connection.closed || connection.asked_to_close || connection.deadline_ns == 0) continue;
    next = std::min(next, connection.deadline_ns);
  }
  if (next == UINT64_MAX) return false;
  server_.mpm.now_ns = std::max(server_.mpm.now_ns, next);
  trace("time is", kNoClient);
  return true;
}

void World::check_end() {
  if (steps_ > 2 * kStepsMax) fail("it does not end");
  for (size_t i = 0; i < clients_.size(); ++i) {
    if (!clients_[i].connection->closed) {
      fail("connection " + std::to_string(i) + " does not end when its client is silent");
    }
  }
  if (!pool_.empty()) fail("a hook still waits in the pool");
  for (const std::string& breach : server_.mpm.breaches) {
    fail("the kernel broke the contract of mpm.h: " + breach);
  }
  for (const std::string& failure : ledger_.failures) {
    fail(failure);
  }
  if (ledger_.jobs != 0) fail("a request's context was not released");
  if (ledger_.rings != 0) fail("data of a ticket was neither used nor dropped");
  if (ledger_.dues != 0) fail("memory lent to write() was not given back");
  if (ledger_.states != 0) fail("a body filter was not closed");
  if (!actors_.files_closed()) fail("a file was not released");
}

void World::fail(std::string what) {
  failures.push_back(std::move(what));
}

void World::trace(const char* what, size_t number) const {
  if (!play_.trace) return;
  std::printf("%12.6f  ", static_cast<double>(server_.mpm.now_ns) / 1e9);
  if (number == kNoClient) {
    std::printf("%s\n", what);
  } else {
    std::printf("%s %zu\n", what, number);
  }
}

}  // namespace tenon::sim
