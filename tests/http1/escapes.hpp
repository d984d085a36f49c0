// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace tenon::http1 {

// Appends what a line of a case stands for: "\r \n \t \0 \\ \xHH" and "\{N*text}", which is the
// text N times. Everything else stands for itself. Returns a sentence when it is malformed, else
// "".
std::string append_unescaped(std::string_view line, std::string& out);

}  // namespace tenon::http1
