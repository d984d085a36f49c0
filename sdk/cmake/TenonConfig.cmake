# SPDX-License-Identifier: Apache-2.0
# find_package(Tenon): the header-only SDK. No library is linked and no compiler has to match.
get_filename_component(_tenon_sdk "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
if(NOT TARGET Tenon::sdk)
  add_library(Tenon::sdk INTERFACE IMPORTED)
  set_target_properties(Tenon::sdk PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${_tenon_sdk}/include")
endif()
unset(_tenon_sdk)
include("${CMAKE_CURRENT_LIST_DIR}/TenonAddModule.cmake")
