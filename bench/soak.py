#!/usr/bin/env python3
"""The real binary under load for an hour, and whether its memory is flat. Python's standard library only.

  bench/soak.py BINARY                     an hour: a command each 0.75 s, a picture each 5 s, alerts that come and go
  bench/soak.py BINARY --minutes 5         a short one, to see that it works; its verdict says little

A Bot API on loopback and a lively engine on a socket, both in this process. Each ten seconds the kernel's books of the
process are read; every line of standard output is JSON, the last ones are the first ten minutes against the last ten, the
slope, and the verdict. Exit code 1 when something grew.
"""

import argparse
import asyncio
import json
import os
import random
import re
import statistics
import sys
import tempfile
import time

import measure
import process
from fake_docker import STABLE, FakeDocker
from fake_telegram import FakeTelegram

# Enough people that no chat is asked faster than a chat takes messages: one a second.
PEOPLE = [measure.OWNER + it for it in range(8)]
STRANGERS = 900000000
LOOK, PICTURE, COMMAND = 10, 5, 0.75
# The last ten minutes may be so much above the first ten after the warm-up: KiB, and things.
MOST = {"anon_kib": 1024, "rss_kib": 2048, "fds": 3, "threads": 3}
# Until then everything has been drawn, asked and told once.
WARM = 600

# Rules that a busy machine crosses back and forth, and healing that asks with buttons.
RULES = """
[[rule]]
name = "soak-cpu"
metric = "cpu.busy"
detector = "threshold"
above = 70
back = 60
for = "10s"
clear = "10s"

[[rule]]
name = "soak-load"
metric = "load.1"
detector = "threshold"
above = 3
back = 2.5
for = "10s"
clear = "10s"
"""

WORDS = [
    "/status", "/status", "/ps", "/ps all", "/stats", "/cpu", "/ram", "/disk", "/uptime", "/top", "/alerts", "/incidents",
    "/events", "/events 10m", "/jobs", "/health", "/menu", "/help", "/version", "/audit", "/mutes", "/images", "/volumes",
    "/networks", "/why", "/digest", "/logs {name}", "/logs {name} 20", "/inspect {name}", "/top {name}", "/mute {name} 1m",
    "/unmute {name}", "/restart {name}", "/nonsense", "hello, are you there", "/grpah", "/logs nobody-at-all", "/ack", "/fix",
    "/language en", "{long}",
]
PICTURES = ["/graph", "/graph cpu 1h", "/graph memory 6h", "/graph disk 30d", "/graph load 24h", "/graph net 1h",
            "/graph {name} 1h", "/graph week"]


class Chat(FakeTelegram):
    """Remembers the newest buttons of each chat, and lets people write without waiting."""

    def forget(self):
        super().forget()
        self.buttons, self.sent, self.asked, self.took = {}, 0, {}, {}

    def write(self, user, text, kind=None):
        self.loop.call_soon_threadsafe(self._write, user, text, kind)

    def _write(self, user, text, kind):
        self.next_message += 1
        if kind:
            self.asked[user] = (kind, time.monotonic())
        self._add({"message": {
            "message_id": self.next_message, "date": int(time.time()), "text": text, "from": person(user),
            "chat": {"id": user, "type": "private", "first_name": "Owner"}}})

    def press(self, user, number):
        self.loop.call_soon_threadsafe(self._press, user, number)

    def _press(self, user, number):
        message, keys = self.buttons.get(user, (0, []))
        if keys:
            self._add({"callback_query": {
                "id": str(self.next_update), "from": person(user), "chat_instance": "1", "data": keys[number % len(keys)],
                "message": {"message_id": message, "date": int(time.time()), "text": "x", "from": {"id": 42, "is_bot": True,
                            "first_name": "bench"}, "chat": {"id": user, "type": "private", "first_name": "Owner"}}}})

    def _add(self, update):
        self.updates.append({"update_id": self.next_update, **update})
        self.next_update += 1
        for poll in list(self.polls):
            poll.look()

    def replied(self, method, body, now):
        super().replied(method, body, now)
        self.sent += 1
        found = re.search(rb'"chat_id":\s*"?(\d+)|name="chat_id"\r\n(?:.*\r\n)*?\r\n(\d+)', body)
        user = int(found[1] or found[2]) if found else 0
        keys = [key.decode() for key in re.findall(rb'"callback_data":\s*"([^"]+)"', body)]
        if keys:
            self.buttons[user] = (self.next_message, keys)
        if user in self.asked and method != "editMessageText":
            kind, at = self.asked.pop(user)
            self.took.setdefault(kind, []).append((time.monotonic(), (time.monotonic() - at) * 1000))


def person(user):
    return {"id": user, "is_bot": False, "first_name": "Owner", "language_code": "en"}


def look(pid, data):
    figures = {}
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        for line in file:
            name, _, rest = line.partition(":")
            if name in ("VmRSS", "RssAnon", "VmHWM", "VmData", "Threads"):
                figures[name] = int(rest.split()[0])
    size = lambda name: os.path.getsize(os.path.join(data, name)) if os.path.exists(os.path.join(data, name)) else 0
    return {"rss_kib": figures["VmRSS"], "anon_kib": figures["RssAnon"], "peak_kib": figures["VmHWM"],
            "data_kib": figures["VmData"], "threads": figures["Threads"], "fds": len(os.listdir(f"/proc/{pid}/fd")),
            "store": size("vakhta.sqlite"), "wal": size("vakhta.sqlite-wal"),
            "cpu_s": round(process.cpu_ns(pid) / 1e9, 3)}


def slope(looks, name):
    """Of least squares, an hour."""
    xs, ys = [it["at"] / 3600 for it in looks], [it[name] for it in looks]
    x, y = statistics.fmean(xs), statistics.fmean(ys)
    spread = sum((it - x) ** 2 for it in xs)
    return round(sum((a - x) * (b - y) for a, b in zip(xs, ys)) / spread, 1) if spread else 0.0


def load(api, engine, watch, options, data):
    choose, began = random.Random(options.seed), time.monotonic()
    looks, turn, pictures = [], 0, 0
    due = {"look": 0.0, "command": 0.0, "picture": 2.0, "life": 0.0, "stranger": 1.0, "press": 3.0}
    steps = {"look": LOOK, "command": COMMAND, "picture": PICTURE, "life": 1.0, "stranger": 7.0, "press": 4.0}
    fill = lambda text: text.format(name=choose.choice(STABLE), long="x" * 4000)
    counts = dict.fromkeys(due, 0)
    while time.monotonic() - began < options.minutes * 60:
        name = min(due, key=due.get)
        wait = due[name] - (time.monotonic() - began)
        if 0 < wait:
            time.sleep(wait)
        due[name] += steps[name]
        counts[name] += 1
        if watch.child.poll() is not None:
            sys.exit(f"it ended with {watch.child.returncode}; see {watch.log.name}")
        if name == "look":
            looks.append({"at": round(time.monotonic() - began, 1), **look(watch.pid, data), "sent": api.sent,
                          "names": engine.names})
            measure.say(**looks[-1])
        elif name == "command":
            turn += 1
            words = choose.choice(WORDS)
            api.write(PEOPLE[turn % len(PEOPLE)], fill(words), words.split()[0])
        elif name == "picture":
            pictures += 1
            words = PICTURES[pictures % len(PICTURES)]
            api.write(PEOPLE[pictures % len(PEOPLE)], fill(words), words)
        elif name == "press":
            api.press(choose.choice(PEOPLE), choose.randrange(100))
        elif name == "stranger":
            api.write(STRANGERS + counts["stranger"], choose.choice(("/start", "/status", "hi")))
        else:
            api.loop.call_soon_threadsafe(engine.lives)
    return looks, counts


def judge(api, engine, looks, counts, options):
    warm = min(WARM, options.minutes * 60 / 4)
    part = min(600, options.minutes * 60 / 4)
    end = looks[-1]["at"]
    first = [it for it in looks if warm <= it["at"] < warm + part]
    last = [it for it in looks if end - part <= it["at"]]
    steady = [it for it in looks if warm <= it["at"]]
    bad = []
    for name in ("rss_kib", "anon_kib", "peak_kib", "data_kib", "threads", "fds", "store", "wal"):
        before, after = (statistics.median(it[name] for it in part) for part in (first, last))
        measure.say(figure=name, first=before, last=after, most=max(it[name] for it in looks), more=after - before,
                    slope_an_hour=slope(steady, name))
        if name in MOST and MOST[name] < after - before:
            bad.append(name)
    cpu = lambda part: round((part[-1]["cpu_s"] - part[0]["cpu_s"]) / max(part[-1]["at"] - part[0]["at"], 1) * 100, 2)
    measure.say(figure="cpu_percent", first=cpu(first), last=cpu(last))
    offset = time.monotonic() - end
    for kind, took in sorted(api.took.items()):
        of = lambda since, until: [ms for at, ms in took if since <= at - offset < until]
        before, after = of(warm, warm + part), of(end - part, end + 60)
        if before and after:
            measure.say(figure=f"answer to {kind}, ms", first=measure.spread(before), last=measure.spread(after))
    measure.say(figure="the whole", minutes=options.minutes, seed=options.seed, messages=api.sent, names=engine.names,
                calls=api.calls, **counts)
    measure.say(verdict="flat" if not bad else "it grew", grew=bad)
    return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=os.path.abspath)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    api = Chat()
    with tempfile.TemporaryDirectory(prefix="vakhta-soak-") as directory:
        path = os.path.join(directory, "docker.sock")
        engine = FakeDocker(path, options.seed)
        asyncio.run_coroutine_threadsafe(engine.serve(), api.loop).result(5)
        watch = measure.Watch(options.binary, api, directory, people=PEOPLE, docker="unix://" + path, rules=RULES)
        watch.first_poll()
        looks, counts = load(api, engine, watch, options, os.path.join(directory, "data"))
        bad = judge(api, engine, looks, counts, options)
        measure.say(figure="SIGTERM to exit, ms", took=round(watch.stop(), 1))
        with open(watch.log.name, encoding="utf-8", errors="replace") as log:
            lines = log.readlines()
        warned = [it for it in lines if " WARN " in it or " ERROR " in it or '"level":"WARN"' in it]
        measure.say(figure="log", lines=len(lines), warnings=len(warned), some=warned[:3])
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
