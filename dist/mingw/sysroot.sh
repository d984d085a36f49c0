#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Puts the third-party libraries for the Windows build into a cache folder outside the tree, from
# Debian's packages alone: header-only ones are copied, compiled ones built from Debian's signed
# sources. A private apt state is used, so neither root nor a deb-src entry is needed.
set -euo pipefail

readonly triplet=x86_64-w64-mingw32
readonly all_components=toml,boost,gtest,fmt,spdlog,nlohmann-json
readonly here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly cache=${XDG_CACHE_HOME:-$HOME/.cache}/tenon

usage() {
  cat <<USAGE
Usage: dist/mingw/sysroot.sh [--components LIST] [--path | --apt | --help]
Builds the sysroot of the Windows build once, then prints its path.
  --components LIST  only these, separated by commas (default: $all_components)
  --path             print the path without building
  --apt              print the Debian packages that building needs
USAGE
}

die() {
  echo "sysroot.sh: error: $*" >&2
  exit 1
}

usage_error() {
  echo "sysroot.sh: error: $*" >&2
  usage >&2
  exit 2
}

packages_of() { # The Debian package that a component's headers or sources come from.
  case $1 in
    toml) echo libtomlplusplus-dev ;;
    boost) echo libboost1.81-dev ;;
    gtest) echo googletest ;;
    fmt) echo libfmt-dev ;;
    spdlog) echo libspdlog-dev ;;
    nlohmann-json) echo nlohmann-json3-dev ;;
    *) return 1 ;;
  esac
}

parse_arguments() {
  action=build components=$all_components
  while (($#)); do
    case $1 in
      --path | --apt) action=${1#--} ;;
      --components) components=${2-}; shift ;;
      --components=*) components=${1#*=} ;;
      -h | --help) usage; exit 0 ;;
      *) usage_error "unknown argument '$1'" ;;
    esac
    (($#)) && shift
  done
  IFS=, read -r -a components <<<"$components"
  packages=()
  for component in "${components[@]}"; do
    packages+=("$(packages_of "$component")") || usage_error "unknown component '$component'"
  done
  [[ ${#packages[@]} -gt 0 ]] || usage_error "--components needs a list"
}

sysroot_path() { # The name covers all that decides the content: recipe, compiler, versions.
  command -v $triplet-g++-posix >/dev/null || die "$triplet-g++-posix is missing: run ./dev setup"
  local versions
  versions=$(dpkg-query -W -f='${db:Status-Status} ${Package} ${Version}\n' "${packages[@]}" 2>&1) &&
    ! grep -qv '^installed ' <<<"$versions" || die "Debian packages are missing: run ./dev setup"
  local id
  id=$({
    cat "$here/sysroot.sh" "$here/toolchain.cmake"
    echo "${components[@]}" "$versions"
    $triplet-g++-posix -dumpfullversion
  } | sha256sum | cut -c1-12)
  echo "$cache/mingw-$id"
}

# Debian's own entries of this machine as one-line deb-src entries, from both file formats.
# Others are left out: an entry is Debian's if its suite is the release and it has "main".
debian_sources() {
  local release
  release=$(. /etc/os-release && echo "$VERSION_CODENAME")
  { read_deb822_files; read_one_line_files; } |
    awk -v release="$release" '
      { suite = $0; sub(/^deb-src (\[[^]]*\] )?[^ ]+ /, "", suite); sub(/ .*/, "", suite) }
      (suite ~ "^" release "(-updates|-security)?$" || suite ~ "^" release "/updates$") &&
        / main( |$)/ && !seen[$0]++'
}

read_deb822_files() {
  local files=(/etc/apt/sources.list.d/*.sources)
  [[ -e ${files[0]} ]] || return 0
  local file
  for file in "${files[@]}"; do
    { grep -v '^#' "$file" || true; echo; } # A blank line ends the last stanza of each file.
  done | awk '
    function flush(  n, m, u, s, i, j, option) {
      option = field["signed-by"] ~ /^\// ? "[signed-by=" field["signed-by"] "] " : ""
      n = split(field["uris"], u, " "); m = split(field["suites"], s, " ")
      if (tolower(field["enabled"]) != "no")
        for (i = 1; i <= n; i++) for (j = 1; j <= m; j++)
          print "deb-src " option u[i] " " s[j] " " field["components"]
      split("", field)
    }
    /^[ \t]*$/ { flush(); next }
    /^[^ \t:]+:/ { name = tolower($0); sub(/:.*/, "", name)
                   value = $0; sub(/^[^:]*:[ \t]*/, "", value); field[name] = value; next }
    { field[name] = field[name] " " $0 }'
}

read_one_line_files() {
  cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
    sed -nE 's/[ \t]+/ /g; s/ ?#.*//; s/^ //; s/^deb(-src)? /deb-src /p' || true
}

apt_private() { # $1: which of the two lists; the rest: apt-get's arguments.
  local list=$1
  shift
  apt-get -q -o Dir::Etc::SourceList="$cache/apt/$list.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::State::Lists="$cache/apt/lists" -o Dir::Cache="$cache/apt/cache" \
    -o APT::Sandbox::User=root "$@"
}

fetch_boost() { # The security suite's version, or the release's where that one is not available.
  mkdir -p "$cache"/apt/{lists,cache/archives}/partial "$cache/source"
  debian_sources >"$cache/apt/all.list"
  grep -v security "$cache/apt/all.list" >"$cache/apt/release.list" || true
  [[ -s $cache/apt/all.list ]] || die "no Debian entry found in /etc/apt/sources.list*"
  apt_private all update
  cd "$cache/source"
  apt_private all source --download-only boost1.81 ||
    apt_private release source --download-only boost1.81
}

cmake_install() { # Name, source folder, options.
  local name=$1 source=$2
  shift 2
  TENON_SYSROOT=$out cmake -S "$source" -B "$work/$name" -G Ninja -Wno-dev \
    -DCMAKE_TOOLCHAIN_FILE="$here/toolchain.cmake" -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_INSTALL_PREFIX="$out" -DCMAKE_INSTALL_LIBDIR=lib -DBUILD_SHARED_LIBS=OFF "$@"
  cmake --build "$work/$name"
  cmake --install "$work/$name"
}

write_package() { # A package file for header-only libraries: package name, then target=defines ….
  local package=$1 target
  shift
  mkdir -p "$out/lib/cmake/$package"
  {
    echo 'get_filename_component(_root "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)'
    for target in "$@"; do
      printf 'if(NOT TARGET %s)\n  add_library(%s INTERFACE IMPORTED)\n' "${target%%=*}" "${target%%=*}"
      printf '  set_target_properties(%s PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${_root}/include"\n' "${target%%=*}"
      printf '    INTERFACE_COMPILE_DEFINITIONS "%s")\nendif()\n' "${target#*=}"
    done
  } >"$out/lib/cmake/$package/${package}Config.cmake"
}

build_toml() {
  cp -r /usr/include/toml++ "$out/include/"
  write_package tomlplusplus "tomlplusplus::tomlplusplus=TOML_HEADER_ONLY=1"
}

build_nlohmann-json() {
  cp -r /usr/include/nlohmann "$out/include/"
  write_package nlohmann_json "nlohmann_json::nlohmann_json="
}

build_fmt() {
  cp -r /usr/include/fmt "$out/include/"
  write_package fmt "fmt::fmt-header-only=FMT_HEADER_ONLY=1"
}

build_spdlog() { # Debian's headers already ask for the separate fmt (SPDLOG_FMT_EXTERNAL).
  cp -r /usr/include/spdlog "$out/include/"
  write_package spdlog "spdlog::spdlog_header_only=SPDLOG_FMT_EXTERNAL"
  cat >>"$out/lib/cmake/spdlog/spdlogConfig.cmake" <<'CMAKE'
include(CMakeFindDependencyMacro)
find_dependency(fmt CONFIG)
set_property(TARGET spdlog::spdlog_header_only APPEND PROPERTY INTERFACE_LINK_LIBRARIES fmt::fmt-header-only)
CMAKE
}

build_gtest() {
  cmake_install gtest /usr/src/googletest -DBUILD_GMOCK=ON -DINSTALL_GTEST=ON
}

# Of Boost's 74 MB source only Program_options is unpacked and compiled; the headers are the same
# on every platform and come from the installed package. b2 would take three times as long.
build_boost() {
  (fetch_boost)
  local tarball source=$work/boost
  tarball=$(ls -v "$cache"/source/boost1.81_*.orig.tar.* | tail -1)
  mkdir -p "$source"
  tar -xf "$tarball" -C "$source" --strip-components=3 --wildcards '*/libs/program_options/src/*'
  cat >"$source/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(boost_program_options LANGUAGES CXX)
file(GLOB sources src/*.cpp)
add_library(boost_program_options STATIC ${sources})
target_compile_features(boost_program_options PUBLIC cxx_std_20)
target_include_directories(boost_program_options SYSTEM PRIVATE "${CMAKE_INSTALL_PREFIX}/include")
target_compile_definitions(boost_program_options PRIVATE BOOST_ALL_NO_LIB BOOST_PROGRAM_OPTIONS_STATIC_LINK)
install(TARGETS boost_program_options ARCHIVE DESTINATION lib)
CMAKE
  cp -r /usr/include/boost "$out/include/"
  cmake_install boost-build "$source"
  write_boost_package
}

write_boost_package() {
  local version
  version=$(sed -n 's/.*BOOST_LIB_VERSION "\([0-9]*\)_\([0-9]*\).*"/\1.\2.0/p' "$out/include/boost/version.hpp")
  write_package Boost "Boost::headers=BOOST_ALL_NO_LIB" "Boost::boost=BOOST_ALL_NO_LIB"
  cat >>"$out/lib/cmake/Boost/BoostConfig.cmake" <<'CMAKE'
if(NOT TARGET Boost::program_options)
  add_library(Boost::program_options STATIC IMPORTED)
  set_target_properties(Boost::program_options PROPERTIES
    IMPORTED_LOCATION "${_root}/lib/libboost_program_options.a"
    INTERFACE_COMPILE_DEFINITIONS BOOST_PROGRAM_OPTIONS_STATIC_LINK
    INTERFACE_LINK_LIBRARIES Boost::headers)
endif()
set(Boost_headers_FOUND TRUE)
set(Boost_program_options_FOUND TRUE)
foreach(_component IN LISTS Boost_FIND_COMPONENTS)
  if(Boost_FIND_REQUIRED_${_component} AND NOT Boost_${_component}_FOUND)
    set(Boost_FOUND FALSE)
    set(Boost_NOT_FOUND_MESSAGE "The mingw sysroot has no Boost component ${_component}.")
  endif()
endforeach()
CMAKE
  cat >"$out/lib/cmake/Boost/BoostConfigVersion.cmake" <<CMAKE
set(PACKAGE_VERSION $version)
if(NOT PACKAGE_FIND_VERSION VERSION_GREATER PACKAGE_VERSION)
  set(PACKAGE_VERSION_COMPATIBLE TRUE)
endif()
CMAKE
}

step() { # Runs build_$1 with its output in a log, which is shown only when the step fails.
  local started=$SECONDS log=$work/$1.log
  (set -e; "build_$1") >"$log" 2>&1 & # A background job, because "f || …" would switch set -e off in f.
  wait $! || { tail -40 "$log"; die "building $1 failed"; }
  printf '  %-14s %3d s\n' "$1" $((SECONDS - started))
}

build() {
  local final=$1 started=$SECONDS
  mkdir -p "$cache"
  exec 9>"$cache/sysroot.lock"
  flock 9
  [[ -f $final/.complete ]] && return
  echo "Building the mingw sysroot (${components[*]}) …"
  out=$final.partial work=$cache/work
  rm -rf "$out" "$work" "$final"
  mkdir -p "$out/include" "$out/lib/cmake" "$work"
  local component
  for component in "${components[@]}"; do step "$component"; done
  rm -rf "$out"/{bin,share,lib/pkgconfig} "$work"
  mv "$out" "$final"
  : >"$final/.complete"
  printf '  %-14s %3d s\n' 'in all' $((SECONDS - started))
}

main() {
  parse_arguments "$@"
  case $action in
    apt)
      echo g++-mingw-w64-x86-64-posix cmake ninja-build xz-utils "${packages[@]}"
      ;;
    path) sysroot_path ;;
    build)
      local path
      path=$(sysroot_path)
      [[ -f $path/.complete ]] || build "$path" >&2
      echo "$path"
      ;;
  esac
}

main "$@"
