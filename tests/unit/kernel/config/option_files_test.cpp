// SPDX-License-Identifier: Apache-2.0
#include "config/option_files.hpp"

#include <gmock/gmock.h>

#include "base/limits.hpp"
#include "tests/unit/kernel/config/option_tables.hpp"

namespace tenon::config {
namespace {

using ::testing::ElementsAre;
using testing::list;
using testing::Merged;
using testing::option;
using testing::secret;

std::string path_of(const std::string& name) {
  return Merged::root() + "/" + name;
}

TEST(OptionFiles, NotesWhatIsWantedOnce) {
  OptionFiles files;

  EXPECT_EQ(files.find("/b"), nullptr);
  EXPECT_EQ(files.find("/a"), nullptr);
  EXPECT_EQ(files.find("/b"), nullptr);

  EXPECT_THAT(files.wanted(), ElementsAre("/b", "/a"));
  files.add({{"/a", "", "bytes"}});
  EXPECT_THAT(files.wanted(), ElementsAre("/b"));
  ASSERT_NE(files.find("/a"), nullptr);
  EXPECT_EQ(files.find("/a")->bytes, "bytes");
}

TEST(OptionFiles, RefusesMoreThanTheLimit) {
  OptionFiles files;
  for (size_t i = 0; i < limits::kOptionFilesMax; ++i) {
    EXPECT_EQ(files.find("/" + std::to_string(i)), nullptr);
  }

  ASSERT_NE(files.find("/one/more"), nullptr);
  EXPECT_EQ(files.find("/one/more")->refusal, "options name more than 256 files");
  EXPECT_EQ(files.wanted().size(), limits::kOptionFilesMax);
}

TEST(FileOption, IsTheContentOfTheFile) {
  Merged merged({option(TENON_T_FILE, "page"), list(TENON_T_FILE, "all")});
  merged.files.add({{path_of("a"), "", std::string("A\0", 2)}, {path_of("b"), "", ""}});
  merged.write(TENON_IN_ROUTE, "page = \"a\"\nall = [\"./b\", \"a\"]");

  const tenon_cfg& cfg = merged.merge();

  EXPECT_EQ(merged.said(), "");
  EXPECT_EQ(std::get<std::string>(cfg.values[0]), std::string("A\0", 2));
  EXPECT_THAT(
      std::get<std::vector<std::string>>(cfg.values[1]), ElementsAre("", std::string("A\0", 2))
  );
  EXPECT_TRUE(merged.files.wanted().empty());
}

TEST(FileOption, NamesTheFilesThatAreWanted) {
  Merged merged({option(TENON_T_FILE, "page"), secret("key")});
  merged.write(TENON_IN_ROUTE, "page = \"a\"\nkey = { file = \"run/key\" }");

  merged.merge();

  EXPECT_THAT(merged.files.wanted(), ElementsAre(path_of("a"), path_of("run/key")));
}

TEST(FileOption, SaysWhyAFileCannotBeUsed) {
  Merged merged({option(TENON_T_FILE, "page")});
  merged.files.add({{path_of("a"), "no such file", ""}});
  merged.write(TENON_IN_ROUTE, "\n  page = \"a\"").merge();

  EXPECT_EQ(
      merged.said(),
      "route:2:10: error: hello.page: cannot use \"" + path_of("a") + "\": no such file"
  );
}

struct Secret {
  std::string content;
  std::string value;  // or what is said
};

TEST(SecretOption, IsTheOneLineOfItsFile) {
  const Secret good[] = {
      {"hunter2", "hunter2"}, {"hunter2\n", "hunter2"}, {"hunter2\r\n", "hunter2"}, {" a ", " a "}};
  for (const Secret& secret_file : good) {
    Merged merged({secret("key")});
    merged.files.add({{path_of("k"), "", secret_file.content}});
    merged.write(TENON_IN_ROUTE, "key = { file = \"k\" }");
    EXPECT_EQ(merged.merge().values[0], Value(secret_file.value)) << merged.said();
  }
}

TEST(SecretOption, RefusesAFileThatIsNotOneLine) {
  const Secret bad[] = {
      {"", "is empty"},
      {"\n", "is empty"},
      {"a\nb", "has more than one line"},
      {"a\n\n", "has more than one line"},
      {std::string("a\0b", 3), "is not text"},
      {"\xFF", "is not text"},
      {std::string(limits::kSecretBytesMax + 1, 'a'), "is larger than 4 KiB"}};
  for (const Secret& secret_file : bad) {
    Merged merged({secret("key")});
    merged.files.add({{path_of("k"), "", secret_file.content}});
    merged.write(TENON_IN_ROUTE, "key = { file = \"k\" }").merge();
    EXPECT_EQ(merged.said(), "route:1:16: error: hello.key: the file \"k\" " + secret_file.value);
  }
}

TEST(SecretOption, HasTwoForms) {
  Merged merged({secret("key"), option(TENON_T_STRING, "open")});
  merged.write(TENON_IN_SERVER, "key = \"x\"\nopen = { file = \"k\" }").merge();
  merged.write(TENON_IN_SITE, "key = { path = \"k\" }").merge();

  EXPECT_EQ(
      merged.said(),
      "server:2:8: error: hello.open must be a string, not a table\n"
      "site:1:7: error: hello.key must be a string, or { file = \"...\" } for a file's one line"
  );
}

TEST(SecretOption, IsTakenOutOfWhatAModuleSays) {
  Merged merged({secret("key"), option(TENON_T_STRING, "open")});
  merged.write(TENON_IN_ROUTE, "key = \"hunter2\"\nopen = \"hunter\"");
  tenon_cfg& cfg = const_cast<tenon_cfg&>(merged.merge());
  Diagnostics findings;
  cfg.findings = &findings;

  cfg_api().diag(&cfg, 1, TENON_LOG_ERROR, {"hunter2, not hunter; hunter2!", 29});

  EXPECT_EQ(findings.text(), "route:2:8: error: (secret), not hunter; (secret)!");
}

}  // namespace
}  // namespace tenon::config
