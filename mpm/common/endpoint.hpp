// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include <tenon/mpm.h>

namespace tenon::mpm {

// "127.0.0.1:8080" or "[::1]:8080" (RFC 5952), from an address in network order.
std::string endpoint_text(std::uint16_t family, const std::uint8_t* ip, std::uint16_t port);

// The listeners of a configuration, whose elements are as long as the first one says.
std::vector<const tenon_listener*> listeners_of(const tenon_mpm_config& config);

// "cannot listen on 127.0.0.1:8080 (server.listen, listener "default"): Address already in use".
std::string cannot_listen(const tenon_listener& listener, const std::string& reason);

// "default=127.0.0.1:40123", for tenon_control_host::ready.
std::string bound_text(const tenon_listener& listener, std::uint16_t port);

}  // namespace tenon::mpm
