#!/usr/bin/env bash
# Scores every DATA_DIR/FOLDER/FILE.csv and prints {"FOLDER/FILE.csv": [score, ...], ...}, as the scorers of both benches
# read it (docs/detection.md):
#
#     bench/detect.sh DATA_DIR [novelty|sigma] > scores.json
#
# VAKHTA names the program when it is not on the PATH.
set -euo pipefail

data=${1:?usage: bench/detect.sh DATA_DIR [novelty|sigma] > scores.json}
detector=${2:-novelty}
vakhta=${VAKHTA:-vakhta}
shopt -s nullglob
files=("$data"/*/*.csv)
[ ${#files[@]} -gt 0 ] || { echo "detect.sh: no FOLDER/FILE.csv in $data" >&2; exit 2; }

separator='{'
for file in "${files[@]}"; do
  scores=$("$vakhta" detect --detector "$detector" --json "$file" | sed 's/.*"score":\([^,]*\),.*/\1/' | paste -sd , -)
  printf '%s\n"%s": [%s]' "$separator" "${file#"$data"/}" "$scores"
  separator=','
done
printf '\n}\n'
