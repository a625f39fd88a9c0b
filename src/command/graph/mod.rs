//! A picture of anything measured. Without a name, the seed's pie of memory.

mod ask;
mod draw;
mod events;
#[cfg(any(test, fuzzing))]
pub(super) mod promises;
mod reach;
mod target;
mod week;

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use jobs::metric::SeriesKey;

use self::ask::Asked;
use self::draw::View;
use self::reach::Reach;
pub(super) use self::target::ALIASES;
use self::target::{Found, Target};
use super::{Command, CommandContext, CommandError};
use crate::present::{Choice, Reply, Voice, chart};
use crate::transport::Doing;

/// What is drawn when no length of time is given.
const USUAL: Reach = Reach::Last(Duration::from_secs(6 * 3600));
/// The same beside the past: a day against a day.
const USUAL_AGAINST: Reach = Reach::Last(Duration::from_secs(24 * 3600));
/// Hours for which the store remembers what a container that is gone has used.
const KEPT: i64 = 24 * 90;

/// `/graph [what …] [how long] [vs yesterday]`, `/graph week [what]`
pub(super) struct Graph;

#[async_trait]
impl Command for Graph {
    fn name(&self) -> &'static str {
        "graph"
    }

    fn doing(&self, _arguments: &[&str]) -> Doing {
        Doing::Drawing
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        let (names, reach, past) = match Asked::read(arguments)? {
            Asked::Pie => return pie(context).await,
            Asked::Hours { names, days } => return week::answer(context, &names, days).await,
            Asked::Lines { names, reach, past } => (names, reach, past),
        };
        let typed = reach.map_or_else(String::new, |it| format!(" {}", it.typed()));
        let against = past.map_or("", |it| it.typed());
        let line = |place: usize, name: &str| {
            let mut names = names.clone();
            names[place] = name;
            format!("/graph {}{typed}{against}", names.join(" "))
        };
        let targets = match target::find(context, &names, line).await? {
            Found::All(targets) => targets,
            Found::Asked(reply) => return Ok(*reply),
        };
        let usual = if past.is_some() { USUAL_AGAINST } else { USUAL };
        draw::answer(context, &View { targets, reach: reach.unwrap_or(usual), past })
    }
}

/// What the store remembers of a target since then, in the order in which it is drawn.
fn of_metric(
    context: &CommandContext<'_>,
    target: &Target,
    from: Timestamp,
) -> Result<Vec<SeriesKey>, CommandError> {
    let (metrics, part) = match target {
        Target::Metrics { metrics, part, .. } => (&metrics[..], part.as_deref()),
        Target::Container { name, uses } => {
            let keys = uses.metrics().iter().map(|it| SeriesKey::of(*it, name));
            return Ok(keys.collect());
        }
    };
    let place = |key: &SeriesKey| metrics.iter().position(|it| *it == key.metric);
    let mut keys = context.ports.store.keys(from)?;
    keys.retain(|key| place(key).is_some() && part.is_none_or(|part| key.subject == part));
    keys.sort_by_key(|key| (place(key), key.subject.clone()));
    Ok(keys)
}

/// What a target is called where it is more than one line.
fn titled(voice: &Voice, target: &Target) -> String {
    match target {
        Target::Metrics { name, metrics, part } => {
            let one = || metrics.first().map(|it| voice.metric(it)).unwrap_or_default();
            let group = voice.group(name).unwrap_or_else(one);
            part.as_ref().map_or(group.clone(), |part| format!("{group} {}", draw::part(part)))
        }
        Target::Container { name, uses } => match uses.metrics() {
            [one] => voice.series(&SeriesKey::of(*one, name)),
            _ => draw::part(name),
        },
    }
}

async fn pie(context: &CommandContext<'_>) -> Result<Reply, CommandError> {
    let voice = context.voice;
    let look = context.look().await?;
    let memory = match &look.now.memory {
        Ok(memory) => memory,
        Err(unknown) => {
            return Ok(Reply::text(
                voice.say("unknown-because", &[("why", voice.reason(&unknown.why).into())]),
            ));
        }
    };
    let used = memory.total.saturating_sub(memory.available);
    let caption = voice.say(
        "graph-memory",
        &[
            ("percent", voice.percent(100.0 * used as f64 / memory.total.max(1) as f64).into()),
            ("used", voice.bytes(used).into()),
            ("total", voice.bytes(memory.total).into()),
            ("at", voice.clock(look.now.at).into()),
        ],
    );
    let overview = format!("/graph {}", ask::OVERVIEW.join(" "));
    Ok(Reply::text(caption)
        .drawn(chart::memory(voice, &context.about.host, memory))
        .row([
            Choice::turn(voice.word("button-refresh", &[]), "/graph"),
            Choice::run(voice.word("button-graph-hours", &[]), "/graph ram 6h"),
        ])
        .row([Choice::run(voice.word("button-graph-overview", &[]), overview)]))
}
