# Deutsch. Ein Satz je Schlüssel; <b>, <i> und <code> setzen Betonung. Angeredet wird mit „du“.

language-name = Deutsch

# --- Einheiten und Kalender
unit-decimal = ,
unit-bytes = B KiB MiB GiB TiB PiB EiB
unit-per-second = /s
unit-durations = ms s min h d
unit-thousands = Tsd. Mio. Mrd.
month-1 = Jan
month-2 = Feb
month-3 = März
month-4 = Apr
month-5 = Mai
month-6 = Juni
month-7 = Juli
month-8 = Aug
month-9 = Sep
month-10 = Okt
month-11 = Nov
month-12 = Dez
weekday-1 = Mo
weekday-2 = Di
weekday-3 = Mi
weekday-4 = Do
weekday-5 = Fr
weekday-6 = Sa
weekday-7 = So
date-day = { $day }. { $month }
date-with-year = { $date } { $year }
in-a-while = in { $lasting }
unknown = unbekannt
unknown-because = Unbekannt: { $why }
# Die häufigsten Gründe, in den Worten von Kernel und Docker; der Rest wird zitiert, wie er ist.
reason-permission = Zugriff verweigert
reason-no-file = Datei oder Verzeichnis gibt es nicht
reason-no-file-here = diese Datei gibt es nicht
reason-refused = Verbindung abgelehnt
reason-reset = Verbindung von der Gegenseite abgebrochen
reason-pipe = Verbindung geschlossen
reason-late = Zeit abgelaufen
reason-no-container = diesen Container gibt es nicht
reason-no-image = dieses Image gibt es nicht
reason-no-space = kein Platz mehr auf der Platte
reason-read-only = Dateisystem nur lesbar
reason-no-answer = keine Antwort innerhalb von
reason-no-network = Netz nicht erreichbar
reason-files = zu viele offene Dateien
reason-socket-silent = Docker antwortet nicht unter
reason-socket-late = keine Verbindung innerhalb von
reason-mount-silent = antwortet nicht seit
reason-mount-left = und wird bis zu einer Antwort in Ruhe gelassen
reason-socket-none = Läuft die Engine, und ist ihr Socket hier eingehängt?
reason-socket-stale = der Socket ist da, aber keine Engine hört auf ihn. Läuft sie? Eine einzeln eingehängte Socket-Datei veraltet, wenn die Engine neu startet: Starte diesen Container neu
reason-proxy-none = dort hört niemand. Läuft der Socket-Proxy?
reason-socket-group = Der Socket gehört der Gruppe
reason-socket-join = tritt ihr bei (in compose.yaml
reason-socket-proxy = oder geh durch einen Socket-Proxy
reason-socket-way = auf dem Weg zum Socket: Ein Verzeichnis darüber lässt niemanden hinein
right-now = jetzt
and-more = … und { $count } weitere
worst = schlimmster Wert { $value }
worst-count = bis zu { $value } auf einmal
of-whole = von { $total }
of-total = { $used } von { $total }

# --- Messgrößen
metric-cpu-busy = CPU
metric-cpu-core = CPU-Kern
metric-cpu-iowait = CPU untätig, wartet auf Platten
metric-cpu-steal = CPU, die der Hypervisor nimmt
metric-load-1 = Last (1 min)
metric-load-5 = Last (5 min)
metric-load-15 = Last (15 min)
metric-memory-used = RAM
metric-memory-available = RAM verfügbar
metric-swap-used = Swap
metric-disk-used = Platte
metric-disk-free = Freier Platz auf
metric-disk-inodes = Inodes von
metric-io-read = Lesen
metric-io-write = Schreiben
metric-io-busy = Platte beschäftigt
metric-net-in = Empfangen
metric-net-out = Gesendet
metric-net-errors = Netzwerkfehler
metric-psi-cpu = Warten auf CPU
metric-psi-memory = Warten auf RAM
metric-psi-memory_full = Alles wartet auf RAM
metric-psi-io = Warten auf Platten
metric-psi-io_full = Alles wartet auf Platten
metric-uptime = Laufzeit
metric-temperature = Temperatur
metric-containers-running = Laufende Container
metric-containers-total = Container
metric-containers-unhealthy = Kranke Container
metric-containers-restarting = Container, die immer wieder neu starten
metric-container-cpu = CPU von
metric-container-memory = RAM von
group-net = Netz
group-io = Platten, Ein- und Ausgabe
group-load = Last
group-psi = Wartezeit
kin-load-1 = 1 min
kin-load-5 = 5 min
kin-load-15 = 15 min
kin-net-in = ↓
kin-net-out = ↑
kin-io-read = lesen
kin-io-write = schreiben
kin-psi-cpu = auf CPU
kin-psi-memory = auf RAM
kin-psi-io = auf Platten
kin-memory-available = Verfügbar

# --- Knöpfe
button-refresh = 🔄 Neu laden
button-alerts = 🚨 Alarme
button-graph = 📈 Verlauf
button-graph-hours = 📈 6 h
button-graph-days = 📈 7 d
button-graph-yesterday = ⇄ Gestern
button-graph-week-ago = ⇄ Letzte Woche
button-graph-alone = 📈 Ohne Vergleich
button-graph-hours-of-week = 🗓 Nach Stunden
button-graph-line = 📈 Als Linie
button-graph-overview = 🧭 Überblick
button-graph-both = CPU und RAM
button-pie = 🥧 Torte
button-cure = 🛠 Beheben
button-fix = 🩹 Platz schaffen
button-free = Bis zu { $bytes } frei machen
button-leave = So lassen
button-heal-restart = 🔧 { $name } neu starten
button-heal-start = 🔧 { $name } starten
button-heal-leave = Jetzt nicht
button-heal-off = ⏹ Ausschalten
button-heal-off-hours = ⏸ 2 h lang aus
button-heal-on = ▶ Einschalten
button-fix-do = Tu es
button-fix-logs = 📜 Logs begrenzen
button-ack = ✔ Übernehmen
button-release = ↩ Abgeben
button-mute-hour = 🔕 1 h
button-mute-hours = 🔕 4 h
button-mute-tomorrow = 🔕 bis morgen
button-why = ❓ Warum
button-normal = 👌 Normal
button-unmute = 🔔 Wieder sofort melden
button-unmute-one = 🔔 { $what }
button-unmute-all = 🔔 Alles
button-tomorrow = Bis morgen
button-take-back = ↩️ Zurücknehmen
button-yes = { $verb ->
    [start] Ja, starten
    [stop] Ja, anhalten
    [restart] Ja, neu starten
    [pause] Ja, einfrieren
    [unpause] Ja, auftauen
   *[kill] Ja, abbrechen
}
button-start = ▶ Starten
button-stop = ⏹ Anhalten
button-pause = ⏸ Einfrieren
button-unpause = ⏯ Auftauen
button-kill = 💥 Abbrechen
button-project = 📦 { $project }, { $count ->
    [one] ein Container
   *[other] alle { $count }
}
button-look = 🔄 Nachsehen
button-back = ◀ Liste
button-stats = 📊 Verbrauch
button-inspect = 🔎 Details
button-restart-one = 🔁 Neu starten
button-logs = 📋 Log
button-logs-older = ◀ Älter
button-logs-newer = Neuer ▶
button-logs-errors = ❗ Fehler
button-logs-all = Alle Stufen
button-logs-file = 📄 Datei
button-logs-follow = 📡 Mitlesen
button-logs-stop = ⏹ Schluss
button-containers = 🐳 Container
button-all = Alle
button-asleep = + { $count } gestoppt
button-menu = ⚓️ Menü
button-close = ✖ Schließen
button-graphs = 📈 Verläufe
button-status = 📊 Überblick
button-help = ❔ Hilfe
button-jobs = ⏱ Jobs
button-run = ▶ { $name }
button-day = Letzte 24 h
button-digest = ◀ Bericht
button-figures = 🔢 Zahlen
button-all-of-it = ▼ Mehr
button-digest-day = Tag
button-digest-week = Woche
button-digest-month = Monat
button-now = Jetzt

# --- /status und seine Teile
status-well = 🟢 <b>{ $host }</b> · kein Alarm
status-warning = 🟠 <b>{ $host }</b> · { $count ->
    [one] 1 Alarm
   *[other] { $count } Alarme
}
status-critical = 🔴 <b>{ $host }</b> · { $count ->
    [one] 1 Alarm
   *[other] { $count } Alarme
}
status-blind = 🟡 <b>{ $host }</b> · kein Alarm, aber nicht alles ist zu sehen
status-failing = ⚠️ Scheitert immer wieder: { $jobs }. Siehe /jobs
status-cpu = <b>CPU</b> { $busy }
status-cpu-load = <b>CPU</b> { $busy } · Last { $load } auf { $count ->
    [one] 1 Kern
   *[other] { $count } Kernen
}
status-memory = <b>RAM</b> { $percent } · { $used } von { $total }
status-memory-unknown = <b>RAM</b> unbekannt: { $why }
status-swap = <b>Swap</b> { $percent } · { $used } von { $total }
status-disk = <b>Platte</b> { $mount } { $percent }, { $free } frei
status-disk-more = { " " }· +{ $count }
status-disk-unknown = <b>Platte</b> unbekannt: { $why }
status-net = <b>Netz</b> ↓ { $received } ↑ { $sent }
status-docker = <b>Docker</b> { $running } von { $total } aktiv
status-docker-ill = <b>Docker</b> { $running } von { $total } aktiv, <b>{ $ill } in Not</b>
status-docker-none = <b>Docker</b> · keine Container
status-docker-absent = <b>Docker</b> antwortet nicht; /ps sagt, warum
status-up = <b>Läuft</b> { $lasting } · <i>Stand { $at }</i>

# --- /cpu /ram /disk /uptime
cpu-title = <b>CPU</b> { $busy } von { $count ->
    [one] 1 Kern
   *[other] { $count } Kernen
}
cpu-iowait = Untätig, wartet auf Platten: { $share }
cpu-steal = Vom Hypervisor genommen: { $share }
cpu-load = Last { $one } · { $five } · { $fifteen } (1/5/15 min)
cpu-cores = { $count } Kerne, von { $least } bis { $most }
processes = Prozess
processes-cpu = CPU
processes-memory = RAM
ram-title = <b>RAM</b> { $percent } · { $used } von { $total }
ram-parts = Verfügbar { $available }: frei { $free }, Cache { $cache }
ram-swap = Swap { $used } von { $total }
ram-no-swap = Kein Swap
disk-title = <b>Platten von { $host }</b>
disk-one = <b>{ $mount }</b> { $percent } · { $used } von { $total }, { $free } frei
disk-unknown = <b>{ $mount }</b> unbekannt: { $why }
disk-inodes = { "   " }Inodes { $percent }
disk-filling = { "   " }voll in { $left } ({ $pace })
disk-inodes-filling = { "   " }keine Inodes mehr in { $left } ({ $pace })
uptime = ⏱ <b>{ $host }</b> läuft { $lasting }, seit { $since }
uptime-watch = Vakhta ist seit { $lasting } auf Wache

# --- Bilder
chart-limit = Grenze { $limit }
chart-usual = üblich
chart-broke = { $at }
chart-incident = #{ $number }
chart-healed = geheilt
chart-restarted = neu gestartet
chart-stopped = angehalten
chart-started = gestartet
chart-now = jetzt
chart-day-before = Tag davor
chart-week-before = Woche davor
chart-overview = Überblick
chart-containers = Container
chart-hours = { $host } · Mittel je Stunde
chart-stretch = { $host } · { $from } – { $to }
chart-empty = Noch keine Daten
chart-memory = RAM
chart-memory-used = Belegt
chart-memory-cache = Cache
chart-memory-free = Frei
chart-swap = Swap
chart-disks = Platten
chart-disk-note = { $free } frei
chart-disk-note-filling = { $free } frei, voll in { $left }
graph-memory = <b>RAM</b> { $percent } · { $used } von { $total }, Stand { $at }
graph-figures = <b>{ $what }</b>: { $when ->
    [now] jetzt
   *[then] { $at }:
} { $last } · Ø { $mean } · { $least } bis { $most }
graph-brief = <b>{ $what }</b>: { $when ->
    [now] jetzt
   *[then] { $at }:
} { $last } · Ø { $mean } · max. { $most }
graph-brief-nothing = <b>{ $what }</b>: nichts aufgezeichnet
graph-against = <b>{ $what }</b>, verglichen mit { $past ->
    [week] der Woche
   *[day] dem Tag
} davor
    Ø { $mean } ({ $mean_change }) · max. { $most } ({ $most_change })
graph-against-nothing = { $past ->
    [week] Aus der Woche
   *[day] Vom Tag
} davor ist nichts aufgezeichnet, womit es sich vergleichen ließe.
graph-events = 📍 { $list }
graph-hours = <b>{ $what }</b>: am meisten los war { $day }, { $hours }, im Mittel { $value }
graph-hours-usually = An einem gewöhnlichen Tag am meisten { $hours }: { $value }
graph-past-unknown = Mit <code>{ $what }</code> lässt es sich nicht vergleichen. Möglich sind <code>gegen gestern</code> und <code>gegen woche</code>.
graph-reach-unknown = <code>{ $what }</code> ist keine Zeitspanne. So geht es: <code>15m</code>, <code>6h</code>, <code>7d</code>, <code>1y</code>, <code>heute</code>, <code>gestern</code>, <code>woche</code>.
graph-too-many = { $what } sind mehr, als auf ein Bild passen; höchstens sechs.
graph-several = <b>{ $what }</b>
graph-highest = Gezeichnet sind die { $drawn } höchsten von { $count }.
graph-nothing = <b>{ $what }</b>: In dieser Zeit wurde nichts aufgezeichnet. Falls Vakhta gerade erst läuft, frag in einer Minute noch einmal.
no-metric = Unter dem Namen <code>{ $name }</code> wird nichts gemessen. Versuch es mit <code>/graph cpu</code>, ram, swap, disk, net, io, load, psi, temp, containers.
no-metric-near = Nichts Gemessenes und kein Container heißt <code>{ $name }</code>. Meintest du das?
no-part = <code>{ $metric }</code> hat keinen Teil <code>{ $name }</code>. Es gibt: { $known }

# --- Alarme
alert-warning = 🟠 <b>{ $what }</b>: { $value }
alert-unusual = 🔎 <b>{ $what }</b>: { $value }
alert-critical = 🔴 <b>{ $what }</b>: { $value }
alert-brief = { $what } { $value }
alert-brief-filling = { $what } läuft voll ({ $value })
alert-brief-absent = { $what }: keine Daten seit { $value }
alert-absent = 🔴 <b>{ $what }</b>: keine Daten seit { $value }
alert-worsened = 🔴 <b>{ $what }</b> ist schlimmer geworden: { $value }
alert-why-above = Seit { $since } ({ $lasting }), Grenze { $limit }
alert-why-any = Seit { $since } ({ $lasting })
alert-why-below = Seit { $since } ({ $lasting }), sollte über { $limit } sein
alert-why-unusual-above = Seit { $since } ({ $lasting }), sonst höchstens { $limit }
alert-why-unusual-below = Seit { $since } ({ $lasting }), sonst mindestens { $limit }
alert-why-absent = Nichts seit { $since }, erwartet mindestens alle { $limit }
alert-why-clearing = Besser seit { $until }, bleibt noch unter Beobachtung
alert-again-warning = 🟠 <b>{ $what }</b> schon wieder: { $value }
alert-again-critical = 🔴 <b>{ $what }</b> schon wieder: { $value }
alert-again-absent = 🔴 <b>{ $what }</b>: wieder keine Daten, seit { $value }
alert-again-after = Davor war es { $well } lang gut.
alert-unsteady-warning = 🟠 <b>{ $what }</b> kommt und geht: { $value }
alert-unsteady-critical = 🔴 <b>{ $what }</b> kommt und geht: { $value }
alert-unsteady-absent = 🔴 <b>{ $what }</b>: Daten kommen und gehen
alert-unsteady-why = { $count }-mal zurück innerhalb von { $within }. Jetzt ist Ruhe, bis es { $quiet } lang gut oder schlecht geblieben ist.
alert-steady-warning = 🟠 <b>{ $what }</b> bleibt schlecht: { $value }
alert-steady-critical = 🔴 <b>{ $what }</b> bleibt schlecht: { $value }
alert-steady-absent = 🔴 <b>{ $what }</b>: immer noch keine Daten, seit { $value }
alert-steady-why = Seit { $quiet } ununterbrochen; zuletzt gemeldet: { $told }
alert-calm = Seit { $quiet }, nachdem es { $count }-mal zurückkam; { $at_worst }
alert-recovered = ✅ <b>{ $what }</b> ist wieder gut
alert-lasted = Dauerte { $lasting }, { $since } – { $until }; { $at_worst }
alert-lasted-again = Diesmal { $lasting }, { $since } – { $until }; { $at_worst } seit { $began }
alert-heard-again = ✅ <b>{ $what }</b>: wieder Daten
alert-was-silent = Stumm für { $lasting }, { $since } – { $until }
alert-settled = ☑️ <b>{ $what }</b>: { $value } ist das neue Normal
alert-gone = ☑️ <b>{ $what }</b> gibt es nicht mehr
alert-withdrawn = ☑️ <b>{ $what }</b>: die Regel <code>{ $rule }</code> ist nicht mehr deklariert
alert-closed = Der Alarm von { $since } ist geschlossen.
alert-listed-pending = 🟡 <b>{ $what }</b>: { $value }, Grenze { $limit }, seit { $lasting }
alert-listed-pending-any = 🟡 <b>{ $what }</b>: { $value }, seit { $lasting }
alert-listed-unsteady-ill = { $count }-mal zurück seit { $first }, schlecht seit { $turned }
alert-listed-unsteady-well = { $count }-mal zurück seit { $first }, gut seit { $turned }
alert-filling-warning = 🟠 <b>{ $what }</b>: voll in { $left } (jetzt { $value }, { $pace })
alert-filling-critical = 🔴 <b>{ $what }</b>: voll in { $left } (jetzt { $value }, { $pace })
alert-filling-over = ✅ <b>{ $what }</b>: läuft nicht mehr voll
alert-why-filling = Eine Vorhersage aus den letzten Stunden; sie gilt seit { $since } ({ $lasting })
alert-listed-pending-filling = 🟡 <b>{ $what }</b>: voll in { $left }, wenn es so weitergeht (jetzt { $value })
culprit-files = { $count ->
    [one] 1 Datei
   *[other] { $count } Dateien
}
culprit-grown = ↗ <code>{ $place }</code> +{ $by } seit { $since }, jetzt { $size }
culprit-grown-log = ↗ das Log von <b>{ $place }</b> +{ $by } seit { $since }, jetzt { $size }
culprit-largest = Am größten dort: <code>{ $place }</code>, { $size }
culprit-largest-log = Am größten dort: das Log von <b>{ $place }</b>, { $size }
culprit-hidden = Kein Verzeichnis ist so stark gewachsen. So belegen gelöschte Dateien Platz, die ein Programm noch offen hält.
culprit-late = Die Zeit reichte nicht, um zu finden, was wächst.
alert-listed-ended = ✅ <b>{ $what }</b>: { $at_worst }, { $since } – { $until } ({ $lasting })
alert-listed-absent = ✅ <b>{ $what }</b>: keine Daten { $since } – { $until } ({ $lasting })
alert-listed-unusual = 🔎 <b>{ $what }</b>: { $worst }, üblich ist { $limit }; { $since } – { $until } ({ $lasting })
alerts-none = 🟢 Kein Alarm.
alerts-watching = { $watching } von { $count ->
    [one] 1 Regel
   *[other] { $count } Regeln
} können jetzt urteilen.
alerts-learning = 📖 Lernt noch: { $rule }, { $have } von { $need }
alerts-blind = ⚪ Nichts zu beurteilen für: { $rules }
alerts-firing = <b>{ $count ->
    [one] 1 Alarm
   *[other] { $count } Alarme
}</b>
alerts-pending = <b>Unter Beobachtung</b>, noch kein Alarm:
alerts-unusual = <b>Nicht wie sonst</b>, und nichts leidet darunter:
alerts-history = <b>{ $count ->
    [one] 1 Alarm
   *[other] { $count } Alarme
}</b> seit { $since }
alerts-history-none = Kein Alarm seit { $since }.

# --- Was jemand normal nennt
normal-none = Von Hand wurde nichts normal genannt: Was üblich ist, wird gelernt. Ist ein Alarm keiner, sag es: <code>/normal cpu</code>
normal-title = 👌 <b>Normal genannt</b>
normal-one-above = • { $what }: bis { $high }, gesagt { $at }
normal-one-below = • { $what }: herunter bis { $low }, gesagt { $at }
normal-one-both = • { $what }: { $low } bis { $high }, gesagt { $at }
normal-without-rule = • { $what }: die Regel <code>{ $rule }</code> ist nicht mehr deklariert
normal-said-above = 👌 <b>{ $what }</b>: bis { $high } ist ab jetzt normal.
normal-said-below = 👌 <b>{ $what }</b>: herunter bis { $low } ist ab jetzt normal.
normal-said-both = 👌 <b>{ $what }</b>: { $low } bis { $high } ist ab jetzt normal.
normal-closes = Der Alarm dazu wird gleich geschlossen.
normal-undone = ↩️ <b>{ $what }</b>: Was normal genannt wurde, ist vergessen; was gelernt wurde, gilt.
normal-nothing = <b>{ $what }</b>: davon wurde nichts normal genannt.
normal-declared = <b>{ $what }</b> hat eine deklarierte Grenze, keine gelernte: Regel <code>{ $rule }</code>. Verschoben wird sie in der Datei, die <code>VAKHTA_CONFIG</code> nennt. Für eine Weile Ruhe: /mute
normal-no-rule = Keine Regel lernt, was für <b>{ $what }</b> normal ist; es gibt also nichts, was man ihr sagen könnte.
normal-unseen = <b>{ $what }</b>: In letzter Zeit wurde nichts aufgezeichnet, also gibt es nichts, was normal zu nennen wäre.

# --- Stummschalten
scope-all = Alle Warnungen
scope-critical = Kritische Alarme
scope-host = Der Rechner
scope-project = Projekt { $name }
scope-container = Container { $name }
scope-rule = Regel { $name }
scope-incident = Vorfall { $name }
mute-quiet-hours = Nachtruhe
mute-none = Nichts ist stumm. Wie lange sollen Warnungen warten?
mute-on = 🔕 { $critical ->
    [held] Alles wartet bis { $until }, auch Kritisches. Was zurückgehalten wurde, { $after ->
        [digest] steht dann im Bericht
       *[told] wird dann gemeldet
    }.
   *[through] Warnungen warten bis { $until }. Kritisches kommt trotzdem durch, und was zurückgehalten wurde, { $after ->
        [digest] steht dann im Bericht
       *[told] wird dann gemeldet
    }.
}
mute-on-of = 🔕 <b>{ $what }</b>: { $critical ->
    [held] Alles wartet bis { $until }, auch Kritisches. Was zurückgehalten wurde, { $after ->
        [digest] steht dann im Bericht
       *[told] wird dann gemeldet
    }.
   *[through] Warnungen warten bis { $until }. Kritisches kommt trotzdem durch, und was zurückgehalten wurde, { $after ->
        [digest] steht dann im Bericht
       *[told] wird dann gemeldet
    }.
}
mute-listed = 🔕 <b>{ $what }</b>: stumm bis { $until }
mute-listed-declared = 🌙 <b>{ $what }</b> bis { $until }
mute-coming = 🌙 <b>{ $what }</b> von { $from } bis { $until }
mute-critical-too = auch Kritisches
mute-by-script = durch ein Skript
mute-critical = Kritisches kommt trotzdem durch.
mute-critical-else = Anderes Kritisches kommt trotzdem durch.
mute-holds = <b>Bisher zurückgehalten:</b>
mute-how-long = 🔕 <b>{ $what }</b>: Wie lange sollen Warnungen warten?
mute-which = Was ist mit <code>{ $name }</code> gemeint?
mute-near = Nichts heißt <code>{ $name }</code>. Meintest du:
mute-no-such = Nichts heißt <code>{ $name }</code>: kein Container, kein Projekt, keine Regel.
mute-blind = Docker antwortet nicht, also weiß niemand, was <code>{ $name }</code> ist. Schreib <code>project:{ $name }</code> oder <code>container:{ $name }</code>.
    <i>{ $why }</i>
mute-off = 🔔 Alarme kommen wieder sofort.
mute-off-one = 🔔 <b>{ $what }</b>: nicht mehr stumm.
mute-off-nothing = Unter dem Namen <code>{ $name }</code> ist nichts stumm.
mute-nothing = Jetzt ist nichts stumm.
mute-still = Noch stumm:
mute-held = 🔔 Nicht mehr stumm. Inzwischen:
mute-held-of = 🔔 <b>{ $what }</b>: nicht mehr stumm. Inzwischen:

# --- Vorfälle
incident-late = ⏳ Geschehen { $at }, gemeldet werden konnte es erst { $now }.
incident-continued = ⤵ { $number } geht in einer neueren Nachricht weiter
incident-again = 🔁 Kam { $count ->
    [one] einmal
   *[other] { $count }-mal
} zurück.
incident-back = ✅ <b>{ $what }</b>: nach { $lasting } alle zurück
incident-busy = Am meisten beschäftigt war da:
incident-changes = Kurz davor:
incident-changes-earlier = … und { $count } früher
incident-course-back = alle zurück
incident-course-down = { $count } aus
incident-course-well = alles gut
incident-course-wrong = { $count } in Not
incident-down = { $count ->
    [one] 1 Container
   *[other] { $count } Container
} aus
incident-footer = <i>{ $number }</i>
incident-footer-next = <i>{ $number } · nächste Erinnerung { $at }, falls es anhält</i>
incident-head = { $sign } <b>{ $what }</b>: { $rest }
incident-ill = { $count ->
    [one] 1 Container
   *[other] { $count } Container
} in Not
incident-lasted = { $since } – { $until } ({ $lasting })
incident-listed-taken = ✔ Übernommen ({ $at })
incident-machine = Dieser Rechner
incident-more = { $count } weitere
incident-needed = { $name } und was davon abhängt
incident-noisy = Es kommt und geht: Mehr davon macht eine Weile keinen Ton.
incident-since = Seit { $since } ({ $lasting })
incident-stale = ↻ Dieser Knopf gehörte zu einem früheren Stand; so ist es jetzt ({ $at }).
incident-taken = ✔ <code>{ $by }</code> hat das übernommen ({ $at }): keine Erinnerungen.
incident-taken-you = ✔ Du hast das übernommen ({ $at }): keine Erinnerungen.
incident-well = ✅ <b>{ $what }</b>: nach { $lasting } wieder alles gut
changed-began = Vakhta begann zu wachen
changed-booted = der Rechner startete
changed-healed = auf { $name } wurde Platz geschaffen
changed-restarted = { $name } wurde neu gestartet
changed-stopped = { $name } wurde angehalten
changed-updated = { $name } wurde aktualisiert
ack-already = ✔ { $number } gehört schon dir.
ack-done = ✔ { $number } gehört dir: keine Erinnerungen, und mehr davon macht keinen Ton. Wird es schlimmer, wird es laut gemeldet.
ack-none = 🟢 Es gibt nichts, was jemand übernehmen müsste.
ack-over = { $number } ist vorbei.
ack-which = Welcher?
no-incident = Einen Vorfall #{ $number } gibt es nicht. /alerts zählt sie auf.
why-none = 🟢 In den letzten sieben Tagen war nichts.
why-page = Seite { $page } von { $count }
why-rule = 📏 <code>{ $rule }</code>: { $what }
why-rule-absence = keine Daten seit { $after }
why-rule-ceiling = Warnung ab { $at } auf jeden Fall
why-rule-clear = vorbei nach { $clear } Ruhe
why-rule-critical = kritisch ab { $at }, zurück bei { $back }
why-rule-floor = nie unter { $floor }
why-rule-for = gemeldet, wenn es { $for } anhält
why-rule-full-critical = kritisch, wenn voll in weniger als { $under }, zurück bei { $until }
why-rule-full-warning = Warnung, wenn voll in weniger als { $under }, zurück bei { $until }
why-rule-mean = Mittel über { $over }
why-rule-novelty = anders als alles in den letzten drei Wochen, und weiter als { $least } vom Mittel eines Tages
why-rule-page = gemeldet nur, wenn { $what } jenseits von { $at } ist
why-rule-sigma = weiter als { $k } Abweichungen und { $least } vom Mittel über { $window }
why-rule-warning = Warnung ab { $at }, zurück bei { $back }
why-rule-with = kritisch nur, wenn { $what } jenseits von { $at } ist
why-step-clearing = 👀 { $what } { $value }: wieder gut, unter Beobachtung
why-step-dismissed = { $what } { $value }: gut, bevor es ein Alarm war
why-step-eased = 🟠 { $what } { $value }: nicht mehr kritisch, Grenze { $limit }
why-step-fired = 🟠 { $what } { $value }: ein Alarm, Grenze { $limit }
why-step-fired-critical = 🔴 { $what } { $value }: ein Alarm, Grenze { $limit }
why-step-flapping = { $what } { $value }: kommt und geht, Grenze { $limit }
why-step-gone = ☑️ { $what }: gibt es nicht mehr
why-step-held = { $what } { $value }: wie zuvor
why-step-noted = 🔎 { $what } { $value }: nicht wie sonst, vermerkt; Grenze { $limit }
why-step-recovered = ✅ { $what } { $value }: wieder gut
why-step-relapsed = 🟠 { $what } { $value }: derselbe Alarm noch einmal, Grenze { $limit }
why-step-returned = { $what } { $value }: wieder schlecht, bevor es vorbei war, Grenze { $limit }
why-step-settled = ☑️ { $what } { $value }: das neue Normal
why-step-steadied = { $what } { $value }: bleibt schlecht, Grenze { $limit }
why-step-suspected = 👀 { $what } { $value }: zum ersten Mal schlecht, Grenze { $limit }
why-step-withdrawn = ☑️ { $what }: seine Regel ist nicht mehr deklariert
why-step-worsened = 🔴 { $what } { $value }: jetzt kritisch, Grenze { $limit }
why-edited = ✏️ Karte geändert ({ $who })
why-held = 🔕 zurückgehalten, weil stumm ({ $who })
why-late = { $late } zu spät: neu war es { $at }
why-released = ↩ abgegeben ({ $who })
why-released-worse = ↩ es wurde schlimmer: niemand hat es jetzt
why-reminded = ⏰ es hält an: Zeit zu erinnern
why-taken = ✔ übernommen ({ $who })
why-reason-again = schlecht seit { $lasted }, nach { $needed } Ruhe
why-reason-calm = gut seit { $lasted }, nachdem es { $count ->
    [one] einmal
   *[other] { $count }-mal
} zurückkam
why-reason-cut = nach { $lasted }
why-reason-ill = schlecht seit { $lasted }, nötig sind { $needed }
why-reason-steady = schlecht seit { $lasted } ohne Pause, nachdem es { $count ->
    [one] einmal
   *[other] { $count }-mal
} zurückkam
why-reason-unsteady = { $count ->
    [one] einmal
   *[other] { $count }-mal
} zurück innerhalb von { $lasted }
why-reason-well = gut seit { $lasted }, nötig sind { $needed }
why-together = 📨 mit anderen gemeldet ({ $who })
why-told = 📨 gemeldet ({ $who })
why-you = dir
incident-catch-up = ⏳ { $count ->
    [one] { $count } Vorfall
   *[other] { $count } Vorfälle
 } zwischen { $since } und { $until }, als nichts gemeldet werden konnte

# --- Container
state-running = läuft
state-unhealthy = krank, läuft
state-starting = läuft an
state-paused = eingefroren
state-restarting = startet neu
state-created = nie gestartet
state-removing = wird entfernt
state-exited = gestoppt
state-exited-well = gestoppt vor { $ago }
state-exited-ill = gestoppt vor { $ago }, Code { $code }
state-dead = tot
ps-title = 🐳 <b>{ $running } aktiv</b> von { $total }
ps-project = <b>{ $project }</b> · { $running } von { $total }
ps-none = 🐳 Docker antwortet, und es gibt keine Container.
ps-none-such = Kein Container hat <code>{ $part }</code> im Namen.
which-container = { $count ->
    [one] Nur ein Container hat
   *[other] { $count } Container haben
} <code>{ $name }</code> im Namen. { $count ->
    [one] Dieser?
   *[other] Welcher?
}
no-container = Einen Container <code>{ $name }</code> gibt es nicht. /ps zählt sie auf.
no-container-near = Einen Container <code>{ $name }</code> gibt es nicht. Meintest du:
logs-title = 📋 <b>{ $name }</b>, { $count ->
    [one] eine Zeile
   *[other] { $count } Zeilen
}, { $span }
logs-empty = 📋 <b>{ $name }</b> hat nichts geloggt.
logs-nothing-fits = 📋 Im Log von <b>{ $name }</b> passt nichts.
logs-searched = Es dauerte zu lange: Durchsucht { $count ->
    [one] wurde nur die neueste Zeile
   *[other] wurden nur die neuesten { $count } Zeilen
}.
logs-following = 📡 Lese bei <b>{ $name }</b> mit seit { $since }, bis { $until }
logs-follow-stopped = ⏹ Bei <b>{ $name }</b> mitgelesen, { $lasting } lang.
logs-follow-replaced = ⏹ Bei <b>{ $name }</b> mitgelesen, { $lasting } lang; ein anderes Mitlesen hat übernommen.
logs-follow-over = ⏹ Bei <b>{ $name }</b> mitgelesen, { $lasting } lang; länger geht es nicht am Stück.
logs-follow-leaving = ⏹ Bei <b>{ $name }</b> mitgelesen, { $lasting } lang; jetzt hört Vakhta selbst auf.
logs-follow-ended = ⏹ Bei <b>{ $name }</b> mitgelesen, { $lasting } lang, bis zum Ende.
logs-follow-broke = Docker liest nicht weiter: <i>{ $why }</i>
logs-follow-not-here = 📋 <b>{ $name }</b>. Mitgelesen wird in einem Chat, nicht an der Konsole; so ist es jetzt.
logs-fate-exited = <b>{ $name }</b> hat mit Exit-Code { $code } geendet.
logs-fate-ended = Das Log von <b>{ $name }</b> ist zu Ende.
logs-fate-restarting = <b>{ $name }</b> hat mit Exit-Code { $code } geendet und wird wieder gestartet.
logs-fate-gone = <b>{ $name }</b> wurde entfernt.
logs-file = 📄 <b>{ $name }</b>, { $count ->
    [one] eine Zeile
   *[other] { $count } Zeilen
} von { $read } gelesenen
logs-file-cut = Ältere Zeilen passten nicht in die Datei.
logs-file-unfinished = Nur bis { $until } gelesen: <i>{ $why }</i>
logs-file-slow = es dauerte länger als zwei Minuten; mit einem späteren --since geht es schneller
logs-wrong-option = <code>{ $what }</code> gibt es hier nicht.
logs-wrong-value = Nach <code>{ $what }</code> fehlt etwas.
logs-wrong-number = <code>{ $what }</code> ist keine Zeilenzahl.
logs-wrong-time = <code>{ $what }</code> ist keine Zeit: schreib <code>30m</code>, <code>2h</code>, <code>14:30</code> oder <code>2026-11-26 14:30</code>.
logs-wrong-order = Bis <code>{ $what }</code> gäbe es nichts: Das liegt vor dem Anfang.
logs-wrong-level = <code>{ $what }</code> ist keine Stufe: trace, debug, info, warn, error, fatal.
logs-wrong-long = Das Muster <code>{ $what }</code> ist zu lang.
logs-wrong-everywhere = <code>{ $what }</code> stünde in jeder Zeile.
logs-wrong-names = Höchstens { $what } Container auf einmal.
logs-wrong-follow = Beim Mitlesen gibt es kein <code>--until { $what }</code>.
hand-sure = <b>{ $name }</b> { $verb ->
    [start] starten
    [stop] anhalten
    [restart] neu starten
    [pause] einfrieren
    [unpause] auftauen
   *[kill] abbrechen
}? Zustand jetzt: { $state }.
hand-sure-project = Projekt <b>{ $project }</b> { $verb ->
    [start] starten
    [stop] anhalten
    [restart] neu starten
    [pause] einfrieren
    [unpause] auftauen
   *[kill] abbrechen
}: { $count ->
    [one] ein Container
   *[other] { $count } Container
}?
hand-sure-several = { $count ->
    [one] Einen Container
   *[other] { $count } Container
} { $verb ->
    [start] starten
    [stop] anhalten
    [restart] neu starten
    [pause] einfrieren
    [unpause] auftauen
   *[kill] abbrechen
}?
hand-changed = ⚠️ Die Container haben sich seit der Frage geändert. Noch einmal:
hand-order = In dieser Reihenfolge: <b>{ $names }</b>
hand-ran = Läuft seit { $lasting }.
hand-starts-it = Ein Neustart startet ihn.
hand-at-once = Er endet auf der Stelle und kann nicht fertig schreiben.
hand-frozen = Er behält seinen Speicher und antwortet niemandem, bis er aufgetaut wird.
hand-patience = Anhalten kann bis zu { $lasting } dauern.
hand-ports = Ports: { $ports }
hand-volumes = Volumes, die bleiben, wie sie sind: { $volumes }
hand-network-after = Danach neu gestartet, weil sie sein Netz nutzen: <b>{ $names }</b>
hand-network-lost = ⚠️ Ohne Netz bleiben, weil sie seines nutzen: <b>{ $names }</b>
hand-dependants = Hängen davon ab: { $names }
hand-left = Bleiben, wie sie sind: { $names }
hand-place = ({ $number } von { $total })
hand-going = ⏳ <b>{ $name }</b>{ $place } { $verb ->
    [start] wird gestartet
    [stop] wird angehalten
    [restart] wird neu gestartet
    [pause] wird eingefroren
    [unpause] wird aufgetaut
   *[kill] wird abgebrochen
} …
hand-watching = ⏳ <b>{ $name }</b> läuft; ich schaue noch ein paar Sekunden zu …
hand-watching-all = ⏳ Alle { $count } sind fertig; ich schaue noch ein paar Sekunden zu …
hand-done = { $verb ->
    [start] ✅ <b>{ $name }</b> wurde in { $took } gestartet und läuft.
    [stop] ✅ <b>{ $name }</b> wurde in { $took } angehalten.
    [restart] ✅ <b>{ $name }</b> wurde in { $took } neu gestartet und läuft.
    [pause] ⏸ <b>{ $name }</b> ist eingefroren.
    [unpause] ✅ <b>{ $name }</b> ist aufgetaut und läuft.
   *[kill] ✅ <b>{ $name }</b> wurde abgebrochen.
}
hand-healthy = Der Healthcheck besteht.
hand-starting = Der Healthcheck hat noch nicht geantwortet.
hand-unhealthy = 🔴 <b>{ $name }</b> läuft, aber der Healthcheck schlägt fehl.
hand-finished = ⚪ <b>{ $name }</b> lief und hat von selbst geendet, Exit-Code 0.
hand-ended = 🔴 <b>{ $name }</b> { $verb ->
    [start] wurde gestartet und hat wieder
    [restart] wurde neu gestartet und hat wieder
   *[other] hat von selbst
} geendet, Exit-Code { $code }.
hand-ended-after = 🔴 <b>{ $name }</b> { $verb ->
    [start] wurde gestartet
   *[other] wurde neu gestartet
} und endete nach { $lasted } wieder, Exit-Code { $code }.
hand-loops = 🔴 <b>{ $name }</b> endet immer wieder, Exit-Code { $code }; Docker startet ihn jedes Mal neu.
hand-removed = ✅ <b>{ $name }</b> hat geendet und ist weg: Er sollte an seinem Ende entfernt werden.
hand-back = ⚠️ <b>{ $name }</b> endete und läuft wieder: Etwas hat ihn gestartet.
hand-halfway = 🔴 <b>{ $name }</b> wurde angehalten und nicht wieder gestartet.
hand-not = ⚠️ <b>{ $name }</b> { $verb ->
    [start] wurde nicht gestartet.
    [stop] wurde nicht angehalten: Er läuft noch.
    [restart] wurde nicht neu gestartet: Es ist noch derselbe Lauf.
    [pause] wurde nicht eingefroren.
    [unpause] wurde nicht aufgetaut.
   *[kill] wurde nicht abgebrochen: Er läuft noch.
}
hand-late = ❔ Docker hat zu <b>{ $name }</b> nicht geantwortet, und bisher hat sich nichts geändert. Es kann noch geschehen: Sieh in einer Minute wieder nach.
hand-late-some = ❔ Keine Antwort von Docker, bisher nichts geändert, es kann noch geschehen: { $names }
hand-unknown = ❔ Was aus dem Auftrag für <b>{ $name }</b> wurde, ist unbekannt. Sieh nach, oder auf dem Server: <code>docker ps -a</code>.
hand-open = 🟡 Läuft, Healthcheck noch ohne Antwort: { $names }
hand-untried = ⚪ Nicht versucht: { $names }
hand-all = ✅ { $verb ->
    [start] Gestartet
    [stop] Angehalten
    [restart] Neu gestartet
    [pause] Eingefroren
    [unpause] Aufgetaut
   *[kill] Abgebrochen
}: { $count } von { $total }, in { $took }
hand-some = ⚠️ { $verb ->
    [start] Gestartet
    [stop] Angehalten
    [restart] Neu gestartet
    [pause] Eingefroren
    [unpause] Aufgetaut
   *[kill] Abgebrochen
}: nur { $count } von { $total }, in { $took }
hand-already = <b>{ $name }</b> hat diesen Zustand schon: { $state }.
hand-instead = Zustand von <b>{ $name }</b>: { $state }. Vielleicht meinst du das:
hand-never = Zustand von <b>{ $name }</b>: { $state }; das geht jetzt nicht mit ihm.
hand-nothing = Es gibt nichts zu tun.
hand-which = Ein Container und ein Projekt heißen <code>{ $name }</code>. Was davon?
hand-which-part = Nichts heißt genau <code>{ $name }</code>; { $count ->
    [one] ein Name enthält es. Dieser?
   *[other] { $count } Namen enthalten es. Welcher?
}
hand-own = <b>{ $name }</b> ist Vakhta selbst, und an mich lege ich keine Hand; nimm <code>docker compose</code> auf dem Server.
hand-own-network = Vakhta nutzt das Netz von <b>{ $name }</b>: Ich würde mich selbst abschneiden und könnte dir nicht sagen, wie es ausging. Mach es auf dem Server.
hand-protected = <b>{ $name }</b> trägt das Label <code>vakhta.protect=true</code>: Hände weg.
hand-gone = <b>{ $name }</b> gibt es nicht mehr.
hand-stranger = <b>{ $name }</b> wurde seit der Frage neu erstellt und ist vielleicht ein anderer. Frag noch einmal, wenn du ihn meinst.
hand-successor = (<b>{ $name }</b> wurde seit der Frage neu erstellt: Ich habe den neuen desselben Dienstes genommen.)
box-load = CPU { $cpu } eines Kerns · RAM { $memory }
box-healthy = Healthcheck besteht
box-image = Image <code>{ $image }</code>
box-project = Projekt { $project }, Dienst { $service }
box-network = Nutzt das Netz von { $name }
box-restarts = { $count ->
    [one] Docker hat ihn einmal von selbst neu gestartet
   *[other] Docker hat ihn { $count }-mal von selbst neu gestartet
}
box-memory-out = ⚠️ Zuletzt ging ihm der Speicher aus
engine-unreachable = 🐳 Docker antwortet nicht.
    <i>{ $why }</i>
engine-refused = 🐳 Docker sagt nein:
    <i>{ $why }</i>
engine-unanswered = 🐳 Docker hat nicht rechtzeitig geantwortet, also wurde nichts begonnen; versuch es noch einmal.
    <i>{ $why }</i>
engine-slow = 🐳 Docker hat nicht rechtzeitig geantwortet; versuch es noch einmal.
    <i>{ $why }</i>
engine-garbled = 🐳 Was Docker geantwortet hat, war nicht zu verstehen.
    <i>{ $why }</i>
forbidden-call = 🔒 Der Filter vor Docker erlaubt das nicht: <b>{ $right }</b>. Nichts wurde getan.
    Um es zu erlauben: <code>vakhta docker-policy --profile { $profile }</code> zeigt, was der Proxy durchlassen muss.
missing-call = 🐳 Diese Engine kann das nicht: <b>{ $right }</b>. Nichts wurde getan.
reach-unknown = Docker: was ich darf, ist nicht bekannt
reach-all = Docker: nichts, was ich kann, ist verboten
reach-no-removing = 🔒 Docker: Ich darf ansehen, starten und anhalten; entfernen ist verboten.
reach-read-only = 🔒 Docker: nur lesen.
reach-parts = 🔒 Docker: verboten sind { $what }.
may-version = die Version
may-info = was es über sich selbst sagt
may-events = Ereignisse
may-list = die Liste der Container
may-inspect = Details eines Containers
may-logs = Logs
may-stats = was Container verbrauchen
may-top = Prozesse eines Containers
may-networks = Netze
may-disk-usage = Plattenbelegung
may-inspect-image = Details eines Images
may-start = Container starten
may-stop = Container anhalten
may-restart = Container neu starten
may-kill = Container abbrechen
may-pause = Container einfrieren
may-unpause = Container auftauen
may-prune-build-cache = Build-Cache entfernen
may-prune-images = namenlose Images entfernen
may-remove-container = Container entfernen
may-remove-image = Images entfernen
host-failed = Der Rechner ließ sich nicht lesen.
    <i>{ $why }</i>
store-failed = Vakhtas Speicherdatei antwortet nicht.
    <i>{ $why }</i>
job-failed = Es ist gescheitert.
    <i>{ $why }</i>

# --- Container, Images, Volumes und Netze aus der Nähe
button-top = ⚙️ Prozesse
button-by-cpu = Nach CPU
button-by-memory = Nach RAM
looks-heading = { $sign } <b>{ $name }</b> · { $state }
looks-nobody = niemand
looks-size-unknown = Größe unbekannt
looks-containers = { $count ->
    [one] 1 Container
   *[other] { $count } Container
}
stats-title = 📊 <b>{ $count ->
    [one] 1 Container läuft
   *[other] { $count } Container laufen
}</b>
    CPU { $cpu } (100 % sind ein Kern), RAM { $memory }
stats-container = Container
stats-bars-cpu = CPU nach Containern
stats-bars-memory = RAM nach Containern
stats-bar-cpu = { $cpu } eines Kerns
stats-none = 📊 Kein Container läuft.
stats-unknown = <i>Über { $count ->
    [one] 1 Container
   *[other] { $count } Container
} ist noch nichts bekannt.</i>
stats-by-engine = <i>Über Docker gelesen, { $known } von { $count }: Die Zahlen des Kernels sind hier nicht zu sehen ({ $why }).</i>
stats-still = Er läuft nicht, also verbraucht er jetzt nichts. Was er zuvor verbrauchte:
stats-cpu = CPU { $cpu } eines Kerns
stats-memory = RAM { $used }
stats-memory-of = RAM { $used } von { $limit } ({ $percent })
stats-network = Netz seit dem Start ↓ { $received } ↑ { $sent }
stats-disk = Platte seit dem Start: gelesen { $read }, geschrieben { $written }
stats-pids = Prozesse und Threads: { $count }
inspect-up = Läuft seit { $lasting }
inspect-ended = Geendet vor { $ago }, Exit { $code }
inspect-memory = ⚠️ Der Kernel hat ihn beendet, weil der Speicher ausging.
inspect-restarts = { $count ->
    [one] Docker hat ihn einmal neu gestartet.
   *[other] Docker hat ihn { $count }-mal neu gestartet.
}
inspect-image = <b>Image</b> <code>{ $image }</code>
inspect-made = <b>Erstellt</b> vor { $ago }
inspect-command = <b>Befehl</b> <code>{ $command }</code>
inspect-policy = <b>Neustart-Regel</b> { $policy }
inspect-limits = <b>Grenzen</b> { $limits }
inspect-no-limits = <b>Grenzen</b> keine
inspect-ports = <b>Ports</b>
inspect-mounts = <b>Mounts</b>
inspect-read-only = nur lesen
inspect-networks = <b>Netze</b>
inspect-health = <b>Healthchecks</b>, der neueste zuerst
inspect-check-ill = 🔴 { $at } Exit { $code }: { $output }
inspect-log = <b>Log</b> { $driver }
inspect-log-bounded = <b>Log</b> { $driver }, neu begonnen bei { $most }
inspect-log-endless = <b>Log</b> ⚠️ { $driver } ohne <code>max-size</code>: Es wächst, bis die Platte voll ist
inspect-project = <b>Compose</b> Projekt { $project }
inspect-compose = <b>Compose</b> Projekt { $project }, Dienst { $service }
inspect-labels = <b>Labels</b> { $labels }
inspect-environment = <b>Umgebung</b>, nur Namen: { $names }
policy-no = nie
policy-always = immer
policy-unless-stopped = immer, außer jemand hat ihn angehalten
policy-on-failure = bei Fehlern
policy-on-failure-most = { $count ->
    [one] bei Fehlern, höchstens einmal
   *[other] bei Fehlern, höchstens { $count }-mal
}
limit-cpu = { $cores } CPU
limit-memory = RAM { $bytes }
limit-memory-and-swap = mit Swap { $bytes }
limit-pids = { $count } Prozesse
top-count = { $count ->
    [one] 1 Prozess
   *[other] { $count } Prozesse
}
top-none = Er läuft nicht: Es gibt keine Prozesse.
top-time = ZEIT
images-made = erstellt vor { $age }
images-age-unknown = Alter unbekannt
images-title = 🖼 <b>{ $count ->
    [one] 1 Image
   *[other] { $count } Images
}</b>, höchstens { $size } (sie teilen sich Schichten)
images-none = 🖼 Es gibt keine Images.
images-unused = Von keinem Container genutzt: { $count }, bis zu { $size }
images-dangling = Ohne Namen und ungenutzt: { $count }. /fix schafft bis zu { $size }
images-nameless = ohne Namen, { $id }
images-one = <b>{ $name }</b>
    { $size } · { $age } · Nutzer: { $used }
volumes-title = 💾 <b>{ $count ->
    [one] 1 Volume
   *[other] { $count } Volumes
}</b>, { $size }
volumes-none = 💾 Es gibt keine Volumes.
volumes-unknown = { $count ->
    [one] Von einem ist die Größe
   *[other] Von { $count } ist die Größe
} nicht bekannt.
volumes-safe = <i>Vakhta entfernt nie ein Volume.</i>
volumes-one = <b>{ $name }</b>
    { $size } · Nutzer: { $used }
networks-title = 🔌 <b>{ $count ->
    [one] 1 Netz
   *[other] { $count } Netze
}</b>
networks-nobody = niemand darin
networks-none = 🔌 Es gibt keine Netze.
networks-internal = kein Weg nach draußen
networks-one = <b>{ $name }</b>{ $kind }
    { $within }
networks-within = darin: { $names }
events-title = 🗒 In <b>{ $lasting }</b> ist mit { $count ->
    [one] 1 Container
   *[other] { $count } Containern
} etwas geschehen
events-none = 🗒 In <b>{ $lasting }</b>: Docker erinnert sich an nichts, was mit einem Container geschehen wäre.
events-one = <b>{ $name }</b> · { $when }
    { $what }
events-limits = <i>Docker behält seine letzten 256 Ereignisse und sagt nicht, wer sie ausgelöst hat. Healthchecks sind weggelassen.</i>
happened-create = erstellt
happened-start = gestartet
happened-die = geendet
happened-die-code = geendet (Exit { $code })
happened-oom = Speicher ausgegangen
happened-signal = Signal { $signal } bekommen
happened-signal-unknown = ein Signal bekommen
happened-stop-code = angehalten (Exit { $code })
happened-stop = angehalten
happened-restart-code = neu gestartet (Exit { $code })
happened-restart = neu gestartet
happened-pause = eingefroren
happened-unpause = aufgetaut
happened-destroy = entfernt
happened-rename = umbenannt von { $from }
happened-healthy = gesund
happened-unhealthy = krank
happened-starting = Gesundheit noch unbekannt

# --- Urteile über Container
verdict-crashed = 🔴 <b>{ $name }</b> ist abgestürzt: Exit { $code }
verdict-crashed-back = 🟠 <b>{ $name }</b> ist abgestürzt: Exit { $code }
verdict-memory = 🔴 <b>{ $name }</b> ging der Speicher aus, er wurde beendet
verdict-memory-back = 🟠 <b>{ $name }</b> ging der Speicher aus, er wurde beendet
verdict-memory-part = 🟠 <b>{ $name }</b> ging der Speicher aus
verdict-memory-part-why = Der Kernel hat einen Prozess darin beendet; der Container selbst läuft weiter.
verdict-loop = 🔴 <b>{ $name }</b> startet immer wieder neu: Exit { $code }
verdict-loop-memory = 🔴 <b>{ $name }</b> geht immer wieder der Speicher aus
verdict-restarts = { $count }-mal neu gestartet in { $within }.
verdict-unasked = Niemand hat ihn angehalten.
verdict-back = Docker hat ihn wieder gestartet.
verdict-down = Er wurde nicht wieder gestartet.
verdict-times = { $count }-mal in { $within }.
verdict-ill = 🟠 <b>{ $name }</b> ist krank
verdict-ill-why = Er läuft, und sein Healthcheck schlägt fehl.
verdict-well = ✅ <b>{ $name }</b> ist wieder gesund
verdict-well-why = Er war { $lasting } lang krank.
verdict-up = ✅ <b>{ $name }</b> läuft wieder
verdict-up-why = Er war { $lasting } lang aus.
verdict-calm = ✅ <b>{ $name }</b> läuft wieder durch
verdict-calm-why = Er ist { $lasting } lang immer wieder neu gestartet.
verdict-gone = ☑️ <b>{ $name }</b> wurde entfernt
verdict-gone-why = Was mit ihm nicht stimmte, ist erledigt.
verdict-unseen = Es geschah, während ich weg war.
verdict-unseen-at = Um { $at }, während ich weg war.
verdict-slipped = 🟠 <b>{ $name }</b> endete, und Docker hat ihn wieder gestartet
verdict-slipped-why = { $count ->
    [one] Docker hat ihn einmal neu gestartet, seit ihn zuletzt jemand gestartet hat.
   *[other] Docker hat ihn { $count }-mal neu gestartet, seit ihn zuletzt jemand gestartet hat.
}
verdict-stopped = ⚪ <b>{ $name }</b> wurde angehalten: Exit { $code }
verdict-ended = ⚪ <b>{ $name }</b> endete: Exit { $code }
verdict-restarted = 🔁 <b>{ $name }</b> wurde neu gestartet
verdict-updated = 🔁 <b>{ $name }</b> wurde aktualisiert
verdict-engine-lost = 🔴 <b>Docker</b> ist weg: { $count ->
    [one] 1 Container
   *[other] { $count } Container
}
verdict-engine-lost-why = Keine Antwort seit { $since }; wie es seinen Containern geht, ist unbekannt.
verdict-engine-back = ✅ <b>Docker</b> ist nach { $away } zurück
verdict-engine-back-why = { $count ->
    [one] Der 1 Container, der vorher lief, läuft wieder.
   *[other] Alle { $count } Container, die vorher liefen, laufen wieder.
}
verdict-engine-down = 🔴 <b>Docker</b> ist nach { $away } zurück, nicht alle Container sind es
verdict-engine-rebooted = 🔴 <b>Der Rechner wurde neu gestartet</b>, nicht alle Container kamen hoch
verdict-engine-passed = 🔴 <b>Container gingen aus</b>, während ich weg war
verdict-engine-down-why = { $down } von { $count } blieben aus: { $names }

# --- Heilen
remedy-build-cache = Build-Cache
remedy-dangling-images = Images ohne Namen
remedy-stopped-containers = lange gestoppte Container
remedy-unused-images = lange ungenutzte Images
remedy-own-leftovers = beschädigte Daten von mir, beiseitegelegt
fix-hook = dein Programm { $name }
fix-plan = 🩹 <b>{ $mount }</b> hat { $available } frei. Was weg könnte:
fix-step = <b>{ $number }.</b> { $what }: { $count ->
    [one] 1 Stück
   *[other] { $count } Stück
}, bis zu { $bytes }
fix-step-hook = <b>{ $number }.</b> { $what }: wie viel es frei macht, weiß nur es selbst
fix-loss-pulled = <i>wird bei Bedarf wieder geholt</i>
fix-loss-rebuilt = <i>der nächste Build dauert länger</i>
fix-loss-gone = <i>für immer weg</i>
fix-question = 🩹 <b>{ $mount }</b> hat { $available } frei. Das tun?
fix-no-step = Einen Schritt { $number } gibt es nicht; es gibt nur { $count ->
    [one] einen
   *[other] { $count }
}.
fix-changed = ⚠️ Seit du es gesehen hast, hat es sich geändert; nichts wurde getan. So ist es jetzt:
fix-hoards = 👀 Belegt Platz, und du entscheidest darüber:
fix-hoard-volume = • Volume <code>{ $name }</code>: { $bytes }
fix-hoard-log = • Log von <code>{ $name }</code>: { $bytes }
fix-hoard-log-endless = • Log von <code>{ $name }</code>: { $bytes }, wächst ohne Ende
fix-hoard-layer = • <code>{ $name }</code> hat in sich { $bytes } geschrieben
fix-hoard-place = • <code>{ $name }</code>: { $bytes }
fix-hoard-unmeasured = • unbegrenzte Logs, Größe unbekannt: { $names }
       <i>{ $why }</i>
fix-hoard-not-whole = • Für die Verzeichnisse reichte die Zeit nicht: Es kann größere geben.
fix-logs-compose = 📜 Docker behält die Ausgabe eines Containers für immer, wenn man nichts anderes sagt. Für einen Dienst, in <code>compose.yaml</code>:
fix-logs-daemon = Für jeden neuen Container, in <code>/etc/docker/daemon.json</code>:
fix-logs-why = Es gilt für Container, die ab dann erstellt werden: <code>docker compose up -d --force-recreate</code>. Das alte Log verschwindet mit dem alten Container. Ich kürze kein Log: Was darin steht, ist vielleicht alles, was du hast.
fix-safe = Volumes und alles, was genutzt wird, bleiben.
fix-observed = Nichts wurde getan: Das Heilen sieht nur zu (<code>mode = "observe"</code>). /fix tut es, nach einer Frage.
fix-helpless = 🩹 <b>{ $mount }</b> hat { $available } frei. Nichts, was gefahrlos weg kann, würde helfen, oder es ist schon versucht. Such, was wächst: Logs, Datenbanken, Backups.
fix-nothing = 🩹 <b>{ $mount }</b> hat { $available } frei. Darauf liegt nichts, was gefahrlos von selbst weg kann: kein Build-Cache, keine ungenutzten Images, keine lange gestoppten Container.
fix-none-allowed = 🩹 <b>{ $mount }</b> hat { $available } frei. Was dort weg könnte, darf ich nicht entfernen:
fix-barred = 🔒 { $what }: { $count ->
    [one] 1 Stück
   *[other] { $count } Stück
}, bis zu { $bytes }
fix-barred-why = <i>Der Filter vor Docker erlaubt es nicht.</i> <code>vakhta docker-policy --profile { $profile }</code> <i>zeigt, was der Proxy durchlassen muss.</i>
fix-going = ⏳ <b>{ $mount }</b>, Schritt { $number } von { $count }: { $what } …
fix-done = ✅ <b>{ $mount }</b>: { $freed } frei gemacht, jetzt { $after } frei.
fix-done-nothing = ⚠️ <b>{ $mount }</b>: nichts frei gemacht, jetzt { $after } frei.
fix-did = • { $what }: { $count ->
    [one] 1 entfernt
   *[other] { $count } entfernt
}
fix-did-freed = • { $what }: { $count ->
    [one] 1 entfernt
   *[other] { $count } entfernt
}, { $freed } frei gemacht
fix-claimed = <i>↳ Docker sagt { $claimed }: Der Rest wird mit dem geteilt, was blieb, oder ist wieder belegt</i>
fix-hook-did = • { $what }: getan, { $freed } frei gemacht
fix-hook-failed = • { $what }: gescheitert.
    <i>{ $why }</i>
fix-failed = • { $what }: { $count } entfernt, dann gescheitert. Die Antwort war:
    <i>{ $why }</i>
# Was wegen eines Vorfalls getan wird, wie es seine Karte erzählt.
heal-since-ill = krank { $at }
heal-since-down = aus { $at }
heal-restarted = neu gestartet { $at } ({ $attempt } von { $of })
heal-restarted-asked = neu gestartet { $at }, wie du wolltest ({ $attempt } von { $of })
heal-starting = Start läuft seit { $at } ({ $attempt } von { $of })
heal-restarting = Neustart läuft seit { $at } ({ $attempt } von { $of })
heal-start-tried = Start versucht { $at } ({ $attempt } von { $of })
heal-restart-tried = Neustart versucht { $at } ({ $attempt } von { $of })
heal-started = gestartet { $at } ({ $attempt } von { $of })
heal-started-asked = gestartet { $at }, wie du wolltest ({ $attempt } von { $of })
heal-along = zusammen mit { $names }
heal-looking = mal sehen, ob es hilft
heal-helped = es half: gut { $at }
heal-helped-ill = gesund { $at }
heal-helped-down = läuft { $at }
heal-failed = half nicht
heal-refused = Docker lehnte ab: { $why }
heal-unknown = ob es geschah, ist nicht bekannt: { $why }
heal-done = Docker hat es getan
heal-done-along = Docker hat es getan und { $names } mit neu gestartet
heal-offer-restart = Ein Neustart hilft vielleicht ({ $attempt } von { $of }). Neu starten?
heal-offer-start = Er ließe sich wieder starten ({ $attempt } von { $of }). Starten?
heal-observed-restart = 👀 { $at } <b>{ $name }</b> würde jetzt neu gestartet; das Heilen sieht nur zu.
heal-observed-start = 👀 { $at } <b>{ $name }</b> würde jetzt gestartet; das Heilen sieht nur zu.
heal-declined = 🔧 <b>{ $name }</b> bleibt, wie er ist, wie du um { $at } wolltest.
heal-gave-up = ⛔ <b>{ $name }</b>: { $count ->
    [one] einmal in einer Stunde versucht
   *[other] { $count }-mal in einer Stunde versucht
}, und es hält nicht. Ich überlasse es jetzt dir.
heal-gave-up-looping = ⛔ <b>{ $name }</b> endet, sobald er gestartet ist. Ich überlasse es jetzt dir; sein Log sagt vielleicht, warum.
heal-forbidden = 🔒 <b>{ $name }</b>: Der Filter vor Docker erlaubt das nicht: { $right }, also lasse ich es. <code>vakhta docker-policy --profile { $profile }</code> zeigt, was er durchlassen muss.
heal-breaker = 🧯 { $count ->
    [one] Ein Versuch
   *[other] { $count } Versuche
} nacheinander halfen nicht. Bis { $until } versuche ich nichts von selbst.
heal-breaker-closed = 🧯 Das Heilen geht weiter wie gewohnt.
heal-about-to = 🧹 Schaffe gleich Platz auf <b>{ $mount }</b>.
heal-planned = 🧹 Auf <b>{ $mount }</b> ließen sich bis zu { $bytes } frei machen: „Beheben“ zeigt, was.
heal-planned-observe = 👀 Auf <b>{ $mount }</b> ließen sich bis zu { $bytes } frei machen; das Heilen sieht nur zu. /fix tut es, nach einer Frage.
heal-freed = 🧹 { $at } <b>{ $mount }</b>: { $freed } frei gemacht, gemessen; { $after } frei.
heal-freed-nothing = 🧹 { $at } <b>{ $mount }</b>: nichts frei gemacht, { $after } frei.
heal-nothing = 🧹 <b>{ $mount }</b>: Nichts, was gefahrlos weg kann, würde helfen. Such, was wächst: Logs, Datenbanken, Backups.
heal-going = ⏳ Arbeite an <b>{ $name }</b> …
heal-is-well = <b>{ $name }</b> ist inzwischen gesund: Nichts wurde getan.
heal-is-gone = <b>{ $name }</b> gibt es nicht mehr: Nichts wurde getan.
heal-is-own = In <b>{ $name }</b> laufe ich selbst: Ich lasse ihn in Ruhe.
heal-is-protected = <b>{ $name }</b> ist durch sein Label geschützt: Ich lasse ihn in Ruhe.
# Die Antwort auf /heal.
heal-on = 🩺 Heilen ist an.
heal-off = 🩺 Heilen ist aus, bis es jemand einschaltet: Nichts wird getan oder angeboten.
heal-off-until = 🩺 Heilen ist aus bis { $until }: Nichts wird getan oder angeboten.
heal-locked = 🔒 Der Filter vor Docker erlaubt das nicht: { $right }. Ich tue und biete es nicht. <code>vakhta docker-policy --profile { $profile }</code> zeigt, was er durchlassen muss.
heal-policy-restart = • <b>{ $name }</b>: { $mode }, Neustart nach { $wait }, höchstens { $count } je Stunde
heal-policy-start = • <b>{ $name }</b>: { $mode }, Start nach { $wait }, höchstens { $count } je Stunde
heal-rule = • <b>{ $name }</b>: { $mode }, Platz schaffen, höchstens { $count } am Tag
heal-mode-observe = nur zusehen
heal-mode-ask = erst fragen
heal-mode-auto = von selbst handeln
heal-breaker-open = 🧯 Zuletzt half nichts: Bis { $until } versuche ich nichts von selbst. /heal on beendet das.
heal-breaker-half = 🧯 Zuletzt half nichts: Ein Versuch wird zeigen, ob ich weitermache.
heal-used-all = In der letzten Stunde von selbst getan: { $count } von { $of }.
heal-used = • <b>{ $name }</b>: { $count } von { $of } verbraucht
heal-lately = Zuletzt:
heal-attempt = • { $at } <b>{ $name }</b> ({ $attempt } von { $of })
heal-attempt-helped = • { $at } <b>{ $name }</b> ({ $attempt } von { $of }): half
heal-attempt-failed = • { $at } <b>{ $name }</b> ({ $attempt } von { $of }): half nicht
heal-no-policy = Hier heißt nichts { $name }. Es gibt: { $known }.

# --- Bericht
digest-title = ☀️ <b>{ $host }</b>, { $from } – { $to }
digest-incidents = 🚨 <b>{ $count ->
    [one] 1 Vorfall
   *[other] { $count } Vorfälle
}</b>
digest-incident = • { $what }: { $at_worst }, ab { $since }, { $lasting } lang
digest-incident-open = • <b>{ $what }</b>: { $at_worst }, seit { $since } und immer noch ({ $lasting })
digest-incident-often = • { $what }: { $count }-mal, { $at_worst }, zusammen { $lasting }
digest-incident-often-open = • <b>{ $what }</b>: { $count }-mal, { $at_worst }, zusammen { $lasting }, und immer noch
digest-unusual-above = 🔎 Ungewöhnlich: { $what } { $worst }, sonst bis { $limit }
digest-unusual-below = 🔎 Ungewöhnlich: { $what } { $worst }, sonst ab { $limit }
digest-unusual-was = ab { $since }, { $lasting } lang
digest-unusual-often = { $count }-mal, zusammen { $lasting }
digest-unusual-still = seit { $since } und immer noch ({ $lasting })
digest-unusual-settled = seit { $since }; das ist das neue Normal
digest-backlog = 🔕 <b>Bis jetzt zurückgehalten: { $count }</b>
digest-calm = 🟢 <b>{ $host }</b>: nichts zu berichten, { $from } – { $to }
digest-seen = 👁 Ich konnte nur { $seen } von { $whole } zusehen
digest-healed = 🩹 { $list }
digest-freed = { $freed } frei gemacht auf { $target }
digest-helped = { $name } ist wieder gesund
digest-helped-not = { $name }: nichts half
digest-restarts = 🔁 Neu gestartet: { $list }
digest-restarts-one = { $name } { $count }×
digest-grown = 📈 Gewachsen: { $list }
digest-fullest = 💾 Am vollsten: <b>{ $mount }</b> { $percent }
digest-changed = ⚖️ { $against }: { $list }
digest-points = { $by } Pp.
digest-against-day = Zum Tag davor
digest-against-week = Zur Woche davor
digest-against-other = Zur Zeit davor
digest-picture-lanes = Was geschah
digest-picture-full = voll in { $left }
digest-picture-before = davor
digest-row-memory-used = RAM
digest-row-disk-used = Platte
digest-range-unknown = Die Zeit „{ $what }“ kenne ich nicht.
digest-range-empty = „{ $what }“ ist keine vergangene Zeit: Tage gehen vom früheren zum späteren.
digest-containers = 🐳 { $running } von { $total } Containern laufen
digest-unhealthy = 🔴 Krank: { $list }
digest-restarting = 🔁 Startet neu: { $list }
digest-disk = 💾 { $percent } <b>{ $mount }</b>
digest-filling = ⏳ Voll, wenn es so weitergeht: { $list }
digest-filling-one = { $what } in { $left }
digest-part = { $what }: { $mean }, bis { $most }
digest-least = min
digest-mean = Ø
digest-p95 = 95%
digest-most = max
digest-change = Δ
digest-row-load-1 = Last
digest-row-cpu-busy = CPU
digest-no-figures = In dieser Zeit wurde noch nichts aufgezeichnet.

# --- Jobs
jobs-title = ⏱ <b>Jobs</b>
jobs-next = nächster { $next }
jobs-never = nicht geplant
jobs-off = aus: <code>{ $setting }</code> ist nicht gesetzt
jobs-running = ⏳ läuft seit { $lasting }
jobs-skipped = { $count ->
    [one] einmal
   *[other] { $count }-mal
} fällig, während er noch lief, und ausgelassen
jobs-going = ⏳ <b>{ $name }</b> läuft …
jobs-ran = <b>{ $name }</b>:
no-job = Einen Job <code>{ $name }</code> gibt es nicht. /jobs zählt sie auf.
outcome-done = ✅ { $at }, dauerte { $took }
outcome-failed = 🔴 { $at } gescheitert nach { $took }: <i>{ $why }</i>
outcome-timed-out = 🔴 { $at } aufgegeben nach { $took }
outcome-panicked = 🔴 { $at } nach { $took } über einen Fehler von Vakhta selbst gestolpert: <i>{ $why }</i>
outcome-stopped = ⚠️ { $at } nach { $took } durch einen Neustart abgebrochen
trouble = ⚠️ Der Job <b>{ $job }</b> ist { $count ->
    [one] einmal
   *[other] { $count }-mal in Folge
} gescheitert; was er tun soll, geschieht nicht.
    <i>{ $why }</i>

# --- Der zweite Weg
fallback-why = Hier gemeldet, weil Telegram seit { $since } nicht antwortet.

# --- Über Vakhta selbst
start = ⚓️ <b>Vakhta</b> wacht über <b>{ $host }</b>.
    Ich schreibe, wenn wirklich etwas nicht stimmt. Bis dahin: Frag mich.
    <i>{ $jobs ->
    [one] 1 Job
   *[other] { $jobs } Jobs
}, { $rules ->
    [one] 1 Regel
   *[other] { $rules } Regeln
}; deine Nummer ist { $id }.</i>
start-admin = Du bist <b>Admin</b>: Du darfst alles.
start-operator = Du bist <b>Operator</b>: alles ansehen, Container bedienen, Alarme übernehmen. Was entfernt, ist Sache eines Admins.
start-viewer = Du bist <b>Betrachter</b>: alles ansehen, nichts ändern.
start-language = Ich spreche Deutsch mit dir.
start-containers = { $count ->
    [one] Ich sehe einen Container.
   *[other] Ich sehe { $count } Container.
}
start-chat = Dieser Chat ist <code>{ $chat }</code>.
start-topic = Dieser Chat ist <code>{ $chat }</code>, dieses Thema <code>{ $topic }</code>.
start-lacks = <b>Noch nicht eingerichtet</b> (mehr weiß <code>vakhta doctor</code>):
start-lacks-docker = 🐳 Docker ist nicht zu erreichen. Starte den Proxy aus compose.yaml, oder setz DOCKER_HOST. <i>{ $why }</i>
start-lacks-root = 🖥 Ich sehe die Platten meines eigenen Containers, nicht die des Servers: Häng / als /host nur lesbar ein, und setz HOST_ROOT=/host.
start-lacks-switch = 🕯 Wenn ich verstumme, merkt es niemand: Gib mir in HEARTBEAT_URL die Adresse eines Totmannschalters.
start-lacks-second-way = 📟 Ist Telegram weg, kann ich niemanden rufen: Gib mir in FALLBACK_URL eine ntfy-Adresse.
start-lacks-codes = 🔢 Wer dein entsperrtes Telefon hat, kann hier neu starten: <code>vakhta totp new</code> richtet Codes aus sechs Ziffern ein.
menu-at = <i>Stand { $at }.</i>
menu-graphs = 📈 <b>Was soll ich zeichnen?</b>
menu-closed = ⚓️ Das Menü ist zu. /menu öffnet es wieder.
crumb-menu = Menü
crumb-graphs = Verläufe
crumb-status = Überblick
crumb-ps = Container
crumb-alerts = Alarme
crumb-jobs = Jobs
crumb-logs = Log
crumb-stats = Verbrauch
crumb-inspect = Details
crumb-graph = Verlauf
crumb-top = Prozesse
crumb-why = Warum
crumb-disk = Platten
crumb-help = Hilfe
crumb-fix = Beheben
language-title = 🗣 Ich spreche mit dir <b>{ $name }</b>.
language-chosen = Das hast du gewählt.
language-app = So wie deine App.
language-stranger = Die Sprache deiner App spreche ich nicht, oder sie hat sie nicht genannt.
language-setting = So hat es der Besitzer dieses Vakhta für alle eingestellt, die nichts gewählt haben.
button-language-back = ↩ Wie vor meiner Wahl
help-title = <b>Was man fragen kann</b>
help-look = <b>Ansehen</b>
help-act = <b>Handeln</b>
help-self = <b>Vakhta selbst</b>
help-locked = <i>🔒 heißt: Der Filter vor Docker erlaubt es nicht.</i>
help-more = Ein Knopf erklärt eine Gruppe, <code>/help logs</code> einen Befehl.
version = ⚓️ <b>Vakhta { $version }</b>
version-host = { $host }
    { $system } · Linux { $kernel }
version-engine = { $kind } { $version } (API { $api })
house-strangers = 🚪 { $count ->
    [one] Die Nachricht eines Fremden wurde
   *[other] { $count } Nachrichten von Fremden wurden
} abgewiesen; die letzte kam von der Nummer <code>{ $last }</code>.
house-two-pollers = ⚠️ Ein anderes Programm nutzt dasselbe Bot-Token: Nachrichten erreichen zufällig eines von beiden. Halte das andere an oder gib ihm ein eigenes Token.
house-store-set-aside = ⚠️ Die Speicherdatei war beschädigt. Sie liegt jetzt als <code>{ $file }</code> beiseite, eine neue ist begonnen; was vor heute war, steht in jener Datei.
house-store-full = ⚠️ Die Speicherdatei nimmt nichts mehr an; was ich jetzt sehe, weiß ich nur bis zum nächsten Neustart. Schaff Platz, oder sieh in <code>vakhta doctor</code>.
    <i>{ $why }</i>
house-switch-unheard = ⚠️ Der Totmannschalter (<code>HEARTBEAT_URL</code>) ist seit { $lasting } nicht zu erreichen. Er wird bald Alarm schlagen, obwohl ich wach bin.
    <i>{ $why }</i>
house-topic-gone = ⚠️ Das Thema dafür ist geschlossen oder gelöscht, also schreibe ich hierher. Öffne es wieder, oder nenne in den Einstellungen ein anderes.
house-group-lost = ⚠️ Die Gruppe <code>{ $chat }</code> lässt mich nicht schreiben, also kommen ihre Neuigkeiten hierher. Lass mich wieder hinein und schick dort einen Befehl, oder nenne in den Einstellungen eine andere.
    <i>{ $why }</i>
house-stumbled = 🐞 Ich bin über einen eigenen Fehler gestolpert. Er wurde aufgefangen, die Wache geht weiter; von dieser Stelle schreibe ich nur einmal.
    Nummer <code>{ $id }</code> · <code>{ $place }</code>
    Bitte beides melden; unter dieser Nummer steht mehr im Log.
house-cut-off-unanswered = 🔌 Ich wurde bei <code>{ $line }</code> unterbrochen. Falls du keine Antwort darauf hast, frag bitte noch einmal.
house-cut-off-not-begun = 🔌 Ich wurde unterbrochen, bevor ich mit <code>{ $line }</code> begann: Es wurde nichts getan. Ordne es noch einmal an, wenn du es noch willst.
house-cut-off-unknown = ⚠️ Ich wurde mitten in <code>{ $line }</code> unterbrochen: Es war begonnen, und wie es ausging, weiß ich nicht. Ich versuche es nicht noch einmal. Sieh erst nach, wie es steht, bevor du es neu anordnest.
house-cut-off-ended = 🔌 Ich wurde unterbrochen, bevor ich wusste, ob meine Antwort auf <code>{ $line }</code> bei dir angekommen ist. Ausgegangen ist es so:
    <i>{ $words }</i>
house-store-returned = ✅ Die Speicherdatei nimmt wieder alles an; nichts ging verloren.
house-restored = 🗄 Die Speicherdatei vom Stand { $when } wurde von Hand zurückgeholt. Was danach gemessen wurde, liegt in der beiseitegelegten Datei; offene Alarme laufen von hier an weiter.
house-settings = ⚙️ <b>Neue Einstellungen</b> · { $host }
settings-rules-new = Regeln, neu: { $names }
settings-rules-gone = Regeln, entfernt: { $names }
settings-rules-changed = Regeln, geändert: { $names }
settings-jobs-new = Aufgaben, neu: { $names }
settings-jobs-gone = Aufgaben, entfernt: { $names }
settings-jobs-changed = Aufgaben, geändert: { $names }
settings-mutes-new = Ruhezeiten, neu: { $names }
settings-mutes-gone = Ruhezeiten, entfernt: { $names }
settings-mutes-changed = Ruhezeiten, geändert: { $names }
settings-person = <code>{ $id }</code> ist jetzt { $role }
settings-person-gone = <code>{ $id }</code> darf hier nicht mehr mitreden
settings-value = <code>{ $name }</code> ist jetzt { $value }
settings-secret = <code>{ $name }</code> hat einen neuen Wert
settings-waits = <code>{ $name }</code> gilt ab dem nächsten Start
house-settings-wrong = ⚠️ <b>Die neuen Einstellungen sind falsch</b> · { $host }
    Ich mache mit den bisherigen weiter. Korrigiere sie und speichere: ich sehe von selbst nach.
settings-wrong-one = <code>{ $place }</code>: { $what }
settings-wrong-line = <code>{ $place }</code>, Zeile { $line }: { $what }
began = 👁 <b>Auf Wache</b> · { $host }
began-filesystems = { $count ->
    [one] Ich sehe den Rechner und 1 Dateisystem.
   *[other] Ich sehe den Rechner und { $count } Dateisysteme.
}
began-filesystems-unknown = Dateisysteme lassen sich nicht lesen.
began-containers = { $count ->
    [one] 1 Container in Sicht.
   *[other] { $count } Container in Sicht.
}
began-no-docker = Docker ist nicht zu sehen: <i>{ $why }</i>
began-digest = Der nächste Bericht kommt um { $at }. Bis dahin schreibe ich nur, wenn wirklich etwas nicht stimmt.
began-again = 👁 <b>Wieder auf Wache</b> · { $host }
began-away = { $lasting } weg ({ $from } – { $to }).
began-away-rebooted = { $lasting } weg ({ $from } – { $to }): Der Rechner wurde neu gestartet.
began-away-stopped = { $lasting } weg ({ $from } – { $to }): Ich wurde angehalten.
began-away-killed = { $lasting } weg ({ $from } – { $to }): Ich wurde abgebrochen.
began-updated = Aktualisiert: { $from } → { $to }
began-missed = Verpasst: { $what }.
began-missed-runs = { $count ->
    [one] 1 Lauf
   *[other] { $count } Läufe
} von { $job }
began-missed-run-made-up = { $count } Lauf von { $job } (nachgeholt)
began-missed-runs-made-up = { $count } Läufe von { $job } (der letzte nachgeholt)
began-missed-samples = { $count ->
    [one] 1 Messung
   *[other] { $count } Messungen
}
began-down = Inzwischen ausgegangen: { $count }, nämlich { $names }
health-well = ✅ <b>Vakhta geht es gut</b>
health-ill = ⚠️ <b>Vakhta geht es nicht ganz gut</b>
health-settings = Einstellungen vor { $ago } neu gelesen
health-up = Läuft seit { $lasting }, RAM { $memory }
health-poll = Chat antwortete vor { $ago }
health-poll-unknown = Chat: noch keine Antwort
health-outbox = Postausgang: { $count } warten, am längsten { $ago }
health-outbox-empty = Postausgang: nichts wartet
health-outbox-unknown = Postausgang: unbekannt
health-sample = Letzte Messung vor { $ago }
health-sample-unknown = Letzte Messung: unbekannt
health-evaluate = Letztes Urteil vor { $ago }
health-evaluate-unknown = Letztes Urteil: unbekannt
health-failed = <i>Es ist gescheitert: { $why }</i>
health-stream = Ereignisse von Docker: verfolgt, zuletzt gehört vor { $ago }
health-stream-lost = Ereignisse von Docker: verloren seit { $since }
    <i>{ $why }</i>
health-stream-forbidden = Ereignisse von Docker: verboten, stattdessen werden Listen verglichen
    <i>{ $why }</i>
health-stream-unknown = Ereignisse von Docker: unbekannt
health-store = Speicherdatei: { $used } von { $most }
health-store-memory = Speicherdatei: nur im Arbeitsspeicher
    <i>{ $why }</i>
health-store-unknown = Speicherdatei: unbekannt
role-viewer = Betrachter
role-operator = Operator
role-admin = Admin
role-refused = 🔒 <code>/{ $command }</code> braucht die Rolle <b>{ $needs }</b>; deine ist { $role }. Der Besitzer dieses Vakhta kann sie dir geben: <code>{ $setting }</code> in seinen Einstellungen.
role-refused-container = 🔒 Für <b>{ $name }</b> braucht das die Rolle <b>{ $needs }</b>, und sein Label <code>vakhta.role</code> gibt sie dir nicht. Der Besitzer kann das Label ändern.
role-toast = Das braucht die Rolle { $needs }; deine ist { $role }. Der Besitzer kann sie dir geben.
role-toast-container = Das Label vakhta.role dieses Containers verlangt die Rolle { $needs }, und du bist { $role }.

totp-ask = 🔑 <code>{ $line }</code> braucht einen Code: Schick die sechs Ziffern, die deine Authenticator-App jetzt zeigt. Ich warte { $lasting }.
totp-ask-group = In einer Gruppe schick sie als Antwort auf diese Nachricht.
totp-wrong = ❌ Das ist nicht der Code. <code>{ $line }</code> wartet noch, und { $count ->
    [one] ein Versuch bleibt
   *[other] { $count } Versuche bleiben
}.
totp-used = ♻️ Dieser Code wurde schon benutzt. <code>{ $line }</code> wartet noch: Schick den nächsten, sobald deine App ihn zeigt.
totp-dropped = 🔒 Zu viele falsche Codes: <code>{ $line }</code> ist verworfen, und nichts wurde getan. { $lasting } lang wird kein Code angenommen.
totp-paused = 🔒 Zu viele falsche Codes. Frag in { $lasting } noch einmal.
totp-unasked = Gerade wartet nichts auf einen Code, und nichts wurde getan.

audit-title = 🧾 <b>Über Vakhta getan</b> binnen { $lasting }: { $count }
audit-none = 🧾 Binnen { $lasting } hat niemand etwas über Vakhta getan.
audit-none-such = 🧾 Binnen { $lasting } wurde nichts wie „{ $word }“ getan.
audit-you = du
audit-console = an der Konsole
audit-script = ein Skript
audit-vakhta = Vakhta selbst
audit-begun = begonnen und abgebrochen
audit-failed = nicht getan
audit-unknown = Ausgang unbekannt
audit-role = abgelehnt: Rolle
audit-protected = abgelehnt: geschützt
audit-own = abgelehnt: gehört zu Vakhta
audit-code = abgelehnt: falscher Code
audit-budget = abgelehnt: Kontingent verbraucht

dispatch-unknown = Einen Befehl <code>/{ $name }</code> gibt es nicht. /help zählt sie auf.
dispatch-near = Einen Befehl <code>/{ $name }</code> gibt es nicht. Meintest du /{ $near }?
dispatch-stale-button = Dieser Knopf ist zu alt. Frag noch einmal.
dispatch-other-button = Dieser Knopf gehört jemand anderem.
dispatch-too-much = ⏳ Zu viel auf einmal: Das wurde nicht getan. In { $lasting } geht es weiter; Neuigkeiten kommen trotzdem.
dispatch-left = Bleibt, wie es ist.
dispatch-failed = Das ging in Vakhta selbst schief und steht jetzt in seinem Log: <code>{ $what }</code>.
dispatch-file-refused = Telegram hat die Datei { $name } nicht angenommen: <i>{ $why }</i>
dispatch-unwritten = ⚠️ Nichts wurde getan: Es ließ sich vorher nicht aufschreiben, und was sich nicht aufschreiben lässt, wird nicht getan. /health sagt vielleicht, warum.
dispatch-late = Dieser Auftrag ist { $lasting } alt.

console-follows = <i>Hier ist schon ein anderes Vakhta auf Wache. Diese Konsole liest seine Aufzeichnungen und lässt selbst keine Jobs laufen.</i>

# --- Wozu jeder Befehl da ist, und wie man ihn benutzt
summary-menu = alles in einer Nachricht
usage-menu = <code>/menu</code>, <code>/menu graphs</code>. Die Knöpfe blättern in dieser einen Nachricht; solange du hinsiehst, hält sie sich zwei Minuten lang selbst aktuell.
summary-status = der Server auf einen Blick
usage-status = <code>/status</code>
summary-cpu = Prozessoren, Last, fleißigste Prozesse
usage-cpu = <code>/cpu</code>
summary-ram = RAM, Swap, größte Prozesse
usage-ram = <code>/ram</code>
summary-disk = wie voll die Platten sind
usage-disk = <code>/disk</code>, oder <code>/disk all</code> für jedes Dateisystem in Worten
summary-uptime = wie lange der Server schon läuft
usage-uptime = <code>/uptime</code>
summary-graph = RAM oder anderes Gemessenes als Bild
usage-graph = <code>/graph</code> ist die RAM-Torte. <code>/graph cpu 6h</code>, <code>/graph disk /srv 7d</code>, <code>/graph net 1h</code>. Was: cpu, ram, swap, disk, inodes, net, io, load, psi, temp, containers, oder der Name eines Containers: <code>/graph nginx</code>, <code>/graph nginx memory</code>. Mehrere auf einmal: <code>/graph cpu ram net 24h</code>, <code>/graph nginx shop-db</code>. Im Vergleich: <code>/graph cpu 24h gegen gestern</code>, <code>gegen woche</code>. Stunden und Tage: <code>/graph woche cpu</code>. Wie lange: 15m, 6h, 7d, 1y, heute, gestern, woche, monat.
summary-alerts = was nicht stimmt oder nicht stimmte
usage-alerts = <code>/alerts</code>, <code>/alerts all</code>; mit einer Zeit, was war: <code>/alerts 24h</code>
summary-ack = einen Alarm übernehmen: keine Erinnerungen
usage-ack = <code>/ack</code>, <code>/ack 12</code>; <code>/ack 12 off</code> gibt ihn ab. Wird es schlimmer, wird es trotzdem laut gemeldet.
summary-card = die Karte eines Alarms noch einmal
usage-card = <code>/card 12</code>, <code>/card 12 24h</code>
summary-why = warum gemeldet wurde: Regel, Werte, wer wann
usage-why = <code>/why</code> zum neuesten Alarm, <code>/why 12</code>
summary-mute = Warnungen warten lassen
usage-mute = <code>/mute 2h</code>, <code>/mute shop 4h</code>, <code>/mute rule:cpu tomorrow</code>, <code>/mute until 9:00</code>, <code>/mute off</code>. Ein Container, ein Projekt, eine Regel oder <code>host</code>; Kritisches kommt trotzdem durch, außer das Wort <code>critical</code> steht dabei.
summary-normal = sagen, dass Auffälliges normal ist
usage-normal = <code>/normal cpu</code> oder <code>/normal net.in[eth0]</code>: So wie jetzt ist es normal. <code>/normal cpu undo</code> nimmt es zurück, <code>/normal</code> zählt auf, was gesagt wurde.
summary-ps = Container und wie es ihnen geht
usage-ps = <code>/ps</code>, <code>/ps all</code> mit den gestoppten, <code>/ps shop</code> nach Teil eines Namens oder Projekts, <code>/ps all 3</code> für eine Seite. Eine Nummer öffnet den Container.
summary-logs = Logs: blättern, suchen, Datei, mitlesen
usage-logs = <code>/logs nginx</code>, <code>/logs nginx 200</code>, mehrere auf einmal: <code>/logs web db</code>; ein Teil des Namens reicht.
    <code>-s 1h</code> oder <code>--since 14:30</code>, <code>--until 10m</code>: von wann bis wann
    <code>-g "timeout|refused"</code>: mit diesen Wörtern, <code>-v</code> ohne sie, <code>-C 2</code> mit zwei Zeilen drumherum
    <code>--level error</code>: so schlimm oder schlimmer
    <code>--file</code>: als Datei, <code>-f</code>: mitlesen, während es geschrieben wird
summary-stats = was Container verbrauchen: CPU, RAM
usage-stats = <code>/stats</code>, <code>/stats memory</code>; einer mit Verlauf: <code>/stats nginx</code>, <code>/stats nginx memory 24h</code>
summary-inspect = ein Container in allen Einzelheiten
usage-inspect = <code>/inspect nginx</code>; ein Teil des Namens reicht
summary-top = was in einem Container läuft
usage-top = <code>/top nginx</code>
summary-events = was mit Containern geschehen ist
usage-events = <code>/events</code>, <code>/events 6h</code>, <code>/events 1h nginx</code>
summary-images = Images, Größen und Nutzer
usage-images = <code>/images</code>
summary-volumes = Volumes, Größen und Nutzer
usage-volumes = <code>/volumes</code>
summary-networks = Netze und wer darin ist
usage-networks = <code>/networks</code>
summary-box = das Feld eines Containers
usage-box = <code>/box nginx</code>
summary-restart = Container oder Projekt neu starten; fragt vorher
usage-restart = <code>/restart nginx</code>, <code>/restart web db</code>, <code>/restart shop</code> für ein ganzes Compose-Projekt. Wer sein Netz nutzt, wird danach neu gestartet.
summary-stop = Container oder Projekt anhalten; fragt vorher
usage-stop = <code>/stop nginx</code>, <code>/stop web db</code>, <code>/stop shop</code> für ein ganzes Compose-Projekt, was andere brauchen zuletzt
summary-start = Container oder Projekt starten; ohne Namen: wer ich bin
usage-start = <code>/start nginx</code>, <code>/start shop</code> für ein ganzes Compose-Projekt, was andere brauchen zuerst. <code>/start</code> allein sagt, wer ich bin.
summary-pause = Container oder Projekt einfrieren; fragt vorher
usage-pause = <code>/pause nginx</code>, <code>/pause shop</code>
summary-unpause = Eingefrorenes weiterlaufen lassen; fragt vorher
usage-unpause = <code>/unpause nginx</code>, <code>/unpause shop</code>
summary-kill = Container sofort abbrechen; fragt vorher
usage-kill = <code>/kill nginx</code>: ohne zu warten, für das, was sich nicht anhalten lässt
summary-heal = was von selbst geheilt wird; Notschalter
usage-heal = <code>/heal</code>; <code>/heal off</code>, <code>/heal off 2h</code>, <code>/heal on</code>; <code>/heal unhealthy auto</code> (oder observe, ask, declared).
summary-fix = was eine Platte füllt und weg kann; fragt vorher
usage-fix = <code>/fix</code>, <code>/fix 2</code>, <code>/fix all</code>, <code>/fix /srv</code>, <code>/fix logs</code>
summary-digest = der letzte Tag oder eine andere Zeit, in Kürze
usage-digest = <code>/digest</code>, <code>/digest 12h</code>, <code>/digest gestern</code>, <code>/digest woche</code> oder <code>/digest 2026-11-20..2026-11-22</code>
summary-jobs = was wann läuft, und wie es ausging
usage-jobs = <code>/jobs</code>, <code>/jobs run morning</code>
summary-audit = wer was über Vakhta getan hat
usage-audit = <code>/audit</code> für den letzten Tag, <code>/audit 7d</code>, <code>/audit 7d nginx</code>; das Wort ist ein Container, ein Befehl, jemandes Nummer oder ein Ausgang wie <code>role</code>
summary-language = in welcher Sprache ich mit dir spreche
usage-language = <code>/language</code>; <code>/language de</code> wählt, <code>/language auto</code> nimmt es zurück. Was von selbst kommt, spricht sie auch.
summary-help = was man fragen kann
usage-help = <code>/help</code>, <code>/help look</code> (oder act, self), <code>/help graph</code>
summary-version = Versionen von allem
usage-version = <code>/version</code>
summary-health = wie es Vakhta selbst geht
usage-health = <code>/health</code>
examples-menu = <code>/menu</code> das Menü
    <code>/menu graphs</code> was sich zeichnen lässt
examples-status = <code>/status</code> wie es steht, in zehn Zeilen
examples-cpu = <code>/cpu</code> wer gerade beschäftigt ist
examples-ram = <code>/ram</code> wer den RAM belegt
examples-disk = <code>/disk</code> die vollsten Platten
    <code>/disk all</code> jedes Dateisystem
examples-uptime = <code>/uptime</code> seit dem letzten Start
examples-graph = <code>/graph</code> der RAM als Torte
    <code>/graph cpu 6h</code> sechs Stunden CPU
    <code>/graph disk 7d</code> eine Woche, jede Platte
    <code>/graph net 1h</code> das Netz, hinein und hinaus
    <code>/graph { $name }</code> was ein Container verbraucht
    <code>/graph { $name } memory 24h</code> sein RAM an einem Tag
examples-alerts = <code>/alerts</code> was jetzt nicht stimmt
    <code>/alerts 24h</code> was seit gestern nicht stimmte
    <code>/alerts all</code> alle, wenn es viele sind
examples-why = <code>/why</code> der neueste Alarm
    <code>/why 12</code> der mit dieser Nummer
examples-ack = <code>/ack</code> den neuesten übernehmen
    <code>/ack 12</code> diesen übernehmen
    <code>/ack 12 off</code> ihn wieder abgeben
examples-card = <code>/card 12</code> die Karte noch einmal
    <code>/card 12 24h</code> mit einem Tag im Bild
examples-mute = <code>/mute</code> was stumm ist
    <code>/mute 2h</code> alles, zwei Stunden lang
    <code>/mute { $name } 4h</code> ein Container
    <code>/mute rule:cpu tomorrow</code> eine Regel bis morgen früh
    <code>/mute until 9:00 critical</code> alles, auch Kritisches
    <code>/mute off</code> wieder sofort melden
examples-normal = <code>/normal</code> was normal genannt wurde
    <code>/normal cpu</code> so viel ist normal
    <code>/normal cpu undo</code> nimmt es zurück
examples-ps = <code>/ps</code> was läuft
    <code>/ps all</code> mit den gestoppten
    <code>/ps shop</code> nach Teil eines Namens oder Projekts
examples-box = <code>/box { $name }</code> sein Zustand und seine Knöpfe
examples-logs = <code>/logs { $name }</code> die neuesten Zeilen
    <code>/logs { $name } -g error -s 2h</code> Zeilen mit diesem Wort aus zwei Stunden
    <code>/logs { $name } --level error</code> nur Fehler
    <code>/logs { $name } -f</code> zehn Minuten mitlesen
    <code>/logs { $name } --file</code> als Datei
    <code>/logs web db</code> zwei auf einmal, nach der Zeit
examples-stats = <code>/stats</code> die fleißigsten zuerst
    <code>/stats memory</code> die größten zuerst
    <code>/stats { $name } memory 24h</code> einer, mit seinem Tag
examples-inspect = <code>/inspect { $name }</code> Image, Ports, Mounts, Grenzen
examples-top = <code>/top { $name }</code> seine Prozesse
examples-events = <code>/events</code> die letzte Stunde
    <code>/events 6h</code> sechs Stunden
    <code>/events 24h { $name }</code> ein Container, ein Tag
examples-images = <code>/images</code> die größten zuerst
    <code>/images 2</code> die nächste Seite
examples-volumes = <code>/volumes</code> die größten zuerst
examples-networks = <code>/networks</code> und wer darin ist
examples-restart = <code>/restart { $name }</code> fragt und tut es dann
    <code>/restart web db</code> zwei auf einmal
    <code>/restart shop</code> ein ganzes Compose-Projekt, der Reihe nach
examples-stop = <code>/stop { $name }</code> fragt und tut es dann
    <code>/stop shop</code> ein ganzes Projekt, was andere brauchen zuletzt
examples-pause = <code>/pause { $name }</code> friert ihn ein
examples-unpause = <code>/unpause { $name }</code> lässt ihn weiterlaufen
examples-kill = <code>/kill { $name }</code> sofort, ohne zu warten
examples-fix = <code>/fix</code> was die Platte füllt
    <code>/fix 2</code> nur den zweiten Schritt
    <code>/fix all</code> alle Schritte
    <code>/fix /srv</code> eine andere Platte
    <code>/fix logs</code> wie man Container-Logs begrenzt
examples-heal = <code>/heal</code> was geheilt wird, und wie oft
    <code>/heal off 2h</code> zwei Stunden lang nichts
    <code>/heal on</code> wieder an
    <code>/heal unhealthy auto</code> ohne zu fragen
examples-digest = <code>/digest</code> der letzte Tag
    <code>/digest 7d</code> die Woche
examples-jobs = <code>/jobs</code> was wann läuft
    <code>/jobs run morning</code> einen davon jetzt
examples-health = <code>/health</code> wie es mir geht
examples-audit = <code>/audit</code> der letzte Tag
    <code>/audit 7d { $name }</code> was mit einem Container getan wurde
    <code>/audit 7d role</code> wer abgelehnt wurde
examples-start = <code>/start</code> wer du bist, und worüber ich wache
    <code>/start { $name }</code> startet einen gestoppten Container
examples-language = <code>/language</code> welche es jetzt ist
    <code>/language de</code> Deutsch
    <code>/language auto</code> wie vor deiner Wahl
examples-help = <code>/help</code> alles
    <code>/help graph</code> ein Befehl
    <code>/help look</code> was nur ansieht
examples-version = <code>/version</code> von allem
help-examples = <b>Zum Beispiel</b>
help-related = Siehe auch: { $names }
button-help-look = 👀 Ansehen
button-help-act = 🛠 Handeln
button-help-self = ⚓️ Vakhta
usage = So geht es:

# --- Der erste Lauf
init-begin = ⚓ Vakhta { $version }, der erste Lauf. Vor der letzten Frage wird nichts geschrieben; Strg-C lässt alles, wie es ist.
init-step-bot =
    {"\u000A"}<b>1. Der Bot</b>
init-step-owner =
    {"\u000A"}<b>2. Der Besitzer</b>
init-step-here =
    {"\u000A"}<b>3. Hier</b>
init-step-files =
    {"\u000A"}<b>4. Die Dateien</b>
init-yes-no = [J/n]
init-no-yes = [j/N]
init-yes-or-no = Bitte antworte mit j oder n.
init-unanswered = Niemand hat „{ $question }“ beantwortet. Wie es ohne Fragen geht, sagt `vakhta init --help`.
init-left = Hier abgebrochen. Starte `vakhta init` wieder, wann du willst: Was bis dahin da ist, wird gefunden.
init-no-signals = Das System lässt niemanden auf Strg-C warten.
init-no-randomness = Das System hat keine Zufallszahlen.
init-no-directory = In { $dir } lässt sich nichts schreiben: { $why }. Nenne mit --dir ein eigenes Verzeichnis.
init-not-writable-container = In { $dir } lässt sich nichts schreiben: { $why }. Starte den Container als du selbst: docker run -u "$(id -u):$(id -g)" …
init-token = Füge das Token von @BotFather ein (/newbot); es bleibt unsichtbar
init-token-file = Die Token-Datei { $file } ist nicht lesbar: { $why }
init-token-there = Es gibt schon ein Token: { $source }.
init-token-shape = ⚠️ Das ist kein Token: { $why }. @BotFather schreibt es als 123456789:AAF…
init-token-unknown = ⚠️ Telegram kennt dieses Token nicht: Es ist falsch oder wurde widerrufen. Das gültige hat @BotFather (/mybots). ({ $why })
init-unreached = ⚠️ Telegram ist nicht zu erreichen: { $why }. Wo es gesperrt ist, hilft ein Proxy (TELEGRAM_PROXY).
init-unreached-proxy = ⚠️ Über den Proxy (TELEGRAM_PROXY) ist Telegram nicht zu erreichen: { $why }
init-proxy = Proxy, etwa socks5://host:1080; leer, um es ohne zu versuchen
init-proxy-wrong = ⚠️ Das ist kein Proxy (TELEGRAM_PROXY): { $why }. Schreib socks5://host:1080 oder http://host:3128.
init-bot = ✅ @{ $name } antwortet: { $link }
init-owner = ✅ Der Besitzer ist { $id }.
init-owner-silent = Der Besitzer ist { $id }. ⚠️ Noch kann der Bot ihm nicht schreiben: Er muss @{ $name } einmal /start schicken.
init-owner-there = Es gibt schon einen Besitzer: { $id }. Behalten?
init-code =
    Schick diesen Code von deinem Telefon an @{ $name }:

    {"    "}<b>{ $code }</b>

    oder öffne dort { $link } und drück auf „Starten“. Er gilt { $minutes ->
        [one] { $minutes } Minute
       *[other] { $minutes } Minuten
    }.
init-code-wrong = Ein falscher Code kam an. Ich warte auf den richtigen …
init-code-guessed = ⚠️ Fünf falsche Codes kamen an, also hier ein neuer.
init-code-expired = Niemand hat den Code rechtzeitig geschickt. Einen neuen?
init-is-it-you = Der Code kam von { $who }, Nummer { $id }. Bist du das?
init-paired = ✅ Gekoppelt; das Telefon weiß es.
init-paired-phone = ✅ Gekoppelt. Du bist der Besitzer dieses Vakhta, und hierher wird es schreiben. Wie man es startet, steht im Terminal.
init-paired-unsaid = ✅ Gekoppelt; dem Telefon ließ es sich nicht sagen ({ $why }).
init-bot-lost = Den Bot gibt es nicht mehr: { $why }
init-waiting-failed = ⚠️ Telegram antwortet gerade nicht: { $why }. Ich versuche es weiter.
init-webhook = ⚠️ Für diesen Bot ist ein Webhook gesetzt; was man ihm schreibt, kommt hier nicht an. Entfernen (deleteWebhook)?
init-other-poller = ⚠️ Ein anderes Programm hört mit dem Token dieses Bots. Halte es an (docker compose stop vakhta), oder hol dir bei @BotFather einen zweiten Bot.
init-other-poller-again = Drück Enter, wenn es angehalten ist
init-language = Sprache der Antworten: { $choices }; auto nimmt die jedes Einzelnen
init-language-wrong = Schreib eines von { $choices }.
init-zone = Deine Zeitzone: Nach ihr richten sich der tägliche Bericht und alle Uhrzeiten
init-zone-wrong = Die Zeitzone { $zone } gibt es nicht: { $remedy }
init-way = Hier liegt compose.yaml. Soll Docker Compose Vakhta starten?
init-docker = Docker: { $place }
init-docker-forbidden = ⚠️ Docker hört auf { $place }, und du darfst es nicht nutzen. Entweder `sudo usermod -aG docker $USER` und neu anmelden, oder Docker Compose.
init-docker-nowhere = Bei { $place } ist kein Docker: Ich wache über den Rechner, ohne Container. DOCKER_HOST nennt einen anderen Ort.
init-replace-token = In { $file } steht ein anderes Token. Ersetzen?
init-replace-settings = { $file } gibt es schon; nur die Zeilen, nach denen gefragt wurde, ändern sich. Schreiben?
init-not-forced = { $file } gibt es schon und würde sich ändern; --force erlaubt das.
init-written-token = ✅ { $file }: das Token
init-written-settings = ✅ { $file }: die Einstellungen, nur für dich lesbar
init-mistakes = Geschrieben, aber die Einstellungen in { $dir } haben Fehler, und so begänne keine Wache:
init-next-compose =
    {"\u000A"}<b>So geht es weiter</b>
    {"    "}<code>{ $go }docker compose up -d</code>
    {"    "}<code>{ $go }docker compose exec vakhta /vakhta doctor</code>    # was zu sehen ist, und was fehlt
    Dann schreib deinem Bot /start.
init-next-binary =
    {"\u000A"}<b>So geht es weiter</b>
    {"    "}<code>{ $go }vakhta doctor</code>    # was zu sehen ist, und was fehlt
    {"    "}<code>{ $go }vakhta</code>           # geht auf Wache
    Dann schreib deinem Bot /start.

# --- Die Konsole
console-banner =
    <b>Vakhta { $version }</b>: dasselbe Gespräch wie im Chat.
    Frag <code>status</code>, <code>graph cpu 6h</code> oder <code>help</code>; Tab ergänzt, ↑ holt zurück, eine Zahl drückt einen Knopf, <code>save DATEI.png</code> behält das letzte Bild, Strg-D beendet.
console-picture = [Bild: { $what }, { $bytes } Bytes; save DATEI.png behält es]
console-file = [{ $name }, { $bytes } Bytes; Dateien sind für einen Chat, hier also die Zeilen]
console-no-picture = Es gibt noch kein Bild; /graph macht eines.
console-saved = Gespeichert als { $file } ({ $bytes } Bytes).
console-not-saved = { $file } ließ sich nicht schreiben: { $why }
console-no-button = Einen Knopf mit dieser Nummer gibt es nicht.
console-no-file = Unter welchem Namen? So: save memory.png
