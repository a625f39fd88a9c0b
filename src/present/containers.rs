//! Containers, as one reads them on a phone.

use jobs::metric::Unit;
use jobs::ports::{Container, ContainerDetail, ContainerState, Health};

use crate::markup::Markup;
use crate::present::Voice;
use crate::present::hands::ports;
use crate::present::names::short;

/// One sign for how a container is.
pub fn sign(container: &Container) -> &'static str {
    match (&container.state, &container.health) {
        (ContainerState::Running, Some(Health::Unhealthy)) => "🔴",
        (ContainerState::Running, Some(Health::Starting)) => "🟡",
        (ContainerState::Running, Some(Health::Healthy)) => "💚",
        (ContainerState::Running, Some(Health::Other(_)) | None) => "🟢",
        (ContainerState::Paused, _) => "⏸",
        (ContainerState::Restarting, _) => "🔁",
        (ContainerState::Dead, _) => "🔴",
        (ContainerState::Created | ContainerState::Removing | ContainerState::Exited, _) => "⚪",
        (ContainerState::Other(_) | ContainerState::Unsaid, _) => "❔",
    }
}

/// What it is doing, in a word or two; an unknown word of the engine as it came.
pub fn state(voice: &Voice, container: &Container) -> String {
    let key = match (&container.state, &container.health) {
        (ContainerState::Running, Some(Health::Unhealthy)) => "state-unhealthy",
        (ContainerState::Running, Some(Health::Starting)) => "state-starting",
        (ContainerState::Running, _) => "state-running",
        (ContainerState::Paused, _) => "state-paused",
        (ContainerState::Restarting, _) => "state-restarting",
        (ContainerState::Created, _) => "state-created",
        (ContainerState::Removing, _) => "state-removing",
        (ContainerState::Exited, _) => "state-exited",
        (ContainerState::Dead, _) => "state-dead",
        (ContainerState::Other(word), _) => return word.clone(),
        (ContainerState::Unsaid, _) => "unknown",
    };
    voice.word(key, &[])
}

/// Whether somebody should look at it.
pub fn is_ill(container: &Container) -> bool {
    let unhealthy = container.state == ContainerState::Running && container.health == Some(Health::Unhealthy);
    unhealthy || matches!(container.state, ContainerState::Dead | ContainerState::Restarting)
}

/// The ill first, then project by project, then those of none; what is stopped at the end of its project; by name.
pub fn order(containers: &mut [&Container]) {
    let rank = |it: &Container| match it.state {
        ContainerState::Running | ContainerState::Paused => 0,
        _ => 1,
    };
    containers.sort_by_cached_key(|it| {
        (!is_ill(it), it.project.is_none(), it.project.clone(), rank(it), it.name.clone())
    });
}

/// Letters of a container's name above its panel.
const TITLE: usize = 64;
/// Letters of an image's name that are shown.
const IMAGE: usize = 60;
/// So many ports are listed; the others are counted.
const PORTS: usize = 8;
/// Letters of a container's name that are shown.
pub const NAME: usize = 30;

/// What a container is called among those of its project.
pub fn within(container: &Container) -> &str {
    let full = container.name.as_str();
    let project = container.project.as_deref();
    project
        .and_then(|project| full.strip_prefix(project)?.strip_prefix(['-', '_']))
        .map(|it| it.strip_suffix("-1").or_else(|| it.strip_suffix("_1")).unwrap_or(it))
        .filter(|it| !it.is_empty())
        .unwrap_or(full)
}

/// What a container used when it was looked at last.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// Per cent of one core.
    pub cpu: f64,
    /// Bytes.
    pub memory: f64,
}

impl Load {
    fn words(self, voice: &Voice) -> String {
        format!("{} · {}", voice.value(Unit::Percent, self.cpu), voice.value(Unit::Bytes, self.memory))
    }
}

/// The line of a container in a list. In a list of its project alone, the project's name is left out of its own.
pub fn listed(voice: &Voice, container: &Container, within_project: bool, load: Option<Load>) -> Markup {
    let name = if within_project { within(container) } else { &container.name };
    Markup::text(format!("{} ", sign(container)))
        .bold(short(name, NAME))
        .plain(format!(" · {}", standing(voice, container)))
        .plain(load.map_or_else(String::new, |it| format!(" · {}", it.words(voice))))
}

/// What stands above a container's own panel.
pub fn title(voice: &Voice, container: &Container) -> Markup {
    Markup::text(format!("{} ", sign(container)))
        .bold(short(&container.name, TITLE))
        .line()
        .plain(standing(voice, container))
}

/// What is known of a container at a glance: a line for each thing that there is.
pub fn facts(
    voice: &Voice,
    container: &Container,
    detail: &ContainerDetail,
    load: Option<Load>,
) -> Vec<Markup> {
    let mut lines = Vec::new();
    if let Some(load) = load {
        let nouns = [
            ("cpu", voice.value(Unit::Percent, load.cpu).into()),
            ("memory", voice.value(Unit::Bytes, load.memory).into()),
        ];
        lines.push(voice.say("box-load", &nouns));
    }
    if container.health == Some(Health::Healthy) {
        lines.push(voice.say("box-healthy", &[]));
    }
    if !container.image.is_empty() {
        lines.push(voice.say("box-image", &[("image", short(&container.image, IMAGE).into())]));
    }
    if let Some((project, service)) = container.project.as_deref().zip(container.service.as_deref()) {
        let nouns = [("project", short(project, NAME).into()), ("service", short(service, NAME).into())];
        lines.push(voice.say("box-project", &nouns));
    }
    let published = ports(&detail.ports);
    if !published.is_empty() {
        let mut shown: Vec<String> = published.iter().take(PORTS).cloned().collect();
        if PORTS < published.len() {
            shown.push(voice.word("and-more", &[("count", (published.len() - PORTS).into())]));
        }
        lines.push(voice.say("hand-ports", &[("ports", shown.join(", ").into())]));
    }
    if 0 < detail.restart_count {
        lines.push(voice.say("box-restarts", &[("count", detail.restart_count.into())]));
    }
    if detail.oom_killed {
        lines.push(voice.say("box-memory-out", &[]));
    }
    lines
}

/// What it is doing and for how long, as far as the engine's own words (`Up 3 hours`, `Exited (1) 2 days ago`) are
/// understood.
fn standing(voice: &Voice, container: &Container) -> String {
    let state = state(voice, container);
    match container.state {
        ContainerState::Running => {
            let words = container.status.split(" (").next().unwrap_or_default();
            let lasting = words.strip_prefix("Up ").and_then(span_of);
            lasting.map_or_else(|| state.clone(), |it| format!("{state} {}", voice.lasting(it)))
        }
        ContainerState::Exited => match ended(&container.status) {
            Some((code, ago)) => {
                let nouns = [("ago", voice.lasting(ago).into()), ("code", code.into())];
                voice.word(if code == "0" { "state-exited-well" } else { "state-exited-ill" }, &nouns)
            }
            None => state,
        },
        // How long it has been frozen the engine does not say, only how long it has been up.
        _ => state,
    }
}

/// Exit code and how long ago, of `Exited (137) 3 weeks ago`.
fn ended(status: &str) -> Option<(&str, std::time::Duration)> {
    let (code, rest) = status.strip_prefix("Exited (")?.split_once(") ")?;
    Some((code, span_of(rest.strip_suffix(" ago")?)?))
}

/// The engine's rough length of time: `3 hours`, `About a minute`, `Less than a second`.
fn span_of(words: &str) -> Option<std::time::Duration> {
    let lower = words.to_ascii_lowercase();
    let parts: Vec<&str> = lower.split_whitespace().collect();
    let (number, unit) = match parts[..] {
        ["less", "than", "a", "second"] => (0, "second"),
        ["about", "a" | "an", unit] => (1, unit),
        [number, unit] => (number.parse::<u64>().ok()?, unit),
        _ => return None,
    };
    let seconds = match unit.trim_end_matches('s') {
        "second" => 1,
        "minute" => 60,
        "hour" => 3600,
        "day" => 86_400,
        "week" => 604_800,
        "month" => 2_592_000,
        "year" => 31_536_000,
        _ => return None,
    };
    Some(std::time::Duration::from_secs(number * seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engines_rough_times_are_understood() {
        let seconds = |words| span_of(words).map(|it| it.as_secs());
        assert_eq!(seconds("3 hours"), Some(10_800));
        assert_eq!(seconds("About a minute"), Some(60));
        assert_eq!(seconds("About an hour"), Some(3600));
        assert_eq!(seconds("Less than a second"), Some(0));
        assert_eq!(seconds("2 weeks"), Some(1_209_600));
        assert_eq!(seconds("since yesterday"), None);
        assert_eq!(
            ended("Exited (137) 3 weeks ago").map(|it| (it.0, it.1.as_secs())),
            Some(("137", 1_814_400))
        );
        assert_eq!(ended("Exited"), None);
    }
}
