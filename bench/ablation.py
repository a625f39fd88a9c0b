#!/usr/bin/env python3
"""What each part of the detector is worth, and how it generalises: the tables of docs/detection.md.

    bench/ablation.py NAB_DIR MSCLOUD_DIR [--nab-scorer score.py] [--mscloud-scorer event_score.py]

NAB_DIR has data/FOLDER/FILE.csv, windows.json and score.py; MSCLOUD_DIR data/FOLDER/FILE.csv and event_score.py, unless
the scorers are named. The detector runs as jobs/examples/ablation.rs; everything else is the scorers' own word.
About ten minutes.
"""
import argparse, json, os, re, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PROFILES = ["standard", "reward_low_FP_rate", "reward_low_FN_rate"]
BUDGETS = ["0.5", "1", "2"]


def detector(data, out):
    """Scores of every variant; their names, in order."""
    command = ["cargo", "run", "--release", "--quiet", "-p", "jobs", "--example", "ablation", "--", data, out]
    done = subprocess.run(command, cwd=os.path.dirname(HERE), stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.splitlines()


class Nab:
    def __init__(self, home, scorer):
        self.data, self.windows = os.path.join(home, "data"), os.path.join(home, "windows.json")
        self.scorer = scorer or os.path.join(home, "score.py")
        with open(self.windows) as f:
            self.files = sorted(json.load(f))

    def run(self, scores, files, thresholds=None):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as subset:
            json.dump(files, subset)
            subset.flush()
            command = [sys.executable, self.scorer, "--data", self.data, "--windows", self.windows,
                       "--scores", scores, "--subset", subset.name, "--json"]
            if thresholds:
                command += ["--threshold", ",".join(repr(it) for it in thresholds)]
            text = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
        found = json.loads(text)["scores"]
        return [found[it] for it in PROFILES]

    def bounds(self, scores, files):
        """What a detector that never fires gets, and a perfect one."""
        null = [it["raw"] for it in self.run(scores, files, [2.0, 2.0, 2.0])]
        with open(self.windows) as f:
            windows = json.load(f)
        return null, float(sum(len(windows[it]) for it in files))


class Mscloud:
    def __init__(self, home, scorer):
        self.data = os.path.join(home, "data")
        self.scorer = scorer or os.path.join(home, "event_score.py")
        self.files = sorted(os.path.relpath(os.path.join(folder, it), self.data)
                            for folder, _, names in os.walk(self.data) for it in names if it.endswith(".csv"))

    def run(self, scores, files, threshold=None):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as subset:
            json.dump(files, subset)
            subset.flush()
            command = [sys.executable, self.scorer, "--data", self.data, "--scores", scores,
                       "--subset", subset.name]
            if threshold is not None:
                command += ["--threshold", repr(threshold)]
            text = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
        line = r"(\S.*?) +thr (\S+) alarms (\d+) .* precision (\S+) recall (\S+) F1 (\S+) \((\d+)/(\d+) events\)"
        rows = {tag: {"threshold": float(thr), "alarms": int(alarms), "true": round(float(p) * int(alarms)),
                      "hit": int(hit), "events": int(events)}
                for tag, thr, alarms, p, _, _, hit, events in re.findall(line, text)}
        mean = re.search(r"mean F1 over budgets (\S+)", text)
        return rows, float(mean.group(1)) if mean else None


def folders(files):
    return sorted({it.split("/")[0] for it in files})


def parts(names, nab, mscloud, out):
    print("| | standard | low FP | low FN | mscloud |\n|---|---|---|---|---|")
    for number, name in enumerate(names):
        scores = [it["score"] for it in nab.run(f"{out}/nab/{number}.json", nab.files)]
        _, mean = mscloud.run(f"{out}/mscloud/{number}.json", mscloud.files)
        print(f"| {name} | {scores[0]:.2f} | {scores[1]:.2f} | {scores[2]:.2f} | {mean:.4f} |", flush=True)


def nab_folders(nab, scores):
    print("\n| left out | the rest: standard | low FP | low FN | the folder at the rest's threshold | its own best |")
    print("|---|---|---|---|---|---|")
    raw, null, perfect = [0.0] * 3, [0.0] * 3, 0.0
    for folder in folders(nab.files):
        mine = [it for it in nab.files if it.startswith(folder + "/")]
        rest = [it for it in nab.files if it not in mine]
        others = nab.run(scores, rest)
        at = nab.run(scores, mine, [it["threshold"] for it in others])
        nothing, most = nab.bounds(scores, mine)
        raw = [sum(it) for it in zip(raw, (it["raw"] for it in at))]
        null = [sum(it) for it in zip(null, nothing)]
        perfect += most
        if most:
            row = lambda found: " ".join(f"{it['score']:.1f}" for it in found)
            best = nab.run(scores, mine)
            rest = " | ".join(f"{it['score']:.2f}" for it in others)
            print(f"| {folder} | {rest} | {row(at)} | {row(best)} |", flush=True)
    whole = [100 * (r - n) / (perfect - n) for r, n in zip(raw, null)]
    print("\nAll folders, each at the threshold of the others: " + " / ".join(f"{it:.2f}" for it in whole))


def mscloud_folders(mscloud, scores):
    print("\n| left out (mscloud) | the rest: mean F1 | the folder at the rest's thresholds: "
          "true/alarms hit/events, budgets " + " · ".join(BUDGETS) + " |\n|---|---|---|")
    sums = {it: [0, 0, 0, 0] for it in BUDGETS}
    for folder in folders(mscloud.files):
        mine = [it for it in mscloud.files if it.startswith(folder + "/")]
        rows, mean = mscloud.run(scores, [it for it in mscloud.files if it not in mine])
        cells = []
        for budget in BUDGETS:
            found, _ = mscloud.run(scores, mine, rows[f"budget {budget}"]["threshold"])
            it = found["fixed"]
            four = [it["true"], it["alarms"], it["hit"], it["events"]]
            sums[budget] = [sum(pair) for pair in zip(sums[budget], four)]
            cells.append("{}/{} {}/{}".format(*four))
        print(f"| {folder} | {mean:.4f} | {' · '.join(cells)} |", flush=True)
    f1 = []
    for true, alarms, hit, events in sums.values():
        precision, recall = true / max(alarms, 1), hit / max(events, 1)
        f1.append(2 * precision * recall / (precision + recall) if precision + recall else 0.0)
    print(f"\nAll folders, each at the thresholds of the others: mean F1 {sum(f1) / len(f1):.4f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nab")
    parser.add_argument("mscloud")
    parser.add_argument("--nab-scorer")
    parser.add_argument("--mscloud-scorer")
    asked = parser.parse_args()
    nab = Nab(asked.nab, asked.nab_scorer)
    mscloud = Mscloud(asked.mscloud, asked.mscloud_scorer)
    with tempfile.TemporaryDirectory() as out:
        names = detector(os.path.abspath(nab.data), f"{out}/nab")
        detector(os.path.abspath(mscloud.data), f"{out}/mscloud")
        parts(names, nab, mscloud, out)
        nab_folders(nab, f"{out}/nab/0.json")
        mscloud_folders(mscloud, f"{out}/mscloud/0.json")


if __name__ == "__main__":
    main()
