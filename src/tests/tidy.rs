//! The walls and floors of this building. Whoever runs into one reads here what it is for; if it is in the way, it is
//! moved here, in a commit of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The modules of `src`, from the roof down. A module uses those below it.
const FLOORS: &[(&str, &[&str])] = &[
    ("the way in", &["main", "cli"]),
    ("wiring: both sides of every port", &["app", "doctor", "init", "simulate"]),
    (
        "motion: who runs when, who is told",
        &["dispatch", "evidence", "fallback", "outbox", "postman", "runner", "schedule", "watch"],
    ),
    ("speech: who may ask, what is said", &["command", "console", "gate", "locale", "present"]),
    (
        "adapters, one for each outside world, and the process's own surroundings",
        &["config", "detect", "docker", "heartbeat", "host", "log", "store", "telegram", "web"],
    ),
    (
        "nouns, and the chat's port",
        &[
            "clock",
            "cron",
            "markup",
            "message",
            "nearest",
            "panics",
            "pattern",
            "private",
            "redact",
            "run",
            "sink",
            "totp",
            "transport",
            "vitals",
        ],
    ),
];

/// Neighbours that may use each other, in this direction alone, and why.
const SIDEWAYS: &[(&str, &str, &str)] = &[
    ("main", "cli", "the way in is one"),
    ("dispatch", "outbox", "an answer goes out by the only door"),
    ("postman", "outbox", "and so does news"),
    ("postman", "dispatch", "news speaks in the voice, and has the buttons, of an answer"),
    ("postman", "evidence", "what may explain news is found out when it is told"),
    ("fallback", "dispatch", "the second way speaks in the voice of the first"),
    ("fallback", "outbox", "it tries again as patiently"),
    ("runner", "schedule", "it runs what is due"),
    ("watch", "postman", "what it sees is told"),
    ("command", "gate", "an operator is proof that somebody may ask"),
    ("command", "locale", "tests hold every command to every language"),
    ("command", "present", "an answer is made of parts that news has too"),
    ("present", "locale", "sentences come from the catalogues"),
    ("console", "locale", "what a terminal says by itself is in its reader's language"),
    ("console", "command", "it completes what can be asked"),
    ("console", "present", "a cell is as wide wherever it is shown"),
    ("log", "config", "its format is a setting"),
    ("telegram", "web", "one client dials everything"),
    ("message", "markup", "a message has emphasis"),
    ("redact", "pattern", "what is struck out can be declared"),
    ("transport", "message", "a chat carries messages"),
];

/// Who besides the wiring knows an adapter, and for what.
const BRIDGES: &[(&str, &str, &str)] = &[
    ("postman", "store", "written before it is sent, struck out after: the book of that is the store's"),
    ("evidence", "store", "what changed lately is remembered across a restart"),
    (
        "watch",
        "store",
        "what it knows of containers outlives it, in one transaction with what is told of them",
    ),
    ("fallback", "store", "what waits, and what was called out, is in its book"),
    ("runner", "config", "a job is planned where its cron is read"),
    ("schedule", "config", "and so for whoever says when it is due"),
];

/// Outside crates that have a room of their own, and nobody else names them.
const ROOMS: &[(&str, &[&str])] = &[
    ("annotate_snippets", &["config"]),
    ("bollard", &["docker"]),
    ("chrono", &["schedule"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("croner", &["cron"]),
    // Already there: PNGs are packed by it.
    ("flate2", &["command"]),
    ("fluent_bundle", &["locale"]),
    ("fluent_syntax", &["locale"]),
    ("http_body_util", &["docker"]),
    ("hyper", &["docker"]),
    ("hyper_util", &["docker"]),
    ("image", &["console"]),
    ("procfs", &["host"]),
    // What people search for and strike out; its engine was there for the log's filter already.
    ("regex", &["pattern"]),
    ("reqwest", &["telegram", "web"]),
    ("ring", &["init", "totp"]),
    ("rusqlite", &["store"]),
    ("rustls", &["web"]),
    ("rustyline", &["console"]),
    ("sysinfo", &["host"]),
    ("tokio_cron_scheduler", &["schedule"]),
    ("toml", &["config"]),
    ("tracing_subscriber", &["log"]),
    ("unic_langid", &["locale"]),
    // The scheduler's jobs and our buttons both have such names.
    ("uuid", &["schedule", "store"]),
    ("webpki_root_certs", &["web"]),
    // Freed memory is overwritten: what becomes of a secret in other people's crates is theirs, and not for long.
    ("zeroizing_alloc", &["main"]),
    // Errors for people end at the top; below, an error is something that code acts on.
    ("anyhow", &["app", "cli"]),
    ("render", &["app", "command", "dispatch", "present"]),
    ("secrecy", &["app", "cli", "config", "init", "log", "redact", "telegram", "totp", "web"]),
];

/// Outside crates that are at home everywhere.
const COMMON: &[&str] = &[
    "async_trait",
    "futures_util",
    "jiff",
    "jobs",
    "rustix",
    "serde",
    "serde_json",
    "thiserror",
    "tokio",
    "tokio_util",
    "tracing",
];

/// Where a secret becomes plain text, and how often: to be sent, to be checked, to be struck out.
const EXPOSED: &[(&str, usize)] = &[
    ("src/app/line.rs", 3),
    ("src/cli.rs", 2),
    ("src/config/difference.rs", 1),
    ("src/config/settings/mod.rs", 1),
    ("src/init/mod.rs", 2),
    ("src/log.rs", 4),
    ("src/redact/mod.rs", 1),
    ("src/telegram/api.rs", 2),
    ("src/telegram/settings.rs", 1),
    ("src/totp.rs", 3),
    ("src/web/mod.rs", 3),
    ("src/web/ntfy.rs", 1),
];

/// One file of ours.
struct Source {
    /// From the repository's root.
    path: String,
    /// The text as it is.
    whole: String,
    /// Without comments.
    code: String,
    /// Without comments and tests.
    product: String,
}

impl Source {
    fn read(path: &Path, root: &Path) -> Self {
        let whole = std::fs::read_to_string(path).expect("our own source");
        let path = path.strip_prefix(root).expect("it lies there").to_string_lossy().into_owned();
        let lines = whole.lines().filter(|line| !line.trim_start().starts_with("//"));
        let code: String = lines.map(|line| format!("{line}\n")).collect();
        let is_test = path.contains("/tests/") || path.contains("/fakes");
        // What promises ask is asked by tests and fuzzers alone.
        let is_test = is_test || path.ends_with("/tests.rs") || path.ends_with("/promises.rs");
        let product = match code.find("#[cfg(test)]\nmod tests {") {
            _ if is_test => String::new(),
            Some(tests) => code[..tests].to_owned(),
            None => code.clone(),
        };
        Self { path, whole, code, product }
    }

    /// The module of `src` it belongs to.
    fn module(&self) -> &str {
        let path = self.path.strip_prefix("src/").unwrap_or(&self.path);
        path.split('/').next().unwrap_or(path).trim_end_matches(".rs")
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Every source of a package: `src`, `jobs/src` or `render/src`.
fn sources(package: &str) -> Vec<Source> {
    let root = root();
    let mut sources = Vec::new();
    let mut folders = vec![root.join(package)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("our own sources").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                sources.push(Source::read(&path, &root));
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(3 < sources.len(), "nothing was read of {package}");
    sources
}

/// The modules of `src`: without its root, and without these tests.
fn modules() -> Vec<Source> {
    sources("src").into_iter().filter(|it| it.module() != "lib" && it.module() != "tests").collect()
}

/// The names that follow `crate::` in a source, also those in braces.
fn uses(code: &str) -> BTreeSet<String> {
    let word = |text: &str| {
        text.trim_start()
            .chars()
            .take_while(|it| it.is_ascii_alphanumeric() || *it == '_')
            .collect::<String>()
    };
    let mut names = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => drop(names.insert(word(rest))),
            Some(group) => {
                let mut depth = 0;
                let end = group.find(|it| {
                    depth += i32::from(it == '{') - i32::from(it == '}');
                    depth < 0
                });
                let group = &group[..end.expect("a brace that is closed")];
                let mut depth = 0;
                let parts = group.split(|it| {
                    depth += i32::from(it == '{') - i32::from(it == '}');
                    it == ',' && depth == 0
                });
                names.extend(parts.map(word));
            }
        }
    }
    names.remove("");
    names
}

/// Which module uses which, and in which file it says so.
fn graph() -> BTreeMap<(String, String), String> {
    let mut graph = BTreeMap::new();
    for source in modules() {
        // The binary names the library as everybody does.
        let code = if source.module() == "main" {
            source.code.replace("vakhta::", "crate::")
        } else {
            source.code.clone()
        };
        for used in uses(&code).into_iter().filter(|it| it != source.module()) {
            graph.insert((source.module().to_owned(), used), source.path.clone());
        }
    }
    graph
}

fn floor_of(module: &str) -> Option<usize> {
    FLOORS.iter().rev().position(|(_, modules)| modules.contains(&module))
}

#[test]
fn every_module_has_a_floor_and_uses_nothing_above_it() {
    let all = modules();
    let modules: BTreeSet<&str> = all.iter().map(Source::module).collect();
    let placed: BTreeSet<&str> = FLOORS.iter().flat_map(|(_, modules)| modules.iter().copied()).collect();
    assert_eq!(modules, placed, "the modules there are, and those that have a floor");
    let mut wrong = Vec::new();
    for ((from, to), file) in graph() {
        let (Some(here), Some(there)) = (floor_of(&from), floor_of(&to)) else {
            wrong.push(format!("{file}: `crate::{to}` is no module"));
            continue;
        };
        let allowed = SIDEWAYS.iter().any(|it| (it.0, it.1) == (from.as_str(), to.as_str()));
        if here < there {
            wrong.push(format!("{file}: {from} reaches up to {to}"));
        } else if here == there && !allowed {
            wrong.push(format!("{file}: {from} reaches sideways to {to}; SIDEWAYS has no reason for it"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn an_adapter_is_known_to_the_wiring_and_to_nobody_else_without_a_reason() {
    let adapters = floor_of("store").expect("a floor");
    let wiring = floor_of("app").expect("a floor");
    let mut wrong = Vec::new();
    for ((from, to), file) in graph() {
        let (here, there) = (floor_of(&from), floor_of(&to));
        let crosses = there == Some(adapters) && here.is_some_and(|it| adapters < it && it < wiring);
        if crosses && !BRIDGES.iter().any(|it| (it.0, it.1) == (from.as_str(), to.as_str())) {
            wrong.push(format!("{file}: {from} names {to}, and should see a trait"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_reason_to_reach_further_is_still_needed() {
    let graph = graph();
    let needless: Vec<_> = SIDEWAYS
        .iter()
        .chain(BRIDGES)
        .filter(|it| !graph.contains_key(&(it.0.to_owned(), it.1.to_owned())))
        .collect();
    assert!(needless.is_empty(), "{needless:?}");
}

#[test]
fn no_two_modules_use_each_other_on_whatever_way() {
    let mut edges: BTreeSet<(String, String)> = graph().into_keys().collect();
    loop {
        let users: BTreeSet<String> = edges.iter().map(|it| it.0.clone()).collect();
        let before = edges.len();
        // Whoever uses nobody is done, and so is what leads there.
        edges.retain(|(_, to)| users.contains(to));
        if edges.len() == before {
            break;
        }
    }
    assert!(edges.is_empty(), "a circle among {edges:?}");
}

/// What is written at warning and error in a source: the level's macro, and all within its brackets.
fn complaints(code: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    for level in ["error", "warn"] {
        for (at, call) in code.match_indices(&format!("tracing::{level}!(")) {
            let body = &code[at + call.len()..];
            let (mut depth, mut is_quoted, mut is_escaped) = (1, false, false);
            let end = body.find(|it: char| {
                match it {
                    _ if is_escaped => is_escaped = false,
                    '\\' if is_quoted => is_escaped = true,
                    '"' => is_quoted = !is_quoted,
                    '(' if !is_quoted => depth += 1,
                    ')' if !is_quoted => depth -= 1,
                    _ => {}
                }
                depth == 0
            });
            found.push((level, &body[..end.expect("a bracket that closes")]));
        }
    }
    found
}

#[test]
fn what_the_log_complains_of_is_explained_with_what_to_do() {
    let page = std::fs::read_to_string(root().join("docs/operations.md")).expect("the page");
    let (_, table) = page.split_once("## What the log says").expect("its last part");
    let row = |line: &str| {
        let cells: Vec<_> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [message, doing, remedy] = cells[..] else { return None };
        let message = message.strip_prefix('`')?.strip_suffix('`')?;
        (!doing.is_empty() && !remedy.is_empty()).then(|| message.to_owned())
    };
    let explained: BTreeSet<String> = table.lines().filter_map(row).collect();
    let mut said = BTreeSet::new();
    for source in modules() {
        for (level, body) in complaints(&source.product) {
            let message =
                body.trim().trim_end_matches(',').strip_suffix('"').and_then(|it| it.rsplit_once('"'));
            let (fields, message) = message.unwrap_or_else(|| panic!("{:?}: {body}", source.path));
            assert!(level == "warn" || fields.contains("remedy ="), "{message}: an error says what to do");
            said.insert(message.to_owned());
        }
    }
    assert!(80 < said.len(), "the sources were not read: {said:?}");
    let of = |these: &BTreeSet<String>, those| these.difference(those).cloned().collect::<Vec<_>>();
    assert_eq!(of(&said, &explained), Vec::<String>::new(), "not explained in docs/operations.md");
    assert_eq!(of(&explained, &said), Vec::<String>::new(), "explained there, and never said");
}

/// The crates a manifest lists for the program itself.
fn dependencies(manifest: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root().join(manifest)).expect("a manifest");
    let manifest: toml::Table = text.parse().expect("TOML");
    let listed = manifest["dependencies"].as_table().expect("a table");
    listed.keys().map(|it| it.replace('-', "_")).collect()
}

/// Whether a source names a crate: `name::`, or `use name;`.
fn names(code: &str, name: &str) -> bool {
    let is_word = |it: char| it.is_ascii_alphanumeric() || it == '_' || it == ':';
    code.match_indices(name).any(|(at, _)| {
        let (before, after) = (&code[..at], &code[at + name.len()..]);
        // `crate::render` and `::jobs` end in a colon; the second is the crate, said aloud.
        let starts = !before.ends_with(is_word)
            || (before.ends_with("::") && !before[..before.len() - 2].ends_with(is_word));
        starts && (after.starts_with("::") || (before.ends_with("use ") && after.starts_with([';', ' '])))
    })
}

#[test]
fn an_outside_crate_is_named_in_its_own_room_alone_and_somebody_needs_it() {
    let modules = modules();
    let mut wrong = Vec::new();
    for name in dependencies("Cargo.toml") {
        let users: BTreeSet<&str> =
            modules.iter().filter(|it| names(&it.code, &name)).map(Source::module).collect();
        let rooms = ROOMS.iter().find(|it| it.0 == name).map(|it| it.1);
        match rooms {
            _ if users.is_empty() => wrong.push(format!("{name}: nobody names it")),
            None if COMMON.contains(&name.as_str()) => {}
            None => wrong.push(format!("{name} has no room; it is named in {users:?}")),
            Some(rooms) if users.iter().all(|it| rooms.contains(it)) => {}
            Some(rooms) => wrong.push(format!("{name} belongs to {rooms:?}, and is named in {users:?}")),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_other_two_packages_know_little_of_the_world() {
    assert_eq!(dependencies("jobs/Cargo.toml"), ["async_trait", "jiff", "serde", "thiserror"]);
    assert_eq!(dependencies("render/Cargo.toml"), ["ab_glyph", "image", "memmap2", "png", "tiny_skia"]);
    let mut wrong = Vec::new();
    for source in sources("jobs/src").iter().chain(&sources("render/src")) {
        for world in ["std::fs", "std::net", "std::env", "std::process", "std::thread", "::now()"] {
            if source.product.contains(world) {
                wrong.push(format!("{}: {world}", source.path));
            }
        }
        for (name, room) in [
            ("tiny_skia", "render/src/canvas.rs"),
            ("memmap2", "render/src/canvas.rs"),
            ("ab_glyph", "render/src/text.rs"),
            ("image", "render/src/png.rs"),
        ] {
            if names(&source.product, name) && source.path != room {
                wrong.push(format!("{}: {name} belongs to {room}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Every place outside tests that has one of these words, unless it lies in one of those modules.
fn found(words: &[&str], except: &[&str]) -> Vec<String> {
    let all = modules();
    let lines = all.iter().filter(|it| !except.contains(&it.module())).flat_map(|source| {
        let lines = source.product.lines().filter(|line| words.iter().any(|word| line.contains(word)));
        lines.map(|line| format!("{}: {}", source.path, line.trim()))
    });
    lines.collect()
}

#[test]
fn only_the_wiring_and_the_log_ask_the_machine_for_the_time() {
    let clocks = ["Timestamp::now", "SystemTime::now", "Utc::now", "Local::now", "Zoned::now"];
    assert_eq!(found(&clocks, &["app", "log"]), [""; 0]);
    assert!(!found(&clocks, &[]).is_empty(), "somebody must ask");
}

#[test]
fn nothing_listens_on_a_port() {
    assert_eq!(found(&["TcpListener", "UnixListener", "UdpSocket", "UnixDatagram"], &[]), [""; 0]);
}

#[test]
fn nobody_speaks_past_the_chat_the_log_and_the_command_line() {
    assert_eq!(found(&["println!", "eprintln!", " print!", " eprint!", "dbg!"], &[]), [""; 0]);
    assert_eq!(found(&["io::stdout", "io::stderr"], &["cli", "console", "init", "log"]), [""; 0]);
}

#[test]
fn nothing_is_unwrapped_outside_tests() {
    assert_eq!(found(&[".unwrap()", "todo!", "unimplemented!"], &[]), [""; 0]);
}

#[test]
fn every_crate_forbids_what_is_unsafe() {
    let manifest: toml::Table =
        std::fs::read_to_string(root().join("Cargo.toml")).expect("ours").parse().expect("TOML");
    assert_eq!(manifest["workspace"]["lints"]["rust"]["unsafe_code"].as_str(), Some("forbid"));
    for package in ["Cargo.toml", "jobs/Cargo.toml", "render/Cargo.toml"] {
        let text = std::fs::read_to_string(root().join(package)).expect("a manifest");
        assert!(text.contains("[lints]\nworkspace = true"), "{package} does not take the lints of all");
    }
    for crate_root in ["src/lib.rs", "src/main.rs", "jobs/src/lib.rs", "render/src/lib.rs"] {
        let source = Source::read(&root().join(crate_root), &root());
        assert!(source.code.contains("#![forbid(unsafe_code)]"), "{crate_root} does not say so");
    }
}

#[test]
fn what_promises_ask_is_in_no_program() {
    for source in ["src", "jobs/src", "render/src"].iter().flat_map(|it| sources(it)) {
        let code: Vec<&str> = source.code.lines().map(str::trim).collect();
        for (line, module) in code.iter().enumerate().filter(|it| it.1.ends_with("mod promises;")) {
            let asked = code[line.saturating_sub(2)..line].contains(&"#[cfg(any(test, fuzzing))]");
            assert!(asked || source.path.contains("/tests/"), "{}: {module}", source.path);
        }
    }
}

#[test]
fn a_secret_is_exposed_in_known_places_alone() {
    let count = |it: &Source| it.product.matches(".expose_secret()").count();
    let all = modules();
    let exposed: Vec<(&str, usize)> =
        all.iter().map(|it| (it.path.as_str(), count(it))).filter(|it| 0 < it.1).collect();
    assert_eq!(exposed, EXPOSED);
}

#[test]
fn every_file_says_first_what_it_is() {
    let all = ["src", "jobs/src", "render/src"].map(sources);
    let silent: Vec<&str> = all
        .iter()
        .flatten()
        .filter(|it| !it.whole.starts_with("//!") && !it.path.contains("tests") && it.path != "src/lib.rs")
        .map(|it| it.path.as_str())
        .collect();
    assert_eq!(silent, [""; 0]);
}

#[test]
fn the_map_shows_what_there_is() {
    let map = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("the map");
    assert!(map.lines().count() <= 350, "a map of more than 350 lines is a book");
    let is_place = |it: &&str| {
        ["src/", "jobs/", "render/", "tests/"].iter().any(|room| it.starts_with(room)) && 7 < it.len()
    };
    let tree = map.split("## The tree").nth(1).and_then(|it| it.split("```").nth(1)).expect("a tree");
    let places: Vec<&str> = tree.split_whitespace().filter(is_place).collect();
    let gone: Vec<_> = places.iter().filter(|it| !root().join(it).exists()).collect();
    assert!(gone.is_empty(), "on the map, and not there: {gone:?}");
    let all = modules();
    let shown = |module: &str| {
        places.iter().any(|it| {
            it.strip_prefix("src/").is_some_and(|it| {
                it.trim_end_matches(".rs") == module || it.split('/').next() == Some(module)
            })
        })
    };
    let unknown: BTreeSet<&str> = all.iter().map(Source::module).filter(|it| !shown(it)).collect();
    assert!(unknown.is_empty(), "there, and not on the map: {unknown:?}");
}

/// What a table of a page names in backticks in the last cell of its rows, and how many rows that are.
fn named_in_rows(page: &str) -> (Vec<String>, usize) {
    let rows = page.lines().filter(|it| it.starts_with("| ") && !it.ends_with("| shown by |"));
    let mut names = Vec::new();
    let mut count = 0;
    for row in rows {
        let last = row.trim_end_matches(" |").rsplit(" | ").next().unwrap_or_default();
        let in_it: Vec<String> = last.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        assert!(!in_it.is_empty(), "nothing shows this: {row}");
        names.extend(in_it);
        count += 1;
    }
    (names, count)
}

#[test]
fn every_test_that_the_page_on_security_names_is_there() {
    let page = std::fs::read_to_string(root().join("docs/security.md")).expect("the page");
    let (names, rows) = named_in_rows(&page);
    assert!(40 < rows, "{rows} rows were found");
    let all = ["src", "jobs/src", "tests", "examples"].map(sources);
    let container = std::fs::read_to_string(root().join("tests/container.sh")).expect("the script");
    let is_there = |name: &str| match name.strip_prefix("container.sh: ") {
        Some(sentence) => container.contains(&format!("check \"{sentence}\"")),
        None => all.iter().flatten().any(|it| {
            it.whole.match_indices(&format!("fn {name}(")).any(|(at, _)| {
                let before = it.whole[..at].trim_end_matches("async ").trim_end();
                // A test of ours, or of a proptest block.
                before.ends_with(']')
            })
        }),
    };
    let missing: Vec<&String> = names.iter().filter(|it| !is_there(it)).collect();
    assert!(missing.is_empty(), "named in docs/security.md, and no test: {missing:#?}");
}

#[test]
fn the_reader_of_these_sources_finds_what_he_looks_for() {
    let said = "use crate::alpha::X;\nuse crate::{beta::{Y, Z}, gamma};\ncrate::delta::go();";
    assert_eq!(uses(said).into_iter().collect::<Vec<_>>(), ["alpha", "beta", "delta", "gamma"]);
    assert!(names("use toml::de;", "toml") && names("x(::jobs::run())", "jobs"));
    assert!(
        !names("use crate::image::Png;", "image")
            && !names("mytoml::de", "toml")
            && !names("// toml", "toml")
    );
}
