// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include <tenon/cpp/text.hpp>

#include "tests/sim/actors.hpp"

// What the handlers do, kind by kind. Each is called again whenever something that it waited for
// has come, and goes on where it was.
namespace tenon::sim {
namespace {

constexpr tenon_verdict kReady = 1000;  // of read(): go on; no verdict

// Memory that is lent to write().
struct Due {
  Ledger& ledger;
  std::string bytes;
};

void TENON_CALL give_back(void* ctx) {
  const std::unique_ptr<Due> due(static_cast<Due*>(ctx));
  --due->ledger.dues;
}

}  // namespace

tenon_verdict Actors::act(Job& job, tenon_req* request) {
  switch (job.kind) {
    case Kind::Echo:
    case Kind::Rerun:
      return echo(job, request);
    case Kind::Partial:
      return partial(job, request);
    case Kind::Relay:
      return relay(job, request);
    case Kind::Stream:
    case Kind::Tickle:
      return stream(job, request);
    case Kind::Ticket:
      return wait_for_tickets(job, request);
    case Kind::Both:
      return both(job, request);
    case Kind::File:
    case Kind::Cached:
      return file(job, request, job.kind == Kind::Cached);
    case Kind::Twice:
      return twice(job, request);
    case Kind::Over:
      return over(job, request);
    case Kind::Short:
      return cut_short(job, request);
    case Kind::Early:
      return answer(request, 200, text_of(job.id, 20));
    case Kind::NoContent:
      return answer(request, 204, "");
    case Kind::Next:
      return TENON_NEXT;
    case Kind::Fail:
      return TENON_FAILED;
    case Kind::Unanswered:
      return TENON_FINISHED;
    case Kind::Stuck:
      return TENON_PENDING;
    case Kind::Wrong:
      return 77;
  }
  return TENON_FAILED;
}

tenon_verdict Actors::answer(tenon_req* request, int status, std::string_view body) {
  const tenon_header field = {TENON_LIT("X-Kind"), TENON_LIT("sim"), 0, 0};
  const tenon_status given = host_.respond(request, status, &field, 1, buf(body));
  return given == TENON_OK ? TENON_FINISHED : TENON_FAILED;
}

tenon_verdict Actors::wait(Job& job, tenon_req* request, uint32_t events) {
  const tenon_status wished = host_.want(request, events, grant, &job);
  expect(wished == TENON_OK, job, "want() was refused");
  return TENON_PENDING;
}

tenon_verdict Actors::suspend(Job& job, tenon_req* request) {
  tenon_ticket* ticket = nullptr;
  const tenon_status issued = host_.suspend(request, &ticket);
  if (issued == TENON_E_CANCELLED) return TENON_FAILED;
  expect(issued == TENON_OK, job, "suspend() was refused");
  tenon_ticket* second = nullptr;
  const tenon_status again = host_.suspend(request, &second);
  expect(again == TENON_E_STATE, job, "a second ticket was not refused");
  ledger_.held.push_back({ticket, go_on});
  return TENON_PENDING;
}

// Until the body's end, or `bytes_max` are in job.got.
tenon_verdict Actors::read(Job& job, tenon_req* request, size_t bytes_max) {
  while (job.got.size() < bytes_max) {
    tenon_buf part{};
    const tenon_status status = host_.body_peek(request, &part);
    if (status == TENON_AGAIN) return wait(job, request, TENON_WANT_BODY);
    if (status == TENON_END) break;
    if (status != TENON_OK) return TENON_FAILED;
    expect(part.len != 0, job, "body_peek() shows nothing");
    const size_t taken = part.len < 8 ? part.len : part.len - part.len / 3;
    job.got.append(static_cast<const char*>(part.ptr), taken);
    const tenon_status too_much = host_.body_consume(request, part.len + 1);
    expect(too_much == TENON_E_ARG, job, "more than was shown could be consumed");
    const tenon_status consumed = host_.body_consume(request, taken);
    expect(consumed == TENON_OK, job, "body_consume() was refused");
  }
  return kReady;
}

tenon_verdict Actors::echo(Job& job, tenon_req* request) {
  if (job.kind == Kind::Rerun && !std::exchange(job.begun, true)) return TENON_RERUN_IN_POOL;
  tenon_buf whole{};
  const tenon_status status = host_.body(request, &whole);
  if (!job.whole) {
    expect(status == TENON_E_STATE, job, "body() of a hook that pulls was not refused");
    const tenon_verdict verdict = read(job, request, SIZE_MAX);
    return verdict == kReady ? answer(request, 200, job.got) : verdict;
  }
  return status == TENON_OK ? answer(request, 200, view(whole)) : tenon_verdict{TENON_FAILED};
}

tenon_verdict Actors::partial(Job& job, tenon_req* request) {
  const tenon_verdict verdict = read(job, request, kPartialBytes);
  if (verdict != kReady) return verdict;
  return answer(request, 200, std::string_view(job.got).substr(0, kPartialBytes));
}

tenon_verdict Actors::relay(Job& job, tenon_req* request) {
  if (!std::exchange(job.begun, true)) {
    const tenon_status started = host_.start(request, 200, nullptr, 0, -1);
    if (started != TENON_OK) return TENON_FAILED;
  }
  for (;;) {
    tenon_buf part{};
    const tenon_status status = host_.body_peek(request, &part);
    if (status == TENON_AGAIN) return wait(job, request, TENON_WANT_BODY);
    if (status == TENON_END) return finish(job, request);
    if (status != TENON_OK) return TENON_FAILED;
    const std::string copy(view(part));
    host_.body_consume(request, part.len);
    const tenon_status written = write(job, request, copy);
    if (written == TENON_AGAIN) return wait(job, request, TENON_WANT_WRITABLE);
    if (written != TENON_OK) return TENON_FAILED;
  }
}

// Every other piece is lent, in up to three parts.
tenon_status Actors::write(Job& job, tenon_req* request, std::string_view bytes) {
  if (job.next_piece % 2 == 0) {
    const tenon_buf part = buf(bytes);
    return host_.write(request, &part, 1, nullptr, nullptr);
  }
  auto* const due = new Due{ledger_, std::string(bytes)};
  ++ledger_.dues;
  const std::string_view lent = due->bytes;
  const size_t third = lent.size() / 3;
  const std::array<tenon_buf, 3> parts = {
      buf(lent.substr(0, third)), buf(lent.substr(third, third)), buf(lent.substr(2 * third))};
  const tenon_status status = host_.write(request, parts.data(), parts.size(), give_back, due);
  if (status < 0) give_back(due);
  return status;
}

tenon_verdict Actors::finish(Job& job, tenon_req* request) {
  const tenon_header trailer = {TENON_LIT("X-Trailer"), TENON_LIT("t"), 0, 0};
  const tenon_status finished = host_.finish(request, &trailer, job.id % 2);
  if (finished != TENON_OK) return TENON_FAILED;
  expect(host_.finish(request, nullptr, 0) == TENON_E_STATE, job, "finish() worked twice");
  return TENON_FINISHED;
}

tenon_verdict Actors::stream(Job& job, tenon_req* request) {
  if (!std::exchange(job.begun, true)) {
    int64_t total = 0;
    for (const size_t piece : job.pieces) {
      total += static_cast<int64_t>(piece);
    }
    const int64_t announced = job.id % 3 == 0 ? total : -1;
    if (host_.start(request, 200, nullptr, 0, announced) != TENON_OK) return TENON_FAILED;
  }
  while (job.next_piece < job.pieces.size()) {
    const std::string piece = text_of(job.id, job.pieces[job.next_piece], job.written);
    job.written += piece.size();
    const tenon_status written = write(job, request, piece);
    ++job.next_piece;
    if (written == TENON_AGAIN) return wait(job, request, TENON_WANT_WRITABLE);
    if (written != TENON_OK) return TENON_FAILED;
    if (job.kind == Kind::Tickle) return suspend(job, request);
  }
  return finish(job, request);
}

tenon_verdict Actors::wait_for_tickets(Job& job, tenon_req* request) {
  if (job.tickets == 0) return answer(request, 200, text_of(job.id, 20));
  --job.tickets;
  return suspend(job, request);
}

// The ticket may come back before, after, or never.
tenon_verdict Actors::both(Job& job, tenon_req* request) {
  if (std::exchange(job.begun, true)) return answer(request, 200, text_of(job.id, 20));
  const tenon_verdict verdict = suspend(job, request);
  if (verdict != TENON_PENDING) return verdict;
  return wait(job, request, TENON_WANT_BODY | TENON_WANT_WRITABLE);
}

tenon_verdict Actors::file(Job& job, tenon_req* request, bool cached) {
  const Range range = range_of(job.id);
  tenon_file* const file = files_.open(range.file, cached);
  const tenon_status bad = host_.respond_file(
      request, 200, nullptr, 0, file, range.offset, file_size(range.file) - range.offset + 1
  );
  expect(bad == TENON_E_ARG, job, "a range beyond the file was not refused");
  const tenon_status given =
      host_.respond_file(request, 200, nullptr, 0, file, range.offset, range.length);
  expect(given == TENON_OK, job, "respond_file() was refused");
  return given == TENON_OK ? TENON_FINISHED : TENON_FAILED;
}

tenon_verdict Actors::twice(Job& job, tenon_req* request) {
  const tenon_status path = host_.set_path(request, TENON_LIT("/"), TENON_LIT(""));
  expect(path == TENON_E_STATE, job, "set_path() in a handler was not refused");
  const tenon_status length = host_.header_edit(
      request, TENON_RESPONSE_HEADERS, TENON_HDR_SET, TENON_LIT("Content-Length"), TENON_LIT("1")
  );
  expect(length == TENON_E_DENIED, job, "Content-Length could be set");
  expect(host_.want(request, 0, grant, &job) == TENON_E_ARG, job, "want(0) was not refused");
  expect(host_.finish(request, nullptr, 0) == TENON_E_STATE, job, "finish() before start()");
  expect(
      host_.respond(request, 99, nullptr, 0, {nullptr, 0}) == TENON_E_ARG, job, "status 99 passed"
  );
  const tenon_verdict verdict = answer(request, 200, text_of(job.id, 20));
  const tenon_buf empty{nullptr, 0};
  const tenon_status again[] = {
      host_.respond(request, 500, nullptr, 0, empty),
      host_.start(request, 500, nullptr, 0, -1),
      host_.write(request, &empty, 1, nullptr, nullptr),
      host_.finish(request, nullptr, 0)};
  for (const tenon_status status : again) {
    expect(status == TENON_E_STATE, job, "a second answer was not refused");
  }
  return verdict;
}

tenon_verdict Actors::over(Job& job, tenon_req* request) {
  if (host_.start(request, 200, nullptr, 0, 10) != TENON_OK) return TENON_FAILED;
  const std::string text = text_of(job.id, 11);
  const tenon_status too_much = write(job, request, text);
  const bool refused = too_much == TENON_E_LIMIT || too_much == TENON_E_CANCELLED;
  expect(refused, job, "more than was announced could be written");
  if (write(job, request, std::string_view(text).substr(0, 10)) != TENON_OK) return TENON_FAILED;
  return finish(job, request);
}

tenon_verdict Actors::cut_short(Job& job, tenon_req* request) {
  if (host_.start(request, 200, nullptr, 0, 10) != TENON_OK) return TENON_FAILED;
  if (write(job, request, "short") != TENON_OK) return TENON_FAILED;
  expect(host_.finish(request, nullptr, 0) == TENON_E_STATE, job, "finish() of half an answer");
  return TENON_FAILED;
}

}  // namespace tenon::sim
