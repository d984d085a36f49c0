# SPDX-License-Identifier: Apache-2.0
# Cross toolchain: Debian's mingw-w64 GCC with posix threads, for 64-bit Windows 10 and later.
# Third-party libraries come from the sysroot that dist/mingw/sysroot.sh builds and caches.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR AMD64)
set(CMAKE_SYSTEM_VERSION 10.0)

set(_triplet x86_64-w64-mingw32)
set(CMAKE_C_COMPILER ${_triplet}-gcc-posix)
set(CMAKE_CXX_COMPILER ${_triplet}-g++-posix)
set(CMAKE_RC_COMPILER ${_triplet}-windres)
set(CMAKE_AR ${_triplet}-gcc-ar-posix CACHE FILEPATH "")
set(CMAKE_RANLIB ${_triplet}-gcc-ranlib-posix CACHE FILEPATH "")

# The sysroot's path is asked for at every configuration, so that a new one is noticed.
if(NOT TENON_SYSROOT AND DEFINED ENV{TENON_SYSROOT})
  set(TENON_SYSROOT "$ENV{TENON_SYSROOT}")
elseif(NOT TENON_SYSROOT)
  execute_process(
    COMMAND ${CMAKE_CURRENT_LIST_DIR}/sysroot.sh --path
    OUTPUT_VARIABLE TENON_SYSROOT
    OUTPUT_STRIP_TRAILING_WHITESPACE
  )
endif()
if(NOT IS_DIRECTORY "${TENON_SYSROOT}")
  message(FATAL_ERROR "The mingw sysroot is missing: run dist/mingw/sysroot.sh (or ./dev setup) first.")
endif()
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES TENON_SYSROOT)

set(CMAKE_FIND_ROOT_PATH ${TENON_SYSROOT} /usr/${_triplet})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

set(CMAKE_C_FLAGS_INIT "-D_WIN32_WINNT=0x0A00")
set(CMAKE_CXX_FLAGS_INIT "-D_WIN32_WINNT=0x0A00")

# Each EXE and DLL carries its own runtime: no libgcc, libstdc++ or libwinpthread DLL is shipped.
# MODULE needs the flag as much as SHARED does, or LoadLibrary says "Module not found".
foreach(_kind IN ITEMS EXE SHARED MODULE)
  set(CMAKE_${_kind}_LINKER_FLAGS_INIT "-static")
endforeach()
set(Boost_USE_STATIC_LIBS ON)
set(Boost_USE_STATIC_RUNTIME ON)

# With Wine as the emulator ctest runs Windows test programs unchanged.
find_program(TENON_WINE NAMES wine64 wine PATHS /usr/lib/wine NO_CMAKE_FIND_ROOT_PATH)
mark_as_advanced(TENON_WINE)
if(TENON_WINE)
  set(CMAKE_CROSSCOMPILING_EMULATOR ${TENON_WINE})
endif()
