// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include <tenon/mpm.h>

#include "winnt/accept_health.hpp"
#include "winnt/accepted.hpp"
#include "winnt/connection_limit.hpp"
#include "winnt/win32.hpp"

namespace tenon::mpm {

// One thread that accepts the connections of one listener and hands them over.
//
// The listener's socket is shared with other processes (the control process holds it, and so may
// the child before or after this one), and a completion port, WSAEventSelect or non-blocking mode
// would belong to all of them at once. So the listener is never put into a port: several AcceptEx
// share one auto-reset event. Only this thread posts them, because I/O is cancelled when the thread
// that started it ends.
//
// Starting an operation resets its event, so a signal may be lost with every post. Hence the loop:
// post, look at every operation until nothing is found, and wait only then.
class Acceptor {
 public:
  struct Setup {
    const tenon_child_host* host = nullptr;
    Adopter* adopter = nullptr;
    ListenerSource* source = nullptr;  // null: a listener that is lost stays lost
    ConnectionLimit* limit = nullptr;
    tenon_listener_slot* slot = nullptr;
    std::uint32_t listener = 0;  // index in the configuration
    std::uint16_t family = 4;
    std::uint32_t backlog = 511;
    std::uint32_t accepts = 8;  // AcceptEx calls pending at once
    bool use_accept_ex = true;
    int receive_buffer_bytes = 0;  // 0: what the system gives
    int send_buffer_bytes = 0;
    DWORD retry_accept_ex_ms = 60'000;
    LPFN_ACCEPTEX accept_ex = nullptr;  // null: ask Winsock
  };

  Acceptor(const Setup& setup, UniqueSocket listener);
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  void start();
  // [any] The socket instead of the one that was lost; not used if none is.
  void replace(UniqueSocket listener);
  // [any] No connection is accepted after join(); every one that was accepted, or was waiting in
  // the system's queue, is handed over.
  void begin_stop();
  void join();

 private:
  // One AcceptEx. While it is pending, Windows owns it.
  struct Attempt {
    static constexpr DWORD kAddressBytes = sizeof(sockaddr_storage) + 16;
    OVERLAPPED overlapped{};
    UniqueSocket socket;
    char addresses[2 * kAddressBytes] = {};
    bool pending = false;
  };

  void run();
  bool stopping() const;
  void wait(DWORD milliseconds);
  DWORD injected(std::string_view point);
  void pause_after(DWORD error);
  void count_fault(AcceptFault fault);
  void set_mode(std::uint32_t mode);

  // The listener is lost.
  void lose_listener();
  void wait_for_replacement();
  bool take_replacement();
  bool is_paused() const { return pause_until_ms_ > ::GetTickCount64(); }

  void set_buffers(SOCKET socket) const;
  // A connection was accepted: hand it over, or hold it until max_connections allows it.
  void take(Accepted accepted);
  // Whether none is held any more.
  bool hand_held();

  // With AcceptEx.
  DWORD look_up_accept_ex();
  void fall_back();
  void run_accept_ex();
  void step_accept_ex();
  bool post_missing();
  DWORD post(Attempt& attempt);
  bool take_finished();
  void take_attempt(Attempt& attempt);
  void give_up_attempts();
  void cancel_attempts();
  void close_attempts();
  bool any_pending() const;

  // With accept().
  void run_accept();
  // False: nothing could be accepted.
  bool accept_one();
  void take_queued();

  const Setup setup_;
  UniqueSocket listener_;
  UniqueHandle stop_;   // manual reset
  UniqueHandle event_;  // something finished, or there is room again
  UniqueHandle thread_;
  LPFN_ACCEPTEX accept_ex_ = nullptr;
  LPFN_GETACCEPTEXSOCKADDRS get_addresses_ = nullptr;
  bool use_accept_ex_ = false;
  bool lost_ = false;
  ULONGLONG retry_at_ms_ = 0;     // when AcceptEx is tried again after a fallback
  ULONGLONG pause_until_ms_ = 0;  // after a fault
  AcceptHealth health_;
  std::vector<Attempt> attempts_;
  std::deque<Accepted> held_;  // at most one per attempt
  // Guards listener_ where the thread changes it or another one reads it, lost_ likewise, and what
  // follows.
  SRWLOCK lock_ = SRWLOCK_INIT;
  UniqueSocket replacement_;
};

}  // namespace tenon::mpm
