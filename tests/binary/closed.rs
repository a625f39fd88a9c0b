//! What others on the machine get out of a running watch: no socket to call, no memory to read, no core.

use std::collections::HashSet;
use std::fs::File;
use std::os::unix::fs::FileExt;

use super::OWNER;
use super::botapi::{BotApi, TOKEN};
use super::dock::Dock;
use super::ground::{Ground, QUICK, allow, binary};
use super::receiver::Receiver;
use super::watch::{Watch, ask, run};

/// Something that is critical from the first sample on, whatever the machine; and a beat.
const BUSY: &str = r#"
[[job]]
name = "beat"
run = "beat"
cron = "* * * * * *"

[[rule]]
name = "always"
metric = "memory.used"
detector = "threshold"
above = -1
back = -2
critical_above = 0
critical_back = -1
"#;

/// A socket that waits for somebody to call, by its inode, and the line of `/proc` that says so.
type Waiting = (String, String);

/// All of them that the process could have: of its network, or of the whole of it for those that have a path.
fn waiting(pid: u32) -> Vec<Waiting> {
    let mut found = Vec::new();
    // The column of the inode, and what makes a line one of a socket that anybody may send something to.
    type Table = (&'static str, usize, fn(&[&str]) -> bool);
    let tables: [Table; 12] = [
        // 0A: it listens. 07: it is connected to nobody.
        ("tcp", 9, |it| it.get(3) == Some(&"0A")),
        ("tcp6", 9, |it| it.get(3) == Some(&"0A")),
        ("udp", 9, |it| it.get(3) == Some(&"07")),
        ("udp6", 9, |it| it.get(3) == Some(&"07")),
        ("udplite", 9, |_| true),
        ("udplite6", 9, |_| true),
        ("raw", 9, |_| true),
        ("raw6", 9, |_| true),
        ("icmp", 9, |_| true),
        ("icmp6", 9, |_| true),
        ("packet", 8, |_| true),
        // 00010000: it accepts connections. 0002: it takes datagrams, where it has a path.
        ("unix", 6, |it| it.get(3) == Some(&"00010000") || (it.get(4) == Some(&"0002") && 7 < it.len())),
    ];
    for (table, inode, is_open) in tables {
        let Ok(text) = std::fs::read_to_string(format!("/proc/{pid}/net/{table}")) else { continue };
        for line in text.lines().skip(1) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            if let Some(inode) = fields.get(inode).filter(|_| is_open(&fields)) {
                found.push(((*inode).to_owned(), format!("{table}: {line}")));
            }
        }
    }
    found
}

/// The sockets that a process holds; none where the kernel does not say.
fn held(pid: u32) -> Option<HashSet<String>> {
    let links = std::fs::read_dir(format!("/proc/{pid}/fd")).ok()?;
    let links = links.filter_map(|it| std::fs::read_link(it.ok()?.path()).ok());
    Some(
        links
            .filter_map(|it| Some(it.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
            .collect(),
    )
}

/// What of it the watch holds. Who is not root may not look at what it holds: then, what is new and not held by this
/// process, three times over, since others come and go.
fn waits_for_callers(pid: u32, before: &HashSet<String>) -> Vec<String> {
    let mut found: Option<Vec<Waiting>> = None;
    for _ in 0..3 {
        let is_its = |it: &Waiting| match held(pid) {
            Some(held) => held.contains(&it.0),
            None => {
                !before.contains(&it.0) && held(std::process::id()).is_some_and(|ours| !ours.contains(&it.0))
            }
        };
        let now: Vec<Waiting> = waiting(pid).into_iter().filter(is_its).collect();
        found = Some(match found {
            None => now,
            Some(found) => found.into_iter().filter(|it| now.contains(it)).collect(),
        });
    }
    found.unwrap_or_default().into_iter().map(|it| it.1).collect()
}

#[tokio::test]
async fn nothing_listens_from_the_first_word_to_the_last() {
    let (ground, api, pager) = (Ground::new(), BotApi::start(), Receiver::start());
    let dock = Dock::lively(&ground);
    let ours = waiting(std::process::id());
    let before: HashSet<String> = ours.iter().map(|it| it.0.clone()).collect();
    // This very test does, on TCP and at the engine's path: it would be seen.
    let mine = held(std::process::id()).expect("our own");
    for table in ["tcp:", "unix:"] {
        assert!(ours.iter().any(|it| it.1.starts_with(table) && mine.contains(&it.0)), "{table} {ours:?}");
    }
    let mut command = ground.serving_with(&api, &format!("{QUICK}{BUSY}"));
    command
        .env("HEARTBEAT_URL", pager.url("/switch"))
        .env("FALLBACK_URL", pager.url("/topic"))
        .env("FALLBACK_AFTER", "1s");
    let mut watch = Watch::start(command);
    let check = |watch: &Watch, when: &str| {
        assert_eq!(waits_for_callers(watch.pid(), &before), [""; 0], "{when}");
    };
    check(&watch, "as it starts");
    api.wait_for("the list of commands", |calls| {
        calls.iter().any(|it| it.method == "setMyCommands").then_some(())
    })
    .await;
    check(&watch, "it polls");
    ask(&api, OWNER, "/graph").await;
    check(&watch, "it has drawn");
    ask(&api, OWNER, "/ps").await;
    ask(&api, OWNER, "/logs nginx").await;
    let question = ask(&api, OWNER, "/restart nginx").await;
    api.press_label(OWNER, OWNER, question.id, "Yes, restart");
    api.wait_for_message(OWNER, "the restart", |it| it.words.starts_with("✅ nginx")).await;
    assert_eq!(dock.restarts(), ["nginx"]);
    check(&watch, "it has used the engine");
    pager.wait_for("a beat", |it| it.path.starts_with("/switch")).await;
    api.wait_for_message(OWNER, "the alert", |it| it.words.starts_with("🔴")).await;
    api.go_down().await;
    watch.logged("the chat does not answer").await;
    check(&watch, "the chat is gone");
    watch.signal(rustix::process::Signal::TERM);
    check(&watch, "it was asked to end");
    assert_eq!(watch.ended().await.code(), Some(0));
}

/// The line of `/proc/PID/status` or `limits` that begins so.
fn line(pid: u32, file: &str, head: &str) -> String {
    let text = std::fs::read_to_string(format!("/proc/{pid}/{file}")).expect("a process of our own");
    text.lines().find(|it| it.starts_with(head)).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn it_leaves_no_core_and_shows_its_memory_to_nobody_but_root() {
    use std::os::unix::fs::MetadataExt;
    let (ground, api) = (Ground::new(), BotApi::start());
    let watch = Watch::introduced(ground.serving(&api), &api).await;
    let limit = line(watch.pid(), "limits", "Max core file size");
    assert_eq!(limit.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{limit}");
    // What is in /proc of a process that may not be dumped belongs to root, whoever runs it.
    for file in ["mem", "environ", "maps"] {
        let owner = std::fs::metadata(format!("/proc/{}/{file}", watch.pid())).expect("its file").uid();
        assert_eq!(owner, 0, "{file}");
    }
    // As root that proves nothing; then somebody else's eyes are borrowed.
    let is_root = rustix::process::geteuid().is_root();
    if !is_root {
        assert!(std::fs::read(format!("/proc/{}/environ", watch.pid())).is_err());
        assert!(File::open(format!("/proc/{}/mem", watch.pid())).is_err());
    }
}

#[tokio::test]
async fn another_program_of_the_same_user_reads_neither_memory_nor_environment() {
    if !rustix::process::geteuid().is_root() {
        // Then the test above has tried it itself.
        return;
    }
    let (ground, api) = (Ground::new(), BotApi::start());
    // A user that may reach nothing but what it is given.
    let user = 54_321;
    std::fs::create_dir_all(ground.data()).expect("a directory of our own");
    std::os::unix::fs::chown(ground.data(), Some(user), Some(user)).expect("as root");
    // Where it was built, somebody else may not even look.
    let program = ground.here().join("vakhta");
    std::fs::copy(binary(), &program).expect("room in the temporary directory");
    let serving = ground.serving(&api);
    let mut command = tokio::process::Command::new(program);
    let settings = serving.as_std().get_envs().filter_map(|(name, value)| Some((name, value?)));
    command.env_clear().envs(settings).uid(user).gid(user).current_dir("/").kill_on_drop(true);
    let watch = Watch::introduced(command, &api).await;
    let pid = watch.pid();
    assert!(line(pid, "status", "Uid:").contains("54321"));
    let script = format!(
        "cat /proc/{pid}/environ; cat /proc/{pid}/maps; ls /proc/{pid}/fd; head -c 1 /proc/{pid}/mem"
    );
    let mut peeper = tokio::process::Command::new("/bin/sh");
    peeper.arg("-c").arg(script).uid(user).gid(user).current_dir("/");
    let seen = run(peeper, "").await;
    assert_eq!(seen.out, "", "{}", seen.err);
    assert_eq!(seen.err.matches("Permission denied").count(), 4, "{}", seen.err);
}

/// How often something stands in the memory of a process, and where; none where we may not look.
fn copies(pid: u32, what: &[u8]) -> Option<Vec<String>> {
    let memory = File::open(format!("/proc/{pid}/mem")).ok()?;
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps")).ok()?;
    let mut found = Vec::new();
    for map in maps.lines().filter(|it| it.split(' ').nth(1).is_some_and(|it| it.starts_with("rw"))) {
        let (from, to) = map.split(' ').next()?.split_once('-')?;
        let [from, to] = [from, to].map(|it| u64::from_str_radix(it, 16).expect("an address"));
        let mut bytes = vec![0; usize::try_from(to - from).expect("room")];
        if memory.read_exact_at(&mut bytes, from).is_err() {
            continue;
        }
        let name = map.split_whitespace().nth(5).unwrap_or("its own");
        let places = bytes.windows(what.len()).enumerate().filter(|it| it.1 == what);
        found.extend(places.map(|(at, _)| {
            let around = &bytes[at.saturating_sub(40)..(at + what.len() + 24).min(bytes.len())];
            format!("{name}: {}", String::from_utf8_lossy(around).escape_debug())
        }));
    }
    Some(found)
}

/// The copies of the token there may be: of the settings, of what strikes it out of the log and of what is quoted, of
/// the client, and of the address of each request that is under way or whose connection is kept.
const MOST_COPIES: usize = 12;

#[tokio::test]
async fn the_token_is_in_its_memory_a_few_times_and_not_once_more_for_each_request() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let _dock = Dock::lively(&ground);
    let token = ground.file("token", &format!("{TOKEN}\n"));
    allow(&token, 0o600);
    let mut command = ground.serving_with(&api, &format!("{QUICK}{BUSY}"));
    command.env_remove("BOT_TOKEN").env("BOT_TOKEN_FILE", &token);
    let watch = Watch::introduced(command, &api).await;
    let key = TOKEN.split_once(':').map(|it| it.1.as_bytes()).expect("a token");
    let Some(first) = copies(watch.pid(), key) else {
        println!("not root, and so this memory cannot be looked into: as it should be");
        return;
    };
    assert!(!first.is_empty(), "it must know it, and so the search finds something");
    api.wait_for_message(OWNER, "the alert", |it| it.words.starts_with("🔴")).await;
    for line in ["/status", "/graph", "/ps", "/logs nginx --file", "/health", "/uptime"] {
        ask(&api, OWNER, line).await;
    }
    let then = copies(watch.pid(), key).expect("as before");
    println!(
        "copies of the token: {} at first, {} after {} calls",
        first.len(),
        then.len(),
        api.calls().len()
    );
    assert!(then.len() <= MOST_COPIES, "{}:\n{}", then.len(), then.join("\n"));
    // In what remains of the environment, of a file and of a line of the log there is none.
    assert!(!then.iter().any(|it| it.starts_with("[stack]")), "{then:#?}");
}
