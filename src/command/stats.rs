//! What containers use: all of them, the busiest first, or one with its history.

use std::collections::HashSet;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::StreamExt;
use jiff::SignedDuration;
use jobs::metric::SeriesKey;
use jobs::ports::{Container, ContainerLoad, ContainerState, Needs, Right};
use jobs::sample::{Usage, Used};

use super::looks::{self, Found};
use super::parse::length;
use super::{Command, CommandContext, CommandError};
use crate::gate::Cost;
use crate::markup::Markup;
use crate::present::chart::{POINTS, Plot, Share, Stretch};
use crate::present::names::{column, short};
use crate::present::pages::{Page, taken};
use crate::present::{Choice, Drawing, Reply, Voice, chart, containers};

/// How many are on one page.
const PAGE: usize = 15;
/// Letters of a name in the table: it must fit the width of a phone.
const NAME: usize = 18;
/// How many have a button that leads to them.
const LED_TO: usize = 3;
/// How far apart two counts are: what is asked for is the present, and a share of a processor needs two looks.
const APART: Duration = Duration::from_millis(1000);
/// How many are asked of the engine where the kernel cannot be. Each takes it up to two seconds.
const ASKED: usize = 16;
/// How many of them at once.
const AT_ONCE: usize = 8;
/// How far back the picture of one container goes where nothing else is said.
const USUAL: Duration = Duration::from_secs(6 * 3600);
/// So many have a bar: as many as are read.
const BARS: usize = 10;
/// The lengths of time that its buttons offer.
const RANGES: [&str; 4] = ["1h", "6h", "24h", "7d"];

/// `/stats [memory] [page]`, `/stats <name> [memory] [range]`
pub(super) struct Stats;

/// What the list is sorted by, and what a picture shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Cpu,
    Memory,
}

impl By {
    fn read(word: &str) -> Option<Self> {
        match word.to_lowercase().as_str() {
            "cpu" => Some(Self::Cpu),
            "memory" | "mem" | "ram" => Some(Self::Memory),
            _ => None,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
        }
    }

    fn other(self) -> Self {
        match self {
            Self::Cpu => Self::Memory,
            Self::Memory => Self::Cpu,
        }
    }

    /// The button that leads to it.
    fn button(self, voice: &Voice) -> String {
        match self {
            Self::Cpu => voice.word("button-by-cpu", &[]),
            Self::Memory => voice.word("button-by-memory", &[]),
        }
    }

    fn metric(self) -> &'static str {
        match self {
            Self::Cpu => "container.cpu",
            Self::Memory => "container.memory",
        }
    }
}

#[async_trait]
impl Command for Stats {
    fn name(&self) -> &'static str {
        "stats"
    }

    fn needs(&self, _arguments: &[&str], _confirmed: bool) -> Needs {
        Needs::All(&[Right::List, Right::Load])
    }

    fn has_pages(&self) -> bool {
        true
    }

    fn cost(&self, _arguments: &[&str], _confirmed: bool) -> Cost {
        Cost::Dear
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        let containers = context.ports.containers().await?;
        let is_name = |word: &str| containers.iter().any(|it| it.name == word);
        let mut words = arguments.to_vec();
        // What is called so in full is what is meant, be it a number or a word of ours.
        if let [name, rest @ ..] = arguments
            && (is_name(name) || (*name != "all" && By::read(name).is_none() && name.parse::<u32>().is_err()))
        {
            return one(context, &containers, name, rest).await;
        }
        let page = taken(&mut words);
        let by = match words[..] {
            [] | ["all"] => By::Cpu,
            [word] | ["all", word] => By::read(word).ok_or(CommandError::Usage)?,
            _ => return Err(CommandError::Usage),
        };
        Ok(list(context, &containers, by, page).await)
    }
}

/// What was measured, and of how many.
struct Measured<'a> {
    each: Vec<(&'a Container, Used)>,
    /// Why the engine had to be asked.
    why: Option<String>,
}

async fn list(context: &CommandContext<'_>, containers: &[Container], by: By, page: usize) -> Reply {
    let voice = context.voice;
    let running: Vec<&Container> =
        containers.iter().filter(|it| it.state == ContainerState::Running).collect();
    let refresh = |page: usize| {
        Choice::turn(voice.word("button-refresh", &[]), format!("/stats all {} {page}", by.word()))
    };
    let home = Choice::run(voice.word("button-containers", &[]), "/ps");
    if running.is_empty() {
        return Reply::text(voice.say("stats-none", &[])).row([refresh(1), home]);
    }
    let mut measured = measure(context, &running).await;
    let known = measured.each.iter().filter(|(_, used)| used.memory.or(used.pids).is_some()).count();
    if measured.why.is_none() {
        let seen: HashSet<String> = measured.each.iter().map(|(it, _)| it.id.clone()).collect();
        let unknown = running.iter().filter(|it| !seen.contains(&it.id));
        measured.each.extend(unknown.map(|it| (*it, Used::default())));
    }
    sort(&mut measured.each, by);
    let (shown, page) = Page::of(&measured.each, page, PAGE);

    let cpu: Vec<f64> = measured.each.iter().filter_map(|(_, it)| it.cpu).collect();
    let memory: Vec<u64> = measured.each.iter().filter_map(|(_, it)| it.memory).collect();
    let nouns = [
        ("count", running.len().into()),
        ("cpu", looks::or_unknown(voice, (!cpu.is_empty()).then(|| voice.percent(cpu.iter().sum()))).into()),
        (
            "memory",
            looks::or_unknown(voice, (!memory.is_empty()).then(|| voice.bytes(memory.iter().sum()))).into(),
        ),
    ];
    let mut text = voice.say("stats-title", &nouns).line().then(table(voice, shown));
    if let Some(why) = &measured.why {
        let nouns =
            [("known", known.into()), ("count", running.len().into()), ("why", voice.reason(why).into())];
        text = text.line().then(voice.say("stats-by-engine", &nouns));
    } else if known < running.len() {
        text = text.line().then(voice.say("stats-unknown", &[("count", (running.len() - known).into())]));
    }
    let other = by.other();
    let sorted = Choice::turn(other.button(voice), format!("/stats all {}", other.word()));
    let led_to = shown.iter().take(LED_TO).map(|(container, _)| {
        let label = format!("{} {}", containers::sign(container), short(&container.name, 14));
        Choice::run(label, format!("/stats {}", container.name))
    });
    let reply = Reply::text(text);
    let reply = match bars(context, &measured.each, by) {
        Some(drawing) => reply.drawn(drawing),
        None => reply,
    };
    reply
        .row([refresh(page.number), sorted])
        .row(page.turns(&format!("/stats all {}", by.word())))
        .row(led_to)
        .row([home])
}

/// The busiest as bars, each as a share of the whole machine. None where nobody knows how much that is, or nothing is
/// known of any.
fn bars(context: &CommandContext<'_>, each: &[(&Container, Used)], by: By) -> Option<Drawing> {
    let voice = context.voice;
    let look = context.ports.latest.look()?;
    let whole = match by {
        By::Cpu => 100.0 * look.now.cpu.as_ref().ok()?.cores.len() as f64,
        By::Memory => look.now.memory.as_ref().ok()?.total as f64,
    };
    let share = |(container, used): &(&Container, Used)| {
        let (used, note) = match by {
            By::Cpu => (used.cpu?, voice.word("stats-bar-cpu", &[("cpu", voice.percent(used.cpu?).into())])),
            By::Memory => (used.memory? as f64, voice.bytes(used.memory?)),
        };
        Some(Share { name: container.name.clone(), share: used / whole, note })
    };
    let shares: Vec<Share> = each.iter().filter_map(share).take(BARS).collect();
    let title = match by {
        By::Cpu => voice.word("stats-bars-cpu", &[]),
        By::Memory => voice.word("stats-bars-memory", &[]),
    };
    let is_known = 0.0 < whole && !shares.is_empty();
    is_known.then(|| chart::shares(voice, &context.about.host, title, &shares))
}

/// The kernel's own counts a second apart; where they cannot be seen, the engine is asked of a few.
async fn measure<'a>(context: &CommandContext<'_>, running: &[&'a Container]) -> Measured<'a> {
    let host = &*context.ports.host;
    let counted = async {
        let first = Usage::count(host, None, context.now).await?;
        tokio::time::sleep(APART).await;
        Usage::count(host, Some(first), context.now).await
    };
    let why = match counted.await {
        Ok(usage) => {
            let each = usage.of(running.iter().copied());
            if !each.is_empty() {
                return Measured { each, why: None };
            }
            "the machine has no control group of any of them".to_owned()
        }
        Err(unknown) => unknown.why,
    };
    let mut asked: Vec<&Container> = running.to_vec();
    asked.sort_by(|a, b| a.name.cmp(&b.name));
    asked.truncate(ASKED);
    let loads: Vec<_> = asked.iter().map(|it| load_of(context, it.id.clone())).collect();
    let loads: Vec<_> = futures_util::stream::iter(loads).buffered(AT_ONCE).collect().await;
    let each = asked.into_iter().zip(loads).filter_map(|(it, used)| Some((it, used?)));
    Measured { each: each.collect(), why: Some(why) }
}

/// What the engine says that a container uses.
async fn load_of(context: &CommandContext<'_>, id: String) -> Option<Used> {
    match context.ports.engine.load(&id).await {
        Ok(load) => Some(Used { cpu: load.cpu, memory: load.memory, pids: load.pids }),
        Err(error) => {
            tracing::debug!(container = id, %error, "its load is not known");
            None
        }
    }
}

/// The most first, what is not known last, else by name.
fn sort(each: &mut [(&Container, Used)], by: By) {
    let weight = |used: &Used| match by {
        By::Cpu => used.cpu.unwrap_or(-1.0),
        By::Memory => used.memory.map_or(-1.0, |it| it as f64),
    };
    each.sort_by(|(a, first), (b, second)| {
        weight(second).total_cmp(&weight(first)).then_with(|| a.name.cmp(&b.name))
    });
}

fn table(voice: &Voice, rows: &[(&Container, Used)]) -> Markup {
    const NOT_KNOWN: &str = "–";
    let word = |key: &str| voice.word(key, &[]);
    let head = format!(
        "{} {:>5} {:>9}",
        column(&word("stats-container"), NAME),
        word("processes-cpu"),
        word("processes-memory")
    );
    let rows = rows.iter().map(|(container, used)| {
        let cpu = used.cpu.map_or_else(|| NOT_KNOWN.to_owned(), |it| format!("{it:.0}%"));
        let memory = used.memory.map_or_else(|| NOT_KNOWN.to_owned(), |it| voice.bytes(it));
        format!("{} {cpu:>5} {memory:>9}", column(&container.name, NAME))
    });
    Markup::new().block(std::iter::once(head).chain(rows).collect::<Vec<_>>().join("\n"))
}

async fn one(
    context: &CommandContext<'_>,
    containers: &[Container],
    name: &str,
    rest: &[&str],
) -> Result<Reply, CommandError> {
    let voice = context.voice;
    let (mut by, mut range) = (None, USUAL);
    for word in rest {
        match (By::read(word), length(word)) {
            (Some(wanted), _) => by = Some(wanted),
            (None, Some(wanted)) => range = wanted,
            (None, None) => return Err(CommandError::Usage),
        }
    }
    let suffix = rest.iter().map(|it| format!(" {it}")).collect::<String>();
    let line = |it: &Container| format!("/stats {}{suffix}", it.name);
    let container = match looks::find(context, containers, name, line)? {
        Found::One(container) => container,
        Found::Asked(reply) => return Ok(*reply),
    };
    let mut lines = vec![looks::heading(voice, container)];
    match container.state {
        // What state it is in where that is a new word, the engine itself may know.
        ContainerState::Running
        | ContainerState::Paused
        | ContainerState::Other(_)
        | ContainerState::Unsaid => match context.ports.engine.load(&container.id).await {
            Ok(load) => lines.extend(figures(voice, &load)),
            Err(error) => {
                let why = voice.reason(&error.to_string());
                lines.push(voice.say("unknown-because", &[("why", why.into())]));
            }
        },
        ContainerState::Created
        | ContainerState::Restarting
        | ContainerState::Removing
        | ContainerState::Exited
        | ContainerState::Dead => lines.push(voice.say("stats-still", &[])),
    }

    let to = context.now;
    let from = to.checked_sub(SignedDuration::try_from(range).map_err(|_| CommandError::Usage)?);
    let stretch = Stretch { from: from.map_err(|_| CommandError::Usage)?, to };
    let wanted = by;
    let mut plots = Vec::new();
    for by in wanted.map_or(vec![By::Cpu, By::Memory], |it| vec![it]) {
        let key = SeriesKey::of(by.metric(), &container.name);
        let series = context.ports.store.history(&key, stretch.from, stretch.to, POINTS)?;
        let title = if wanted.is_some() { voice.series(&key) } else { chart::used(voice, &key.metric) };
        plots.push(Plot { title, lines: vec![(key, series)], ..Plot::default() });
    }
    let stretch = stretch.fitted_to(plots.iter().flat_map(|it| &it.lines).map(|it| &it.1));
    let host = &context.about.host;
    let drawing = match &plots[..] {
        [one] => chart::plot(voice, host, one, stretch),
        both => chart::panels(voice, host, short(&container.name, NAME), both, stretch),
    };
    let here =
        format!("/stats {}{}", container.name, by.map_or_else(String::new, |it| format!(" {}", it.word())));
    let ranges = RANGES.map(|it| {
        let label = super::span(voice, it);
        let label = if length(it) == Some(range) { format!("• {label}") } else { label };
        Choice::turn(label, format!("{here} {it}"))
    });
    // As it is typed, so that the same stretch is drawn again.
    let typed = format!("{}s", range.as_secs());
    let turns = [
        Choice::turn(voice.word("button-refresh", &[]), format!("{here} {typed}")),
        Choice::run(voice.word("button-graph", &[]), format!("/graph {} {typed}", container.name)),
    ];
    let mut reply = Reply::text(Markup::lines(lines)).drawn(drawing).row(ranges).row(turns);
    for row in looks::elsewhere(voice, container, "stats") {
        reply = reply.row(row);
    }
    Ok(reply)
}

/// What it uses now.
fn figures(voice: &Voice, load: &ContainerLoad) -> Vec<Markup> {
    let known = |it: Option<String>| looks::or_unknown(voice, it);
    let bytes = |it: Option<u64>| known(it.map(|it| voice.bytes(it)));
    let memory = match (load.memory, load.memory_limit) {
        (Some(used), Some(limit)) if 0 < limit => {
            let nouns = [
                ("used", voice.bytes(used).into()),
                ("limit", voice.bytes(limit).into()),
                ("percent", voice.percent(100.0 * used as f64 / limit as f64).into()),
            ];
            voice.say("stats-memory-of", &nouns)
        }
        (used, _) => voice.say("stats-memory", &[("used", bytes(used).into())]),
    };
    vec![
        voice.say("stats-cpu", &[("cpu", known(load.cpu.map(|it| voice.percent(it))).into())]),
        memory,
        voice.say(
            "stats-network",
            &[("received", bytes(load.received).into()), ("sent", bytes(load.sent).into())],
        ),
        voice
            .say("stats-disk", &[("read", bytes(load.read).into()), ("written", bytes(load.written).into())]),
        voice.say("stats-pids", &[("count", known(load.pids.map(|it| it.to_string())).into())]),
    ]
}
