//! Lines over time: which series, what is drawn around them, what is said, and where one can turn from there.

use std::time::Duration;

use jiff::Timestamp;
use jobs::declare::Rule;
use jobs::evaluate::{self, Detector, Expected};
use jobs::metric::SeriesKey;
use jobs::series::Series;

use super::super::parse::length;
use super::super::{CommandContext, CommandError, span};
use super::ask::OVERVIEW;
use super::reach::{Past, Reach};
use super::target::{Target, Uses};
use super::{events, of_metric, titled};
use crate::markup::Markup;
use crate::present::chart::{self, Before, Event, Level, POINTS, Plot, Stretch};
use crate::present::names::short;
use crate::present::voice::unit_of;
use crate::present::{Choice, Reply, Voice};

/// How many lines one picture can hold and still be read, and one panel of several.
const LINES: usize = 6;
const PANEL_LINES: usize = 4;
/// The lengths of time that the buttons offer.
const RANGES: [&str; 5] = ["1h", "6h", "24h", "7d", "30d"];
/// Letters of a part's or a container's name in a title, and on a button.
const NAME: usize = 32;
const BUTTON: usize = 14;

/// What is looked at.
pub(super) struct View {
    pub(super) targets: Vec<Target>,
    pub(super) reach: Reach,
    pub(super) past: Option<Past>,
}

/// A plot, and how many lines there would be of it.
struct Found {
    plot: Plot,
    all: usize,
}

pub(super) fn part(name: &str) -> String {
    short(name, NAME)
}

pub(super) fn answer(context: &CommandContext<'_>, view: &View) -> Result<Reply, CommandError> {
    let (voice, host) = (context.voice, &context.about.host);
    let stretch = view.reach.stretch(context.now, &voice.zone).ok_or(CommandError::Usage)?;
    let earlier = view.past.and_then(|it| it.of(stretch, &voice.zone));
    let mut found = Vec::new();
    for target in &view.targets {
        found.extend(plots(context, view, target, stretch)?);
    }
    found.truncate(LINES);
    if let (Some(past), Some(earlier)) = (view.past, earlier) {
        for it in &mut found {
            it.plot.before = before(context, &it.plot, past, stretch, earlier)?;
        }
    }
    let all = found.iter().flat_map(|it| &it.plot.lines);
    let keys: Vec<SeriesKey> = all.clone().map(|it| it.0.clone()).collect();
    let events = events::happened(context, &keys, stretch)?;
    // Beside what was before nothing is cut off: it is there that they differ.
    let fitted = match view.past {
        None => stretch.fitted_to(all.map(|it| &it.1)),
        Some(_) => stretch,
    };
    let text = caption(voice, view, &found, &events, context.now);
    let mut plots: Vec<Plot> = found.into_iter().map(|it| it.plot).collect();
    let drawing = match &mut plots[..] {
        [one] => {
            around(context, one, fitted);
            one.events = events;
            chart::plot(voice, host, one, fitted)
        }
        several => {
            // What happened is marked on all of them: they are read against each other. Its words stand once.
            for (index, plot) in several.iter_mut().enumerate() {
                let label = |it: &Event| if index == 0 { it.label.clone() } else { String::new() };
                plot.events = events.iter().map(|it| Event { label: label(it), ..it.clone() }).collect();
            }
            chart::panels(voice, host, title(voice, view), several, fitted)
        }
    };
    let reply = Reply::text(text).drawn(drawing);
    Ok(turns(voice, view).into_iter().fold(reply, Reply::row))
}

/// What several plots are called together.
fn title(voice: &Voice, view: &View) -> String {
    match &view.targets[..] {
        [one] => titled(voice, one),
        several if several.iter().all(|it| matches!(it, Target::Container { .. })) => {
            voice.word("chart-containers", &[])
        }
        _ => voice.word("chart-overview", &[]),
    }
}

/// The plots of a target: one with all its lines, or one for each where each has a past or a unit of its own.
fn plots(
    context: &CommandContext<'_>,
    view: &View,
    target: &Target,
    stretch: Stretch,
) -> Result<Vec<Found>, CommandError> {
    let voice = context.voice;
    let mut lines = Vec::new();
    for key in of_metric(context, target, stretch.from)? {
        let series = context.ports.store.history(&key, stretch.from, stretch.to, POINTS)?;
        lines.push((key, series));
    }
    let is_both = matches!(target, Target::Container { uses: Uses::Both, .. });
    if !is_both {
        lines.retain(|(_, series)| !series.points.is_empty());
    }
    let all = lines.len();
    let most = if 1 < view.targets.len() { PANEL_LINES } else { LINES };
    if most < all {
        // More than can be read: those that are highest now are what one asks for.
        lines.sort_by(|a, b| last(&b.1).total_cmp(&last(&a.1)));
        lines.truncate(most);
    }
    if is_both || (view.past.is_some() && 1 < lines.len()) {
        let each = lines.into_iter().map(|line| {
            let title = if is_both { chart::used(voice, &line.0.metric) } else { voice.series(&line.0) };
            Found { plot: Plot { title, lines: vec![line], ..Plot::default() }, all: 1 }
        });
        return Ok(each.collect());
    }
    let title = match &lines[..] {
        [(key, _)] => voice.series(key),
        _ => titled(voice, target),
    };
    Ok(vec![Found { plot: Plot { title, lines, ..Plot::default() }, all }])
}

/// The same stretch, earlier, of a single line.
fn before(
    context: &CommandContext<'_>,
    plot: &Plot,
    past: Past,
    stretch: Stretch,
    earlier: Stretch,
) -> Result<Option<Before>, CommandError> {
    let [(key, _)] = &plot.lines[..] else { return Ok(None) };
    let series = context.ports.store.history(key, earlier.from, earlier.to, POINTS)?;
    let voice = context.voice;
    let label = match past {
        Past::Day => "chart-day-before",
        Past::Week => "chart-week-before",
    };
    Ok(Some(Before {
        label: voice.word(label, &[]),
        now: voice.word("chart-now", &[]),
        shift: stretch.to.duration_since(earlier.to),
        series,
    }))
}

/// The limits of the declared rules, where one metric alone is drawn, and what would have been usual, where it is one
/// line.
fn around(context: &CommandContext<'_>, plot: &mut Plot, stretch: Stretch) {
    let Some((first, _)) = plot.lines.first() else { return };
    if plot.lines.iter().any(|(key, _)| key.metric != first.metric) {
        return;
    }
    let is_about = |rule: &&Rule| {
        rule.metric == first.metric && plot.lines.iter().any(|(key, _)| rule.covers(&key.subject))
    };
    let rules: Vec<&Rule> = context.declared.rules.iter().filter(is_about).collect();
    plot.levels = rules.iter().flat_map(|rule| levels(rule)).collect();
    if let ([(key, _)], None) = (&plot.lines[..], &plot.before) {
        plot.usual = rules
            .iter()
            .map(|rule| usual(context, rule, key, stretch))
            .find(|it| !it.is_empty())
            .unwrap_or_default();
    }
}

fn levels(rule: &Rule) -> Vec<Level> {
    match &rule.detector {
        Detector::Threshold(it) => [(it.warning, false), (it.critical, true)]
            .into_iter()
            .filter_map(|(level, critical)| Some(Level { at: level?.at, critical }))
            .collect(),
        Detector::Absence(_) | Detector::Sigma(_) | Detector::Novelty(_) | Detector::Forecast(_) => {
            Vec::new()
        }
    }
}

/// A failure costs the band, and not the picture.
fn usual(context: &CommandContext<'_>, rule: &Rule, key: &SeriesKey, stretch: Stretch) -> Vec<Expected> {
    let usual = evaluate::usual(rule, key, &*context.ports.store, stretch.from, stretch.to);
    usual.unwrap_or_else(|error| {
        tracing::warn!(%error, rule = rule.name, "no band for a picture");
        Vec::new()
    })
}

/// The newest value.
fn last(series: &Series) -> f64 {
    series.newest().map_or(f64::NAN, |it| it.mean)
}

fn caption(voice: &Voice, view: &View, found: &[Found], events: &[Event], now: Timestamp) -> Markup {
    let alone = found.len() == 1;
    let mut lines = Vec::new();
    if let [target @ Target::Container { uses: Uses::Both, .. }] = &view.targets[..] {
        lines.push(voice.say("graph-several", &[("what", titled(voice, target).into())]));
    }
    for Found { plot, all } in found {
        match (&plot.lines[..], &plot.before) {
            ([(key, series)], Some(before)) if !series.points.is_empty() => {
                lines.extend(against(voice, (&plot.title, key), series, before, view.past, now));
            }
            ([(key, series)], _) if !series.points.is_empty() => {
                let sentence = if alone { "graph-figures" } else { "graph-brief" };
                lines.push(figures(voice, (&plot.title, key), series, now, sentence));
            }
            ([], _) | ([_], _) => {
                let key = if alone { "graph-nothing" } else { "graph-brief-nothing" };
                lines.push(voice.say(key, &[("what", plot.title.as_str().into())]));
            }
            (several, _) => lines.extend(named(voice, &plot.title, several, *all, alone)),
        }
    }
    if !events.is_empty() {
        let told = events.iter().map(|it| format!("{} {}", voice.moment(it.at, now), it.label));
        let list = told.collect::<Vec<_>>().join(", ");
        lines.push(voice.say("graph-events", &[("list", list.into())]));
    }
    Markup::lines(lines)
}

/// Several lines: each with its newest value, and how many are not drawn. Beside other plots they share a line.
fn named(voice: &Voice, title: &str, drawn: &[(SeriesKey, Series)], all: usize, alone: bool) -> Vec<Markup> {
    let each: Vec<String> = drawn
        .iter()
        .zip(chart::names(voice, drawn))
        .map(|((key, series), label)| {
            let value = voice.value(unit_of(&key.metric), last(series));
            if alone { format!("{label}: {value}") } else { format!("{label} {value}") }
        })
        .collect();
    let head = voice.say("graph-several", &[("what", title.into())]);
    if !alone {
        return vec![head.plain(format!(": {}", each.join(" · ")))];
    }
    let mut lines = vec![head];
    lines.extend(each.into_iter().map(Markup::text));
    if drawn.len() < all {
        lines.push(voice.say("graph-highest", &[("drawn", drawn.len().into()), ("count", all.into())]));
    }
    lines
}

/// Least, mean, most and last of a single line. What is not of now says of when it is: of a day that is over, of a
/// container that is gone.
fn figures(
    voice: &Voice,
    (what, key): (&str, &SeriesKey),
    series: &Series,
    now: Timestamp,
    sentence: &str,
) -> Markup {
    let at = series.newest().map_or(now, |it| it.at);
    let is_of_now = now.duration_since(at).unsigned_abs() <= series.step().unwrap_or_default() * 3 + FRESH;
    let value = |it: Option<f64>| voice.value(unit_of(&key.metric), it.unwrap_or(f64::NAN));
    voice.say(
        sentence,
        &[
            ("what", what.into()),
            ("last", value(Some(last(series))).into()),
            ("when", if is_of_now { "now" } else { "then" }.into()),
            ("at", voice.moment(at, now).into()),
            ("mean", value(series.mean()).into()),
            ("least", value(series.least()).into()),
            ("most", value(series.most()).into()),
        ],
    )
}

/// Besides three steps of the series, which may be hours: a look may come late.
const FRESH: Duration = Duration::from_secs(60);

/// How mean and peak have changed.
fn against(
    voice: &Voice,
    (what, key): (&str, &SeriesKey),
    series: &Series,
    before: &Before,
    past: Option<Past>,
    now: Timestamp,
) -> Vec<Markup> {
    let unit = unit_of(&key.metric);
    let past = match past {
        Some(Past::Week) => "week",
        Some(Past::Day) | None => "day",
    };
    let (Some(mean), Some(most)) = (series.mean(), series.most()) else { return Vec::new() };
    let (Some(old_mean), Some(old_most)) = (before.series.mean(), before.series.most()) else {
        let nothing = voice.say("graph-against-nothing", &[("past", past.into())]);
        return vec![figures(voice, (what, key), series, now, "graph-figures"), nothing];
    };
    // Half a hundredth is no change that anybody means.
    let changed = |now: f64, then: f64| {
        let by = now - then;
        voice.change(unit, if by.abs() < then.abs() / 200.0 { 0.0 } else { by })
    };
    vec![voice.say(
        "graph-against",
        &[
            ("what", what.into()),
            ("past", past.into()),
            ("mean", voice.value(unit, mean).into()),
            ("mean_change", changed(mean, old_mean).into()),
            ("most", voice.value(unit, most).into()),
            ("most_change", changed(most, old_most).into()),
        ],
    )]
}

/// Everything one may want to see next, in the place of this picture.
fn turns(voice: &Voice, view: &View) -> Vec<Vec<Choice>> {
    let names = view.targets.iter().map(Target::typed).collect::<Vec<_>>().join(" ");
    let names = match &view.targets[..] {
        // Several containers say once what is drawn of them; their processor needs no saying.
        [_, _, ..] => view.targets.iter().map(beside).collect::<Vec<_>>().join(" ") + shared(&view.targets),
        _ => names,
    };
    let (typed, against) = (view.reach.typed(), view.past.map_or("", Past::typed));
    let word = |key: &str| voice.word(key, &[]);
    let ranges = RANGES.map(|it| {
        let is_now = length(it).map(Reach::Last) == Some(view.reach);
        let label = span(voice, it);
        let label = if is_now { format!("• {label}") } else { label };
        Choice::turn(label, format!("/graph {names} {it}{against}"))
    });
    let refresh = Choice::turn(word("button-refresh"), format!("/graph {names} {typed}{against}"));
    let past = |past: Option<Past>| {
        let (key, typed_past) = match past {
            Some(it @ Past::Day) => ("button-graph-yesterday", it.typed()),
            Some(it @ Past::Week) => ("button-graph-week-ago", it.typed()),
            None => ("button-graph-alone", ""),
        };
        Choice::turn(word(key), format!("/graph {names} {typed}{typed_past}"))
    };
    let hours = || Choice::turn(word("button-graph-hours-of-week"), format!("/graph week {names}"));
    let overview =
        || Choice::turn(word("button-graph-overview"), format!("/graph {} {typed}", OVERVIEW.join(" ")));
    let mut rows = vec![ranges.to_vec()];
    match (&view.targets[..], view.past) {
        ([Target::Container { name, uses }], None) => {
            let of = |uses: Uses, key: &str| {
                Choice::turn(word(key), format!("/graph {name}{} {typed}", uses.typed()))
            };
            rows.push(match uses {
                Uses::Both => vec![of(Uses::Cpu, "button-by-cpu"), of(Uses::Memory, "button-by-memory")],
                Uses::Cpu => vec![of(Uses::Both, "button-graph-both"), of(Uses::Memory, "button-by-memory")],
                Uses::Memory => vec![of(Uses::Both, "button-graph-both"), of(Uses::Cpu, "button-by-cpu")],
            });
            rows.push(vec![past(Some(Past::Day)), hours()]);
            rows.push(vec![Choice::run(word("button-stats"), format!("/stats {name}")), refresh]);
        }
        ([_], None) => {
            rows.push(vec![past(Some(Past::Day)), hours()]);
            rows.push(vec![overview(), refresh]);
        }
        (_, Some(now)) => {
            let other = if now == Past::Day { Past::Week } else { Past::Day };
            rows.push(vec![past(None), past(Some(other))]);
            rows.push(vec![refresh]);
        }
        (several, None) => {
            let one = |it: &Target| {
                let (Target::Metrics { name, .. } | Target::Container { name, .. }) = it;
                Choice::turn(short(name, BUTTON), format!("/graph {} {typed}", it.typed()))
            };
            let each: Vec<Choice> = several.iter().map(one).collect();
            // Names of containers are long, and those of metrics short.
            let abreast = match several.iter().any(|it| matches!(it, Target::Container { .. })) {
                true => 2,
                false if each.len() <= 4 => 4,
                false => 3,
            };
            rows.extend(each.chunks(abreast).map(<[Choice]>::to_vec));
            rows.push(vec![past(Some(Past::Day)), refresh]);
        }
    }
    rows
}

/// A target among others.
fn beside(target: &Target) -> String {
    match target {
        Target::Container { name, .. } => name.clone(),
        metrics @ Target::Metrics { .. } => metrics.typed(),
    }
}

/// What is drawn of containers, where there is nothing but containers and it is their memory.
fn shared(targets: &[Target]) -> &'static str {
    let is_memory = |it: &Target| matches!(it, Target::Container { uses: Uses::Memory, .. });
    if targets.iter().all(is_memory) { Uses::Memory.typed() } else { "" }
}
