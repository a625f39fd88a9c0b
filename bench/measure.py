#!/usr/bin/env python3
"""Measures a Vakhta binary against a Bot API on loopback. Python's standard library only; nothing leaves 127.0.0.1.

  bench/measure.py BINARY                       every figure, about 12 minutes
  bench/measure.py BINARY --minutes 60          the long watch: memory each minute, CPU over the whole
  bench/measure.py BINARY --only start latency  some of: size start idle latency floor

Each figure is a line of JSON on standard output; progress is on standard error. Docker is not asked unless
`--docker unix:///var/run/docker.sock` is given, so that the figures do not depend on what else runs here.
"""

import argparse
import gzip
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import process
from fake_telegram import FakeTelegram

OWNER = 700000001
# A chat takes one message a second and the postman keeps to that, so many people ask, each rarely: twenty messages a
# second in all, five below what a bot may send.
CROWD = [OWNER + it for it in range(40)]
GAP = 0.055


def say(**figures):
    figures["load"] = float(open("/proc/loadavg", encoding="ascii").read().split()[0])
    print(json.dumps(figures), flush=True)


def spread(values):
    values = sorted(values)
    at = lambda part: values[min(len(values) - 1, round(part * (len(values) - 1)))]
    return {"n": len(values), "min": round(values[0], 3), "p50": round(statistics.median(values), 3),
            "p99": round(at(0.99), 3), "max": round(values[-1], 3)}


class Watch:
    """The binary on watch."""

    def __init__(self, binary, api, directory, seconds=10, people=(OWNER,), docker=None, rules=""):
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "BOT_TOKEN": "424242424:AAMadeUpForBenchesMadeUpForBenches-", "TELEGRAM_API_URL": api.url,
            "TELEGRAM_USER_ID": ",".join(map(str, people)), "DATA_DIR": os.path.join(directory, "data"),
            "DOCKER_HOST": docker or "unix:///nonexistent/docker.sock", "LOCALE": "en", "TZ": "UTC",
        }
        for name, value in os.environ.items():
            if name.startswith(("MALLOC_", "GLIBC_", "LOG_")):
                environment[name] = value
        if seconds != 10 or rules:
            declared = subprocess.run([binary, "check", "--built-in"], check=True, capture_output=True, text=True)
            cron = "* * * * * *" if seconds == 1 else f"*/{seconds} * * * * *"
            text, count = re.subn(r'(run = "sample"\ncron = )"[^"]*"', rf'\1"{cron}"', declared.stdout)
            assert count == 1, "the built-in declaration has one sample job"
            environment["VAKHTA_CONFIG"] = os.path.join(directory, f"every-{seconds}s.toml")
            with open(environment["VAKHTA_CONFIG"], "w", encoding="utf-8") as file:
                file.write(text + rules)
        api.forget()
        self.api = api
        self.log = open(os.path.join(directory, "log"), "ab")
        self.began = time.monotonic_ns()
        self.child = subprocess.Popen([binary], env=environment, stdin=subprocess.DEVNULL, stdout=self.log,
                                      stderr=self.log, cwd=directory)
        self.pid = self.child.pid

    def first_poll(self):
        if not self.api.first_poll.wait(20):
            sys.exit(f"no getUpdates within 20 s; see {self.log.name}")
        return (self.api.first_poll_ns - self.began) / 1e6

    def stop(self):
        began = time.monotonic_ns()
        self.child.send_signal(signal.SIGTERM)
        code = self.child.wait(20)
        took = (time.monotonic_ns() - began) / 1e6
        if code != 0:
            sys.exit(f"it ended with {code}; see {self.log.name}")
        return took


class Directory:
    def __enter__(self):
        self.path = tempfile.mkdtemp(prefix="vakhta-bench-")
        return self.path

    def __exit__(self, kind, *_):
        if kind is None:
            shutil.rmtree(self.path)


def size(options):
    packed = len(gzip.compress(open(options.binary, "rb").read(), 9))
    say(figure="binary", bytes=os.path.getsize(options.binary), gzip_bytes=packed)


def start(options):
    api = FakeTelegram()
    for kept in (False, True):
        starts, stops, cpu = [], [], []
        with Directory() as kept_directory:
            if kept:
                watch = Watch(options.binary, api, kept_directory)
                watch.first_poll()
                time.sleep(25)
                watch.stop()
            for _ in range(options.starts):
                with Directory() as fresh:
                    watch = Watch(options.binary, api, kept_directory if kept else fresh, docker=options.docker)
                    starts.append(watch.first_poll())
                    time.sleep(0.4)
                    cpu.append(process.cpu_ns(watch.pid) / 1e6)
                    stops.append(watch.stop())
        name = "kept store" if kept else "fresh store"
        say(figure=f"start to first getUpdates, {name}, ms", **spread(starts))
        say(figure=f"CPU of the first 0.4 s, {name}, ms", **spread(cpu))
        say(figure=f"SIGTERM to exit, {name}, ms", **spread(stops))


def idle(options):
    api = FakeTelegram()
    for seconds in options.every:
        with Directory() as directory:
            watch = Watch(options.binary, api, directory, seconds, docker=options.docker)
            watch.first_poll()
            time.sleep(options.warm)
            say(figure=f"on watch, a sample each {seconds} s", after_s=options.warm + options.window,
                **process.over(watch.pid, options.window))
            watch.stop()


def latency(options):
    api = FakeTelegram()
    with Directory() as directory:
        watch = Watch(options.binary, api, directory, people=CROWD, docker=options.docker)
        watch.first_poll()
        time.sleep(25)  # two samples at least, so that there is something to draw
        before = process.memory(watch.pid)
        number = 0
        for text, method in (("/status", "sendMessage"), ("/graph", "sendPhoto"), ("/graph cpu 1h", "sendPhoto")):
            first = api.ask(CROWD[0], text)
            if first["method"] != method:
                sys.exit(f"{text} was answered by {first['method']}: {first['body'][:400]}")
            cpu, took = process.cpu_ns(watch.pid), []
            for _ in range(options.asks):
                number += 1
                took.append(api.ask(CROWD[number % len(CROWD)], text)["ms"])
                time.sleep(GAP)
            spent = (process.cpu_ns(watch.pid) - cpu) / options.asks / 1e6
            say(figure=f"{text}, served to reply, ms", first=round(first["ms"], 3), cpu_ms_each=round(spent, 3),
                picture_bytes=len(first["picture"]), **spread(took))
        time.sleep(5)
        after = process.memory(watch.pid)
        say(figure=f"memory after {2 * options.asks} charts, MiB", before=before, after=after,
            more_rss=round(after["rss"] - before["rss"], 2))
        watch.stop()


def floor(options):
    """What a client that does nothing scores: the harness's own cost."""
    api = FakeTelegram()
    host, port = api.url.removeprefix("http://").split(":")
    line = socket.create_connection((host, int(port)))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    received = b""

    def post(method, fields):
        body = json.dumps(fields).encode()
        line.sendall(f"POST /bot1:x/{method} HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)

    def answer():
        nonlocal received
        while True:
            head, found, rest = received.partition(b"\r\n\r\n")
            length = int(re.search(rb"Content-Length: (\d+)", head)[1]) if found else 0
            if found and length <= len(rest):
                received = rest[length:]
                return json.loads(rest[:length])["result"]
            received += line.recv(65536)

    import threading
    took, ready = [], threading.Semaphore(0)

    def asks():
        for _ in range(options.asks):
            ready.acquire()
            time.sleep(GAP)
            took.append(api.ask(OWNER, "/status")["ms"])

    asker = threading.Thread(target=asks)
    asker.start()
    offset = 0
    for _ in range(options.asks):
        ready.release()
        post("getUpdates", {"offset": offset, "timeout": 50})
        offset = answer()[-1]["update_id"] + 1
        post("sendMessage", {"chat_id": OWNER, "text": "ok"})
        answer()
    asker.join()
    say(figure="the harness itself, served to reply, ms", **spread(took))


def long(options):
    watches = []
    for seconds in options.every:
        directory = tempfile.mkdtemp(prefix="vakhta-bench-")
        watch = Watch(options.binary, FakeTelegram(), directory, seconds, docker=options.docker)
        watch.first_poll()
        watches.append((seconds, directory, watch, process.Switches(watch.pid), process.cpu_ns(watch.pid),
                        time.monotonic()))
    for minute in range(1, options.minutes + 1):
        time.sleep(60)
        for seconds, directory, watch, *_ in watches:
            if minute % 5 == 0 or minute == 1 or minute == options.minutes:
                data = os.path.join(directory, "data")
                say(figure=f"long watch, a sample each {seconds} s", minute=minute, **process.memory(watch.pid),
                    store_bytes=sum(os.path.getsize(os.path.join(data, it)) for it in os.listdir(data)))
    for seconds, directory, watch, switches, cpu, clock in watches:
        spent, took = process.cpu_ns(watch.pid) - cpu, time.monotonic() - clock
        say(figure=f"long watch, a sample each {seconds} s, the whole", minutes=options.minutes,
            **process.memory(watch.pid), cpu_percent=round(spent / took / 1e7, 4),
            cpu_seconds_an_hour=round(spent / took * 3600 / 1e9, 3),
            wakeups_a_second=round(switches.finish() / took, 2), sigterm_to_exit_ms=round(watch.stop(), 1))
        shutil.rmtree(directory)


FIGURES = {"size": size, "floor": floor, "start": start, "latency": latency, "idle": idle}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=os.path.abspath)
    parser.add_argument("--minutes", type=int, help="the long watch in place of the rest")
    parser.add_argument("--only", nargs="+", choices=FIGURES, default=list(FIGURES))
    parser.add_argument("--starts", type=int, default=20)
    parser.add_argument("--asks", type=int, default=200)
    parser.add_argument("--warm", type=int, default=60, help="seconds before the window of `idle`")
    parser.add_argument("--window", type=int, default=120, help="seconds of it")
    parser.add_argument("--every", type=int, nargs="+", default=[10, 1], help="sampling intervals, seconds")
    parser.add_argument("--docker", help="DOCKER_HOST; without it there is no engine")
    options = parser.parse_args()
    if options.minutes:
        long(options)
        return
    for name in options.only:
        print(f"measuring: {name}", file=sys.stderr)
        FIGURES[name](options)


if __name__ == "__main__":
    main()
