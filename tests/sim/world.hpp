// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/sim/actors.hpp"
#include "tests/sim/ledger.hpp"
#include "tests/sim/pool_thread.hpp"
#include "tests/sim/script.hpp"
#include "tests/sim/server.hpp"

namespace tenon::sim {

// One client of a world: what it has not sent yet, and what it got.
struct Client {
  const ClientScript* script = nullptr;
  Connection* connection = nullptr;
  struct Piece {
    std::string bytes;
    bool waits;  // until something came back since the piece before
  };
  std::deque<Piece> pieces;
  size_t output_seen = 0;  // when the piece before was sent
  bool finished = false;   // it sends no more
  bool stalled = false;    // it reads no more
  bool lost = false;       // its connection broke off by an event that is not the kernel's
  bool disturbed = false;  // something happened that may change what it is answered
  bool was_reset = false;  // drained, silent or half-closed
  size_t files_short = 0;
};

// How a world is played: everything that happens, and in which order, is the seed's choice.
struct Play {
  uint64_t seed = 0;
  bool trace = false;        // prints every event
  std::string_view choices;  // the first of the seed's, as a fuzzer likes them
};

// Plays a script once, to its end: every connection is closed, all is given back.
class World {
 public:
  World(const Script& script, const Play& play);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  void run();

  const std::vector<Client>& clients() const { return clients_; }
  const Ledger& ledger() const { return ledger_; }
  // What the MPM's counters say at the end.
  uint64_t requests_counted() { return server_.slot(0).requests; }
  uint64_t bytes_counted() { return server_.slot(0).bytes_sent; }
  // What went wrong that does not need to know what the answers should be.
  std::vector<std::string> failures;

 private:
  struct Action {
    const char* name;
    size_t client;  // or another number
    std::function<void()> run;
  };
  static constexpr size_t kNoClient = SIZE_MAX;

  void connect(const ClientScript& script);
  void cut_into_pieces(Client& client);
  std::vector<Action> enabled();
  void add_client_actions(std::vector<Action>& actions, size_t number);
  void add_thread_actions(std::vector<Action>& actions);
  void add_faults(std::vector<Action>& actions);
  void add_client_faults(std::vector<Action>& actions, size_t number);
  bool act_once();
  void send_piece(Client& client);
  void let_pool_run(size_t number);
  bool nudge_pool();
  void settle();
  bool return_tickets();
  bool jump_to_next_deadline();
  void check_end();
  void fail(std::string what);
  void trace(const char* what, size_t number) const;

  const Script& script_;
  const Play play_;
  Random random_;
  Ledger ledger_;
  Server server_;
  Actors actors_;
  std::vector<Client> clients_;
  std::vector<std::unique_ptr<PoolThread>> pool_;
  bool draining_ = false;
  bool settling_ = false;
  size_t steps_ = 0;
};

}  // namespace tenon::sim
