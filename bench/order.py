#!/usr/bin/env python3
"""Which functions a watch runs: those of every quiet minute first, then what an engine beside it adds, then what is asked
most, then the rest. Started by `bench/order.sh`. Standard library only."""

import argparse
import asyncio
import ctypes
import os
import re
import struct
import subprocess
import sys
import tempfile
import time

import measure
import soak
import tls
from fake_docker import FakeDocker
from fake_telegram import FakeTelegram

# callgrind runs a program for an older processor. Where one of these ran, a newer processor runs one of its siblings.
VARIANT = re.compile(r"_(?:sse|ssse|avx|evex|adx|bmi|hw|nohw|erms|x86|vpaes|bsaes|clmul)[a-z0-9_]*$")
# What runs before anything has a name for callgrind.
BEFORE_MAIN = ["_start", "frame_dummy", "__libc_start_call_main"]
# Of TLS, what runs only on a newer processor than callgrind's.
NEWER = re.compile(r"4ring4aead7aes_gcm|ring_core_.*(?:25519|gcm|ghash)|^constant_time_conditional_memxor")
# PR_GET_AUXV, and the number of prctl(2).
AUXILIARY_VECTOR, PRCTL = 0x41555856, {"x86_64": 157, "aarch64": 167}


def symbols(binary):
    """Where each function begins, by name."""
    listed = subprocess.run(["nm", "--defined-only", binary], check=True, capture_output=True, text=True)
    rows = (line.split(" ", 2) for line in listed.stdout.splitlines())
    return {name: int(address, 16) for address, kind, name in rows if kind in "tTwWi"}


def ran(path):
    """The names in a profile."""
    with open(path, encoding="utf-8", errors="replace") as file:
        found = (re.match(r"c?fn=\(\d+\) (.*)", line) for line in file)
        return {re.sub(r"'\d+$", "", it[1].strip()) for it in found if it}


def become(command):
    """Runs it in our place, and the kernel tells it nothing of its auxiliary vector: in that stands a page (the vDSO) which
    valgrind has taken away, and a program that looks at it would end there. It reads valgrind's own, in /proc, instead."""
    load, equal, give, errno, allow = 0x20, 0x15, 0x06, 0x00050000 | 22, 0x7FFF0000
    steps = [(load, 0, 0, 0), (equal, 0, 3, PRCTL[os.uname().machine]), (load, 0, 0, 16), (equal, 0, 1, AUXILIARY_VECTOR),
             (give, 0, 0, errno), (give, 0, 0, allow)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *it) for it in steps))
    program = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code))
    kernel = ctypes.CDLL(None, use_errno=True)
    if kernel.prctl(38, 1, 0, 0, 0) or kernel.prctl(22, 2, ctypes.c_char_p(program), 0, 0):
        sys.exit(f"order.py: no filter of calls could be set: {os.strerror(ctypes.get_errno())}")
    os.execvp(command[0], command)


def quiet(binary, authority, directory, under):
    """On watch over TLS, alone: a first start, and one with a store that is there; looks each ten seconds and each second."""
    trusting = os.path.join(directory, "vakhta-tls")
    if not authority.trusted_by(binary, trusting):
        sys.exit("order.py: the binary has no root that ours could take the place of")
    for people, seconds, minutes in (((measure.OWNER,), 10, 4), (measure.CROWD, 10, 2), (measure.CROWD, 1, 1)):
        watch = measure.Watch(trusting, FakeTelegram(authority.server), directory, seconds, people, under=under)
        watch.first_poll()
        time.sleep(minutes * 60)
        watch.stop()


def beside(binary, authority, directory, under):
    """On watch beside an engine in which little happens; over TLS."""
    trusting, api = os.path.join(directory, "vakhta-tls"), FakeTelegram(authority.server)
    authority.trusted_by(binary, trusting)
    path = os.path.join(directory, "docker.sock")
    engine = FakeDocker(path)
    asyncio.run_coroutine_threadsafe(engine.serve(), api.loop).result(5)
    watch = measure.Watch(trusting, api, directory, docker="unix://" + path, under=under)
    watch.first_poll()
    for _ in range(12):
        time.sleep(15)
        api.loop.call_soon_threadsafe(engine.lives)
    watch.stop()


def asked(binary, authority, directory, under):
    """How the machine does, and pictures of it; over TLS."""
    trusting, api = os.path.join(directory, "vakhta-tls"), FakeTelegram(authority.server)
    authority.trusted_by(binary, trusting)
    watch = measure.Watch(trusting, api, directory, people=measure.CROWD, under=under)
    watch.first_poll()
    time.sleep(30)
    for number, words in enumerate(["/status", "/graph", "/graph cpu 1h", "/graph memory 6h", "/graph disk 30d"] * 2):
        api.ask(measure.CROWD[number], words)
    watch.stop()


def busy(binary, directory, under, minutes):
    """Asked everything, beside an engine in which much happens; over HTTP."""
    api = soak.Chat()
    path = os.path.join(directory, "docker.sock")
    engine = FakeDocker(path)
    asyncio.run_coroutine_threadsafe(engine.serve(), api.loop).result(5)
    watch = measure.Watch(binary, api, directory, people=soak.PEOPLE, docker="unix://" + path, rules=soak.RULES, under=under)
    watch.first_poll()
    soak.load(api, engine, watch, argparse.Namespace(minutes=minutes, seed=1), os.path.join(directory, "data"))
    watch.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--minutes", type=float, default=6)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    binary = os.path.abspath(options.binary)
    there = symbols(binary)
    if options.check:
        with open(options.output, encoding="ascii") as file:
            names = file.read().split()
        print(f"{sum(it in there for it in names)} of {len(names)} functions are in the program")
        return
    names = dict.fromkeys(BEFORE_MAIN)
    with tempfile.TemporaryDirectory(prefix="vakhta-order-") as directory:
        for name, run in {"quiet": quiet, "beside": beside, "asked": asked, "busy": busy}.items():
            own = os.path.join(directory, name)
            os.mkdir(own)
            under = (sys.executable, "-B", __file__, "--become", "valgrind", "-q", "--tool=callgrind", "--demangle=no",
                     f"--callgrind-out-file={own}/profile.%p")
            if run is busy:
                busy(binary, own, under, options.minutes)
            else:
                run(binary, tls.Authority(own), own, under)
            found = set()
            for file in os.listdir(own):
                if file.startswith("profile."):
                    found |= ran(os.path.join(own, file)) & there.keys()
            stems = {VARIANT.sub("", it) for it in found}
            found |= {it for it in there if NEWER.search(it) or VARIANT.search(it) and VARIANT.sub("", it) in stems}
            new = found - names.keys()
            # As they lie now: what the compiler put side by side stays so.
            names.update(dict.fromkeys(sorted(new, key=there.get)))
            print(f"{name}: {len(found)} functions ran, {len(new)} of them new", flush=True)
    with open(options.output, "w", encoding="ascii") as file:
        file.write("\n".join(names) + "\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--become"]:
        become(sys.argv[2:])
    main()
