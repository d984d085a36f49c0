// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/text.hpp"
#include "config/config.hpp"
#include "config/findings.hpp"
#include "config/option_value.hpp"
#include "config/spellings.hpp"

namespace tenon::config {
namespace {

constexpr size_t kNotFound = static_cast<size_t>(-1);

size_t index_of(const OptionTable& table, std::string_view name) {
  for (size_t i = 0; i < table.n_options; ++i) {
    if (table.at(i).name == name) return i;
  }
  return kNotFound;
}

// The option that names `word` among its aliases: what other servers call it.
std::string_view by_alias(const OptionTable& table, std::string_view word) {
  for (size_t i = 0; i < table.n_options; ++i) {
    const tenon_option& option = table.at(i);
    if (option.aliases == nullptr) continue;
    for (const std::string_view alias : split(option.aliases, '|')) {
      if (!alias.empty() && equal_no_case(alias, word)) return option.name;
    }
  }
  return {};
}

std::string unknown_option(const OptionTable& table, std::string_view word) {
  const std::string owner = table.owner.empty() ? "" : " (" + table.owner + ")";
  const std::string text = "unknown option " + quote(word) + " in " + table.name + owner;
  const std::string_view alias = by_alias(table, word);
  if (!alias.empty()) return text + "; did you mean " + quote(alias) + "?";
  std::vector<std::string_view> names;
  for (size_t i = 0; i < table.n_options; ++i) {
    names.push_back(table.at(i).name);
  }
  if (names.empty()) return text + ", which has no options";
  return text + hint(word, names);
}

std::string scope_text(uint32_t scope, const OptionTable& table) {
  if (scope == TENON_IN_SERVER) return "[" + table.name + "]";
  return scope == TENON_IN_SITE ? "a [[site]]" : "a [[site.route]]";
}

std::string wrong_scope(const OptionTable& table, const tenon_option& option, uint32_t scope) {
  std::vector<std::string> allowed;
  for (const uint32_t one : {TENON_IN_SERVER, TENON_IN_SITE, TENON_IN_ROUTE}) {
    if ((option.scopes & one) != 0) allowed.push_back(scope_text(one, table));
  }
  const std::vector<std::string_view> views(allowed.begin(), allowed.end());
  return table.name + "." + option.name + " may not be set in " + scope_text(scope, table) +
         "; it belongs in " + join(views, " or ");
}

// Fills one tenon_cfg; lives for one call of merge().
class Merger {
 public:
  Merger(tenon_cfg& cfg, const Surroundings& surroundings, Diagnostics& diagnostics)
      : cfg_(cfg),
        table_(*cfg.table),
        surroundings_(surroundings),
        diagnostics_(diagnostics) {}

  void add_defaults() {
    for (size_t i = 0; i < table_.n_options; ++i) {
      Diagnostics findings;
      std::optional<Value> value =
          read_default(table_.at(i), {subject(i), surroundings_, findings});
      // lint() has refused such a table; a default that nobody linted is no reason to crash.
      if (!value) add_error(diagnostics_, cfg_.where, findings.text());
      cfg_.values.push_back(value ? std::move(*value) : Value());
    }
    cfg_.scopes.assign(table_.n_options, 0);
  }

  void add(const ScopedTable& scoped) {
    cfg_.where = scoped.node->place();
    for (const TableNode::Entry& entry : scoped.node->entries()) {
      const size_t index = index_of(table_, entry.key);
      if (index == kNotFound) {
        add_error(diagnostics_, entry.place, unknown_option(table_, entry.key));
        continue;
      }
      add_option(index, entry, scoped.scope);
    }
  }

  void finish() {
    for (size_t i = 0; i < table_.n_options; ++i) {
      const bool required = (table_.at(i).flags & TENON_OPT_REQUIRED) != 0;
      const bool given = cfg_.scopes[i] != 0;
      if (!given) cfg_.places[i] = cfg_.where;
      if (given || !required) continue;
      const std::string type = type_name(table_.at(i));
      add_error(diagnostics_, required_at_, subject(i) + " is missing: it must be " + type);
    }
  }

  void require_at(const Place& where) { required_at_ = where; }

 private:
  std::string subject(size_t index) const { return table_.name + "." + table_.at(index).name; }

  void add_option(size_t index, const TableNode::Entry& entry, uint32_t scope) {
    const tenon_option& option = table_.at(index);
    cfg_.scopes[index] = scope;
    if ((option.scopes & scope) == 0) {
      add_error(diagnostics_, entry.place, wrong_scope(table_, option, scope));
      return;
    }
    cfg_.places[index] = entry.value.place();
    std::optional<Value> value =
        read_value(option, entry.value, {subject(index), surroundings_, diagnostics_});
    if (value) cfg_.values[index] = std::move(*value);
  }

  tenon_cfg& cfg_;
  const OptionTable& table_;
  const Surroundings& surroundings_;
  Diagnostics& diagnostics_;
  Place required_at_;
};

}  // namespace

std::unique_ptr<tenon_cfg> merge(
    const OptionTable& table,
    std::span<const ScopedTable> tables,
    const Place& where,
    const Surroundings& surroundings,
    Diagnostics& diagnostics
) {
  auto cfg = std::make_unique<tenon_cfg>();
  cfg->table = &table;
  cfg->where = where;
  cfg->places.resize(table.n_options);
  Merger merger(*cfg, surroundings, diagnostics);
  merger.require_at(where);
  merger.add_defaults();
  for (const ScopedTable& scoped : tables) {
    if (scoped.node != nullptr) merger.add(scoped);
  }
  merger.finish();
  return cfg;
}

std::string without_secrets(const tenon_cfg& cfg, std::string text) {
  constexpr std::string_view kInstead = "(secret)";
  const auto remove = [&](const std::string& secret) {
    for (size_t at = 0; !secret.empty(); at += kInstead.size()) {
      at = text.find(secret, at);
      if (at == std::string::npos) return;
      text.replace(at, secret.size(), kInstead);
    }
  };
  for (size_t i = 0; i < cfg.values.size(); ++i) {
    if (!is_secret(cfg.table->at(i))) continue;
    if (const auto* one = std::get_if<std::string>(&cfg.values[i])) remove(*one);
    const auto* many = std::get_if<std::vector<std::string>>(&cfg.values[i]);
    for (size_t j = 0; many != nullptr && j < many->size(); ++j) {
      remove((*many)[j]);
    }
  }
  return text;
}

bool same_values(const tenon_cfg& a, const tenon_cfg& b) {
  return a.table == b.table && a.values == b.values;
}

}  // namespace tenon::config
