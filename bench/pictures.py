"""The two halves of bench/pictures.sh: the seed's pictures (`seed`), and the table of both (`table`)."""
import io, json, os, pathlib, random, re, statistics, sys, time

GIB = 1024 ** 3
# As in render/benches/charts.rs: most milliseconds of a chart on a quiet machine, and most kilobytes (of 1,000) of each.
MOST_MS = {"ram-pie-800x600": 2, "donut": 4, "line-day": 8}
MOST_KB = 90


def seed():
    """One line a chart: our name for it, milliseconds, bytes. The pie is the seed's own code. It draws nothing else, so
    the others are what its author would write: pyplot, the same size, into memory."""
    sys.path.insert(0, os.environ["SEED_BENCH"])
    from bot import graphs
    plt = graphs.plt

    def saved(fig):
        buffer = io.BytesIO()
        fig.savefig(buffer, format="png")
        plt.close(fig)
        return buffer.getvalue()

    chance = random.Random(3)
    times = [second / 3600 for second in range(0, 86_400, 10)]
    busy = [30 + 15 * chance.random() for _ in times]
    mounts, full = [f"/mnt/{it}" for it in range(6)], [97, 95, 93, 50, 40, 28]

    def line(axes):
        axes.plot(times, busy)
        axes.set_ylim(0, 100)
        axes.set_title("CPU")
        axes.grid(True)

    def one(draw):
        fig, axes = plt.subplots(figsize=(8, 6), dpi=100)
        draw(axes)
        return saved(fig)

    def bars(axes):
        axes.barh(mounts, full)
        axes.set_title("Disks")

    def panels():
        fig, axes = plt.subplots(3, 1, figsize=(8, 10), dpi=100)
        for it in axes:
            line(it)
        return saved(fig)

    charts = {
        "donut": lambda: graphs.ram_pie(13 * GIB, 32 * GIB).getvalue(),
        "line-day": lambda: one(line),
        "bars": lambda: one(bars),
        "panels-digest": panels,
    }
    for name, draw in charts.items():
        draw()  # The first one also loads fonts.
        took = []
        for _ in range(30):
            began = time.perf_counter()
            png = draw()
            took.append((time.perf_counter() - began) * 1e3)
        print(name, f"{statistics.median(took):.1f}", len(png))


def table(log, criterion):
    """Prints both beside each other; ends with 1 when a promise is broken."""
    sizes = dict(re.findall(r"^(\S+): (\d+) bytes$", pathlib.Path(log).read_text(), re.M))
    ran = re.findall(r"^(\S+) +time: ", pathlib.Path(log).read_text(), re.M)
    ran += re.findall(r"^(\S+)\n +time: ", pathlib.Path(log).read_text(), re.M)
    theirs = {it[0]: it[1:] for it in (line.split() for line in os.environ.get("THEIRS", "").splitlines())}
    print("\n| chart | ms | KB | matplotlib ms | KB | promised |\n| --- | --- | --- | --- | --- | --- |")
    broken = []
    for name in (it for it in sizes if it in ran):
        estimates = json.loads((pathlib.Path(criterion) / name / "new" / "estimates.json").read_text())
        took, kilobytes = estimates["median"]["point_estimate"] / 1e6, int(sizes[name]) / 1000
        other = theirs.get(name)
        other = f"{other[0]} | {int(other[1]) / 1000:.0f}" if other else " | "
        most = MOST_MS.get(name)
        promise = (f"{most} ms, " if most else "") + f"{MOST_KB} KB"
        print(f"| {name} | {took:.1f} | {kilobytes:.0f} | {other} | {promise} |")
        if (most and most <= took) or MOST_KB <= kilobytes:
            broken.append(name)
    if broken:
        sys.exit(f"beyond what is promised: {', '.join(broken)}")


if __name__ == "__main__":
    {"seed": seed, "table": table}[sys.argv[1]](*sys.argv[2:])
