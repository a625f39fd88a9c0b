"""A Bot API on loopback, for measuring: HTTP/1.1 with kept connections and a true long poll. Standard library only.

It runs on a thread of its own inside the measuring process. A latency is taken on one clock: from the moment the
answer to getUpdates is handed to the kernel, to the moment the reply's whole body has been read. The server's own
cost, some tenths of a millisecond, is in every figure; `Floor` in measure.py shows it.
"""

import asyncio
import json
import threading
import time
import urllib.parse

ACCOUNT = {"id": 42, "is_bot": True, "first_name": "bench", "username": "bench_bot"}


class FakeTelegram:
    """Starts on a free port. `url` is what TELEGRAM_API_URL should be; it is https when `tls`, an `ssl.SSLContext`, is
    given."""

    def __init__(self, tls=None):
        self.tls = tls
        self.loop = asyncio.new_event_loop()
        self.forget()
        ready = threading.Event()
        threading.Thread(target=self._run, args=(ready,), daemon=True).start()
        ready.wait()

    def forget(self):
        self.updates, self.next_update, self.next_message = [], 1, 1000
        self.first_poll = threading.Event()
        self.first_poll_ns = 0
        self.calls = {}
        self.polls = set()
        self.waiting = None

    def _run(self, ready):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(
            self.loop.create_server(lambda: Connection(self), "127.0.0.1", 0, backlog=64, ssl=self.tls))
        # A name is looked up where a certificate is shown, as it is in real life.
        front = "https://localhost" if self.tls else "http://127.0.0.1"
        self.url = f"{front}:{server.sockets[0].getsockname()[1]}"
        ready.set()
        self.loop.run_forever()

    def ask(self, user, text, patience=30.0):
        """Somebody writes; answers with the reply's method, milliseconds and bytes."""
        asked = asyncio.run_coroutine_threadsafe(self._ask(user, text), self.loop)
        return asked.result(patience)

    async def _ask(self, user, text):
        self.waiting = {"chat": user, "done": self.loop.create_future(), "served": 0}
        self.next_message += 1
        message = {
            "message_id": self.next_message, "date": int(time.time()), "text": text,
            "from": {"id": user, "is_bot": False, "first_name": "Owner", "language_code": "en"},
            "chat": {"id": user, "type": "private", "first_name": "Owner"},
            "entities": [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}],
        }
        self.updates.append({"update_id": self.next_update, "message": message})
        self.next_update += 1
        for poll in list(self.polls):
            poll.look()
        return await self.waiting["done"]

    def replied(self, method, body, now):
        if self.waiting is None or method not in ("sendMessage", "sendPhoto"):
            return
        # The chat's number is in the body of either encoding; nothing else here looks like it.
        if str(self.waiting["chat"]).encode() not in body:
            return
        waiting, self.waiting = self.waiting, None
        start = body.find(b"\x89PNG")
        end = body.find(b"IEND", start)
        picture = body[start:end + 8] if 0 <= start < end else b""
        waiting["done"].set_result({
            "method": method, "ms": (now - waiting["served"]) / 1e6, "body": body, "picture": picture})


def arguments(body, kind):
    """Of a body that is JSON or a form: bots send either."""
    if kind.startswith("application/x-www-form-urlencoded"):
        return dict(urllib.parse.parse_qsl(body.decode()))
    return json.loads(body or b"{}")


class Connection(asyncio.Protocol):
    def __init__(self, api):
        self.api, self.buffer, self.timer, self.offset = api, b"", None, 0

    def connection_made(self, transport):
        self.transport = transport

    def connection_lost(self, _):
        self.stop_polling()

    def stop_polling(self):
        self.api.polls.discard(self)
        if self.timer:
            self.timer.cancel()
            self.timer = None

    def data_received(self, data):
        self.buffer += data
        while True:
            head_end = self.buffer.find(b"\r\n\r\n")
            if head_end < 0:
                return
            head = self.buffer[:head_end].decode("latin-1").split("\r\n")
            fields = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:])}
            if "chunked" in fields.get("transfer-encoding", ""):
                raise SystemExit("a chunked body: this server does not read those")
            end = head_end + 4 + int(fields.get("content-length", 0))
            if len(self.buffer) < end:
                return
            body, self.buffer = self.buffer[head_end + 4:end], self.buffer[end:]
            self.heard(head[0].split()[1].rsplit("/", 1)[-1], body, fields.get("content-type", ""))

    def heard(self, method, body, kind):
        now = time.monotonic_ns()
        api = self.api
        api.calls[method] = api.calls.get(method, 0) + 1
        if method == "getUpdates":
            if not api.first_poll_ns:
                api.first_poll_ns = now
                api.first_poll.set()
            asked = arguments(body, kind)
            self.offset = int(asked.get("offset") or 0)
            api.updates = [it for it in api.updates if self.offset <= it["update_id"]]
            api.polls.add(self)
            self.timer = api.loop.call_later(float(asked.get("timeout") or 0), self.answer_poll, [])
            self.look()
        elif method in ("sendMessage", "sendPhoto", "editMessageText"):
            api.next_message += 1
            api.replied(method, body, now)
            message = {"message_id": api.next_message, "date": int(time.time()), "from": ACCOUNT,
                       "chat": {"id": 1, "type": "private"}}
            if method == "sendPhoto":
                message["photo"] = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]
            self.answer(message)
        else:
            self.answer(ACCOUNT if method == "getMe" else True)

    def look(self):
        if self.api.updates:
            self.answer_poll(list(self.api.updates))

    def answer_poll(self, updates):
        self.stop_polling()
        if updates and self.api.waiting:
            self.api.waiting["served"] = time.monotonic_ns()
        self.answer(updates)

    def answer(self, result):
        body = json.dumps({"ok": True, "result": result}).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.transport.write(head.encode() + body)
