// SPDX-License-Identifier: Apache-2.0
#include "module/blocking.hpp"

#include <utility>

#include "http/context.hpp"
#include "http/hook_scope.hpp"
#include "http/io_thread.hpp"

namespace tenon::module {

void BlockingWork::start(const tenon_mpm_child& mpm, tenon_section* section) {
  const std::lock_guard<std::mutex> lock(mutex_);
  mpm_ = &mpm;
  section_ = section;
}

void BlockingWork::stop() {
  std::unordered_set<Job*> left;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    mpm_ = nullptr;
    left = std::exchange(jobs_, {});
  }
  for (Job* const job : left) {
    const std::unique_ptr<Job> owned(job);
    if (owned->drop != nullptr) owned->drop(owned->data);
  }
}

tenon_status BlockingWork::run(
    const char* module, Function work, void* data, tenon_release_fn drop
) {
  auto job = std::make_unique<Job>();
  job->work.run = run_job;
  job->owner = this;
  job->module = module;
  job->function = work;
  job->data = data;
  job->drop = drop;
  const std::lock_guard<std::mutex> lock(mutex_);  // The job may begin before we noted it down.
  if (mpm_ == nullptr) return TENON_E_STATE;
  const tenon_status taken = mpm_->run_in_pool(mpm_->context, &job->work);
  if (taken == TENON_OK) jobs_.insert(job.release());
  return taken;
}

void TENON_CALL BlockingWork::run_job(tenon_work* work, uint32_t thread) noexcept {
  static_assert(offsetof(Job, work) == 0);
  Job* const begun = reinterpret_cast<Job*>(work);
  BlockingWork& owner = *begun->owner;
  const std::unique_ptr<Job> job = owner.take(begun);
  tenon_thread_slot* const slot = http::find_slot(owner.section_, thread);
  const http::HookScope scope(slot, job->module, TENON_RUNS_BLOCKING, 0, http::now_ns());
  job->function(job->data);
}

std::unique_ptr<BlockingWork::Job> BlockingWork::take(Job* job) {
  const std::lock_guard<std::mutex> lock(mutex_);
  jobs_.erase(job);
  return std::unique_ptr<Job>(job);
}

}  // namespace tenon::module
