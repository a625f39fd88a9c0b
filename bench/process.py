"""What programs cost, from the kernel's own books. Standard library only."""

import os
import signal
import threading
import time

# Others may take so much of the machine before every figure that has a clock in it is worth doubting.
BUSY_PERCENT = 10


def cpu_ns(pid):
    """Processor time of all its threads, those that have ended too: the kernel's CPU clock of a process."""
    return time.clock_gettime_ns(((~pid) << 3) | 2)


def memory(*pids):
    """MiB: RSS counts shared pages in full, PSS by share; `anon` is what no file backs: heap and stacks. PSS is None where
    the kernel tells it to root alone, as it does of a process that keeps itself from being looked into."""
    found = {"rss": 0.0, "pss": 0.0, "anon": 0.0}
    for pid in pids:
        try:
            try:
                of = fields(f"/proc/{pid}/smaps_rollup", {"Rss": "rss", "Pss": "pss", "Anonymous": "anon"})
            except PermissionError:
                of = {**fields(f"/proc/{pid}/status", {"VmRSS": "rss", "RssAnon": "anon"}), "pss": None}
        except (FileNotFoundError, ProcessLookupError):
            continue  # A child that has just ended.
        for name, mib in of.items():
            found[name] = None if mib is None or found[name] is None else found[name] + mib
    return {name: mib if mib is None else round(mib, 2) for name, mib in found.items()}


def fields(path, names):
    """Those lines of KiB, in MiB."""
    with open(path, encoding="utf-8") as file:
        lines = (line.split(":", 1) for line in file)
        return {names[it[0]]: int(it[1].split()[0]) / 1024 for it in lines if it[0] in names}


def descendants(pid):
    """The process and all below it."""
    found, after = [], [pid]
    while after:
        one = after.pop()
        found.append(one)
        try:
            for thread in os.listdir(f"/proc/{one}/task"):
                with open(f"/proc/{one}/task/{thread}/children", encoding="ascii") as file:
                    after += map(int, file.read().split())
        except OSError:
            pass
    return found


class Group:
    """One program with all it starts: in a control group of its own where one can be made, for that misses no child
    however short its life; else whatever descends from it, as seen each half second."""

    made = 0

    def __init__(self):
        Group.made += 1
        self.pid, self.directory, self.last = None, None, {}
        for root, usage in (("/sys/fs/cgroup/cpuacct", "cpuacct.usage"), (own_group(), "cpu.stat")):
            directory = os.path.join(root, f"vakhta-bench-{os.getpid()}-{Group.made}")
            try:
                os.mkdir(directory)
            except OSError:
                continue
            self.directory, self.usage = directory, os.path.join(directory, usage)
            if os.path.exists(self.usage) and os.access(os.path.join(directory, "cgroup.procs"), os.W_OK):
                return
            self.remove()

    def command(self, command):
        """The command, made to enter the group first."""
        if self.directory is None:
            return command
        procs = os.path.join(self.directory, "cgroup.procs")
        return ["sh", "-c", 'echo $$ > "$0" && exec "$@"', procs, *command]

    def pids(self):
        if self.directory is None:
            return descendants(self.pid)
        with open(os.path.join(self.directory, "cgroup.procs"), encoding="ascii") as file:
            return [int(it) for it in file]

    def look(self):
        """Without a group of the kernel's, what has ended counts as it was seen last."""
        if self.directory is None:
            for pid in self.pids():
                try:
                    self.last[pid] = cpu_ns(pid)
                except OSError:
                    pass

    def cpu_ns(self):
        if self.directory is None:
            self.look()
            return sum(self.last.values())
        with open(self.usage, encoding="ascii") as file:
            text = file.read()
        return int(text.split()[1]) * 1000 if text.startswith("usage_usec") else int(text)

    def end(self):
        """Whatever is left of it is ended, and the group is removed."""
        for _ in range(50):
            left = [it for it in self.pids() if os.path.exists(f"/proc/{it}")] if self.pid else []
            for pid in left:
                try:
                    os.kill(pid, signal.SIGKILL)
                except OSError:
                    pass
            if not left or self.directory is None:
                break
            time.sleep(0.1)
        self.remove()

    def remove(self):
        if self.directory:
            try:
                os.rmdir(self.directory)
            except OSError:
                pass
        self.directory = None


def own_group():
    """Our own place in the one hierarchy of control groups version 2."""
    try:
        with open("/proc/self/cgroup", encoding="utf-8") as file:
            path = next(line.split("::", 1)[1].strip() for line in file if line.startswith("0::"))
    except (OSError, StopIteration):
        path = "/"
    return "/sys/fs/cgroup" + path


class Books(threading.Thread):
    """Counts context switches (wake-ups) of every thread of every group. Threads come and go, so it looks each half
    second; what a thread did in its last half second is missed."""

    def __init__(self, groups):
        super().__init__(daemon=True)
        self.groups, self.ended = groups, threading.Event()
        self.seen = {group: {} for group in groups}
        self.look()
        self.first = {group: dict(seen) for group, seen in self.seen.items()}
        self.cpu = {group: group.cpu_ns() for group in groups}
        self.clock = time.monotonic()
        self.start()

    def look(self):
        for group, seen in self.seen.items():
            group.look()
            for pid in group.pids():
                try:
                    for thread in os.listdir(f"/proc/{pid}/task"):
                        with open(f"/proc/{pid}/task/{thread}/status", encoding="utf-8") as file:
                            seen[thread] = sum(int(line.split()[1]) for line in file if "ctxt_switches" in line)
                except OSError:
                    pass

    def run(self):
        while not self.ended.wait(0.5):
            self.look()

    def finish(self):
        """What each has cost since the beginning, and what it holds now."""
        self.ended.set()
        self.join()
        self.look()
        took = time.monotonic() - self.clock
        costs = {}
        for group, seen in self.seen.items():
            spent, pids = group.cpu_ns() - self.cpu[group], group.pids()
            woken = sum(count - self.first[group].get(thread, 0) for thread, count in seen.items())
            costs[group] = {
                **memory(*pids), "cpu_percent": round(spent / took / 1e7, 4),
                "cpu_seconds_an_hour": round(spent / took * 3600 / 1e9, 3),
                "wakeups_a_second": round(woken / took, 2), "processes": len(pids), "window_s": round(took)}
        return costs


class Machine:
    """Who else was at work while something was measured."""

    def __init__(self):
        self.clock, self.before, self.ours = time.monotonic(), self.jiffies(), self.own()
        self.loads = [load()]

    @staticmethod
    def jiffies():
        with open("/proc/stat", encoding="ascii") as file:
            return [int(it) for it in file.readline().split()[1:9]]

    @staticmethod
    def own():
        """Ourselves and every child that has ended and been waited for, in seconds."""
        return sum(os.times()[:4])

    def finish(self):
        took, cores = time.monotonic() - self.clock, os.cpu_count()
        user, nice, system, _, _, irq, soft, steal = (
            now - then for now, then in zip(self.jiffies(), self.before))
        tick = os.sysconf("SC_CLK_TCK")
        busy = (user + nice + system + irq + soft) / tick
        others = max(0.0, busy - (self.own() - self.ours))
        part = lambda seconds: round(seconds / took / cores * 100, 1)
        return {"seconds": round(took), "others_percent": part(others), "steal_percent": part(steal / tick),
                "load_before": self.loads[0], "load_after": load()}


def has_interpreter(content):
    """Whether a 64-bit ELF program wants a dynamic linker."""
    at, size, count = (int.from_bytes(content[it:it + length], "little") for it, length in ((32, 8), (54, 2), (56, 2)))
    kinds = (content[at + it * size:at + it * size + 4] for it in range(count))
    return any(int.from_bytes(it, "little") == 3 for it in kinds)


def load():
    with open("/proc/loadavg", encoding="ascii") as file:
        return float(file.read().split()[0])


def machine(directory):
    """What it was measured on. `directory` is where the stores lie: their disk is in the figures."""
    cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                if line.startswith(("model name", "Model"))), os.uname().machine)
    memory_kib = int(next(line.split()[1] for line in open("/proc/meminfo", encoding="ascii")
                          if line.startswith("MemTotal")))
    mounts = [line.split()[1:3] for line in open("/proc/mounts", encoding="utf-8")]
    real = os.path.realpath(directory)
    under = [it for it in mounts if real == it[0] or real.startswith(it[0].rstrip("/") + "/")]
    virtual = any("hypervisor" in line for line in open("/proc/cpuinfo", encoding="utf-8") if line.startswith("flags"))
    system = "unknown"
    if os.path.exists("/etc/os-release"):
        system = next((line.split("=", 1)[1].strip().strip('"') for line in open("/etc/os-release", encoding="utf-8")
                       if line.startswith("PRETTY_NAME")), system)
    return {"cpu": cpu, "cores": os.cpu_count(), "virtual": virtual, "memory_mib": memory_kib // 1024,
            "kernel": os.uname().release.split("-")[0], "system": system,
            "filesystem": max(under, key=lambda it: len(it[0]))[1] if under else "unknown"}
