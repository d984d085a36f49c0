// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace tenon::config {

// What to write instead of a setting of another server ("ThreadsPerChild", "server_name"), as
// words that follow "write"; or "" for a spelling that is nobody's. Case does not matter.
std::string_view advice_for(std::string_view word);

// The end of a message about an unknown word: what another server's spelling is here, else the
// nearest word, else which words there are when they are few; starting with "; ", or "".
std::string hint(std::string_view word, const std::vector<std::string_view>& words);

}  // namespace tenon::config
