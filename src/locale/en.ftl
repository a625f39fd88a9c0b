# English. One sentence a key; `<b>`, `<i>` and `<code>` set emphasis. src/locale/tests.rs holds all languages to the
# same keys and nouns.

# --- Units and calendar
unit-decimal = .
unit-bytes = B KiB MiB GiB TiB PiB EiB
unit-per-second = /s
unit-durations = ms s min h d
unit-thousands = K M B
month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec
weekday-1 = Mon
weekday-2 = Tue
weekday-3 = Wed
weekday-4 = Thu
weekday-5 = Fri
weekday-6 = Sat
weekday-7 = Sun
range = { $range }
in-a-while = in { $lasting }
unknown = unknown
unknown-because = Unknown: { $why }
and-more = … and { $count } more
of-whole = of { $total }
of-total = { $used } of { $total }

# --- Metrics
metric-cpu-busy = CPU
metric-cpu-core = CPU core
metric-cpu-iowait = Waiting for disks
metric-cpu-steal = CPU taken by the hypervisor
metric-load-1 = Load (1 min)
metric-load-5 = Load (5 min)
metric-load-15 = Load (15 min)
metric-memory-used = Memory
metric-memory-available = Memory available
metric-swap-used = Swap
metric-disk-used = Disk
metric-disk-free = Free space on
metric-disk-inodes = Inodes of
metric-io-read = Reading
metric-io-write = Writing
metric-io-busy = Disk busy
metric-net-in = Received
metric-net-out = Sent
metric-net-errors = Network errors
metric-psi-cpu = CPU pressure
metric-psi-memory = Memory pressure
metric-psi-memory_full = Memory pressure (all)
metric-psi-io = Disk pressure
metric-psi-io_full = Disk pressure (all)
metric-uptime = Uptime
metric-temperature = Temperature
metric-containers-running = Containers running
metric-containers-total = Containers
metric-containers-unhealthy = Containers unhealthy
metric-containers-restarting = Containers restarting

# --- Buttons
button-refresh = 🔄 Refresh
button-alerts = 🚨 Alerts
button-graph = 📈 Graph
button-graph-hours = 📈 6 h
button-graph-days = 📈 7 d
button-pie = 🥧 Pie
button-fix = 🩹 Free space
button-free = Free up to { $bytes }
button-leave = Leave it
button-mute = 🔕 1 h
button-unmute = 🔔 Unmute
button-restart = Yes, restart
button-logs = 📋 Logs
button-more-lines = { $count } lines
button-containers = 🐳 Containers
button-all = All
button-status = 📊 Status
button-help = ❔ Help
button-jobs = ⏱ Jobs
button-run = ▶ { $name }
button-day = Last 24 h
button-now = Now

# --- /status and its parts
status-well = 🟢 <b>{ $host }</b> · all is well
status-ill = 🔴 <b>{ $host }</b> · { $count ->
    [one] 1 alert
   *[other] { $count } alerts
}
status-cpu = <b>CPU</b> { $busy }
status-cpu-load = <b>CPU</b> { $busy } · load { $load } on { $count ->
    [one] 1 core
   *[other] { $count } cores
}
status-memory = <b>RAM</b> { $percent } · { $used } of { $total }
status-memory-unknown = <b>RAM</b> unknown: { $why }
status-swap = <b>Swap</b> { $percent } · { $used } of { $total }
status-disk = <b>Disk</b>
status-disk-one = { $mount } { $percent }, { $free } free
status-disk-unknown = <b>Disk</b> unknown: { $why }
status-net = <b>Net</b> ↓ { $received } ↑ { $sent }
status-docker = <b>Docker</b> { $running } of { $total } running
status-docker-ill = <b>Docker</b> { $running } of { $total } running, <b>{ $ill } ill</b>
status-docker-absent = <b>Docker</b> does not answer
status-up = <b>Up</b> { $lasting }

# --- /cpu /ram /disk /uptime
cpu-title = <b>CPU</b> { $busy } · waiting for disks { $iowait } · stolen { $steal }
cpu-load = Load { $one } · { $five } · { $fifteen } (1, 5, 15 min) on { $count ->
    [one] 1 core
   *[other] { $count } cores
}
cpu-cores = { $count } cores, from { $least } to { $most }
ram-title = <b>RAM</b> { $percent } · { $used } of { $total }
ram-parts = Available { $available } · cache { $cache } · free { $free }
ram-swap = Swap { $used } of { $total }
ram-no-swap = No swap
disk-title = <b>Disks of { $host }</b>
disk-one = <b>{ $mount }</b> { $percent } · { $used } of { $total }, { $free } free
disk-unknown = <b>{ $mount }</b> unknown: { $why }
disk-inodes = { "   " }inodes { $percent }
uptime = ⏱ <b>{ $host }</b> has been up for { $lasting }, since { $since }
uptime-watch = Vakhta has been on watch for { $lasting }

# --- Pictures
chart-limit = limit { $limit }
chart-broke = here
chart-stretch = { $from } – { $to }
chart-empty = No data yet
chart-memory = Memory
chart-memory-used = Used
chart-memory-cache = Cache
chart-memory-free = Free
chart-swap = Swap
chart-disks = Disks
chart-disk-note = { $percent } · { $free } free
graph-memory = <b>Memory of { $host }</b> at { $at }
graph-figures = <b>{ $what }</b>: { $last } now · mean { $mean } · { $least } to { $most }
graph-several = <b>{ $what }</b>
graph-nothing = <b>{ $what }</b>: nothing recorded for that time yet. Samples are taken every few seconds: try again in a minute.
no-metric = Nothing is measured by the name <code>{ $name }</code>. Try <code>/graph cpu</code>, ram, swap, disk, net, io, load, psi, temp, containers.

# --- Alerts
alert-warning = 🟠 <b>{ $what }</b>: { $value }
alert-critical = 🔴 <b>{ $what }</b>: { $value }
alert-absent = 🔴 <b>{ $what }</b>: no data for { $value }
alert-worsened = 🔴 <b>{ $what }</b> is getting worse: { $value }
alert-why-above = Limit { $limit }, above it since { $since } ({ $lasting })
alert-why-below = Limit { $limit }, below it since { $since } ({ $lasting })
alert-why-unusual-above = Usually no more than { $limit }; unusual since { $since } ({ $lasting })
alert-why-unusual-below = Usually no less than { $limit }; unusual since { $since } ({ $lasting })
alert-why-absent = Expected at least every { $limit }; silent since { $since }
alert-recovered = ✅ <b>{ $what }</b> is back to normal. It lasted { $lasting }, from { $since } to { $until }, at worst { $worst }.
alert-settled = ☑️ <b>{ $what }</b>: { $value } has lasted so long that it counts as normal now. The alert of { $since } is closed.
alert-gone = ☑️ <b>{ $what }</b> is no longer there. The alert of { $since } is closed.
alert-withdrawn = ☑️ <b>{ $what }</b>: rule <code>{ $rule }</code> is no longer declared. The alert of { $since } is closed.
alert-listed-pending = 🟡 <b>{ $what }</b>: { $value }, limit { $limit }, for { $lasting }
alert-listed-ended = ✅ <b>{ $what }</b>: up to { $worst }, { $since } – { $until } ({ $lasting })
alerts-none = 🟢 Nothing is wrong. { $count ->
    [one] 1 rule is
   *[other] { $count } rules are
} watching.
alerts-firing = <b>{ $count ->
    [one] 1 alert
   *[other] { $count } alerts
}</b>
alerts-pending = <b>Being watched</b>, not yet an alert:
alerts-muted = 🔕 Muted until { $until }; critical alerts still come through.
alerts-history = <b>{ $count ->
    [one] 1 alert
   *[other] { $count } alerts
}</b> since { $since }
alerts-history-none = Nothing was wrong since { $since }.

# --- Mutes
mute-none = Nothing is muted. For how long should warnings wait?
mute-on = 🔕 Warnings wait until { $until }. Critical alerts still come through, and what was held back is told then.
mute-until = 🔕 Warnings wait until { $until }.
mute-off = 🔔 Alerts come at once again.
mute-held = 🔔 The mute is over. Meanwhile:

# --- Containers
state-running = up
state-unhealthy = unhealthy, up
state-starting = starting, up
state-paused = paused
state-restarting = restarting
state-created = never started
state-removing = being removed
state-exited = stopped
state-dead = dead
ps-title = 🐳 <b>{ $running } running</b> of { $total }
ps-none = 🐳 Docker answers, and there are no containers.
ps-none-such = No container has <code>{ $part }</code> in its name.
which-container = { $count ->
    [one] One container has
   *[other] { $count } containers have
} <code>{ $name }</code> in the name. Which one?
no-container = There is no container <code>{ $name }</code>. /ps lists them.
no-container-near = There is no container <code>{ $name }</code>. Did you mean { $near }?
logs-title = 📋 <b>{ $name }</b>, last { $count ->
    [one] line
   *[other] { $count } lines
}
logs-title-cut = 📋 <b>{ $name }</b>, last { $count ->
    [one] line
   *[other] { $count } lines
}; more was too much to show
logs-empty = 📋 <b>{ $name }</b> has logged nothing.
restart-sure = Restart <b>{ $name }</b>? It is { $state } now.
restart-going = ⏳ Restarting <b>{ $name }</b> …
restart-done = ✅ <b>{ $name }</b> was restarted and is running ({ $took }).
restart-ended = 🔴 <b>{ $name }</b> was restarted and ended again, exit code { $code }.
restart-not = ⚠️ <b>{ $name }</b> has not been restarted: it is still the same run.
restart-unknown = ❔ Docker took the order for <b>{ $name }</b>, but what came of it is unknown: { $why }. Ask /ps.
restart-own = <b>{ $name }</b> is Vakhta itself. It does not restart itself; use <code>docker compose restart</code> on the host.
restart-protected = <b>{ $name }</b> is labelled <code>vakhta.protect=true</code>: hands off.
engine-unreachable = 🐳 Docker does not answer: { $why }
engine-refused = 🐳 Docker says no: { $why }
engine-unanswered = 🐳 Docker did not answer in time; it may still have happened: { $why }
engine-garbled = 🐳 Docker's answer was not understood: { $why }
host-failed = The machine could not be read: { $why }
store-failed = The store refused: { $why }
job-failed = It failed: { $why }

# --- Healing
remedy-build-cache = build cache
remedy-dangling-images = images without a name
remedy-stopped-containers = containers stopped long ago
fix-plan = 🩹 <b>{ $mount }</b> has { $available } free. What could go:
fix-step = • { $what }: { $count ->
    [one] 1 item
   *[other] { $count } items
}, up to { $bytes }
fix-safe = Volumes and anything in use stay.
fix-nothing = 🩹 <b>{ $mount }</b> has { $available } free. Docker holds nothing there that could safely go: no build cache, nameless images or long stopped containers.
fix-going = ⏳ Freeing space on <b>{ $mount }</b> …
fix-done = ✅ <b>{ $mount }</b>: { $freed } freed, { $after } free now.
fix-done-nothing = ⚠️ <b>{ $mount }</b>: nothing was freed, { $after } free now.
fix-did = • { $what }: { $count ->
    [one] 1 removed
   *[other] { $count } removed
}
fix-failed = • { $what }: { $count } removed, then: { $why }

# --- Digest
digest-title = ☀️ <b>{ $host }</b>, { $from } – { $to }
digest-quiet = 🟢 Nothing was wrong.
digest-incidents = 🚨 <b>{ $count ->
    [one] 1 incident
   *[other] { $count } incidents
}</b>
digest-incident = • { $what }: up to { $worst } at { $since }, for { $lasting }
digest-incident-open = • { $what }: up to { $worst }, since { $since } and still ({ $lasting })
digest-heal = 🩹 { $at }: freed { $freed } on { $target }
digest-containers = 🐳 { $running } of { $total } containers running
digest-unhealthy = 🔴 Unhealthy: { $names }
digest-restarting = 🔁 Restarting: { $names }
digest-figures = <b>Mean</b> (least–most, 95 % below)
digest-figure = <b>{ $what }</b> { $mean } ({ $least }–{ $most }, { $p95 })
digest-change = <i>{ $change }</i>
digest-no-figures = No figures yet: nothing was recorded in that time.

# --- Jobs
jobs-title = ⏱ <b>Jobs</b>
jobs-one = <b>{ $name }</b> · { $kind }
jobs-next = next { $next }
jobs-never = not scheduled
jobs-running = ⏳ running for { $lasting }
jobs-skipped = skipped while running: { $count }
jobs-going = ⏳ Running <b>{ $name }</b> …
jobs-ran = <b>{ $name }</b>:
no-job = There is no job <code>{ $name }</code>. /jobs lists them.
outcome-done = ✅ { $at }, took { $took }
outcome-failed = 🔴 { $at } failed after { $took }: { $why }
outcome-timed-out = 🔴 { $at } gave up after { $took }
outcome-panicked = 🔴 { $at } stumbled over a fault of Vakhta's own after { $took }: { $why }
outcome-stopped = ⚠️ { $at } was cut off by a restart after { $took }
trouble = ⚠️ Job <b>{ $job }</b> has failed { $count } times in a row: { $why }

# --- About Vakhta itself
start = ⚓️ <b>Vakhta</b> is on watch over <b>{ $host }</b>. You are { $id } and may speak.
    { $jobs } jobs and { $rules } rules are at work. You will hear when something is really wrong; until then, ask.
help-title = <b>What can be asked</b>
help-more = More of one: <code>/help logs</code>
version = ⚓️ <b>Vakhta { $version }</b>
version-host = { $host } · { $system } · Linux { $kernel }
version-engine = { $kind } { $version } (API { $api })
house-strangers = 🚪 { $count ->
    [one] A stranger's message was
   *[other] { $count } messages of strangers were
} turned away; the last came from id <code>{ $last }</code>.
house-two-pollers = ⚠️ Another program is using the same bot token: messages reach one of the two by chance. Stop the other one, or give it a token of its own.
house-store-set-aside = ⚠️ The store was damaged. It was set aside as <code>{ $file }</code> and a new one begun; history before today is in that file.
house-store-full = ⚠️ The store takes no writes, and what is seen now is only remembered until a restart: { $why }
house-store-returned = ✅ The store takes writes again; nothing was lost.
dispatch-unknown = There is no command <code>/{ $name }</code>. /help lists them.
dispatch-near = There is no command <code>/{ $name }</code>. Did you mean /{ $near }?
dispatch-stale-button = This button is too old. Ask again.
dispatch-other-button = This button is somebody else's.
dispatch-left = Left as it is.
dispatch-failed = That went wrong inside Vakhta, and has been written to its log.
dispatch-late = This order is { $lasting } old.

console-follows = <i>Another Vakhta is on watch here. This console reads its history and runs no jobs of its own.</i>

# --- What each command is for, and how it is used
summary-status = the server at a glance
usage-status = <code>/status</code>
summary-cpu = processors, load, who keeps them busy
usage-cpu = <code>/cpu</code>
summary-ram = memory, swap, who has it
usage-ram = <code>/ram</code>
summary-disk = how full the disks are
usage-disk = <code>/disk</code>
summary-uptime = since when the server runs
usage-uptime = <code>/uptime</code>
summary-graph = a picture: memory, or anything measured
usage-graph = <code>/graph</code> is the memory pie. <code>/graph cpu 6h</code>, <code>/graph disk /srv 7d</code>, <code>/graph net 1h</code>: cpu, ram, swap, disk, inodes, net, io, load, psi, temp, containers; the time is like 30m, 6h, 7d.
summary-alerts = what is wrong now
usage-alerts = <code>/alerts</code>, or with a time <code>/alerts 24h</code> for what was
summary-mute = let warnings wait for a while
usage-mute = <code>/mute 2h</code>, <code>/mute off</code>. Critical alerts still come through.
summary-ps = containers and how they are
usage-ps = <code>/ps</code>, <code>/ps all</code> with the stopped ones, <code>/ps shop</code> by part of a name
summary-logs = the last lines of a container
usage-logs = <code>/logs nginx</code> or <code>/logs nginx 200</code>; part of the name will do
summary-restart = restart a container, after asking
usage-restart = <code>/restart nginx</code>
summary-fix = free disk space that Docker holds, after asking
usage-fix = <code>/fix</code>
summary-digest = the last day in figures
usage-digest = <code>/digest</code> or <code>/digest 7d</code>
summary-jobs = what runs when, and how it went
usage-jobs = <code>/jobs</code>, <code>/jobs run morning</code>
summary-start = who I am
usage-start = <code>/start</code>
summary-help = what can be asked
usage-help = <code>/help</code> or <code>/help graph</code>
summary-version = versions of everything
usage-version = <code>/version</code>
