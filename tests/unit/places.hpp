// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

// Where the build put things. A source file of its own knows, so that the others compile to the
// same bytes in every clone, and a compiler cache can share them.
namespace tenon {

std::string source_folder();  // this repository
std::string faulty_folder();  // where tests/faulty builds its modules

}  // namespace tenon
