// SPDX-License-Identifier: Apache-2.0
#include "kernel/module/registry.hpp"

#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/base/paths.hpp"
#include "tests/unit/kernel/module/faulty_modules.hpp"

namespace tenon::module {
namespace {

using testing::HasSubstr;

// Loads modules as a child would, and what it says of them.
class Loading {
 public:
  explicit Loading(const std::vector<config::ModuleRef>& refs) : registry(services_) {
    services_.log = &log_;
    registry.load(refs, findings);
  }
  std::string text() const { return findings.text(); }

  Diagnostics findings;

 private:
  Log log_;
  Services services_;

 public:
  Registry registry;
};

std::string load_text(const config::ModuleRef& ref) {
  return Loading({ref}).text();
}

struct FaultCase {
  const char* fault;
  const char* why;  // the end of the sentence
};

std::ostream& operator<<(std::ostream& out, const FaultCase& fault) {
  return out << fault.fault;
}

class FaultyModule : public testing::TestWithParam<FaultCase> {};

TEST_P(FaultyModule, IsRefusedWithASentence) {
  const std::string text = load_text(faulty_ref(GetParam().fault));

  EXPECT_EQ(
      text,
      "tenon.toml:3:12: error: cannot load module " + faulty_file(GetParam().fault) + ": " +
          GetParam().why
  );
}

const FaultCase kFaults[] = {
    {"wrong_magic",
     "what it returned is not a tenon_module: its magic number is wrong; set it to the constant of "
     "the SDK's header"},
    {"wrong_major",
     "it was built for ABI 7.4, and this server offers 0.4; upgrade the server or rebuild the "
     "module with this server's SDK"},
    {"wrong_minor",
     "it was built for ABI 0.45, and this server offers 0.4; upgrade the server or rebuild the "
     "module with this server's SDK"},
    {"short_struct",
     "its tenon_module has 64 bytes where ABI 0.4 has 144; rebuild it with this server's SDK"},
    {"bad_name", "its name \"Bad-Name\" is not lower-case letters, digits and _ (at most 32)"},
    {"bad_id", "its id \"nodots\" is not a reversed domain name such as \"com.example.hello\""},
    {"wrong_name",
     "it calls itself \"another_name\", but modules = [\"wrong_name\"] asks for a module of that "
     "name; rename the file to mod_another_name or write its path"},
    {"refuses", "it refuses to run: it runs on Tuesdays only"},
    {"returns_nothing", "its tenon_module_v0() returned nothing and gave no reason"},
    {"needs_unknown",
     "it needs the interface \"tenon.teapot/1\", which this server does not offer"},
    {"needs_service",
     "it needs the service \"org.tenon.tests.number/1\", which no loaded module offers; load the "
     "module that does"},
    {"bad_service",
     "its load() failed: the service id \"number\" is not one such as "
     "\"com.example.sessions/2\""},
    {"bad_hook", "its hook 1 is wrong: there is no phase 99"},
    {"load_fails", "its load() failed: the licence has expired"},
    {"not_a_module", "it exports no tenon_module_v0, so it is not a Tenon module"},
    {"later_major",
     "it was built for major version 1 of the module ABI, and this server offers 0; use a build of "
     "the module for this server"},
    {"mpm_instead", "it is an MPM, not a module; it belongs into server.mpm"},
    {"httpd_module", "it seems to be an Apache httpd module, not a Tenon module"},
    {"nginx_module", "it is an nginx module, not a Tenon module"},
};

INSTANTIATE_TEST_SUITE_P(Registry, FaultyModule, testing::ValuesIn(kFaults), [](const auto& info) {
  return std::string(info.param.fault);
});

TEST(Registry, LoadsHealthyModulesInOrder) {
  Loading loading({faulty_ref("sample"), faulty_ref("healthy")});

  EXPECT_EQ(loading.text(), "");
  ASSERT_EQ(loading.registry.modules().size(), 2u);
  EXPECT_EQ(loading.registry.modules()[0]->name(), "sample");
  EXPECT_EQ(loading.registry.find("healthy"), loading.registry.modules()[1].get());
  EXPECT_EQ(loading.registry.find("absent"), nullptr);
}

TEST(Registry, NamesTheLibraryThatAModuleMisses) {
  const std::string text = load_text(faulty_ref("missing_dependency"));

  EXPECT_THAT(text, HasSubstr("it needs libvanished" TENON_MODULE_SUFFIX ", which was not found"));
}

TEST(Registry, SaysWhatIsWrongWithAnOptionTable) {
  const std::string text = load_text(faulty_ref("bad_option_table"));

  EXPECT_THAT(text, HasSubstr(": its option table is wrong: "));
  EXPECT_THAT(text, HasSubstr("size"));
}

TEST(Registry, ExplainsWhatANameInModulesMeans) {
  config::ModuleRef ref = faulty_ref("healty");

  const std::string text = load_text(ref);

  EXPECT_EQ(
      text,
      "tenon.toml:3:12: error: cannot load module " + ref.file +
          ": there is no such file (modules = [\"healty\"] means modules/mod_healty" +
          TENON_MODULE_SUFFIX + " in the program's folder); did you mean \"healthy\"?"
  );
}

TEST(Registry, DoesNotExplainAPath) {
  config::ModuleRef ref = faulty_ref("absent");
  ref.by_name = false;

  EXPECT_THAT(load_text(ref), testing::EndsWith(": there is no such file"));
}

TEST(Registry, AcceptsAnyNameFromAPath) {
  config::ModuleRef ref = faulty_ref("wrong_name");
  ref.by_name = false;

  EXPECT_EQ(load_text(ref), "");
}

TEST(Registry, RefusesASecondModuleOfTheSameIdOrName) {
  Loading loading({faulty_ref("healthy"), faulty_ref("duplicate_id"), faulty_ref("healthy")});

  EXPECT_THAT(
      loading.text(),
      HasSubstr(
          faulty_file("duplicate_id") + ": its id \"org.tenon.tests.healthy\" is that of " +
          faulty_file("healthy") + " too"
      )
  );
  EXPECT_THAT(
      loading.text(),
      HasSubstr("its name \"healthy\" is that of " + faulty_file("healthy") + " too")
  );
  EXPECT_EQ(loading.registry.modules().size(), 1u);
}

TEST(Registry, RefusesModulesThatWaitForEachOther) {
  Loading loading({faulty_ref("cycle_a"), faulty_ref("cycle_b")});

  EXPECT_EQ(
      loading.text(),
      "tenon.toml:3:12: error: the modules org.tenon.tests.cycle_a, org.tenon.tests.cycle_b each "
      "ask to run before one another in phase access; load only some of them"
  );
}

// In whatever order `modules` names them, and without changing that order.
TEST(Registry, LoadsWhoOffersBeforeWhoNeeds) {
  Loading loading({faulty_ref("needs_service"), faulty_ref("healthy"), faulty_ref("offers")});

  EXPECT_EQ(loading.text(), "");
  ASSERT_EQ(loading.registry.modules().size(), 3u);
  EXPECT_EQ(loading.registry.modules()[0]->name(), "needs_service");
  EXPECT_EQ(loading.registry.modules()[2]->name(), "offers");
}

TEST(Registry, RefusesASecondOfferOfAService) {
  Loading loading({faulty_ref("offers"), faulty_ref("offers_too")});

  EXPECT_THAT(
      loading.text(),
      testing::EndsWith(
          ": its load() failed: the service \"org.tenon.tests.number/1\" is offered by "
          "module \"offers\" too"
      )
  );
  EXPECT_EQ(loading.registry.modules().size(), 1u);
}

TEST(Registry, RefusesModulesThatNeedEachOther) {
  Loading loading({faulty_ref("circle_a"), faulty_ref("circle_b"), faulty_ref("healthy")});

  EXPECT_THAT(
      loading.text(),
      HasSubstr(
          "it needs the service \"org.tenon.tests.b/1\", which no loaded module offers; these "
          "wait for services too: \"circle_b\""
      )
  );
  EXPECT_THAT(loading.text(), HasSubstr("it needs the service \"org.tenon.tests.a/1\""));
  EXPECT_EQ(loading.registry.modules().size(), 1u);
}

TEST(Registry, ReportsEveryRefusalAtOnce) {
  Loading loading({faulty_ref("refuses"), faulty_ref("healthy"), faulty_ref("wrong_magic")});

  EXPECT_EQ(loading.findings.items().size(), 2u);
  EXPECT_EQ(loading.registry.modules().size(), 1u);
}

TEST(Registry, RefusesAFileThatIsNoLibrary) {
  // In a folder of its own: everybody may write to the one for temporary files.
  const std::string folder = testing::TempDir() + "tenon_text_folder";
  std::filesystem::create_directory(to_path(folder));
  const std::string file = folder + "/tenon_text" + TENON_MODULE_SUFFIX;
  std::ofstream(file) << "hello\n";
  config::ModuleRef ref = faulty_ref("text");
  ref.file = file;

  EXPECT_THAT(load_text(ref), HasSubstr(": it is not a "));
}

TEST(Registry, RefusesAFolder) {
  config::ModuleRef ref = faulty_ref("folder");
  ref.file = faulty_folder();

  EXPECT_THAT(load_text(ref), testing::EndsWith(": it is not a file"));
}

}  // namespace
}  // namespace tenon::module
