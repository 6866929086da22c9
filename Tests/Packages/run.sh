#!/usr/bin/env bash
# Builds and runs each package here as an outside user would.
#
# usage: run.sh [scratch folder, kept for the next run]
#
# With ADJOINTC set to a built tool the packages use that one; otherwise they build it, as a user's would.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../.." && pwd)"
scratch="${1:-$root/.build/packages}"
mkdir -p "$scratch"
scratch="$(cd "$scratch" && pwd)"
# Where a package lies is part of what is compiled, so it is the same from run to run.
work="$scratch/sources"
rm -rf "$work"
mkdir -p "$work"
# Packages find each other, and this one, beside themselves.
ln -s "$root" "$work/adjoint"
for package in "$here"/*/; do cp -R "${package%/}" "$work/"; done

say() { printf '\n-- %s (%s s)\n' "$*" "$SECONDS"; }
fail() { echo "error: $*" >&2; exit 1; }
in_package() { (cd "$work/$1" && shift && "$@"); }
# One build folder for all, so that what they share is built once.
swift_in() { in_package "$1" swift "$2" --scratch-path "$scratch/build" "${@:3}"; }
build() {
  swift_in "$1" build "${@:2}" >"$scratch/log" 2>&1 || { cat "$scratch/log"; fail "$1 does not build"; }
  if grep 'warning: ' "$scratch/log"; then fail "the build of $1 warns"; fi
}
# Not in place, which would leave a file beside that SwiftPM warns of, or would need GNU's sed.
edit() { sed "$1" "$2" >"$scratch/edited" && cp "$scratch/edited" "$2"; }
trains() {
  "$scratch/build/debug/$1" >"$scratch/output" && grep -q '^trained: true' "$scratch/output" || {
    cat "$scratch/output"
    fail "$1 did not train"
  }
}

if [ -n "${ADJOINTC:-}" ]; then
  for package in Committed SwiftKernels BuildPlugin; do
    for manifest in "$work/$package"/Package*.swift; do edit 's/, traits: \["Plugins"\]//' "$manifest"; done
  done
fi

say "Swift kernels by the build-tool plugin"
build SwiftKernels --product SwiftKernels
trains SwiftKernels

say "a tool that is built already: neither it nor swift-syntax is compiled"
cp -R "$work/SwiftKernels" "$work/Prebuilt"
edit 's/, traits: \["Plugins"\]//' "$work/Prebuilt/Package.swift"
if (unset ADJOINTC; swift_in Prebuilt build --product SwiftKernels) >"$scratch/log" 2>&1; then
  fail "a package without the trait builds without a tool"
fi
grep -q 'error: .*traits: \["Plugins"\]' "$scratch/log" || { cat "$scratch/log"; fail "the missing tool is not explained"; }
tool="${ADJOINTC:-$scratch/build/debug/adjointc-tool}"
cp "$tool" "$scratch/adjointc"
touch "$work/Prebuilt/Sources/SwiftKernels/Model.swift"
ADJOINTC="$scratch/adjointc" build Prebuilt --product SwiftKernels
if grep -qE 'SwiftSyntax|adjointc-tool' "$scratch/log"; then fail "the tool was built"; fi
trains SwiftKernels

say "adjointc check runs the source eagerly, with the library that the package depends on"
(cd "$work/Prebuilt" && "$scratch/adjointc" check Sources/SwiftKernels/Model.swift --draws 1) >"$scratch/output" 2>&1 || {
  cat "$scratch/output"
  fail "check fails"
}
grep -q '^  ok .*eager, reference evaluation' "$scratch/output" || { cat "$scratch/output"; fail "nothing is run eagerly"; }

say "C kernels by the build-tool plugin; layers of another package and of another target; equal names in two modules"
build BuildPlugin --product Trainer
trains Trainer
cp "$scratch/output" "$scratch/c-losses"

say "an edited model is generated again, and nothing that does not depend on it"
# SwiftPM links a tool that it has built once more in the next build, which makes all that the tool writes stale.
for _ in 1 2 3; do
  build BuildPlugin --product Trainer
  grep -q 'Linking adjointc-tool' "$scratch/log" || break
done
kernels="$(find "$scratch/build/plugins" -path '*LeftKernels*/AdjointPlugin/*' -name Model.kernels.h | head -1)"
cp "$kernels" "$scratch/before"
cp "$work/BuildPlugin/Sources/Left/Model.swift" "$scratch/Model.swift"
cp "$work/Blocks/Sources/Blocks/Residual.swift" "$scratch/Residual.swift"
edit 's/head(squashed(block(x)))/head(squashed(block(x)) * 2)/' "$work/BuildPlugin/Sources/Left/Model.swift"
build BuildPlugin --product Trainer
if cmp -s "$kernels" "$scratch/before"; then fail "the kernels did not change"; fi
grep -q 'C kernels of Left' "$scratch/log" || fail "the log does not name what is generated"
if grep 'C kernels of Right' "$scratch/log"; then fail "the other module was generated again"; fi
trains Trainer
# An edit of a layer in another package too.
cp "$kernels" "$scratch/before"
edit 's/{ relu(x) }/{ silu(x) }/' "$work/Blocks/Sources/Blocks/Residual.swift"
build BuildPlugin --product Trainer
if cmp -s "$kernels" "$scratch/before"; then fail "the kernels did not change with the layer"; fi
trains Trainer

say "a broken model fails on its line"
edit 's/head = Linear(width, 3/head = Linear(width + 1, 3/' "$work/BuildPlugin/Sources/Left/Model.swift"
if swift_in BuildPlugin build --product Trainer >"$scratch/log" 2>&1; then fail "a broken model builds"; fi
line="$(grep -n 'head(squashed' "$work/BuildPlugin/Sources/Left/Model.swift" | cut -d: -f1)"
grep -E "Sources/Left/Model\.swift:$line:[0-9]+: error: " "$scratch/log" || {
  cat "$scratch/log"
  fail "no error on the model's line"
}
cp "$scratch/Model.swift" "$work/BuildPlugin/Sources/Left/Model.swift"
cp "$scratch/Residual.swift" "$work/Blocks/Sources/Blocks/Residual.swift"

say "kernels as optimised assembly give the same bits"
edit 's/"AdjointPlugin"/"AdjointAssemblyPlugin"/' "$work/BuildPlugin/Package.swift"
build BuildPlugin --product Trainer
find "$scratch/build/plugins" -path '*LeftKernels*' -name 'Model.*.S' | grep -q . || fail "there is no assembly"
trains Trainer
cmp "$scratch/output" "$scratch/c-losses" || fail "assembly and C differ"

say "a wrong option is refused on its line"
printf '{\n  "kernel": "c"\n}\n' >"$work/BuildPlugin/adjoint.json"
touch "$work/BuildPlugin/Package.swift"
if swift_in BuildPlugin build --product Trainer >"$scratch/log" 2>&1; then fail "a wrong option is accepted"; fi
grep -E "adjoint\.json:2:1: error: there is no option 'kernel'; did you mean 'kernels'\?" "$scratch/log" || {
  cat "$scratch/log"
  fail "the wrong option is not explained"
}
rm "$work/BuildPlugin/adjoint.json"

say "committed code, written by the command plugin"
swift_in Committed package --allow-writing-to-package-directory adjoint | tee "$scratch/log"
grep -q 'Package.swift has no target for the C kernels yet' "$scratch/log" || fail "there is no advice"
mv "$work/Committed/Package.after.swift" "$work/Committed/Package.swift"
swift_in Committed package --allow-writing-to-package-directory adjoint | tee "$scratch/log"
grep -q 'is up to date' "$scratch/log" || fail "generated code is not stable"
swift_in Committed package --allow-writing-to-package-directory adjoint verify
build Committed --product MyApp
trains MyApp
edit 's/0\.1 \* g/0.2 * g/' "$work/Committed/Sources/MyApp/Model.swift"
if swift_in Committed package --allow-writing-to-package-directory adjoint verify >"$scratch/log" 2>&1; then fail "verify accepts stale code"; fi
grep -q '^-.*0\.1' "$scratch/log" || { cat "$scratch/log"; fail "verify shows no diff"; }
swift_in Committed package --allow-writing-to-package-directory adjoint >"$scratch/log" 2>&1
swift_in Committed package --allow-writing-to-package-directory adjoint verify

say "all packages work"
