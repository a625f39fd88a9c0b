//! A period, as one reads it over coffee.

use jobs::alert::Alert;
use jobs::digest::{Digest, SeriesSummary};
use jobs::heal::HealStep;
use jobs::series::Series;

use crate::markup::Markup;
use crate::present::chart::Stretch;
use crate::present::voice::unit_of;
use crate::present::{Drawing, Reply, Voice, chart};

/// How many incidents are listed before the rest is only counted.
const INCIDENTS: usize = 8;

/// The words of a digest.
pub fn told(voice: &Voice, host: &str, digest: &Digest) -> Reply {
    let mut lines = vec![voice.say(
        "digest-title",
        &[
            ("host", host.into()),
            ("from", voice.moment(digest.from, digest.to).into()),
            ("to", voice.moment(digest.to, digest.to).into()),
        ],
    )];
    lines.extend(incidents(voice, digest));
    lines.extend(heals(voice, digest));
    lines.extend(containers(voice, digest));
    if digest.series.is_empty() {
        lines.push(voice.say("digest-no-figures", &[]));
    } else {
        lines.push(Markup::new());
        lines.push(voice.say("digest-figures", &[]));
        for summary in &digest.series {
            lines.push(figures(voice, summary));
        }
    }
    Reply { silent: true, ..Reply::text(Markup::lines(lines)) }
}

fn incidents(voice: &Voice, digest: &Digest) -> Vec<Markup> {
    if digest.alerts.is_empty() {
        return vec![voice.say("digest-quiet", &[])];
    }
    let mut lines = vec![voice.say("digest-incidents", &[("count", digest.alerts.len().into())])];
    lines.extend(digest.alerts.iter().take(INCIDENTS).map(|alert| incident(voice, digest, alert)));
    if let Some(more) = digest.alerts.len().checked_sub(INCIDENTS).filter(|more| 0 < *more) {
        lines.push(voice.say("and-more", &[("count", more.into())]));
    }
    lines
}

fn incident(voice: &Voice, digest: &Digest, alert: &Alert) -> Markup {
    let end = match alert.phase {
        jobs::alert::Phase::Ended { at, .. } => Some(at),
        _ => None,
    };
    let unit = unit_of(&alert.key.series.metric);
    voice.say(
        if end.is_some() { "digest-incident" } else { "digest-incident-open" },
        &[
            ("what", voice.series(&alert.key.series).into()),
            ("worst", voice.value(unit, alert.worst).into()),
            ("since", voice.moment(alert.since, digest.to).into()),
            ("lasting", voice.between(alert.since, end.unwrap_or(digest.to)).into()),
        ],
    )
}

fn heals(voice: &Voice, digest: &Digest) -> Vec<Markup> {
    digest
        .heals
        .iter()
        .filter_map(|heal| match &heal.what {
            HealStep::Applied(relief) => Some(voice.say(
                "digest-heal",
                &[
                    ("target", heal.target.as_str().into()),
                    ("freed", voice.bytes(relief.after.saturating_sub(relief.before)).into()),
                    ("at", voice.moment(heal.at, digest.to).into()),
                ],
            )),
            HealStep::Proposed | HealStep::Nothing => None,
        })
        .collect()
}

fn containers(voice: &Voice, digest: &Digest) -> Vec<Markup> {
    let Some(containers) = &digest.containers else { return Vec::new() };
    if containers.total == 0 {
        return Vec::new();
    }
    let mut lines = vec![voice.say(
        "digest-containers",
        &[("running", containers.running.into()), ("total", containers.total.into())],
    )];
    let named = |key: &str, names: &[String]| {
        (!names.is_empty()).then(|| voice.say(key, &[("names", names.join(", ").into())]))
    };
    lines.extend(named("digest-unhealthy", &containers.unhealthy));
    lines.extend(named("digest-restarting", &containers.restarting));
    lines
}

fn figures(voice: &Voice, summary: &SeriesSummary) -> Markup {
    let unit = unit_of(&summary.key.metric);
    let value = |value| voice.value(unit, value);
    let now = &summary.now;
    let line = voice.say(
        "digest-figure",
        &[
            ("what", voice.series(&summary.key).into()),
            ("mean", value(now.mean).into()),
            ("least", value(now.least).into()),
            ("most", value(now.most).into()),
            ("p95", value(now.p95).into()),
        ],
    );
    match &summary.before {
        Some(before) => line.plain(" ").then(
            voice.say("digest-change", &[("change", voice.change(unit, now.mean - before.mean).into())]),
        ),
        None => line,
    }
}

/// The picture of a digest.
pub fn drawing(voice: &Voice, digest: &Digest, series: Series) -> Option<Drawing> {
    let key = digest.chart.clone()?;
    let title = voice.series(&key);
    let stretch = Stretch { from: digest.from, to: digest.to };
    Some(chart::line(voice, title, &[(key, series)], stretch, &[], None))
}
