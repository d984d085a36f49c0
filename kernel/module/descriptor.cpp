// SPDX-License-Identifier: Apache-2.0
#include "module/descriptor.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "config/config.hpp"

namespace tenon::module {
namespace {

constexpr size_t kIdBytesMax = 255;

std::string number(uint64_t value) {
  return std::to_string(value);
}

std::string version(uint32_t major, uint32_t minor) {
  return number(major) + "." + number(minor);
}

struct Head {
  const char* kind;  // "module", "MPM"
  const char* type;  // "tenon_module"
  uint32_t struct_size, magic, abi_major, abi_minor;
  uint32_t size_wanted, magic_wanted;
};

std::optional<Refusal> check_head(const Head& head) {
  if (head.magic != head.magic_wanted) {
    return std::string("what it returned is not a ") + head.type +
           ": its magic number is wrong; set it to the constant of the SDK's header";
  }
  if (head.abi_major != TENON_ABI_MAJOR || head.abi_minor != TENON_ABI_MINOR) {
    const bool newer = head.abi_major > TENON_ABI_MAJOR ||
                       (head.abi_major == TENON_ABI_MAJOR && head.abi_minor > TENON_ABI_MINOR);
    return "it was built for ABI " + version(head.abi_major, head.abi_minor) +
           ", and this server offers " + version(TENON_ABI_MAJOR, TENON_ABI_MINOR) + "; " +
           (newer ? "upgrade the server or rebuild the " : "rebuild the ") + head.kind +
           " with this server's SDK";
  }
  if (head.struct_size < head.size_wanted) {
    return std::string("its ") + head.type + " has " + number(head.struct_size) +
           " bytes where ABI " + version(TENON_ABI_MAJOR, TENON_ABI_MINOR) + " has " +
           number(head.size_wanted) + "; rebuild it with this server's SDK";
  }
  return std::nullopt;
}

void check_names(const tenon_module& module, std::vector<Refusal>& out) {
  const std::string_view name = module.name == nullptr ? "" : module.name;
  const std::string_view id = module.id == nullptr ? "" : module.id;
  if (!is_name(name)) {
    out.push_back(
        "its name " + quote(name) + " is not lower-case letters, digits and _ (at most 32)"
    );
  } else if (config::is_reserved(name)) {
    out.push_back("its name " + quote(name) + " is a word of the configuration; choose another");
  }
  if (!is_module_id(id)) {
    out.push_back(
        "its id " + quote(id) + " is not a reversed domain name such as \"com.example.hello\""
    );
  }
  if (module.version == nullptr || *module.version == '\0') out.push_back("it names no version");
}

std::string check_hook(const tenon_hook& hook) {
  if (hook.struct_size < sizeof(tenon_hook)) return "its struct_size is too small";
  if (phase_name(hook.phase).empty()) return "there is no phase " + std::to_string(hook.phase);
  if (hook.call == nullptr) return "it has no function to call";
  if (hook.run != TENON_RUN_LOOP && hook.run != TENON_RUN_POOL) {
    return "there is no way to run " + std::to_string(hook.run);
  }
  return {};
}

void check_hooks(const tenon_module& module, std::vector<Refusal>& out) {
  if (module.n_hooks == 0) {
    if (module.n_filters == 0) out.push_back("it has no hooks, so it would do nothing");
    return;
  }
  if (module.hooks == nullptr) {
    out.push_back("it announces " + number(module.n_hooks) + " hooks and gives none");
    return;
  }
  std::vector<int32_t> phases;
  for (size_t i = 0; i < module.n_hooks; ++i) {
    const tenon_hook& hook = hook_at(module, i);
    const std::string wrong = check_hook(hook);
    if (!wrong.empty()) {
      out.push_back("its hook " + number(i + 1) + " is wrong: " + wrong);
      return;  // The next element may not be where we would look.
    }
    if (std::find(phases.begin(), phases.end(), hook.phase) != phases.end()) {
      out.push_back("it has two hooks in phase " + std::string(phase_name(hook.phase)));
    }
    phases.push_back(hook.phase);
  }
}

std::string check_filter(const tenon_filter& filter) {
  if (filter.struct_size < sizeof(tenon_filter)) return "its struct_size is too small";
  if (filter.direction != TENON_FILTER_REQUEST && filter.direction != TENON_FILTER_RESPONSE) {
    return "there is no direction " + std::to_string(filter.direction);
  }
  if (filter.open == nullptr || filter.push == nullptr || filter.close == nullptr) {
    return "it lacks a function";
  }
  return {};
}

void check_filters(const tenon_module& module, std::vector<Refusal>& out) {
  if (module.n_filters != 0 && module.filters == nullptr) {
    out.push_back("it announces " + number(module.n_filters) + " body filters and gives none");
    return;
  }
  int32_t seen = 0;
  for (size_t i = 0; i < module.n_filters; ++i) {
    const tenon_filter& filter = filter_at(module, i);
    const std::string wrong = check_filter(filter);
    if (!wrong.empty()) {
      out.push_back("its body filter " + number(i + 1) + " is wrong: " + wrong);
      return;  // The next element may not be where we would look.
    }
    if ((seen & filter.direction) != 0) out.push_back("it has two body filters of one direction");
    seen |= filter.direction;
  }
}

void check_options(const config::OptionTable& table, std::vector<Refusal>& out) {
  if (table.n_options != 0 && table.options == nullptr) {
    out.push_back("it announces " + number(table.n_options) + " options and gives none");
    return;
  }
  for (const std::string& finding : config::lint(table)) {
    out.push_back("its option table is wrong: " + finding);
  }
}

// An MPM's options are read before anybody could read a file for them.
void check_mpm_options(const config::OptionTable& table, std::vector<Refusal>& out) {
  for (size_t i = 0; i < table.n_options; ++i) {
    const tenon_option& option = table.at(i);
    if (option.type != TENON_T_FILE && (option.flags & TENON_OPT_SECRET) == 0) continue;
    out.push_back("its option " + quote(option.name) + " is a file or secret; no MPM has such");
  }
}

}  // namespace

Hello::Hello() {
  table_.struct_size = sizeof table_;
  table_.abi_major = TENON_ABI_MAJOR;
  table_.abi_minor = TENON_ABI_MINOR;
  table_.server = "Tenon";
  table_.server_version = TENON_VERSION;
  table_.context = &why_;
  table_.refuse = &Hello::refuse;
}

void Hello::refuse(void* context, const char* why) noexcept {
  if (context == nullptr || why == nullptr) return;
  *static_cast<std::string*>(context) = why;
}

Refusal Hello::refusal(const std::string& entry) const {
  if (!why_.empty()) return "it refuses to run: " + why_;
  return "its " + entry + "() returned nothing and gave no reason";
}

std::vector<Refusal> check_module(const tenon_module& module) {
  const Head head{
      "module",
      "tenon_module",
      module.struct_size,
      module.magic,
      module.abi_major,
      module.abi_minor,
      sizeof(tenon_module),
      TENON_MODULE_MAGIC};
  if (const auto wrong = check_head(head)) return {*wrong};
  std::vector<Refusal> findings;
  check_names(module, findings);
  check_hooks(module, findings);
  check_filters(module, findings);
  if (findings.empty()) {
    check_options({module.name, module.id, module.options, module.n_options}, findings);
  }
  return findings;
}

std::vector<Refusal> check_mpm(const tenon_mpm& mpm) {
  const Head head{
      "MPM",
      "tenon_mpm",
      mpm.struct_size,
      mpm.magic,
      mpm.abi_major,
      mpm.abi_minor,
      sizeof(tenon_mpm),
      TENON_MPM_MAGIC};
  if (const auto wrong = check_head(head)) return {*wrong};
  std::vector<Refusal> findings;
  if (mpm.name == nullptr || !is_name(mpm.name)) {
    findings.push_back("its name is not lower-case letters, digits and _ (at most 32)");
  }
  if (mpm.version == nullptr) findings.push_back("it names no version");
  if (mpm.control_main == nullptr || mpm.child_main == nullptr) {
    findings.push_back("it has no control_main or no child_main");
  }
  const config::OptionTable table = {
      mpm.name == nullptr ? "" : mpm.name, "", mpm.options, mpm.n_options};
  if (findings.empty()) check_options(table, findings);
  if (findings.empty()) check_mpm_options(table, findings);
  return findings;
}

const tenon_hook& hook_at(const tenon_module& module, size_t index) {
  const char* first = reinterpret_cast<const char*>(module.hooks);
  return *reinterpret_cast<const tenon_hook*>(first + index * module.hooks->struct_size);
}

const tenon_filter& filter_at(const tenon_module& module, size_t index) {
  const char* first = reinterpret_cast<const char*>(module.filters);
  return *reinterpret_cast<const tenon_filter*>(first + index * module.filters->struct_size);
}

std::string_view phase_name(int32_t phase) {
  switch (phase) {
    case TENON_PH_POST_READ:
      return "post_read";
    case TENON_PH_REWRITE:
      return "rewrite";
    case TENON_PH_ACCESS:
      return "access";
    case TENON_PH_HANDLER:
      return "handler";
    case TENON_PH_RESPONSE:
      return "response";
    case TENON_PH_LOG:
      return "log";
    default:
      return {};
  }
}

bool is_module_id(std::string_view id) {
  if (id.size() > kIdBytesMax || id.find('.') == std::string_view::npos) return false;
  if (id.front() == '.' || id.back() == '.' || id.find("..") != std::string_view::npos)
    return false;
  return std::all_of(id.begin(), id.end(), [](char c) {
    return is_lower_letter(c) || is_digit(c) || c == '.' || c == '_' || c == '-';
  });
}

}  // namespace tenon::module
