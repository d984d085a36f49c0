#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Who may include whom: modules -> sdk; mpm/X -> mpm/common -> sdk; kernel -> sdk; and inside the
# kernel downwards only. Examples of the SDK may include one another's headers. Tests may include
# anything, and nothing may include tests, dist or config.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# Every file of the tree, then every include line as FILE:LINE:"path" or FILE:LINE:<path>.
{
  git ls-files -co --exclude-standard | sed 's/^/file /'
  git ls-files -z -co --exclude-standard -- '*.c' '*.h' '*.cpp' '*.hpp' |
    xargs -0 -r grep -nHE '^[ \t]*#[ \t]*include' |
    sed -E 's/^([^:]*):([0-9]*):[^"<]*(["<][^">]*).*/include \1 \2 \3/'
} | awk '
  BEGIN {
    split("base 1 log 2 config 2 route 3 files 4 http 4 control 5 module 5 server 6", r, " ")
    for (i = 1; r[i] != ""; i += 2) rank[r[i]] = r[i + 1]
    top["kernel"] = top["mpm"] = top["modules"] = top["sdk"] = 1
    findings = 0
  }
  function say(sentence) { print $2 ":" $3 ": " sentence; findings++ }
  function resolve(path, from, quoted,   folder, part) {
    folder = from; sub("/[^/]*$", "", folder)
    if (quoted && (folder "/" path) in file) return folder "/" path
    if (("sdk/include/" path) in file) return "sdk/include/" path
    split(from, part, "/")
    if ((part[1] "/" path) in file) return part[1] "/" path
    if ((part[1] "/" part[2] "/" path) in file) return part[1] "/" part[2] "/" path
    return path in file ? path : ""
  }
  # The layer of a file inside the kernel: a folder, or "main" for the files at its top.
  function layer(path,   part) { return split(path, part, "/") > 2 ? part[2] : "main" }
  function check_kernel(from, to,   a, b) {
    a = layer(from); b = layer(to)
    if (a == b || a == "main") return
    if (!(a in rank) || !(b in rank)) return say("kernel/" (a in rank ? b : a) " is in no layer; name it in dist/lint/includes.sh")
    if (a == "http" && b == "files") return
    if (rank[b] >= rank[a]) say("kernel/" a " must not include kernel/" b ": inside the kernel includes go downwards only")
  }
  function check(from, to,   f, t) {
    split(from, f, "/"); split(to, t, "/")
    if (t[1] == "sdk") {
      if (f[1] == "sdk" && f[2] == t[2] && t[2] == "examples") return
      if (t[2] != "include") return say("only sdk/include may be included")
      if (from ~ "^sdk/include/.*\\.h$" && to ~ "\\.hpp$") say("a C header must not include a C++ header")
      return
    }
    if (f[1] == "kernel" && t[1] == "kernel") return check_kernel(from, to)
    if (f[1] == "mpm" && t[1] == "mpm" && (f[2] == t[2] || t[2] == "common")) return
    if (f[1] == "modules" && t[1] == "modules" && f[2] == t[2]) return
    say(f[1] "/" f[2] " must not include " to)
  }
  $1 == "file" { file[$2] = 1; next }
  {
    split($2, part, "/")
    if (!(part[1] in top)) next
    quoted = substr($4, 1, 1) == "\""
    to = resolve(substr($4, 2), $2, quoted)
    if (to != "") check($2, to)
    else if (quoted) say("no file \"" substr($4, 2) "\" that this folder may include")
  }
  END { exit findings > 0 }'
