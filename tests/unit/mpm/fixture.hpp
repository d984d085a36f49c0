// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include <tenon/cpp/text.hpp>

#include <gtest/gtest.h>

#include "common/section_layout.hpp"
#include "platform.hpp"  // of the MPM under test: event/ or winnt/
#include "tests/support/fake_kernel.hpp"
#include "tests/support/poll.hpp"
#include "tests/support/tcp_client.hpp"

namespace tenon::mpm {

using support::FakeKernel;
using support::FakeSession;
using support::poll_until;
using support::read_on;
using support::TcpClient;

inline tenon_listener loopback_listener() {
  tenon_listener listener{};
  listener.struct_size = sizeof listener;
  listener.family = 4;
  listener.ip[0] = 127;
  listener.ip[3] = 1;
  listener.name = str("default");
  listener.address = str("127.0.0.1:0");
  listener.place = str("tenon.toml:1:1");
  return listener;
}

// A shared section in plain memory.
class TestSection {
 public:
  explicit TestSection(const SectionShape& shape)
      : memory_(new (std::align_val_t(64)) std::byte[section_bytes(shape)]),
        section_(create_section(memory_.get(), shape)) {}

  tenon_section& get() { return section_; }

 private:
  struct Free {
    void operator()(std::byte* memory) const { ::operator delete[](memory, std::align_val_t(64)); }
  };
  std::unique_ptr<std::byte[], Free> memory_;
  tenon_section& section_;
};

// The serving half of a child with a scripted kernel, on a loopback port.
class ServingTest : public testing::Test {
 protected:
  static constexpr std::uint64_t kSecond = 1'000'000'000;

  ServingTest() {
    Settings& common = common_settings(setup_);
    common.io_threads = 2;
    common.threads_per_child = 2;
    common.pool_queue = 2;
    common.max_connections = 1000;
    common.keepalive_drain_ns = kSecond;
  }
  ~ServingTest() override { stop(); }

  void serve() {
    const Settings& common = common_settings(setup_);
    section_ = std::make_unique<TestSection>(SectionShape{
        1, common.io_threads, common.threads_per_child, 1});
    setup_.host = &kernel_.host();
    setup_.section = &section_->get();
    serving_ = std::make_unique<Serving>(setup_);
    serving_->start();
    Result<Listener> listener = open_listener(loopback_listener(), 128);
    ASSERT_TRUE(listener) << listener.error().text();
    port_ = listener->port;
    serve_on(*serving_, std::move(*listener));
  }
  bool drain(DrainMode mode = DrainMode::Stop, std::uint64_t within_ns = 5 * kSecond) {
    drained_ = true;
    return serving_->drain(mode, within_ns);
  }
  void stop() {
    if (!serving_) return;
    if (!drained_) serving_->drain(DrainMode::Stop, 0);
    serving_->stop();
    serving_.reset();
  }

  const tenon_mpm_child& mpm() { return serving_->table(); }
  tenon_listener_slot& slot() { return listener_slot(section_->get(), 0); }
  bool closes_all(std::size_t n) {
    return poll_until([&] { return kernel_.count("closed") == n; });
  }

  const NetworkScope network_;
  FakeKernel kernel_;
  Serving::Setup setup_;
  std::unique_ptr<TestSection> section_;
  std::unique_ptr<Serving> serving_;
  std::uint16_t port_ = 0;
  bool drained_ = false;
};

// A piece of work that runs a function, once.
struct TestWork : tenon_work {
  using Function = std::function<void(std::uint32_t thread)>;

  explicit TestWork(Function function) : tenon_work{}, function(std::move(function)) {
    run = [](tenon_work* work, std::uint32_t thread) {
      auto& self = *static_cast<TestWork*>(work);
      self.function(thread);
      self.done = true;
    };
  }

  Function function;
  std::atomic<bool> done = false;
};

// Where work waits until a test lets it go on.
class Gate {
 public:
  TestWork::Function wait_at() {
    return [this](std::uint32_t) { wait(); };
  }
  void wait() {
    ++waiting;
    is_open_.wait(false);
  }
  void open() {
    is_open_ = true;
    is_open_.notify_all();
  }

  std::atomic<int> waiting = 0;

 private:
  std::atomic<bool> is_open_ = false;
};

}  // namespace tenon::mpm
