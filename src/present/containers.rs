//! Containers, as one reads them on a phone.

use jobs::ports::{Container, ContainerState, Health};

use crate::markup::Markup;
use crate::present::Voice;

/// One sign for how a container is.
pub fn sign(container: &Container) -> &'static str {
    match (&container.state, &container.health) {
        (ContainerState::Running, Some(Health::Unhealthy)) => "🔴",
        (ContainerState::Running, Some(Health::Starting)) => "🟡",
        (ContainerState::Running, _) => "🟢",
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

/// Running first, the ill before the well, then by name.
pub fn order(containers: &mut [Container]) {
    let rank = |it: &Container| match (&it.state, &it.health) {
        (ContainerState::Running, Some(Health::Unhealthy)) | (ContainerState::Dead, _) => 0,
        (ContainerState::Restarting, _) => 1,
        (ContainerState::Running, _) | (ContainerState::Paused, _) => 2,
        _ => 3,
    };
    containers.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.name.cmp(&b.name)));
}

/// The line of a container in a list.
pub fn listed(voice: &Voice, container: &Container) -> Markup {
    let line = Markup::text(format!("{} ", sign(container))).bold(container.name.as_str());
    // The engine's own words carry the time; its "(healthy)" is said by the sign.
    let status = container.status.split(" (").next().unwrap_or_default();
    match status {
        "" => line.plain(format!(" · {}", state(voice, container))),
        _ => line.plain(format!(" · {}", engine_words(voice, container, status))),
    }
}

/// `Up 3 hours` in the reader's words, as far as they are understood: state and the engine's own length of time.
fn engine_words(voice: &Voice, container: &Container, status: &str) -> String {
    let lasting = status.strip_prefix("Up ").unwrap_or_default();
    match span_of(lasting) {
        Some(duration) => format!("{} {}", state(voice, container), voice.lasting(duration)),
        None => state(voice, container),
    }
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
    }
}
