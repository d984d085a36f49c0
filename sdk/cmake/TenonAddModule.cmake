# SPDX-License-Identifier: Apache-2.0
# tenon_add_module(NAME SOURCES...): the target mod_NAME, a DLL that the server loads for
# `modules = ["NAME"]`. It exports tenon_module_v0 and nothing else, and carries its own runtime
# on Windows, so that no other DLL has to be installed beside it.
function(tenon_add_module name)
  add_library(mod_${name} MODULE ${ARGN})
  target_link_libraries(mod_${name} PRIVATE Tenon::sdk)
  get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  if("CXX" IN_LIST languages)
    target_compile_features(mod_${name} PRIVATE cxx_std_20) # for the C++ wrapper
  endif()
  set_target_properties(mod_${name} PROPERTIES
    PREFIX "" C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  if(MSVC)
    set_target_properties(mod_${name} PROPERTIES MSVC_RUNTIME_LIBRARY "MultiThreaded$<$<CONFIG:Debug>:Debug>")
  elseif(WIN32)
    target_link_options(mod_${name} PRIVATE -static)
  else()
    # Hidden visibility does not reach the templates of the C++ library; a version script does.
    set(map "${CMAKE_CURRENT_BINARY_DIR}/mod_${name}.map")
    file(CONFIGURE OUTPUT "${map}" CONTENT "{ global: tenon_module_v0; local: *; };\n")
    target_link_options(mod_${name} PRIVATE "LINKER:--version-script=${map}")
  endif()
endfunction()
