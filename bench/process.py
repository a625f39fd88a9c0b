"""What one process costs, from the kernel's own books. Standard library only."""

import os
import threading
import time


def cpu_ns(pid):
    """Processor time of all its threads, those that have ended too: the kernel's CPU clock of a process."""
    return time.clock_gettime_ns(((~pid) << 3) | 2)


def memory(pid):
    """MiB: RSS counts shared pages in full, PSS by share; `anon` is what no file backs: heap and stacks."""
    names = {"Rss": "rss", "Pss": "pss", "Anonymous": "anon"}
    found = {}
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        for line in file:
            name, _, rest = line.partition(":")
            if name in names:
                found[names[name]] = round(int(rest.split()[0]) / 1024, 2)
    return found


class Switches(threading.Thread):
    """Counts context switches (wake-ups) of every thread. Threads come and go, so it looks each half second; what a
    thread did in its last half second is missed."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.seen, self.first, self.ended = pid, {}, None, threading.Event()
        self.look()
        self.first = dict(self.seen)
        self.start()

    def look(self):
        try:
            for thread in os.listdir(f"/proc/{self.pid}/task"):
                with open(f"/proc/{self.pid}/task/{thread}/status", encoding="utf-8") as file:
                    self.seen[thread] = sum(int(line.split()[1]) for line in file if "ctxt_switches" in line)
        except OSError:
            pass

    def run(self):
        while not self.ended.wait(0.5):
            self.look()

    def finish(self):
        self.ended.set()
        self.join()
        self.look()
        return sum(count - self.first.get(thread, 0) for thread, count in self.seen.items())


def over(pid, seconds):
    """Footprint over a window of time: CPU, wake-ups, and memory at its end."""
    switches = Switches(pid)
    cpu, clock = cpu_ns(pid), time.monotonic()
    time.sleep(seconds)
    spent, took = cpu_ns(pid) - cpu, time.monotonic() - clock
    return {
        **memory(pid),
        "cpu_percent": round(spent / took / 1e7, 4),
        "cpu_seconds_an_hour": round(spent / took * 3600 / 1e9, 3),
        "wakeups_a_second": round(switches.finish() / took, 2),
        "threads": len(os.listdir(f"/proc/{pid}/task")),
        "window_s": round(took),
    }
