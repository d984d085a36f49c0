// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <tenon/cpp/module.hpp>

namespace {

// Says hello, and what its options are: every kind of option is read once.
class Outside {
 public:
  struct Config {
    std::string greeting;
    bool loud = false;
    int times = 1;
    double share = 0;
    std::chrono::milliseconds patience{};
    tenon::Size room;
    std::vector<std::string> names;
    std::vector<int> numbers;
    tenon::StringMap pairs;
    std::optional<std::string> absent;
  };
  static constexpr auto options = std::tuple{
      tenon::option("greeting", &Config::greeting, "What to say.", "\"Hello from outside\""),
      tenon::option("loud", &Config::loud, "With an exclamation mark.", "true"),
      tenon::option("times", &Config::times, "How often.", "1").range(1, 3),
      tenon::option("share", &Config::share, "A fraction.", "0.5"),
      tenon::option("patience", &Config::patience, "How long.", "\"1500ms\""),
      tenon::option("room", &Config::room, "How much.", "\"64KiB\""),
      tenon::option("names", &Config::names, "Whom.", "[\"a\", \"b\"]"),
      tenon::option("numbers", &Config::numbers, "Which.", "[1, 2, 3]"),
      tenon::option("pairs", &Config::pairs, "What for.", "{ x = \"y\" }"),
      tenon::option("absent", &Config::absent, "Never given."),
  };

  explicit Outside(Config config) : text_(describe(config)) {}

  tenon::Verdict handle(tenon::Request& request) const { return request.text(200, text_); }

 private:
  static std::string describe(const Config& config) {
    std::string text = config.greeting + (config.loud ? "!\n" : "\n");
    text += "times=" + std::to_string(config.times);
    text += " share=" + std::to_string(static_cast<int>(config.share * 100));
    text += " patience=" + std::to_string(config.patience.count());
    text += " room=" + std::to_string(config.room.bytes);
    for (const std::string& name : config.names) {
      text += " name=" + name;
    }
    for (const int number : config.numbers) {
      text += " number=" + std::to_string(number);
    }
    for (const auto& [key, value] : config.pairs) {
      text += " " + key + "=" + value;
    }
    return text + (config.absent ? " absent=given\n" : "\n");
  }

  std::string text_;
};

}  // namespace

TENON_MODULE(Outside, "outside", "com.example.outside", "1.0.0")
