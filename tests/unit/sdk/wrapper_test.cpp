// SPDX-License-Identifier: Apache-2.0
// The C++ wrapper on the real kernel, for all that a request does over time.
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "kernel/module/status.hpp"
#include "tests/unit/sdk/hosted.hpp"

namespace tenon {
namespace {

using sim::answers;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

std::string post(std::string_view body) {
  return "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string(body);
}

sim::Answer only_answer(sim::Connection& connection) {
  const std::vector<sim::Answer> all = answers(connection.take_output());
  EXPECT_EQ(all.size(), 1u);
  return all.empty() ? sim::Answer() : all.front();
}

// Sends the body back while it arrives.
struct Echo {
  Verdict handle(Request& request) const {
    if (!request.start(200, {field("Content-Type", "text/plain")})) return Verdict::Failed;
    return copy(request);
  }
  Verdict copy(Request& request) const {
    for (;;) {
      const BodyPart part = request.peek_body();
      if (part.at_end()) return request.finish(request.trailers());
      if (part.must_wait()) return request.wait_for_body<&Echo::copy>();
      if (part.failed()) return Verdict::Failed;
      const Flow flow = request.write(part.bytes);
      request.consume_body(part.bytes.size());
      if (flow == Flow::Wait) return request.wait_for_room<&Echo::copy>();
      if (flow == Flow::Stop) return Verdict::Failed;
    }
  }
};

TEST(Wrapper, PullsABodyAndStreamsAnAnswer) {
  Hosted<Echo> hosted;
  sim::Connection& connection = hosted.send(
      "POST / HTTP/1.1\r\nHost: x\r\nTE: trailers\r\nTransfer-Encoding: "
      "chunked\r\n\r\n5\r\nhello\r\n"
  );
  connection.send("7\r\n, world\r\n0\r\nX-End: yes\r\n\r\n");
  hosted.server.mpm.run();

  const sim::Answer answer = only_answer(connection);
  EXPECT_EQ(answer.body, "hello, world");
  EXPECT_EQ(answer.field("x-end"), "yes");
}

TEST(Wrapper, HoldsTheClientBackThatDoesNotRead) {
  Hosted<Echo> hosted;
  hosted.server.context.limits.body_bytes = 4'000'000;
  sim::Connection& connection = hosted.server.connect();
  connection.behaviour.bytes_per_receive = 50'000;
  connection.behaviour.hold_sends = true;
  const std::string body(3'000'000, 'x');
  connection.send(post(body));
  hosted.server.mpm.run();

  EXPECT_GT(connection.unread(), 2'000'000u) << "what nobody can take stays with the client";
  connection.behaviour.hold_sends = false;
  hosted.server.mpm.run();
  EXPECT_TRUE(only_answer(connection).body == body);
}

// Counts its objects, to see that each ends.
struct Counted {
  explicit Counted(int& count) : count_(&count) { ++count; }
  Counted(const Counted& other) : count_(other.count_) { ++*count_; }
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --*count_; }

 private:
  int* count_;
};

struct Deferred {
  Verdict handle(Request& request) const {
    ticket = request.suspend();
    EXPECT_FALSE(request.suspend()) << "one at a time";
    return Verdict::Pending;
  }
  mutable Ticket ticket;
};

TEST(Wrapper, ResumesWithACallableFromAnyThread) {
  Hosted<Deferred> hosted;
  int alive = 0;
  sim::Connection& connection = hosted.send(kGet);
  std::thread([&] {
    EXPECT_TRUE(hosted.instance().ticket.resume([counted = Counted(alive)](Request& request) {
      return request.text(200, "late");
    }));
    EXPECT_FALSE(hosted.instance().ticket) << "used up";
  }).join();
  hosted.server.mpm.run();

  EXPECT_EQ(only_answer(connection).body, "late");
  EXPECT_EQ(alive, 0);
}

TEST(Wrapper, DestroysTheCallableOfARequestThatIsGone) {
  Hosted<Deferred> hosted;
  int alive = 0;
  bool called = false;
  const auto call = [&called, counted = Counted(alive)](Request&) {
    called = true;
    return Verdict::Next;
  };
  const int mine = alive;
  sim::Connection& connection = hosted.send(kGet);
  EXPECT_FALSE(hosted.instance().ticket.cancelled());
  connection.lose();
  hosted.server.mpm.run();

  EXPECT_TRUE(hosted.instance().ticket.cancelled());
  EXPECT_FALSE(hosted.instance().ticket.resume(call));
  EXPECT_FALSE(called);
  EXPECT_EQ(alive, mine);
}

TEST(Wrapper, GivesAnUnusedTicketBack) {
  Hosted<Deferred> hosted;
  sim::Connection& connection = hosted.send(kGet);

  hosted.instance().ticket = Ticket();  // the old one goes with the temporary
  hosted.server.mpm.run();

  EXPECT_EQ(only_answer(connection).status, 500);
}

TEST(Wrapper, TurnsAnExceptionOfTheResumedIntoAFailure) {
  Hosted<Deferred> hosted;
  sim::Connection& connection = hosted.send(kGet);
  hosted.instance().ticket.resume([](Request&) -> Verdict { throw std::runtime_error("no"); });
  hosted.server.mpm.run();

  EXPECT_EQ(only_answer(connection).status, 500);
}

struct Remembering {
  struct Note {
    explicit Note(int& alive, std::string t) : counted(alive), text(std::move(t)) {}
    Counted counted;
    std::string text;
  };
  void post_read(Request& request) const {
    EXPECT_EQ(request.context<Note>(), nullptr);
    request.make_context<Note>(alive, "first");
    EXPECT_EQ(alive, 1);
    request.make_context<Note>(alive, "a text that has memory of its own, since it is so long");
    EXPECT_EQ(alive, 1);
  }
  Verdict handle(Request& request) const {
    return request.text(200, request.context<Note>()->text);
  }
  mutable int alive = 0;
};

TEST(Wrapper, KeepsAnObjectForEachRequest) {
  Hosted<Remembering> hosted;

  EXPECT_EQ(
      only_answer(hosted.send(kGet)).body, "a text that has memory of its own, since it is so long"
  );
  EXPECT_EQ(hosted.instance().alive, 0);
}

struct Shouting {
  struct ResponseFilter {
    static bool wants(const Shouting&, Request& request) {
      return request.answer().http_status == 200;
    }
    void push(std::string_view bytes, bool last, Next& next) {
      std::string upper(bytes);
      for (char& c : upper) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
      }
      next.pass(upper);
      if (last) next.pass("!");
    }
  };
  // Leaves every 'x' out; 'y' is not allowed.
  struct RequestFilter {
    explicit RequestFilter(const Shouting& shouting) : filters(shouting) { ++filters.open; }
    ~RequestFilter() { --filters.open; }
    void push(std::string_view bytes, bool, Next& next) {
      for (const char& c : bytes) {
        if (c == 'y') throw std::runtime_error("a y");
        if (c != 'x') next.pass({&c, 1});
      }
    }
    const Shouting& filters;
  };
  static constexpr bool whole_body = true;
  Verdict handle(Request& request) const {
    return request.text(request.query() == "404" ? 404 : 200, request.body());
  }
  mutable int open = 0;
};

TEST(Wrapper, FiltersBodiesInBothDirections) {
  Hosted<Shouting> hosted;

  EXPECT_EQ(only_answer(hosted.send(post("axbxc"))).body, "ABC!");
  EXPECT_EQ(hosted.instance().open, 0);
}

TEST(Wrapper, LeavesBodiesAloneThatAFilterDoesNotWant) {
  Hosted<Shouting> hosted;

  const std::string request = "POST /?404 HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na";
  EXPECT_EQ(only_answer(hosted.send(request)).body, "a");
}

TEST(Wrapper, EndsExceptionsOfFilters) {
  Hosted<Shouting> hosted;

  const sim::Answer answer = only_answer(hosted.send(post("axyz")));

  EXPECT_EQ(hosted.instance().open, 0);
  EXPECT_NE(answer.body, "A!");
}

struct Delayed {
  Verdict handle(Request& request) const {
    const bool armed =
        call_after(std::chrono::milliseconds(50), [this, ticket = request.suspend()]() mutable {
          ticket.resume([this](Request& late) { return late.text(200, std::to_string(ticks)); });
        });
    return armed ? Verdict::Pending : request.fail("too many timers");
  }
  Delayed() {
    timer = Timer::every(std::chrono::milliseconds(10), [this, counted = Counted(alive)] {
      if (++ticks == 3) throw std::runtime_error("logged, and no more");
    });
  }
  mutable int alive = 0;
  int ticks = 0;
  Timer timer;
};

TEST(Wrapper, AnswersAfterAWhile) {
  Hosted<Delayed> hosted;
  sim::Connection& connection = hosted.send(kGet);
  for (int i = 0; i < 5; ++i) {
    hosted.server.mpm.advance(10'000'000);
  }

  const sim::Answer answer = only_answer(connection);
  EXPECT_EQ(answer.status, 200);
  EXPECT_GE(hosted.instance().ticks, 4);
  EXPECT_EQ(hosted.instance().alive, 1);
  hosted.instance().timer.stop();
  EXPECT_EQ(hosted.instance().alive, 0);
  EXPECT_FALSE(hosted.instance().timer);
}

// The timer holds the request's ticket when the client goes, and when the child ends.
TEST(Wrapper, LeavesNothingBehindOfTimersThatHoldTickets) {
  Hosted<Delayed> hosted;
  hosted.send(kGet).lose();
  hosted.send(kGet);

  hosted.end();
}

struct Working {
  Verdict handle(Request& request) const {
    Ticket ticket = request.suspend();
    const bool taken = run_blocking([ticket = std::move(ticket)]() mutable {
      const std::thread::id worker = std::this_thread::get_id();
      ticket.resume([worker](Request& late) {
        return late.text(200, worker == std::this_thread::get_id() ? "same" : "other");
      });
    });
    return taken ? Verdict::Pending : request.text(503, "busy");
  }
};

TEST(Wrapper, HasWorkDoneOnAPoolThread) {
  Hosted<Working> hosted;
  sim::Connection& connection = hosted.send(kGet);
  hosted.server.mpm.run_all();

  EXPECT_EQ(only_answer(connection).body, "other");
}

TEST(Wrapper, SaysWhenThePoolIsFull) {
  Hosted<Working> hosted(1);
  hosted.send(kGet);
  sim::Connection& second = hosted.send(kGet);

  EXPECT_EQ(only_answer(second).status, 503);
}

struct Counting {
  void log(Request& request) const {
    requests.with({request.method()}).add();
    bytes.observe(static_cast<double>(request.answer().body_bytes));
    open.set(3);
    open.add(-1);
  }
  Verdict handle(Request& request) const { return request.text(200, "12345"); }

  Labelled<Counter, 1> requests{{.name = "requests", .help = "Requests."}, {"method"}};
  Gauge open{{.name = "open", .help = "Open."}};
  Counter twice{{.name = "requests", .help = "The same name, and not the same."}};
  static constexpr double kBounds[] = {4, 8};
  Histogram bytes{{.name = "body", .unit = "bytes", .help = "Bodies.", .bounds = kBounds}};
};

TEST(Wrapper, Counts) {
  Hosted<Counting> hosted;
  hosted.send(kGet);
  hosted.send(kGet);
  hosted.instance().twice.add();

  std::string text;
  const auto show = [](void* context, const tenon_metric_sample* sample) {
    static_cast<std::string*>(context)
        ->append(view(sample->name))
        .append(" " + std::to_string(static_cast<int>(sample->value)) + "\n");
  };
  EXPECT_EQ(module::status_api().metrics(loaded.self, show, &text), TENON_OK);
  EXPECT_EQ(text, "sample_body_bytes 10\nsample_open 2\nsample_requests 2\n");
}

struct Owning {
  Verdict handle(Request& request) const {
    if (!request.start(200, {}, 200'000)) return Verdict::Failed;
    std::string text(200'000, 'o');
    const char* const before = text.data();
    EXPECT_EQ(request.write(std::move(text)), Flow::Go);
    EXPECT_NE(before, nullptr);
    EXPECT_EQ(request.write("more than was announced"), Flow::Stop);
    return request.finish();
  }
};

TEST(Wrapper, SendsATextThatItOwns) {
  Hosted<Owning> hosted;

  EXPECT_EQ(only_answer(hosted.send(kGet)).body.size(), 200'000u);
}

struct Endless {
  Verdict handle(Request& request) const {
    drains = request.draining();
    return request.text(200, "");
  }
  mutable bool drains = false;
};

TEST(Wrapper, SaysThatTheServerWantsToEnd) {
  Hosted<Endless> hosted;
  sim::Connection& idle = hosted.send(kGet);
  EXPECT_FALSE(hosted.instance().drains);

  idle.drain(UINT64_MAX);
  idle.send(kGet);
  hosted.server.mpm.run();

  EXPECT_TRUE(hosted.instance().drains);
}

struct Offering {
  struct Table {
    uint32_t struct_size;
    int32_t(TENON_CALL* answer)(void* object);
  };
  static void load(Loading& loading) {
    static constexpr Table kTable = {
        sizeof(Table), [](void* object) noexcept { return *static_cast<int32_t*>(object); }};
    static int32_t number = 42;
    loading.offer("com.example.answer/1", kTable, &number);
  }
  Verdict handle(Request& request) const {
    return request.text(200, std::to_string(answer->answer(answer.object)));
  }
  Service<Table> answer = acquire<Table>("com.example.answer/1");
  Service<Table> other = acquire<Table>("com.example.answer/2");
};

TEST(Wrapper, OffersAndAcquiresServices) {
  Hosted<Offering> hosted;

  EXPECT_FALSE(hosted.instance().other);
  EXPECT_EQ(only_answer(hosted.send(kGet)).body, "42");
}

struct Blocking {
  static constexpr int32_t run_access = TENON_RUN_POOL;
  static constexpr int32_t run = TENON_RUN_POOL;
  void access(Request& request) const { EXPECT_TRUE(request.in_pool()); }
  Verdict handle(Request& request) const {
    EXPECT_TRUE(request.in_pool());
    return request.text(200, "blocked");
  }
  void log(Request& request) const { EXPECT_FALSE(request.in_pool()); }
};

TEST(Wrapper, ChoosesWhereEachHookRuns) {
  Hosted<Blocking> hosted;
  sim::Connection& connection = hosted.send(kGet);
  hosted.server.mpm.run_all();

  EXPECT_EQ(only_answer(connection).body, "blocked");
}

}  // namespace
}  // namespace tenon
