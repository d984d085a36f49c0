// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include <tenon/mpm.h>

#include "common/intrusive_queue.hpp"
#include "winnt/win32.hpp"

namespace tenon::mpm {

class Connection;

// What other threads leave for an I/O thread. Everything is taken at once.
struct Mail {
  IntrusiveQueue<Connection> adopted;
  IntrusiveQueue<tenon_work> work;
  bool drain = false;
  bool stopping = false;  // of a drain: the whole server stops, so nobody lingers for long
  std::uint64_t idle_until_ns = 0;
  bool abort = false;
  bool stop = false;
  bool filled = false;  // anything at all
};

class Mailbox {
 public:
  // [any] `write` changes the mail under the lock. True: the mailbox was empty, so that its reader
  // must be woken.
  template <class Write>
  bool put(Write write) {
    ::AcquireSRWLockExclusive(&lock_);
    const bool was_empty = !mail_.filled;
    mail_.filled = true;
    write(mail_);
    ::ReleaseSRWLockExclusive(&lock_);
    return was_empty;
  }

  // The reader alone.
  Mail take() {
    ::AcquireSRWLockExclusive(&lock_);
    const Mail mail = mail_;
    mail_ = Mail{};
    ::ReleaseSRWLockExclusive(&lock_);
    return mail;
  }

 private:
  SRWLOCK lock_ = SRWLOCK_INIT;
  Mail mail_;
};

}  // namespace tenon::mpm
