#!/usr/bin/env python3
"""The tables of docs/performance.md, made of a file of `bench/compare.sh`: `--table [FILE]` prints them, `--write [FILE]`
puts them between the two marks of the document. Without FILE it is the newest run."""

import json
import os
import pathlib
import sys

import process

HERE = pathlib.Path(__file__).resolve().parent
DOCUMENT = HERE.parent / "docs/performance.md"
BEGIN = "<!-- made by bench/compare.sh --write: begin -->\n"
END = "<!-- made by bench/compare.sh --write: end -->\n"
# Noise of two windows of minutes; less than this is none.
NOISE_PERCENT = 1
# Measured on 2026-11-23 on a machine of the same kind, for what cannot be installed everywhere: MiB, per cent of a core
# quiet and with 500 more processes, wake-ups a second.
CITED = [
    {"program": "beszel-agent 0.18.8", "every_s": 60, "rss": 10.8, "cpu_percent": 0.0043, "crowded": 0.0040},
    {"program": "beszel-agent 0.18.8", "every_s": 1, "rss": 12.0, "pss": 12.0, "cpu_percent": 0.056, "crowded": 0.063,
     "wakeups_a_second": 24},
]
# So the figures of others are named where they are better than ours.
SAYS_CITED = "of 2026-11-23"


class Run:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.rows = [json.loads(line) for line in file]

    def all(self, figure, **wanted):
        return [row for row in self.rows if row["figure"] == figure
                and all(row.get(name) == value for name, value in wanted.items())]

    def all_like(self, beginning):
        return [row for row in self.rows if row["figure"].startswith(beginning)]

    def one(self, figure, program, **wanted):
        found = self.all(figure, program=program, **wanted)
        return found[-1] if found else None


def number(value):
    if value is None:
        return ""
    if value == 0:
        return "0"
    digits = next((it for it, from_ in enumerate((100, 10, 1, 0.1)) if from_ <= abs(value)), 4)
    return f"{value:.{digits}f}"


def limit(values):
    return " / ".join(f"{it:g}" for it in values)


def lasted(seconds):
    return f"{seconds:.0f} seconds" if seconds < 120 else f"{seconds / 60:.0f} minutes"


def several(values):
    return " / ".join(map(number, values)) if all(it is not None for it in values) else ""


def with_units(values, unit):
    """`ms / KB` is a unit for each part."""
    units = unit.split(" / ") if " / " in unit else []
    if units and None not in values:
        return " / ".join(f"{number(value)} {of}" for value, of in zip(values, units))
    return several(values) + (f" {unit}" if unit else "")


def verdict(ours, must, aim):
    if any(it is None for it in ours):
        return "not measured"
    below = lambda limits: all(value <= limit for value, limit in zip(ours, limits))
    return "aim reached" if below(aim) else "must reached" if below(must) else "**missed**"


def told_best(found):
    """The least of the others, and who it is."""
    least = min(found, default=None)
    return f"{least[1]} {number(least[0])}" if least else "-"


def grown(run, program, every, way):
    """By how many per cent more processor time is taken with many more processes about."""
    windows = [run.one(f"idle, {it}", program, every_s=every, way=way) for it in ("quiet", "quiet again", "crowded")]
    if None in windows:
        return None
    seconds = sum(it["window_s"] for it in windows[:2])
    usual = sum(it["cpu_percent"] * it["window_s"] for it in windows[:2]) / seconds
    return (windows[2]["cpu_percent"] / usual - 1) * 100 if usual else None


def lines(run):
    """Figure; ours; the seed's; the lazy seed's; the best other; must; aim. A figure of several parts is a list."""
    pick = lambda row, *names: [row.get(name) if row else None for name in names]
    seeds = ("seed", "seed, lazy")
    ways = [it for it in ("HTTP", "TLS") if run.all(f"start to first getUpdates, {it}, fresh store, ms")
            or run.all(f"/status, served to reply, {it}, ms")]
    idle_way = "TLS" if "TLS" in ways or run.one("idle, quiet", "vakhta", way="TLS") else "HTTP"
    others = [row for row in run.all("idle, quiet") if row["program"] not in ("vakhta", *seeds)]
    watched = next((row["after_s"] for row in run.all("idle, quiet", program="vakhta")), 0)
    table = []

    def add(figure, unit, ours, theirs, other, must, aim):
        table.append((figure, unit, ours, theirs, other, must, aim))

    limits = {"HTTP": (15, 4), "TLS": (25, 8)}
    for way in ways:
        for store in ("fresh", "kept"):
            figure = f"start to first getUpdates, {way}"
            add(f"{figure}, {store} store", "ms", pick(run.one(f"{figure}, {store} store, ms", "vakhta"), "p50"),
                [pick(run.one(f"{figure}, ms", it), "p50") for it in seeds], "-", limits[way][:1], limits[way][1:])
    quiet = lambda program, every: run.one("idle, quiet", program, every_s=every, way=idle_way)
    rss = [(row["rss"], row["program"]) for row in others]
    add(f"resident memory after {lasted(watched)} on watch, {idle_way}, history kept", "MiB",
        pick(quiet("vakhta", 10), "rss"), [pick(quiet(it, 10), "rss") for it in seeds], told_best(rss), [10], [7])
    charts = {row["figure"]: row for row in run.all_like("memory after ")}
    for way in ways:
        figure = next((it for it in charts if it.endswith(f" charts, {way}, MiB")), None)
        if figure:
            add(f"{figure.removesuffix(', MiB')}, more than before", "MiB", pick(run.one(figure, "vakhta"), "more"),
                [pick(run.one(figure, it), "more") for it in seeds], "-", [3], [1])
    for every, must, aim in ((1, 0.12, 0.06), (10, 0.06, 0.035)):
        cpu = [(row["cpu_percent"], f"{row['program']} ({row['every_s']} s)") for row in others if row["every_s"] == every]
        add(f"processor time of one core, a sample each {'second' if every == 1 else '10 s'}", "%",
            pick(quiet("vakhta", every), "cpu_percent"), [pick(quiet(it, every), "cpu_percent") for it in seeds],
            told_best(cpu), [must], [aim])
    settling = lambda program: run.one("settling", program, every_s=10, way=idle_way)
    add("processor time of the first "
        + next((lasted(row["seconds"]) for row in run.all("settling")), "seconds")
        + ", which the two rows above leave out", "s", pick(settling("vakhta"), "cpu_s"),
        [pick(settling(it), "cpu_s") for it in seeds], "-", None, None)
    crowd = next((row["more_processes"] for row in run.all("idle, crowded")), 500)
    for every in (1, 10):
        more = [(it, f"{row['program']} ({row['every_s']} s)") for row in others if row["every_s"] == every
                if (it := grown(run, row["program"], every, row["way"])) is not None]
        add(f"the same with {crowd} more processes, {'1 s' if every == 1 else '10 s'}", "% more",
            [grown(run, "vakhta", every, idle_way)], [[grown(run, it, every, idle_way)] for it in seeds],
            told_best(more), [5], [NOISE_PERCENT])
    for text, must, aim in (("/status", [1.2, 4], [0.5, 2]), ("/graph", [6, 15], [2.5, 5])):
        for way in ways:
            figure = f"{text}, served to reply, {way}"
            add(f"`{text}`, served to reply, {way}, p50 / p99", "ms", pick(run.one(f"{figure}, ms", "vakhta"), "p50", "p99"),
                [pick(run.one(f"{figure}, ms", it), "p50", "p99") for it in seeds],
                told_best([(row["p50"], "harness alone") for row in run.all(f"{figure}, ms", program="the harness itself")]),
                must, aim)
    pie, theirs = (run.one("chart, draw and encode, ms", it) for it in ("vakhta", "seed"))
    chart = lambda row: [row["p50"], row["bytes"] / 1000] if row and row["bytes"] else [None, None]
    add("RAM pie 800x600, draw and encode; size", "ms / KB", chart(pie), [chart(theirs), [None]], "-", [2, 25], [1, 15])
    for way in ways:
        for store in ("fresh", "kept"):
            add(f"SIGTERM to exit, {way}, {store} store", "ms",
                pick(run.one(f"SIGTERM to exit, {way}, {store} store, ms", "vakhta"), "p50"),
                [pick(run.one(f"SIGTERM to exit, {way}, ms", it), "p50") for it in seeds], "-", [50], [10])
    image = run.one("image", "vakhta") or run.one("binary", "vakhta")
    megabytes = [it / 1e6 for it in (image["bytes"], image["gzip_bytes"])] if image else [None, None]
    what = "image" if run.one("image", "vakhta") else "what is in the image: the binary"
    add(f"{what}{', ' + image['linked'] if image and 'linked' in image else ''}, uncompressed / gzip -9", "MB", megabytes,
        [[None], [None]], "-", [12, 6], [8, 4])
    alone = any(row["work"].startswith("one observation") for row in run.all("detector"))
    for row in run.all("detector"):
        name = row["work"]
        if name.startswith("evaluate"):
            # What is asked of the detector alone; a round reads history from the store too.
            add(f"a round of rules, of each series: {name}", "us", [row["us_each"]], [[None], [None]], "-", None, None)
            continue
        # With reading and writing around it, it stands for the detector only where nothing else does.
        judged = row["work"].startswith("one observation") or not alone
        add(f"detector: {name}", "us", [row["us_each"]], [[None], [None]], "-", *(([5], [1]) if judged else (None, None)))
        if row["bytes"]:
            add(f"detector, memory of one series: {name.removeprefix('one observation by ')}", "KiB",
                [row["bytes"] / 1024], [[None], [None]], "-", [64], [24])
    woken = [(row["wakeups_a_second"], f"{row['program']} ({row['every_s']} s)") for row in others]
    add("wake-ups a second, a sample each 10 s", "", pick(quiet("vakhta", 10), "wakeups_a_second"),
        [pick(quiet(it, 10), "wakeups_a_second") for it in seeds], told_best(woken), [7], [5])
    add("wake-ups a second, a sample each second", "", pick(quiet("vakhta", 1), "wakeups_a_second"),
        [pick(quiet(it, 1), "wakeups_a_second") for it in seeds], "-", None, None)
    return [it for it in table if any(value is not None for value in it[2])]


def main_table(run):
    yield "| figure (medians) | Vakhta | seed's stack (lazy) | best other here | must | aim | |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for figure, unit, ours, theirs, other, must, aim in lines(run):
        seed, lazy = (several(it) for it in theirs)
        beside = f"{seed} ({lazy})" if seed and lazy else seed or lazy or "-"
        told = with_units(ours, unit)
        if must is None:
            yield f"| {figure} | {told} | {beside} | {other} | | | |"
        else:
            # Of what shall not grow at all, what is within the noise has not grown.
            wanted = "0" if aim == [NOISE_PERCENT] and unit == "% more" else limit(aim)
            yield (f"| {figure} | {told} | {beside} | {other} | {limit(must)} | {wanted} | "
                   f"{verdict(ours, must, aim)} |")


def beside_table(run):
    """Every program of the common minutes."""
    rows = run.all("idle, quiet")
    if not rows:
        return
    crowd = next((row["more_processes"] for row in run.all("idle, crowded")), 500)
    yield f"| program, all in the same minutes | RSS / PSS, MiB | CPU %: quiet → {crowd} more processes | wake-ups a second |"
    yield "| --- | --- | --- | --- |"
    for row in sorted(rows, key=lambda it: (it["program"] != "vakhta", it["program"], it["every_s"])):
        crowded = run.one("idle, crowded", row["program"], every_s=row["every_s"], way=row["way"])
        how = {"asked": f"asked each {row['every_s']} s"}.get(row["way"], f"each {row['every_s']} s")
        how = "nobody asks" if not row["every_s"] else how + (f", {row['way']}" if row["way"] in ("TLS", "HTTP") else "")
        short = ", the window is shorter than its interval" if row["window_s"] < row["every_s"] else ""
        then = f"{crowded['cpu_percent']:.4f}" if crowded else "?"
        yield (f"| {row['program']}, {how}{short} | {number(row['rss'])} / {number(row['pss']) or '?'} | "
               f"{row['cpu_percent']:.4f} → {then} | {number(row['wakeups_a_second'])} |")
    for row in CITED:
        yield (f"| {row['program']}, asked each {row['every_s']} s (not here: {SAYS_CITED}, the same kind of machine) | "
               f"{number(row['rss'])} / {number(row.get('pss')) or '?'} | {row['cpu_percent']:.4f} → {row['crowded']:.4f} | "
               f"{number(row.get('wakeups_a_second')) or '?'} |")


def each(row):
    """How often it looks, as words after its name."""
    return {0: "", 1: ", each second"}.get(row["every_s"], f", each {row['every_s']} s")


def better(run):
    """A line for each figure in which somebody else is better."""
    seeds = ("the seed", "the seed, lazy")
    rows = [row for row in run.all("idle, quiet") if row["program"] not in ("vakhta", "seed", "seed, lazy")]
    cited = [{**row, "program": f"{row['program']} ({SAYS_CITED})"} for row in CITED]
    often = [row for row in rows + cited if row["every_s"] == 1]
    seldom = [row for row in rows + cited if row["every_s"] != 1 or row["program"] == "netdata"]
    asked = {"resident memory": ("rss", seldom), "processor time of one core, a sample each second": ("cpu_percent", often),
             "processor time of one core, a sample each 10 s": ("cpu_percent", seldom),
             "wake-ups a second, a sample each 10 s": ("wakeups_a_second", seldom),
             "wake-ups a second, a sample each second": ("wakeups_a_second", often)}
    for figure, unit, ours, theirs, *_ in lines(run):
        if unit == "% more" and (ours[0] is None or ours[0] <= NOISE_PERCENT):
            continue
        found = [f"{name} {with_units(values, unit)}" for name, values in zip(seeds, theirs)
                 if any(it is not None and own is not None and it < own for it, own in zip(values, ours))]
        for beginning, (field, others) in asked.items():
            if figure.startswith(beginning):
                found += [f"{row['program']}{each(row)} "
                          f"{with_units([row[field]], unit)}" for row in sorted(others, key=lambda it: it.get(field) or 0)
                          if row.get(field) is not None and None not in ours and row[field] < ours[0]
                          and row["every_s"] <= row.get("window_s", row["every_s"])]
        if found:
            yield f"* {figure}: we {with_units(ours, unit)}; {'; '.join(found)}."


def heading(run):
    machine = run.all("machine")[0]
    kind = "virtual cores" if machine["virtual"] else "cores"
    changed = ", with changes that are not committed" if machine["changed"] else ""
    yield (f"Measured on {machine['date']} on {machine['cores']} {kind} ({machine['cpu']}), {machine['memory_mib'] / 1024:.0f} GiB, "
           f"{machine['system']}, kernel {machine['kernel']}, {machine['filesystem']}; commit {machine['commit']}{changed}.")
    binary = run.one("binary", "vakhta")
    given = f", with a binary that was given (sha256 {binary['sha256']}…)" if binary and "--binary" in machine["command"] else ""
    yield f"Command: `{machine['command']}`{given}."
    yield ""
    phases = [(it["program"], it["others_percent"], it["steal_percent"], it["load_before"], it["load_after"])
              for it in run.all("phase")]
    busy = [name for name, others, *_ in phases if process.BUSY_PERCENT < others]
    each = "; ".join(f"{name} {others:.0f} % (load {before} to {after}{f', stolen {stolen} %' if 1 < stolen else ''})"
                     for name, others, stolen, before, after in phases)
    judged = ("**The machine was busy with other work**, so what has a clock in it (starts, answers, pictures, ends) says little, "
              "and processor time is dearer than on a quiet one" if busy else "The machine was quiet")
    yield f"{judged}: others took {machine['others_percent']:.0f} % of it before the run, and during it: {each}."
    windows = [f"{row['processes']} in the {row['program']} minutes" for row in run.all("window")]
    if windows:
        yield f"Processes on it, ours and the monitors included: {', '.join(windows)}."


def whole(run):
    parts = ["\n".join(heading(run)), "\n".join(main_table(run)), "\n".join(beside_table(run))]
    beaten = list(better(run))
    if beaten:
        parts.append("Where somebody else is better:\n\n" + "\n".join(beaten))
    missing = [f"* {row['program']}: {row['why']}" for row in run.all("not measured")]
    if missing:
        parts.append("Not measured in this run:\n\n" + "\n".join(missing))
    return "\n\n".join(it for it in parts if it) + "\n"


def newest():
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", HERE.parent / "target"))
    runs = sorted((target / "compare").glob("*.jsonl"))
    if not runs:
        sys.exit("there is no run yet: bench/compare.sh makes one")
    return runs[-1]


def main():
    if len(sys.argv) < 2 or sys.argv[1] not in ("--table", "--write"):
        sys.exit(__doc__)
    text = whole(Run(sys.argv[2] if 2 < len(sys.argv) else newest()))
    if sys.argv[1] == "--table":
        print(text, end="")
        return
    document = DOCUMENT.read_text(encoding="utf-8")
    before, began, rest = document.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not began or not ended:
        sys.exit(f"{DOCUMENT.name} has not the two marks between which the tables stand")
    DOCUMENT.write_text(before + BEGIN + "\n" + text + "\n" + END + after, encoding="utf-8")


if __name__ == "__main__":
    main()
