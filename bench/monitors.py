"""Monitors that people use, each started privately: its files in a directory of ours, its port on loopback, asked for
nothing that leaves the machine. What is not installed is not measured, and that is said by whoever asks here.

Each is the agent's side alone: no hub, no database of metrics, no web page is counted.
"""

import getpass
import os
import random
import shutil
import signal
import socket
import subprocess
import threading
import urllib.request


def port():
    """A free one below 32,768: zabbix takes no other."""
    for number in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as free:
            try:
                free.bind(("127.0.0.1", number))
                return number
            except OSError:
                pass
    raise OSError("no port is free on loopback")


def written(directory, name, text):
    path = os.path.join(directory, name)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    return path


def node_exporter(program, directory, seconds):
    """It works only when it is asked, so it is asked each `seconds`."""
    at = f"127.0.0.1:{port()}"
    return [program, f"--web.listen-address={at}"], f"http://{at}/metrics"


def collectd(program, directory, seconds):
    """What Debian's configuration has it read, written as CSV files: rrdtool would cost more."""
    plugins = "cpu df disk entropy interface irq load memory processes swap users csv".split()
    loads = "\n".join(f"LoadPlugin {it}" for it in plugins)
    config = written(directory, "collectd.conf", f"""
BaseDir "{directory}"
PIDFile "{directory}/pid"
Hostname "bench"
Interval {seconds}
{loads}
<Plugin csv>
  DataDir "{directory}/csv"
</Plugin>
""")
    return [program, "-f", "-C", config], None


def monit(program, directory, seconds):
    config = written(directory, "monitrc", f"""
set daemon {seconds}
set idfile {directory}/id
set statefile {directory}/state
set pidfile {directory}/pid
check system bench
  if loadavg (5min) per core > 4 for 3 cycles then alert
  if cpu usage > 95% for 10 cycles then alert
  if memory usage > 90% for 3 cycles then alert
check filesystem root with path /
  if space usage > 95% for 3 cycles then alert
""")
    return [program, "-I", "-c", config], None


def netdata(program, directory, seconds):
    places = "\n".join(f"    {it} = {directory}/{it}" for it in ("cache", "lib", "log", "run"))
    for it in ("cache", "lib", "log", "run"):
        os.makedirs(os.path.join(directory, it), exist_ok=True)
    config = written(directory, "netdata.conf", f"""
[global]
    run as user = {getpass.getuser()}
    update every = {seconds}
[directories]
{places}
[web]
    bind to = 127.0.0.1:{port()}
[statsd]
    enabled = no
""")
    return [program, "-D", "-c", config], None


def zabbix(program, directory, seconds):
    """No server asks it: this is what it costs to be there."""
    config = written(directory, "zabbix.conf", f"""
LogType=console
PidFile={directory}/pid
Hostname=bench
Server=127.0.0.1
ListenIP=127.0.0.1
ListenPort={port()}
AllowRoot={int(os.geteuid() == 0)}
""")
    return [program, "-f", "-c", config], None


def glances(program, directory, seconds):
    return [program, "-q", "-t", str(seconds), "--disable-check-update"], None


# Name; the program's names; how; the interval its own configuration has, in seconds; the shortest that can be set, if it
# can. Windows should be multiples of the interval.
MONITORS = [
    ("node_exporter", ("prometheus-node-exporter", "node_exporter"), node_exporter, 15, 1),
    ("netdata", ("netdata",), netdata, 1, None),
    ("glances", ("glances",), glances, 2, 1),
    ("collectd", ("collectd",), collectd, 10, 1),
    ("monit", ("monit",), monit, 120, 1),
    ("zabbix_agentd", ("zabbix_agentd",), zabbix, 0, None),
]


def found(names):
    path = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/sbin"))
    return next(filter(None, (shutil.which(it, path=path) for it in names)), None)


class Monitor:
    """A monitor at work. Nothing tells when it is ready; the wait before the window is long enough."""

    def __init__(self, program, how, directory, seconds, group):
        os.makedirs(directory)
        command, address = how(program, directory, seconds)
        environment = {**os.environ, "HOME": directory, "DO_NOT_TRACK": "1", "DISABLE_TELEMETRY": "1"}
        self.group, self.ended = group, threading.Event()
        self.log = open(os.path.join(directory, "output"), "ab")
        self.child = subprocess.Popen(group.command(command), cwd=directory, env=environment, stdin=subprocess.DEVNULL,
                                      stdout=self.log, stderr=self.log, start_new_session=True)
        group.pid = self.child.pid
        if address:
            threading.Thread(target=self.ask, args=(address, seconds), daemon=True).start()

    def ask(self, address, seconds):
        while not self.ended.wait(seconds):
            try:
                with urllib.request.urlopen(address, timeout=5) as answer:
                    answer.read()
            except OSError:
                pass  # Not up yet; one that ended is noticed by `is_well`.

    def is_well(self):
        return self.child.poll() is None

    def stop(self):
        self.ended.set()
        left = self.group.pids()
        if self.is_well():
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(10)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
        self.group.end()
        self.log.close()
