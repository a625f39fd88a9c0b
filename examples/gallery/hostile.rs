//! Everything there is to say, about a machine on which everything is called something hostile.
//!
//! The kinds of news are listed by full matches: a new one does not compile before it has a word here, and the test
//! fails before it has a scene in [`notices`].

use std::time::Duration;

use jiff::SignedDuration;
use jobs::alert::{Alert, Culprit, Ending, Eta, Phase, Place, Severity, Step};
use jobs::audit::{Deed, Outcome as HowEnded, Who as Doer};
use jobs::declare::Rule;
use jobs::digest::{Backlog, ContainerSummary, Digest};
use jobs::evaluate::Detector;
use jobs::evaluate::forecast::Outlook;
use jobs::fakes::World;
use jobs::fakes::scenes::{self, GIB, filesystem};
use jobs::heal::{
    Barred, Done, Heal, HealStep, Hoard, Hopeless, Loss, Mode, Outcome as DeedOutcome, Plan, PlanStep,
    Relief, Try,
};
use jobs::incident::{Busy, Changed, Happening, Incident, News, Ring};
use jobs::metric::SeriesKey;
use jobs::mute::{After, By, Mute, Scope};
use jobs::notice::{Absence, Began, CutOff, Former, House, MissedRuns, Notice};
use jobs::ports::{
    Attachment, Container, ContainerDetail, ContainerState, EngineEvent, EngineInfo, EventAction, Health,
    HealthCheck, ImageUse, Interface, Mount, Network, Process, Processes, Reach, Right, Store, Temperature,
    Unknown, Verb, VolumeUse,
};
use jobs::verdict::{ContainerVerdict, End, EngineVerdict, Finding, Trouble, Verdict, Who};
use vakhta::command;
use vakhta::present::incident::Showing;
use vakhta::run::{JobFacts, Outcome, RunFacts};

use crate::scenes::{alert, changes, critical, ended, put, told_of, wrong};
use crate::stage::{Heads, Stage, built_in};
use crate::world::{self, now};

/// What things may be called, by what is hostile in it: markup; length; pictures; writing from right to left, with marks
/// that turn lines around; and what moves a cursor.
pub(crate) fn guises() -> [String; 5] {
    [
        "<b>&\"_*`[x](y)</pre>".to_owned(),
        "very-long-name-".repeat(14),
        "📦👩‍👩‍👧🏴‍☠️".repeat(9),
        "\u{202e}סכנה\u{2067}-שלום-db".to_owned(),
        "a\nb\tc\u{7}\u{1b}[31m\r\u{85}\u{2028}d".to_owned(),
    ]
}

/// All of it in one name, at both ends, so that it is there still when the middle gives way.
pub(crate) fn monster() -> String {
    format!("<b>&\"_*📦\u{202e}סכנה {} \u{7}\n\u{202e}שלום📦`_*&</b>", "long-".repeat(40))
}

/// A machine, its engine and its memory where everything is called so.
fn stage(tag: &str, name: &str) -> Stage {
    let stage = Stage::new(World::new(), tag, now(), name).called(name);
    let world = &*stage.world;
    let mut snapshot = scenes::machine(now());
    snapshot.filesystems = Ok(vec![
        filesystem(&format!("/mnt/{name}"), 95 * GIB, 5 * GIB),
        filesystem(&format!("/srv/{name}/2"), 10 * GIB, 90 * GIB),
    ]);
    let interface = |it: &str| Interface { name: it.to_owned(), received: 0, sent: 0, errors: 0 };
    snapshot.interfaces = Ok(vec![interface(name), interface("eth0")]);
    snapshot.temperatures = Ok(vec![Temperature { sensor: name.to_owned(), celsius: 71.0 }]);
    snapshot.load = Err(Unknown::because(name));
    let process = |pid, cpu| Process { pid, name: name.to_owned(), cpu, memory: 900 << 20 };
    world.set_processes(vec![process(1, 301.0), process(2, 4.0)]);
    engine(world, name);
    world::look(world, &stage.ports, snapshot, &[10.0, 20.0]);
    memory(&stage, name);
    stage
}

fn engine(world: &World, name: &str) {
    world.set_info(EngineInfo {
        version: name.to_owned(),
        api: name.to_owned(),
        host: name.to_owned(),
        kind: name.to_owned(),
        root: "/".to_owned(),
    });
    let container = |suffix: &str, state, status: &str| Container {
        project: Some(name.to_owned()),
        service: Some(name.to_owned()),
        image: name.to_owned(),
        status: status.to_owned(),
        networks: vec![name.to_owned()],
        volumes: vec![name.to_owned()],
        labels: vec![("com.docker.compose.depends_on".to_owned(), format!("{name}:{name}:true"))],
        ..scenes::container(&format!("{name}{suffix}"), state)
    };
    let mut all = vec![
        container("", ContainerState::Running, "Up 2 hours (unhealthy)"),
        container("-2", ContainerState::Other(name.to_owned()), name),
        container("-3", ContainerState::Exited, "Exited (1) 2 days ago"),
        container("-4", ContainerState::Restarting, "Restarting (1) 2 seconds ago"),
    ];
    all[0].health = Some(Health::Unhealthy);
    all[1].network_mode = format!("container:{}", all[0].id);
    world.set_containers(all.clone());
    for it in &all {
        world.set_log(&it.name, world::log(&[name, "</pre><b>not bold</b> &amp; *stars*"]));
        world.set_detail(detail(it, name));
    }
    let row = || ["70", "4211", "1", "0", "Nov21", "?", "00:03:12", name].map(str::to_owned).to_vec();
    let titles = ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", name].map(str::to_owned).to_vec();
    world.set_top(&all[0].name, Processes { titles, rows: vec![row(), row()] });
    let mut usage = world.disk_usage_now();
    usage.images = vec![ImageUse {
        id: name.to_owned(),
        tags: vec![name.to_owned()],
        size: GIB,
        containers: 1,
        ..ImageUse::default()
    }];
    usage.volumes = vec![VolumeUse { name: name.to_owned(), size: Some(40 * GIB), containers: Some(1) }];
    usage.containers = vec![jobs::ports::ContainerUse {
        id: all[2].id.clone(),
        name: all[2].name.clone(),
        state: ContainerState::Exited,
        written: 3 * GIB,
        created: Some(now() - SignedDuration::from_hours(24 * 40)),
    }];
    world.set_disk_usage(usage);
    world.set_networks(vec![Network {
        name: name.to_owned(),
        driver: name.to_owned(),
        subnets: vec![name.to_owned()],
        ..Network::default()
    }]);
    let event = |seconds, action| EngineEvent {
        at: now() - SignedDuration::from_secs(seconds),
        action,
        id: all[0].id.clone(),
        name: name.to_owned(),
        image: name.to_owned(),
        project: Some(name.to_owned()),
        service: Some(name.to_owned()),
        labels: Vec::new(),
    };
    world.set_happened(vec![
        event(60, EventAction::Die { exit_code: Some(1) }),
        event(59, EventAction::Start),
        event(50, EventAction::HealthStatus(Health::Unhealthy)),
    ]);
}

fn detail(container: &Container, name: &str) -> ContainerDetail {
    let day = SignedDuration::from_hours(24);
    ContainerDetail {
        id: container.id.clone(),
        name: container.name.clone(),
        state: container.state.clone(),
        health: container.health.clone(),
        started: Some(now() - day * 30),
        finished: Some(now() - day * 20),
        exit_code: Some(1),
        image: name.to_owned(),
        command: vec![name.to_owned(), name.to_owned()],
        environment: vec![name.to_owned()],
        mounts: vec![Mount {
            kind: "volume".to_owned(),
            name: Some(name.to_owned()),
            source: format!("/srv/{name}"),
            target: format!("/data/{name}"),
            is_writable: true,
        }],
        networks: vec![Attachment {
            network: name.to_owned(),
            address: name.to_owned(),
            aliases: vec![name.to_owned()],
        }],
        health_log: vec![HealthCheck { at: Some(now()), exit_code: Some(1), output: name.to_owned() }],
        log_driver: "json-file".to_owned(),
        ..ContainerDetail::default()
    }
}

/// What is remembered: figures, alerts, an incident, mutes, deeds, jobs.
fn memory(stage: &Stage, name: &str) {
    for (metric, part) in [("disk.used", format!("/mnt/{name}")), ("container.cpu", name.to_owned())] {
        world::remember(&stage.world, SeriesKey::of(metric, &part), 2 * 86_400, 600, |it| 40.0 + 55.0 * it);
    }
    for metric in ["net.in", "net.out", "temperature"] {
        world::remember(&stage.world, SeriesKey::of(metric, name), 86_400, 600, |it| 40.0 + 55.0 * it);
    }
    let full = Alert { remedy: Some(name.to_owned()), ..disk(name) };
    put(stage, full, Step::Fired);
    let own = alert(name, &format!("{name}[{name}]"), 3.0, 1.0, 30);
    put(stage, ended(own, Ending::Withdrawn, 5), Step::Withdrawn);
    stage.mute(&Mute {
        scope: Scope::Project(name.to_owned()),
        from: now(),
        until: now() + SignedDuration::from_hours(2),
        by: By::Script,
        critical_too: false,
        after: After::Tell,
        reason: Some(name.to_owned()),
    });
    for outcome in HowEnded::ALL {
        let deed = Deed::begun(now(), Doer::Person(5), "restart", name).ended(outcome, name);
        stage.world.put_deed(&deed).expect("it takes writes");
    }
    let facts = |outcome| JobFacts {
        name: name.to_owned(),
        kind: "heal",
        next: Some(now()),
        last: Some(RunFacts { due: now(), started: now(), took: Duration::from_secs(1), outcome }),
        running_since: None,
        skipped: 1,
        failures: 3,
    };
    *stage.board.jobs.lock().expect("nobody panicked") =
        vec![facts(Outcome::Failed(name.to_owned())), facts(Outcome::Panicked(name.to_owned()))];
}

fn disk(name: &str) -> Alert {
    critical(alert("disk", &format!("disk.used[/mnt/{name}]"), 95.0, 90.0, 12))
}

/// What is asked of a command there, beside its bare name.
fn questions(command: &str, name: &str) -> Vec<String> {
    let lines: &[&str] = match command {
        "graph" => &["disk /mnt/{} 24h", "net", "{}", "{} memory"],
        "alerts" => &["24h", "{}"],
        "ack" | "why" | "card" => &["1", "{}"],
        "mute" => &["{} 2h", "rule:{} 2h", "off {}"],
        "digest" => &["7d", "{}"],
        "logs" => &["{}", "{} -g {}", "{} --since {}", "{} --file", "{} -n 3 --follow"],
        "stats" => &["{}", "{} memory 24h"],
        "events" => &["24h {}"],
        "audit" => &["7d {}"],
        "jobs" => &["run {}"],
        "fix" => &["/mnt/{}", "1", "logs", "{}"],
        "heal" => &["{} auto", "off", "on"],
        "status" | "cpu" | "ram" | "uptime" | "version" | "health" | "images" | "volumes" | "networks" => &[],
        // Containers by name, and whatever a later release adds.
        _ => &["{}"],
    };
    let asked = lines.iter().map(|it| format!("/{command} {}", it.replace("{}", name)));
    std::iter::once(format!("/{command}")).chain(asked).collect()
}

/// Every scene of these, about things of that name.
pub(crate) async fn all(tag: &str, name: &str) -> Vec<(&'static str, Vec<Heads>)> {
    vec![
        ("hostile-commands", commands(tag, name).await),
        ("hostile-news", news(tag, name).await),
        ("hostile-card", card(tag, name).await),
    ]
}

/// Every command, asked with such names; the first button of each answer is pressed.
async fn commands(tag: &str, name: &str) -> Vec<Heads> {
    let mut heads = Vec::new();
    for command in command::COMMANDS {
        // Each of them finds the world as it was.
        let stage = stage(tag, name);
        for line in questions(command.name(), name) {
            stage.ask(&line).await;
            stage.press_if_any().await;
        }
        heads.extend(stage.said());
    }
    let stage = stage(tag, name);
    stage.ask(&format!("/{name}")).await;
    stage.ask(name).await;
    heads.extend(stage.said());
    heads
}

/// Every kind of news about such names, each alone.
async fn news(tag: &str, name: &str) -> Vec<Heads> {
    let stage = Stage::new(World::new(), tag, now(), name).called(name);
    for notice in notices(name) {
        stage.tell(&notice).await;
    }
    stage.said()
}

/// The card of an incident of many such names, as it grows and as it is healed; and its record.
async fn card(tag: &str, name: &str) -> Vec<Heads> {
    let mut stage = stage(tag, name);
    stage.evidence.processes = vec![Busy { name: name.to_owned(), cpu: 301.0, memory: GIB }; 3];
    let named = || name.to_owned();
    let happenings = [
        Happening::Booted,
        Happening::Restarted(named()),
        Happening::Updated(named()),
        Happening::Stopped(named()),
        Happening::Healed(named()),
        Happening::Began,
    ];
    stage.evidence.changes =
        happenings.map(|what| Changed { at: now() - SignedDuration::from_mins(9), what }).to_vec();
    for (number, finding) in findings().into_iter().take(7).enumerate() {
        let verdict = container(&format!("{name}{number}"), finding);
        stage.happens(&Notice::Container { verdict, log: vec![named(), named()] }).await;
        stage.now += SignedDuration::from_secs(3);
    }
    for step in heal_steps(name) {
        stage.heals(&format!("{name}0"), step).await;
    }
    let full = Alert { number: 77, ..disk(name) };
    stage.happens(&Notice::Alert { alert: full, step: Step::Fired }).await;
    for step in heal_steps(name) {
        stage.heals_of(Some(77), name, step).await;
    }
    let newest = stage.known().pop().expect("there is one");
    let showing =
        Showing { late: Some(now() - SignedDuration::from_mins(20)), stale: true, ..Showing::default() };
    stage.show(&newest, Ring::Push, showing).await;
    stage.goes_on(&newest).await;
    for line in ["/why", "/ack", "/card", "/alerts"] {
        stage
            .ask(&if line == "/alerts" { line.to_owned() } else { format!("{line} {}", newest.number) })
            .await;
    }
    stage.said()
}

fn container(name: &str, finding: Finding) -> Verdict {
    let who = Who {
        id: format!("id-{name}"),
        name: name.to_owned(),
        image: name.to_owned(),
        project: Some("one".to_owned()),
        service: Some(name.to_owned()),
        muted: false,
    };
    Verdict::Container(ContainerVerdict { at: now(), who, finding, unseen: false })
}

fn findings() -> Vec<Finding> {
    let within = Duration::from_secs(480);
    vec![
        Finding::Crashed { exit: Some(1), times: 3, within, back: false, excused: false },
        Finding::OutOfMemory { end: End::Survived, times: 2, within },
        Finding::OutOfMemory { end: End::Died { back: true }, times: 1, within },
        Finding::CrashLoop { exit: Some(137), out_of_memory: true, restarts: 3, within },
        Finding::Unhealthy { times: 3, within },
        Finding::Slipped { restarts: 4 },
        Finding::Crashed { exit: None, times: 1, within: Duration::ZERO, back: true, excused: false },
        Finding::Recovered { from: Trouble::Ill, lasted: within },
        Finding::Gone { was: Some(Trouble::Down) },
    ]
}

fn heal_steps(name: &str) -> Vec<HealStep> {
    let attempt =
        |number, mode| Try { policy: name.to_owned(), verb: Verb::Restart, attempt: number, of: 3, mode };
    let ended = |outcome| HealStep::Ended { outcome, along: vec![name.to_owned(); 5] };
    let began = |number, by| HealStep::Began { what: attempt(number, Mode::Auto), by };
    let relief = |after, failure: Option<&str>| Relief {
        mount: name.to_owned(),
        before: 35 * GIB,
        after,
        done: vec![Done {
            remedy: name.to_owned(),
            items: 3,
            claimed: 2 * GIB,
            failure: failure.map(str::to_owned),
            freed: Some(after - 35 * GIB),
            output: name.to_owned(),
        }],
    };
    vec![
        HealStep::Proposed,
        HealStep::Planned { bytes: GIB, mode: Mode::Ask },
        HealStep::Planned { bytes: GIB, mode: Mode::Observe },
        HealStep::Applied(relief(41 * GIB, None)),
        HealStep::Applied(relief(35 * GIB, Some(name))),
        HealStep::Nothing,
        HealStep::Offered(attempt(1, Mode::Observe)),
        HealStep::Offered(attempt(1, Mode::Ask)),
        HealStep::Declined { by: 5 },
        began(1, Some(5)),
        ended(DeedOutcome::Refused(name.to_owned())),
        HealStep::Verified { helped: false, since: None },
        began(2, None),
        ended(DeedOutcome::Unknown(name.to_owned())),
        HealStep::Verified { helped: false, since: None },
        began(3, None),
        ended(DeedOutcome::Done),
        HealStep::Verified { helped: true, since: Some(now()) },
        HealStep::Forbidden(Right::Restart),
        HealStep::BreakerOpened { failures: 3, until: now() + SignedDuration::from_hours(1) },
        HealStep::BreakerClosed,
        HealStep::GaveUp(Hopeless::Looping),
        HealStep::GaveUp(Hopeless::Spent { tried: 3 }),
    ]
}

/// A plan of everything a plan may have.
fn plan(name: &str) -> Plan {
    let step = |remedy: &str, loss| PlanStep {
        remedy: remedy.to_owned(),
        items: 7,
        bytes: 3 * GIB,
        names: vec![name.to_owned(); 5],
        loss,
        mark: remedy.to_owned(),
    };
    Plan {
        mount: name.to_owned(),
        available: 35 * GIB,
        steps: vec![
            step("build-cache", Loss::Rebuilt),
            step("stopped-containers", Loss::Gone),
            step(name, Loss::Gone),
        ],
        hoards: vec![
            Hoard::Volume { name: name.to_owned(), bytes: 40 * GIB },
            Hoard::Log { container: name.to_owned(), bytes: 17 * GIB, is_bounded: false },
            Hoard::Layer { container: name.to_owned(), bytes: 9 * GIB },
            Hoard::Place { path: name.to_owned(), bytes: 8 * GIB },
            Hoard::UnmeasuredLogs { containers: vec![name.to_owned(); 5], why: name.to_owned() },
            Hoard::NotWhole,
        ],
        barred: vec![Barred { step: step("unused-images", Loss::Nothing), right: Right::PruneImages }],
    }
}

/// One of each kind of news, and more where a kind has several faces.
fn notices(name: &str) -> Vec<Notice> {
    let mut all: Vec<Notice> = Vec::new();
    // Each detector's rules, on something of that name; then each step.
    for rule in built_in().rules {
        let it = alert(&rule.name, &format!("{}[{name}]", rule.metric), 95.0, 90.0, 12);
        all.push(Notice::Alert { alert: grown(it, &rule, name), step: Step::Fired });
    }
    for step in [Step::Relapsed, Step::Worsened, Step::Flapping, Step::Steadied] {
        all.push(Notice::Alert { alert: disk(name), step });
    }
    for (step, how) in [
        (Step::Recovered, Ending::Recovered),
        (Step::Settled, Ending::Settled),
        (Step::Gone, Ending::Gone),
        (Step::Withdrawn, Ending::Withdrawn),
    ] {
        all.push(Notice::Alert { alert: ended(disk(name), how, 1), step });
    }
    all.push(Notice::Alert {
        alert: alert(name, &format!("disk.used[{name}]"), 2.0, 1.0, 5),
        step: Step::Fired,
    });
    let plan = plan(name);
    let nothing = Plan { steps: Vec::new(), ..plan.clone() };
    all.extend([plan.clone(), nothing].map(|plan| Notice::Proposal { alert: disk(name), plan }));
    all.push(Notice::Observation { alert: disk(name), plan });
    for what in heal_steps(name) {
        if let HealStep::Applied(relief) = &what {
            all.push(Notice::Healed { alert: Some(disk(name)), relief: relief.clone() });
        }
        let heal = Heal { at: now(), alert: None, target: name.to_owned(), what };
        all.push(Notice::Heal(heal));
    }
    let verdicts = findings()
        .into_iter()
        .map(|it| container(name, it))
        .chain(engine_verdicts(name).map(Verdict::Engine));
    all.extend(verdicts.map(|verdict| Notice::Container { verdict, log: vec![name.to_owned(); 3] }));
    let since = now() - SignedDuration::from_mins(92);
    let incidents = || vec![over(name), open(name)];
    let scopes = [
        Scope::Project(name.to_owned()),
        Scope::Container(name.to_owned()),
        Scope::Rule(name.to_owned()),
        Scope::Incident(12),
        Scope::Severity(Severity::Warning),
        Scope::Host,
        Scope::All,
    ];
    all.extend(scopes.map(|scope| Notice::Meanwhile {
        since,
        incidents: incidents(),
        scopes: vec![scope],
        more: 3,
    }));
    all.push(Notice::CatchUp { since, until: now(), incidents: incidents() });
    all.push(Notice::Digest(digest(name)));
    all.push(Notice::Trouble { job: name.to_owned(), why: name.to_owned(), failures: 5 });
    all.extend(houses(name).map(Notice::House));
    all
}

/// With what its detector has to say besides.
fn grown(alert: Alert, rule: &Rule, name: &str) -> Alert {
    let place = || Place { path: name.to_owned(), is_file: true, log_of: Some(name.to_owned()) };
    let culprits = match rule.detector {
        Detector::Forecast(_) => {
            vec![Culprit::Grown { place: place(), size: 9 * GIB, by: GIB, since: now() }]
        }
        Detector::Threshold(_) => vec![Culprit::Largest { place: place(), size: GIB }],
        Detector::Absence(_) => vec![Culprit::Hidden],
        Detector::Sigma(_) | Detector::Novelty(_) => vec![Culprit::Late],
    };
    let mut alert = Alert { culprits, ..alert };
    alert.finding.forecast = matches!(rule.detector, Detector::Forecast(_)).then(eta);
    alert
}

fn eta() -> Eta {
    Eta {
        soonest: Duration::from_secs(5 * 3600),
        latest: Duration::from_secs(7 * 3600),
        percent_an_hour: 2.0,
        bytes_an_hour: Some(GIB as f64),
    }
}

fn open(name: &str) -> Incident {
    let finding = Finding::Unhealthy { times: 1, within: Duration::ZERO };
    told_of(&[News::Verdict { verdict: container(name, finding), log: vec![name.to_owned()] }])
}

fn over(name: &str) -> Incident {
    let mut it = disk(name);
    let fired = News::Alert { alert: it.clone(), step: Step::Fired };
    it.phase = Phase::Ended { at: now(), how: Ending::Recovered };
    told_of(&[fired, News::Alert { alert: it, step: Step::Recovered }])
}

fn engine_verdicts(name: &str) -> [EngineVerdict; 3] {
    let since = now() - SignedDuration::from_mins(3);
    let down = || vec![name.to_owned(); 7];
    let away = Duration::from_secs(42);
    [
        EngineVerdict::Lost { since, running: 40 },
        EngineVerdict::Returned { since, away, running: 40, down: down() },
        EngineVerdict::Passed { since, rebooted: true, running: 40, down: down() },
    ]
}

fn digest(name: &str) -> Digest {
    let at = now() - SignedDuration::from_hours(5);
    let heals =
        heal_steps(name).into_iter().map(|what| Heal { at, alert: None, target: name.to_owned(), what });
    Digest {
        job: name.to_owned(),
        from: now() - SignedDuration::from_hours(24),
        to: now(),
        series: Vec::new(),
        alerts: vec![disk(name), alert(name, &format!("disk.used[{name}]"), 2.0, 1.0, 5)],
        incidents: vec![open(name)],
        heals: heals.collect(),
        containers: Some(ContainerSummary {
            running: 3,
            total: 9,
            unhealthy: vec![name.to_owned(); 5],
            restarting: vec![name.to_owned(); 5],
        }),
        chart: Some(SeriesKey::of("disk.used", name)),
        filling: vec![Outlook { key: SeriesKey::of("disk.used", name), eta: eta() }],
        backlog: Some(Backlog { incidents: vec![open(name)], more: 3 }),
        seen: None,
        restarts: Vec::new(),
        grown: Vec::new(),
        without: Vec::new(),
    }
}

fn houses(name: &str) -> [House; 18] {
    let runs = vec![MissedRuns { job: name.to_owned(), count: 2, is_made_up: true }];
    let former = Former {
        since: now() - SignedDuration::from_mins(192),
        why: Absence::Killed,
        updated_from: Some(name.to_owned()),
        runs,
        samples: 1148,
        down: vec![name.to_owned(); 7],
    };
    let began = |containers, former| Began {
        at: now(),
        version: name.to_owned(),
        containers,
        filesystems: Some(3),
        digest: Some(now()),
        former,
        reach: Reach::Parts(vec![Right::Logs, Right::Kill]),
    };
    [
        House::Strangers { messages: 24, last: 777_000 },
        House::TwoPollers,
        House::StoreSetAside { kept_as: name.to_owned() },
        House::StoreFull { why: name.to_owned() },
        House::StoreReturned,
        House::Stumbled { id: name.to_owned(), place: name.to_owned() },
        House::CutOff { line: format!("/restart {name}"), how: CutOff::Unanswered },
        House::CutOff { line: format!("/restart {name}"), how: CutOff::NotBegun },
        House::CutOff { line: format!("/restart {name}"), how: CutOff::Unknown },
        House::CutOff { line: format!("/restart {name}"), how: CutOff::Ended { words: name.to_owned() } },
        House::Restored { of: now() },
        House::TopicGone,
        House::GroupLost { chat: -1_001_234_567_890, why: name.to_owned() },
        House::Began(Box::new(began(Ok(4), Some(former)))),
        House::Began(Box::new(began(Err(name.to_owned()), None))),
        House::SwitchUnheard {
            since: now() - SignedDuration::from_mins(15),
            until: now(),
            why: name.to_owned(),
        },
        House::Settings(changes(name)),
        House::SettingsWrong { mistakes: vec![wrong(name)], more: 2 },
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A full match that is a list of its words too.
    macro_rules! kinds {
        ($all:ident, $word:ident($kind:ty) { $($pattern:pat => $name:literal,)+ } untold { $($untold:pat),* }) => {
            const $all: &[&str] = &[$($name),+];

            fn $word(it: &$kind) -> Option<&'static str> {
                match it {
                    $($pattern => Some($name),)+
                    $($untold => None,)*
                }
            }
        };
    }

    kinds!(NOTICES, notice(Notice) {
        Notice::Alert { .. } => "alert",
        Notice::Proposal { .. } => "proposal",
        Notice::Observation { .. } => "observation",
        Notice::Healed { .. } => "healed",
        Notice::Heal(_) => "heal",
        Notice::Meanwhile { .. } => "meanwhile",
        Notice::CatchUp { .. } => "catch-up",
        Notice::Container { .. } => "container",
        Notice::Digest(_) => "digest",
        Notice::Trouble { .. } => "trouble",
        Notice::House(_) => "house",
    } untold {});

    kinds!(STEPS, step(Step) {
        Step::Fired => "fired",
        Step::Relapsed => "relapsed",
        Step::Worsened => "worsened",
        Step::Flapping => "flapping",
        Step::Steadied => "steadied",
        Step::Recovered => "recovered",
        Step::Settled => "settled",
        Step::Gone => "gone",
        Step::Withdrawn => "withdrawn",
    } untold {
        Step::Quiet | Step::Suspected | Step::Pending | Step::Noted | Step::Eased | Step::Held | Step::Clearing
        | Step::Returned | Step::Dismissed | Step::Faded
    });

    kinds!(FINDINGS, finding(Finding) {
        Finding::Crashed { .. } => "crashed",
        Finding::OutOfMemory { .. } => "out of memory",
        Finding::CrashLoop { .. } => "crash loop",
        Finding::Unhealthy { .. } => "unhealthy",
        Finding::Recovered { .. } => "recovered",
        Finding::Slipped { .. } => "slipped",
        Finding::Gone { .. } => "gone",
    } untold {
        Finding::Stopped { .. } | Finding::Restarted { .. } | Finding::Ended { .. } | Finding::Updated { .. }
    });

    kinds!(ENGINES, engine_verdict(EngineVerdict) {
        EngineVerdict::Lost { .. } => "lost",
        EngineVerdict::Returned { .. } => "returned",
        EngineVerdict::Passed { .. } => "passed",
    } untold {});

    kinds!(HOUSES, house(House) {
        House::Strangers { .. } => "strangers",
        House::TwoPollers => "two pollers",
        House::StoreSetAside { .. } => "store set aside",
        House::StoreFull { .. } => "store full",
        House::StoreReturned => "store returned",
        House::Stumbled { .. } => "stumbled",
        House::CutOff { .. } => "cut off",
        House::Restored { .. } => "store restored",
        House::TopicGone => "topic gone",
        House::GroupLost { .. } => "group lost",
        House::Began(_) => "began",
        House::SwitchUnheard { .. } => "switch unheard",
        House::Settings(_) => "settings",
        House::SettingsWrong { .. } => "settings wrong",
    } untold {});

    kinds!(HEALS, heal(HealStep) {
        HealStep::Proposed => "proposed",
        HealStep::Applied(_) => "applied",
        HealStep::Nothing => "nothing",
        HealStep::Planned { .. } => "planned",
        HealStep::Offered(_) => "offered",
        HealStep::Declined { .. } => "declined",
        HealStep::Began { .. } => "began",
        HealStep::Ended { .. } => "ended",
        HealStep::Verified { .. } => "verified",
        HealStep::GaveUp(_) => "gave up",
        HealStep::Forbidden(_) => "forbidden",
        HealStep::BreakerOpened { .. } => "breaker opened",
        HealStep::BreakerClosed => "breaker closed",
    } untold {});

    kinds!(SCOPES, scope(Scope) {
        Scope::All => "all",
        Scope::Host => "host",
        Scope::Project(_) => "project",
        Scope::Container(_) => "container",
        Scope::Rule(_) => "rule",
        Scope::Incident(_) => "incident",
        Scope::Severity(_) => "severity",
    } untold {});

    kinds!(DETECTORS, detector(Detector) {
        Detector::Threshold(_) => "threshold",
        Detector::Absence(_) => "absence",
        Detector::Novelty(_) => "novelty",
        Detector::Forecast(_) => "forecast",
    } untold {
        // By the seed's rule nothing is declared; its alerts are told as those of any other detector.
        Detector::Sigma(_)
    });

    fn holds_all(what: &str, all: &[&str], seen: impl IntoIterator<Item = &'static str>) {
        let seen: BTreeSet<&str> = seen.into_iter().collect();
        let missing: Vec<&&str> = all.iter().filter(|it| !seen.contains(**it)).collect();
        assert!(missing.is_empty(), "no scene with hostile names has the {what} {missing:?}");
    }

    #[test]
    fn every_kind_of_news_is_told_with_hostile_names() {
        let all = notices("x");
        holds_all("notice", NOTICES, all.iter().filter_map(notice));
        holds_all(
            "step",
            STEPS,
            all.iter().filter_map(|it| match it {
                Notice::Alert { step: it, .. } => step(it),
                _ => None,
            }),
        );
        holds_all(
            "finding",
            FINDINGS,
            all.iter().filter_map(|it| match it {
                Notice::Container { verdict: Verdict::Container(it), .. } => finding(&it.finding),
                _ => None,
            }),
        );
        holds_all(
            "engine's verdict",
            ENGINES,
            all.iter().filter_map(|it| match it {
                Notice::Container { verdict: Verdict::Engine(it), .. } => engine_verdict(it),
                _ => None,
            }),
        );
        holds_all(
            "house",
            HOUSES,
            all.iter().filter_map(|it| match it {
                Notice::House(it) => house(it),
                _ => None,
            }),
        );
        holds_all(
            "entry of the journal",
            HEALS,
            all.iter().filter_map(|it| match it {
                Notice::Heal(it) => heal(&it.what),
                _ => None,
            }),
        );
        holds_all(
            "scope",
            SCOPES,
            all.iter().flat_map(|it| match it {
                Notice::Meanwhile { scopes, .. } => scopes.iter().filter_map(scope).collect(),
                _ => Vec::new(),
            }),
        );
        let rules = built_in().rules;
        holds_all(
            "detector",
            DETECTORS,
            all.iter()
                .filter_map(|it| match it {
                    Notice::Alert { alert, .. } => rules.iter().find(|rule| rule.name == alert.key.rule),
                    _ => None,
                })
                .filter_map(|it| detector(&it.detector)),
        );
    }

    #[tokio::test(start_paused = true)]
    async fn every_listed_command_is_asked_with_hostile_names() {
        let heads = commands("en", "x").await;
        let asked: Vec<&str> = heads
            .iter()
            .filter_map(|it| match it {
                Heads::Asked(line) => line.split(' ').next(),
                _ => None,
            })
            .collect();
        for command in command::listed() {
            assert!(asked.contains(&format!("/{}", command.name()).as_str()), "{}", command.name());
        }
    }
}
