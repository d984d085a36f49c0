// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <tenon/cpp/host.hpp>
#include <tenon/option.h>

// Options are declared once, beside the struct that holds them:
//
//   struct Config {
//     std::string greeting;
//     std::chrono::milliseconds patience{};
//   };
//   static constexpr auto options = std::tuple{
//       tenon::option("greeting", &Config::greeting, "What to say.", "\"Hello\""),
//       tenon::option("patience", &Config::patience, "How long to wait.", "\"5s\"").range(0, 6e10),
//   };
//
// The kernel validates and merges what operators write; the module gets a filled Config. Without a
// default an option that is not written keeps what Config initialises it with.
namespace tenon {

// A file or folder: relative to the data root where written so, absolute when read.
struct Path {
  std::string text;
};
// What is in a file that the operator names, as it was at the (re)load.
struct File {
  std::string content;
};
// A number of bytes, which may be written as "64KiB".
struct Size {
  int64_t bytes = 0;
};
using StringMap = std::map<std::string, std::string, std::less<>>;

// How a C++ type is written in TOML and read back. `text` and `number` tell how one value is made.
template <class T>
struct OptionType;

template <>
struct OptionType<bool> {
  static constexpr int32_t kType = TENON_T_BOOL;
  static bool number(int64_t value) { return value != 0; }
};
template <std::integral T>
struct OptionType<T> {
  static constexpr int32_t kType = TENON_T_INT;
  static T number(int64_t value) { return static_cast<T>(value); }
};
template <std::floating_point T>
struct OptionType<T> {
  static constexpr int32_t kType = TENON_T_FLOAT;
};
template <class Rep, class Period>
struct OptionType<std::chrono::duration<Rep, Period>> {
  static constexpr int32_t kType = TENON_T_DURATION_NS;
  static auto number(int64_t value) {
    using Duration = std::chrono::duration<Rep, Period>;
    return std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(value));
  }
};
template <>
struct OptionType<Size> {
  static constexpr int32_t kType = TENON_T_SIZE;
  static Size number(int64_t value) { return {value}; }
};
template <>
struct OptionType<std::string> {
  static constexpr int32_t kType = TENON_T_STRING;
  static std::string text(std::string_view value) { return std::string(value); }
};
template <>
struct OptionType<Path> {
  static constexpr int32_t kType = TENON_T_PATH;
  static Path text(std::string_view value) { return {std::string(value)}; }
};
template <>
struct OptionType<File> {
  static constexpr int32_t kType = TENON_T_FILE;
  static File text(std::string_view value) { return {std::string(value)}; }
};
template <>
struct OptionType<StringMap> {
  static constexpr int32_t kType = TENON_T_STRING_MAP;
};
// A list. (A bool is no element: its vector is not a container of bool.)
template <class T>
requires(!std::same_as<T, bool>) struct OptionType<std::vector<T>> {
  static constexpr int32_t kType = OptionType<T>::kType;
  static constexpr uint32_t kFlags = TENON_OPT_LIST;
};
// Empty where the option is not written and has no default.
template <class T>
struct OptionType<std::optional<T>> : OptionType<T> {};

namespace detail {

template <class T>
concept FromNumber = requires(int64_t value) {
  OptionType<T>::number(value);
};
template <class T>
concept FromText = requires(std::string_view value) {
  OptionType<T>::text(value);
};

template <class T>
constexpr uint32_t flags_of() {
  if constexpr (requires { OptionType<T>::kFlags; }) return OptionType<T>::kFlags;
  return 0;
}

// So that no value is ever cut to fit: what an int can't hold is out of range.
template <class T>
constexpr void limit_to_type(tenon_option& row) {
  row.min = 1;
  row.max = 0;  // unbounded
  if constexpr (std::integral<T> && !std::same_as<T, bool>) {
    if (sizeof(T) == sizeof(int64_t) && std::signed_integral<T>) return;
    row.min = static_cast<double>(std::numeric_limits<T>::min());
    row.max = static_cast<double>(std::numeric_limits<T>::max());
    if (sizeof(T) == sizeof(int64_t)) row.max = 9'223'372'036'854'774'784.0;
  }
}

template <class T>
void read(const tenon_cfg* cfg, uint32_t index, T& out) {
  if constexpr (std::floating_point<T>) {
    double value = 0;
    if (loaded.host->cfg->f64(cfg, index, &value) == TENON_OK) out = static_cast<T>(value);
  } else if constexpr (FromNumber<T>) {
    int64_t value = 0;
    if (loaded.host->cfg->i64(cfg, index, &value) == TENON_OK) out = OptionType<T>::number(value);
  } else {
    tenon_str value{};
    if (loaded.host->cfg->str(cfg, index, &value) == TENON_OK) {
      out = OptionType<T>::text(view(value));
    }
  }
}

inline void read(const tenon_cfg* cfg, uint32_t index, StringMap& out) {
  size_t count = 0;
  if (loaded.host->cfg->count(cfg, index, &count) != TENON_OK) return;
  out.clear();
  for (size_t i = 0; i < count; ++i) {
    tenon_str key{};
    tenon_str value{};
    if (loaded.host->cfg->pair(cfg, index, i, &key, &value) != TENON_OK) return;
    out.emplace(view(key), view(value));
  }
}

template <class T>
void read(const tenon_cfg* cfg, uint32_t index, std::vector<T>& out) {
  size_t count = 0;
  if (loaded.host->cfg->count(cfg, index, &count) != TENON_OK) return;
  out.clear();
  for (size_t i = 0; i < count; ++i) {
    if constexpr (FromNumber<T>) {
      int64_t value = 0;
      if (loaded.host->cfg->item_i64(cfg, index, i, &value) != TENON_OK) return;
      out.push_back(OptionType<T>::number(value));
    } else {
      tenon_str value{};
      if (loaded.host->cfg->item(cfg, index, i, &value) != TENON_OK) return;
      out.push_back(OptionType<T>::text(view(value)));
    }
  }
}

template <class T>
void read(const tenon_cfg* cfg, uint32_t index, std::optional<T>& out) {
  tenon_str text{};
  int64_t number = 0;
  double real = 0;
  size_t count = 0;
  const tenon_cfg_api& api = *loaded.host->cfg;
  const bool given =
      api.str(cfg, index, &text) == TENON_OK || api.i64(cfg, index, &number) == TENON_OK ||
      api.f64(cfg, index, &real) == TENON_OK || api.count(cfg, index, &count) == TENON_OK;
  if (given) read(cfg, index, out.emplace());
}

}  // namespace detail

// One option of a module whose options are read into `Config`.
template <class Config, class Field>
struct Option {
  Field Config::*member;
  tenon_option row;

  constexpr Option required() const {
    Option changed = *this;
    changed.row.flags |= TENON_OPT_REQUIRED;
    return changed;
  }
  // TENON_IN_...; an option is allowed everywhere unless this says otherwise.
  constexpr Option scopes(uint32_t scopes) const {
    Option changed = *this;
    changed.row.scopes = scopes;
    return changed;
  }
  // Of numbers, durations (in nanoseconds) and sizes (in bytes).
  constexpr Option range(double min, double max) const {
    Option changed = *this;
    changed.row.min = min;
    changed.row.max = max;
    return changed;
  }
  // "a|b|c": a string that is one of these.
  constexpr Option choices(const char* words) const {
    Option changed = *this;
    changed.row.type = TENON_T_ENUM;
    changed.row.choices = words;
    return changed;
  }
  // A string that is never shown, and may be written as { file = "run/key" }.
  constexpr Option secret() const {
    Option changed = *this;
    changed.row.flags |= TENON_OPT_SECRET;
    return changed;
  }
  // "A|B": how other servers spell it, for "did you mean".
  constexpr Option aliases(const char* words) const {
    Option changed = *this;
    changed.row.aliases = words;
    return changed;
  }
};

// `doc` is one sentence. `toml_default` is TOML text, such as "\"30s\"" or "[\"a\", \"b\"]".
template <class Config, class Field>
constexpr Option<Config, Field> option(
    const char* name, Field Config::*member, const char* doc, const char* toml_default = nullptr
) {
  tenon_option row{};
  row.struct_size = sizeof(tenon_option);
  row.type = OptionType<Field>::kType;
  row.flags = detail::flags_of<Field>();
  row.scopes = TENON_IN_ALL;
  row.name = name;
  row.doc = doc;
  row.default_toml = toml_default;
  detail::limit_to_type<Field>(row);
  return {member, row};
}

}  // namespace tenon
