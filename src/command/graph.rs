//! A picture of anything measured. Without a name, the seed's pie of memory.

use std::time::Duration;

use async_trait::async_trait;
use jiff::SignedDuration;
use jobs::evaluate::Detector;
use jobs::metric::SeriesKey;
use jobs::sample;

use super::names::{Meant, meant};
use super::parse::length;
use super::{Command, CommandContext, CommandError};
use crate::present::chart::{Level, POINTS, Stretch};
use crate::present::{Choice, Reply, chart};
use crate::transport::Doing;

/// What is drawn when no length of time is given.
const USUAL: Duration = Duration::from_secs(6 * 3600);
/// How many lines one picture can hold and still be read.
const LINES: usize = 6;
/// The lengths of time that the buttons offer.
const RANGES: [&str; 5] = ["1h", "6h", "24h", "7d", "30d"];

/// Short names, and the metrics that are drawn together under them.
pub(super) const ALIASES: &[(&str, &[&str])] = &[
    ("cpu", &["cpu.busy"]),
    ("iowait", &["cpu.iowait"]),
    ("steal", &["cpu.steal"]),
    ("ram", &["memory.used"]),
    ("memory", &["memory.used"]),
    ("mem", &["memory.used"]),
    ("swap", &["swap.used"]),
    ("disk", &["disk.used"]),
    ("inodes", &["disk.inodes"]),
    ("net", &["net.in", "net.out"]),
    ("io", &["io.read", "io.write"]),
    ("load", &["load.1", "load.5", "load.15"]),
    ("temp", &["temperature"]),
    ("psi", &["psi.cpu", "psi.memory", "psi.io"]),
    ("containers", &["containers.running"]),
];

/// `/graph [metric] [subject] [range]`
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
        let Some((name, rest)) = arguments.split_first() else { return pie(context).await };
        let wanted = match wanted(name) {
            Ok(wanted) => wanted,
            Err(error) => return of_container(context, name, rest).await.unwrap_or(Err(error)),
        };
        let (range, parts) = match rest {
            [parts @ .., last] => length(last).map_or((USUAL, rest), |range| (range, parts)),
            [] => (USUAL, rest),
        };
        // A part's name may have spaces in it.
        let subject = (!parts.is_empty()).then(|| parts.join(" "));
        let has_parts = |it: &Wanted| sample::metric(it.metric).is_some_and(|it| it.subject.is_some());
        if subject.is_some() && !wanted.iter().any(has_parts) {
            return Err(CommandError::Usage);
        }
        let from = context.now.checked_sub(SignedDuration::try_from(range).map_err(|_| CommandError::Usage)?);
        let stretch = Stretch { from: from.map_err(|_| CommandError::Usage)?, to: context.now };
        lines(context, name, &wanted, subject.as_deref(), stretch, range)
    }
}

/// What a container uses, by its name alone: `/graph shop-db-1`, `/graph shop-db-1 memory 24h`. None where there is no
/// such container, and nothing is remembered of one.
async fn of_container(
    context: &CommandContext<'_>,
    name: &str,
    rest: &[&str],
) -> Option<Result<Reply, CommandError>> {
    let (mut metric, mut range) = ("container.cpu", None);
    for word in rest {
        match (word.to_lowercase().as_str(), length(word)) {
            ("memory" | "mem" | "ram", _) => metric = "container.memory",
            ("cpu", _) => metric = "container.cpu",
            (_, Some(length)) => range = Some(length),
            (_, None) => return None,
        }
    }
    let from = context.now - SignedDuration::from_hours(KEPT);
    let is_remembered =
        context.ports.store.keys(from).is_ok_and(|keys| keys.contains(&SeriesKey::of(metric, name)));
    let typed = range.map(|it| format!(" {}s", it.as_secs())).unwrap_or_default();
    let name = if is_remembered {
        name.to_owned()
    } else {
        let containers = context.ports.containers().await.ok()?;
        match meant(&containers, name) {
            Meant::Exactly(container) => container.name.clone(),
            Meant::Perhaps(several) => match several[..] {
                [container] => container.name.clone(),
                _ => {
                    let line = |it: &jobs::ports::Container| format!("/graph {metric} {}{typed}", it.name);
                    return Some(Ok(super::which(context, name, &several, line)));
                }
            },
            Meant::None(_) => return None,
        }
    };
    let range = range.unwrap_or(USUAL);
    let stretch = Stretch { from: context.now - SignedDuration::try_from(range).ok()?, to: context.now };
    let wanted = [Wanted { metric: sample::metric(metric)?.id, subject: Some(name.clone()) }];
    let voice = context.voice;
    let (other, key) = match metric {
        "container.cpu" => ("container.memory", "button-by-memory"),
        _ => ("container.cpu", "button-by-cpu"),
    };
    let turns = [
        Choice::turn(voice.word(key, &[]), format!("/graph {other} {name}{typed}")),
        Choice::run(voice.word("button-stats", &[]), format!("/stats {name}")),
    ];
    Some(lines(context, metric, &wanted, Some(&name), stretch, range).map(|it| it.row(turns)))
}

/// Hours for which the store remembers what a container that is gone has used.
const KEPT: i64 = 24 * 90;

/// A series to draw: a metric, and one part of it or all.
struct Wanted {
    metric: &'static str,
    subject: Option<String>,
}

fn wanted(name: &str) -> Result<Vec<Wanted>, CommandError> {
    let unknown = || CommandError::NoMetric(name.to_owned());
    let lower = name.to_lowercase();
    if let Some((_, metrics)) = ALIASES.iter().find(|(alias, _)| *alias == lower) {
        return Ok(metrics.iter().map(|metric| Wanted { metric, subject: None }).collect());
    }
    let key: SeriesKey = name.parse().map_err(|_| unknown())?;
    let metric = sample::metric(&key.metric).ok_or_else(unknown)?;
    let subject = (!key.subject.is_empty()).then_some(key.subject);
    Ok(vec![Wanted { metric: metric.id, subject }])
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
    Ok(Reply::text(caption).drawn(chart::memory(voice, &context.about.host, memory)).row([
        Choice::turn(voice.word("button-refresh", &[]), "/graph"),
        Choice::run(voice.word("button-graph-hours", &[]), "/graph ram 6h"),
    ]))
}

fn lines(
    context: &CommandContext<'_>,
    name: &str,
    wanted: &[Wanted],
    subject: Option<&str>,
    stretch: Stretch,
    range: Duration,
) -> Result<Reply, CommandError> {
    let voice = context.voice;
    let store = &context.ports.store;
    let of_metric: Vec<SeriesKey> = store
        .keys(stretch.from)?
        .into_iter()
        .filter(|key| wanted.iter().any(|it| key.metric == it.metric))
        .collect();
    let mut keys: Vec<SeriesKey> = of_metric
        .iter()
        .filter(|key| {
            let part = wanted.iter().find(|it| it.metric == key.metric).and_then(|it| it.subject.as_deref());
            part.or(subject).is_none_or(|part| key.subject == part)
        })
        .cloned()
        .collect();
    keys.sort_by_key(|key| (wanted.iter().position(|it| it.metric == key.metric), key.subject.clone()));
    if let Some(part) = subject.filter(|_| keys.is_empty() && !of_metric.is_empty()) {
        let mut known: Vec<String> = of_metric.into_iter().map(|it| it.subject).collect();
        known.sort();
        known.dedup();
        return Err(CommandError::NoPart { metric: name.to_owned(), part: part.to_owned(), known });
    }
    let mut drawn = Vec::new();
    for key in keys {
        let series = store.history(&key, stretch.from, stretch.to, POINTS)?;
        if !series.points.is_empty() {
            drawn.push((key, series));
        }
    }
    let all = drawn.len();
    if LINES < all {
        // More than can be read: those that are highest now are what one asks for.
        drawn.sort_by(|a, b| last(&b.1).total_cmp(&last(&a.1)));
        drawn.truncate(LINES);
    }
    let stretch = stretch.fitted(&drawn);
    let title = match &drawn[..] {
        [(key, _)] => voice.series(key),
        _ => voice.group(&name.to_lowercase()).unwrap_or_else(|| voice.metric(wanted[0].metric)),
    };
    let caption = match &drawn[..] {
        [] => voice.say("graph-nothing", &[("what", title.as_str().into())]),
        [(key, series)] => figures(context, key, series),
        _ => several(context, &title, &drawn, all),
    };
    // Nothing is drawn as nothing, and not left out: a button may have turned a picture into this one.
    let levels = levels(context, &drawn);
    let subject = subject.map(|it| format!(" {it}")).unwrap_or_default();
    let ranges = RANGES.map(|it| {
        let label = super::span(voice, it);
        let label = if length(it) == Some(range) { format!("• {label}") } else { label };
        Choice::turn(label, format!("/graph {name}{subject} {it}"))
    });
    let host = &context.about.host;
    Ok(Reply::text(caption)
        .drawn(chart::line(voice, host, title, &drawn, stretch, &levels, None))
        .row(ranges))
}

/// The newest value.
fn last(series: &jobs::series::Series) -> f64 {
    series.newest().map_or(f64::NAN, |it| it.mean)
}

/// Several lines: each with its newest value, and how many are not drawn.
fn several(
    context: &CommandContext<'_>,
    title: &str,
    drawn: &[(SeriesKey, jobs::series::Series)],
    all: usize,
) -> crate::markup::Markup {
    let voice = context.voice;
    let mut lines = vec![voice.say("graph-several", &[("what", title.into())])];
    lines.extend(drawn.iter().zip(chart::labels(voice, drawn)).map(|((key, series), label)| {
        let unit = crate::present::voice::unit_of(&key.metric);
        crate::markup::Markup::text(format!("{label}: {}", voice.value(unit, last(series))))
    }));
    if drawn.len() < all {
        lines.push(voice.say("graph-highest", &[("drawn", drawn.len().into()), ("count", all.into())]));
    }
    crate::markup::Markup::lines(lines)
}

/// Least, mean, most and last of a single line.
fn figures(
    context: &CommandContext<'_>,
    key: &SeriesKey,
    series: &jobs::series::Series,
) -> crate::markup::Markup {
    let voice = context.voice;
    let unit = crate::present::voice::unit_of(&key.metric);
    let points = &series.points;
    let count: f64 = points.iter().map(|it| f64::from(it.count)).sum();
    let mean = points.iter().map(|it| it.mean * f64::from(it.count)).sum::<f64>() / count.max(1.0);
    let low = points.iter().map(|it| it.low).fold(f64::INFINITY, f64::min);
    let high = points.iter().map(|it| it.high).fold(f64::NEG_INFINITY, f64::max);
    let last = points.last().map_or(f64::NAN, |it| it.mean);
    voice.say(
        "graph-figures",
        &[
            ("what", voice.series(key).into()),
            ("last", voice.value(unit, last).into()),
            ("mean", voice.value(unit, mean).into()),
            ("least", voice.value(unit, low).into()),
            ("most", voice.value(unit, high).into()),
        ],
    )
}

/// The limits of the declared rules, where one metric alone is drawn.
fn levels(context: &CommandContext<'_>, drawn: &[(SeriesKey, jobs::series::Series)]) -> Vec<Level> {
    let Some((first, _)) = drawn.first() else { return Vec::new() };
    if drawn.iter().any(|(key, _)| key.metric != first.metric) {
        return Vec::new();
    }
    let rules = context.declared.rules.iter().filter(|rule| rule.metric == first.metric);
    rules
        .filter_map(|rule| match &rule.detector {
            Detector::Threshold(threshold) => Some(threshold),
            Detector::Absence(_) | Detector::Sigma(_) | Detector::Novelty(_) | Detector::Forecast(_) => None,
        })
        .flat_map(|it| [(it.warning, false), (it.critical, true)])
        .filter_map(|(level, critical)| Some(Level { at: level?.at, critical }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_short_name_stands_for_metrics_that_exist() {
        for (alias, metrics) in ALIASES {
            for metric in *metrics {
                assert!(sample::metric(metric).is_some(), "{alias}: {metric}");
            }
        }
    }

    #[test]
    fn what_is_drawn_together_has_a_name_and_its_lines_have_short_ones() {
        for locale in &crate::locale::LOCALES {
            for (alias, metrics) in ALIASES.iter().filter(|(_, metrics)| 1 < metrics.len()) {
                assert!(locale.has(&format!("group-{alias}")), "{}: {alias}", locale.tag());
                for metric in *metrics {
                    let kin = format!("kin-{}", metric.replace('.', "-"));
                    assert!(locale.has(&kin), "{}: {kin}", locale.tag());
                }
            }
        }
    }

    #[test]
    fn a_series_can_be_named_in_full() {
        let it = wanted("disk.used[/srv]").map(|it| (it[0].metric, it[0].subject.clone()));
        assert_eq!(it.expect("a metric"), ("disk.used", Some("/srv".to_owned())));
        assert!(matches!(wanted("nonsense"), Err(CommandError::NoMetric(_))));
    }
}
