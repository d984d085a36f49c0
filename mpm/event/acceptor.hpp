// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "event/listening.hpp"
#include "event/watched.hpp"

namespace tenon::mpm {

class IoThread;

// One listener as one I/O thread has it. Used by its thread alone.
class Acceptor final : public Watched {
 public:
  static constexpr std::uint64_t kPauseNsMin = 100'000'000;
  static constexpr std::uint64_t kPauseNsMax = 1'000'000'000;

  Acceptor(IoThread& thread, Listening& listening) : thread_(thread), listening_(listening) {}
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  void start();
  void on_ready(std::uint32_t events) override;
  // The pause after a fault is over.
  void on_deadline() override { start(); }
  // A connection has ended: there may be room again.
  void on_room();

  Acceptor* next = nullptr;  // in the mail

 private:
  void pause();
  void pause_for_fault();

  IoThread& thread_;
  Listening& listening_;
  bool lacks_room_ = false;
  std::uint64_t pause_ns_ = 0;  // the last one after a fault; 0: all is well
};

}  // namespace tenon::mpm
