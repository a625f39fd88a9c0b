//! Which series are meant by the names that were typed.

use jobs::metric::SeriesKey;
use jobs::ports::Container;
use jobs::sample;

use super::super::names::{Meant, meant};
use super::super::{CommandContext, CommandError};
use super::KEPT;
use crate::nearest::edits;
use crate::present::Reply;

/// So many panels are one picture.
pub(super) const MOST: usize = 6;

/// Short names, and the metrics that are drawn together under them.
pub(in crate::command) const ALIASES: &[(&str, &[&str])] = &[
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

/// Something to draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A metric, or a few that belong together.
    Metrics {
        /// As it was typed, in lower case.
        name: String,
        metrics: Vec<&'static str>,
        /// One part of it, or all.
        part: Option<String>,
    },
    /// What a container uses.
    Container { name: String, uses: Uses },
}

/// What of a container is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Uses {
    Both,
    Cpu,
    Memory,
}

impl Uses {
    pub(super) fn metrics(self) -> &'static [&'static str] {
        match self {
            Self::Both => &["container.cpu", "container.memory"],
            Self::Cpu => &["container.cpu"],
            Self::Memory => &["container.memory"],
        }
    }

    /// As it is typed behind a container's name.
    pub(super) fn typed(self) -> &'static str {
        match self {
            Self::Both => "",
            Self::Cpu => " cpu",
            Self::Memory => " memory",
        }
    }

    fn read(word: &str) -> Option<Self> {
        match word.to_lowercase().as_str() {
            "cpu" => Some(Self::Cpu),
            "memory" | "mem" | "ram" => Some(Self::Memory),
            _ => None,
        }
    }
}

impl Target {
    /// As it is typed, so that the same is drawn again.
    pub(super) fn typed(&self) -> String {
        match self {
            Self::Metrics { name, part: None, .. } => name.clone(),
            Self::Metrics { name, part: Some(part), .. } => format!("{name} {part}"),
            Self::Container { name, uses } => format!("{name}{}", uses.typed()),
        }
    }

    /// The metric of that name, short or in full: `disk`, `disk.used`, `disk.used[/srv]`.
    pub(super) fn metric(word: &str) -> Option<Self> {
        let lower = word.to_lowercase();
        if let Some((name, metrics)) = ALIASES.iter().find(|(alias, _)| *alias == lower) {
            return Some(Self::Metrics { name: (*name).to_owned(), metrics: metrics.to_vec(), part: None });
        }
        let key: SeriesKey = word.parse().ok()?;
        let metric = sample::metric(&key.metric)?;
        let part = (!key.subject.is_empty()).then_some(key.subject);
        Some(Self::Metrics { name: metric.id.to_owned(), metrics: vec![metric.id], part })
    }

    /// Whether it is measured on parts, and no part is named yet.
    fn wants_part(&self) -> bool {
        let has_parts = |id: &&str| sample::metric(id).is_some_and(|it| it.subject.is_some());
        matches!(self, Self::Metrics { metrics, part: None, .. } if metrics.iter().any(has_parts))
    }

    fn is_container(&self) -> bool {
        matches!(self, Self::Container { .. })
    }
}

/// What names came to.
pub(super) enum Found {
    All(Vec<Target>),
    /// One of them may mean several containers: the question which.
    Asked(Box<Reply>),
}

/// Finds what is meant. `line` is the whole command again, with another name in that place.
pub(super) async fn find(
    context: &CommandContext<'_>,
    names: &[&str],
    line: impl Fn(usize, &str) -> String,
) -> Result<Found, CommandError> {
    let parts = Parts::read(context)?;
    // A part's name may have spaces in it.
    if let [metric, rest @ ..] = names
        && !rest.is_empty()
        && let Some(target @ Target::Metrics { .. }) = Target::metric(metric)
        && target.wants_part()
        && let whole = rest.join(" ")
        && parts.has(&target, &whole)
    {
        return Ok(Found::All(vec![with_part(target, whole)]));
    }
    let mut found: Vec<Target> = Vec::new();
    let mut uses = Vec::new();
    let mut containers: Option<Vec<Container>> = None;
    for (place, word) in names.iter().enumerate() {
        // `nginx db memory`: what of those containers.
        if !found.is_empty()
            && found.iter().all(Target::is_container)
            && let Some(one) = Uses::read(word)
            && names[place + 1..].iter().all(|it| Uses::read(it).is_some())
        {
            uses.push(one);
            continue;
        }
        if let Some(target) = Target::metric(word) {
            found.push(target);
            continue;
        }
        if let Some(last) = found.last_mut()
            && last.wants_part()
            && parts.has(last, word)
        {
            *last = with_part(last.clone(), (*word).to_owned());
            continue;
        }
        if parts.has_container(word) {
            found.push(Target::Container { name: (*word).to_owned(), uses: Uses::Both });
            continue;
        }
        if containers.is_none() {
            // Without an answer there is still what is remembered of those that were.
            containers = Some(context.ports.containers().await.unwrap_or_default());
        }
        let all = containers.as_deref().unwrap_or_default();
        let near = match meant(all, word) {
            Meant::Exactly(container) => {
                found.push(Target::Container { name: container.name.clone(), uses: Uses::Both });
                continue;
            }
            Meant::Perhaps(several) => match several[..] {
                [container] => {
                    found.push(Target::Container { name: container.name.clone(), uses: Uses::Both });
                    continue;
                }
                _ => {
                    let line = |it: &Container| line(place, &it.name);
                    return Ok(Found::Asked(Box::new(super::super::which(context, word, &several, line))));
                }
            },
            Meant::None(near) => near,
        };
        // Of a metric that has parts, whatever follows was to be one.
        if let [Target::Metrics { name, .. }] = &found[..]
            && found[0].wants_part()
            && names.len() == 2
            && let known = parts.of(&found[0])
            && !known.is_empty()
        {
            return Err(CommandError::NoPart { metric: name.clone(), part: (*word).to_owned(), known });
        }
        let near = nearest(word).map(str::to_owned).or_else(|| near.into_iter().next());
        if near.is_none() && word.starts_with(|it: char| it.is_ascii_digit()) {
            return Err(CommandError::Unreadable { key: "graph-reach-unknown", what: (*word).to_owned() });
        }
        let near = near.map(|near| (near.clone(), line(place, &near)));
        return Err(CommandError::NoMetric { name: (*word).to_owned(), near });
    }
    let wanted = match uses[..] {
        [one] => Some(one),
        _ => None,
    };
    let several = 1 < found.len();
    for target in &mut found {
        if let Target::Container { uses, .. } = target {
            // Beside others a container has one panel, and that is its processor's.
            *uses = wanted.unwrap_or(if several { Uses::Cpu } else { Uses::Both });
        }
    }
    let mut different: Vec<Target> = Vec::new();
    for target in found {
        if !different.contains(&target) {
            different.push(target);
        }
    }
    if MOST < different.len() {
        return Err(CommandError::Unreadable { key: "graph-too-many", what: different.len().to_string() });
    }
    Ok(Found::All(different))
}

fn with_part(target: Target, wanted: String) -> Target {
    match target {
        Target::Metrics { name, metrics, .. } => Target::Metrics { name, metrics, part: Some(wanted) },
        container @ Target::Container { .. } => container,
    }
}

/// The short name that somebody probably meant: a slip in two letters at most, of those that have three or more.
fn nearest(word: &str) -> Option<&'static str> {
    let lower = word.to_lowercase();
    let near = ALIASES.iter().map(|(alias, _)| (edits(&lower, alias), *alias));
    near.filter(|(edits, alias)| *edits <= 2 && *edits * 2 <= alias.len()).min().map(|it| it.1)
}

/// What is remembered of each metric's parts.
struct Parts(Vec<SeriesKey>);

impl Parts {
    fn read(context: &CommandContext<'_>) -> Result<Self, CommandError> {
        let from = context.now.checked_sub(jiff::SignedDuration::from_hours(KEPT)).unwrap_or(context.now);
        Ok(Self(context.ports.store.keys(from)?))
    }

    /// The parts of a metric, by name.
    fn of(&self, target: &Target) -> Vec<String> {
        let Target::Metrics { metrics, .. } = target else { return Vec::new() };
        let of_metric = self.0.iter().filter(|it| metrics.contains(&it.metric.as_str()));
        let mut known: Vec<String> = of_metric.map(|it| it.subject.clone()).collect();
        known.sort();
        known.dedup();
        known
    }

    fn has(&self, target: &Target, part: &str) -> bool {
        let Target::Metrics { metrics, .. } = target else { return false };
        self.0.iter().any(|it| it.subject == part && metrics.contains(&it.metric.as_str()))
    }

    fn has_container(&self, name: &str) -> bool {
        self.0.iter().any(|it| it.subject == name && Uses::Both.metrics().contains(&it.metric.as_str()))
    }
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
        let named = |name: &str, part: Option<&str>| Target::Metrics {
            name: name.to_owned(),
            metrics: vec!["disk.used"],
            part: part.map(str::to_owned),
        };
        assert_eq!(Target::metric("disk.used[/srv]"), Some(named("disk.used", Some("/srv"))));
        assert_eq!(Target::metric("Disk"), Some(named("disk", None)));
        assert_eq!(Target::metric("nonsense"), None);
    }

    #[test]
    fn a_slip_of_the_finger_finds_its_metric() {
        assert_eq!(nearest("cpi"), Some("cpu"));
        assert_eq!(nearest("dsik"), Some("disk"));
        assert_eq!(nearest("Lod"), Some("load"));
        assert_eq!(nearest("nonsense"), None);
        assert_eq!(nearest("x"), None);
    }
}
