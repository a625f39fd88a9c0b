#!/usr/bin/env bash
# What Vakhta costs beside what people use today: one run, one machine, side by side. docs/performance.md is made of it.
#
#   bench/compare.sh                     builds the static release binary as the image does, then measures for 25 minutes
#   bench/compare.sh --minutes 60        an hour on watch before memory is taken
#   bench/compare.sh --quick             three to four minutes, to see whether something has changed much
#   bench/compare.sh --seed DIR          the seed's stack too: a folder with its bot/ and requirements.txt
#   bench/compare.sh --binary PATH       that binary, and none is built
#   bench/compare.sh --only start latency    some of: size start latency idle charts detector
#   bench/compare.sh --table [FILE]      the tables of docs/performance.md from the newest run, or from that one
#   bench/compare.sh --write [FILE]      the same, put into docs/performance.md
#
# More: --starts N, --asks N, --crowd N (how many more processes), --image NAME (one that is there), --docker ADDRESS (an
# engine that Vakhta shall ask). PYTHON names a Python that has what the seed needs; else one is made in target/seed-venv.
#
# Needed: the Rust toolchain, Python 3 without packages, openssl for TLS. Monitors are measured where they are installed:
# prometheus-node-exporter, collectd, monit, netdata, zabbix-agent, glances. Root is not needed; with it, processor time is
# taken from control groups, which miss no child. Nothing leaves 127.0.0.1. What cannot be measured is said.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
command=bench/compare.sh
calls_from=$PWD
absolute() { case $1 in /*) printf '%s' "$1" ;; *) printf '%s' "$calls_from/$1" ;; esac; }

binary='' seed=${SEED_BENCH:+$(absolute "$SEED_BENCH")} rest=() charts=1 detector=1
# What is written down of the command names no place of this machine.
for word in "$@"; do
  case $word in */*) command+=" PATH" ;; *) command+=" $word" ;; esac
done
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p;}' "$0"; exit 0 ;;
    --table | --write) exec python3 -B "$here/table.py" "$1" ${2:+"$(absolute "$2")"} ;;
    --binary) binary=$(absolute "${2:?--binary PATH}"); shift 2 ;;
    --seed) seed=$(absolute "${2:?--seed DIR}"); shift 2 ;;
    --only)
      rest+=("$1"); shift; charts='' detector=''
      while [ $# -gt 0 ] && [ "${1#--}" = "$1" ]; do
        case $1 in charts) charts=1 ;; detector) detector=1 ;; esac
        rest+=("$1"); shift
      done ;;
    *) rest+=("$1"); shift ;;
  esac
done

cd "$here/.."
target=$(absolute "${CARGO_TARGET_DIR:-$PWD/target}")
export CARGO_TARGET_DIR=$target
mkdir -p "$target/compare"
# shellcheck source=bench/shared.sh
. "$here/shared.sh"
if [ -z "$binary" ]; then build_as_the_image_does; fi
[ -x "$binary" ] || { echo "compare.sh: there is no program at $binary" >&2; exit 66; }
# Built before anything is measured; without cargo the two are not measured, and that is said.
if [ -n "$charts" ] && command -v cargo >/dev/null; then cargo bench -q -p render --bench charts --no-run >&2; fi
if [ -n "$detector" ] && command -v cargo >/dev/null; then cargo bench -q --bench watch --no-run >&2; fi

python=''
if [ -n "$seed" ]; then
  if [ ! -f "$seed/requirements.txt" ]; then
    echo "compare.sh: $seed has no requirements.txt, so it is not the seed's stack" >&2
    exit 66
  fi
  find_the_seeds_python "$seed"
fi

# On the file system of the sources, not in /tmp, which is memory on many machines: what is written to the disk counts.
work=$(mktemp -d "$target/compare/work.XXXXXX")
output=$target/compare/$(date -u +%Y%m%d-%H%M%S).jsonl
# Until it is whole, it is not the newest run.
partial=$output.partial
measuring=''
# shellcheck disable=SC2317 # The trap calls it.
end() {
  if [ -n "$measuring" ] && kill -0 "$measuring" 2>/dev/null; then
    kill -TERM "$measuring"
    wait "$measuring" || true
  fi
  rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

python3 -B bench/compare.py --binary "$binary" --work "$work" --output "$partial" --command "$command" \
  ${seed:+--seed "$seed"} ${python:+--python "$python"} ${rest[@]+"${rest[@]}"} &
measuring=$!
code=0
wait "$measuring" || code=$?
measuring=''
if [ "$code" -ne 0 ]; then
  # What the programs said is more than that they failed.
  tail -n 3 "$work"/*/log "$work"/*/output >&2 2>/dev/null || true
  # 3: a phase failed, the others are worth having.
  [ "$code" -eq 3 ] || exit "$code"
fi
mv "$partial" "$output"
echo
echo "figures: $output"
python3 -B bench/table.py --table "$output"
exit "$code"
