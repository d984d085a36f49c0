// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/judge.hpp"

#include <algorithm>
#include <cstdio>

namespace tenon::sim {
namespace {

constexpr uint64_t kOtherSchedule = 0x5EED;

// Interim answers come only to who asked for them.
bool skip_interim(std::string_view& bytes, bool asked) {
  bool any = false;
  while (bytes.starts_with("HTTP/1.1 100 Continue\r\n\r\n")) {
    bytes.remove_prefix(25);
    if (!asked || std::exchange(any, true)) return false;
  }
  return true;
}

// The answers of one client, one by one, as they should come.
class ClientJudge {
 public:
  ClientJudge(World& world, const Client& client, size_t number, bool peaceful)
      : world_(world),
        client_(client),
        number_(number),
        peaceful_(peaceful) {}

  std::vector<std::string> failures;
  size_t complete = 0;  // answers
  size_t maybe_complete = 0;

  void judge() {
    std::string_view bytes = client_.connection->output();
    for (const ScriptRequest& request : client_.script->requests) {
      request_ = &request;
      if (!skip_interim(bytes, request.waits))
        return fail("an interim answer that nobody asked for");
      if (bytes.empty()) return judge_silence();
      const bool unframed = !request.is_head && is_unframed(bytes);
      const bool is_head = request.is_head && !is_for_no_method(bytes);
      const Answer answer = take_answer(bytes, is_head);
      if (!judge_answer(answer, unframed)) break;
    }
    if (!bytes.empty())
      fail("bytes that belong to no request: " + std::string(bytes.substr(0, 80)));
  }

 private:
  // A head that never came to its end has no method.
  static bool is_for_no_method(std::string_view bytes) {
    const size_t end = bytes.find("\r\n\r\n");
    return bytes.starts_with("HTTP/1.1 408") && bytes.substr(end + 4).starts_with("<!doctype");
  }

  static bool is_unframed(std::string_view bytes) {
    const std::string_view head = bytes.substr(0, bytes.find("\r\n\r\n"));
    return !head.starts_with("HTTP/1.1 204") &&
           head.find("\r\nContent-Length: ") == std::string_view::npos &&
           head.find("\r\nTransfer-Encoding: ") == std::string_view::npos;
  }

  void fail(const std::string& what) {
    failures.push_back(
        "connection " + std::to_string(number_) + ", request " + std::to_string(request_->id) +
        " (" + (request_->bad ? "bad" : name_of(request_->kind)) + "): " + what
    );
  }

  // No (further) answer. World::check_end knows that the connection was closed.
  void judge_silence() {
    if (peaceful_) fail("there is no answer");
  }

  // True: another one may follow.
  bool judge_answer(const Answer& answer, bool unframed) {
    const Connection& connection = *client_.connection;
    const bool broke_off = client_.lost || connection.aborted;
    if (!answer.complete || (answer.status == 0 && broke_off)) {
      if (!broke_off) fail("half an answer, and the connection closes as if it were whole");
      if (peaceful_ && !request_->expected.cut) fail("the answer breaks off");
      return false;
    }
    if (answer.status == 0) {
      fail("no answer but " + answer.body.substr(0, 80));
      return false;
    }
    judge_whole(answer, unframed && broke_off);
    if (is_half(answer) && broke_off) return false;
    const bool closes = answer.field("Connection") == "close";
    if (!closes && request_->closes && !request_->bad) fail("it asked for the connection's end");
    return !closes;
  }

  // Of kind Short: what there is of it looks whole to HEAD.
  bool is_half(const Answer& answer) const {
    return request_->expected.cut && answer.status == request_->expected.status;
  }

  void judge_whole(const Answer& answer, bool maybe_cut) {
    const Expected& expected = request_->expected;
    if (!is_half(answer)) ++(maybe_cut ? maybe_complete : complete);
    const std::string id = answer.field("X-Id");
    if (!request_->bad && !id.empty() && id != std::to_string(request_->id)) {
      fail("got the answer of request " + id);
    }
    if (expected.status == 0) {
      if (answer.status < 400)
        fail("was not refused but answered " + std::to_string(answer.status));
      return;
    }
    const bool as_expected = answer.status == expected.status;
    if (!as_expected && (peaceful_ || answer.status < 400)) {
      return fail("answered " + std::to_string(answer.status));
    }
    if (peaceful_ && expected.cut && !request_->is_head && !maybe_cut) fail("should break off");
    if (!as_expected || expected.cut || maybe_cut) return;
    if (expected.body && answer.body != expected.text) fail(difference(answer.body));
    judge_log(answer);
  }

  std::string difference(const std::string& body) const {
    const std::string& text = request_->expected.text;
    const auto [at, unused] = std::mismatch(
        body.begin(),
        body.begin() + static_cast<std::ptrdiff_t>(std::min(body.size(), text.size())),
        text.begin()
    );
    return "a body of " + std::to_string(body.size()) + " bytes instead of " +
           std::to_string(text.size()) + ", differs at " + std::to_string(at - body.begin());
  }

  void judge_log(const Answer& answer) {
    const auto found = world_.ledger().logged.find(request_->id);
    if (found == world_.ledger().logged.end()) return;  // The pool was full.
    const Ledger::Logged& logged = found->second;
    if (logged.times != 1) fail("was logged " + std::to_string(logged.times) + " times");
    if (peaceful_ && logged.info.complete != 1) fail("was logged as incomplete");
    if (logged.info.http_status != answer.status) fail("was logged with another status");
    if (logged.info.complete == 1 && logged.info.body_bytes != answer.body.size()) {
      fail("was logged with " + std::to_string(logged.info.body_bytes) + " bytes");
    }
  }

  World& world_;
  const Client& client_;
  const size_t number_;
  const bool peaceful_;
  const ScriptRequest* request_ = nullptr;
};

std::string without_field(std::string head, std::string_view name) {
  const size_t at = head.find("\r\n" + std::string(name) + ": ");
  if (at == std::string::npos) return head;
  return head.erase(at, head.find("\r\n", at + 2) - at);
}

std::string first_difference(
    const std::vector<std::string>& first, const std::vector<std::string>& second
) {
  const size_t both = std::min(first.size(), second.size());
  for (size_t i = 0; i < both; ++i) {
    if (first[i] != second[i]) return first[i].substr(0, 400) + "\n--\n" + second[i].substr(0, 400);
  }
  return std::to_string(first.size()) + " or " + std::to_string(second.size()) + " of them";
}

void append(
    std::vector<std::string>& to, const std::string& label, const std::vector<std::string>& from
) {
  for (const std::string& what : from) {
    to.push_back(label + what);
  }
}

void print(const World& world) {
  for (const Client& client : world.clients()) {
    std::printf("---- a client sent:\n");
    for (const ScriptRequest& request : client.script->requests) {
      std::printf("%s[%zu bytes]\n", request.head.c_str(), request.body.size());
    }
    std::printf("---- and got:\n%.20000s\n----\n", client.connection->output().c_str());
  }
}

}  // namespace

void judge(World& world, const Script& script, std::vector<std::string>& failures) {
  size_t complete = 0;
  size_t maybe_complete = 0;
  uint64_t sent = 0;
  for (size_t i = 0; i < world.clients().size(); ++i) {
    const Client& client = world.clients()[i];
    ClientJudge judge(world, client, i, script.peaceful);
    judge.judge();
    append(failures, "", judge.failures);
    complete += judge.complete;
    maybe_complete += judge.maybe_complete;
    sent += client.connection->bytes_sent;
  }
  if (world.bytes_counted() != sent) failures.push_back("the counter of bytes sent is wrong");
  const uint64_t counted = world.requests_counted();
  if (counted > complete + maybe_complete)
    failures.push_back("more requests were counted than answered");
  if (script.peaceful && counted < complete) {
    failures.push_back(
        std::to_string(complete) + " answers, but " + std::to_string(counted) + " were counted"
    );
  }
}

std::vector<std::string> transcript(const Client& client) {
  std::vector<std::string> all;
  std::string_view bytes = client.connection->output();
  for (const ScriptRequest& request : client.script->requests) {
    skip_interim(bytes, true);
    if (bytes.empty()) break;
    const Answer answer = take_answer(bytes, request.is_head);
    std::string head = without_field(answer.head, "Date");
    if (request.expected.any_frame) {
      head = without_field(without_field(head, "Content-Length"), "Transfer-Encoding");
      head = without_field(head, "X-Trailer");
    }
    all.push_back(answer.complete ? head + answer.body : "an answer that breaks off");
  }
  return all;
}

std::vector<std::string> play_seed(uint64_t seed, bool trace) {
  Random random(seed);
  const bool peaceful = random.one_in(2);
  const Script script = make_script(random, peaceful);
  std::vector<std::string> failures;
  std::vector<std::vector<std::string>> first;
  for (uint64_t schedule = 0; schedule < (peaceful ? 2 : 1) && failures.empty(); ++schedule) {
    World world(script, {seed + schedule * kOtherSchedule, trace, {}});
    world.run();
    if (trace) print(world);
    failures = world.failures;
    judge(world, script, failures);
    for (size_t i = 0; i < world.clients().size(); ++i) {
      std::vector<std::string> answers = transcript(world.clients()[i]);
      if (schedule == 0) {
        first.push_back(std::move(answers));
      } else if (answers != first[i]) {
        failures.push_back(
            "connection " + std::to_string(i) +
            ": other splits of the same bytes, other answers: " +
            first_difference(first[i], answers)
        );
      }
    }
  }
  return failures;
}

}  // namespace tenon::sim
