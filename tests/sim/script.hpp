// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sim/random.hpp"

// What the clients of one simulated world send, and what they should get.
namespace tenon::sim {

// What a handler does with a request; "/ZONEMODE/KIND/ID" is its target.
enum class Kind {
  Echo,        // answers with the whole body
  Partial,     // reads a few bytes of the body and answers with them
  Early,       // answers without a look at the body
  Relay,       // streams the body back while it comes
  Stream,      // streams pieces as fast as the client takes them
  Tickle,      // the same, each piece after a ticket came back
  Ticket,      // waits for some tickets, then answers
  Both,        // waits for a ticket and for its own events, and takes what comes first
  File,        // a range of a file
  Cached,      // a range of a file whose content is in memory
  Rerun,       // asks to be called in the pool, and echoes there
  Twice,       // misuses the interface, and answers once
  Over,        // tries to write more than it announced
  NoContent,   // 204
  Next,        // no opinion
  Fail,        // fails before it answers
  Unanswered,  // says that it answered
  Stuck,       // waits for nothing
  Wrong,       // returns what is no verdict
  Short        // fails in the middle of its answer
};
inline constexpr size_t kKinds = static_cast<size_t>(Kind::Short) + 1;
const char* name_of(Kind kind);
bool find_kind(std::string_view name, Kind& out);

// Zones: hooks and filters around the handler.
//   p none · f body filters in both directions · h hooks that wait and block · r rewritten to p
// Modes: how the handler runs.
//   l LOOP · p POOL · w LOOP, whole body · q POOL, whole body
inline constexpr std::string_view kZones = "pfhr";
inline constexpr std::string_view kModes = "lpwq";
bool is_whole(char mode);

struct Expected {
  int status = 200;   // 0: any refusal
  bool body = false;  // `text` is the body
  std::string text;
  bool cut = false;        // the answer breaks off
  bool any_frame = false;  // framing depends on how the bytes arrive
};

struct ScriptRequest {
  uint32_t id = 0;
  Kind kind = Kind::Echo;
  std::string head;      // up to and with the empty line
  std::string body;      // as it goes over the wire
  bool waits = false;    // for "100 Continue"
  bool is_head = false;  // method HEAD
  bool bad = false;      // no request at all, or one that ends the connection
  bool closes = false;   // asks for the end of the connection
  Expected expected;
};

struct ClientScript {
  std::vector<ScriptRequest> requests;
};

struct Script {
  bool peaceful = true;  // nothing is lost, late or full: all answers are known
  std::vector<ClientScript> clients;
};

Script make_script(Random& random, bool peaceful);

// ---- what clients and handlers agree on ----
// A text that depends on the id alone.
std::string text_of(uint32_t id, size_t size, size_t offset = 0);
// The pieces that kinds Stream and Tickle write.
std::vector<size_t> pieces_of(uint32_t id);
// The range that kinds File and Cached send of which file.
struct Range {
  size_t file, offset, length;
};
inline constexpr size_t kFiles = 3;
size_t file_size(size_t file);
std::string file_text(size_t file, size_t offset, size_t length);
// The others may also be in memory.
inline constexpr size_t kLargeFile = 2;
Range range_of(uint32_t id);
// Whether the filters of zone f are interested in a request, and what they make of its bodies.
bool is_filtered(uint32_t id);
std::string filter_request(std::string_view body);
inline constexpr std::string_view kFilterEnd = "!";
inline constexpr size_t kPartialBytes = 100;

// One request that must be refused.
std::string bad_request(Random& random);

}  // namespace tenon::sim
