// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <memory>
#include <string>

#include "files/file_object.hpp"
#include "tests/sim/ledger.hpp"
#include "tests/sim/script.hpp"
#include "tests/sim/server.hpp"

namespace tenon::sim {

// Files that exist in the MPM in memory only.
class Files {
 public:
  explicit Files(Mpm& mpm);
  ~Files();
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;

  // One more reference, for respond_file.
  tenon_file* open(size_t file, bool cached);
  // Nobody else has one.
  bool all_closed() const;

 private:
  std::array<std::unique_ptr<tenon_file>, 2 * kFiles> files_;
};

class Actors;

// What the filters of zone f work on: they upper-case request bodies, and add kFilterEnd to
// answers.
struct FilterInstance {
  const tenon_host& host;
  Ledger& ledger;
};
tenon_filter request_filter();
tenon_filter response_filter();

// One request as its handler sees it, from POST_READ to its end.
struct Job {
  Job(Actors& served_by, uint32_t number, Kind of_kind)
      : actors(served_by),
        id(number),
        kind(of_kind) {}

  Actors& actors;
  uint32_t id;
  Kind kind;
  bool whole = false;  // the handler may call body()
  bool begun = false;  // the answer
  std::string got;
  std::vector<size_t> pieces;
  size_t next_piece = 0;
  size_t written = 0;  // bytes
  size_t tickets = 0;  // that it still waits for
  tenon_req* handle = nullptr;
};

// The handlers, hooks and filters that serve every request of a script. Each call checks what the
// interface promises.
class Actors {
 public:
  Actors(Server& server, Ledger& ledger);
  Actors(const Actors&) = delete;
  Actors& operator=(const Actors&) = delete;

  // What "another thread" does with a ticket it holds.
  void resume(const Ledger::Held& held);
  void discard(const Ledger::Held& held);
  // Calls that come after a request's end.
  void call_late(tenon_req* handle);
  bool files_closed() const { return files_.all_closed(); }

 private:
  // What tickets are resumed with: in the handler, and in an ACCESS hook.
  static tenon_verdict TENON_CALL
  go_on(void* instance, tenon_req* request, const tenon_req_info* info, void* data);
  static tenon_verdict TENON_CALL
  let_pass(void* instance, tenon_req* request, const tenon_req_info* info, void* data);
  // What wishes are granted with; `data` is the job.
  static tenon_verdict TENON_CALL
  grant(void* instance, tenon_req* request, const tenon_req_info* info, void* data);

  void add_routes(char zone, char mode);
  void add_hooks(size_t route, char zone);
  Job* job_of(tenon_req* request);
  tenon_verdict begin(tenon_req* request, const tenon_req_info& info);
  void name_request(tenon_req* request);
  tenon_verdict rewrite(tenon_req* request, const tenon_req_info& info);
  tenon_verdict log(tenon_req* request);
  tenon_verdict hold_back(tenon_req* request, Job& job);
  tenon_verdict act(Job& job, tenon_req* request);

  // Parts of act(); each returns a verdict, or kGoOn.
  tenon_verdict echo(Job& job, tenon_req* request);
  tenon_verdict partial(Job& job, tenon_req* request);
  tenon_verdict relay(Job& job, tenon_req* request);
  tenon_verdict stream(Job& job, tenon_req* request);
  tenon_verdict wait_for_tickets(Job& job, tenon_req* request);
  tenon_verdict both(Job& job, tenon_req* request);
  tenon_verdict file(Job& job, tenon_req* request, bool cached);
  tenon_verdict twice(Job& job, tenon_req* request);
  tenon_verdict over(Job& job, tenon_req* request);
  tenon_verdict cut_short(Job& job, tenon_req* request);

  tenon_verdict read(Job& job, tenon_req* request, size_t bytes_max);
  tenon_verdict wait(Job& job, tenon_req* request, uint32_t events);
  tenon_verdict suspend(Job& job, tenon_req* request);
  tenon_verdict answer(tenon_req* request, int status, std::string_view body);
  tenon_verdict finish(Job& job, tenon_req* request);
  tenon_status write(Job& job, tenon_req* request, std::string_view bytes);
  void expect(bool fact, const Job& job, const char* otherwise);

  Server& server_;
  const tenon_host& host_;
  Ledger& ledger_;
  Files files_;
  FilterInstance filters_;
};

}  // namespace tenon::sim
