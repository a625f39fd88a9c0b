#!/usr/bin/env bash
# How good the alarms are for the person who gets them: alarms per day, precision and recall by window, on the folders of
# the Numenta Anomaly Benchmark that were recorded on servers, for the detector and for the seed's literal rule:
#
#     bench/practical.sh NAB_DIR [MINUTES]
#
# With MINUTES, the records are made means of so many minutes first, as a rule's `every` does with samples.
# NAB_DIR has data/FOLDER/FILE.csv and windows.json. VAKHTA names the program when it is not on the PATH.
set -euo pipefail
exec python3 "$(dirname "$0")/practical.py" "${1:?usage: bench/practical.sh NAB_DIR [MINUTES]}" "${VAKHTA:-vakhta}" "${2:-0}"
