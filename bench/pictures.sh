#!/usr/bin/env bash
# How long pictures take and how large they are, ours beside the seed's matplotlib:
#
#     bench/pictures.sh              every chart of `cargo bench -p render`, about two minutes
#     bench/pictures.sh line-day     only charts with this in their name
#
# SEED_BENCH is the folder of the seed's rebuilt bot; without it, or without Python and what
# its requirements.txt names, the right half of the table stays empty, and that is said. PYTHON names a Python that has
# matplotlib already; else one is made in target/seed-venv.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seed=${SEED_BENCH:-}
target=${CARGO_TARGET_DIR:-target}
mkdir -p "$target"
ours=$target/pictures.txt

python=
if [ ! -f "$seed/requirements.txt" ]; then
  echo "skipped: the seed's pictures, for SEED_BENCH names no folder that has its requirements.txt" >&2
else
  # shellcheck source=bench/shared.sh
  . bench/shared.sh
  find_the_seeds_python "$seed"
  [ -n "$python" ] || echo "skipped: the seed's pictures, for its requirements cannot be installed" >&2
fi

cargo bench -p render -- "$@" | tee "$ours"
theirs=
if [ -n "$python" ]; then
  theirs=$(SEED_BENCH=$seed "$python" bench/pictures.py seed)
fi
THEIRS=$theirs python3 bench/pictures.py table "$ours" "$target/criterion"
