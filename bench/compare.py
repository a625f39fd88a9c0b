#!/usr/bin/env python3
"""What Vakhta costs beside what people use today: one run, one machine, side by side. Started by `bench/compare.sh`.

Everything is asked of a Bot API on loopback. What is compared is measured in turn (starts, answers) or in the same
minutes (memory, processor, wake-ups). Standard output is for people; the same figures go to a file of JSON lines, which
`bench/table.py` makes the table of docs/performance.md of.
"""

import argparse
import contextlib
import datetime
import gzip
import hashlib
import itertools
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import time

import measure
import process
import tls
from fake_telegram import FakeTelegram
from measure import CROWD, GAP, OWNER, Floor, Seed, Watch, spread
from monitors import MONITORS, Monitor, found

HERE = pathlib.Path(__file__).resolve().parent


class Report:
    """Lines for people, and the same as JSON."""

    def __init__(self, path):
        self.file = open(path, "w", encoding="utf-8")

    def say(self, figure, program="", **values):
        values = {"figure": figure, "program": program, **values, "load": process.load()}
        print(json.dumps(values), file=self.file, flush=True)
        told = ", ".join(f"{name} {value}" for name, value in values.items()
                         if name not in ("figure", "program", "load", "body"))
        print(f"{program:22} {figure}: {told}", flush=True)

    def not_measured(self, what, why):
        self.say("not measured", what, why=why)


class Bench:
    def __init__(self, options, report):
        self.options, self.report, self.work = options, report, options.work
        self.plain = options.binary
        self.authority, self.trusting = None, None
        self.monitors = []

    def directory(self, name):
        path = os.path.join(self.work, name)
        os.makedirs(path, exist_ok=True)
        return path

    def encrypt(self):
        if not shutil.which("openssl"):
            self.report.not_measured("TLS", "there is no openssl to make a certificate with")
            return
        authority = tls.Authority(self.directory("tls"))
        trusting = os.path.join(self.work, "vakhta-tls")
        if authority.trusted_by(self.plain, trusting):
            self.authority, self.trusting = authority, trusting
        else:
            self.report.not_measured("TLS", "the binary has no root that ours could take the place of")

    def api(self, encrypted):
        return FakeTelegram(self.authority.server if encrypted else None)

    def ways(self):
        return [("HTTP", False)] + ([("TLS", True)] if self.authority else [])

    def watch(self, api, directory, encrypted, **more):
        return Watch(self.trusting if encrypted else self.plain, api, directory, docker=self.options.docker, **more)

    def seed(self, api, directory, encrypted, **more):
        authority = self.authority.pem if encrypted else None
        return Seed(self.options.seed, self.options.python, api, directory, authority=authority, **more)

    def seeds(self):
        return [("seed", False), ("seed, lazy", True)] if self.options.python else []

    @contextlib.contextmanager
    def phase(self, name):
        print(f"\n== {name}", flush=True)
        machine = process.Machine()
        yield
        figures = machine.finish()
        self.report.say("phase", name, **figures)
        if process.BUSY_PERCENT < figures["others_percent"]:
            print(f"   BUSY: others took {figures['others_percent']} % of the machine during this", flush=True)

    # The binary and the image.

    def size(self):
        content = pathlib.Path(self.plain).read_bytes()
        linked = "dynamic" if process.has_interpreter(content) else "static"
        self.report.say("binary", "vakhta", linked=linked, bytes=len(content), gzip_bytes=len(gzip.compress(content, 9)),
                        sha256=hashlib.sha256(content).hexdigest()[:12])
        if not shutil.which("docker") or subprocess.run(["docker", "info"], capture_output=True).returncode:
            self.report.not_measured("image in an engine", "no container engine answers; the binary is all that is in the "
                                     "image but for an empty directory")
            return
        image, ours = self.options.image, not self.options.image
        if ours:
            image = f"vakhta-bench:{os.getpid()}"
            context = self.directory("image")
            shutil.copy2(self.plain, os.path.join(context, "vakhta"))
            pathlib.Path(context, "Dockerfile").write_text("FROM scratch\nCOPY vakhta /vakhta\nENTRYPOINT [\"/vakhta\"]\n",
                                                           encoding="ascii")
            subprocess.run(["docker", "build", "-q", "-t", image, context], check=True, capture_output=True)
        try:
            inspected = subprocess.run(["docker", "image", "inspect", "-f", "{{.Size}}", image], check=True,
                                       capture_output=True, text=True)
            saved = subprocess.run(["docker", "save", image], check=True, capture_output=True)
            self.report.say("image", "vakhta", bytes=int(inspected.stdout), gzip_bytes=len(gzip.compress(saved.stdout, 9)))
        finally:
            if ours:
                subprocess.run(["docker", "rmi", "-f", image], capture_output=True)

    # Starts and ends.

    def start(self):
        contestants = []
        for way, encrypted in self.ways():
            kept = self.directory(f"kept-{way}")
            contestants += [
                ("vakhta", f"{way}, fresh store", encrypted, None),
                ("vakhta", f"{way}, kept store", encrypted, kept)]
            contestants += [(name, way, encrypted, lazy) for name, lazy in self.seeds()]
        apis = {way: self.api(encrypted) for way, encrypted in self.ways()}
        # A store that has something in it; and the seed's files, compiled and in the page cache.
        for program, how, encrypted, kind in contestants:
            if program != "vakhta":
                bot = self.seed(apis[how], self.directory("seed"), encrypted, lazy=kind)
            elif kind:
                bot = self.watch(apis[how.split(",")[0]], kind, encrypted)
            else:
                continue
            bot.first_poll()
            time.sleep(12 if program == "vakhta" else 0.5)
            bot.stop()
        took = {it[:2]: ([], [], []) for it in contestants}
        for number in range(self.options.starts):
            for program, how, encrypted, kind in contestants:
                api = apis[how.split(",")[0]]
                if program == "vakhta":
                    bot = self.watch(api, kind or self.directory(f"fresh-{encrypted}-{number}"), encrypted)
                else:
                    bot = self.seed(api, self.directory("seed"), encrypted, lazy=kind)
                starts, ends, cpu = took[program, how]
                starts.append(bot.first_poll())
                time.sleep(0.4)
                cpu.append(process.cpu_ns(bot.pid) / 1e6)
                ends.append(bot.stop())
        for (program, how), (starts, ends, cpu) in took.items():
            self.report.say(f"start to first getUpdates, {how}, ms", program, **spread(starts))
            self.report.say(f"CPU until 0.4 s later, {how}, ms", program, **spread(cpu))
            self.report.say(f"SIGTERM to exit, {how}, ms", program, **spread(ends))

    # Answers, and memory after many pictures.

    def latency(self):
        bots = []
        for way, encrypted in self.ways():
            watch = self.watch(self.api(encrypted), self.directory(f"asked-{way}"), encrypted, people=CROWD)
            bots.append(("vakhta", way, watch, CROWD))
            for name, lazy in self.seeds():
                seed = self.seed(self.api(encrypted), self.directory(f"asked-{name}-{way}"), encrypted, lazy=lazy)
                bots.append((name, way, seed, [OWNER]))
            floor = Floor(self.api(encrypted), self.authority.client() if encrypted else None)
            bots.append(("the harness itself", way, floor, [OWNER]))
        for _, _, bot, _ in bots:
            if not isinstance(bot, Floor):
                bot.first_poll()
        # Samples, so that there is something to draw; and a disk that is half full has been walked, as it is once a day.
        time.sleep(self.options.settle)
        pids = {it: it.pid for _, _, it, _ in bots if not isinstance(it, Floor)}
        before = {bot: process.memory(pid) for bot, pid in pids.items()}
        asks = self.options.asks
        for text, method in (("/status", "sendMessage"), ("/graph", "sendPhoto")):
            asked = [it for it in bots if it[2] in pids or text == "/status"]
            first = {}
            for program, way, bot, people in asked:
                answer = first[bot] = bot.api.ask(people[0], text)
                if bot in pids and answer["method"] != method:
                    sys.exit(f"{text} was answered by {answer['method']}: {answer['body'][:400]}")
            took = {bot: [] for _, _, bot, _ in asked}
            cpu = {bot: [process.cpu_ns(pid)] for bot, pid in pids.items()}
            for number in range(1, asks + 1):
                began = time.monotonic()
                for _, _, bot, people in asked:
                    took[bot].append(bot.api.ask(people[number % len(people)], text)["ms"])
                for bot, pid in pids.items():
                    cpu[bot].append(process.cpu_ns(pid))
                time.sleep(max(0.0, GAP - (time.monotonic() - began)))
            for program, way, bot, _ in asked:
                more = {}
                if bot in pids:
                    # The median of the rounds: some have a sample in them, or a walk through a disk.
                    rounds = [(after - before) / 1e6 for before, after in itertools.pairwise(cpu[bot])]
                    more = {"first": round(first[bot]["ms"], 3), "cpu_ms_each": spread(rounds)["p50"],
                            "cpu_ms_of_all": round(sum(rounds))}
                    if method == "sendPhoto":
                        more["picture_bytes"] = len(first[bot]["picture"])
                self.report.say(f"{text}, served to reply, {way}, ms", program, **more, **spread(took[bot]))
        time.sleep(5)
        for program, way, bot, _ in bots:
            if bot in pids:
                after = process.memory(pids[bot])
                self.report.say(f"memory after {asks} charts, {way}, MiB", program, rss_before=before[bot]["rss"],
                                rss=after["rss"], more=round(after["rss"] - before[bot]["rss"], 2), pss=after["pss"])
            bot.stop()

    # Memory, processor, wake-ups: all of them in the same minutes.

    def idle(self):
        """Everything that can be had, in the same minutes: quiet ones, ones with many more processes, quiet ones again."""
        self.running, self.watched_since = {}, time.monotonic()
        encrypted = self.authority is not None
        way = "TLS" if encrypted else "HTTP"
        for seconds in (10, 1):
            group = process.Group()
            watch = self.watch(self.api(encrypted), self.directory(f"idle-vakhta-{seconds}"), encrypted, seconds=seconds,
                               group=group)
            self.running["vakhta", seconds, way] = (group, watch)
            for name, lazy in self.seeds():
                group = process.Group()
                seed = self.seed(self.api(encrypted), self.directory(f"idle-{name}-{seconds}"), encrypted, seconds=seconds,
                                 lazy=lazy, group=group)
                self.running[name, seconds, way] = (group, seed)
        if encrypted:
            group = process.Group()
            watch = self.watch(self.api(False), self.directory("idle-vakhta-http"), False, group=group)
            self.running["vakhta", 10, "HTTP"] = (group, watch)
        for name, names, how, usual, fastest in MONITORS:
            program = found(names)
            if program is None:
                self.report.not_measured(name, f"it is not installed ({' or '.join(names)})")
                continue
            for seconds in dict.fromkeys((usual, *([fastest] if fastest else []))):
                group = process.Group()
                monitor = Monitor(program, how, os.path.join(self.work, f"monitor-{name}-{seconds}"), seconds, group)
                self.monitors.append(monitor)
                self.running[name, seconds, "asked" if name == "node_exporter" else ""] = (group, monitor)
        for (name, seconds, _), (_, one) in self.running.items():
            if isinstance(one, measure.Bot):
                one.first_poll()
        time.sleep(self.options.warm)
        for key, (_, one) in list(self.running.items()):
            if isinstance(one, Monitor) and not one.is_well():
                self.report.not_measured(key[0], f"it ended at once; see the end of its output: {tail(one.log.name)}")
                group, _ = self.running.pop(key)
                group.end()
        for (program, every, way), (group, _) in self.running.items():
            self.report.say("settling", program, every_s=every, way=way, seconds=self.options.warm,
                            cpu_s=round(group.cpu_ns() / 1e9, 3))
        self.window("quiet", self.options.minutes * 60)
        crowd = Crowd(self.options.crowd)
        self.window("crowded", self.options.crowd_s)
        crowd.end()
        self.window("quiet again", self.options.crowd_s)
        for _, one in self.running.values():
            one.stop()

    def window(self, name, seconds):
        """Of a long one, memory is told each five minutes."""
        self.report.say("window", name, seconds=seconds, processes=sum(it.isdigit() for it in os.listdir("/proc")))
        books, began = process.Books([group for group, _ in self.running.values()]), time.monotonic()
        while 0 < (left := began + seconds - time.monotonic()):
            time.sleep(min(300, left))
            if 300 < seconds:
                for (program, every, way), (group, _) in self.running.items():
                    if program in OURS_AND_SEEDS:
                        self.report.say("memory on the way, MiB", program, every_s=every, way=way,
                                        minute=round((time.monotonic() - self.watched_since) / 60),
                                        **process.memory(*group.pids()))
        costs = books.finish()
        more = {"more_processes": self.options.crowd} if name == "crowded" else {}
        for (program, every, way), (group, _) in self.running.items():
            self.report.say(f"idle, {name}", program, every_s=every, way=way, **more, **costs[group],
                            after_s=round(time.monotonic() - self.watched_since))

    # Single pieces of work, by the benches of the sources.

    def charts(self):
        if not shutil.which("cargo"):
            self.report.not_measured("pictures", "there is no cargo")
            return
        rows = cargo_bench(["-p", "render", "--bench", "charts"], "ram-pie")
        if not rows:
            self.report.not_measured("pictures", "the bench has no such row")
        for line, took in rows.items():
            self.report.say("chart, draw and encode, ms", "vakhta", chart=line, p50=round(took.ns / 1e6, 3),
                            bytes=took.bytes)
        if not self.options.python:
            return
        drawn = subprocess.run([self.options.python, "-B", str(HERE / "pictures.py"), "seed"], check=True, text=True,
                               capture_output=True, env={**os.environ, "SEED_BENCH": self.options.seed})
        for line in drawn.stdout.splitlines():
            chart, took, size = line.rsplit(None, 2)
            if chart == "donut":
                self.report.say("chart, draw and encode, ms", "seed", chart=chart, p50=float(took), bytes=int(size))

    def detector(self):
        self.records()
        if not shutil.which("cargo"):
            self.report.not_measured("detector", "there is no cargo")
            return
        rows = cargo_bench(["--bench", "watch"], "^evaluate|^one observation")
        if not rows:
            self.report.not_measured("detector", "the bench has no such row")
        for line, took in rows.items():
            each = re.search(r" over (\d+) series", line)
            self.report.say("detector", "vakhta", work=line, bytes=took.bytes,
                            us_each=round(took.ns / 1e3 / int(each[1] if each else 1), 3))

    def records(self):
        """The release binary on a file of records; reading them and writing the scores is in it, starting is not."""
        chance, spent = random.Random(3), []
        for count in (1_000, 101_000):
            path = os.path.join(self.work, f"{count}.csv")
            with open(path, "w", encoding="ascii") as file:
                file.write("timestamp,value\n")
                for number in range(count):
                    file.write(f"{1_700_000_000 + 300 * number},{chance.gauss(50, 10):.6f}\n")
            took = []
            for _ in range(3):
                before = os.times()
                subprocess.run([self.plain, "detect", path], check=True, stdout=subprocess.DEVNULL)
                after = os.times()
                took.append(sum(after[2:4]) - sum(before[2:4]))
            spent.append(sorted(took)[1])
        self.report.say("detector", "vakhta", work="`vakhta detect`, a record read, judged and written", bytes=None,
                        us_each=round((spent[1] - spent[0]) * 1e6 / 100_000, 2))


class Took:
    """What one row of a bench takes: the median, and the bytes that the bench printed of it, if it did."""

    def __init__(self, ns, size):
        self.ns, self.bytes = ns, size


def cargo_bench(which, rows):
    """Runs those rows. Bytes are lines like `RAM pie 800x600: 12345 bytes`."""
    began = time.time()
    running = subprocess.Popen(["cargo", "bench", *which, "--", rows], cwd=HERE.parent, text=True, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, start_new_session=True)
    try:
        told, complained = running.communicate()
    except BaseException:
        os.killpg(running.pid, signal.SIGKILL)  # Cargo alone would leave the bench running.
        raise
    if running.returncode:
        sys.exit(f"cargo bench {' '.join(which)}: {complained[-2000:]}")
    sizes = dict(re.findall(r"^(.+): (\d+) bytes\b", told, re.M))
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", HERE.parent / "target"))
    found_rows = {}
    for estimates in sorted(target.glob("criterion/**/new/estimates.json")):
        if began - 1 < estimates.stat().st_mtime:
            name = json.loads((estimates.parent / "benchmark.json").read_text())["full_id"]
            median = json.loads(estimates.read_text())["median"]["point_estimate"]
            found_rows[name] = Took(median, int(sizes[name]) if name in sizes else None)
    return found_rows


class Crowd:
    """Many more processes, which sleep."""

    now = None

    def __init__(self, count):
        script = f"i=0; while [ $i -lt {count} ]; do sleep 100000 & i=$((i+1)); done; echo there; wait"
        self.child = subprocess.Popen(["sh", "-c", script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      start_new_session=True)
        Crowd.now = self
        self.child.stdout.readline()
        time.sleep(3)

    def end(self):
        os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()
        self.child.stdout.close()
        Crowd.now = None
        time.sleep(3)


def tail(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()[-200:].strip().splitlines()[-1:]


OURS_AND_SEEDS = ("vakhta", "seed", "seed, lazy")
# Exit codes: told to end, and a phase that failed.
ENDED, FAILED = 143, 3
PHASES = ("size", "start", "latency", "idle", "charts", "detector")


def clean(bench):
    """On any exit, however early."""
    if Crowd.now:
        Crowd.now.end()
    for bot in list(measure.STARTED):
        bot.kill()
    for monitor in bench.monitors:
        if monitor.is_well():
            monitor.stop()


def git(*words):
    asked = subprocess.run(["git", *words], cwd=HERE, capture_output=True, text=True)
    return asked.stdout.strip() if asked.returncode == 0 else "unknown"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=os.path.abspath, required=True)
    parser.add_argument("--seed", help="the folder of the seed's stack")
    parser.add_argument("--python", help="a Python that has what the seed needs")
    parser.add_argument("--image", help="an image that is there, measured in place of one made of the binary alone")
    parser.add_argument("--docker", help="DOCKER_HOST of ours; without it there is no engine")
    parser.add_argument("--minutes", type=float, help="8, or half a one where it is to be quick")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", nargs="+", choices=PHASES, default=list(PHASES))
    parser.add_argument("--starts", type=int)
    parser.add_argument("--asks", type=int)
    parser.add_argument("--crowd", type=int, default=500, help="how many more processes")
    parser.add_argument("--command", default="bench/compare.sh")
    parser.add_argument("--work", required=True)
    parser.add_argument("--output", required=True)
    options = parser.parse_args()
    quick = options.quick
    options.starts = options.starts or (5 if quick else 20)
    options.asks = options.asks or (40 if quick else 200)
    options.minutes = options.minutes or (0.5 if quick else 8)
    options.warm, options.settle, options.crowd_s = (35, 20, 15) if quick else (75, 40, 240)

    report = Report(options.output)
    before = process.Machine()
    time.sleep(3)
    others = before.finish()["others_percent"]
    report.say("machine", date=datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
               **process.machine(options.work), commit=git("rev-parse", "--short", "HEAD"),
               changed=bool(git("status", "--porcelain", "--untracked-files=no")), command=options.command,
               others_percent=others)
    if process.BUSY_PERCENT < others:
        print(f"BUSY: others take {others} % of this machine already; what has a clock in it is to be doubted", flush=True)
    if not options.python:
        report.not_measured("seed", "its folder is not given (--seed DIR)" if not options.seed else
                            "what its requirements.txt names is not there")
    if not options.docker:
        report.say("setting", docker="none: no engine is asked, so no figure depends on what else runs here")
    bench = Bench(options, report)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(ENDED))
    failed = []
    try:
        bench.encrypt()
        for name in options.only:
            try:
                with bench.phase(name):
                    getattr(bench, name)()
            except (Exception, SystemExit) as error:
                if isinstance(error, SystemExit) and error.code == ENDED:
                    raise
                # The other phases know nothing of this one.
                failed.append(name)
                report.not_measured(name, f"it failed: {type(error).__name__}: {str(error)[:500]}")
                clean(bench)
    finally:
        clean(bench)
    report.not_measured("beszel, telegraf, cAdvisor, Uptime Kuma", "they have to be had from elsewhere, or need a server of "
                        "their own")
    sys.exit(FAILED if failed else 0)


if __name__ == "__main__":
    main()
