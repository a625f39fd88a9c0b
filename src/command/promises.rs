//! What holds of every line that somebody sends: asked by tests and fuzzers.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use jobs::role::Role;

use super::parse::{Asked, addressed, length, nearest, parse};
use super::{COMMANDS, Danger, digest, find, graph, logs, mute, trail, written};

/// Any text as a line: its words are words of it in their order; what it asks can be written again and means the same;
/// no command is asked for less by odd words than by none.
pub fn commands(text: &str) {
    let _ = (addressed(text), length(text));
    let (meant, _) = trail::taken(text);
    let zone = TimeZone::get("Europe/Berlin").expect("a zone");
    let _ = (trail::screen(text), trail::is_closing(text));
    for bot in [None, Some("VakhtaBot")] {
        let Asked::Command { name, arguments } = parse(meant, bot) else { continue };
        assert!(!name.is_empty() && !name.contains(char::is_whitespace), "a name is a word");
        let mut rest = meant;
        for word in &arguments {
            let at = rest.find(word).expect("a word of the line, behind the one before");
            assert!(!word.is_empty());
            rest = &rest[at + word.len()..];
        }
        let _ = nearest(&name);
        // What is asked is what is written, however the words stood.
        let line = format!("/{name} {}", arguments.join(" "));
        if name.to_lowercase() == name && !name.contains('@') && !name.contains('\u{1f}') {
            assert_eq!(
                parse(&line, None),
                Asked::Command { name: name.clone(), arguments: arguments.clone() },
                "said again"
            );
        }
        let once = written(meant);
        assert_eq!(written(&once), once, "written again it is the same");
        for command in COMMANDS {
            let role = command.role(&arguments);
            let danger = command.danger_of(&arguments);
            assert!(danger == Danger::None || Role::Viewer < role, "{name} changes something");
            let _ = (command.target(&arguments), command.written(&arguments), command.stays(&arguments));
            for confirmed in [false, true] {
                let _ = command.needs(&arguments, confirmed);
            }
            let _ = command.is_live(&arguments);
        }
        assert!(find(&name).is_none_or(|it| it.name() == name));
        mute::promises::holds(&arguments);
        for second in [1, 1_762_000_000, 250_000_000_000] {
            let now = Timestamp::from_second(second).expect("a time");
            logs::promises::holds(&arguments, now, &zone);
            graph::promises::holds(&arguments, now, &zone);
            digest::promises::holds(&arguments, now, &zone);
        }
    }
}
