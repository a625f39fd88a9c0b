"""A lively Docker engine on a Unix socket, for a soak: containers that come and go under names that never come back,
crash, loop and fall ill. HTTP/1.1 with kept connections and a true stream of events. Standard library only."""

import asyncio
import json
import random
import re
import struct
import time
from datetime import datetime, timezone

VERSION = {"Version": "27.5.1", "ApiVersion": "1.47", "MinAPIVersion": "1.24"}
STABLE = [f"{project}-{service}-1" for project in ("shop", "blog", "metrics", "mail")
          for service in ("web", "api", "db", "worker", "cache")]
# What a busy engine remembers of events is bounded, as the real one's is.
REMEMBERED = 1000


def iso(at):
    return datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z"


class Container:
    def __init__(self, name, number):
        self.name, self.id = name, f"{number:064x}"
        self.state, self.health, self.code, self.restarts, self.started = "running", None, 0, 0, time.time()
        parts = name.split("-")
        self.labels = {"com.docker.compose.project": parts[0], "com.docker.compose.service": parts[1],
                       "com.docker.compose.config-hash": self.id[:40]}
        self.image = f"registry.example.com/{parts[0]}/{parts[1]}:2026.{number}"

    def status(self):
        if self.state != "running":
            return f"Exited ({self.code}) 1 second ago"
        return "Up 3 minutes" + (f" ({self.health})" if self.health else "")

    def listed(self):
        return {"Id": self.id, "Names": ["/" + self.name], "Image": self.image, "ImageID": "sha256:" + self.id,
                "State": self.state, "Status": self.status(), "Labels": self.labels, "Created": int(self.started),
                "Ports": [], "HostConfig": {"NetworkMode": "default"}}

    def inspected(self):
        state = {"Status": self.state, "StartedAt": iso(self.started), "ExitCode": self.code, "OOMKilled": False,
                 "Pid": 0, "Restarting": False}
        if self.health:
            state["Health"] = {"Status": self.health, "FailingStreak": 3 * (self.health == "unhealthy"), "Log": []}
        return {"Id": self.id, "Name": "/" + self.name, "Image": "sha256:" + self.id, "RestartCount": self.restarts,
                "Created": iso(self.started), "State": state,
                "Config": {"Tty": False, "StopTimeout": 1, "Image": self.image, "Labels": self.labels, "Env": []},
                "HostConfig": {"LogConfig": {"Type": "json-file"}, "NetworkMode": "default",
                               "RestartPolicy": {"Name": "unless-stopped"}},
                "NetworkSettings": {"Networks": {}}, "Mounts": []}


class FakeDocker:
    """Listens at `path`, on the loop it is given."""

    def __init__(self, path, seed=1):
        self.path, self.random, self.number = path, random.Random(seed), 0
        self.containers, self.events, self.followers, self.passing = {}, [], set(), []
        self.names = 0
        for name in STABLE:
            self.create(name)

    async def serve(self):
        self.server = await asyncio.start_unix_server(self.connected, self.path)

    # What happens.

    def create(self, name):
        self.number += 1
        self.names += 1
        it = Container(name, self.number)
        self.containers[name] = it
        self.tell(it, "create")
        self.tell(it, "start")
        return it

    def tell(self, it, action, **more):
        now = time.time_ns()
        event = {"Type": "container", "Action": action, "status": action, "id": it.id, "from": it.image, "scope": "local",
                 "Actor": {"ID": it.id, "Attributes": {**it.labels, "name": it.name, "image": it.image, **more}},
                 "time": now // 10**9, "timeNano": now}
        piece = json.dumps(event).encode() + b"\n"
        self.events = self.events[-REMEMBERED + 1:] + [(now / 1e9, piece)]
        for follower in list(self.followers):
            follower.write(chunk(piece))

    def ends(self, it, code):
        it.state, it.code, it.health = "exited", code, None
        self.tell(it, "die", exitCode=str(code))

    def starts(self, it):
        it.state, it.code, it.started = "running", 0, time.time()
        it.restarts += 1
        self.tell(it, "start")

    def checks(self, it, health):
        it.health = health
        self.tell(it, "health_status: " + health)

    def removes(self, it):
        self.tell(it, "destroy")
        self.containers.pop(it.name, None)

    def lives(self):
        """One second of an engine's life."""
        chance = self.random.random
        running = [it for it in self.containers.values() if it.state == "running" and it.name in STABLE]
        # A job that runs to its end and is removed: its name never comes back.
        if chance() < 0.25:
            it = self.create(f"job-{self.random.choice(('import', 'report', 'backup'))}-{self.number + 1}")
            self.passing.append((time.time() + self.random.uniform(2, 60), it, self.random.choice((0, 0, 0, 1))))
        for one in [one for one in self.passing if one[0] <= time.time()]:
            self.passing.remove(one)
            _, it, code = one
            if it.name in self.containers:
                self.ends(it, code)
                self.removes(it)
        # A deployment: the same name, another container.
        if chance() < 0.01 and running:
            it = self.random.choice(running)
            self.tell(it, "kill", signal="15")
            self.ends(it, 143)
            self.removes(it)
            self.create(it.name)
        if chance() < 0.02 and running:
            self.ends(self.random.choice(running), self.random.choice((1, 137, 139)))
        if chance() < 0.02 and running:
            self.checks(self.random.choice(running), "unhealthy")
        for it in list(self.containers.values()):
            if it.name in STABLE and it.state == "exited" and chance() < 0.03:
                self.starts(it)
            if it.health == "unhealthy" and chance() < 0.01:
                self.checks(it, "healthy")

    # What is asked.

    async def connected(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = re.search(r"(?i)content-length: (\d+)", head)
                if length:
                    await reader.readexactly(int(length[1]))
                method, target = head.split()[:2]
                await self.asked(writer, method, target)
                await writer.drain()
                if re.search(r"(?i)connection: close", head):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.followers.discard(writer)
            writer.close()

    async def asked(self, writer, method, target):
        path, _, query = target.partition("?")
        path = re.sub(r"^/v1\.\d+", "", path)
        parts = path.strip("/").split("/")
        if path == "/version":
            return answer(writer, VERSION)
        if path == "/info":
            return answer(writer, {"Name": "soak", "DockerRootDir": "/var/lib/docker", "ServerVersion": "27.5.1"})
        if path == "/networks":
            return answer(writer, [])
        if path == "/system/df":
            return answer(writer, self.usage())
        if path == "/containers/json":
            return answer(writer, [it.listed() for it in self.containers.values()])
        if path == "/events":
            return self.followed(writer, query)
        if parts[-1] == "prune":
            return answer(writer, {"message": "invalid filter"}, 400)
        if parts[0] != "containers" or len(parts) < 3:
            return answer(writer, {"message": "no such image"}, 404)
        it = next((it for it in self.containers.values() if parts[1] in (it.name, it.id)), None)
        if it is None:
            return answer(writer, {"message": "No such container: " + parts[1]}, 404)
        verb = parts[2]
        if verb == "json":
            return answer(writer, it.inspected())
        if verb == "logs":
            lines = b"".join(frame(f"{iso(time.time() - 60 + n)} line {n} of {it.name}\n") for n in range(60))
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(lines) + chunk(b""))
            return None
        if verb == "stats":
            return answer(writer, self.load(it))
        if verb == "top":
            return answer(writer, {"Titles": ["PID", "CMD"], "Processes": [["1", "serve"]]})
        if verb in ("stop", "kill") and it.state == "running":
            self.ends(it, 143 if verb == "stop" else 137)
        elif verb in ("start", "restart"):
            if it.state == "running":
                self.ends(it, 143)
            self.starts(it)
        return answer(writer, None, 204)

    def followed(self, writer, query):
        asked = dict(one.split("=", 1) for one in query.split("&") if "=" in one)
        since = float(asked["since"]) if "since" in asked else float("inf")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for at, piece in self.events:
            if since <= at:
                writer.write(chunk(piece))
        if "until" in asked:
            writer.write(chunk(b""))
        else:
            self.followers.add(writer)

    def load(self, it):
        total = int(time.time() * 1e8) + int(it.id[-4:], 16)
        return {"read": iso(time.time()), "pids_stats": {"current": 12},
                "cpu_stats": {"cpu_usage": {"total_usage": total}, "system_cpu_usage": time.time_ns(), "online_cpus": 2},
                "precpu_stats": {"cpu_usage": {"total_usage": total - 10**8}, "system_cpu_usage": time.time_ns() - 10**9,
                                 "online_cpus": 2},
                "memory_stats": {"usage": 104857600, "limit": 536870912, "stats": {"inactive_file": 4096}},
                "networks": {"eth0": {"rx_bytes": 10**6, "tx_bytes": 2 * 10**6}}}

    def usage(self):
        return {"LayersSize": 9, "Volumes": [], "BuildCache": [
                    {"ID": f"c{n}", "InUse": False, "Shared": False, "Size": 10**6, "LastUsedAt": "2026-01-01T00:00:00Z"}
                    for n in range(200)],
                "Images": [{"Id": "sha256:" + it.id, "RepoTags": [it.image], "Size": 2 * 10**8, "SharedSize": 0,
                            "Containers": 1, "Created": 1790000000} for it in self.containers.values()],
                "Containers": []}


def chunk(piece):
    return f"{len(piece):x}\r\n".encode() + piece + b"\r\n"


def frame(text):
    payload = text.encode()
    return struct.pack(">BxxxI", 1, len(payload)) + payload


def answer(writer, value, code=200):
    body = b"" if value is None else json.dumps(value).encode()
    head = f"HTTP/1.1 {code} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    if code == 204:
        head = "HTTP/1.1 204 No Content\r\n\r\n"
    writer.write(head.encode() + body)
