//! One `[[rule]]`.

use std::time::Duration;

use jiff::tz::TimeZone;
use jobs::alert::Side;
use jobs::declare::Rule;
use jobs::evaluate::{
    Absence, Companion, Detector, Forecast, Horizon, Level, Novelty, Sides, Sigma, Threshold, forecast,
};

use super::table::{Section, Sheet};
use super::{KnownNames, known_name, read_mode};

const COMMON: [&str; 9] = ["name", "metric", "detector", "only", "except", "for", "clear", "remedy", "mode"];

/// Each detector and the settings that only it has.
const DETECTORS: [(&str, &[&str]); 5] = [
    (
        "threshold",
        &[
            "over",
            "above",
            "below",
            "back",
            "critical_above",
            "critical_below",
            "critical_back",
            "critical_with",
            "critical_with_above",
            "critical_with_below",
        ],
    ),
    ("absence", &["after"]),
    ("sigma", &["window", "k", "sides", "least", "floor"]),
    (
        "novelty",
        &[
            "every",
            "sides",
            "least",
            "floor",
            "ceiling",
            "page_with",
            "page_with_above",
            "page_with_below",
            "settle",
        ],
    ),
    ("forecast", &["floor", "short", "long", "agree", "under", "until", "critical_under", "critical_until"]),
];

/// Without `every`, means of five minutes: what the detector was measured on is sampled so.
const EVERY: Duration = Duration::from_secs(300);

/// Without `settle`, a day: every hour of it has been seen at the new level, and a digest has come in between.
const SETTLE: Duration = Duration::from_secs(24 * 3600);

/// Reads one rule; none when something is wrong with it.
pub(super) fn read(sheet: &mut Sheet<'_>, section: &Section<'_>, known: KnownNames<'_>) -> Option<Rule> {
    let metric = section.need_text(sheet, "metric", "\"cpu.busy\"");
    let metric = metric.and_then(|name| known_name(sheet, &name, "metric", known.metrics));
    let remedy = section.text(sheet, "remedy");
    let remedy = remedy.and_then(|name| known_name(sheet, &name, "remedy", known.remedies));
    let mode = read_mode(sheet, section);
    if mode.is_some() && remedy.is_none() && !section.has("remedy") {
        let span = section.key_span("mode");
        sheet.wrong(
            span,
            "`mode` says how far a remedy may go, and this rule has none",
            "add `remedy = \"disk\"`, or remove `mode`",
        );
    }
    section.need(sheet, "detector", "\"threshold\"");
    let chosen = section.choice(sheet, "detector", &DETECTORS.map(|(name, _)| (name, name)));
    let chosen = chosen.map(|it| it.value);
    check_keys(sheet, section, chosen);
    let [only, except] = ["only", "except"].map(|key| {
        let words = section.words(sheet, key).unwrap_or_default();
        words.into_iter().map(|word| word.value.to_owned()).collect::<Vec<_>>()
    });
    let [patience, clear] = ["for", "clear"]
        .map(|key| section.duration(sheet, key).map_or(Duration::ZERO, |duration| duration.value));
    let detector = match chosen? {
        "threshold" => Detector::Threshold(read_threshold(sheet, section, known)?),
        "absence" => Detector::Absence(read_absence(sheet, section)?),
        "novelty" => Detector::Novelty(read_novelty(sheet, section, known)?),
        "forecast" => Detector::Forecast(read_forecast(sheet, section, metric.as_deref())?),
        _ => Detector::Sigma(read_sigma(sheet, section)?),
    };
    let name = section.peek_text("name")?.to_owned();
    Some(Rule { name, metric: metric?, only, except, detector, patience, clear, remedy, mode })
}

fn check_keys(sheet: &mut Sheet<'_>, section: &Section<'_>, chosen: Option<&str>) {
    let own = |name: &str| chosen.is_none_or(|chosen| chosen == name);
    let mut allowed = COMMON.to_vec();
    allowed.extend(DETECTORS.iter().filter(|(name, _)| own(name)).flat_map(|(_, keys)| keys.iter()));
    section.check_keys(sheet, &allowed, |key| {
        let owners: Vec<String> = DETECTORS
            .iter()
            .filter(|(_, keys)| keys.contains(&key))
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        let detector = if owners.len() == 1 { "detector" } else { "detectors" };
        let message = format!("`{key}` belongs to the {detector} {}", owners.join(" and "));
        Some((message, format!("this rule has `detector = \"{}\"`", chosen.unwrap_or_default())))
    });
}

fn read_threshold(sheet: &mut Sheet<'_>, section: &Section<'_>, known: KnownNames<'_>) -> Option<Threshold> {
    let over = section.duration(sheet, "over").map_or(Duration::ZERO, |over| over.value);
    let low = ["below", "critical_below"].into_iter().find(|key| section.has(key));
    let high = ["above", "critical_above"].into_iter().find(|key| section.has(key));
    let side = match (high, low) {
        (Some(high), Some(low)) => {
            sheet.wrong(
                section.key_span(low),
                format!("`{high}` and `{low}` in one rule: trouble lies on one side"),
                "make two rules of it",
            );
            return None;
        }
        (Some(_), None) => Side::Above,
        (None, Some(_)) => Side::Below,
        (None, None) => {
            sheet.missing(
                section.header.clone(),
                format!("{} has no limit", section.what),
                "write, for example, `above = 90` and `back = 85`",
            );
            return None;
        }
    };
    let (at, critical_at) = match side {
        Side::Above => ("above", "critical_above"),
        Side::Below => ("below", "critical_below"),
    };
    let warning = read_level(sheet, section, side, at, "back");
    let critical = read_level(sheet, section, side, critical_at, "critical_back");
    if let (Some(warning), Some(critical)) = (warning, critical)
        && !is_worse(side, critical.at, warning.at)
    {
        let (direction, worse) = match side {
            Side::Above => ("not above", "more"),
            Side::Below => ("not below", "less"),
        };
        sheet.wrong(
            section.key_span(critical_at),
            format!("`{critical_at}` is {direction} `{at}`, so the warning would never be seen"),
            format!("critical is {worse} than {}", warning.at),
        );
    }
    let critical_with = read_companion(sheet, section, known, &CRITICAL_WITH);
    if critical_with.is_some() && critical.is_none() {
        sheet.wrong(
            section.key_span("critical_with"),
            format!("`critical_with` without `{critical_at}` has nothing to hold back"),
            format!("add `{critical_at}` and `critical_back`, or remove `critical_with`"),
        );
    }
    Some(Threshold { side, warning, critical, over, critical_with })
}

/// The keys of a companion: its name, its limits, and an example.
struct CompanionKeys {
    name: &'static str,
    above: &'static str,
    below: &'static str,
    example: &'static str,
}

/// What must be so too before it is critical.
const CRITICAL_WITH: CompanionKeys = CompanionKeys {
    name: "critical_with",
    above: "critical_with_above",
    below: "critical_with_below",
    example: "disk.free",
};

/// What must be so too before an anomaly is more than a line in the digest.
const PAGE_WITH: CompanionKeys = CompanionKeys {
    name: "page_with",
    above: "page_with_above",
    below: "page_with_below",
    example: "psi.cpu",
};

/// What must be so too: another metric of the same part, and its limit.
fn read_companion(
    sheet: &mut Sheet<'_>,
    section: &Section<'_>,
    known: KnownNames<'_>,
    keys: &CompanionKeys,
) -> Option<Companion> {
    let CompanionKeys { name: with, above, below, example } = *keys;
    let limits: Vec<(&str, Side)> = [(above, Side::Above), (below, Side::Below)]
        .into_iter()
        .filter(|(key, _)| section.has(key))
        .collect();
    match (section.has(with), &limits[..]) {
        (false, []) => None,
        (false, [(key, _), ..]) => {
            sheet.missing(
                section.key_span(key),
                format!("`{key}` is the limit of another metric, which is not named"),
                format!("add, for example, `{with} = \"{example}\"`"),
            );
            None
        }
        (true, [(key, side)]) => {
            let metric = section.text(sheet, with);
            let metric = metric.and_then(|name| known_name(sheet, &name, "metric", known.metrics))?;
            Some(Companion { metric, side: *side, at: section.number(sheet, key)?.value })
        }
        (true, _) => {
            sheet.missing(
                section.key_span(with),
                format!("{} has `{with}` and not exactly one limit for it", section.what),
                format!("write `{above}` or `{below}`, in that metric's unit"),
            );
            None
        }
    }
}

fn read_level(
    sheet: &mut Sheet<'_>,
    section: &Section<'_>,
    side: Side,
    at: &str,
    back: &str,
) -> Option<Level> {
    if !section.has(at) {
        if section.has(back) {
            let message = format!("`{back}` is the way back from `{at}`, which is not there");
            sheet.wrong(section.key_span(back), message, format!("add `{at}`, or remove `{back}`"));
        }
        return None;
    }
    let limit = section.number(sheet, at);
    if !section.has(back) {
        let direction = if side == Side::Above { "a little less" } else { "a little more" };
        sheet.missing(
            section.key_span(at),
            format!("{} has `{at}` but no `{back}`", section.what),
            format!("without a way back a value on the line would flap; write `{back}` = {direction}"),
        );
        return None;
    }
    let (limit, way_back) = (limit?, section.number(sheet, back)?);
    if !is_worse(side, limit.value, way_back.value) {
        let (is, wanted) = match side {
            Side::Above => ("not below", "less"),
            Side::Below => ("not above", "more"),
        };
        sheet.wrong(
            way_back.span,
            format!("`{back}` is {is} `{at}`, so trouble would end before it begins"),
            format!("write {wanted} than {}", limit.value),
        );
        return None;
    }
    Some(Level { at: limit.value, back: way_back.value })
}

/// Whether the first value is further on the side of trouble.
fn is_worse(side: Side, value: f64, than: f64) -> bool {
    match side {
        Side::Above => than < value,
        Side::Below => value < than,
    }
}

fn read_absence(sheet: &mut Sheet<'_>, section: &Section<'_>) -> Option<Absence> {
    section.need(sheet, "after", "\"3m\"");
    Some(Absence { after: section.some_duration(sheet, "after")?.value })
}

fn read_sigma(sheet: &mut Sheet<'_>, section: &Section<'_>) -> Option<Sigma> {
    section.need(sheet, "window", "\"1h\"");
    let window = section.some_duration(sheet, "window");
    let k = positive(sheet, section, "k", 2.0);
    let least = at_least_zero(sheet, section, "least");
    let sides = read_sides(sheet, section);
    let floor = one_sided(sheet, section, "floor", sides);
    Some(Sigma { window: window?.value, k: k?, sides, least: least?, floor })
}

fn read_novelty(sheet: &mut Sheet<'_>, section: &Section<'_>, known: KnownNames<'_>) -> Option<Novelty> {
    let every = read_every(sheet, section);
    let least = at_least_zero(sheet, section, "least");
    let sides = read_sides(sheet, section);
    let floor = one_sided(sheet, section, "floor", sides);
    let ceiling = one_sided(sheet, section, "ceiling", sides);
    if let (Some(floor), Some(ceiling)) = (floor, ceiling) {
        let side = if sides == Sides::Below { Side::Below } else { Side::Above };
        if !is_worse(side, ceiling, floor) {
            sheet.wrong(
                section.key_span("ceiling"),
                "`ceiling` is on the good side of `floor`: values between them would be trouble and none",
                format!("write {} than {floor}", if side == Side::Above { "more" } else { "less" }),
            );
        }
    }
    let page_with = read_companion(sheet, section, known, &PAGE_WITH);
    let settle = if section.has("settle") {
        section.some_duration(sheet, "settle").map(|it| it.value)
    } else {
        Some(SETTLE)
    };
    // Whoever reads the environment too knows the owner's zone.
    let zone = TimeZone::UTC;
    Some(Novelty { every: every?, sides, least: least?, floor, ceiling, page_with, settle: settle?, zone })
}

/// How long the means are that are learnt: whole minutes, as the history is kept by the minute, and at most an hour, as
/// the rhythm of a week is one of hours.
fn read_every(sheet: &mut Sheet<'_>, section: &Section<'_>) -> Option<Duration> {
    if !section.has("every") {
        return Some(EVERY);
    }
    let every = section.duration(sheet, "every")?;
    let seconds = every.value.as_secs();
    if seconds % 60 != 0 || !(60..=3600).contains(&seconds) || every.value.subsec_nanos() != 0 {
        sheet.wrong(
            every.span,
            "`every` must be whole minutes, from 1m to 1h",
            "\"5m\" is usual; the shorter, the sooner something is noticed, and the more is noticed",
        );
        return None;
    }
    Some(every.value)
}

fn read_sides(sheet: &mut Sheet<'_>, section: &Section<'_>) -> Sides {
    let choices = [("above", Sides::Above), ("below", Sides::Below), ("both", Sides::Both)];
    section.choice(sheet, "sides", &choices).map_or(Sides::Above, |sides| sides.value)
}

/// A limit that is there for one side alone.
fn one_sided(sheet: &mut Sheet<'_>, section: &Section<'_>, key: &str, sides: Sides) -> Option<f64> {
    let number = section.number(sheet, key)?;
    if sides == Sides::Both {
        let of = if key == "floor" { "the good side" } else { "the bad side" };
        sheet.wrong(
            number.span,
            format!("`{key}` is {of} of one limit, and `sides = \"both\"` has two"),
            format!("remove `{key}`, or choose \"above\" or \"below\""),
        );
    }
    Some(number.value)
}

fn read_forecast(sheet: &mut Sheet<'_>, section: &Section<'_>, metric: Option<&str>) -> Option<Forecast> {
    if let Some(metric) = metric.filter(|it| !forecast::METRICS.contains(it))
        && let Some(written) = section.text(sheet, "metric")
    {
        sheet.wrong(
            written.span,
            format!("`{metric}` does not fill up, so nothing can be predicted of it"),
            format!("a forecast is of one of: {}", forecast::METRICS.join(", ")),
        );
    }
    let Forecast { floor, short, long, agree, .. } = Forecast::default();
    let floor = match section.number(sheet, "floor") {
        Some(written) if !(0.0..100.0).contains(&written.value) => {
            sheet.wrong(
                written.span,
                "`floor` is a share of the whole in per cent, at least 0 and below 100",
                format!("{floor} is usual: under it nothing is predicted"),
            );
            return None;
        }
        written => written.map_or(floor, |it| it.value),
    };
    let agree = match section.number(sheet, "agree") {
        Some(written) if written.value <= 1.0 => {
            sheet.wrong(
                written.span,
                "`agree` must be more than 1: no two paces are the same",
                format!("{agree} is usual: neither may be more than twice the other"),
            );
            return None;
        }
        written => written.map_or(agree, |it| it.value),
    };
    let [short, long] = [("short", short), ("long", long)].map(|(key, usual)| {
        let written = section.has(key).then(|| section.some_duration(sheet, key));
        written.map_or(Some(usual), |it| it.map(|it| it.value))
    });
    let (short, long) = (short?, long?);
    if long <= short {
        let key = if section.has("long") { "long" } else { "short" };
        sheet.wrong(
            section.key_span(key),
            "`long` must be longer than `short`, or one window would agree with itself",
            "an hour and three hours are usual",
        );
        return None;
    }
    let warning = read_horizon(sheet, section, "under", "until");
    let critical = read_horizon(sheet, section, "critical_under", "critical_until");
    if !["under", "critical_under"].into_iter().any(|key| section.has(key)) {
        sheet.missing(
            section.header.clone(),
            format!("{} has no limit", section.what),
            "write, for example, `under = \"8h\"` and `until = \"48h\"`",
        );
        return None;
    }
    if let (Some(warning), Some(critical)) = (warning, critical)
        && warning.under <= critical.under
    {
        sheet.wrong(
            section.key_span("critical_under"),
            "`critical_under` is not less than `under`, so the warning would never be seen",
            "critical is nearer to the end",
        );
        return None;
    }
    Some(Forecast { floor, short, long, agree, warning, critical })
}

/// How near the end is trouble, and its way back.
fn read_horizon(sheet: &mut Sheet<'_>, section: &Section<'_>, under: &str, until: &str) -> Option<Horizon> {
    if !section.has(under) {
        if section.has(until) {
            let message = format!("`{until}` is the way back from `{under}`, which is not there");
            sheet.wrong(section.key_span(until), message, format!("add `{under}`, or remove `{until}`"));
        }
        return None;
    }
    let limit = section.some_duration(sheet, under);
    if !section.has(until) {
        sheet.missing(
            section.key_span(under),
            format!("{} has `{under}` but no `{until}`", section.what),
            format!(
                "without a way back a pace that varies would flap; write `{until}` = several times as long"
            ),
        );
        return None;
    }
    let (limit, way_back) = (limit?, section.some_duration(sheet, until)?);
    if way_back.value <= limit.value {
        sheet.wrong(
            way_back.span,
            format!("`{until}` is not longer than `{under}`, so trouble would end before it begins"),
            "write several times as long",
        );
        return None;
    }
    Some(Horizon { under: limit.value, until: way_back.value })
}

fn positive(sheet: &mut Sheet<'_>, section: &Section<'_>, key: &str, default: f64) -> Option<f64> {
    if !section.has(key) {
        return Some(default);
    }
    let number = section.number(sheet, key)?;
    if number.value <= 0.0 {
        sheet.wrong(number.span, format!("`{key}` must be more than 0"), format!("{default} is usual"));
        return None;
    }
    Some(number.value)
}

fn at_least_zero(sheet: &mut Sheet<'_>, section: &Section<'_>, key: &str) -> Option<f64> {
    if !section.has(key) {
        return Some(0.0);
    }
    let number = section.number(sheet, key)?;
    if number.value < 0.0 {
        sheet.wrong(
            number.span,
            format!("`{key}` must not be negative"),
            "it is a distance from the mean, in either direction",
        );
        return None;
    }
    Some(number.value)
}
