// SPDX-License-Identifier: Apache-2.0
#include "kernel/server/service.hpp"

#include <tenon/mpm.h>

#include <gmock/gmock.h>

namespace tenon::server {
namespace {

using Words = std::vector<std::string>;

Services services() {
  return {
      .arguments = [](const std::string& name) -> Result<Words, std::string> {
        if (name != "Site") return fail("there is no service " + name);
        return Words{"-f", "D:/site.toml", "-d", "D:/site"};
      },
      .data_root = "C:/ProgramData/Tenon"};
}

Result<CommandLine, std::string> meant(const Words& words) {
  const auto line = parse_command_line(words);
  EXPECT_TRUE(line);
  return as_service(*line, services());
}

TEST(ServiceCommand, MeansWhatTheServiceWasInstalledWith) {
  for (const Words& words :
       {Words{"-t", "-n", "Site"},
        Words{"-k", "stop", "-n", "Site"},
        Words{"-k", "runservice", "-n", "Site"},
        Words{"service", "start", "-n", "Site"},
        Words{"-k", "config", "-n", "Site"}}) {
    const auto line = meant(words);
    ASSERT_TRUE(line);
    EXPECT_EQ(line->config_file, "D:/site.toml");
    EXPECT_EQ(line->data_root, "D:/site");
  }
}

TEST(ServiceCommand, MeansWhatItSaysItself) {
  const auto line = meant({"-k", "config", "-n", "Site", "-d", "E:/other"});

  ASSERT_TRUE(line);
  EXPECT_EQ(line->config_file, "D:/site.toml");
  EXPECT_EQ(line->data_root, "E:/other");
}

TEST(ServiceCommand, NamesAServiceThatIsMissing) {
  for (const Words& words : {Words{"-t", "-n", "Sight"}, Words{"service", "start"}}) {
    const auto line = meant(words);
    ASSERT_FALSE(line);
    EXPECT_THAT(line.error(), testing::HasSubstr("there is no service"));
  }
}

TEST(ServiceCommand, InstallsInProgramDataUnlessItSaysWhere) {
  const auto line = meant({"-k", "install"});

  ASSERT_TRUE(line);
  EXPECT_EQ(line->service, "Tenon");
  EXPECT_EQ(line->data_root, "C:/ProgramData/Tenon");
}

TEST(ServiceCommand, WithoutANameMeansTheConfiguration) {
  const auto line = meant({"-k", "start"});

  ASSERT_TRUE(line);
  EXPECT_EQ(line->service, "");
  EXPECT_EQ(line->data_root, "");
}

}  // namespace
}  // namespace tenon::server
