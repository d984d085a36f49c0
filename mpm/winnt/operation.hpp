// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "winnt/win32.hpp"

namespace tenon::mpm {

class Connection;

// One overlapped request of a connection. While it is pending, Windows owns it and the buffers that
// it names: neither may be moved or freed before the completion was taken from the port. That is
// why operations live inside the connection, and why a connection dies only when none is pending.
struct Operation : OVERLAPPED {
  using Completed = void (*)(Connection& connection, DWORD bytes, DWORD error);

  Operation(Connection& owner, Completed completed)
      : OVERLAPPED{},
        owner(owner),
        completed(completed) {}
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  // To be called right before the system call that submits it.
  void begin(std::uint64_t offset = 0) {
    static_cast<OVERLAPPED&>(*this) = {};
    Offset = static_cast<DWORD>(offset);
    OffsetHigh = static_cast<DWORD>(offset >> 32);
    pending = true;
  }

  // What the submitting call said. False: it was refused at once and no completion will follow.
  // Success at once queues a completion too, because FILE_SKIP_COMPLETION_PORT_ON_SUCCESS is not
  // set: there is one path for all results, and no recursion.
  bool submitted(bool succeeded) {
    if (succeeded || ::GetLastError() == ERROR_IO_PENDING) return true;
    pending = false;
    return false;
  }

  Connection& owner;
  const Completed completed;
  bool pending = false;
};

}  // namespace tenon::mpm
