//! What takes up the room that runs out: two walks through a filesystem, held against each other.
//!
//! Walking is costly and nothing waits for it but the one who is told: a filesystem is walked once a day, when it is half
//! full at least, and when an alert about it is suspected, so that the name is there by the time the alert fires. Nothing
//! here ever fails a round: a name that cannot be had is missing.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::round::Round;
use crate::JobContext;
use crate::alert::{Alert, Culprit, Phase, Place, Step, Transition};
use crate::metric::SeriesKey;
use crate::notice::Notice;
use crate::ports::{Container, EngineError, FilesystemUsage, Occasion, PlaceSize, StoreError, Walk, Walked};
use crate::sample::disk::is_about_room;
use crate::series::since;

/// A filesystem is walked anew so often, for later walks to be held against.
const A_DAY: Duration = Duration::from_secs(24 * 3600);

/// Less full than this, in per cent, a filesystem is not walked before something is wrong with it.
const WORTH_IT: f64 = 50.0;

/// What was found is good for so long: a value on the line may be suspected many times.
const FRESH: Duration = Duration::from_secs(15 * 60);

/// How many places are named.
const MOST: usize = 2;

/// Looking goes into a place that has so much of what grew in the one around it, in per cent.
const MAINLY: u64 = 60;

/// A place is named when it has so much of all that grew, in per cent.
const WORTH_NAMING: u64 = 25;

/// What an alert counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measure {
    Bytes,
    Files,
}

impl Measure {
    fn of(series: &SeriesKey) -> Option<Self> {
        match series.metric.as_str() {
            "disk.used" | "disk.free" => Some(Self::Bytes),
            "disk.inodes" => Some(Self::Files),
            _ => None,
        }
    }

    fn size(self, place: &PlaceSize) -> u64 {
        match self {
            Self::Bytes => place.bytes,
            Self::Files => place.files,
        }
    }

    fn used(self, walked: &Walked) -> u64 {
        match self {
            Self::Bytes => walked.bytes,
            Self::Files => walked.files,
        }
    }

    fn least(self, walk: &Walk) -> u64 {
        match self {
            Self::Bytes => walk.least_bytes,
            Self::Files => walk.least_files,
        }
    }
}

/// Names the culprits of the alerts that need them, in their notices and in the store; else, once a day, looks at a
/// filesystem for the next time.
pub(super) async fn name(round: &mut Round, context: &JobContext<'_>) {
    let suspects: Vec<Alert> = std::mem::take(&mut round.suspects);
    let mut walks: BTreeMap<String, Option<Walked>> = BTreeMap::new();
    for mut alert in suspects {
        let Some(measure) = Measure::of(&alert.key.series) else { continue };
        if has_fresh_culprits(&alert, context.now) {
            continue;
        }
        let mount = alert.key.series.subject.clone();
        let walked = match (walks.get(&mount), lately(&mount, context)) {
            (Some(walked), _) => walked.clone(),
            (None, Some(known)) => Some(known),
            // One walk a run: two could take longer than an evaluation may. Who is left out here is looked for when its
            // alert fires, or goes without.
            (None, None) if !walks.is_empty() => None,
            (None, None) => {
                let walked = walk(&mount, context).await;
                if let Some(walked) = &walked {
                    // What is not remembered is walked again.
                    let _ = context.ports.store.put_walked(&mount, Occasion::Suspicion, walked);
                }
                walks.insert(mount.clone(), walked.clone());
                walked
            }
        };
        let Some(walked) = walked else { continue };
        let base = context.ports.store.walked(&mount, Occasion::Daily).ok().flatten();
        let base = base.filter(|it| !it.walk.places.is_empty());
        if base.is_none() {
            let _ = context.ports.store.put_walked(&mount, Occasion::Daily, &walked);
        }
        alert.culprits = blame(base.as_ref(), &walked, &mount, measure);
        name_logs(&mut alert.culprits, context).await;
        let _ = remember(&mut alert, context);
        for notice in &mut round.notices {
            if let Notice::Alert { alert: told, .. } = notice
                && told.key == alert.key
                && told.number == alert.number
            {
                told.culprits.clone_from(&alert.culprits);
            }
        }
    }
    if walks.is_empty() && round.notices.is_empty() {
        look_ahead(context).await;
    }
}

/// Whether it was looked for lately: while this alert was suspected, moments ago.
fn has_fresh_culprits(alert: &Alert, now: Timestamp) -> bool {
    !alert.culprits.is_empty() && since(now, alert.since) <= FRESH
}

/// The walk of a suspicion moments ago.
fn lately(mount: &str, context: &JobContext<'_>) -> Option<Walked> {
    let known = context.ports.store.walked(mount, Occasion::Suspicion).ok().flatten()?;
    (known.at <= context.now && since(context.now, known.at) <= FRESH).then_some(known)
}

/// Written with the alert, as something that changes nothing in its life.
fn remember(alert: &mut Alert, context: &JobContext<'_>) -> Result<(), StoreError> {
    let step = if alert.phase == Phase::Pending { Step::Pending } else { Step::Held };
    context
        .ports
        .store
        .put_alert(alert, &Transition { at: context.now, step, finding: None, reason: None, basis: None })
}

async fn walk(mount: &str, context: &JobContext<'_>) -> Option<Walked> {
    let usage = usage(mount, context)?;
    let walk = context.ports.host.walk(mount).await.ok()?;
    Some(Walked { at: context.now, bytes: usage.used, files: usage.inodes_used, walk })
}

fn usage(mount: &str, context: &JobContext<'_>) -> Option<FilesystemUsage> {
    let look = context.ports.latest.look()?;
    let filesystems = look.now.filesystems.as_ref().ok()?;
    filesystems.iter().find(|it| it.mount == mount)?.usage.as_ref().ok().copied()
}

/// Walks one filesystem that nobody has walked for a day. What an open alert may still be held against is left alone.
async fn look_ahead(context: &JobContext<'_>) {
    let Some(mount) = due(context).ok().flatten() else { return };
    let walked = walk(&mount, context).await;
    // A filesystem that cannot be walked is tried again tomorrow, and not in half a minute.
    let nothing = || Walked { at: context.now, bytes: 0, files: 0, walk: Walk::default() };
    let _ = context.ports.store.put_walked(&mount, Occasion::Daily, &walked.unwrap_or_else(nothing));
}

fn due(context: &JobContext<'_>) -> Result<Option<String>, StoreError> {
    let (store, now) = (&context.ports.store, context.now);
    let Some(look) = context.ports.latest.look() else { return Ok(None) };
    let open = store.open_alerts()?;
    for filesystem in look.now.filesystems.iter().flatten().filter(|it| is_about_room(it)) {
        let mount = &filesystem.mount;
        let is_watched = |it: &crate::declare::Rule| {
            Measure::of(&SeriesKey::of(&it.metric, mount)).is_some() && it.covers(mount)
        };
        let is_ill = |it: &Alert| it.key.series.subject == *mount && Measure::of(&it.key.series).is_some();
        if !context.rules.iter().any(is_watched) || open.iter().any(is_ill) {
            continue;
        }
        if !filesystem.usage.as_ref().is_ok_and(|it| is_worth_it(*it)) {
            continue;
        }
        let known = store.walked(mount, Occasion::Daily)?;
        if known.is_none_or(|it| now < it.at || A_DAY <= since(now, it.at)) {
            return Ok(Some(mount.clone()));
        }
    }
    Ok(None)
}

fn is_worth_it(usage: FilesystemUsage) -> bool {
    let share = |part: u64, whole: u64| WORTH_IT <= 100.0 * part as f64 / whole.max(1) as f64;
    share(usage.used, usage.used.saturating_add(usage.available))
        || share(usage.inodes_used, usage.inodes_total.max(1)) && 0 < usage.inodes_total
}

/// Who grew between two walks; without an earlier one, who is the largest.
fn blame(base: Option<&Walked>, now: &Walked, mount: &str, measure: Measure) -> Vec<Culprit> {
    let grown = |it: &Walked| measure.used(now).saturating_sub(measure.used(it));
    let Some(base) = base.filter(|it| 0 < grown(it)) else {
        return largest(now, mount, measure);
    };
    let earlier: BTreeMap<&str, u64> =
        base.walk.places.iter().map(|it| (it.path.as_str(), measure.size(it))).collect();
    let total = grown(base);
    let growth = |it: &PlaceSize| match earlier.get(it.path.as_str()) {
        Some(size) => Some(measure.size(it).saturating_sub(*size)),
        // It was too small to be noted then, or it was not there.
        None if base.walk.is_whole => Some(measure.size(it).saturating_sub(measure.least(&base.walk))),
        None => None,
    };
    let weights: BTreeMap<&str, u64> =
        now.walk.places.iter().filter_map(|it| Some((it.path.as_str(), growth(it)?))).collect();
    let named = heaviest(weights, mount, total.saturating_mul(WORTH_NAMING) / 100);
    if named.is_empty() {
        let is_whole = now.walk.is_whole && base.walk.is_whole;
        return vec![if is_whole { Culprit::Hidden } else { Culprit::Late }];
    }
    let grown = |(path, by): (String, u64)| {
        let (place, size) = described(now, path, measure)?;
        Some(Culprit::Grown { place, size, by, since: base.at })
    };
    named.into_iter().filter_map(grown).collect()
}

fn largest(now: &Walked, mount: &str, measure: Measure) -> Vec<Culprit> {
    let weights: BTreeMap<&str, u64> =
        now.walk.places.iter().map(|it| (it.path.as_str(), measure.size(it))).collect();
    let named = heaviest(weights, mount, measure.used(now).saturating_mul(WORTH_NAMING) / 100);
    let described = named.into_iter().take(1).filter_map(|(path, _)| described(now, path, measure));
    let found: Vec<Culprit> = described.map(|(place, size)| Culprit::Largest { place, size }).collect();
    match found.is_empty() && !now.walk.is_whole {
        true => vec![Culprit::Late],
        false => found,
    }
}

fn described(now: &Walked, path: String, measure: Measure) -> Option<(Place, u64)> {
    let found = now.walk.places.iter().find(|it| it.path == path)?;
    Some((Place { path, is_file: found.is_file, log_of: None }, measure.size(found)))
}

/// The places that have the most of a weight: from the top down as long as one place has most of the one around it, at
/// most [`MOST`] of them, each with `least` at least. The weight of the first is not counted again for the second.
fn heaviest(mut weights: BTreeMap<&str, u64>, mount: &str, least: u64) -> Vec<(String, u64)> {
    let mut named: Vec<(String, u64)> = Vec::new();
    while named.len() < MOST {
        let mut place = mount;
        loop {
            let inner = weights.iter().filter(|(path, _)| holds(place, path));
            // Of equals, the outer one: what is below it comes in the next step.
            let heaviest = inner.max_by(|a, b| a.1.cmp(b.1).then(b.0.len().cmp(&a.0.len())));
            let Some((path, weight)) = heaviest.map(|(path, weight)| (*path, *weight)) else { break };
            let around = weights.get(place).copied().unwrap_or(weight);
            let enough = if place == mount { least } else { around.saturating_mul(MAINLY) / 100 };
            if weight == 0 || weight < enough {
                break;
            }
            place = path;
        }
        let weight = weights.get(place).copied().unwrap_or_default();
        if place == mount || weight < least.max(1) {
            break;
        }
        let is_around = |it: &str| holds(it, place);
        weights.iter_mut().filter(|it| is_around(it.0)).for_each(|it| *it.1 = it.1.saturating_sub(weight));
        weights.retain(|path, _| *path != place && !holds(place, path));
        named.push((place.to_owned(), weight));
    }
    named
}

/// Whether a path lies below a directory.
fn holds(directory: &str, path: &str) -> bool {
    let directory = directory.trim_end_matches('/');
    path.len() > directory.len() + 1 && path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
}

/// Says of what lies below an engine's `containers` directory whose log it is. Asks the engine only then.
async fn name_logs(culprits: &mut [Culprit], context: &JobContext<'_>) {
    let mut containers: Option<Result<Vec<Container>, EngineError>> = None;
    for culprit in culprits {
        let (Culprit::Grown { place, .. } | Culprit::Largest { place, .. }) = culprit else { continue };
        let Some(id) = container_in(&place.path) else { continue };
        if containers.is_none() {
            containers = Some(context.ports.containers().await);
        }
        let known = containers.iter().flatten().flatten();
        place.log_of = known.into_iter().find(|it| it.id == id).map(|it| it.name.clone());
    }
}

/// The id in `/var/lib/docker/containers/<id>` or below it.
fn container_in(path: &str) -> Option<&str> {
    let mut parts = path.split('/').skip_while(|it| *it != "containers");
    parts.next()?;
    parts.next().filter(|it| 12 <= it.len() && it.bytes().all(|letter| letter.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests;
