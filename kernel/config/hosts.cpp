// SPDX-License-Identifier: Apache-2.0
#include "config/hosts.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "config/address.hpp"

namespace tenon::config {
namespace {

constexpr size_t kHostBytesMax = 253;  // RFC 1035 §2.3.4, as text
constexpr size_t kLabelBytesMax = 63;

// What operators write by mistake, before the letters are looked at.
std::string_view usual_fault(std::string_view text) {
  if (text.empty()) return "is empty; leave hosts out for the default site";
  if (text == "*") return "is no host; leave hosts out for the default site";
  if (text.find("://") != std::string_view::npos) return "is a URL; write the host alone";
  if (text.find('/') != std::string_view::npos) return "has a path, which belongs in a route";
  if (text.find(':') != std::string_view::npos) {
    return "has a port; bind a site to a port by listen = [\"NAME\"], a listener's name";
  }
  if (text.ends_with('.')) return "is written without the final dot";
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80;
  });
  return ascii ? "" : "is written in its ASCII form, which begins with \"xn--\"";
}

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > kLabelBytesMax) return false;
  return std::all_of(label.begin(), label.end(), [](char c) {
    return is_lower_letter(c) || is_digit(c) || c == '-' || c == '_';
  });
}

}  // namespace

Result<std::string, std::string> parse_host(std::string_view text) {
  const std::string host = to_lower(text);
  if (host.starts_with('[')) {
    if (host.ends_with(']') && parse_address(host + ":0")) return host;
    return fail<std::string>("is not an IPv6 address in brackets");
  }
  const std::string_view fault = usual_fault(host);
  if (!fault.empty()) return fail(std::string(fault));
  std::string_view labels = host;
  if (labels.starts_with("*.")) labels.remove_prefix(2);
  if (labels.find('*') != std::string_view::npos) {
    return fail<std::string>("may have one '*', as its first label: \"*.example.com\"");
  }
  const std::vector<std::string_view> parts = split(labels, '.');
  const bool good = std::all_of(parts.begin(), parts.end(), is_label);
  if (good && host.size() <= kHostBytesMax) return host;
  return fail<std::string>("is not the name of a host");
}

}  // namespace tenon::config
