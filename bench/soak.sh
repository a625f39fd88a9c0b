#!/usr/bin/env bash
# The release binary under load, an hour unless told otherwise, and whether its memory is flat: `bench/soak.py --help`.
#
#   bench/soak.sh                                an hour of the binary as the image has it, built first
#   BINARY=/usr/local/bin/vakhta bench/soak.sh --minutes 5
set -euo pipefail
cd "$(dirname "$0")/.."
binary=${BINARY:-}
# shellcheck source=bench/shared.sh
. bench/shared.sh
if [ -z "$binary" ]; then build_as_the_image_does; fi
exec nice -n 5 python3 -B bench/soak.py "$binary" "$@"
