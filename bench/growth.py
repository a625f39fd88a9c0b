#!/usr/bin/env python3
"""How the cost of the watch grows with what it looks at: containers, filesystems, processes. Standard library only.

  bench/growth.py BINARY                        as root: in namespaces of its own, about 8 minutes
  bench/growth.py BINARY --only containers      some of: containers filesystems processes

A sample each second, the built-in rules, a Bot API and an engine on loopback. CPU is the kernel's own clock of the process
over the window; a row is a line of JSON. Filesystems are images of ext4 mounted in a mount namespace, processes sleep
in a process namespace: nothing of the machine's own is in the way, and all of it is gone afterwards.
"""

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time

import measure
import process
from fake_docker import FakeDocker
from fake_telegram import FakeTelegram

CONTAINERS = (0, 10, 100, 1000)
FILESYSTEMS = (1, 10, 50)
PROCESSES = (100, 600, 5000)


class Crowd(FakeDocker):
    """So many containers, and nothing happens to them."""

    def __init__(self, path, count):
        super().__init__(path)
        self.containers, self.events = {}, []
        for number in range(count):
            self.create(f"p{number // 25}-s{number % 25}-1")

    def begin(self):
        loop = asyncio.new_event_loop()
        loop.run_until_complete(self.serve())
        threading.Thread(target=loop.run_forever, daemon=True).start()


def watched(options, directory, docker=None):
    watch = measure.Watch(options.binary, FakeTelegram(), directory, 1, docker=docker, group=process.Group())
    watch.first_poll()
    return watch


def over(watches, options, figure):
    """The cost of each of these over the same window."""
    time.sleep(options.warm)
    books = process.Books([it.group for _, it in watches])
    time.sleep(options.window)
    costs = books.finish()
    for count, it in watches:
        cost = costs[it.group]
        measure.say(figure=figure, count=count, us_a_second=round(cost["cpu_percent"] * 1e4), **cost)
    for _, it in watches:
        it.stop()


def containers(options, directory):
    watches = []
    for count in CONTAINERS:
        own = os.path.join(directory, str(count))
        os.mkdir(own)
        Crowd(os.path.join(own, "docker.sock"), count).begin()
        watches.append((count, watched(options, own, docker=f"unix://{own}/docker.sock")))
    over(watches, options, "containers")


def filesystems(options, directory):
    mounted = 0
    for count in FILESYSTEMS:
        # The one at the root is there already.
        while mounted < count - 1:
            image, point = (os.path.join(directory, f"{mounted}.{it}") for it in ("ext4", "mount"))
            os.mkdir(point)
            with open(image, "wb") as file:
                file.truncate(4 << 20)
            subprocess.run(["mkfs.ext4", "-q", "-O", "^has_journal", image], check=True)
            subprocess.run(["mount", "-o", "loop", image, point], check=True)
            mounted += 1
        own = os.path.join(directory, f"of-{count}")
        os.mkdir(own)
        over([(count, watched(options, own))], options, "filesystems")
    for number in range(mounted):
        subprocess.run(["umount", os.path.join(directory, f"{number}.mount")], check=True)


def processes(options, directory):
    children = []
    for count in PROCESSES:
        while len(children) < count:
            child = os.fork()
            if child == 0:
                signal.pause()
                os._exit(0)
            children.append(child)
        own = os.path.join(directory, str(count))
        os.mkdir(own)
        over([(count, watched(options, own))], options, "processes")
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


FIGURES = {"processes": processes, "filesystems": filesystems, "containers": containers}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=os.path.abspath)
    parser.add_argument("--only", nargs="+", choices=FIGURES, default=list(FIGURES))
    # The first judgement, within half a minute, walks through the disks once a day: not what is counted here.
    parser.add_argument("--warm", type=int, default=75, help="seconds before the window")
    parser.add_argument("--window", type=int, default=60, help="seconds of it")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.inside:
        spaces = ["unshare", "--mount", "--pid", "--fork", "--mount-proc", "--propagation", "private"]
        os.execvp(spaces[0], [*spaces, sys.executable, "-B", os.path.abspath(__file__), *sys.argv[1:], "--inside"])
    for name in options.only:
        print(f"measuring: {name}", file=sys.stderr)
        with tempfile.TemporaryDirectory(prefix="vakhta-growth-") as directory:
            FIGURES[name](options, directory)


if __name__ == "__main__":
    main()
