//! Every kind of message there is, each in a scene that leads to it.

use std::time::Duration;

use jiff::SignedDuration;
use jobs::alert::{Alert, AlertKey, Ending, Finding, Past, Phase, Severity, Side, Step, Transition};
use jobs::audit::{Deed, Outcome as HowEnded, Who as Doer};
use jobs::digest::{Backlog, Digest, Period, Settings, sum_up};
use jobs::fakes::World;
use jobs::fakes::scenes::{self, GIB};
use jobs::heal::{
    Done, Heal, HealStep, Hoard, Hopeless, Loss, Mode, Outcome as DeedOutcome, Plan, PlanStep, Relief, Try,
};
use jobs::incident::{Busy, Changed, Count, Happening, Incident, News, Ring, fold};
use jobs::label::ROLE;
use jobs::metric::SeriesKey;
use jobs::mute::Scope;
use jobs::notice::{Absence, Began, Change, CutOff, Declared, Former, House, How, MissedRuns, Notice, Wrong};
use jobs::ports::{
    Allowed, ContainerDetail, ContainerState, EngineError, Memory, Permission, Profile, Reach, Right, Store,
    Unknown, Verb,
};
use jobs::role::Role;
use jobs::verdict::{ContainerVerdict, End, EngineVerdict, Finding as Fate, Trouble, Verdict, Who};
use vakhta::command::Lack;
use vakhta::present::incident::Showing;
use vakhta::run::{JobFacts, Outcome, RunFacts};

use crate::stage::{Heads, Stage};
use crate::world::{self, now};

/// Acts every scene in the language of that tag, and answers with what was said in each.
pub(crate) async fn all(tag: &str) -> Vec<(&'static str, Vec<Heads>)> {
    vec![
        ("status", status(tag).await),
        ("cpu-ram-uptime", figures(tag).await),
        ("disk", disk(tag).await),
        ("graph", graph(tag).await),
        ("alerts", alerts(tag).await),
        ("mutes", mutes(tag).await),
        ("cards", cards(tag).await),
        ("normal", normal(tag).await),
        ("verdicts", verdicts(tag).await),
        ("incidents", incidents(tag).await),
        ("why", why(tag).await),
        ("ps-logs", containers(tag).await),
        ("logs", logs(tag).await),
        ("looks", looks(tag).await),
        ("restart", restart(tag).await),
        ("hands", hands(tag).await),
        ("roles", roles(tag).await),
        ("codes", codes(tag).await),
        ("audit", audit(tag).await),
        ("fix", fix(tag).await),
        ("healing", healing(tag).await),
        ("story", story(tag).await),
        ("heal", heal(tag).await),
        ("digest", digest(tag).await),
        ("jobs", jobs(tag).await),
        ("help", help(tag).await),
        ("first-contact", first_contact(tag).await),
        ("language", language(tag).await),
        ("menu", menu(tag).await),
        ("house", house(tag).await),
        ("absent", absent(tag).await),
        ("catch-up", catch_up(tag).await),
        ("barred", barred(tag).await),
        ("hostile", hostile(tag).await),
    ]
}

/// What the README shows: one picture each.
pub(crate) async fn pictures(tag: &str) -> Vec<(&'static str, Vec<Heads>)> {
    let memory = busy(tag);
    let mut snapshot = scenes::machine(now());
    snapshot.memory = Ok(Memory {
        total: 16 * GIB,
        available: 7 * GIB,
        free: 2 * GIB,
        cache: 5 * GIB,
        swap_total: 4 * GIB,
        swap_free: 4 * GIB - GIB / 2,
    });
    world::look(&memory.world, &memory.ports, snapshot, &CORES);
    memory.ask("/graph").await;
    let disks = busy(tag);
    let mut snapshot = scenes::machine(now());
    let sizes = [
        ("/", 21, 57),
        ("/home", 120, 310),
        ("/srv", 1890, 110),
        ("/var/lib/docker", 420, 80),
        ("/mnt/backup", 2900, 1100),
    ];
    snapshot.filesystems =
        Ok(sizes.map(|(mount, used, free)| scenes::filesystem(mount, used * GIB, free * GIB)).to_vec());
    world::look(&disks.world, &disks.ports, snapshot, &CORES);
    disks.ask("/disk").await;
    let unusual = experienced(tag);
    let it = alert("cpu-unusual", "cpu.busy", 68.0, 40.0, 26);
    unusual.tell(&Notice::Alert { alert: it, step: Step::Fired }).await;
    vec![("memory", memory.said()), ("disks", disks.said()), ("unusual", unusual.said())]
}

const CORES: [f64; 8] = [97.0, 88.0, 64.0, 12.0, 100.0, 3.0, 41.0, 77.0];

fn quiet(tag: &str) -> Stage {
    let stage = Stage::new(World::new(), tag, now(), "vps-1");
    let snapshot = world::quiet(&stage.world);
    world::look(&stage.world, &stage.ports, snapshot, &[3.0, 5.0]);
    stage
}

fn busy(tag: &str) -> Stage {
    let stage = shop(tag);
    world::details(&stage.world);
    world::history(&stage.world);
    stage
}

/// The busy server before anything was measured.
fn shop(tag: &str) -> Stage {
    let stage = Stage::new(World::new(), tag, now(), "shop-prod-1");
    let snapshot = world::busy(&stage.world);
    world::look(&stage.world, &stage.ports, snapshot, &CORES);
    stage
}

async fn asked(stage: &Stage, lines: &[&str]) {
    for line in lines {
        stage.ask(line).await;
    }
}

async fn status(tag: &str) -> Vec<Heads> {
    let calm = quiet(tag);
    calm.ask("/status").await;

    let stage = busy(tag);
    remember_alerts(&stage);
    stage.ask("/status").await;
    let mut heads = calm.said();
    heads.extend(stage.said());

    let few = quiet(tag);
    few.world.set_engine_error(None);
    few.world.set_containers(vec![world::container("", "web", ContainerState::Running, "Up 3 days")]);
    let mut snapshot = scenes::machine(now());
    snapshot.memory = Err(Unknown::because("/proc/meminfo: permission denied"));
    world::look(&few.world, &few.ports, snapshot, &[3.0]);
    few.ask("/status").await;
    heads.extend(few.said());
    heads
}

async fn figures(tag: &str) -> Vec<Heads> {
    let calm = quiet(tag);
    asked(&calm, &["/cpu", "/ram", "/uptime"]).await;
    let stage = busy(tag);
    asked(&stage, &["/cpu", "/ram", "/uptime", "/version", "/health"]).await;
    let wide = busy(tag);
    let cores: Vec<f64> = (0..64).map(|it| f64::from(it * 37 % 101)).collect();
    let snapshot = world::busy(&wide.world);
    world::look(&wide.world, &wide.ports, snapshot, &cores);
    wide.ask("/cpu").await;
    let mut heads = calm.said();
    heads.extend(stage.said());
    heads.extend(wide.said());
    heads
}

async fn disk(tag: &str) -> Vec<Heads> {
    let calm = quiet(tag);
    calm.ask("/disk").await;
    let stage = busy(tag);
    stage.ask("/disk").await;
    let mut heads = calm.said();
    heads.extend(stage.said());
    heads
}

async fn graph(tag: &str) -> Vec<Heads> {
    let young = quiet(tag);
    young.ask("/graph cpu").await;
    world::remember(&young.world, SeriesKey::whole("cpu.busy"), 20, 10, |it| 4.0 + 3.0 * it);
    asked(&young, &["/graph", "/graph cpu 6h"]).await;
    let stage = busy(tag);
    for line in [
        "/graph",
        "/graph cpu 6h",
        "/graph cpu 24h",
        "/graph disk 7d",
        "/graph disk /srv 7d",
        "/graph net 6h",
        "/graph load 6h",
        "/graph temp",
        "/graph nonsense",
        "/graph dsik 24h",
        "/graph cpu 6x",
        "/graph disk /nowhere",
        "/graph cpu yesterday",
        "/graph cpu vs tuesday",
    ] {
        stage.ask(line).await;
    }
    let around = shop(tag);
    world::weeks(&around.world);
    asked(&around, &["/graph cpu ram net io 24h", "/graph cpu 24h vs yesterday"]).await;
    around.press(1, 1).await;
    asked(&around, &["/graph net 6h vs yesterday", "/graph week", "/graph week net", "/graph month ram"])
        .await;
    asked(&around, &["/graph shop-postgres-1", "/graph shop-postgres-1 shop-nginx-1 24h", "/graph today"])
        .await;
    let mut heads = young.said();
    heads.extend(stage.said());
    heads.extend(around.said());
    heads
}

/// An alert, minutes old.
pub(crate) fn alert(rule: &str, series: &str, observed: f64, limit: f64, minutes: i64) -> Alert {
    let since = now() - SignedDuration::from_mins(minutes);
    let series: SeriesKey = series.parse().expect("a series");
    Alert {
        number: 0,
        key: AlertKey { rule: rule.to_owned(), series },
        phase: Phase::Firing,
        finding: Finding { observed, limit, side: Side::Above, severity: Severity::Warning, forecast: None },
        worst: observed * 1.01,
        since,
        fired: Some(since + SignedDuration::from_mins(1)),
        seen: now(),
        remedy: None,
        generation: 1,
        past: Past::default(),
        culprits: Vec::new(),
    }
}

pub(crate) fn critical(mut alert: Alert) -> Alert {
    alert.finding.severity = Severity::Critical;
    alert
}

pub(crate) fn ended(mut alert: Alert, how: Ending, minutes_ago: i64) -> Alert {
    alert.phase = Phase::Ended { at: now() - SignedDuration::from_mins(minutes_ago), how };
    alert
}

pub(crate) fn put(stage: &Stage, mut alert: Alert, step: Step) {
    let transition = Transition { at: now(), step, finding: Some(alert.finding), reason: None, basis: None };
    stage.world.put_alert(&mut alert, &transition).expect("the store of a fake takes everything");
    if step.is_news() {
        stage.remember(&News::Alert { alert, step }, &[]);
    }
}

fn remember_alerts(stage: &Stage) {
    let mut disk = critical(alert("disk", "disk.used[/srv]", 94.5, 90.0, 190));
    disk.remedy = Some("disk".to_owned());
    put(stage, disk, Step::Fired);
    put(stage, alert("cpu", "cpu.busy", 91.4, 85.0, 22), Step::Fired);
    put(stage, alert("containers-ill", "containers.unhealthy", 1.0, 1.0, 64), Step::Fired);
    let mut pending = alert("memory", "memory.used", 90.4, 90.0, 1);
    (pending.phase, pending.fired) = (Phase::Pending, None);
    put(stage, pending, Step::Suspected);
}

async fn alerts(tag: &str) -> Vec<Heads> {
    let learning = quiet(tag);
    world::remember(&learning.world, SeriesKey::whole("cpu.busy"), 1190, 10, |it| 4.0 + 3.0 * it);
    asked(&learning, &["/alerts", "/alerts 24h", "/alerts soon"]).await;

    let stage = busy(tag);
    remember_alerts(&stage);
    put(
        &stage,
        ended(alert("cpu-unusual", "cpu.busy", 71.0, 55.0, 500), Ending::Recovered, 430),
        Step::Recovered,
    );
    put(&stage, odd("sent-unusual", "net.out[wg0]", 12.4e6, 3.1e6, 41), Step::Noted);
    put(
        &stage,
        ended(odd("memory-unusual", "memory.used", 82.0, 71.0, 300), Ending::Recovered, 90),
        Step::Faded,
    );
    put(&stage, ended(alert("disk", "disk.used[/old]", 92.0, 90.0, 900), Ending::Gone, 600), Step::Gone);
    put(&stage, ended(alert("mine", "load.1", 12.0, 8.0, 1300), Ending::Withdrawn, 700), Step::Withdrawn);
    put(
        &stage,
        ended(alert("cpu-unusual", "cpu.busy", 62.0, 55.0, 1400), Ending::Settled, 800),
        Step::Settled,
    );
    asked(&stage, &["/mute", "/mute 2h", "/alerts", "/alerts 24h", "/mute", "/mute off"]).await;

    let many = busy(tag);
    for core in 0..20 {
        put(&many, alert("cores", &format!("cpu.core[{core}]"), 99.0, 95.0, 300 + core), Step::Fired);
    }
    asked(&many, &["/alerts", "/ack"]).await;
    let mut heads = learning.said();
    heads.extend(stage.said());
    heads.extend(many.said());
    heads
}

/// A machine that has been watched for three weeks, and is busier than ever for half an hour.
fn experienced(tag: &str) -> Stage {
    let stage = quiet(tag);
    let length = 21 * 86_400;
    world::remember(&stage.world, SeriesKey::whole("cpu.busy"), length, 60, |it| {
        if (1.0 - it) * length as f64 <= 1860.0 { 68.0 } else { world::days(it, 21.0, 22.0, 9.0) }
    });
    stage
}

async fn normal(tag: &str) -> Vec<Heads> {
    let stage = experienced(tag);
    let mut odd = alert("cpu-unusual", "cpu.busy", 68.0, 40.0, 26);
    put(&stage, odd.clone(), Step::Fired);
    odd.number = 1;
    stage.tell(&Notice::Alert { alert: odd, step: Step::Fired }).await;
    asked(
        &stage,
        &[
            "/normal",
            "/normal cpu",
            "/normal",
            "/normal cpu.busy undo",
            "/normal cpu undo",
            "/normal disk.used[/]",
            "/normal uptime",
            "/normal net.in[eth0]",
            "/normal nonsense",
        ],
    )
    .await;
    stage.said()
}

/// What nothing suffers from, minutes old.
fn odd(rule: &str, series: &str, observed: f64, limit: f64, minutes: i64) -> Alert {
    let mut alert = alert(rule, series, observed, limit, minutes);
    (alert.finding.severity, alert.generation) = (Severity::Unusual, 0);
    alert
}

async fn mutes(tag: &str) -> Vec<Heads> {
    let stage = busy(tag);
    let lines = [
        "/mute",
        "/mute shop 2h",
        "/mute metrics-grafana-1 tomorrow",
        "/mute rule:cpu until 9:00 critical",
        "/mute incident:12 4h",
        "/mute",
        "/status",
        "/mute off shop",
        "/mute off nonsense",
        "/mute off",
        "/mute off nonsense",
        "/mute host",
        "/mute grafana",
        "/mute shpo 1h",
        "/mute xyzzyplugh 1h",
        "/mute 4h critical",
        "/mute",
    ];
    asked(&stage, &lines).await;
    let web = |finding| of("shop-web-1", finding);
    let ill =
        News::Verdict { verdict: web(Fate::Unhealthy { times: 1, within: Duration::ZERO }), log: vec![] };
    let well = Fate::Recovered { from: Trouble::Ill, lasted: Duration::from_secs(412) };
    let well = News::Verdict { verdict: web(well), log: vec![] };
    let since = now() - SignedDuration::from_hours(2);
    let scopes = vec![Scope::Project("shop".to_owned())];
    let over = told_of(&[ill, well]);
    stage.tell(&Notice::Meanwhile { since, incidents: vec![over.clone()], scopes, more: 0 }).await;
    let told = ended(alert("memory", "memory.used", 92.0, 90.0, 100), Ending::Recovered, 40);
    let cpu = alert("cpu", "cpu.busy", 91.4, 85.0, 312);
    let fired = News::Alert { alert: cpu.clone(), step: Step::Fired };
    let backlog = Backlog { incidents: vec![told_of(&[fired]), over], more: 3 };
    let alerts = vec![cpu, Alert { number: 9, ..told }];
    let digest = Digest {
        job: "morning".to_owned(),
        from: now() - SignedDuration::from_hours(24),
        to: now(),
        series: Vec::new(),
        alerts,
        incidents: Vec::new(),
        heals: Vec::new(),
        containers: None,
        chart: None,
        filling: Vec::new(),
        backlog: Some(backlog),
        seen: None,
        restarts: Vec::new(),
        grown: Vec::new(),
        without: Vec::new(),
    };
    stage.tell(&Notice::Digest(digest)).await;
    stage.said()
}

async fn cards(tag: &str) -> Vec<Heads> {
    let stage = busy(tag);
    let tell = async |alert: Alert, step: Step| stage.tell(&Notice::Alert { alert, step }).await;
    let mut disk = alert("disk", "disk.used[/var/lib/docker]", 93.0, 90.0, 4);
    disk.remedy = Some("disk".to_owned());
    let cpu = alert("cpu", "cpu.busy", 91.4, 85.0, 12);
    tell(cpu.clone(), Step::Fired).await;
    tell(disk, Step::Fired).await;
    tell(critical(Alert { worst: 96.2, ..alert("cpu", "cpu.busy", 96.0, 95.0, 30) }), Step::Worsened).await;
    tell(ended(alert("memory", "memory.used", 92.0, 90.0, 75), Ending::Recovered, 2), Step::Recovered).await;
    tell(alert("cpu-unusual", "cpu.busy", 71.0, 55.3, 8), Step::Fired).await;
    let mut low = alert("few", "containers.running", 3.0, 30.0, 8);
    low.finding.side = Side::Below;
    tell(low, Step::Fired).await;
    tell(ended(alert("cpu-unusual", "cpu.busy", 71.0, 55.3, 95), Ending::Settled, 0), Step::Settled).await;
    tell(ended(alert("disk", "disk.used[/mnt/usb]", 92.0, 90.0, 300), Ending::Gone, 0), Step::Gone).await;
    tell(ended(alert("mine", "load.1", 12.0, 8.0, 300), Ending::Withdrawn, 0), Step::Withdrawn).await;
    tell(critical(alert("blind", "cpu.busy", 312.0, 180.0, 6)), Step::Fired).await;
    tell(ended(critical(alert("blind", "cpu.busy", 0.0, 180.0, 26)), Ending::Recovered, 0), Step::Recovered)
        .await;
    tell(alert("containers-ill", "containers.unhealthy", 2.0, 1.0, 3), Step::Fired).await;
    tell(critical(alert("memory-pressure", "psi.memory", 57.3, 50.0, 3)), Step::Fired).await;
    let mut clearing = alert("disk", "disk.used[/var]", 91.0, 90.0, 50);
    clearing.phase = Phase::Clearing { since: now() - SignedDuration::from_secs(40) };
    let meanwhile =
        vec![cpu, clearing, ended(alert("memory", "memory.used", 92.0, 90.0, 100), Ending::Recovered, 40)];
    let since = now() - SignedDuration::from_hours(2);
    let of_alert = |alert: Alert| {
        let step = if alert.is_ended() { Step::Recovered } else { Step::Fired };
        told_of(&[News::Alert { alert, step }])
    };
    let incidents = meanwhile.into_iter().map(of_alert).collect();
    stage.tell(&Notice::Meanwhile { since, incidents, scopes: Vec::new(), more: 0 }).await;
    stage.said()
}

/// The incident that one piece of news after the other makes.
pub(crate) fn told_of(news: &[News]) -> Incident {
    let mut known: Vec<Incident> = Vec::new();
    for news in news {
        let change = fold(&known, news, &|_| Vec::new(), now()).expect("news of an incident");
        known = vec![Incident { number: 12, ..change.incident }];
    }
    known.remove(0)
}

fn of(name: &str, finding: Fate) -> Verdict {
    let who = Who {
        id: format!("id-{name}"),
        name: name.to_owned(),
        image: "postgres:17".to_owned(),
        project: None,
        service: None,
        muted: false,
    };
    Verdict::Container(ContainerVerdict {
        at: now() - SignedDuration::from_mins(20),
        who,
        finding,
        unseen: false,
    })
}

async fn verdicts(tag: &str) -> Vec<Heads> {
    let stage = busy(tag);
    let (within, lasted) = (Duration::from_secs(480), Duration::from_secs(3_720));
    let log =
        || vec!["LOG:  database system is shut down".to_owned(), "PANIC:  <could not write>".to_owned()];
    let crash = |times, back| Fate::Crashed { exit: Some(1), times, within, back, excused: false };
    let memory = |end| Fate::OutOfMemory { end, times: 1, within: Duration::ZERO };
    let looping = |out_of_memory| Fate::CrashLoop { exit: Some(137), out_of_memory, restarts: 3, within };
    for (finding, log) in [
        (crash(3, false), log()),
        (crash(1, true), Vec::new()),
        (memory(End::Died { back: false }), log()),
        (memory(End::Died { back: true }), Vec::new()),
        (memory(End::Survived), Vec::new()),
        (looping(false), log()),
        (looping(true), Vec::new()),
        (Fate::Unhealthy { times: 1, within: Duration::ZERO }, Vec::new()),
        (Fate::Unhealthy { times: 3, within }, Vec::new()),
        (Fate::Recovered { from: Trouble::Down, lasted }, Vec::new()),
        (Fate::Recovered { from: Trouble::Looping, lasted }, Vec::new()),
        (Fate::Recovered { from: Trouble::Ill, lasted }, Vec::new()),
        (Fate::Gone { was: Some(Trouble::Down) }, Vec::new()),
    ] {
        stage.tell(&Notice::Container { verdict: of("shop-postgres-1", finding), log }).await;
    }
    for (finding, minutes) in
        [(crash(1, false), 130), (crash(1, true), 0), (Fate::Slipped { restarts: 4 }, 0)]
    {
        let Verdict::Container(verdict) = of("shop-postgres-1", finding) else { continue };
        let at = now() - SignedDuration::from_mins(minutes);
        let verdict = Verdict::Container(ContainerVerdict { at, unseen: true, ..verdict });
        stage.tell(&Notice::Container { verdict, log: Vec::new() }).await;
    }
    let since = now() - SignedDuration::from_mins(3);
    let passed = |rebooted| EngineVerdict::Passed {
        since,
        rebooted,
        running: 40,
        down: vec!["shop-web-1".to_owned(), "runner".to_owned()],
    };
    let returned = |running, down: &[&str]| EngineVerdict::Returned {
        since,
        away: Duration::from_secs(42),
        running,
        down: down.iter().map(|it| (*it).to_owned()).collect(),
    };
    for verdict in [
        EngineVerdict::Lost { since, running: 40 },
        returned(40, &[]),
        returned(1, &[]),
        returned(40, &["shop-web-1", "runner"]),
        passed(true),
        passed(false),
    ] {
        stage.tell(&Notice::Container { verdict: Verdict::Engine(verdict), log: Vec::new() }).await;
    }
    stage.said()
}

/// One of a project.
fn part(name: &str, finding: Fate, at: jiff::Timestamp) -> Notice {
    let Verdict::Container(it) = of(name, finding) else { unreachable!("it is a container's") };
    let who = Who { project: Some("shop".to_owned()), ..it.who };
    let log = if name == "shop-postgres-1" {
        vec!["LOG:  checkpoint starting: time".to_owned(), "PANIC:  No space left on device".to_owned()]
    } else {
        Vec::new()
    };
    Notice::Container { verdict: Verdict::Container(ContainerVerdict { at, who, ..it }), log }
}

async fn incidents(tag: &str) -> Vec<Heads> {
    let crash =
        || Fate::Crashed { exit: Some(1), times: 1, within: Duration::ZERO, back: false, excused: false };
    let up = |seconds| Fate::Recovered { from: Trouble::Down, lasted: Duration::from_secs(seconds) };
    let minutes = SignedDuration::from_mins;
    let seconds = SignedDuration::from_secs;

    // Seven of a project fall with what they need, are taken on, and come back.
    let mut stage = busy(tag);
    stage.evidence.changes = vec![
        Changed { at: now() - minutes(12), what: Happening::Updated("shop-postgres-1".to_owned()) },
        Changed { at: now() - minutes(3), what: Happening::Healed("/var/lib/docker".to_owned()) },
    ];
    let names =
        ["postgres", "web", "api", "worker", "cron", "search", "mail"].map(|it| format!("shop-{it}-1"));
    for name in &names {
        let before = stage.said().len();
        stage.happens(&part(name, crash(), stage.now)).await;
        // The first word waits for the others.
        if name != &names[6] {
            stage.unsay(before);
        }
        stage.now += seconds(3);
    }
    stage.press(0, 0).await;
    stage.now += seconds(60);
    for name in &names[..5] {
        stage.happens(&part(name, up(70), stage.now)).await;
    }
    stage.now += seconds(101);
    for name in &names[5..] {
        stage.happens(&part(name, up(181), stage.now)).await;
    }
    let mut heads = stage.said();

    // The machine itself: two figures, one cause; its picture reaches farther back when asked to.
    let mut host = busy(tag);
    let process = |name: &str, cpu, gib| Busy { name: name.to_owned(), cpu, memory: gib * GIB };
    host.evidence.processes = vec![
        process("clickhouse-server", 612.0, 19),
        process("java", 143.0, 8),
        process("postgres", 71.0, 3),
    ];
    host.evidence.changes = vec![Changed { at: now() - minutes(21), what: Happening::Booted }];
    let fired = |alert| Notice::Alert { alert, step: Step::Fired };
    host.happens(&fired(alert("cpu", "cpu.busy", 93.0, 85.0, 4))).await;
    host.now += seconds(30);
    host.happens(&fired(critical(Alert { number: 2, ..alert("memory", "memory.used", 97.4, 97.0, 2) })))
        .await;
    host.press(1, 2).await;
    asked(&host, &["/ack", "/ack 1", "/alerts", "/ack 1 off", "/ack 99", "/card 1", "/why 1"]).await;
    heads.extend(host.said());

    // Docker goes, and comes back without some.
    let docker = busy(tag);
    let since = now() - minutes(3);
    let of_engine = |it| Notice::Container { verdict: Verdict::Engine(it), log: Vec::new() };
    docker.happens(&of_engine(EngineVerdict::Lost { since, running: 41 })).await;
    let down = vec!["shop-web-1".to_owned(), "runner".to_owned()];
    let away = Duration::from_secs(180);
    docker.happens(&of_engine(EngineVerdict::Returned { since, away, running: 41, down })).await;
    heads.extend(docker.said());

    // What needs another falls with it, in two projects; it is told late, reminded of, and goes on elsewhere.
    let mut kin = busy(tag);
    kin.kin = |name| if name == "vpn" { Vec::new() } else { vec!["vpn".to_owned()] };
    let lone = |name: &str| {
        let Verdict::Container(it) = of(name, crash()) else { unreachable!("it is a container's") };
        let verdict = Verdict::Container(ContainerVerdict { at: now(), ..it });
        Notice::Container { verdict, log: Vec::new() }
    };
    kin.happens(&lone("vpn")).await;
    kin.happens(&lone("torrent")).await;
    let mut incident = kin.remember(&News::of(&lone("radarr")).expect("news"), &kin.known()).0;
    let late = Some(now() - minutes(20));
    kin.show(&incident, Ring::Push, Showing { late, ..Showing::default() }).await;
    kin.goes_on(&incident).await;
    kin.now += SignedDuration::from_hours(4);
    incident.course.extend([0, 3].map(|open| Count { at: kin.now, open }));
    incident.rings = vec![kin.now; 3];
    kin.show(&incident, Ring::Edit, Showing { stale: true, ..Showing::default() }).await;
    heads.extend(kin.said());
    heads
}

async fn why(tag: &str) -> Vec<Heads> {
    let mut stage = quiet(tag);
    stage.ask("/why").await;
    let it = alert("cpu", "cpu.busy", 91.4, 85.0, 2);
    let step = async |stage: &mut Stage, alert: Alert, step: Step, minutes: i64| {
        stage.now += SignedDuration::from_mins(minutes);
        stage.happens(&Notice::Alert { alert, step }).await;
    };
    step(&mut stage, it.clone(), Step::Fired, 0).await;
    let worse =
        critical(Alert { finding: Finding { observed: 97.0, limit: 95.0, ..it.finding }, ..it.clone() });
    step(&mut stage, worse.clone(), Step::Worsened, 9).await;
    stage.ask("/ack").await;
    step(&mut stage, it.clone(), Step::Eased, 9).await;
    step(&mut stage, ended(it, Ending::Recovered, 0), Step::Recovered, 90).await;
    asked(&stage, &["/why", "/why #1", "/why cpu", "/why 7"]).await;
    for minute in 0..30 {
        let mut again = alert("cpu-unusual", "cpu.busy", 60.0, 50.0, 0);
        (again.number, again.since) = (2, stage.now);
        step(&mut stage, again.clone(), Step::Fired, minute).await;
        let over = Phase::Ended { at: stage.now, how: Ending::Recovered };
        step(&mut stage, Alert { phase: over, ..again }, Step::Recovered, 5).await;
    }
    let told = stage.said().len();
    stage.unsay(told - 60);
    stage.ask("/why").await;
    stage.press(0, 0).await;
    stage.said()
}

async fn containers(tag: &str) -> Vec<Heads> {
    let none = quiet(tag);
    none.world.set_engine_error(None);
    none.ask("/ps").await;
    let stage = busy(tag);
    let lines: Vec<String> = (0..45)
        .map(|it| format!("172.18.0.5 - - [24/Nov/2026:06:{it:02}:11 +0000] \"GET /api/v1/orders/{it} HTTP/1.1\" 200 512"))
        .collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    stage.world.set_log("shop-nginx-1", world::log(&lines));
    asked(&stage, &["/ps", "/ps all", "/ps all 2", "/ps ci", "/ps nothing", "/logs nginx 12", "/logs web"])
        .await;
    asked(&stage, &["/logs run", "/logs ngnix", "/logs xyzzy", "/logs", "/logs nginx 500"]).await;
    let mut heads = none.said();
    heads.extend(stage.said());
    heads
}

async fn looks(tag: &str) -> Vec<Heads> {
    let stage = busy(tag);
    world::uses(&stage.world);
    asked(&stage, &["/stats"]).await;
    stage.press(0, 1).await;
    asked(&stage, &["/stats shop-postgres-1"]).await;
    stage.press(1, 1).await;
    asked(&stage, &["/stats migrate-users 24h", "/graph shop-postgres-1 24h", "/graph runner memory"]).await;
    asked(&stage, &["/inspect shop-postgres-1", "/inspect loadtest", "/top postgres", "/top loadtest"]).await;
    asked(&stage, &["/images", "/volumes", "/networks", "/events", "/events 24h runner"]).await;
    let blind = busy(tag);
    asked(&blind, &["/stats", "/images", "/volumes", "/networks", "/events", "/stats a b c"]).await;
    blind.world.set_containers(Vec::new());
    blind.ask("/stats").await;
    let odd = busy(tag);
    world::hostile(&odd.world);
    odd.world.script_groups([Err(Unknown::because("/host/sys/fs/cgroup: no such file"))]);
    asked(&odd, &["/stats", "/inspect box", "/images", "/volumes"]).await;
    let mut heads = stage.said();
    heads.extend(blind.said());
    heads.extend(odd.said());
    heads
}

async fn logs(tag: &str) -> Vec<Heads> {
    let stage = busy(tag);
    let (web, db) = ("shop-nginx-1", "shop-postgres-1");
    let lines: Vec<String> = (0..58)
        .map(|it| match it {
            20 => "ERROR upstream timeout, password=hunter2 was refused".to_owned(),
            21 => "    at handler (/srv/app.js:12)".to_owned(),
            _ => format!("INFO GET /api/v1/orders/{it} 200"),
        })
        .collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    stage.world.set_log(web, world::log(&lines));
    stage.world.set_log(db, world::log(&["LOG:  ready", "WARNING:  slow query", "LOG:  done"]));
    stage.ask(&format!("/logs {web} 5")).await;
    stage.press(0, 0).await;
    stage.press(0, 1).await;
    stage.press(1, 1).await;
    for line in [
        format!("/logs {web} {db} 6"),
        format!("/logs {web} -g \"timeout|refused\" -C 1"),
        format!("/logs {web} -g nothing-like-it"),
        format!("/logs {web} --file"),
        format!("/logs {web} --colour"),
        format!("/logs {web} --grep"),
        format!("/logs {web} -n many"),
        format!("/logs {web} --since yesterday"),
        format!("/logs {web} --since 10m --until 1h"),
        format!("/logs {web} --level loud"),
        format!("/logs {web} -g .*"),
        format!("/logs {web} -g (\\w{{999}}){{999}}"),
        format!("/logs {web} --until 10m --follow"),
        "/logs a b c d e f g h i".to_owned(),
    ] {
        stage.ask(&line).await;
    }
    stage.world.stops_writing(web, Some(EngineError::Unreachable("connection reset".to_owned())));
    stage.ask(&format!("/logs {web} 3 --follow")).await;
    stage.world.set_detail(ContainerDetail {
        id: scenes::container(db, ContainerState::Running).id,
        name: db.to_owned(),
        state: ContainerState::Exited,
        exit_code: Some(137),
        ..ContainerDetail::default()
    });
    stage.world.stops_writing(db, None);
    stage.ask(&format!("/logs {db} --follow")).await;
    stage.said()
}

async fn restart(tag: &str) -> Vec<Heads> {
    let stage = busy(tag);
    world::details(&stage.world);
    asked(&stage, &["/restart", "/restart shop-web-1"]).await;
    stage.press(0, 1).await;
    stage.ask_late("/restart shop-web-1", 4000).await;
    stage.press(0, 0).await;
    stage.ask("/restart runner").await;
    stage.press(0, 0).await;
    stage.world.set_own_container(Some("id-vakhta"));
    stage.ask("/restart vakhta").await;
    stage.world.refuse("act", EngineError::Unanswered("no answer within 20 s".to_owned()));
    stage.ask("/restart shop-redis-1").await;
    stage.press(0, 0).await;
    stage.world.refuse("act", EngineError::Refused("403: the socket proxy forbids POST".to_owned()));
    stage.ask("/restart shop-redis-1").await;
    stage.press(0, 0).await;
    stage.said()
}

/// Every verb: from the list to a container's panel and on, projects, what else is reached, and what may become of it.
async fn hands(tag: &str) -> Vec<Heads> {
    let stage = busy(tag);
    world::town(&stage.world);
    for (name, cpu, memory) in
        [("shop-api-1", 187.0, 912.0), ("blog-ghost-1", 3.2, 145.0), ("vpn", 0.4, 12.0)]
    {
        let mebibytes = memory * 1024.0 * 1024.0;
        world::remember(&stage.world, SeriesKey::of("container.cpu", name), 60, 60, |_| cpu);
        world::remember(&stage.world, SeriesKey::of("container.memory", name), 60, 60, |_| mebibytes);
    }
    // The list, a page on, a container, and back.
    stage.ask("/ps").await;
    stage.press(0, 1).await;
    stage.press(4, 0).await;
    stage.press(2, 0).await;
    asked(&stage, &["/ps vpn", "/box ci-renovate-1", "/box ci-runner-b-1 all 2", "/box migrate-users"]).await;
    // A network that others share.
    stage.ask("/stop vpn").await;
    stage.ask("/restart vpn").await;
    stage.press(0, 0).await;
    // A project, in order.
    stage.ask("/stop shop").await;
    stage.press(0, 0).await;
    stage.ask("/start shop").await;
    stage.press(0, 0).await;
    // Each verb alone.
    for line in ["/pause shop-web-1", "/unpause shop-web-1", "/kill shop-web-1", "/start shop-web-1"] {
        stage.ask(line).await;
        stage.press(0, 0).await;
    }
    asked(
        &stage,
        &["/stop migrate-users", "/unpause migrate-users", "/pause migrate-users", "/start ci-renovate-1"],
    )
    .await;
    asked(&stage, &["/restart shop-web-1 postgres", "/restart sho", "/restart gitea-x web", "/start"]).await;
    // What is different when the button is pressed.
    let all = stage.world.containers_now();
    stage.ask("/stop vpn").await;
    stage.world.set_containers(all.iter().filter(|it| it.name != "vpn").cloned().collect());
    stage.press(0, 0).await;
    stage.world.set_containers(all);
    // What goes wrong.
    stage.world.set_log(
        "metrics-loki-1",
        world::log(&["level=info msg=starting", "open /loki/config.yaml: no such file"]),
    );
    stage.ask("/restart metrics-loki-1").await;
    world::ends_soon(&stage.world, "metrics-loki-1");
    stage.press(0, 0).await;
    stage.world.refuse("act", EngineError::Unanswered("no answer within 20 s".to_owned()));
    stage.ask("/stop metrics-grafana-1").await;
    stage.press(0, 0).await;
    stage.ask("/stop blog").await;
    stage.press(0, 0).await;
    stage.said()
}

async fn roles(tag: &str) -> Vec<Heads> {
    let viewer = busy(tag).of(Role::Viewer);
    asked(&viewer, &["/start", "/help", "/help restart", "/restart shop-web-1", "/jobs run morning"]).await;
    let operator = busy(tag).of(Role::Operator);
    let mut guarded = scenes::container("shop-db-1", ContainerState::Running);
    guarded.labels.push((ROLE.to_owned(), "admin".to_owned()));
    operator.world.set_containers(vec![guarded]);
    asked(&operator, &["/start", "/fix", "/restart shop-db-1"]).await;
    let mut heads = viewer.said();
    heads.extend(operator.said());
    heads
}

/// What an authenticator app shows at the moment of every scene.
const CODE: &str = "074442";

async fn codes(tag: &str) -> Vec<Heads> {
    let stage = busy(tag).guarded();
    stage.ask(CODE).await;
    stage.ask("/restart shop-web-1").await;
    stage.press(0, 0).await;
    asked(&stage, &["000 000", CODE]).await;
    stage.ask("/restart shop-web-1").await;
    stage.press(0, 0).await;
    asked(&stage, &[CODE, "000000", "000000", "000000"]).await;
    stage.ask("/restart shop-web-1").await;
    stage.press(0, 0).await;
    stage.said()
}

async fn audit(tag: &str) -> Vec<Heads> {
    let empty = quiet(tag);
    asked(&empty, &["/audit", "/audit 7d nginx"]).await;
    let stage = busy(tag);
    let ago = |minutes| now() - SignedDuration::from_mins(minutes);
    let deed = |minutes, who, what: &str, on: &str, outcome, words: &str| {
        let deed = Deed::begun(ago(minutes), who, what, on).ended(outcome, words);
        stage.world.put_deed(&deed).expect("it takes writes");
    };
    let (other, owner) = (Doer::Person(123_456_789), Doer::of(crate::stage::OWNER.0));
    deed(1300, Doer::Script, "mute", "project:shop", HowEnded::Done, "");
    deed(1200, other, "restart", "shop-web-1", HowEnded::Begun, "");
    deed(
        900,
        owner,
        "restart",
        "runner",
        HowEnded::Failed,
        "runner has not been restarted: it is still the same run.",
    );
    deed(600, Doer::Vakhta, "heal", "/", HowEnded::Done, "4.1 GiB freed");
    deed(500, Doer::Vakhta, "heal", "/", HowEnded::Budget, "");
    deed(60, other, "fix", "", HowEnded::Role, "");
    deed(50, other, "restart", "vakhta", HowEnded::Own, "");
    deed(40, other, "restart", "docker-proxy", HowEnded::Protected, "");
    deed(30, other, "restart", "shop-web-1", HowEnded::Code, "wrong");
    deed(20, other, "restart", "shop-redis-1", HowEnded::Unknown, "docker: no answer within 20 s");
    deed(10, owner, "fix", "", HowEnded::Done, "");
    deed(5, Doer::Console, "ack", "12", HowEnded::Done, "");
    for minute in 0..3 {
        deed(4 - minute, owner, "mute", "2h", HowEnded::Done, "");
    }
    asked(&stage, &["/audit"]).await;
    stage.press(0, 0).await;
    asked(&stage, &["/audit 7d shop", "/audit soon later"]).await;
    let mut heads = empty.said();
    heads.extend(stage.said());
    heads
}

async fn fix(tag: &str) -> Vec<Heads> {
    let stage = busy(tag);
    stage.ask("/fix").await;
    stage.press(1, 1).await;
    stage.ask("/fix 2").await;
    stage.press(0, 0).await;
    stage.ask("/fix").await;
    stage.press(1, 0).await;
    stage.ask("/fix").await;
    stage.ask("/fix logs").await;
    let vain = busy(tag);
    vain.world.set_frees_nothing();
    vain.world
        .refuse("prune_build_cache", EngineError::Refused("a prune operation is already running".to_owned()));
    vain.ask("/fix").await;
    vain.press(1, 0).await;
    let changed = busy(tag);
    changed.ask("/fix").await;
    changed.world.set_disk_usage(world::more_images());
    changed.press(0, 0).await;
    let hoarded = busy(tag);
    world::hoard(&hoarded.world);
    hoarded.ask("/fix").await;
    hoarded.ask("/fix /srv").await;
    hoarded.ask("/fix 7").await;
    let mut heads = stage.said();
    heads.extend(vain.said());
    heads.extend(changed.said());
    heads.extend(hoarded.said());
    heads
}

async fn healing(tag: &str) -> Vec<Heads> {
    let stage = busy(tag);
    let it = alert("disk", "disk.used[/var/lib/docker]", 93.0, 90.0, 4);
    let step = |remedy: &str, loss, items, bytes, names: &[&str]| PlanStep {
        remedy: remedy.to_owned(),
        items,
        bytes,
        names: names.iter().map(|it| (*it).to_owned()).collect(),
        loss,
        mark: remedy.to_owned(),
    };
    let plan = Plan {
        mount: "/var/lib/docker".to_owned(),
        available: 35 * GIB,
        steps: vec![
            step("dangling-images", Loss::Nothing, 3, 2 * GIB, &[]),
            step("build-cache", Loss::Rebuilt, 31, 5 * GIB + GIB / 2, &[]),
            step(
                "stopped-containers",
                Loss::Gone,
                7,
                3 * GIB,
                &["old-import-2025-03", "loadtest", "a", "b", "c"],
            ),
        ],
        hoards: vec![
            Hoard::Volume { name: "shop_pgdata".to_owned(), bytes: 40 * GIB },
            Hoard::Log { container: "shop-web-1".to_owned(), bytes: 17 * GIB, is_bounded: false },
        ],
        barred: Vec::new(),
    };
    let nothing = Plan { steps: Vec::new(), ..plan.clone() };
    stage.tell(&Notice::Proposal { alert: it.clone(), plan: plan.clone() }).await;
    stage.tell(&Notice::Observation { alert: it.clone(), plan }).await;
    stage.tell(&Notice::Proposal { alert: it.clone(), plan: nothing }).await;
    let did = |remedy: &str, items, claimed, freed| Done {
        remedy: remedy.to_owned(),
        items,
        claimed,
        freed: Some(freed),
        ..Done::default()
    };
    let relief = Relief {
        mount: "/var/lib/docker".to_owned(),
        before: 35 * GIB,
        after: 41 * GIB,
        done: vec![did("dangling-images", 3, 2 * GIB, GIB), did("build-cache", 21, 5 * GIB, 5 * GIB)],
    };
    stage.tell(&Notice::Healed { alert: Some(it.clone()), relief: relief.clone() }).await;
    let vain = Relief {
        after: 35 * GIB,
        done: vec![Done {
            remedy: "build-cache".to_owned(),
            failure: Some("refused: a prune operation is already running".to_owned()),
            ..Done::default()
        }],
        ..relief
    };
    stage.tell(&Notice::Healed { alert: Some(it), relief: vain }).await;
    stage.said()
}

fn attempt(number: u32, verb: Verb, mode: Mode) -> Try {
    Try { policy: "unhealthy".to_owned(), verb, attempt: number, of: 3, mode }
}

/// What was done about an incident, on its card.
async fn story(tag: &str) -> Vec<Heads> {
    let ill = || Fate::Unhealthy { times: 1, within: Duration::ZERO };
    let notice = |name: &str, finding: Fate, at: jiff::Timestamp| {
        let Verdict::Container(it) = of(name, finding) else { unreachable!("it is a container's") };
        Notice::Container { verdict: Verdict::Container(ContainerVerdict { at, ..it }), log: Vec::new() }
    };
    let done = || HealStep::Ended { outcome: DeedOutcome::Done, along: Vec::new() };
    let began = |number, by| HealStep::Began { what: attempt(number, Verb::Restart, Mode::Auto), by };
    let helped = |helped| HealStep::Verified { helped, since: None };
    let minutes = SignedDuration::from_mins;

    // Offered, pressed, and well.
    let mut stage = busy(tag);
    stage.happens(&notice("nginx", ill(), stage.now)).await;
    stage.now += minutes(2);
    stage.heals("nginx", HealStep::Offered(attempt(1, Verb::Restart, Mode::Ask))).await;
    stage.now += SignedDuration::from_secs(40);
    stage.heals("nginx", began(1, Some(1001))).await;
    stage
        .heals("nginx", HealStep::Ended { outcome: DeedOutcome::Done, along: vec!["torrent".to_owned()] })
        .await;
    stage.now += SignedDuration::from_secs(25);
    let lasted = Duration::from_secs(185);
    stage.happens(&notice("nginx", Fate::Recovered { from: Trouble::Ill, lasted }, stage.now)).await;
    stage.now += SignedDuration::from_secs(20);
    stage.heals("nginx", helped(true)).await;
    stage.ask("/why 1").await;
    let mut heads = stage.said();

    // Tried three times by itself, in vain.
    let mut stage = busy(tag);
    stage.happens(&notice("nginx", ill(), stage.now)).await;
    for (number, pause) in [(1, 2), (2, 3), (3, 8)] {
        stage.now += minutes(pause);
        stage.heals("nginx", began(number, None)).await;
        stage.heals("nginx", done()).await;
        stage.now += minutes(2);
        stage.heals("nginx", helped(false)).await;
    }
    let until = stage.now + minutes(60);
    stage.heals("nginx", HealStep::BreakerOpened { failures: 3, until }).await;
    stage.heals("nginx", HealStep::GaveUp(Hopeless::Spent { tried: 3 })).await;
    heads.extend(stage.said());

    // Only looked on; not wanted; refused; a loop.
    let stage = busy(tag);
    stage.happens(&notice("nginx", ill(), stage.now)).await;
    stage.heals("nginx", HealStep::Offered(attempt(1, Verb::Restart, Mode::Observe))).await;
    stage.heals("nginx", HealStep::Declined { by: 1001 }).await;
    stage.heals("nginx", began(1, None)).await;
    let refused = DeedOutcome::Refused("403 by the proxy".to_owned());
    stage.heals("nginx", HealStep::Ended { outcome: refused, along: Vec::new() }).await;
    stage.heals("nginx", helped(false)).await;
    stage.heals("nginx", HealStep::GaveUp(Hopeless::Looping)).await;
    heads.extend(stage.said());
    heads
}

/// What healing may do, and the switch.
async fn heal(tag: &str) -> Vec<Heads> {
    let stage = busy(tag);
    stage.ask("/heal").await;
    for (number, helped) in [(1, false), (2, true)] {
        let at = stage.now - SignedDuration::from_mins(30 - i64::from(number) * 10);
        let note = |what| Heal { at, alert: None, target: "shop-web-1".to_owned(), what };
        let what = attempt(number, Verb::Restart, Mode::Auto);
        let steps = [HealStep::Began { what, by: None }, HealStep::Verified { helped, since: None }];
        steps.into_iter().for_each(|it| stage.world.put_heal(&note(it)).expect("a world in memory"));
    }
    let until = stage.now + SignedDuration::from_mins(40);
    let open = HealStep::BreakerOpened { failures: 3, until };
    let at = stage.now - SignedDuration::from_mins(5);
    stage
        .world
        .put_heal(&Heal { at, alert: None, target: "db".to_owned(), what: open })
        .expect("a world in memory");
    stage.ask("/heal unhealthy auto").await;
    stage.press(0, 0).await;
    stage.ask("/heal on").await;
    stage.ask("/heal off").await;
    stage.ask("/heal nothing auto").await;
    stage.ask("/heal off some").await;
    stage.said()
}

/// What became of containers: crashes, a remedy that helped and one that did not, restarts by hand.
fn digest_of_containers(stage: &Stage) {
    let heal = |hours: i64, target: &str, what: HealStep| {
        let at = now() - SignedDuration::from_hours(hours);
        let heal = Heal { at, alert: None, target: target.to_owned(), what };
        stage.world.put_heal(&heal).expect("the store of a fake takes everything");
    };
    let since = Some(now() - SignedDuration::from_hours(7));
    heal(7, "shop-web-1", HealStep::Verified { helped: true, since });
    heal(3, "clickhouse-server-with-a-long-name<b>", HealStep::Verified { helped: false, since: None });
    for (hours, name) in
        [(2, "shop-web-1"), (3, "shop-web-1"), (4, "shop-db-1"), (6, "proxy"), (8, "имя-контейнера")]
    {
        let at = now() - SignedDuration::from_hours(hours);
        let deed = jobs::audit::Deed::begun(at, jobs::audit::Who::Person(42), "restart", name)
            .ended(jobs::audit::Outcome::Done, "");
        stage.world.put_deed(&deed).expect("the store of a fake takes everything");
    }
    let of = |name: &str, finding| News::Verdict { verdict: of(name, finding), log: vec![] };
    let crash = Fate::Crashed {
        exit: Some(1),
        times: 4,
        within: Duration::from_secs(600),
        back: true,
        excused: false,
    };
    let ill = Fate::Unhealthy { times: 1, within: Duration::ZERO };
    let well = Fate::Recovered { from: Trouble::Ill, lasted: Duration::from_secs(412) };
    let crashed = Incident { number: 31, ..told_of(&[of("shop-worker-1", crash)]) };
    let healed = Incident { number: 32, ..told_of(&[of("shop-web-1", ill), of("shop-web-1", well)]) };
    stage.world.set_incidents(vec![crashed, healed]);
}

async fn digest(tag: &str) -> Vec<Heads> {
    let young = quiet(tag);
    young.ask("/digest").await;
    let nothing = quiet(tag);
    ordinary(&nothing, 2);
    nothing.ask("/digest").await;
    let first = quiet(tag);
    ordinary(&first, 1);
    first.ask("/digest").await;
    let calm = quiet(tag);
    ordinary(&calm, 2);
    let it = odd("cpu-unusual", "cpu.busy", 71.0, 40.0, 300);
    put(&calm, ended(it, Ending::Recovered, 250), Step::Faded);
    calm.ask("/digest").await;
    let stage = busy(tag);
    remember_alerts(&stage);
    for minutes in [400, 500, 600, 700, 800, 900, 1000] {
        put(
            &stage,
            ended(alert("cpu-unusual", "cpu.busy", 71.0, 55.0, minutes), Ending::Recovered, minutes - 20),
            Step::Recovered,
        );
    }
    put(&stage, odd("sent-unusual", "net.out[wg0]", 12.4e6, 3.1e6, 41), Step::Noted);
    for minutes in [300, 600] {
        let alert = odd("memory-unusual", "memory.used", 82.0, 71.0, minutes);
        put(&stage, ended(alert, Ending::Recovered, minutes - 50), Step::Faded);
    }
    let settled = odd("received-unusual", "net.in[enp1s0]", 31e6, 11e6, 1420);
    put(&stage, ended(settled, Ending::Settled, 10), Step::Faded);
    let mut few = odd("few", "containers.running", 12.0, 30.0, 500);
    few.finding.side = Side::Below;
    put(&stage, ended(few, Ending::Recovered, 400), Step::Faded);
    let relief =
        Relief { mount: "/var/lib/docker".to_owned(), before: 35 * GIB, after: 41 * GIB, done: Vec::new() };
    let at = now() - SignedDuration::from_hours(5);
    let heal =
        Heal { at, alert: None, target: "/var/lib/docker".to_owned(), what: HealStep::Applied(relief) };
    stage.world.put_heal(&heal).expect("the store of a fake takes everything");
    digest_of_containers(&stage);
    asked(
        &stage,
        &[
            "/digest",
            "/digest 24h table",
            "/digest 7d",
            "/digest 7d all",
            "/digest yesterday",
            "/digest tomorrow",
        ],
    )
    .await;
    asked(&stage, &["/digest 2026-12-20..2026-12-22"]).await;
    let weekly = busy(tag);
    world::weeks(&weekly.world);
    remember_alerts(&weekly);
    digest_of_containers(&weekly);
    weekly.tell(&Notice::Digest(summed(&weekly, "weekly", 7 * 24).await)).await;
    let night = busy(tag);
    remember_alerts(&night);
    digest_of_containers(&night);
    let cpu = News::Alert { alert: alert("cpu", "cpu.busy", 91.4, 85.0, 312), step: Step::Fired };
    let loops = Fate::CrashLoop {
        exit: Some(1),
        out_of_memory: false,
        restarts: 6,
        within: Duration::from_secs(340),
    };
    let looping = told_of(&[News::Verdict { verdict: of("shop-queue-1", loops), log: vec![] }]);
    let incidents = vec![Incident { number: 33, ..told_of(&[cpu]) }, Incident { number: 34, ..looping }];
    let backlog = Some(Backlog { incidents, more: 0 });
    let morning = Digest { backlog, ..summed(&night, "morning", 24).await };
    night.tell(&Notice::Digest(morning)).await;
    let mut heads = young.said();
    for it in [nothing, first, calm, stage, weekly, night] {
        heads.extend(it.said());
    }
    heads
}

/// Some days of a machine on which nothing happens.
fn ordinary(stage: &Stage, days: i64) {
    let length = days * 86_400;
    for (metric, mean) in [("cpu.busy", 6.0), ("memory.used", 31.0), ("load.1", 0.4)] {
        let shape = |it| world::days(it, days as f64, mean, mean / 3.0);
        world::remember(&stage.world, SeriesKey::whole(metric), length, 60, shape);
    }
    let shape = |it| 38.0 + days as f64 * it;
    world::remember(&stage.world, SeriesKey::of("disk.used", "/"), length, 600, shape);
}

/// The digest of so many hours, as a watch makes it.
async fn summed(stage: &Stage, job: &str, hours: u64) -> Digest {
    let (ports, rules) = (stage.world.ports(), stage.rules());
    let context = jobs::JobContext { now: now(), job, rules, ports: &ports };
    let period = Period::ending(now(), Duration::from_secs(hours * 3600));
    sum_up(&Settings::default(), period, context).await.expect("a world in memory")
}

async fn jobs(tag: &str) -> Vec<Heads> {
    let stage = quiet(tag);
    let run = |seconds, outcome, milliseconds| RunFacts {
        due: now() - SignedDuration::from_secs(seconds),
        started: now() - SignedDuration::from_secs(seconds),
        took: Duration::from_millis(milliseconds),
        outcome,
    };
    let job = |name: &str, kind, next: i64, last| JobFacts {
        name: name.to_owned(),
        kind,
        next: Some(now() + SignedDuration::from_secs(next)),
        last,
        running_since: None,
        skipped: 0,
        failures: 0,
    };
    let failed = Outcome::Failed("asking Docker: unreachable: /var/run/docker.sock is not there".to_owned());
    let mut heal = job("heal", "heal", 15, Some(run(45, failed, 4)));
    heal.failures = 12;
    let mut weekly = job("weekly", "digest", 4 * 86_400, None);
    (weekly.next, weekly.running_since, weekly.skipped) =
        (None, Some(now() - SignedDuration::from_secs(8)), 3);
    *stage.board.jobs.lock().expect("nobody panicked") = vec![
        job("sample", "sample", 0, Some(run(10, Outcome::Done, 3))),
        job("evaluate", "evaluate", 5, Some(run(25, Outcome::TimedOut, 20_000))),
        heal,
        job("morning", "digest", 86_000, Some(run(750, Outcome::Done, 1240))),
        weekly,
    ];
    asked(&stage, &["/jobs", "/jobs run morning", "/jobs run weekly", "/jobs run nonsense", "/jobs now"])
        .await;
    let trouble =
        |failures, why: &str| Notice::Trouble { job: "heal".to_owned(), why: why.to_owned(), failures };
    stage.tell(&trouble(3, "asking Docker: unreachable: /var/run/docker.sock is not there")).await;
    stage.tell(&trouble(21, "given up after 300 s")).await;
    stage.said()
}

async fn help(tag: &str) -> Vec<Heads> {
    let stage = quiet(tag);
    asked(&stage, &["/start", "/help", "/help graph", "/help /logs", "/help nonsense", "hello"]).await;
    asked(&stage, &["/statuss", "/xyzzyplugh", "/mute soon"]).await;
    // More than is answered at once: the question that was too much, and what is said to it.
    let hurried = quiet(tag).hurried();
    asked(&hurried, &["/version"; 21]).await;
    let mut heads = stage.said();
    let last = hurried.said().len() - 2;
    heads.extend(hurried.said().into_iter().skip(last));
    heads
}

/// Who one is, and what is not set up yet; then the same in a set-up that lacks nothing.
async fn first_contact(tag: &str) -> Vec<Heads> {
    let bare = quiet(tag).lacking(vec![Lack::Root, Lack::Codes, Lack::SecondWay]);
    bare.ask("/start").await;
    let viewer = busy(tag).of(Role::Viewer);
    viewer.ask("/start").await;
    let mut heads = bare.said();
    heads.extend(viewer.said());
    heads
}

/// Every reason there is to be spoken to in a language.
async fn language(tag: &str) -> Vec<Heads> {
    let stage = quiet(tag);
    stage.ask("/language").await;
    let mut heads = stage.said();
    for app in [tag, "eo"] {
        let stage = quiet(tag).speaking(app);
        stage.ask("/language").await;
        heads.extend(stage.said());
    }
    let stage = quiet(tag).speaking("eo");
    for line in [&format!("/language {tag}"), "/language auto", "/language eo"] {
        stage.ask(line).await;
    }
    heads.extend(stage.said());
    heads
}

/// One message: home, a list, a container, its log, back; a card; the pictures; close.
async fn menu(tag: &str) -> Vec<Heads> {
    const LAST: usize = usize::MAX;
    let stage = busy(tag);
    stage.world.set_log("blog-ghost-1", world::log(&["listening on 2368", "GET / 200"]));
    stage.ask("/menu").await;
    // Containers, the first of them, its log, back, back, home.
    for (row, column) in [(0, 1), (0, 0), (1, 0), (LAST, 0)] {
        stage.press(row, column).await;
    }
    stage.ask("/menu").await;
    // Graphs, the processors, a day of them, back to the graphs, closed.
    for (row, column) in [(1, 1), (0, 1), (0, 2), (LAST, 0), (LAST, 1)] {
        stage.press(row, column).await;
    }
    stage.ask("/menu").await;
    // Alerts, and jobs.
    stage.press(1, 0).await;
    stage.ask("/menu").await;
    stage.press(2, 0).await;
    asked(&stage, &["/help act", "/help logs"]).await;
    stage.said()
}

async fn house(tag: &str) -> Vec<Heads> {
    let stage = quiet(tag);
    for house in [
        House::Strangers { messages: 1, last: 777_000 },
        House::Strangers { messages: 24, last: 777_000 },
        House::TwoPollers,
        House::StoreSetAside { kept_as: "/data/vakhta.sqlite3.damaged-2026-11-24".to_owned() },
        House::StoreFull { why: "/data: No space left on device".to_owned() },
        House::StoreReturned,
        House::Stumbled { id: "E-204817".to_owned(), place: "jobs/src/digest/change.rs:88:14".to_owned() },
        House::CutOff { line: "/graph cpu 7d".to_owned(), how: CutOff::Unanswered },
        House::CutOff { line: "/restart nginx".to_owned(), how: CutOff::NotBegun },
        House::CutOff { line: "/restart nginx".to_owned(), how: CutOff::Unknown },
        House::CutOff {
            line: "/restart nginx".to_owned(),
            how: CutOff::Ended { words: "✅ nginx was restarted, and runs.".to_owned() },
        },
        House::Restored { of: now() - SignedDuration::from_hours(9) },
        House::Began(Box::new(began(None))),
        House::Began(Box::new(began(Some(former())))),
        House::Began(Box::new(Began { reach: Reach::ReadOnly, ..began(None) })),
        House::SwitchUnheard {
            since: now() - SignedDuration::from_mins(15),
            until: now(),
            why: "the dead man's switch: no answer in time".to_owned(),
        },
        House::TopicGone,
        House::GroupLost {
            chat: -1_001_234_567_890,
            why: "Forbidden: bot was kicked from the supergroup chat".to_owned(),
        },
        House::Settings(changes("disk-home")),
        House::SettingsWrong { mistakes: vec![wrong("/etc/vakhta/vakhta.toml")], more: 2 },
    ] {
        stage.tell(&Notice::House(house)).await;
    }
    stage.world.set_store_error(Some("database is locked"));
    stage.ask("/alerts").await;
    stage.said()
}

/// One of each kind.
pub(crate) fn changes(name: &str) -> Vec<Change> {
    let declared = |what, how, cron: Option<&str>| Change::Declared {
        what,
        how,
        name: name.to_owned(),
        cron: cron.map(str::to_owned),
    };
    let setting = |value: Option<&str>| Change::Setting {
        name: if value.is_some() { "LOCALE" } else { "BOT_TOKEN" }.to_owned(),
        value: value.map(str::to_owned),
    };
    vec![
        declared(Declared::Rule, How::New, None),
        declared(Declared::Rule, How::Gone, None),
        declared(Declared::Rule, How::Changed, None),
        declared(Declared::Job, How::New, Some("0 0 21 * * *")),
        declared(Declared::Job, How::Gone, None),
        declared(Declared::Job, How::Changed, Some("0 30 8 * * *")),
        declared(Declared::Mute, How::New, None),
        declared(Declared::Mute, How::Gone, None),
        declared(Declared::Mute, How::Changed, None),
        Change::Person { id: 43, role: Some("operator".to_owned()) },
        Change::Person { id: 44, role: None },
        setting(Some("de")),
        setting(None),
        Change::Waits { name: "DATA_DIR".to_owned() },
    ]
}

/// A mistake in a file.
pub(crate) fn wrong(place: &str) -> Wrong {
    Wrong {
        place: place.to_owned(),
        line: 12,
        what: "unknown key `metrik`".to_owned(),
        remedy: "did you mean metric?".to_owned(),
    }
}

fn began(former: Option<Former>) -> Began {
    Began {
        at: now(),
        version: "0.2.0".to_owned(),
        containers: Ok(41),
        filesystems: Some(3),
        digest: Some(now() + SignedDuration::from_hours(14)),
        former,
        reach: Reach::Everything,
    }
}

fn former() -> Former {
    let runs = |job: &str, count, is_made_up| MissedRuns { job: job.to_owned(), count, is_made_up };
    Former {
        since: now() - SignedDuration::from_mins(192),
        why: Absence::Rebooted,
        updated_from: Some("0.1.0".to_owned()),
        runs: vec![runs("morning", 1, true), runs("weekly", 2, false)],
        samples: 1148,
        down: vec!["shop-postgres-1".to_owned()],
    }
}

async fn absent(tag: &str) -> Vec<Heads> {
    let stage = quiet(tag);
    asked(&stage, &["/ps", "/logs web", "/restart web", "/fix", "/version"]).await;
    for error in [
        EngineError::Refused("403 Forbidden: the socket proxy forbids GET /containers/json".to_owned()),
        EngineError::Unanswered("no answer within 10 s".to_owned()),
        EngineError::Garbled("GET /containers/json: expected value at line 1 column 1".to_owned()),
    ] {
        stage.world.set_engine_error(Some(error));
        stage.ask("/ps").await;
    }
    stage.world.set_engine_error(None);
    stage.world.set_allowed(Allowed::profile(Profile::Viewer));
    asked(&stage, &["/restart web", "/help"]).await;
    stage.world.set_allowed(Allowed::by(|_| Permission::Missing));
    stage.ask("/restart web").await;
    let dark = Stage::new(World::new(), tag, now(), "vps-1");
    dark.world.set_engine_error(Some(world::no_docker()));
    world::look(&dark.world, &dark.ports, scenes::darkness(now()), &[]);
    asked(&dark, &["/status", "/cpu", "/ram", "/disk", "/uptime", "/graph"]).await;
    let mut heads = stage.said();
    heads.extend(dark.said());
    heads
}

/// The chat was out of reach for an hour and a half.
async fn catch_up(tag: &str) -> Vec<Heads> {
    let stage = busy(tag);
    let (since, until) = (now() - SignedDuration::from_mins(95), now());
    let web = |finding| News::Verdict { verdict: of("shop-web-1", finding), log: Vec::new() };
    let cpu = alert("cpu", "cpu.busy", 91.4, 85.0, 12);
    let memory = alert("memory", "memory.used", 92.0, 90.0, 75);
    let fired = |alert: &Alert| News::Alert { alert: alert.clone(), step: Step::Fired };
    let well = News::Alert { alert: ended(memory.clone(), Ending::Recovered, 30), step: Step::Recovered };
    let lasted = Duration::from_secs(412);
    let numbered = |number, news: &[News]| Incident { number, ..told_of(news) };
    let incidents = vec![
        numbered(11, &[fired(&memory), well]),
        numbered(
            12,
            &[
                web(Fate::Unhealthy { times: 1, within: Duration::ZERO }),
                web(Fate::Recovered { from: Trouble::Ill, lasted }),
            ],
        ),
        numbered(13, &[fired(&cpu)]),
    ];
    stage.tell(&Notice::CatchUp { since, until, incidents }).await;
    stage.said()
}

/// What the filter before Docker forbids: in a plan, in the rules of healing, on a card; and what became of a disk.
async fn barred(tag: &str) -> Vec<Heads> {
    let stage = busy(tag);
    stage.world.set_allowed(Allowed::profile(Profile::Operator));
    world::details(&stage.world);
    asked(&stage, &["/fix", "/fix 1"]).await;
    let viewer = busy(tag);
    viewer.world.set_allowed(Allowed::profile(Profile::Viewer));
    asked(&viewer, &["/fix", "/heal", "/ps shop"]).await;
    let mut heads = stage.said();
    heads.extend(viewer.said());

    // A card of something ill that may not be restarted.
    let card = busy(tag);
    card.world.set_allowed(Allowed::profile(Profile::Viewer));
    let verdict = of("nginx", Fate::Unhealthy { times: 1, within: Duration::ZERO });
    card.happens(&Notice::Container { verdict, log: Vec::new() }).await;
    card.heals("nginx", HealStep::Forbidden(Right::Restart)).await;
    heads.extend(card.said());

    // A disk's card: what could be done, was done, and that there is nothing more.
    let disk = busy(tag);
    let mount = "/var/lib/docker";
    let mut full = alert("disk", "disk.used[/var/lib/docker]", 93.0, 90.0, 4);
    (full.number, full.remedy) = (7, Some("disk".to_owned()));
    disk.happens(&Notice::Alert { alert: full, step: Step::Fired }).await;
    let relief = |before, after| Relief { mount: mount.to_owned(), before, after, done: Vec::new() };
    for step in [
        HealStep::Planned { bytes: 10 * GIB, mode: Mode::Ask },
        HealStep::Applied(relief(35 * GIB, 41 * GIB)),
        HealStep::Applied(relief(41 * GIB, 41 * GIB)),
        HealStep::Nothing,
    ] {
        disk.heals_of(Some(7), mount, step).await;
    }
    heads.extend(disk.said());
    heads
}

async fn hostile(tag: &str) -> Vec<Heads> {
    let stage = Stage::new(World::new(), tag, now(), world::HOSTILE);
    let snapshot = world::hostile(&stage.world);
    let mounts: Vec<String> = snapshot.filesystems.iter().flatten().map(|it| it.mount.clone()).collect();
    world::look(&stage.world, &stage.ports, snapshot, &[10.0, 20.0]);
    for mount in &mounts {
        world::remember(&stage.world, SeriesKey::of("disk.used", mount), 86_400, 600, |it| 40.0 + 55.0 * it);
    }
    for line in ["/status", "/cpu", "/ram", "/disk", "/ps", "/graph disk 24h", "/digest"] {
        stage.ask(line).await;
    }
    stage.ask(&format!("/logs {}", world::HOSTILE)).await;
    stage.ask("/restart very-long").await;
    stage.ask(&format!("/{}", world::HOSTILE)).await;
    stage.ask(&format!("/restart {}", "x".repeat(300))).await;
    for mount in &mounts[..2] {
        let it = alert("disk", &format!("disk.used[{mount}]"), 95.0, 90.0, 12);
        stage.tell(&Notice::Alert { alert: it, step: Step::Fired }).await;
    }
    let trouble = Notice::Trouble {
        job: world::HOSTILE.to_owned(),
        why: format!("<i>{}", "boom ".repeat(80)),
        failures: 5,
    };
    stage.tell(&trouble).await;
    stage.said()
}
