// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <mutex>

#include <tenon/mpm.h>

#include "common/intrusive_queue.hpp"

namespace tenon::mpm {

class Acceptor;
class Connection;

// What other threads leave for an I/O thread. Everything is taken at once.
struct Mail {
  IntrusiveQueue<Acceptor> acceptors;
  IntrusiveQueue<Connection> adopted;
  IntrusiveQueue<tenon_work> work;
  bool drain = false;
  bool stopping = false;  // of a drain: the whole server stops, so nobody lingers for long
  std::uint64_t idle_until_ns = 0;
  bool abort = false;
  bool stop = false;
};

class Mailbox {
 public:
  // [any] `write` changes the mail under the lock. True: the mailbox was empty, so that its reader
  // must be woken.
  template <class Write>
  bool put(Write write) {
    const std::scoped_lock lock(mutex_);
    const bool was_empty = !filled_;
    filled_ = true;
    write(mail_);
    return was_empty;
  }

  // The reader alone.
  Mail take() {
    const std::scoped_lock lock(mutex_);
    const Mail mail = mail_;
    mail_ = Mail{};
    filled_ = false;
    return mail;
  }
  bool empty() {
    const std::scoped_lock lock(mutex_);
    return !filled_;
  }

 private:
  std::mutex mutex_;
  Mail mail_;
  bool filled_ = false;
};

}  // namespace tenon::mpm
