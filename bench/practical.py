#!/usr/bin/env python3
"""practical.py NAB_DIR VAKHTA MINUTES - what bench/practical.sh prints. Standard library only.

The first 0.15 of a file, at most 750 records, count for nothing, as in the benchmark. Per day means per day and series.
Precision is alarms inside a window over all alarms, recall windows with an alarm over windows; chance is the share of
records inside a window, which is the precision of an alarm that knows nothing.
"""
import csv, json, os, subprocess, sys
from datetime import datetime

FOLDERS = ["realAWSCloudwatch", "realKnownCause"]
RULES = [("novelty", "novelty", False), ("sigma, every record", "sigma", False),
         ("sigma, rising edge only", "sigma", True)]


def moment(text):
    return datetime.fromisoformat(text.strip().split(".")[0])


def rolled_up(path, minutes):
    """A file's text, its records made means of so many minutes, each at the first of its records."""
    with open(path, newline="") as f:
        rows = [(moment(it["timestamp"]), float(it["value"])) for it in csv.DictReader(f)]
    means = {}
    for at, value in rows:
        place = int((at - datetime(1970, 1, 1)).total_seconds() // 60 // max(minutes, 1)) if minutes else len(means)
        means.setdefault(place, (at, []))[1].append(value)
    lines = [f"{at},{sum(values) / len(values)!r}" for at, values in means.values()]
    return "\n".join(["timestamp,value"] + lines) + "\n"


def alarms(vakhta, detector, text):
    """When and whether, of each record."""
    command = [vakhta, "detect", "--detector", detector, "--json"]
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, text=True, check=True)
    lines = done.stdout.splitlines()
    records = map(json.loads, lines)
    return [(moment(it["timestamp"]), it["alarm"] in (True, "yes")) for it in records]


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    home, vakhta, minutes = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with open(os.path.join(home, "windows.json")) as f:
        windows = {it: [tuple(map(moment, pair)) for pair in pairs] for it, pairs in json.load(f).items()}
    files = sorted(it for it in windows if it.split("/")[0] in FOLDERS)
    for place, (rule, detector, edges) in enumerate(RULES):
        days = raised = inside = found = wanted = covered = records = 0
        for name in files:
            seen = alarms(vakhta, detector, rolled_up(os.path.join(home, "data", name), minutes))
            start = min(int(0.15 * len(seen)), 750)
            was = [False] + [it[1] for it in seen]
            rang = [at for number, (at, alarm) in enumerate(seen)
                    if start <= number and alarm and not (edges and was[number])]
            within = lambda at: any(first <= at <= last for first, last in windows[name])
            scored = [pair for pair in windows[name] if seen[start][0] <= pair[1]]
            days += (seen[-1][0] - seen[start][0]).total_seconds() / 86400
            raised += len(rang)
            inside += sum(map(within, rang))
            found += sum(any(first <= at <= last for at in rang) for first, last in scored)
            wanted += len(scored)
            covered += sum(within(at) for at, _ in seen[start:])
            records += len(seen) - start
        if place == 0:
            print(f"{len(files)} series, {days:.0f} days after probation\n")
            print("| rule | alarms | per day | precision | windows found | chance |\n|---|---|---|---|---|---|")
        print(f"| {rule} | {raised} | {raised / days:.2f} | {inside / max(raised, 1):.2f} | {found}/{wanted} "
              f"| {covered / records:.2f} |", flush=True)


if __name__ == "__main__":
    main()
