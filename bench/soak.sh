#!/usr/bin/env bash
# The release binary under load, an hour unless told otherwise, and whether its memory is flat: `bench/soak.py --help`.
#
#   bench/soak.sh                                an hour of target/release/vakhta, built when it is not there
#   BINARY=/usr/local/bin/vakhta bench/soak.sh --minutes 5
set -euo pipefail
cd "$(dirname "$0")/.."
binary=${BINARY:-target/release/vakhta}
[ -x "$binary" ] || cargo build --release --bin vakhta >&2
exec nice -n 5 python3 -B bench/soak.py "$binary" "$@"
