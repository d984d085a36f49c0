// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>
#include <string>
#include <vector>

#include <tenon/cpp/module.hpp>

#include <gtest/gtest.h>

namespace tenon {
namespace {

// What a module did to its host.
struct Seen {
  std::vector<std::string> errors;
  std::vector<std::string> findings;  // "option 0: text"
  int32_t status = 0;
  std::string body;
  std::string fields;
  tenon_status answer = TENON_OK;
};
Seen seen;

void TENON_CALL set_error(tenon_self*, tenon_req*, tenon_str text) noexcept {
  seen.errors.emplace_back(view(text));
}
tenon_status TENON_CALL respond(
    tenon_req*, int32_t status, const tenon_header* fields, size_t count, tenon_buf body
) noexcept {
  seen.status = status;
  seen.body = view(body);
  for (size_t i = 0; i < count; ++i) {
    seen.fields.append(view(fields[i].name)).append("=").append(view(fields[i].value)).append(";");
  }
  return seen.answer;
}
tenon_status TENON_CALL
header_get(tenon_req*, int32_t side, tenon_str name, tenon_str* out) noexcept {
  if (side != TENON_REQUEST_HEADERS || view(name) != "accept") return TENON_E_NOT_FOUND;
  *out = TENON_LIT("text/html");
  return TENON_OK;
}
void TENON_CALL diag(const tenon_cfg*, uint32_t option, int32_t, tenon_str text) noexcept {
  seen.findings.push_back("option " + std::to_string(option) + ": " + std::string(view(text)));
}
// Every number is 300, every text "written"; option 2 has two elements; option 3 is not given.
tenon_status TENON_CALL i64(const tenon_cfg*, uint32_t option, int64_t* out) noexcept {
  *out = 300;
  return option == 3 ? TENON_E_NOT_FOUND : TENON_OK;
}
tenon_status TENON_CALL text(const tenon_cfg*, uint32_t option, tenon_str* out) noexcept {
  *out = TENON_LIT("written");
  return option == 3 ? TENON_E_NOT_FOUND : TENON_OK;
}
tenon_status TENON_CALL real(const tenon_cfg*, uint32_t, double*) noexcept {
  return TENON_E_ARG;
}
tenon_status TENON_CALL count(const tenon_cfg*, uint32_t option, size_t* out) noexcept {
  *out = 2;
  return option == 2 ? TENON_OK : TENON_E_ARG;
}
tenon_status TENON_CALL item(const tenon_cfg*, uint32_t, size_t index, tenon_str* out) noexcept {
  static constexpr tenon_str kItems[] = {TENON_LIT("first"), TENON_LIT("second")};
  *out = kItems[index];
  return TENON_OK;
}

const tenon_host& fake_host() {
  static tenon_cfg_api cfg{};
  cfg.struct_size = sizeof cfg;
  cfg.i64 = i64;
  cfg.f64 = real;
  cfg.str = text;
  cfg.count = count;
  cfg.item = item;
  cfg.diag = diag;
  static tenon_host host{};
  host.struct_size = sizeof host;
  host.cfg = &cfg;
  host.set_error = set_error;
  host.respond = respond;
  host.header_get = header_get;
  return host;
}

class ModuleWrapper : public testing::Test {
 protected:
  void SetUp() override { seen = {}; }

  template <class M>
  const tenon_module& load() {
    const tenon_module& module = *detail::Glue<M>::table("sample", "com.example.sample", "1.2.3");
    EXPECT_EQ(module.load(nullptr, &fake_host()), TENON_OK);
    return module;
  }
  template <class M>
  tenon_verdict run(size_t hook) {
    const tenon_module& module = load<M>();
    void* instance = nullptr;
    EXPECT_EQ(module.create(nullptr, nullptr, &instance), TENON_OK);
    const tenon_verdict verdict = module.hooks[hook].call(instance, nullptr, &info_);
    module.destroy(instance);
    return verdict;
  }

  tenon_req_info info_{};
};

struct Everything {
  struct Config {
    int times = 0;
    std::string word;
    std::vector<std::string> list;
    std::optional<std::string> absent;
    std::optional<std::chrono::nanoseconds> patience;
  };
  static constexpr auto options = std::tuple{
      option("times", &Config::times, "How often.", "1").range(1, 1000).scopes(TENON_IN_SERVER),
      option("word", &Config::word, "What.").required().choices("written|said").aliases("Word"),
      option("list", &Config::list, "Which."),
      option("absent", &Config::absent, "Never."),
      option("patience", &Config::patience, "How long."),
  };
  static constexpr const char* needs[] = {"tenon.files/1", nullptr};
  static constexpr const char* after[] = {"com.example.other", nullptr};
  static constexpr const char* summary = "does everything";
  static constexpr int32_t run = TENON_RUN_POOL;

  explicit Everything(Config read) : config(std::move(read)) {}

  Verdict post_read(Request&) const { return Verdict::Next; }
  Verdict rewrite(Request&) const { return Verdict::Next; }
  Verdict access(Request& request) const {
    return request.text(403, request.header("accept").value_or("none"));
  }
  Verdict handle(Request& request) const {
    std::string body = std::to_string(config.times) + " " + config.word;
    for (const std::string& one : config.list) {
      body += " " + one;
    }
    body += config.absent ? " given" : " absent";
    body += config.patience ? " " + std::to_string(config.patience->count()) : " impatient";
    return request.text(200, body);
  }
  void response(Request&) const {}
  void log(Request&) const { throw std::runtime_error("the log broke"); }

  Config config;
};

TEST_F(ModuleWrapper, DescribesTheClassAsATable) {
  const tenon_module& module = load<Everything>();

  EXPECT_EQ(module.struct_size, sizeof module);
  EXPECT_EQ(module.magic, TENON_MODULE_MAGIC);
  EXPECT_EQ(module.abi_minor, TENON_ABI_MINOR);
  EXPECT_STREQ(module.name, "sample");
  EXPECT_STREQ(module.id, "com.example.sample");
  EXPECT_STREQ(module.version, "1.2.3");
  EXPECT_STREQ(module.summary, "does everything");
  EXPECT_STREQ(module.needs[0], "tenon.files/1");
  ASSERT_EQ(module.n_hooks, 6u);
  for (int32_t phase = TENON_PH_POST_READ; phase <= TENON_PH_LOG; ++phase) {
    const tenon_hook& hook = module.hooks[phase - 1];
    EXPECT_EQ(hook.phase, phase);
    EXPECT_EQ(hook.run, phase == TENON_PH_HANDLER ? TENON_RUN_POOL : TENON_RUN_LOOP);
    EXPECT_STREQ(hook.after[0], "com.example.other");
    EXPECT_EQ(hook.before, nullptr);
  }
}

TEST_F(ModuleWrapper, DescribesTheOptions) {
  const tenon_module& module = load<Everything>();

  ASSERT_EQ(module.n_options, 5u);
  const tenon_option* options = module.options;
  EXPECT_EQ(options[0].type, TENON_T_INT);
  EXPECT_EQ(options[0].scopes, static_cast<uint32_t>(TENON_IN_SERVER));
  EXPECT_EQ(options[0].max, 1000);
  EXPECT_STREQ(options[0].default_toml, "1");
  EXPECT_EQ(options[1].type, TENON_T_ENUM);
  EXPECT_EQ(options[1].flags, static_cast<uint32_t>(TENON_OPT_REQUIRED));
  EXPECT_STREQ(options[1].choices, "written|said");
  EXPECT_EQ(options[2].type, TENON_T_STRING);
  EXPECT_EQ(options[2].flags, static_cast<uint32_t>(TENON_OPT_LIST));
  EXPECT_EQ(options[4].type, TENON_T_DURATION_NS);
  EXPECT_GT(options[4].min, options[4].max) << "unbounded";
}

TEST_F(ModuleWrapper, BoundsIntegersToTheirType) {
  struct Config {
    int8_t small = 0;
    uint64_t large = 0;
    int64_t any = 0;
  };

  EXPECT_EQ(option("x", &Config::small, "").row.min, -128);
  EXPECT_EQ(option("x", &Config::small, "").row.max, 127);
  EXPECT_EQ(option("x", &Config::large, "").row.min, 0);
  EXPECT_GT(option("x", &Config::any, "").row.min, option("x", &Config::any, "").row.max);
}

TEST_F(ModuleWrapper, FillsTheConfig) {
  EXPECT_EQ(run<Everything>(TENON_PH_HANDLER - 1), TENON_FINISHED);

  EXPECT_EQ(seen.status, 200);
  EXPECT_EQ(seen.body, "300 written first second absent 300");
  EXPECT_EQ(seen.fields, "Content-Type=text/plain; charset=utf-8;");
}

TEST_F(ModuleWrapper, CallsTheHookOfEachPhase) {
  EXPECT_EQ(run<Everything>(TENON_PH_POST_READ - 1), TENON_NEXT);
  EXPECT_EQ(run<Everything>(TENON_PH_RESPONSE - 1), TENON_NEXT);
  EXPECT_EQ(seen.status, 0);
  EXPECT_EQ(run<Everything>(TENON_PH_ACCESS - 1), TENON_FINISHED);
  EXPECT_EQ(seen.status, 403);
  EXPECT_EQ(seen.body, "text/html");
}

TEST_F(ModuleWrapper, TurnsAnExceptionIntoAFailure) {
  EXPECT_EQ(run<Everything>(TENON_PH_LOG - 1), TENON_FAILED);

  EXPECT_EQ(seen.errors, std::vector<std::string>{"the log broke"});
}

TEST_F(ModuleWrapper, TellsWhyAnAnswerWasRefused) {
  seen.answer = TENON_E_STATE;

  EXPECT_EQ(run<Everything>(TENON_PH_HANDLER - 1), TENON_FAILED);

  EXPECT_EQ(seen.errors, std::vector<std::string>{"respond was refused with status -6"});
}

struct Reader {
  Verdict handle(Request& request) const { return request.method_not_allowed("GET, HEAD"); }
};

TEST_F(ModuleWrapper, NamesTheMethodsThatAreAllowed) {
  EXPECT_EQ(run<Reader>(0), TENON_FINISHED);

  EXPECT_EQ(seen.status, 405);
  EXPECT_EQ(seen.fields, "Allow=GET, HEAD;Content-Type=text/plain; charset=utf-8;");
}

struct Plain {
  Verdict handle(Request& request) const {
    if (request.in_pool()) throw 42;
    return Verdict::RerunInPool;
  }
};

TEST_F(ModuleWrapper, NeedsNoConfig) {
  const tenon_module& module = load<Plain>();

  EXPECT_EQ(module.n_options, 0u);
  EXPECT_EQ(module.n_hooks, 1u);
  EXPECT_EQ(module.check, nullptr);
  EXPECT_EQ(module.needs, nullptr);
  EXPECT_EQ(run<Plain>(0), TENON_RERUN_IN_POOL);
  info_.flags = TENON_REQ_IN_POOL;
  EXPECT_EQ(run<Plain>(0), TENON_FAILED);
  EXPECT_EQ(seen.errors, std::vector<std::string>{"an exception that is no std::exception"});
}

struct Picky {
  struct Config {
    int times = 0;
    std::string word;
  };
  static constexpr auto options = std::tuple{
      option("times", &Config::times, "How often."), option("word", &Config::word, "What.")};

  static void check(const Config& config, Setup& setup) {
    if (config.times == 300) setup.error("times", "300 is too often");
    setup.warning("word", "is odd");
  }
  Picky(Config, Setup& setup) { setup.error("word", "cannot be said"); }
  Verdict handle(Request&) const { return Verdict::Next; }
};

TEST_F(ModuleWrapper, RefusesAConfigurationByItsFindings) {
  const tenon_module& module = load<Picky>();
  void* instance = nullptr;

  EXPECT_EQ(module.check(nullptr, nullptr), TENON_E_FAIL);
  EXPECT_EQ(module.create(nullptr, nullptr, &instance), TENON_E_FAIL);

  EXPECT_EQ(instance, nullptr);
  EXPECT_EQ(
      seen.findings,
      (std::vector<std::string>{
          "option 0: 300 is too often", "option 1: is odd", "option 1: cannot be said"})
  );
}

struct Throws {
  Throws() { throw std::runtime_error("no luck"); }
  Verdict handle(Request&) const { return Verdict::Next; }
};

TEST_F(ModuleWrapper, RefusesWhenTheConstructorThrows) {
  const tenon_module& module = load<Throws>();
  void* instance = nullptr;

  EXPECT_EQ(module.create(nullptr, nullptr, &instance), TENON_E_FAIL);

  EXPECT_EQ(seen.errors, std::vector<std::string>{"no luck"});
}

}  // namespace
}  // namespace tenon
