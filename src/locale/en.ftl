# English. One sentence a key; `<b>`, `<i>` and `<code>` set emphasis. src/locale/tests.rs holds all languages to the
# same keys and nouns.

language-name = English

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
date-day = { $day } { $month }
date-with-year = { $date } { $year }
in-a-while = in { $lasting }
unknown = unknown
unknown-because = Unknown: { $why }
# What goes wrong most often, in the words of kernels and Docker; the rest is quoted as it is.
reason-permission = permission denied
reason-no-file = no such file or directory
reason-no-file-here = no such file
reason-refused = connection refused
reason-reset = connection reset by peer
reason-pipe = broken pipe
reason-late = timed out
reason-no-container = no such container
reason-no-image = no such image
reason-no-space = no space left on device
reason-read-only = read-only file system
reason-no-answer = no answer within
reason-no-network = network is unreachable
reason-files = too many open files
reason-socket-silent = Docker does not answer at
reason-socket-late = no connection within
reason-mount-silent = has not answered for
reason-mount-left = and is left alone until it does
reason-socket-none = Is the engine running, and its socket mounted here?
reason-socket-stale = the socket is there, but no engine listens on it. Is it running? A socket file mounted by itself is stale after the engine restarted: restart this container
reason-proxy-none = nobody listens there. Is the socket proxy running?
reason-socket-group = The socket belongs to group
reason-socket-join = join it (in compose.yaml
reason-socket-proxy = or go through a socket proxy
reason-socket-way = on the way to the socket: a directory above it may not be entered
right-now = now
and-more = … and { $count } more
worst = at worst { $value }
worst-count = up to { $value } at once
of-whole = of { $total }
of-total = { $used } of { $total }

# --- Metrics
metric-cpu-busy = CPU
metric-cpu-core = CPU core
metric-cpu-iowait = CPU idle, waiting for disks
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
metric-psi-cpu = Waiting for CPU
metric-psi-memory = Waiting for memory
metric-psi-memory_full = Everything waiting for memory
metric-psi-io = Waiting for disk I/O
metric-psi-io_full = Everything waiting for disk I/O
metric-uptime = Uptime
metric-temperature = Temperature
metric-containers-running = Running containers
metric-containers-total = Containers
metric-containers-unhealthy = Unhealthy containers
metric-containers-restarting = Containers restarting over and over
metric-container-cpu = CPU of
metric-container-memory = Memory of
group-net = Network
group-io = Disk input and output
group-load = Load
group-psi = Time spent waiting
kin-load-1 = 1 min
kin-load-5 = 5 min
kin-load-15 = 15 min
kin-net-in = ↓
kin-net-out = ↑
kin-io-read = read
kin-io-write = write
kin-psi-cpu = for CPU
kin-psi-memory = for memory
kin-psi-io = for disks
kin-memory-available = Available

# --- Buttons
button-refresh = 🔄 Refresh
button-alerts = 🚨 Alerts
button-graph = 📈 Graph
button-graph-hours = 📈 6 h
button-graph-days = 📈 7 d
button-graph-yesterday = ⇄ Yesterday
button-graph-week-ago = ⇄ Last week
button-graph-alone = 📈 Without before
button-graph-hours-of-week = 🗓 By hour
button-graph-line = 📈 As a line
button-graph-overview = 🧭 Overview
button-graph-both = CPU and memory
button-pie = 🥧 Pie
button-cure = 🛠 Fix
button-fix = 🩹 Free space
button-free = Free up to { $bytes }
button-leave = Leave it
button-heal-restart = 🔧 Restart { $name }
button-heal-start = 🔧 Start { $name }
button-heal-leave = Not now
button-heal-off = ⏹ Turn off
button-heal-off-hours = ⏸ Off for 2 h
button-heal-on = ▶ Turn on
button-fix-do = Do it
button-fix-logs = 📜 How to bound logs
button-ack = ✔ Ack
button-release = ↩ Release
button-mute-hour = 🔕 1 h
button-mute-hours = 🔕 4 h
button-mute-tomorrow = 🔕 tomorrow
button-why = ❓ Why
button-normal = 👌 Normal
button-unmute = 🔔 Tell at once again
button-unmute-one = 🔔 { $what }
button-unmute-all = 🔔 All of them
button-tomorrow = Till tomorrow
button-take-back = ↩️ Take it back
button-yes = { $verb ->
    [start] Yes, start
    [stop] Yes, stop
    [restart] Yes, restart
    [pause] Yes, pause
    [unpause] Yes, unpause
   *[kill] Yes, kill
}
button-start = ▶ Start
button-stop = ⏹ Stop
button-pause = ⏸ Pause
button-unpause = ⏯ Unpause
button-kill = 💥 Kill
button-project = 📦 { $project }, { $count ->
    [one] one container
   *[other] all { $count }
}
button-look = 🔄 Look again
button-back = ◀ List
button-stats = 📊 Stats
button-inspect = 🔎 Inspect
button-restart-one = 🔁 Restart
button-logs = 📋 Logs
button-logs-older = ◀ Older
button-logs-newer = Newer ▶
button-logs-errors = ❗ Errors
button-logs-all = All levels
button-logs-file = 📄 File
button-logs-follow = 📡 Follow
button-logs-stop = ⏹ Stop
button-containers = 🐳 Containers
button-all = All
button-asleep = + { $count } stopped
button-menu = ⚓️ Menu
button-close = ✖ Close
button-graphs = 📈 Graphs
button-status = 📊 Status
button-help = ❔ Help
button-jobs = ⏱ Jobs
button-run = ▶ { $name }
button-day = Last 24 h
button-digest = ◀ Summary
button-figures = 🔢 Figures
button-all-of-it = ▼ More
button-digest-day = Day
button-digest-week = Week
button-digest-month = Month
button-now = Now

# --- /status and its parts
status-well = 🟢 <b>{ $host }</b> · no alerts
status-warning = 🟠 <b>{ $host }</b> · { $count ->
    [one] 1 alert
   *[other] { $count } alerts
}
status-critical = 🔴 <b>{ $host }</b> · { $count ->
    [one] 1 alert
   *[other] { $count } alerts
}
status-blind = 🟡 <b>{ $host }</b> · no alerts, but not everything can be seen
status-failing = ⚠️ Failing again and again: { $jobs }. See /jobs
status-cpu = <b>CPU</b> { $busy }
status-cpu-load = <b>CPU</b> { $busy } · load { $load } on { $count ->
    [one] 1 core
   *[other] { $count } cores
}
status-memory = <b>RAM</b> { $percent } · { $used } of { $total }
status-memory-unknown = <b>RAM</b> unknown: { $why }
status-swap = <b>Swap</b> { $percent } · { $used } of { $total }
status-disk = <b>Disk</b> { $mount } { $percent }, { $free } free
status-disk-more = { " " }· +{ $count }
status-disk-unknown = <b>Disk</b> unknown: { $why }
status-net = <b>Net</b> ↓ { $received } ↑ { $sent }
status-docker = <b>Docker</b> { $running } of { $total } running
status-docker-ill = <b>Docker</b> { $running } of { $total } running, <b>{ $ill } in trouble</b>
status-docker-none = <b>Docker</b> · no containers
status-docker-absent = <b>Docker</b> does not answer; /ps says why
status-up = <b>Up</b> { $lasting } · <i>as of { $at }</i>

# --- /cpu /ram /disk /uptime
cpu-title = <b>CPU</b> { $busy } of { $count ->
    [one] 1 core
   *[other] { $count } cores
}
cpu-iowait = Idle, waiting for disks: { $share }
cpu-steal = Taken by the hypervisor: { $share }
cpu-load = Load { $one } · { $five } · { $fifteen } (1/5/15 min)
cpu-cores = { $count } cores, from { $least } to { $most }
processes = Process
processes-cpu = CPU
processes-memory = Memory
ram-title = <b>RAM</b> { $percent } · { $used } of { $total }
ram-parts = Available { $available }: free { $free }, cache { $cache }
ram-swap = Swap { $used } of { $total }
ram-no-swap = No swap
disk-title = <b>Disks of { $host }</b>
disk-one = <b>{ $mount }</b> { $percent } · { $used } of { $total }, { $free } free
disk-unknown = <b>{ $mount }</b> unknown: { $why }
disk-inodes = { "   " }inodes { $percent }
disk-filling = { "   " }full in { $left } ({ $pace })
disk-inodes-filling = { "   " }no inodes left in { $left } ({ $pace })
uptime = ⏱ <b>{ $host }</b> has been up for { $lasting }, since { $since }
uptime-watch = Vakhta has been on watch for { $lasting }

# --- Pictures
chart-limit = limit { $limit }
chart-usual = usual
chart-broke = { $at }
chart-incident = #{ $number }
chart-healed = healed
chart-restarted = restarted
chart-stopped = stopped
chart-started = started
chart-now = now
chart-day-before = day before
chart-week-before = week before
chart-overview = Overview
chart-containers = Containers
chart-hours = { $host } · mean of each hour
chart-stretch = { $host } · { $from } – { $to }
chart-empty = No data yet
chart-memory = Memory
chart-memory-used = Used
chart-memory-cache = Cache
chart-memory-free = Free
chart-swap = Swap
chart-disks = Disks
chart-disk-note = { $free } free
chart-disk-note-filling = { $free } free, full in { $left }
graph-memory = <b>Memory</b> { $percent } · { $used } of { $total }, as of { $at }
graph-figures = <b>{ $what }</b>: { $last } { $when ->
    [now] now
   *[then] at { $at }
} · mean { $mean } · { $least } to { $most }
graph-brief = <b>{ $what }</b>: { $last } { $when ->
    [now] now
   *[then] at { $at }
} · mean { $mean } · peak { $most }
graph-brief-nothing = <b>{ $what }</b>: nothing recorded
graph-against = <b>{ $what }</b>, against the { $past ->
    [week] week
   *[day] day
} before
    Mean { $mean } ({ $mean_change }) · peak { $most } ({ $most_change })
graph-against-nothing = Nothing is recorded of the { $past ->
    [week] week
   *[day] day
} before to compare it with.
graph-events = 📍 { $list }
graph-hours = <b>{ $what }</b>: the busiest hour was { $day }, { $hours }, { $value } on average
graph-hours-usually = An average day is busiest at { $hours }: { $value }
graph-past-unknown = It cannot be compared with <code>{ $what }</code>. Known are <code>vs yesterday</code> and <code>vs week</code>.
graph-reach-unknown = <code>{ $what }</code> is no length of time. Like this: <code>15m</code>, <code>6h</code>, <code>7d</code>, <code>1y</code>, <code>today</code>, <code>yesterday</code>, <code>week</code>.
graph-too-many = { $what } are more than one picture holds; six at most.
graph-several = <b>{ $what }</b>
graph-highest = The { $drawn } highest of { $count } are drawn.
graph-nothing = <b>{ $what }</b>: nothing was recorded in that time. If Vakhta has just started, try again in a minute.
no-metric = Nothing is measured by the name <code>{ $name }</code>. Try <code>/graph cpu</code>, ram, swap, disk, net, io, load, psi, temp, containers.
no-metric-near = Nothing is measured, and no container is called, <code>{ $name }</code>. Did you mean this?
no-part = <code>{ $metric }</code> has no part <code>{ $name }</code>. There are: { $known }

# --- Alerts
alert-warning = 🟠 <b>{ $what }</b>: { $value }
alert-unusual = 🔎 <b>{ $what }</b>: { $value }
alert-critical = 🔴 <b>{ $what }</b>: { $value }
alert-brief = { $what } { $value }
alert-brief-filling = { $what } is filling up ({ $value })
alert-brief-absent = { $what }: no data for { $value }
alert-absent = 🔴 <b>{ $what }</b>: no data for { $value }
alert-worsened = 🔴 <b>{ $what }</b> is worse: { $value }
alert-why-above = Since { $since } ({ $lasting }), limit { $limit }
alert-why-any = Since { $since } ({ $lasting })
alert-why-below = Since { $since } ({ $lasting }), should be over { $limit }
alert-why-unusual-above = Since { $since } ({ $lasting }), usually no more than { $limit }
alert-why-unusual-below = Since { $since } ({ $lasting }), usually no less than { $limit }
alert-why-absent = Nothing since { $since }, expected at least every { $limit }
alert-why-clearing = Better since { $until }, being watched for a while
alert-again-warning = 🟠 <b>{ $what }</b> again: { $value }
alert-again-critical = 🔴 <b>{ $what }</b> again: { $value }
alert-again-absent = 🔴 <b>{ $what }</b>: no data again, for { $value }
alert-again-after = It was well for { $well } before.
alert-unsteady-warning = 🟠 <b>{ $what }</b> comes and goes: { $value }
alert-unsteady-critical = 🔴 <b>{ $what }</b> comes and goes: { $value }
alert-unsteady-absent = 🔴 <b>{ $what }</b>: data comes and goes
alert-unsteady-why = Back { $count } times within { $within }. Quiet now until it has stayed well, or bad, for { $quiet }.
alert-steady-warning = 🟠 <b>{ $what }</b> stays bad: { $value }
alert-steady-critical = 🔴 <b>{ $what }</b> stays bad: { $value }
alert-steady-absent = 🔴 <b>{ $what }</b>: still no data, for { $value }
alert-steady-why = Without a break for { $quiet }; when told last: { $told }
alert-calm = For { $quiet } now, after coming back { $count } times; { $at_worst }
alert-recovered = ✅ <b>{ $what }</b> is well again
alert-lasted = Lasted { $lasting }, { $since } – { $until }; { $at_worst }
alert-lasted-again = This time { $lasting }, { $since } – { $until }; { $at_worst } since { $began }
alert-heard-again = ✅ <b>{ $what }</b>: data again
alert-was-silent = Silent for { $lasting }, { $since } – { $until }
alert-settled = ☑️ <b>{ $what }</b>: { $value } is the new normal
alert-gone = ☑️ <b>{ $what }</b> is no longer there
alert-withdrawn = ☑️ <b>{ $what }</b>: rule <code>{ $rule }</code> is no longer declared
alert-closed = The alert of { $since } is closed.
alert-listed-pending = 🟡 <b>{ $what }</b>: { $value }, limit { $limit }, for { $lasting }
alert-listed-pending-any = 🟡 <b>{ $what }</b>: { $value }, for { $lasting }
alert-listed-unsteady-ill = Back { $count } times since { $first }, bad since { $turned }
alert-listed-unsteady-well = Back { $count } times since { $first }, well since { $turned }
alert-filling-warning = 🟠 <b>{ $what }</b>: full in { $left } (now { $value }, { $pace })
alert-filling-critical = 🔴 <b>{ $what }</b>: full in { $left } (now { $value }, { $pace })
alert-filling-over = ✅ <b>{ $what }</b>: no longer filling up
alert-why-filling = A prediction from the last hours; it has held since { $since } ({ $lasting })
alert-listed-pending-filling = 🟡 <b>{ $what }</b>: full in { $left }, if it goes on like this (now { $value })
culprit-files = { $count ->
    [one] 1 file
   *[other] { $count } files
}
culprit-grown = ↗ <code>{ $place }</code> +{ $by } since { $since }, { $size } now
culprit-grown-log = ↗ the log of <b>{ $place }</b> +{ $by } since { $since }, { $size } now
culprit-largest = Largest there: <code>{ $place }</code>, { $size }
culprit-largest-log = Largest there: the log of <b>{ $place }</b>, { $size }
culprit-hidden = No directory has grown as much. Deleted files that a program still holds open take room like that.
culprit-late = There was not enough time to find what grows.
alert-listed-ended = ✅ <b>{ $what }</b>: { $at_worst }, { $since } – { $until } ({ $lasting })
alert-listed-absent = ✅ <b>{ $what }</b>: no data { $since } – { $until } ({ $lasting })
alert-listed-unusual = 🔎 <b>{ $what }</b>: { $worst }, usual is { $limit }; { $since } – { $until } ({ $lasting })
alerts-none = 🟢 No alerts.
alerts-watching = { $watching } of { $count ->
    [one] 1 rule
   *[other] { $count } rules
} can judge now.
alerts-learning = 📖 Learning: { $rule }, { $have } of { $need }
alerts-blind = ⚪ Nothing to judge for: { $rules }
alerts-firing = <b>{ $count ->
    [one] 1 alert
   *[other] { $count } alerts
}</b>
alerts-pending = <b>Being watched</b>, not yet an alert:
alerts-unusual = <b>Not as usual</b>, and nothing suffers from it:
alerts-history = <b>{ $count ->
    [one] 1 alert
   *[other] { $count } alerts
}</b> since { $since }
alerts-history-none = No alerts since { $since }.

# --- What a person calls normal
normal-none = Nothing was called normal by hand: what is usual is learnt. If an alert is none, say so: <code>/normal cpu</code>
normal-title = 👌 <b>Called normal</b>
normal-one-above = • { $what }: up to { $high }, said { $at }
normal-one-below = • { $what }: down to { $low }, said { $at }
normal-one-both = • { $what }: { $low } to { $high }, said { $at }
normal-without-rule = • { $what }: rule <code>{ $rule }</code> is no longer declared
normal-said-above = 👌 <b>{ $what }</b>: up to { $high } is normal from now on.
normal-said-below = 👌 <b>{ $what }</b>: down to { $low } is normal from now on.
normal-said-both = 👌 <b>{ $what }</b>: { $low } to { $high } is normal from now on.
normal-closes = The alert on it will be closed in a moment.
normal-undone = ↩️ <b>{ $what }</b>: what was called normal is forgotten; what was learnt holds.
normal-nothing = <b>{ $what }</b>: nothing of it was called normal.
normal-declared = <b>{ $what }</b> has a limit that was declared, not learnt: rule <code>{ $rule }</code>. It is moved in the file that <code>VAKHTA_CONFIG</code> names. To have peace for a while: /mute
normal-no-rule = No rule learns what is normal for <b>{ $what }</b>, so there is nothing to tell it.
normal-unseen = <b>{ $what }</b>: nothing was recorded of late, so there is nothing to call normal.

# --- Mutes
scope-all = All warnings
scope-critical = Critical alerts
scope-host = The host
scope-project = Project { $name }
scope-container = Container { $name }
scope-rule = Rule { $name }
scope-incident = Incident { $name }
mute-quiet-hours = Quiet hours
mute-none = Nothing is muted. For how long should warnings wait?
mute-on = 🔕 { $critical ->
    [held] Everything waits until { $until }, critical alerts too. What was held back is { $after ->
        [digest] in the digest
       *[told] told
    } then.
   *[through] Warnings wait until { $until }. Critical alerts still come through, and what was held back is { $after ->
        [digest] in the digest
       *[told] told
    } then.
}
mute-on-of = 🔕 <b>{ $what }</b>: { $critical ->
    [held] everything waits until { $until }, critical alerts too. What was held back is { $after ->
        [digest] in the digest
       *[told] told
    } then.
   *[through] warnings wait until { $until }. Critical alerts still come through, and what was held back is { $after ->
        [digest] in the digest
       *[told] told
    } then.
}
mute-listed = 🔕 <b>{ $what }</b>: muted until { $until }
mute-listed-declared = 🌙 <b>{ $what }</b> until { $until }
mute-coming = 🌙 <b>{ $what }</b> from { $from } to { $until }
mute-critical-too = critical alerts too
mute-by-script = by a script
mute-critical = Critical alerts still come through.
mute-critical-else = Other critical alerts still come through.
mute-holds = <b>Held back so far:</b>
mute-how-long = 🔕 <b>{ $what }</b>: how long should warnings wait?
mute-which = What is meant by <code>{ $name }</code>?
mute-near = Nothing is called <code>{ $name }</code>. Did you mean:
mute-no-such = Nothing is called <code>{ $name }</code>: no container, no project, no rule.
mute-blind = Docker does not answer, so nobody knows what <code>{ $name }</code> is. Write <code>project:{ $name }</code> or <code>container:{ $name }</code>.
    <i>{ $why }</i>
mute-off = 🔔 Alerts come at once again.
mute-off-one = 🔔 <b>{ $what }</b>: no longer muted.
mute-off-nothing = Nothing is muted by the name <code>{ $name }</code>.
mute-nothing = Nothing is muted now.
mute-still = Still muted:
mute-held = 🔔 The mute is over. Meanwhile:
mute-held-of = 🔔 <b>{ $what }</b>: no longer muted. Meanwhile:

# --- Incidents
incident-late = ⏳ Happened { $at }, could be told only { $now }.
incident-continued = ⤵ { $number } goes on in a newer message
incident-again = 🔁 Came back { $count ->
    [one] once
   *[other] { $count } times
}.
incident-back = ✅ <b>{ $what }</b>: all back after { $lasting }
incident-busy = Busiest at that time:
incident-changes = Shortly before:
incident-changes-earlier = … and { $count } earlier
incident-course-back = all back
incident-course-down = { $count } down
incident-course-well = all well
incident-course-wrong = { $count } wrong
incident-down = { $count ->
    [one] 1 container
   *[other] { $count } containers
} down
incident-footer = <i>{ $number }</i>
incident-footer-next = <i>{ $number } · next reminder { $at }, if it lasts</i>
incident-head = { $sign } <b>{ $what }</b>: { $rest }
incident-ill = { $count ->
    [one] 1 container
   *[other] { $count } containers
} in trouble
incident-lasted = { $since } – { $until } ({ $lasting })
incident-listed-taken = ✔ Taken on ({ $at })
incident-machine = This machine
incident-more = { $count } more
incident-needed = { $name } and what needs it
incident-noisy = It comes and goes: more of the same makes no sound for a while.
incident-since = Since { $since } ({ $lasting })
incident-stale = ↻ That button was of an earlier state; this is how it is now ({ $at }).
incident-taken = ✔ <code>{ $by }</code> has taken this on ({ $at }): no reminders.
incident-taken-you = ✔ You have taken this on ({ $at }): no reminders.
incident-well = ✅ <b>{ $what }</b>: all well again after { $lasting }
changed-began = Vakhta began to watch
changed-booted = the machine booted
changed-healed = space was freed on { $name }
changed-restarted = { $name } was restarted
changed-stopped = { $name } was stopped
changed-updated = { $name } was updated
ack-already = ✔ { $number } is yours already.
ack-done = ✔ { $number } is yours: no reminders, and more of the same makes no sound. It is told aloud if it gets worse.
ack-none = 🟢 There is nothing that somebody would have to take on.
ack-over = { $number } is over.
ack-which = Which one?
no-incident = There is no incident #{ $number }. /alerts lists them.
why-none = 🟢 Nothing was wrong in the last seven days.
why-page = Page { $page } of { $count }
why-rule = 📏 <code>{ $rule }</code>: { $what }
why-rule-absence = no data for { $after }
why-rule-ceiling = warning from { $at } in any case
why-rule-clear = over after { $clear } of calm
why-rule-critical = critical from { $at }, back at { $back }
why-rule-floor = never below { $floor }
why-rule-for = told when it lasts { $for }
why-rule-full-critical = critical when full in less than { $under }, back at { $until }
why-rule-full-warning = warning when full in less than { $under }, back at { $until }
why-rule-mean = mean of { $over }
why-rule-novelty = unlike all of the last three weeks, and farther than { $least } from the mean of a day
why-rule-page = told only with { $what } beyond { $at }
why-rule-sigma = farther than { $k } deviations and { $least } from the mean of { $window }
why-rule-warning = warning from { $at }, back at { $back }
why-rule-with = critical only with { $what } beyond { $at }
why-step-clearing = 👀 { $what } { $value }: good again, being watched
why-step-dismissed = { $what } { $value }: well before it was an alert
why-step-eased = 🟠 { $what } { $value }: no longer critical, limit { $limit }
why-step-fired = 🟠 { $what } { $value }: an alert, limit { $limit }
why-step-fired-critical = 🔴 { $what } { $value }: an alert, limit { $limit }
why-step-flapping = { $what } { $value }: comes and goes, limit { $limit }
why-step-gone = ☑️ { $what }: no longer there
why-step-held = { $what } { $value }: as before
why-step-noted = 🔎 { $what } { $value }: not as usual, noted; limit { $limit }
why-step-recovered = ✅ { $what } { $value }: well again
why-step-relapsed = 🟠 { $what } { $value }: the same alert again, limit { $limit }
why-step-returned = { $what } { $value }: bad again before it was over, limit { $limit }
why-step-settled = ☑️ { $what } { $value }: the new normal
why-step-steadied = { $what } { $value }: stays bad, limit { $limit }
why-step-suspected = 👀 { $what } { $value }: the first bad look, limit { $limit }
why-step-withdrawn = ☑️ { $what }: its rule is no longer declared
why-step-worsened = 🔴 { $what } { $value }: critical now, limit { $limit }
why-edited = ✏️ card edited ({ $who })
why-held = 🔕 held back by a mute ({ $who })
why-late = { $late } late: it was news at { $at }
why-released = ↩ let go of ({ $who })
why-released-worse = ↩ it got worse: nobody has it now
why-reminded = ⏰ it lasts: time to remind
why-taken = ✔ taken on ({ $who })
why-reason-again = bad for { $lasted }, after { $needed } of calm
why-reason-calm = well for { $lasted }, after coming back { $count ->
    [one] once
   *[other] { $count } times
}
why-reason-cut = after { $lasted }
why-reason-ill = bad for { $lasted }, { $needed } needed
why-reason-steady = bad for { $lasted } without a break, after coming back { $count ->
    [one] once
   *[other] { $count } times
}
why-reason-unsteady = back { $count ->
    [one] once
   *[other] { $count } times
} within { $lasted }
why-reason-well = well for { $lasted }, { $needed } needed
why-together = 📨 told with others ({ $who })
why-told = 📨 told ({ $who })
why-you = you
incident-catch-up = ⏳ { $count ->
    [one] { $count } incident
   *[other] { $count } incidents
 } between { $since } and { $until }, when nothing could be told

# --- Containers
state-running = up
state-unhealthy = unhealthy, up
state-starting = starting, up
state-paused = paused
state-restarting = restarting
state-created = never started
state-removing = being removed
state-exited = stopped
state-exited-well = stopped { $ago } ago
state-exited-ill = stopped { $ago } ago, code { $code }
state-dead = dead
ps-title = 🐳 <b>{ $running } running</b> of { $total }
ps-project = <b>{ $project }</b> · { $running } of { $total }
ps-none = 🐳 Docker answers, and there are no containers.
ps-none-such = No container has <code>{ $part }</code> in its name.
which-container = { $count ->
    [one] Only one container has
   *[other] { $count } containers have
} <code>{ $name }</code> in the name. { $count ->
    [one] This one?
   *[other] Which one?
}
no-container = There is no container <code>{ $name }</code>. /ps lists them.
no-container-near = There is no container <code>{ $name }</code>. Did you mean:
logs-title = 📋 <b>{ $name }</b>, { $count ->
    [one] a line
   *[other] { $count } lines
}, { $span }
logs-empty = 📋 <b>{ $name }</b> has logged nothing.
logs-nothing-fits = 📋 Nothing in the log of <b>{ $name }</b> fits.
logs-searched = It took too long: only the newest { $count ->
    [one] line was
   *[other] { $count } lines were
} searched.
logs-following = 📡 Following <b>{ $name }</b> since { $since }, until { $until }
logs-follow-stopped = ⏹ Followed <b>{ $name }</b> for { $lasting }.
logs-follow-replaced = ⏹ Followed <b>{ $name }</b> for { $lasting }; another follow took over.
logs-follow-over = ⏹ Followed <b>{ $name }</b> for { $lasting }, as long as it goes at a stretch.
logs-follow-leaving = ⏹ Followed <b>{ $name }</b> for { $lasting }; now Vakhta itself stops.
logs-follow-ended = ⏹ Followed <b>{ $name }</b> for { $lasting }, to its end.
logs-follow-broke = Docker reads no further: <i>{ $why }</i>
logs-follow-not-here = 📋 <b>{ $name }</b>. A log is followed in a chat, not at a prompt; this is how it is now.
logs-fate-exited = <b>{ $name }</b> has ended with exit code { $code }.
logs-fate-ended = The log of <b>{ $name }</b> has ended.
logs-fate-restarting = <b>{ $name }</b> has ended with exit code { $code } and is being started again.
logs-fate-gone = <b>{ $name }</b> was removed.
logs-file = 📄 <b>{ $name }</b>, { $count ->
    [one] a line
   *[other] { $count } lines
} out of { $read } that were read
logs-file-cut = Older lines did not fit into the file.
logs-file-unfinished = Read up to { $until } only: <i>{ $why }</i>
logs-file-slow = it took longer than two minutes; a later --since is faster
logs-wrong-option = There is no <code>{ $what }</code> here.
logs-wrong-value = <code>{ $what }</code> needs something after it.
logs-wrong-number = <code>{ $what }</code> is no number of lines.
logs-wrong-time = <code>{ $what }</code> is no time: write <code>30m</code>, <code>2h</code>, <code>14:30</code> or <code>2026-11-26 14:30</code>.
logs-wrong-order = Up to <code>{ $what }</code>, there would be nothing: that is before where it begins.
logs-wrong-level = <code>{ $what }</code> is no level: trace, debug, info, warn, error, fatal.
logs-wrong-long = <code>{ $what }</code> is too long a pattern.
logs-wrong-everywhere = <code>{ $what }</code> would be found in every line.
logs-wrong-names = At most { $what } containers at once.
logs-wrong-follow = What is followed has no <code>--until { $what }</code>.
hand-sure = { $verb ->
    [start] Start
    [stop] Stop
    [restart] Restart
    [pause] Pause
    [unpause] Unpause
   *[kill] Kill
} <b>{ $name }</b>? It is { $state } now.
hand-sure-project = { $verb ->
    [start] Start
    [stop] Stop
    [restart] Restart
    [pause] Pause
    [unpause] Unpause
   *[kill] Kill
} project <b>{ $project }</b>: { $count ->
    [one] one container
   *[other] { $count } containers
}?
hand-sure-several = { $verb ->
    [start] Start
    [stop] Stop
    [restart] Restart
    [pause] Pause
    [unpause] Unpause
   *[kill] Kill
} { $count ->
    [one] one container
   *[other] { $count } containers
}?
hand-changed = ⚠️ Its containers have changed since you were asked. Once more:
hand-order = In this order: <b>{ $names }</b>
hand-ran = It has run for { $lasting }.
hand-starts-it = A restart starts it.
hand-at-once = It ends at once and cannot finish what it is writing.
hand-frozen = It keeps its memory and answers nobody until it is unpaused.
hand-patience = Stopping may take up to { $lasting }.
hand-ports = Ports: { $ports }
hand-volumes = Volumes, which stay as they are: { $volumes }
hand-network-after = Restarted afterwards, as they share its network: <b>{ $names }</b>
hand-network-lost = ⚠️ Left without a network, as they share it: <b>{ $names }</b>
hand-dependants = Depend on it: { $names }
hand-left = Left as they are: { $names }
hand-place = ({ $number } of { $total })
hand-going = ⏳ { $verb ->
    [start] Starting
    [stop] Stopping
    [restart] Restarting
    [pause] Pausing
    [unpause] Unpausing
   *[kill] Killing
} <b>{ $name }</b>{ $place } …
hand-watching = ⏳ <b>{ $name }</b> is running; I am watching it for a few seconds …
hand-watching-all = ⏳ All { $count } are done; I am watching them for a few seconds …
hand-done = { $verb ->
    [start] ✅ <b>{ $name }</b> was started in { $took } and is running.
    [stop] ✅ <b>{ $name }</b> was stopped in { $took }.
    [restart] ✅ <b>{ $name }</b> was restarted in { $took } and is running.
    [pause] ⏸ <b>{ $name }</b> is paused.
    [unpause] ✅ <b>{ $name }</b> is unpaused and running.
   *[kill] ✅ <b>{ $name }</b> was killed.
}
hand-healthy = Its health check passes.
hand-starting = Its health check has not answered yet.
hand-unhealthy = 🔴 <b>{ $name }</b> is running, but its health check fails.
hand-finished = ⚪ <b>{ $name }</b> ran and has ended by itself, exit code 0.
hand-ended = 🔴 <b>{ $name }</b> { $verb ->
    [start] was started and
    [restart] was restarted and
   *[other] has
} ended { $verb ->
    [start] again
    [restart] again
   *[other] by itself
}, exit code { $code }.
hand-ended-after = 🔴 <b>{ $name }</b> { $verb ->
    [start] was started
   *[other] was restarted
} and ended again after { $lasted }, exit code { $code }.
hand-loops = 🔴 <b>{ $name }</b> keeps ending, exit code { $code }; Docker starts it again and again.
hand-removed = ✅ <b>{ $name }</b> has ended and is gone: it was made to be removed at its end.
hand-back = ⚠️ <b>{ $name }</b> ended and runs again: something has started it.
hand-halfway = 🔴 <b>{ $name }</b> was stopped and has not been started again.
hand-not = ⚠️ <b>{ $name }</b> { $verb ->
    [start] has not been started.
    [stop] has not been stopped: it still runs.
    [restart] has not been restarted: it is still the same run.
    [pause] has not been paused.
    [unpause] has not been unpaused.
   *[kill] has not been killed: it still runs.
}
hand-late = ❔ Docker has not answered about <b>{ $name }</b>, and so far nothing has changed. It may still happen: look again in a minute.
hand-late-some = ❔ No answer from Docker, nothing has changed so far, it may still happen: { $names }
hand-unknown = ❔ What came of the order for <b>{ $name }</b> is unknown. Look again, or on the server: <code>docker ps -a</code>.
hand-open = 🟡 Running, health check not answered yet: { $names }
hand-untried = ⚪ Not tried: { $names }
hand-all = ✅ { $verb ->
    [start] Started
    [stop] Stopped
    [restart] Restarted
    [pause] Paused
    [unpause] Unpaused
   *[kill] Killed
}: { $count } of { $total }, in { $took }
hand-some = ⚠️ { $verb ->
    [start] Started
    [stop] Stopped
    [restart] Restarted
    [pause] Paused
    [unpause] Unpaused
   *[kill] Killed
}: only { $count } of { $total }, in { $took }
hand-already = <b>{ $name }</b> is { $state } already.
hand-instead = <b>{ $name }</b> is { $state }. You may mean this:
hand-never = <b>{ $name }</b> is { $state }; that cannot be done to it now.
hand-nothing = There is nothing to do.
hand-which = A container and a project are called <code>{ $name }</code>. Which one?
hand-which-part = Nothing is called exactly <code>{ $name }</code>; { $count ->
    [one] one name has it as a part. This one?
   *[other] { $count } names have it as a part. Which one?
}
hand-own = <b>{ $name }</b> is Vakhta itself, and I do not lay hands on myself; use <code>docker compose</code> on the server.
hand-own-network = Vakhta uses the network of <b>{ $name }</b>: I would cut myself off and could not tell you how it went. Do it on the server.
hand-protected = <b>{ $name }</b> is labelled <code>vakhta.protect=true</code>: hands off.
hand-gone = <b>{ $name }</b> is not there any more.
hand-stranger = <b>{ $name }</b> was made anew since you were asked, and may be another one. Ask again if you mean it.
hand-successor = (<b>{ $name }</b> was made anew since you were asked: I took the new one of the same service.)
box-load = CPU { $cpu } of a core · memory { $memory }
box-healthy = Health check passes
box-image = Image <code>{ $image }</code>
box-project = Project { $project }, service { $service }
box-network = Uses the network of { $name }
box-restarts = { $count ->
    [one] Docker has restarted it once by itself
   *[other] Docker has restarted it { $count } times by itself
}
box-memory-out = ⚠️ Ran out of memory the last time
engine-unreachable = 🐳 Docker does not answer.
    <i>{ $why }</i>
engine-refused = 🐳 Docker says no:
    <i>{ $why }</i>
engine-unanswered = 🐳 Docker did not answer in time, so nothing was begun; try again.
    <i>{ $why }</i>
engine-slow = 🐳 Docker did not answer in time; try again.
    <i>{ $why }</i>
engine-garbled = 🐳 What Docker answered was not understood.
    <i>{ $why }</i>
forbidden-call = 🔒 The filter before Docker does not allow this: <b>{ $right }</b>. Nothing was done.
    To allow it, <code>vakhta docker-policy --profile { $profile }</code> prints what the proxy has to let through.
missing-call = 🐳 This engine does not know how: <b>{ $right }</b>. Nothing was done.
reach-unknown = Docker: what it lets me do is not known
reach-all = Docker: nothing that I can do is forbidden
reach-no-removing = 🔒 Docker: I may look, start and stop; removing is forbidden.
reach-read-only = 🔒 Docker: read only.
reach-parts = 🔒 Docker: forbidden are { $what }.
may-version = its version
may-info = what it says of itself
may-events = events
may-list = the list of containers
may-inspect = details of a container
may-logs = logs
may-stats = what containers use
may-top = processes of a container
may-networks = networks
may-disk-usage = disk usage
may-inspect-image = details of an image
may-start = starting containers
may-stop = stopping containers
may-restart = restarting containers
may-kill = killing containers
may-pause = pausing containers
may-unpause = unpausing containers
may-prune-build-cache = removing build cache
may-prune-images = removing nameless images
may-remove-container = removing containers
may-remove-image = removing images
host-failed = The machine could not be read.
    <i>{ $why }</i>
store-failed = Vakhta's store does not answer.
    <i>{ $why }</i>
job-failed = It failed.
    <i>{ $why }</i>

# --- Looking closer at containers, images, volumes, networks
button-top = ⚙️ Processes
button-by-cpu = By CPU
button-by-memory = By memory
looks-heading = { $sign } <b>{ $name }</b> · { $state }
looks-nobody = none
looks-size-unknown = size unknown
looks-containers = { $count ->
    [one] 1 container
   *[other] { $count } containers
}
stats-title = 📊 <b>{ $count ->
    [one] 1 container runs
   *[other] { $count } containers run
}</b>
    CPU { $cpu } (100 % is one core), memory { $memory }
stats-container = Container
stats-bars-cpu = Processors, by container
stats-bars-memory = Memory, by container
stats-bar-cpu = { $cpu } of one core
stats-none = 📊 No container is running.
stats-unknown = <i>Of { $count ->
    [one] 1 container
   *[other] { $count } containers
} nothing is known yet.</i>
stats-by-engine = <i>Read through Docker, { $known } of { $count }: the kernel's own figures cannot be seen here ({ $why }).</i>
stats-still = It is not running, so it uses nothing now. What it used before:
stats-cpu = CPU { $cpu } of one core
stats-memory = Memory { $used }
stats-memory-of = Memory { $used } of { $limit } ({ $percent })
stats-network = Network since its start ↓ { $received } ↑ { $sent }
stats-disk = Disk since its start: read { $read }, written { $written }
stats-pids = Processes and threads: { $count }
inspect-up = Up for { $lasting }
inspect-ended = Ended { $ago } ago, exit { $code }
inspect-memory = ⚠️ The kernel killed it for want of memory.
inspect-restarts = { $count ->
    [one] Docker has restarted it once.
   *[other] Docker has restarted it { $count } times.
}
inspect-image = <b>Image</b> <code>{ $image }</code>
inspect-made = <b>Made</b> { $ago } ago
inspect-command = <b>Command</b> <code>{ $command }</code>
inspect-policy = <b>Restart policy</b> { $policy }
inspect-limits = <b>Limits</b> { $limits }
inspect-no-limits = <b>Limits</b> none
inspect-ports = <b>Ports</b>
inspect-mounts = <b>Mounts</b>
inspect-read-only = read-only
inspect-networks = <b>Networks</b>
inspect-health = <b>Health checks</b>, the newest first
inspect-check-ill = 🔴 { $at } exit { $code }: { $output }
inspect-log = <b>Log</b> { $driver }
inspect-log-bounded = <b>Log</b> { $driver }, begun anew at { $most }
inspect-log-endless = <b>Log</b> ⚠️ { $driver } without <code>max-size</code>: it grows until the disk is full
inspect-project = <b>Compose</b> project { $project }
inspect-compose = <b>Compose</b> project { $project }, service { $service }
inspect-labels = <b>Labels</b> { $labels }
inspect-environment = <b>Environment</b>, names only: { $names }
policy-no = never
policy-always = always
policy-unless-stopped = always, unless somebody stopped it
policy-on-failure = when it fails
policy-on-failure-most = { $count ->
    [one] when it fails, once at most
   *[other] when it fails, { $count } times at most
}
limit-cpu = { $cores } CPU
limit-memory = memory { $bytes }
limit-memory-and-swap = with swap { $bytes }
limit-pids = { $count } processes
top-count = { $count ->
    [one] 1 process
   *[other] { $count } processes
}
top-none = It is not running: there are no processes.
top-time = TIME
images-made = made { $age } ago
images-age-unknown = age unknown
images-title = 🖼 <b>{ $count ->
    [one] 1 image
   *[other] { $count } images
}</b>, { $size } at most (they share layers)
images-none = 🖼 There are no images.
images-unused = In use by no container: { $count }, up to { $size }
images-dangling = Without a name and unused: { $count }. /fix may free up to { $size }
images-nameless = without a name, { $id }
images-one = <b>{ $name }</b>
    { $size } · { $age } · users: { $used }
volumes-title = 💾 <b>{ $count ->
    [one] 1 volume
   *[other] { $count } volumes
}</b>, { $size }
volumes-none = 💾 There are no volumes.
volumes-unknown = { $count ->
    [one] The size of 1 is
   *[other] The sizes of { $count } are
} not known.
volumes-safe = <i>Vakhta never removes a volume.</i>
volumes-one = <b>{ $name }</b>
    { $size } · users: { $used }
networks-title = 🔌 <b>{ $count ->
    [one] 1 network
   *[other] { $count } networks
}</b>
networks-nobody = no members
networks-within = members: { $names }
networks-none = 🔌 There are no networks.
networks-internal = no way out
networks-one = <b>{ $name }</b>{ $kind }
    { $within }
events-title = 🗒 Within <b>{ $lasting }</b> something happened to { $count ->
    [one] 1 container
   *[other] { $count } containers
}
events-none = 🗒 Of the last <b>{ $lasting }</b> Docker remembers nothing that happened to a container.
events-one = <b>{ $name }</b> · { $when }
    { $what }
events-limits = <i>Docker keeps its last 256 events and does not say who caused them. Health checks are left out.</i>
happened-create = made
happened-start = started
happened-die = ended
happened-die-code = ended (exit { $code })
happened-oom = out of memory
happened-signal = got signal { $signal }
happened-signal-unknown = got a signal
happened-stop-code = was stopped (exit { $code })
happened-stop = was stopped
happened-restart-code = was restarted (exit { $code })
happened-restart = was restarted
happened-pause = was paused
happened-unpause = was resumed
happened-destroy = was removed
happened-rename = was renamed from { $from }
happened-healthy = healthy
happened-unhealthy = unhealthy
happened-starting = health not known yet

# --- Verdicts on containers
verdict-crashed = 🔴 <b>{ $name }</b> crashed: exit { $code }
verdict-crashed-back = 🟠 <b>{ $name }</b> crashed: exit { $code }
verdict-memory = 🔴 <b>{ $name }</b> ran out of memory and was killed
verdict-memory-back = 🟠 <b>{ $name }</b> ran out of memory and was killed
verdict-memory-part = 🟠 <b>{ $name }</b> ran out of memory
verdict-memory-part-why = The kernel killed a process in it; the container itself runs on.
verdict-loop = 🔴 <b>{ $name }</b> restarts over and over: exit { $code }
verdict-loop-memory = 🔴 <b>{ $name }</b> runs out of memory over and over
verdict-restarts = Restarted { $count } times in { $within }.
verdict-unasked = Nobody stopped it.
verdict-back = Docker has started it again.
verdict-down = It has not been started again.
verdict-times = { $count } times in { $within }.
verdict-ill = 🟠 <b>{ $name }</b> is unhealthy
verdict-ill-why = It runs, and its health check fails.
verdict-well = ✅ <b>{ $name }</b> is healthy again
verdict-well-why = It was unhealthy for { $lasting }.
verdict-up = ✅ <b>{ $name }</b> runs again
verdict-up-why = It was down for { $lasting }.
verdict-calm = ✅ <b>{ $name }</b> keeps running again
verdict-calm-why = It restarted over and over for { $lasting }.
verdict-gone = ☑️ <b>{ $name }</b> was removed
verdict-gone-why = What was wrong with it is closed.
verdict-unseen = It happened while I was away.
verdict-unseen-at = At { $at }, while I was away.
verdict-slipped = 🟠 <b>{ $name }</b> ended, and Docker started it again
verdict-slipped-why = { $count ->
    [one] Docker has restarted it once since somebody last started it.
   *[other] Docker has restarted it { $count } times since somebody last started it.
}
verdict-stopped = ⚪ <b>{ $name }</b> was stopped: exit { $code }
verdict-ended = ⚪ <b>{ $name }</b> ended: exit { $code }
verdict-restarted = 🔁 <b>{ $name }</b> was restarted
verdict-updated = 🔁 <b>{ $name }</b> was updated
verdict-engine-lost = 🔴 <b>Docker</b> is away: { $count ->
    [one] 1 container
   *[other] { $count } containers
}
verdict-engine-lost-why = No answer since { $since }; how its containers are now is unknown.
verdict-engine-back = ✅ <b>Docker</b> is back after { $away }
verdict-engine-back-why = { $count ->
    [one] The 1 container
   *[other] All { $count } containers
} that ran before { $count ->
    [one] runs
   *[other] run
} again.
verdict-engine-down = 🔴 <b>Docker</b> is back after { $away }, not all containers are
verdict-engine-rebooted = 🔴 <b>The host was rebooted</b>, not all containers came up
verdict-engine-passed = 🔴 <b>Containers went down</b> while I was away
verdict-engine-down-why = { $down } of { $count } stayed down: { $names }

# --- Healing
remedy-build-cache = build cache
remedy-dangling-images = images without a name
remedy-stopped-containers = containers stopped long ago
remedy-unused-images = images unused for long
remedy-own-leftovers = damaged stores of mine, set aside
fix-hook = your program { $name }
fix-plan = 🩹 <b>{ $mount }</b> has { $available } free. What could go:
fix-step = <b>{ $number }.</b> { $what }: { $count ->
    [one] 1 item
   *[other] { $count } items
}, up to { $bytes }
fix-step-hook = <b>{ $number }.</b> { $what }: how much it frees, only it knows
fix-loss-pulled = <i>pulled again when needed</i>
fix-loss-rebuilt = <i>the next build takes longer</i>
fix-loss-gone = <i>gone for good</i>
fix-question = 🩹 <b>{ $mount }</b> has { $available } free. Do this?
fix-no-step = There is no step { $number }; there { $count ->
    [one] is 1
   *[other] are { $count }
}.
fix-changed = ⚠️ It has changed since you were shown it, so nothing was done. How it is now:
fix-hoards = 👀 Takes up room and is yours to decide:
fix-hoard-volume = • volume <code>{ $name }</code>: { $bytes }
fix-hoard-log = • log of <code>{ $name }</code>: { $bytes }
fix-hoard-log-endless = • log of <code>{ $name }</code>: { $bytes }, grows without end
fix-hoard-layer = • <code>{ $name }</code> wrote { $bytes } inside itself
fix-hoard-place = • <code>{ $name }</code>: { $bytes }
fix-hoard-unmeasured = • logs that nothing bounds, size unknown: { $names }
       <i>{ $why }</i>
fix-hoard-not-whole = • I ran out of time looking through the directories: there may be larger ones.
fix-logs-compose = 📜 Docker keeps a container's output for ever unless told otherwise. For one service, in <code>compose.yaml</code>:
fix-logs-daemon = For every new container, in <code>/etc/docker/daemon.json</code>:
fix-logs-why = It holds for containers that are made from then on: <code>docker compose up -d --force-recreate</code>. The old log goes with the old container. I cut no log short: what is in it may be all you have.
fix-safe = Volumes and anything in use stay.
fix-observed = Nothing was done: healing only looks on (<code>mode = "observe"</code>). /fix does it, after asking.
fix-helpless = 🩹 <b>{ $mount }</b> has { $available } free. Nothing that may safely be removed would help, or it has been tried. Look for what grows: logs, databases, backups.
fix-nothing = 🩹 <b>{ $mount }</b> has { $available } free. There is nothing on it that may safely go by itself: no build cache, unused images or long stopped containers.
fix-none-allowed = 🩹 <b>{ $mount }</b> has { $available } free. What could go there I am not allowed to remove:
fix-barred = 🔒 { $what }: { $count ->
    [one] 1 item
   *[other] { $count } items
}, up to { $bytes }
fix-barred-why = <i>The filter before Docker does not allow it.</i> <code>vakhta docker-policy --profile { $profile }</code> <i>prints what the proxy has to let through.</i>
fix-going = ⏳ <b>{ $mount }</b>, step { $number } of { $count }: { $what } …
fix-done = ✅ <b>{ $mount }</b>: { $freed } freed, { $after } free now.
fix-done-nothing = ⚠️ <b>{ $mount }</b>: nothing was freed, { $after } free now.
fix-did = • { $what }: { $count ->
    [one] 1 removed
   *[other] { $count } removed
}
fix-did-freed = • { $what }: { $count ->
    [one] 1 removed
   *[other] { $count } removed
}, { $freed } freed
fix-claimed = <i>↳ Docker says { $claimed }: the rest is shared with what stayed, or was filled again</i>
fix-hook-did = • { $what }: done, { $freed } freed
fix-hook-failed = • { $what }: failed.
    <i>{ $why }</i>
fix-failed = • { $what }: { $count } removed, then it failed. The answer was:
    <i>{ $why }</i>
# What is done about an incident, as its card tells it.
heal-since-ill = unhealthy { $at }
heal-since-down = down { $at }
heal-restarted = restarted { $at } ({ $attempt } of { $of })
heal-restarted-asked = restarted { $at }, as you asked ({ $attempt } of { $of })
heal-starting = starting it since { $at } ({ $attempt } of { $of })
heal-restarting = restarting it since { $at } ({ $attempt } of { $of })
heal-start-tried = tried to start it { $at } ({ $attempt } of { $of })
heal-restart-tried = tried to restart it { $at } ({ $attempt } of { $of })
heal-started = started { $at } ({ $attempt } of { $of })
heal-started-asked = started { $at }, as you asked ({ $attempt } of { $of })
heal-along = along with { $names }
heal-looking = watching whether it helps
heal-helped = it helped: well { $at }
heal-helped-ill = healthy { $at }
heal-helped-down = up { $at }
heal-failed = did not help
heal-refused = Docker refused: { $why }
heal-unknown = whether it was done is not known: { $why }
heal-done = Docker did so
heal-done-along = Docker did so, and restarted { $names } along with it
heal-offer-restart = A restart may help ({ $attempt } of { $of }). Restart it?
heal-offer-start = It could be started again ({ $attempt } of { $of }). Start it?
heal-observed-restart = 👀 { $at } <b>{ $name }</b> would be restarted now; healing only looks on.
heal-observed-start = 👀 { $at } <b>{ $name }</b> would be started now; healing only looks on.
heal-declined = 🔧 <b>{ $name }</b> is left as it is, as you wished at { $at }.
heal-gave-up = ⛔ <b>{ $name }</b>: { $count ->
    [one] tried once within an hour
   *[other] tried { $count } times within an hour
}, and it does not last. I leave it to you now.
heal-gave-up-looping = ⛔ <b>{ $name }</b> ends as soon as it is started. I leave it to you now; its log may say why.
heal-forbidden = 🔒 <b>{ $name }</b>: the filter before Docker does not allow { $right }, so I leave it. <code>vakhta docker-policy --profile { $profile }</code> prints what it has to let through.
heal-breaker = 🧯 { $count ->
    [one] One attempt
   *[other] { $count } attempts
} in a row did not help. I try nothing by myself until { $until }.
heal-breaker-closed = 🧯 Healing goes on as usual.
heal-about-to = 🧹 About to free space on <b>{ $mount }</b>.
heal-planned = 🧹 Up to { $bytes } on <b>{ $mount }</b> could be freed: “Fix” shows what.
heal-planned-observe = 👀 Up to { $bytes } on <b>{ $mount }</b> could be freed; healing only looks on. /fix does it, after asking.
heal-freed = 🧹 { $at } <b>{ $mount }</b>: { $freed } freed, measured; { $after } free.
heal-freed-nothing = 🧹 { $at } <b>{ $mount }</b>: nothing was freed, { $after } free.
heal-nothing = 🧹 <b>{ $mount }</b>: nothing that may safely go would help. Look for what grows: logs, databases, backups.
heal-going = ⏳ Working on <b>{ $name }</b> …
heal-is-well = <b>{ $name }</b> is well by now: nothing was done.
heal-is-gone = <b>{ $name }</b> is not there any more: nothing was done.
heal-is-own = <b>{ $name }</b> is where I run myself: I leave it alone.
heal-is-protected = <b>{ $name }</b> is protected by its label: I leave it alone.
# The answer to /heal.
heal-on = 🩺 Healing is on.
heal-off = 🩺 Healing is off until somebody switches it on: nothing is done or offered.
heal-off-until = 🩺 Healing is off until { $until }: nothing is done or offered.
heal-locked = 🔒 The filter before Docker does not allow { $right }: I neither do nor offer it. <code>vakhta docker-policy --profile { $profile }</code> prints what it has to let through.
heal-policy-restart = • <b>{ $name }</b>: { $mode }, restart after { $wait }, at most { $count } an hour
heal-policy-start = • <b>{ $name }</b>: { $mode }, start after { $wait }, at most { $count } an hour
heal-rule = • <b>{ $name }</b>: { $mode }, free space, at most { $count } a day
heal-mode-observe = only look
heal-mode-ask = ask first
heal-mode-auto = act by myself
heal-breaker-open = 🧯 Nothing helped lately: I try nothing by myself until { $until }. /heal on ends that.
heal-breaker-half = 🧯 Nothing helped lately: one attempt will show whether I go on.
heal-used-all = Done by myself within the last hour: { $count } of { $of }.
heal-used = • <b>{ $name }</b>: { $count } of { $of } used
heal-lately = Lately:
heal-attempt = • { $at } <b>{ $name }</b> ({ $attempt } of { $of })
heal-attempt-helped = • { $at } <b>{ $name }</b> ({ $attempt } of { $of }): helped
heal-attempt-failed = • { $at } <b>{ $name }</b> ({ $attempt } of { $of }): did not help
heal-no-policy = Nothing here is called { $name }. There is: { $known }.

# --- Digest
digest-title = ☀️ <b>{ $host }</b>, { $from } – { $to }
digest-incidents = 🚨 <b>{ $count ->
    [one] 1 incident
   *[other] { $count } incidents
}</b>
digest-incident = • { $what }: { $at_worst }, from { $since } for { $lasting }
digest-incident-open = • <b>{ $what }</b>: { $at_worst }, since { $since } and still ({ $lasting })
digest-incident-often = • { $what }: { $count } times, { $at_worst }, { $lasting } in all
digest-incident-often-open = • <b>{ $what }</b>: { $count } times, { $at_worst }, { $lasting } in all, and still
digest-unusual-above = 🔎 Unusual: { $what } { $worst }, as a rule up to { $limit }
digest-unusual-below = 🔎 Unusual: { $what } { $worst }, as a rule from { $limit }
digest-unusual-was = from { $since } for { $lasting }
digest-unusual-often = { $count } times, { $lasting } in all
digest-unusual-still = since { $since } and still ({ $lasting })
digest-unusual-settled = since { $since }; this is the new normal
digest-backlog = 🔕 <b>Held back until now: { $count }</b>
digest-calm = 🟢 <b>{ $host }</b>: nothing to tell, { $from } – { $to }
digest-seen = 👁 I could look for only { $seen } of { $whole }
digest-healed = 🩹 { $list }
digest-freed = freed { $freed } on { $target }
digest-helped = { $name } is well again
digest-helped-not = { $name }: nothing helped
digest-restarts = 🔁 Started anew: { $list }
digest-restarts-one = { $name } { $count }×
digest-grown = 📈 Grew: { $list }
digest-fullest = 💾 Fullest: <b>{ $mount }</b> { $percent }
digest-changed = ⚖️ { $against }: { $list }
digest-points = { $by } pts
digest-against-day = Vs the day before
digest-against-week = Vs the week before
digest-against-other = Vs the time before
digest-picture-lanes = What happened
digest-picture-full = full in { $left }
digest-picture-before = before
digest-row-memory-used = RAM
digest-row-disk-used = Disk
digest-range-unknown = I do not know the time “{ $what }”.
digest-range-empty = “{ $what }” is no time that has passed: dates go from the earlier to the later one.
digest-containers = 🐳 { $running } of { $total } containers running
digest-unhealthy = 🔴 Unhealthy: { $list }
digest-restarting = 🔁 Restarting: { $list }
digest-disk = 💾 { $percent } <b>{ $mount }</b>
digest-filling = ⏳ Full if it goes on like this: { $list }
digest-filling-one = { $what } in { $left }
digest-part = { $what }: { $mean }, up to { $most }
digest-least = min
digest-mean = mean
digest-p95 = 95%
digest-most = max
digest-change = Δ
digest-row-load-1 = Load
digest-row-cpu-busy = CPU
digest-no-figures = Nothing was recorded in that time yet.

# --- Jobs
jobs-title = ⏱ <b>Jobs</b>
jobs-next = next { $next }
jobs-never = not scheduled
jobs-off = off: <code>{ $setting }</code> is not set
jobs-running = ⏳ running for { $lasting }
jobs-skipped = { $count ->
    [one] once
   *[other] { $count } times
} due while still running, and skipped
jobs-going = ⏳ Running <b>{ $name }</b> …
jobs-ran = <b>{ $name }</b>:
no-job = There is no job <code>{ $name }</code>. /jobs lists them.
outcome-done = ✅ { $at }, took { $took }
outcome-failed = 🔴 { $at } failed after { $took }: <i>{ $why }</i>
outcome-timed-out = 🔴 { $at } gave up after { $took }
outcome-panicked = 🔴 { $at } stumbled over a fault of Vakhta's own after { $took }: <i>{ $why }</i>
outcome-stopped = ⚠️ { $at } was cut off by a restart after { $took }
trouble = ⚠️ Job <b>{ $job }</b> has failed { $count ->
    [one] once
   *[other] { $count } times in a row
}; what it should do is not being done.
    <i>{ $why }</i>

# --- The second way
fallback-why = Told here because Telegram has not answered since { $since }.

# --- About Vakhta itself
start = ⚓️ <b>Vakhta</b> is on watch over <b>{ $host }</b>.
    I write when something is really wrong. Until then, ask.
    <i>{ $jobs ->
    [one] 1 job
   *[other] { $jobs } jobs
}, { $rules ->
    [one] 1 rule
   *[other] { $rules } rules
}; your id is { $id }.</i>
start-admin = You are <b>admin</b>: everything is yours to do.
start-operator = You are <b>operator</b>: look at everything, act on containers, take alerts on. What removes is for an admin.
start-viewer = You are <b>viewer</b>: look at everything, change nothing.
start-language = I speak English with you.
start-containers = { $count ->
    [one] One container is in sight.
   *[other] { $count } containers are in sight.
}
start-chat = This chat is <code>{ $chat }</code>.
start-topic = This chat is <code>{ $chat }</code>, this topic <code>{ $topic }</code>.
start-lacks = <b>Not set up yet</b> (<code>vakhta doctor</code> knows more):
start-lacks-docker = 🐳 Docker is out of reach. Start the proxy of compose.yaml, or set DOCKER_HOST. <i>{ $why }</i>
start-lacks-root = 🖥 I see my own container's disks, not the server's: mount / as /host, read only, and set HOST_ROOT=/host.
start-lacks-switch = 🕯 If I fall silent nobody hears of it: give me an address of a dead man's switch in HEARTBEAT_URL.
start-lacks-second-way = 📟 While Telegram is down I can call nobody: give me an ntfy address in FALLBACK_URL.
start-lacks-codes = 🔢 Whoever holds your unlocked phone can restart things: <code>vakhta totp new</code> makes codes of six digits.
menu-at = <i>As of { $at }.</i>
menu-graphs = 📈 <b>What shall I draw?</b>
menu-closed = ⚓️ The menu is closed. /menu opens it.
crumb-menu = Menu
crumb-graphs = Graphs
crumb-status = Status
crumb-ps = Containers
crumb-alerts = Alerts
crumb-jobs = Jobs
crumb-logs = Logs
crumb-stats = Stats
crumb-inspect = Inspect
crumb-graph = Graph
crumb-top = Processes
crumb-why = Why
crumb-disk = Disks
crumb-help = Help
crumb-fix = Fix
language-title = 🗣 I speak <b>{ $name }</b> to you.
language-chosen = You chose it.
language-app = As your app does.
language-stranger = Your app's language I do not speak, or it has not told me.
language-setting = The owner of this Vakhta set it for everybody who has not chosen.
button-language-back = ↩ As before my choice
help-title = <b>What can be asked</b>
help-look = <b>Look</b>
help-act = <b>Act</b>
help-self = <b>Vakhta itself</b>
help-locked = <i>🔒 is what the filter before Docker does not allow.</i>
help-more = A button explains a group, <code>/help logs</code> one command.
version = ⚓️ <b>Vakhta { $version }</b>
version-host = { $host }
    { $system } · Linux { $kernel }
version-engine = { $kind } { $version } (API { $api })
house-strangers = 🚪 { $count ->
    [one] A stranger's message was
   *[other] { $count } messages of strangers were
} turned away; the last came from id <code>{ $last }</code>.
house-two-pollers = ⚠️ Another program is using the same bot token: messages reach one of the two by chance. Stop the other one, or give it a token of its own.
house-store-set-aside = ⚠️ The store was damaged. It was set aside as <code>{ $file }</code> and a new one begun; history before today is in that file.
house-store-full = ⚠️ The store takes no writes; what is seen now is remembered only until a restart. Free some space, or see <code>vakhta doctor</code>.
    <i>{ $why }</i>
house-switch-unheard = ⚠️ The dead man's switch (<code>HEARTBEAT_URL</code>) has not been reached for { $lasting }. It will sound its alarm soon, though I am awake.
    <i>{ $why }</i>
house-topic-gone = ⚠️ The topic for this is closed or gone, so I write here instead. Open it again, or name another one in the settings.
house-group-lost = ⚠️ The group <code>{ $chat }</code> does not let me write, so its news comes here. Let me in again and write a command there, or name another one in the settings.
    <i>{ $why }</i>
house-stumbled = 🐞 I stumbled over a fault of my own. What stumbled was caught, and the watch goes on; you hear of this place once.
    Number <code>{ $id }</code> · <code>{ $place }</code>
    Please report both; the log has more under that number.
house-cut-off-unanswered = 🔌 I was cut off while I worked on <code>{ $line }</code>. If you have no answer to it, please ask again.
house-cut-off-not-begun = 🔌 I was cut off before I began <code>{ $line }</code>: nothing was done. Order it again if you still want it.
house-cut-off-unknown = ⚠️ I was cut off in the middle of <code>{ $line }</code>: it was begun, and I do not know how it ended. I do not try it again. Look how things stand before you order it anew.
house-cut-off-ended = 🔌 I was cut off before I knew that my answer to <code>{ $line }</code> had reached you. It had ended:
    <i>{ $words }</i>
house-store-returned = ✅ The store takes writes again; nothing was lost.
house-restored = 🗄 The store of { $when } was restored by hand. What was measured after that is in the file that was set aside; open alerts go on from here.
house-settings = ⚙️ <b>New settings</b> · { $host }
settings-rules-new = Rules, new: { $names }
settings-rules-gone = Rules, gone: { $names }
settings-rules-changed = Rules, changed: { $names }
settings-jobs-new = Jobs, new: { $names }
settings-jobs-gone = Jobs, gone: { $names }
settings-jobs-changed = Jobs, changed: { $names }
settings-mutes-new = Quiet times, new: { $names }
settings-mutes-gone = Quiet times, gone: { $names }
settings-mutes-changed = Quiet times, changed: { $names }
settings-person = <code>{ $id }</code> is now { $role }
settings-person-gone = <code>{ $id }</code> may not speak here any more
settings-value = <code>{ $name }</code> is now { $value }
settings-secret = <code>{ $name }</code> has changed
settings-waits = <code>{ $name }</code> counts from the next start on
house-settings-wrong = ⚠️ <b>The new settings are wrong</b> · { $host }
    I go on with those from before. Correct them and save: I look by myself.
settings-wrong-one = <code>{ $place }</code>: { $what }
settings-wrong-line = <code>{ $place }</code>, line { $line }: { $what }
began = 👁 <b>On watch</b> · { $host }
began-filesystems = { $count ->
    [one] I see the machine and 1 filesystem.
   *[other] I see the machine and { $count } filesystems.
}
began-filesystems-unknown = Filesystems cannot be read.
began-containers = { $count ->
    [one] 1 container seen.
   *[other] { $count } containers seen.
}
began-no-docker = Docker is not seen: <i>{ $why }</i>
began-digest = The next digest comes at { $at }. Until then I write only when something is really wrong.
began-again = 👁 <b>On watch again</b> · { $host }
began-away = Away { $lasting } ({ $from } – { $to }).
began-away-rebooted = Away { $lasting } ({ $from } – { $to }): the host was rebooted.
began-away-stopped = Away { $lasting } ({ $from } – { $to }): I was stopped.
began-away-killed = Away { $lasting } ({ $from } – { $to }): I was killed.
began-updated = Updated: { $from } → { $to }
began-missed = Missed: { $what }.
began-missed-runs = { $count ->
    [one] 1 run
   *[other] { $count } runs
} of { $job }
began-missed-run-made-up = { $count } run of { $job } (made up)
began-missed-runs-made-up = { $count } runs of { $job } (the last is made up)
began-missed-samples = { $count ->
    [one] 1 sample
   *[other] { $count } samples
}
began-down = { $count } went down meanwhile: { $names }
health-well = ✅ <b>Vakhta is well</b>
health-ill = ⚠️ <b>Vakhta is not quite well</b>
health-settings = Settings read again { $ago } ago
health-up = Up for { $lasting }, memory { $memory }
health-poll = Chat answered { $ago } ago
health-poll-unknown = Chat: no answer yet
health-outbox = Outbox: { $count } waiting, the oldest for { $ago }
health-outbox-empty = Outbox: nothing waits
health-outbox-unknown = Outbox: unknown
health-sample = Last sample { $ago } ago
health-sample-unknown = Last sample: unknown
health-evaluate = Last judgement { $ago } ago
health-evaluate-unknown = Last judgement: unknown
health-failed = <i>It failed: { $why }</i>
health-stream = Docker's events: followed, last heard { $ago } ago
health-stream-lost = Docker's events: lost since { $since }
    <i>{ $why }</i>
health-stream-forbidden = Docker's events: forbidden, lists are compared instead
    <i>{ $why }</i>
health-stream-unknown = Docker's events: unknown
health-store = Store: { $used } of { $most }
health-store-memory = Store: in memory only
    <i>{ $why }</i>
health-store-unknown = Store: unknown
role-viewer = viewer
role-operator = operator
role-admin = admin
role-refused = 🔒 <code>/{ $command }</code> takes the role <b>{ $needs }</b>; yours is { $role }. The owner of this Vakhta can give it to you: <code>{ $setting }</code> in its settings.
role-refused-container = 🔒 On <b>{ $name }</b> this takes the role <b>{ $needs }</b>, and its label <code>vakhta.role</code> does not give it to you. The owner can change the label.
role-toast = This takes the role { $needs }; yours is { $role }. The owner can give it to you.
role-toast-container = The label vakhta.role of this container wants the role { $needs }, and you are { $role }.

totp-ask = 🔑 <code>{ $line }</code> takes a code: send the six digits that your authenticator app shows now. I wait { $lasting }.
totp-ask-group = In a group, send them as a reply to this message.
totp-wrong = ❌ That is not the code. <code>{ $line }</code> still waits, and { $count ->
    [one] one try is left
   *[other] { $count } tries are left
}.
totp-used = ♻️ That code has been used. <code>{ $line }</code> still waits: send the next one, when your app shows it.
totp-dropped = 🔒 Too many wrong codes: <code>{ $line }</code> is dropped, and nothing was done. No code is taken for { $lasting }.
totp-paused = 🔒 Too many wrong codes. Ask again in { $lasting }.
totp-unasked = Nothing waits for a code now, and nothing was done.

audit-title = 🧾 <b>Done through Vakhta</b> within { $lasting }: { $count }
audit-none = 🧾 Nobody did anything through Vakhta within { $lasting }.
audit-none-such = 🧾 Nothing like “{ $word }” was done within { $lasting }.
audit-you = you
audit-console = at the console
audit-script = a script
audit-vakhta = Vakhta itself
audit-begun = begun, and cut off
audit-failed = not done
audit-unknown = outcome unknown
audit-role = refused: role
audit-protected = refused: protected
audit-own = refused: Vakhta’s own
audit-code = refused: wrong code
audit-budget = refused: budget spent

dispatch-unknown = There is no command <code>/{ $name }</code>. /help lists them.
dispatch-near = There is no command <code>/{ $name }</code>. Did you mean /{ $near }?
dispatch-stale-button = This button is too old. Ask again.
dispatch-other-button = This button is somebody else's.
dispatch-too-much = ⏳ Too much at once: that was not done. I go on in { $lasting }; news comes all the same.
dispatch-left = Left as it is.
dispatch-failed = That went wrong inside Vakhta, and has been written to its log: <code>{ $what }</code>.
dispatch-file-refused = Telegram did not take the file { $name }: <i>{ $why }</i>
dispatch-unwritten = ⚠️ Nothing was done: it could not be written down first, and what cannot be written down is not done. /health may say why.
dispatch-late = This order is { $lasting } old.

console-follows = <i>Another Vakhta is on watch here. This console reads its history and runs no jobs of its own.</i>

# --- What each command is for, and how it is used
summary-menu = everything under one message
usage-menu = <code>/menu</code>, <code>/menu graphs</code>. Its buttons turn that one message; while you look, it keeps itself up to date for two minutes.
summary-status = the server at a glance
usage-status = <code>/status</code>
summary-cpu = processors, load, busiest processes
usage-cpu = <code>/cpu</code>
summary-ram = memory, swap, biggest processes
usage-ram = <code>/ram</code>
summary-disk = how full the disks are
usage-disk = <code>/disk</code>, or <code>/disk all</code> for every filesystem in words
summary-uptime = how long the server has been up
usage-uptime = <code>/uptime</code>
summary-graph = memory, or anything measured, drawn
usage-graph = <code>/graph</code> is the memory pie. <code>/graph cpu 6h</code>, <code>/graph disk /srv 7d</code>, <code>/graph net 1h</code>. What: cpu, ram, swap, disk, inodes, net, io, load, psi, temp, containers, or the name of a container: <code>/graph nginx</code>, <code>/graph nginx memory</code>. Several at once: <code>/graph cpu ram net 24h</code>, <code>/graph nginx shop-db</code>. Against before: <code>/graph cpu 24h vs yesterday</code>, <code>vs week</code>. Hour by day: <code>/graph week cpu</code>. How long: 15m, 6h, 7d, 1y, today, yesterday, week, month.
summary-alerts = what is wrong now, or was
usage-alerts = <code>/alerts</code>, <code>/alerts all</code>; with a time for what was: <code>/alerts 24h</code>
summary-ack = take an alert on: no reminders
usage-ack = <code>/ack</code>, <code>/ack 12</code>; <code>/ack 12 off</code> lets go of it. It is told aloud all the same if it gets worse.
summary-card = an alert's card again
usage-card = <code>/card 12</code>, <code>/card 12 24h</code>
summary-why = why something was told: rule, values, who heard it when
usage-why = <code>/why</code> for the newest alert, <code>/why 12</code>
summary-mute = let warnings wait
usage-mute = <code>/mute 2h</code>, <code>/mute shop 4h</code>, <code>/mute rule:cpu tomorrow</code>, <code>/mute until 9:00</code>, <code>/mute off</code>. A container, a project, a rule or <code>host</code>; critical alerts still come through, unless the word <code>critical</code> is added.
summary-normal = say that what looks odd is normal
usage-normal = <code>/normal cpu</code> or <code>/normal net.in[eth0]</code>: as it is now is normal. <code>/normal cpu undo</code> takes it back, <code>/normal</code> lists what was said.
summary-ps = containers and how they are
usage-ps = <code>/ps</code>, <code>/ps all</code> with the stopped ones, <code>/ps shop</code> by part of a name or project, <code>/ps all 3</code> for a page. A number opens that container.
summary-logs = logs: page, search, file, follow
usage-logs = <code>/logs nginx</code>, <code>/logs nginx 200</code>, several at once: <code>/logs web db</code>; part of a name will do.
    <code>-s 1h</code> or <code>--since 14:30</code>, <code>--until 10m</code>: from when to when
    <code>-g "timeout|refused"</code>: with these words, <code>-v</code> without them, <code>-C 2</code> with two lines around
    <code>--level error</code>: as bad as that or worse
    <code>--file</code>: as a file, <code>-f</code>: go on as it is written
summary-stats = what containers use: CPU, memory
usage-stats = <code>/stats</code>, <code>/stats memory</code>; one with its history: <code>/stats nginx</code>, <code>/stats nginx memory 24h</code>
summary-inspect = one container in full
usage-inspect = <code>/inspect nginx</code>; part of the name will do
summary-top = what runs in a container
usage-top = <code>/top nginx</code>
summary-events = what happened to containers
usage-events = <code>/events</code>, <code>/events 6h</code>, <code>/events 1h nginx</code>
summary-images = images, their sizes and users
usage-images = <code>/images</code>
summary-volumes = volumes, their sizes and users
usage-volumes = <code>/volumes</code>
summary-networks = networks and who is in them
usage-networks = <code>/networks</code>
summary-box = a container's panel
usage-box = <code>/box nginx</code>
summary-restart = restart containers or a project; asks first
usage-restart = <code>/restart nginx</code>, <code>/restart web db</code>, <code>/restart shop</code> for a whole compose project. Those that share its network are restarted after it.
summary-stop = stop containers or a project; asks first
usage-stop = <code>/stop nginx</code>, <code>/stop web db</code>, <code>/stop shop</code> for a whole compose project, what others need last
summary-start = start containers or a project; without a name: who I am
usage-start = <code>/start nginx</code>, <code>/start shop</code> for a whole compose project, what others need first. <code>/start</code> alone says who I am.
summary-pause = freeze containers or a project; asks first
usage-pause = <code>/pause nginx</code>, <code>/pause shop</code>
summary-unpause = let frozen containers run on; asks first
usage-unpause = <code>/unpause nginx</code>, <code>/unpause shop</code>
summary-kill = end containers at once; asks first
usage-kill = <code>/kill nginx</code>: without waiting, for what does not stop
summary-heal = what is healed by itself; off switch
usage-heal = <code>/heal</code>; <code>/heal off</code>, <code>/heal off 2h</code>, <code>/heal on</code>; <code>/heal unhealthy auto</code> (or observe, ask, declared).
summary-fix = what fills a disk and what can go; asks first
usage-fix = <code>/fix</code>, <code>/fix 2</code>, <code>/fix all</code>, <code>/fix /srv</code>, <code>/fix logs</code>
summary-digest = the last day, or any other time, in short
usage-digest = <code>/digest</code>, <code>/digest 12h</code>, <code>/digest yesterday</code>, <code>/digest week</code> or <code>/digest 2026-11-20..2026-11-22</code>
summary-jobs = what runs when, and how it went
usage-jobs = <code>/jobs</code>, <code>/jobs run morning</code>
summary-audit = who did what through Vakhta
usage-audit = <code>/audit</code> for the last day, <code>/audit 7d</code>, <code>/audit 7d nginx</code>; the word is a container, a command, somebody’s id or an outcome such as <code>role</code>
summary-language = which language I speak to you
usage-language = <code>/language</code>; <code>/language de</code> chooses, <code>/language auto</code> takes that back. What comes by itself speaks it too.
summary-help = what can be asked
usage-help = <code>/help</code>, <code>/help look</code> (or act, self), <code>/help graph</code>
summary-version = versions of everything
usage-version = <code>/version</code>
summary-health = how it is with Vakhta itself
usage-health = <code>/health</code>
examples-menu = <code>/menu</code> the menu
    <code>/menu graphs</code> what can be drawn
examples-status = <code>/status</code> how it is, in ten lines
examples-cpu = <code>/cpu</code> who is busy now
examples-ram = <code>/ram</code> who takes the memory
examples-disk = <code>/disk</code> the fullest disks
    <code>/disk all</code> every filesystem
examples-uptime = <code>/uptime</code> since the last boot
examples-graph = <code>/graph</code> memory as a pie
    <code>/graph cpu 6h</code> six hours of the processor
    <code>/graph disk 7d</code> a week of every disk
    <code>/graph net 1h</code> the network, in and out
    <code>/graph { $name }</code> what one container uses
    <code>/graph { $name } memory 24h</code> its memory for a day
examples-alerts = <code>/alerts</code> what is wrong now
    <code>/alerts 24h</code> what was wrong since yesterday
    <code>/alerts all</code> all of them, when there are many
examples-why = <code>/why</code> the newest alert
    <code>/why 12</code> the one of that number
examples-ack = <code>/ack</code> take the newest on
    <code>/ack 12</code> take that one on
    <code>/ack 12 off</code> let go of it
examples-card = <code>/card 12</code> the card once more
    <code>/card 12 24h</code> with a day in its picture
examples-mute = <code>/mute</code> what is muted
    <code>/mute 2h</code> everything for two hours
    <code>/mute { $name } 4h</code> one container
    <code>/mute rule:cpu tomorrow</code> one rule until morning
    <code>/mute until 9:00 critical</code> all, critical too
    <code>/mute off</code> tell at once again
examples-normal = <code>/normal</code> what was called normal
    <code>/normal cpu</code> so much is normal
    <code>/normal cpu undo</code> take it back
examples-ps = <code>/ps</code> what runs
    <code>/ps all</code> with what is stopped
    <code>/ps shop</code> by part of a name or project
examples-box = <code>/box { $name }</code> its state and its buttons
examples-logs = <code>/logs { $name }</code> the newest lines
    <code>/logs { $name } -g error -s 2h</code> lines with that word, of two hours
    <code>/logs { $name } --level error</code> errors alone
    <code>/logs { $name } -f</code> as it is written, for ten minutes
    <code>/logs { $name } --file</code> as a file
    <code>/logs web db</code> two at once, by time
examples-stats = <code>/stats</code> the busiest first
    <code>/stats memory</code> the biggest first
    <code>/stats { $name } memory 24h</code> one, with its day
examples-inspect = <code>/inspect { $name }</code> image, ports, mounts, limits
examples-top = <code>/top { $name }</code> its processes
examples-events = <code>/events</code> the last hour
    <code>/events 6h</code> six hours
    <code>/events 24h { $name }</code> one container, a day
examples-images = <code>/images</code> the biggest first
    <code>/images 2</code> the next page
examples-volumes = <code>/volumes</code> the biggest first
examples-networks = <code>/networks</code> and who is in them
examples-restart = <code>/restart { $name }</code> asks, then does
    <code>/restart web db</code> two at once
    <code>/restart shop</code> a whole compose project, in order
examples-stop = <code>/stop { $name }</code> asks, then does
    <code>/stop shop</code> a whole project, what others need last
examples-pause = <code>/pause { $name }</code> freezes it
examples-unpause = <code>/unpause { $name }</code> lets it run on
examples-kill = <code>/kill { $name }</code> at once, without waiting
examples-fix = <code>/fix</code> what fills the disk
    <code>/fix 2</code> the second step alone
    <code>/fix all</code> every step
    <code>/fix /srv</code> another disk
    <code>/fix logs</code> how to bound container logs
examples-heal = <code>/heal</code> what is healed, and how often
    <code>/heal off 2h</code> nothing for two hours
    <code>/heal on</code> again
    <code>/heal unhealthy auto</code> without asking
examples-digest = <code>/digest</code> the last day
    <code>/digest 7d</code> the week
examples-jobs = <code>/jobs</code> what runs when
    <code>/jobs run morning</code> one of them now
examples-health = <code>/health</code> how it is with me
examples-audit = <code>/audit</code> the last day
    <code>/audit 7d { $name }</code> what was done to one container
    <code>/audit 7d role</code> who was refused
examples-start = <code>/start</code> who you are and what I watch
    <code>/start { $name }</code> starts a stopped container
examples-language = <code>/language</code> which it is now
    <code>/language en</code> English
    <code>/language auto</code> as before your choice
examples-help = <code>/help</code> everything
    <code>/help graph</code> one command
    <code>/help look</code> what only looks
examples-version = <code>/version</code> of everything
help-examples = <b>For example</b>
help-related = See also: { $names }
button-help-look = 👀 Look
button-help-act = 🛠 Act
button-help-self = ⚓️ Vakhta
usage = Like this:

# --- The first run
init-begin = ⚓ Vakhta { $version }, the first run. Nothing is written before the last question; Ctrl-C leaves everything as it is.
init-step-bot =
    {"\u000A"}<b>1. The bot</b>
init-step-owner =
    {"\u000A"}<b>2. The owner</b>
init-step-here =
    {"\u000A"}<b>3. Here</b>
init-step-files =
    {"\u000A"}<b>4. The files</b>
init-yes-no = [Y/n]
init-no-yes = [y/N]
init-yes-or-no = Please answer y or n.
init-unanswered = Nobody answered “{ $question }”. `vakhta init --help` says how to go without questions.
init-left = Stopped here. Run `vakhta init` again when you like: what is there by then is found.
init-no-signals = The system lets nobody listen for Ctrl-C.
init-no-randomness = The system has no randomness to give.
init-no-directory = Nothing can be written to { $dir }: { $why }. Name a directory of your own with --dir.
init-not-writable-container = Nothing can be written to { $dir }: { $why }. Run the container as yourself: docker run -u "$(id -u):$(id -g)" …
init-token = Paste the token that @BotFather gave (/newbot); it is not shown
init-token-file = The token’s file { $file } cannot be read: { $why }
init-token-there = There is a token already: { $source }.
init-token-shape = ⚠️ That is not a token: { $why }. @BotFather writes it as 123456789:AAF…
init-token-unknown = ⚠️ Telegram does not know this token: it is wrong or was revoked. @BotFather has the current one (/mybots). ({ $why })
init-unreached = ⚠️ Telegram cannot be reached: { $why }. Where it is blocked, a proxy helps (TELEGRAM_PROXY).
init-unreached-proxy = ⚠️ Telegram cannot be reached through the proxy (TELEGRAM_PROXY): { $why }
init-proxy = Proxy, such as socks5://host:1080; nothing to try without one
init-proxy-wrong = ⚠️ That is no proxy (TELEGRAM_PROXY): { $why }. Write socks5://host:1080 or http://host:3128.
init-bot = ✅ @{ $name } answers: { $link }
init-owner = ✅ The owner is { $id }.
init-owner-silent = The owner is { $id }. ⚠️ The bot cannot write to them yet: they have to send it /start once, @{ $name }.
init-owner-there = The owner is { $id } already. Keep?
init-code =
    Send this code to @{ $name } from your phone:

    {"    "}<b>{ $code }</b>

    or open { $link } there and press Start. It is good for { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
    }.
init-code-wrong = A wrong code came. Waiting for the right one…
init-code-guessed = ⚠️ Five wrong codes came, so here is another one.
init-code-expired = Nobody sent the code in time. Another one?
init-is-it-you = The code came from { $who }, id { $id }. Is that you?
init-paired = ✅ Paired; the phone has been told.
init-paired-phone = ✅ Paired. You are the owner of this Vakhta, and this is where it will write. The terminal says how to start it.
init-paired-unsaid = ✅ Paired; the phone could not be told ({ $why }).
init-bot-lost = The bot is gone: { $why }
init-waiting-failed = ⚠️ Telegram does not answer just now: { $why }. I keep trying.
init-webhook = ⚠️ A webhook is set for this bot, so nothing that is written to it comes here. Remove it (deleteWebhook)?
init-other-poller = ⚠️ Another program listens with this bot’s token. Stop it (docker compose stop vakhta), or ask @BotFather for a second bot.
init-other-poller-again = Press Enter when it has stopped
init-language = Language of the answers: { $choices }; auto is each person’s own
init-language-wrong = Write one of { $choices }.
init-zone = Your time zone: the daily digest and all times are by it
init-zone-wrong = There is no zone { $zone }: { $remedy }
init-way = compose.yaml is here. Will Docker Compose run Vakhta?
init-docker = Docker: { $place }
init-docker-forbidden = ⚠️ Docker listens at { $place }, and you may not use it. Either `sudo usermod -aG docker $USER` and a new login, or Docker Compose.
init-docker-nowhere = Docker is not at { $place }: the machine is watched, and no containers. DOCKER_HOST names another place.
init-replace-token = { $file } has another token. Replace it?
init-replace-settings = { $file } is there; only the lines that were asked about change. Write it?
init-not-forced = { $file } is there and would change; --force lets it.
init-written-token = ✅ { $file }: the token
init-written-settings = ✅ { $file }: the settings, for your eyes only
init-mistakes = Written, but the settings in { $dir } have mistakes, and a watch would not start:
init-next-compose =
    {"\u000A"}<b>Next</b>
    {"    "}<code>{ $go }docker compose up -d</code>
    {"    "}<code>{ $go }docker compose exec vakhta /vakhta doctor</code>    # what it sees, and what it misses
    Then write /start to your bot.
init-next-binary =
    {"\u000A"}<b>Next</b>
    {"    "}<code>{ $go }vakhta doctor</code>    # what it sees, and what it misses
    {"    "}<code>{ $go }vakhta</code>           # stands watch
    Then write /start to your bot.

# --- The terminal
console-banner =
    <b>Vakhta { $version }</b>: the same conversation as in the chat.
    Ask <code>status</code>, <code>graph cpu 6h</code> or <code>help</code>; Tab completes, ↑ recalls, a number presses a button, <code>save FILE.png</code> keeps the last picture, Ctrl-D ends.
console-picture = [picture: { $what }, { $bytes } bytes; save FILE.png keeps it]
console-file = [{ $name }, { $bytes } bytes; files are for a chat, so here are its lines]
console-no-picture = There is no picture yet; /graph makes one.
console-saved = Saved as { $file } ({ $bytes } bytes).
console-not-saved = { $file } could not be written: { $why }
console-no-button = There is no button of that number.
console-no-file = Under what name? Like this: save memory.png
