// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <mutex>
#include <unordered_set>

#include <tenon/host.h>
#include <tenon/mpm.h>

namespace tenon::module {

// What modules have done on pool threads: tenon_host::run_blocking. Each piece runs once or is
// dropped once.
class BlockingWork {
 public:
  BlockingWork() = default;
  ~BlockingWork() { stop(); }
  BlockingWork(const BlockingWork&) = delete;
  BlockingWork& operator=(const BlockingWork&) = delete;

  // [control] Pool threads are there; `section` may be null.
  void start(const tenon_mpm_child& mpm, tenon_section* section);
  // [control] They have ended: drops what was not run. Nothing is taken any more.
  void stop();

  using Function = void(TENON_CALL*)(void* data);
  // [any] `module` names whose it is, and lives as long as the process.
  tenon_status run(const char* module, Function work, void* data, tenon_release_fn drop);

 private:
  struct Job {
    tenon_work work{};  // first, so that the work's address is the job's
    BlockingWork* owner = nullptr;
    const char* module = nullptr;
    Function function = nullptr;
    void* data = nullptr;
    tenon_release_fn drop = nullptr;
  };
  static void TENON_CALL run_job(tenon_work* work, uint32_t thread) noexcept;
  std::unique_ptr<Job> take(Job* job);

  std::mutex mutex_;  // guards all below
  const tenon_mpm_child* mpm_ = nullptr;
  tenon_section* section_ = nullptr;
  std::unordered_set<Job*> jobs_;  // that have not begun
};

}  // namespace tenon::module
