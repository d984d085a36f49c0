// SPDX-License-Identifier: Apache-2.0
#include "winnt/service.hpp"

#include <vector>

#include <gmock/gmock.h>

namespace tenon::mpm {
namespace {

using testing::ElementsAre;

class ServiceTest : public testing::Test {
 protected:
  DWORD state() const { return told_.back().dwCurrentState; }
  std::vector<Request> asked() {
    std::vector<Request> requests;
    for (const Asked& asked : inbox_.take())
      requests.push_back(asked.request);
    return requests;
  }

  std::vector<SERVICE_STATUS> told_;
  Inbox inbox_;
  Service service_{inbox_, [this](const SERVICE_STATUS& status) { told_.push_back(status); }};
};

TEST_F(ServiceTest, RunsOnceItsFirstChildServes) {
  service_.starting();
  EXPECT_EQ(state(), DWORD{SERVICE_START_PENDING});

  service_.ready(1, "", true);

  EXPECT_EQ(state(), DWORD{SERVICE_RUNNING});
  EXPECT_EQ(
      told_.back().dwControlsAccepted,
      DWORD{
          SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN | SERVICE_ACCEPT_PRESHUTDOWN |
          SERVICE_ACCEPT_PARAMCHANGE}
  );
}

TEST_F(ServiceTest, ShowsProgressEverySecondWhileItStartsAndStops) {
  service_.starting();
  service_.alive(5 * Service::kCheckpointNs);
  service_.alive(5 * Service::kCheckpointNs + 1);  // within the second
  service_.alive(6 * Service::kCheckpointNs);
  EXPECT_EQ(told_.back().dwCheckPoint, 3u);

  service_.ready(1, "", true);
  service_.alive(9 * Service::kCheckpointNs);
  EXPECT_EQ(told_.back().dwCheckPoint, 0u);

  service_.stopping();
  service_.alive(10 * Service::kCheckpointNs);
  EXPECT_EQ(told_.back().dwCheckPoint, 2u);
}

TEST_F(ServiceTest, StopsWhenTheMachineDoes) {
  for (const DWORD control :
       {DWORD{SERVICE_CONTROL_STOP},
        DWORD{SERVICE_CONTROL_SHUTDOWN},
        DWORD{SERVICE_CONTROL_PRESHUTDOWN}}) {
    service_.starting();
    service_.ready(1, "", true);
    EXPECT_EQ(service_.control(control), DWORD{NO_ERROR});
    EXPECT_EQ(state(), DWORD{SERVICE_STOP_PENDING});
    EXPECT_THAT(asked(), ElementsAre(Request::Stop));
  }
}

TEST_F(ServiceTest, ReloadsByHttpdsControlAndByParamchange) {
  service_.starting();
  service_.ready(1, "", true);

  EXPECT_EQ(service_.control(128), DWORD{NO_ERROR});
  EXPECT_EQ(service_.control(SERVICE_CONTROL_PARAMCHANGE), DWORD{NO_ERROR});

  EXPECT_THAT(asked(), ElementsAre(Request::Reload, Request::Reload));
  EXPECT_EQ(state(), DWORD{SERVICE_RUNNING});
}

TEST_F(ServiceTest, RepeatsItsStateAndRefusesOtherControls) {
  service_.starting();

  EXPECT_EQ(service_.control(SERVICE_CONTROL_INTERROGATE), DWORD{NO_ERROR});
  EXPECT_EQ(service_.control(SERVICE_CONTROL_PAUSE), DWORD{ERROR_CALL_NOT_IMPLEMENTED});

  EXPECT_EQ(told_.size(), 2u);
}

TEST_F(ServiceTest, IsNotRunningAgainOnceItStops) {
  service_.starting();
  service_.stopping();

  service_.ready(1, "", true);

  EXPECT_EQ(state(), DWORD{SERVICE_STOP_PENDING});
}

TEST_F(ServiceTest, EndsWithTheExitCodeOfTheServer) {
  service_.stopped(kConfig);

  EXPECT_EQ(state(), DWORD{SERVICE_STOPPED});
  EXPECT_EQ(told_.back().dwWin32ExitCode, DWORD{ERROR_SERVICE_SPECIFIC_ERROR});
  EXPECT_EQ(told_.back().dwServiceSpecificExitCode, 2u);
}

}  // namespace
}  // namespace tenon::mpm
