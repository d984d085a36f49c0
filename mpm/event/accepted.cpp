// SPDX-License-Identifier: Apache-2.0
#include "event/accepted.hpp"

#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace tenon::mpm {

tenon_endpoint to_endpoint(const sockaddr_storage& address) {
  tenon_endpoint endpoint{};
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    endpoint.family = 6;
    endpoint.port = ntohs(v6.sin6_port);
    std::memcpy(endpoint.ip, &v6.sin6_addr, sizeof v6.sin6_addr);
  } else {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    endpoint.family = 4;
    endpoint.port = ntohs(v4.sin_port);
    std::memcpy(endpoint.ip, &v4.sin_addr, sizeof v4.sin_addr);
  }
  return endpoint;
}

}  // namespace tenon::mpm
