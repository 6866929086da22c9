#!/usr/bin/env bash
# Makes the package of the article "Getting started" from what the article shows, runs its commands as they stand, and
# compares what is printed.
#
# usage: getting-started.sh scratch-folder
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
article="$root/Sources/Adjoint/Adjoint.docc/GettingStarted.md"
rm -rf "$1/guide"
mkdir -p "$1/guide/Wave"
ln -s "$root" "$1/guide/adjoint"
cd "$1/guide/Wave"

# The part below a heading: Swift by the path in its first line, commands and what they print.
awk '
  /^## / { inside = $0 == "## A package of your own" }
  !inside { next }
  /^```/ && !open { open = 1; kind = substr($0, 4); first = 1; next }
  /^```/ { open = 0; if (file) close(file); next }
  open && first {
    first = 0
    file = kind == "sh" ? "commands" : kind == "text" ? "expected" : "Sources/Wave/More.swift"
    if ($0 ~ /^\/\/ swift-tools-version/) file = "Package.swift"
    if ($0 ~ /^\/\/ Sources/) file = substr($0, 4)
    folder = file
    if (sub("/[^/]*$", "", folder)) system("mkdir -p " folder)
  }
  open { print > file }
' "$article"
sh -e commands | tee output
# An ellipsis stands for digits that may differ.
while read -r line; do
  grep -qF "${line%%…*}" output || { echo "error: '$line' is not printed" >&2; exit 1; }
done <expected
