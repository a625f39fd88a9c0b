#!/usr/bin/env bash
# Writes bench/order.txt: which functions a watch runs, so that the linker puts them side by side.
#
#   bench/order.sh                   builds, watches it under callgrind for a quarter of an hour, writes the file
#   bench/order.sh --minutes 1       how long it is asked things; the file of a short run forgets much
#   bench/order.sh --check           how many of the file's functions the program still has, and writes nothing
#
# The kernel maps sixteen pages around each one that is touched, so functions that lie strewn over the program make nearly
# all of it resident. The file is read by build.rs. Names in it that the program no longer has do no harm, but they
# are of no use either: a new version number, toolchain or dependency renames many, and then this is to be run again.
#
# Needed: the Rust toolchain, Python 3 without packages, openssl, nm, valgrind. Nothing leaves 127.0.0.1.
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p;}' "$0"; exit 0 ;; esac
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=bench/shared.sh
. bench/shared.sh
# With names in it; all else is as in the image.
also="-C strip=none"
build_as_the_image_does
exec python3 -B bench/order.py --binary "$binary" --output bench/order.txt "$@"
