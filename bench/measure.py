"""Bots that are measured, started and stopped one way: ours, the seed's, and one that does nothing. Standard library only.

`compare.py` measures them, `soak.py` puts ours under load.
"""

import json
import os
import re
import shutil
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import threading
import time

import process

OWNER = 700000001
# A chat takes one message a second and the postman keeps to that, so many people ask, each rarely: twenty messages a
# second in all, five below what a bot may send.
CROWD = [OWNER + it for it in range(40)]
GAP = 0.055


def say(**figures):
    figures["load"] = process.load()
    print(json.dumps(figures), flush=True)


def spread(values):
    values = sorted(values)
    at = lambda part: values[min(len(values) - 1, round(part * (len(values) - 1)))]
    return {"n": len(values), "min": round(values[0], 3), "p50": round(statistics.median(values), 3),
            "p99": round(at(0.99), 3), "max": round(values[-1], 3)}


class Bot:
    """A bot that asks `api` for updates."""

    def __init__(self, api, command, environment, directory, group=None):
        api.forget()
        self.api, self.group = api, group
        self.log = open(os.path.join(directory, "log"), "ab")
        self.began = time.monotonic_ns()
        self.child = subprocess.Popen(group.command(command) if group else command, env=environment, cwd=directory,
                                      stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                                      start_new_session=True)
        self.pid = self.child.pid
        STARTED.append(self)
        if group:
            group.pid = self.pid

    def first_poll(self):
        until = time.monotonic() + 60
        while not self.api.first_poll.wait(0.5):
            if self.child.poll() is not None:
                sys.exit(f"it ended at once with {self.child.returncode}")
            if until < time.monotonic():
                sys.exit("no getUpdates within a minute")
        return (self.api.first_poll_ns - self.began) / 1e6

    def stop(self):
        began = time.monotonic_ns()
        self.child.send_signal(signal.SIGTERM)
        code = self.child.wait(20)
        took = (time.monotonic_ns() - began) / 1e6
        self.log.close()
        STARTED.remove(self)
        if self.group:
            self.group.end()
        if code != 0:
            sys.exit(f"it ended with {code}")
        return took

    def kill(self):
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()
        self.log.close()
        STARTED.remove(self)
        if self.group:
            self.group.end()


# What is to be ended when the measuring ends early.
STARTED = []


class Watch(Bot):
    """Ours, on watch. `docker`: without it there is no engine, so that no figure depends on what else runs here. `under`:
    words of a program that runs it."""

    def __init__(self, binary, api, directory, seconds=10, people=(OWNER,), docker=None, rules="", group=None, under=()):
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "BOT_TOKEN": "424242424:AAMadeUpForBenchesMadeUpForBenches-", "TELEGRAM_API_URL": api.url,
            "TELEGRAM_USER_ID": ",".join(map(str, people)), "DATA_DIR": os.path.join(directory, "data"),
            "DOCKER_HOST": docker or "unix:///nonexistent/docker.sock", "LOCALE": "en", "TZ": "UTC", **of_the_image(),
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
        super().__init__(api, [*under, binary], environment, directory, group)


def of_the_image():
    """How the image has the allocator behave: what is measured is what people run."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Dockerfile"), encoding="utf-8") as file:
        return dict(re.findall(r"\b((?:MALLOC|GLIBC)_\w+)=(\S+)", file.read()))


class Seed(Bot):
    """The seed's stack: `folder` has its `bot/`, `python` is one that has what its requirements.txt names. `lazy`: the
    charts' library is loaded at the first chart, as a careful author would have it."""

    def __init__(self, folder, python, api, directory, seconds=10, lazy=False, authority=None, group=None):
        copied = os.path.join(directory, "bot")
        if not os.path.isdir(copied):
            shutil.copytree(os.path.join(folder, "bot"), copied)
        environment = {
            **os.environ, "BOT_TOKEN": "123456:TEST", "TELEGRAM_USER_ID": str(OWNER),
            "TELEGRAM_BASE_URL": api.url + "/bot", "SAMPLE_SECONDS": str(seconds),
            "MATPLOTLIB": "lazy" if lazy else "eager", "SSL_CERT_FILE": authority or "",
        }
        for name in ("PYTHONDONTWRITEBYTECODE", *(() if authority else ("SSL_CERT_FILE",))):
            environment.pop(name, None)
        super().__init__(api, [python, "-m", "bot.main"], environment, directory, group)


class Floor:
    """A client that answers at once: what the harness itself costs."""

    def __init__(self, api, trusted=None):
        api.forget()
        self.api = api
        host, port = api.url.partition("://")[2].split(":")
        self.line = socket.create_connection((host, int(port)))
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if trusted:
            self.line = trusted.wrap_socket(self.line, server_hostname=host)
        self.received = b""
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        offset = 0
        try:
            while True:
                updates = self.call("getUpdates", {"offset": offset, "timeout": 50})
                for update in updates:
                    offset = update["update_id"] + 1
                    chat = update["message"]["chat"]["id"]
                    self.call("sendMessage", {"chat_id": chat, "text": "ok"})
        except (OSError, ssl.SSLError):
            pass  # Stopped.

    def call(self, method, fields):
        body = json.dumps(fields).encode()
        self.line.sendall(f"POST /bot1:x/{method} HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        while True:
            head, found, rest = self.received.partition(b"\r\n\r\n")
            length = int(re.search(rb"Content-Length: (\d+)", head)[1]) if found else 0
            if found and length <= len(rest):
                self.received = rest[length:]
                return json.loads(rest[:length])["result"]
            more = self.line.recv(65536)
            if not more:
                raise OSError("the server has gone")
            self.received += more

    def stop(self):
        self.line.close()
