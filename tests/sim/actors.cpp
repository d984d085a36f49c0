// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/actors.hpp"

#include <charconv>

#include <tenon/cpp/text.hpp>

// Requests on their way through the hooks; actor_kinds.cpp has the handlers.
namespace tenon::sim {
namespace {

// Data of a resumed ticket: run or dropped, once.
struct Ring {
  Ledger& ledger;
};

void TENON_CALL drop_ring(void* data) {
  auto* const ring = static_cast<Ring*>(data);
  --ring->ledger.rings;
  delete ring;
}

uint32_t id_of(std::string_view path) {
  uint32_t id = 0;
  const std::string_view digits = path.substr(path.rfind('/') + 1);
  std::from_chars(digits.data(), digits.data() + digits.size(), id);
  return id;
}

Kind kind_of(std::string_view path) {
  const std::string_view front = path.substr(0, path.rfind('/'));
  Kind kind = Kind::Echo;
  find_kind(front.substr(front.rfind('/') + 1), kind);
  return kind;
}

}  // namespace

Files::Files(Mpm& mpm) {
  for (size_t i = 0; i < files_.size(); ++i) {
    const size_t number = i % kFiles;
    const size_t size = file_size(number);
    files_[i] = std::make_unique<tenon_file>();
    tenon_file& file = *files_[i];
    file.facts.size = size;
    file.has_content = i >= kFiles && number != kLargeFile;
    if (file.has_content) {
      file.content = file_text(number, 0, size);
      continue;
    }
    const int64_t os_file = 1'000'000'000 + static_cast<int64_t>(i);  // no number of a real file
    file.file.reset(os_file);
    if (number != kLargeFile) mpm.files[os_file] = file_text(number, 0, size);
  }
}

Files::~Files() {
  for (const auto& file : files_) {
    static_cast<void>(file->file.release());
  }
}

tenon_file* Files::open(size_t file, bool cached) {
  tenon_file* const opened = files_[file + (cached ? kFiles : 0)].get();
  opened->references.fetch_add(1, std::memory_order_relaxed);
  return opened;
}

bool Files::all_closed() const {
  for (const auto& file : files_) {
    if (file->references.load(std::memory_order_relaxed) != 1) return false;
  }
  return true;
}

Actors::Actors(Server& server, Ledger& ledger)
    : server_(server),
      host_(server.host),
      ledger_(ledger),
      files_(server.mpm),
      filters_{server.host, ledger} {
  ledger.host = &server.host;
  for (const char zone : kZones) {
    for (const char mode : kModes) {
      add_routes(zone, mode);
    }
  }
}

void Actors::add_routes(char zone, char mode) {
  const auto handler = [this, zone, mode](tenon_req* request, const tenon_req_info&) {
    Job* const job = job_of(request);
    if (job == nullptr || zone == 'r') {
      ledger_.expect(false, "a handler runs without POST_READ, or at a path that was rewritten");
      return tenon_verdict{TENON_FAILED};
    }
    job->whole = is_whole(mode);
    return act(*job, request);
  };
  const bool in_pool = mode == 'p' || mode == 'q';
  const std::string path = std::string("/") + zone + mode + "/*";
  const size_t route = server_.route(path, handler, in_pool ? TENON_RUN_POOL : TENON_RUN_LOOP);
  server_.at(route).plan.phases[TENON_PH_HANDLER][0].whole_body = is_whole(mode);
  add_hooks(route, zone);
}

void Actors::add_hooks(size_t route, char zone) {
  server_.hook(route, TENON_PH_POST_READ, [this](tenon_req* request, const tenon_req_info& info) {
    return begin(request, info);
  });
  server_.hook(route, TENON_PH_RESPONSE, [this](tenon_req* request, const tenon_req_info&) {
    name_request(request);
    return tenon_verdict{TENON_NEXT};
  });
  server_.hook(route, TENON_PH_LOG, [this](tenon_req* request, const tenon_req_info&) {
    return log(request);
  });
  if (zone == 'r') {
    server_.hook(route, TENON_PH_REWRITE, [this](tenon_req* request, const tenon_req_info& info) {
      return rewrite(request, info);
    });
  }
  if (zone == 'f') {
    server_.filter(route, request_filter(), &filters_);
    server_.filter(route, response_filter(), &filters_);
  }
  if (zone != 'h') return;
  auto& phases = server_.at(route).plan.phases;
  phases[TENON_PH_RESPONSE].front().run = TENON_RUN_POOL;
  phases[TENON_PH_LOG].front().run = TENON_RUN_POOL;
  server_.hook(route, TENON_PH_ACCESS, [this](tenon_req* request, const tenon_req_info&) {
    return hold_back(request, *job_of(request));
  });
}

void Actors::name_request(tenon_req* request) {
  const Job* const job = job_of(request);
  const std::string id = std::to_string(job == nullptr ? 0 : job->id);
  host_.header_edit(request, TENON_RESPONSE_HEADERS, TENON_HDR_SET, TENON_LIT("X-Id"), str(id));
}

tenon_verdict Actors::rewrite(tenon_req* request, const tenon_req_info& info) {
  std::string path(view(info.path));
  path[1] = 'p';
  const tenon_status set = host_.set_path(request, str(path), info.query);
  ledger_.expect(set == TENON_OK, "set_path was refused");
  return TENON_NEXT;
}

Job* Actors::job_of(tenon_req* request) {
  return static_cast<Job*>(host_.ctx_get(nullptr, request));
}

tenon_verdict Actors::begin(tenon_req* request, const tenon_req_info& info) {
  auto* const job = new Job(*this, id_of(view(info.path)), kind_of(view(info.path)));
  job->handle = request;
  job->pieces = pieces_of(job->id);
  job->tickets = 1 + job->id % 3;
  ++ledger_.jobs;
  ++ledger_.jobs_ever;
  // Set twice, so that the first is given back at once.
  host_.ctx_set(nullptr, request, new int(0), [](void* ctx) { delete static_cast<int*>(ctx); });
  host_.ctx_set(nullptr, request, job, [](void* ctx) {
    const std::unique_ptr<Job> over(static_cast<Job*>(ctx));
    over->actors.ledger_.gone.push_back(over->handle);
    --over->actors.ledger_.jobs;
  });
  return TENON_NEXT;
}

tenon_verdict Actors::log(tenon_req* request) {
  const Job* const job = job_of(request);
  if (job == nullptr) return TENON_NEXT;
  Ledger::Logged& logged = ledger_.logged[job->id];
  ++logged.times;
  logged.info.struct_size = sizeof logged.info;
  expect(host_.answer(request, &logged.info) == TENON_OK, *job, "answer() was refused");
  const tenon_status late = host_.respond(request, 200, nullptr, 0, {nullptr, 0});
  expect(late == TENON_E_STATE, *job, "respond() in phase LOG was not refused");
  return TENON_NEXT;
}

// An ACCESS hook that waits: until a ticket comes back, then it has no opinion.
tenon_verdict Actors::hold_back(tenon_req* request, Job& job) {
  tenon_ticket* ticket = nullptr;
  const tenon_status issued = host_.suspend(request, &ticket);
  if (issued == TENON_E_CANCELLED) return TENON_FAILED;
  expect(issued == TENON_OK, job, "suspend() in ACCESS was refused");
  ledger_.held.push_back({ticket, let_pass});
  return TENON_PENDING;
}

tenon_verdict TENON_CALL
Actors::go_on(void*, tenon_req* request, const tenon_req_info*, void* data) {
  Ledger& ledger = static_cast<Ring*>(data)->ledger;
  drop_ring(data);
  auto* const job = static_cast<Job*>(ledger.host->ctx_get(nullptr, request));
  ledger.expect(job != nullptr, "a ticket resumed a request that is over");
  return job == nullptr ? tenon_verdict{TENON_FAILED} : job->actors.act(*job, request);
}

tenon_verdict TENON_CALL Actors::let_pass(void*, tenon_req*, const tenon_req_info*, void* data) {
  drop_ring(data);
  return TENON_NEXT;
}

tenon_verdict TENON_CALL
Actors::grant(void*, tenon_req* request, const tenon_req_info*, void* data) {
  Job& job = *static_cast<Job*>(data);
  job.actors.expect(job.handle == request, job, "a wish was granted to another request");
  return job.actors.act(job, request);
}

void Actors::resume(const Ledger::Held& held) {
  ++ledger_.rings;
  const size_t rings = ledger_.rings;
  const tenon_status status = host_.resume(held.ticket, held.fn, new Ring{ledger_}, drop_ring);
  ledger_.expect(
      status == TENON_OK || (status == TENON_E_CANCELLED && ledger_.rings + 1 == rings),
      "resume() neither took the ticket nor dropped its data"
  );
}

void Actors::discard(const Ledger::Held& held) {
  host_.discard(held.ticket);
}

void Actors::call_late(tenon_req* handle) {
  tenon_buf part{};
  tenon_str text{};
  tenon_ticket* ticket = nullptr;
  const tenon_status results[] = {
      host_.respond(handle, 200, nullptr, 0, {nullptr, 0}),
      host_.start(handle, 200, nullptr, 0, -1),
      host_.write(handle, &part, 1, nullptr, nullptr),
      host_.finish(handle, nullptr, 0),
      host_.body(handle, &part),
      host_.body_peek(handle, &part),
      host_.body_consume(handle, 0),
      host_.suspend(handle, &ticket),
      host_.header_get(handle, TENON_REQUEST_HEADERS, TENON_LIT("host"), &text),
      host_.set_path(handle, TENON_LIT("/"), TENON_LIT(""))};
  for (const tenon_status result : results) {
    ledger_.expect(result == TENON_E_STATE, "a call after the request's end was not refused");
  }
  ledger_.expect(host_.ctx_get(nullptr, handle) == nullptr, "a context outlived its request");
  ledger_.expect(host_.cancelled(handle) == 1, "a request that is over is not cancelled");
}

void Actors::expect(bool fact, const Job& job, const char* otherwise) {
  ledger_.expect(fact, "request " + std::to_string(job.id) + ": " + otherwise);
}

}  // namespace tenon::sim
