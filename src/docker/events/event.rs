//! One line of `GET /events`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jobs::ports::{EngineEvent, EventAction, Health};
use serde::Deserialize;

use super::super::state;
use super::super::tolerant::lenient;

/// Labels that are kept; a container may have many more, and long ones.
const KEPT: [&str; 2] = ["com.docker.compose.", "vakhta."];
const PROJECT: &str = "com.docker.compose.project";
const SERVICE: &str = "com.docker.compose.service";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Row {
    #[serde(rename = "Type", deserialize_with = "lenient")]
    kind: String,
    #[serde(rename = "Action", deserialize_with = "lenient")]
    action: String,
    #[serde(rename = "Actor", deserialize_with = "lenient")]
    actor: Actor,
    /// Before API 1.52 the action stands here too, and in some dialects only here.
    #[serde(deserialize_with = "lenient")]
    status: String,
    #[serde(deserialize_with = "lenient")]
    id: String,
    #[serde(deserialize_with = "lenient")]
    time: i64,
    #[serde(rename = "timeNano", deserialize_with = "lenient")]
    time_nano: i64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Actor {
    #[serde(rename = "ID", deserialize_with = "lenient")]
    id: String,
    #[serde(rename = "Attributes", deserialize_with = "lenient")]
    attributes: BTreeMap<String, String>,
}

/// A line that was understood.
#[derive(Debug, PartialEq)]
pub(super) struct Line {
    /// By the engine's clock.
    pub(super) at: Timestamp,
    /// None for what happens beside the life of a container, or to something else.
    pub(super) event: Option<EngineEvent>,
}

/// Reads a line; none when it is not what an engine writes, or says no time.
pub(super) fn read(line: &[u8]) -> Option<Line> {
    let row: Row = serde_json::from_slice(line).ok()?;
    let at = match row.time_nano {
        0 => Timestamp::from_second(row.time).ok().filter(|it| Timestamp::UNIX_EPOCH < *it)?,
        nano => Timestamp::from_nanosecond(nano.into()).ok()?,
    };
    Some(Line { at, event: event(row, at) })
}

fn event(row: Row, at: Timestamp) -> Option<EngineEvent> {
    let word = if row.action.is_empty() { row.status } else { row.action };
    let id = if row.actor.id.is_empty() { row.id } else { row.actor.id };
    if id.is_empty() || !matches!(row.kind.as_str(), "" | "container") || word.starts_with("exec_") {
        return None;
    }
    let mut attributes = row.actor.attributes;
    let action = action(&word, &attributes);
    let mut take = |name: &str| attributes.remove(name).unwrap_or_default();
    let (name, image) = (bare(take("name")), take("image"));
    let labels: Vec<(String, String)> = attributes
        .into_iter()
        .filter(|(label, _)| KEPT.iter().any(|prefix| label.starts_with(prefix)))
        .collect();
    let label = |name: &str| labels.iter().find(|(it, _)| it == name).map(|(_, value)| value.clone());
    Some(EngineEvent {
        at,
        action,
        id,
        name,
        image,
        project: label(PROJECT),
        service: label(SERVICE),
        labels,
    })
}

fn action(word: &str, attributes: &BTreeMap<String, String>) -> EventAction {
    let attribute = |name: &str| attributes.get(name).map(String::as_str);
    let (first, rest) = word.split_once(':').map_or((word, ""), |(first, rest)| (first, rest.trim()));
    match first {
        "create" => EventAction::Create,
        "start" => EventAction::Start,
        // Podman says `died`, and `remove` where Docker says `destroy`.
        "die" | "died" => EventAction::Die {
            exit_code: attribute("exitCode")
                .or(attribute("containerExitCode"))
                .and_then(|it| it.trim().parse().ok()),
        },
        "oom" => EventAction::Oom,
        "kill" => EventAction::Kill { signal: attribute("signal").and_then(signal) },
        "stop" => EventAction::Stop,
        "restart" => EventAction::Restart,
        "pause" => EventAction::Pause,
        "unpause" => EventAction::Unpause,
        "destroy" | "remove" => EventAction::Destroy,
        "rename" => EventAction::Rename { from: bare(attribute("oldName").unwrap_or_default().to_owned()) },
        "health_status" => {
            let said = if rest.is_empty() { attribute("health_status").unwrap_or_default() } else { rest };
            state::health(said).map_or_else(
                || EventAction::Other(word.to_owned()),
                |it: Health| EventAction::HealthStatus(it),
            )
        }
        _ => EventAction::Other(word.to_owned()),
    }
}

fn bare(name: String) -> String {
    name.strip_prefix('/').map(str::to_owned).unwrap_or(name)
}

/// `15`, `SIGTERM` or `TERM`.
fn signal(word: &str) -> Option<i32> {
    const NAMED: [(&str, i32); 7] =
        [("HUP", 1), ("INT", 2), ("QUIT", 3), ("KILL", 9), ("USR1", 10), ("USR2", 12), ("TERM", 15)];
    if let Ok(number) = word.trim().parse() {
        return Some(number);
    }
    let word = word.trim().to_ascii_uppercase();
    let name = word.strip_prefix("SIG").unwrap_or(&word);
    NAMED.iter().find(|(it, _)| *it == name).map(|(_, number)| *number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(text: &str) -> EngineEvent {
        read(text.as_bytes()).expect("a line").event.expect("an event")
    }

    #[test]
    fn an_event_is_read_from_every_generation() {
        let old = event(
            r#"{"status":"die","id":"a1","from":"nginx","Type":"container","Action":"die","Actor":{"ID":"a1","Attributes":
                {"exitCode":"1","image":"nginx","name":"web","com.docker.compose.project":"shop",
                 "com.docker.compose.service":"web","vakhta.mute":"true","maintainer":"somebody"}},
                "scope":"local","time":1714979289,"timeNano":1714979289000000005}"#,
        );
        assert_eq!(old.action, EventAction::Die { exit_code: Some(1) });
        assert_eq!((old.id.as_str(), old.name.as_str(), old.project.as_deref()), ("a1", "web", Some("shop")));
        assert_eq!(old.labels.len(), 3, "ours and compose's: {:?}", old.labels);
        assert_eq!(old.label("vakhta.mute"), Some("true"));
        assert_eq!(old.at.to_string(), "2024-05-06T07:08:09.000000005Z");
        let new = event(
            r#"{"Type":"container","Action":"kill","Actor":{"ID":"b","Attributes":{"signal":"9"}},"time":5}"#,
        );
        assert_eq!(new.action, EventAction::Kill { signal: Some(9) });
        let podman = event(
            r#"{"status":"died","id":"c","Type":"container","Actor":{"ID":"c","Attributes":{"containerExitCode":"2"}},"timeNano":5000000000}"#,
        );
        assert_eq!(podman.action, EventAction::Die { exit_code: Some(2) });
    }

    #[test]
    fn words_become_actions_and_unknown_ones_are_kept() {
        let check = |word: &str, attributes: &[(&str, &str)], expected: EventAction| {
            let attributes = attributes.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
            assert_eq!(action(word, &attributes), expected, "{word}");
        };
        check("health_status: unhealthy", &[], EventAction::HealthStatus(Health::Unhealthy));
        check("health_status:healthy", &[], EventAction::HealthStatus(Health::Healthy));
        check("health_status", &[("health_status", "starting")], EventAction::HealthStatus(Health::Starting));
        check("health_status", &[], EventAction::Other("health_status".into()));
        check("kill", &[("signal", "SIGQUIT")], EventAction::Kill { signal: Some(3) });
        check("kill", &[("signal", "term")], EventAction::Kill { signal: Some(15) });
        check("kill", &[], EventAction::Kill { signal: None });
        check("die", &[("exitCode", "many")], EventAction::Die { exit_code: None });
        check("rename", &[("oldName", "/web")], EventAction::Rename { from: "web".into() });
        check("checkpoint", &[], EventAction::Other("checkpoint".into()));
    }

    #[test]
    fn health_checks_and_other_things_are_seen_and_passed_over() {
        for text in [
            r#"{"Type":"container","Action":"exec_create: /probe","Actor":{"ID":"a"},"time":5}"#,
            r#"{"Type":"container","Action":"exec_die","Actor":{"ID":"a"},"time":5}"#,
            r#"{"Type":"network","Action":"connect","Actor":{"ID":"a"},"time":5}"#,
            r#"{"Type":"container","Action":"die","time":5}"#,
        ] {
            let line = read(text.as_bytes()).expect(text);
            assert_eq!((line.at.as_second(), line.event), (5, None), "{text}");
        }
    }

    #[test]
    fn what_is_no_line_of_an_engine_is_passed_over() {
        for text in ["", "null", "[]", "7", "{", "{}", r#"{"timeNano":"x"}"#, r#"{"time":-1}"#, "\u{fffd}"] {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
        let odd = r#"{"Type":7,"Action":null,"Actor":{"ID":[],"Attributes":{"name":5}},"id":"a","status":"start","time":5}"#;
        assert_eq!(event(odd).action, EventAction::Start);
    }
}
