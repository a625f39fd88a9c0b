//! What Tab completes: commands, what may follow each, and the names of what there is, from a snapshot that is kept fresh
//! elsewhere. Nothing is asked of anybody between a key and its answer.

use crate::command;

/// What there is to name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Containers.
    pub containers: Vec<String>,
    /// Compose projects.
    pub projects: Vec<String>,
    /// Where filesystems are mounted.
    pub mounts: Vec<String>,
    /// Network interfaces.
    pub interfaces: Vec<String>,
    /// Declared jobs.
    pub jobs: Vec<String>,
    /// Numbers of incidents that are not over.
    pub incidents: Vec<String>,
}

/// Everything that may stand at the end of a line, and where that end begins.
pub(super) fn completions(line: &str, known: &Known) -> (usize, Vec<String>) {
    let start = line.rfind(' ').map_or(0, |it| it + 1);
    let begun = &line[start..];
    let before: Vec<&str> = line[..start].split_whitespace().collect();
    let mut fitting: Vec<String> = match before.split_first() {
        None => {
            let bare = begun.trim_start_matches('/');
            let own = ["quit", "save"];
            let names = command::listed().map(|it| it.name()).filter(|it| it.starts_with(bare));
            let own = own.into_iter().filter(|it| !bare.is_empty() && it.starts_with(bare));
            names.map(|it| format!("/{it} ")).chain(own.map(|it| format!("{it} "))).collect()
        }
        Some((command, words)) => follow(command.trim_start_matches('/'), words, known)
            .into_iter()
            .filter(|it| it.starts_with(begun) && !words.contains(&it.as_str()))
            .map(|it| it + " ")
            .collect(),
    };
    fitting.sort();
    fitting.dedup();
    (start, fitting)
}

/// What may follow a command and the words after it.
fn follow(command: &str, words: &[&str], known: &Known) -> Vec<String> {
    let fixed = |words: &[&str]| words.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    let targets = || [known.containers.clone(), known.projects.clone()].concat();
    match (command, words) {
        ("graph", []) => {
            command::drawable().map(str::to_owned).chain(known.containers.iter().cloned()).collect()
        }
        ("graph", [.., "disk"]) => [known.mounts.clone(), fixed(RANGES)].concat(),
        ("graph", [.., "net"]) => [known.interfaces.clone(), fixed(RANGES)].concat(),
        ("graph", _) => fixed(RANGES),
        ("help", []) => command::listed().map(|it| it.name().to_owned()).collect(),
        ("ps", []) => [fixed(&["all"]), known.projects.clone()].concat(),
        ("disk", []) => fixed(&["all"]),
        ("alerts", []) => [fixed(&["all"]), fixed(RANGES)].concat(),
        ("why" | "ack", []) => known.incidents.clone(),
        ("logs", []) => targets(),
        ("logs", [_, ..]) => fixed(&["-f", "-g", "-s", "--level", "--file"]),
        ("stats" | "inspect" | "top", []) => known.containers.clone(),
        ("restart" | "stop" | "start" | "pause" | "unpause" | "kill", []) => targets(),
        ("events", []) => [fixed(RANGES), known.containers.clone()].concat(),
        ("mute", []) => [fixed(&["1h", "4h", "tomorrow", "host", "off"]), targets()].concat(),
        ("mute", [_]) => fixed(&["1h", "4h", "tomorrow"]),
        ("normal", []) => command::drawable().map(str::to_owned).collect(),
        ("normal", [_]) => fixed(&["undo"]),
        ("jobs", []) => fixed(&["run"]),
        ("jobs", ["run"]) => known.jobs.clone(),
        ("heal", []) => fixed(&["on", "off"]),
        ("fix", []) => [fixed(&["all", "logs"]), known.mounts.clone()].concat(),
        ("digest" | "audit", []) => fixed(&["24h", "7d"]),
        _ => Vec::new(),
    }
}

/// How far back.
const RANGES: &[&str] = &["1h", "6h", "24h", "7d", "30d"];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &[&str]) {
        let names = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect();
        let known = Known {
            containers: names(&["shop-db-1", "shop-web-1", "nginx"]),
            projects: names(&["shop"]),
            mounts: names(&["/", "/srv"]),
            interfaces: names(&["eth0"]),
            jobs: names(&["morning", "sample"]),
            incidents: names(&["12"]),
        };
        assert_eq!(completions(line, &known).1, expected, "{line}");
    }

    #[test]
    fn tab_knows_commands_their_words_and_what_there_is() {
        check("/sta", &["/start ", "/stats ", "/status "]);
        check("vers", &["/version "]);
        check("sav", &["save "]);
        check("restart sh", &["shop ", "shop-db-1 ", "shop-web-1 "]);
        check("/logs n", &["nginx "]);
        check("/logs nginx --l", &["--level "]);
        check("/graph disk /", &["/ ", "/srv "]);
        check("graph net e", &["eth0 "]);
        check("/graph cpu 6", &["6h "]);
        check("/jobs ", &["run "]);
        check("/jobs run m", &["morning "]);
        check("/why ", &["12 "]);
        check("/uptime ", &[]);
        check("/nonsense x", &[]);
    }

    #[test]
    fn whatever_completes_a_command_is_one() {
        for name in ["graph", "help", "ps", "logs", "mute", "jobs", "why", "ack", "restart", "fix", "heal"] {
            assert!(command::find(name).is_some(), "{name}");
        }
    }
}
