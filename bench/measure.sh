#!/usr/bin/env bash
# Builds the release binary as the image does (static) and measures it: see `bench/measure.py --help` for the rest.
#
#   bench/measure.sh                 every figure, about 12 minutes after the build
#   bench/measure.sh --minutes 60    the long watch
#   DYNAMIC=1 bench/measure.sh       as plain `cargo build --release` links it
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "${DYNAMIC:-0}" = 1 ]; then
    cargo build --release --bin vakhta >&2
    binary=target/release/vakhta
else
    target=$(rustc -vV | sed -n 's/^host: //p')
    RUSTFLAGS="-C target-feature=+crt-static" cargo build --release --target "$target" --bin vakhta >&2
    binary=target/$target/release/vakhta
fi
exec python3 -B bench/measure.py "$binary" "$@"
