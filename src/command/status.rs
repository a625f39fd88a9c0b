//! The host at a glance: what a person on a phone understands in three seconds.

use std::time::Duration;

use async_trait::async_trait;
use jiff::SignedDuration;
use jobs::alert::{Alert, Severity};
use jobs::incident::Incident;
use jobs::ports::{Container, ContainerState, Health};
use jobs::sample::Look;

use super::{Command, CommandContext, CommandError};
use crate::markup::Markup;
use crate::present::chart::{by_fullness, used_percent};
use crate::present::names::short;
use crate::present::spark::spark;
use crate::present::{Choice, Reply, Voice, alert, incident};

/// `/status`
pub(super) struct Status;

#[async_trait]
impl Command for Status {
    fn name(&self) -> &'static str {
        "status"
    }

    fn is_live(&self, _arguments: &[&str]) -> bool {
        true
    }

    async fn run(&self, context: &CommandContext<'_>, _arguments: &[&str]) -> Result<Reply, CommandError> {
        let look = context.look().await?;
        let voice = context.voice;
        let (wrong, failing) = (Wrong::now(context)?, failing(context));
        let mut lines = vec![headline(context, &look, &wrong, &failing)];
        lines.extend(worst(context, &wrong));
        if !failing.is_empty() {
            lines.push(voice.say("status-failing", &[("jobs", failing.join(", ").into())]));
        }
        lines.extend(super::mute::listed(context, &context.mutes.in_force(context.now)?));
        lines.extend(glance(context, &look));
        let mut choices = vec![Choice::turn(voice.word("button-refresh", &[]), "/status")];
        if 0 < wrong.count() {
            choices.push(Choice::run(voice.word("button-alerts", &[]), "/alerts"));
        }
        choices.push(Choice::run(voice.word("button-graph", &[]), "/graph"));
        Ok(Reply::text(Markup::lines(lines)).row(choices))
    }
}

/// The same in a few lines: how it is, the worst of what is wrong, and the figures that are asked for first.
pub(super) async fn brief(context: &CommandContext<'_>) -> Result<Vec<Markup>, CommandError> {
    let look = context.look().await?;
    let (voice, wrong) = (context.voice, Wrong::now(context)?);
    let mut lines = vec![headline(context, &look, &wrong, &failing(context))];
    lines.extend(worst(context, &wrong));
    lines.push(cpu(voice, &look));
    lines.extend(memory(voice, &look).into_iter().take(1));
    lines.extend(disks(voice, &look).into_iter().take(1));
    lines.push(containers(voice, &look));
    Ok(lines)
}

/// Jobs that have failed for a while.
fn failing(context: &CommandContext<'_>) -> Vec<String> {
    let jobs = context.board.facts().into_iter().filter(|job| LASTING <= job.failures);
    jobs.map(|job| short(&job.name, 24)).collect()
}

/// So many failures of a job in a row are no accident: then "no alerts" may only mean that nobody looks.
const LASTING: u32 = 3;
/// How many alerts are named before the rest is only counted.
const ALERTS: usize = 3;

/// What is wrong now.
struct Wrong {
    /// The worst first.
    alerts: Vec<Alert>,
    /// Of containers, or of the engine.
    incidents: Vec<Incident>,
}

impl Wrong {
    fn now(context: &CommandContext<'_>) -> Result<Self, CommandError> {
        let mut alerts = context.ports.store.open_alerts()?;
        alerts.retain(Alert::is_told);
        alerts.sort_by_key(|it| (std::cmp::Reverse(it.finding.severity), it.since));
        let mut incidents = context.incidents.open()?;
        incidents.retain(|it| it.open_members().any(|it| it.alert().is_none()));
        Ok(Self { alerts, incidents })
    }

    fn count(&self) -> usize {
        self.alerts.len() + self.incidents.len()
    }

    fn severity(&self) -> Option<Severity> {
        let alerts = self.alerts.iter().map(|it| it.finding.severity);
        alerts.chain(self.incidents.iter().map(Incident::severity)).max()
    }
}

/// How it is, in one line. That all is well is said only where that can be known.
fn headline(context: &CommandContext<'_>, look: &Look, wrong: &Wrong, failing: &[String]) -> Markup {
    let now = &look.now;
    let blind = now.cpu.is_err() || now.memory.is_err() || now.filesystems.is_err();
    let key = match wrong.severity() {
        Some(Severity::Critical) => "status-critical",
        Some(Severity::Warning) => "status-warning",
        Some(Severity::Unusual) | None if blind || !failing.is_empty() => "status-blind",
        Some(Severity::Unusual) | None => "status-well",
    };
    let host = short(&context.about.host, 28);
    context.voice.say(key, &[("host", host.into()), ("count", wrong.count().into())])
}

/// The worst of what is wrong, a line each.
fn worst(context: &CommandContext<'_>, wrong: &Wrong) -> Vec<Markup> {
    let rules = &context.declared.rules;
    let rule_of = |it: &Alert| rules.iter().find(|rule| rule.name == it.key.rule);
    let of_alert = |it: &Alert| alert::headline(context.voice, it, rule_of(it), context.now);
    let of_incident = |it: &Incident| incident::listed(context.voice, it, rules, context.now);
    let (incidents, alerts) = (wrong.incidents.iter().map(of_incident), wrong.alerts.iter().map(of_alert));
    let mut lines: Vec<Markup> = incidents.chain(alerts).take(ALERTS).collect();
    if let Some(more) = wrong.count().checked_sub(ALERTS).filter(|more| 0 < *more) {
        lines.push(context.voice.say("and-more", &[("count", more.into())]));
    }
    lines
}

/// The machine in figures, and the last hour of what changes by the minute.
fn glance(context: &CommandContext<'_>, look: &Look) -> Vec<Markup> {
    let voice = context.voice;
    let way = |metrics: &[&str], top: Option<f64>| hour(context, metrics, top);
    let mut lines = vec![cpu(voice, look).then(way(&["cpu.busy"], Some(100.0)))];
    let mut memory = memory(voice, look).into_iter();
    lines.extend(memory.next().map(|it| it.then(way(&["memory.used"], Some(100.0)))));
    lines.extend(memory);
    lines.extend(disks(voice, look));
    // Nobody knows how much a line could carry: the busiest five minutes are its measure.
    lines.extend(network(voice, look).map(|it| it.then(way(&["net.in", "net.out"], None))));
    lines.push(containers(voice, look));
    if let Ok(uptime) = look.now.uptime {
        let lasting = [("lasting", voice.lasting(uptime).into()), ("at", voice.clock(look.now.at).into())];
        lines.push(voice.say("status-up", &lasting));
    }
    lines
}

/// A letter of the last hour stands for so long, and so many stand beside a figure: a line of a phone has room for both.
const CELL: Duration = Duration::from_secs(300);
const CELLS: usize = 12;

/// The last hour of a metric, all its parts and kin added up, as a dozen letters: of `top`, or of the greatest of them
/// where there is none. Nothing where nothing is remembered, and where the store fails: the figures are what was asked
/// for.
fn hour(context: &CommandContext<'_>, metrics: &[&str], top: Option<f64>) -> Markup {
    let from = context.now - SignedDuration::from_secs((CELLS as u64 * CELL.as_secs()) as i64);
    let store = &context.ports.store;
    let keys = store.keys(from).unwrap_or_else(|error| {
        tracing::warn!(%error, "no last hour beside the figures");
        Vec::new()
    });
    let mut cells: Vec<Option<f64>> = vec![None; CELLS];
    for key in keys.iter().filter(|it| metrics.contains(&it.metric.as_str())) {
        let Ok(series) = store.history(key, from, context.now, 5 * CELLS) else { continue };
        for (index, cell) in cells.iter_mut().enumerate() {
            let begin = from + CELL * index as u32;
            let mean = series.between(begin, begin + CELL).mean();
            *cell = match (*cell, mean) {
                (Some(sum), Some(more)) => Some(sum + more),
                (known, more) => known.or(more),
            };
        }
    }
    let letters = spark(&cells, top);
    // Fewer than two values are no way.
    if cells.iter().flatten().count() < 2 { Markup::new() } else { Markup::text(" ").code(letters) }
}

fn cpu(voice: &Voice, look: &Look) -> Markup {
    let busy =
        super::reading(look, "cpu.busy").map_or_else(|| voice.word("unknown", &[]), |it| voice.percent(it));
    match (&look.now.load, &look.now.cpu) {
        (Ok(load), Ok(cpu)) => voice.say(
            "status-cpu-load",
            &[
                ("busy", busy.into()),
                ("load", voice.value(jobs::metric::Unit::Ratio, load.one).into()),
                ("count", cpu.cores.len().into()),
            ],
        ),
        _ => voice.say("status-cpu", &[("busy", busy.into())]),
    }
}

fn memory(voice: &Voice, look: &Look) -> Vec<Markup> {
    let memory = match &look.now.memory {
        Ok(memory) => memory,
        Err(unknown) => {
            return vec![voice.say("status-memory-unknown", &[("why", voice.reason(&unknown.why).into())])];
        }
    };
    let used = memory.total.saturating_sub(memory.available);
    let swapped = memory.swap_total.saturating_sub(memory.swap_free);
    let share = |part: u64, whole: u64| 100.0 * part as f64 / whole.max(1) as f64;
    let line = |key, part: u64, whole: u64| {
        voice.say(
            key,
            &[
                ("percent", voice.percent(share(part, whole)).into()),
                ("used", voice.bytes(part).into()),
                ("total", voice.bytes(whole).into()),
            ],
        )
    };
    let mut lines = vec![line("status-memory", used, memory.total)];
    // Swap that is hardly touched is nothing to read about at a glance; /ram has it.
    if SWAPPED <= share(swapped, memory.swap_total) {
        lines.push(line("status-swap", swapped, memory.swap_total));
    }
    lines
}

/// From this share on, in per cent, swap is worth a line.
const SWAPPED: f64 = 1.0;

/// How many filesystems are named before the rest is only counted; the fullest come first.
const DISKS: usize = 3;
/// A disk that is less full than this, in per cent, is named only as the fullest of all.
const FILLING: f64 = 80.0;

fn disks(voice: &Voice, look: &Look) -> Vec<Markup> {
    let filesystems = match &look.now.filesystems {
        Ok(filesystems) => filesystems,
        Err(unknown) => {
            return vec![voice.say("status-disk-unknown", &[("why", voice.reason(&unknown.why).into())])];
        }
    };
    let known: Vec<_> = by_fullness(filesystems)
        .into_iter()
        .filter_map(|it| it.usage.as_ref().ok().map(|usage| (it, usage, used_percent(usage))))
        .collect();
    let filling = known.iter().filter(|it| FILLING <= it.2).count();
    let named = filling.clamp(1, DISKS).min(known.len());
    let mut lines: Vec<Markup> = known[..named]
        .iter()
        .map(|(filesystem, usage, share)| {
            voice.say(
                "status-disk",
                &[
                    ("mount", short(&filesystem.mount, 18).into()),
                    ("percent", voice.percent(*share).into()),
                    ("free", voice.bytes(usage.available).into()),
                ],
            )
        })
        .collect();
    let more = filesystems.len() - named;
    if let Some(last) = lines.pop() {
        let more = (0 < more).then(|| voice.say("status-disk-more", &[("count", more.into())]));
        lines.push(more.into_iter().fold(last, Markup::then));
    }
    lines
}

fn network(voice: &Voice, look: &Look) -> Option<Markup> {
    let sum = |id| super::readings(look, id).iter().map(|it| it.value).reduce(|a, b| a + b);
    let rate = |it| voice.value(jobs::metric::Unit::BytesPerSecond, it);
    Some(voice.say(
        "status-net",
        &[("received", rate(sum("net.in")?).into()), ("sent", rate(sum("net.out")?).into())],
    ))
}

fn containers(voice: &Voice, look: &Look) -> Markup {
    let containers = match &look.containers {
        Ok(containers) => containers,
        Err(_) => return voice.say("status-docker-absent", &[]),
    };
    if containers.is_empty() {
        return voice.say("status-docker-none", &[]);
    }
    let count = |wanted: fn(&Container) -> bool| containers.iter().filter(|it| wanted(it)).count();
    let ill = count(|it| it.health == Some(Health::Unhealthy) || it.state == ContainerState::Restarting);
    let running = count(|it| it.state == ContainerState::Running);
    voice.say(
        if ill == 0 { "status-docker" } else { "status-docker-ill" },
        &[("running", running.into()), ("total", containers.len().into()), ("ill", ill.into())],
    )
}
