//! A stand-in for the image `wollomatic/socket-proxy`, for machines that reach no image registry.
//!
//! `tests/container.sh` gives it the tag that `compose.yaml` names, so that the file runs unchanged. It takes the same
//! arguments and enforces the same rules: a client must be named by `-allowfrom`, a method without a pattern answers
//! 405, a path that does not match the whole pattern answers 403. It shows that our list is right and that Vakhta lives
//! within it; it does not show that the real proxy is right. An argument or a pattern it does not understand ends it,
//! rather than being taken for allowed.
//!
//! Called as `healthcheck`, it asks a running one how it is, as the real image's second program does.
//!
//! ```text
//! rustc --edition 2024 -C opt-level=s -C target-feature=+crt-static --target HOST proxy.rs
//! ```

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Shutdown, TcpListener, TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixStream;
use std::process::exit;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// Where the health of the proxy is asked for, inside its container only.
const HEALTH: (&str, u16) = ("127.0.0.1", 55555);

/// A request head longer than this is refused: Docker's calls take a few hundred bytes.
const LONGEST_HEAD: usize = 64 * 1024;

fn main() {
    let mut arguments = std::env::args();
    let program = arguments.next().unwrap_or_default();
    if program.ends_with("healthcheck") {
        exit(i32::from(!is_healthy()));
    }
    let settings = match Settings::parse(arguments) {
        Ok(settings) => Arc::new(settings),
        Err(why) => fail(&why),
    };
    if settings.health {
        let listener = TcpListener::bind(HEALTH).unwrap_or_else(|error| fail(&format!("health: {error}")));
        let settings = Arc::clone(&settings);
        thread::spawn(move || answer_health(&listener, &settings));
    }
    if 0 < settings.watchdog_seconds {
        let settings = Arc::clone(&settings);
        thread::spawn(move || watch_socket(&settings));
    }
    let listener = TcpListener::bind((settings.listen, settings.port))
        .unwrap_or_else(|error| fail(&format!("{}:{}: {error}", settings.listen, settings.port)));
    println!("stand-in proxy on {}:{} for {}", settings.listen, settings.port, settings.socket);
    for client in listener.incoming().flatten() {
        let settings = Arc::clone(&settings);
        thread::spawn(move || {
            if let Err(error) = serve(client, &settings) {
                println!("connection ended: {error}");
            }
        });
    }
}

fn fail(why: &str) -> ! {
    eprintln!("{why}");
    exit(2)
}

struct Settings {
    listen: IpAddr,
    port: u16,
    socket: String,
    from: Vec<String>,
    health: bool,
    watchdog_seconds: u64,
    stop_on_watchdog: bool,
    allowed: BTreeMap<String, Vec<Pattern>>,
}

impl Settings {
    fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut settings = Self {
            listen: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 2375,
            socket: "/var/run/docker.sock".into(),
            from: vec!["127.0.0.1".into()],
            health: false,
            watchdog_seconds: 0,
            stop_on_watchdog: false,
            allowed: BTreeMap::new(),
        };
        for argument in arguments {
            let (name, value) = argument.split_once('=').unwrap_or((&argument, "true"));
            let name = name.trim_start_matches('-');
            let wrong = || format!("invalid value {value:?} for -{name}");
            match name {
                "listenip" => settings.listen = value.parse().map_err(|_| wrong())?,
                "proxyport" => settings.port = value.parse().map_err(|_| wrong())?,
                "socketpath" => settings.socket = value.into(),
                "allowfrom" => settings.from = value.split(',').map(Into::into).collect(),
                "allowhealthcheck" => settings.health = value.parse().map_err(|_| wrong())?,
                "watchdoginterval" => settings.watchdog_seconds = value.parse().map_err(|_| wrong())?,
                "stoponwatchdog" => settings.stop_on_watchdog = value.parse().map_err(|_| wrong())?,
                // Connections end with the process here, so there is nothing to wait for.
                "shutdowngracetime" => drop(value.parse::<u32>().map_err(|_| wrong())?),
                "loglevel" if ["debug", "info", "warn", "error"].contains(&value) => {}
                _ => match name.strip_prefix("allow") {
                    Some(method) if METHODS.contains(&method) => {
                        let pattern = Pattern::parse(value).map_err(|why| format!("-{name}: {why}"))?;
                        settings.allowed.entry(method.into()).or_default().push(pattern);
                    }
                    _ => return Err(format!("flag provided but not defined: -{name}")),
                },
            }
        }
        Ok(settings)
    }

    /// What is answered instead of the request being passed on, or `None` when it is allowed.
    fn refusal(&self, from: IpAddr, method: &str, path: &str) -> Option<(u16, &'static str)> {
        if !self.from.iter().any(|name| is_address_of(name, from)) {
            return Some((403, "forbidden IP"));
        }
        let Some(patterns) = self.allowed.get(method) else {
            return Some((405, "method not allowed"));
        };
        (!patterns.iter().any(|pattern| pattern.matches(path))).then_some((403, "path not allowed"))
    }
}

const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "TRACE", "OPTIONS"];

/// Asked of the name service for each request: a container gets another address whenever it starts.
fn is_address_of(name: &str, address: IpAddr) -> bool {
    (name, 0).to_socket_addrs().is_ok_and(|mut found| found.any(|it| it.ip() == address))
}

/// One request and its answer. The connection is closed after it, so no second request slips past the check.
fn serve(mut client: TcpStream, settings: &Settings) -> io::Result<()> {
    let from = client.peer_addr()?.ip();
    let (head, rest) = read_head(&mut client)?;
    let mut lines = head.split("\r\n");
    let first = lines.next().unwrap_or_default();
    let [method, target, "HTTP/1.1" | "HTTP/1.0"] = first.split(' ').collect::<Vec<_>>()[..] else {
        return refuse(&mut client, 400, "not a request");
    };
    let path = decode(target.split('?').next().unwrap_or_default());
    // Docker's router tidies paths before it looks at them; what it would read differently than we do is not for us.
    if path.contains("//") || path.split('/').any(|part| part == "." || part == "..") {
        return refuse(&mut client, 403, "path not allowed");
    }
    if let Some((status, why)) = settings.refusal(from, method, &path) {
        println!("blocked request: {why}: {method} {target} from {from}: {status}");
        return refuse(&mut client, status, why);
    }
    let mut passed = format!("{method} {target} HTTP/1.1\r\n");
    let mut body = 0;
    for line in lines {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        match name.to_ascii_lowercase().as_str() {
            "transfer-encoding" | "upgrade" => return refuse(&mut client, 501, "not in a stand-in"),
            "content-length" => body = value.trim().parse().map_err(|_| io::ErrorKind::InvalidData)?,
            "connection" => continue,
            _ => {}
        }
        passed.push_str(line);
        passed.push_str("\r\n");
    }
    passed.push_str("Connection: close\r\n\r\n");

    let mut engine = match UnixStream::connect(&settings.socket) {
        Ok(engine) => engine,
        Err(error) => {
            println!("{}: {error}", settings.socket);
            return refuse(&mut client, 502, "the engine does not answer");
        }
    };
    engine.write_all(passed.as_bytes())?;
    engine.write_all(&rest[..rest.len().min(body)])?;
    io::copy(&mut (&client).take(body.saturating_sub(rest.len()) as u64), &mut engine)?;

    // A client that hangs up must end a stream of events or logs, or each would stay open for ever.
    let (mut hearing, ending) = (client.try_clone()?, engine.try_clone()?);
    thread::spawn(move || {
        let _ = io::copy(&mut hearing, &mut io::sink());
        let _ = ending.shutdown(Shutdown::Both);
    });
    let answered = io::copy(&mut engine, &mut client);
    let _ = client.shutdown(Shutdown::Both);
    answered.map(drop)
}

/// The head without its closing blank line, and what had already been read of the body.
fn read_head(client: &mut TcpStream) -> io::Result<(String, Vec<u8>)> {
    let mut read = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some(end) = read.windows(4).position(|it| it == b"\r\n\r\n") {
            let rest = read.split_off(end + 4);
            read.truncate(end);
            let head = String::from_utf8(read).map_err(|_| io::ErrorKind::InvalidData)?;
            return Ok((head, rest));
        }
        let count = client.read(&mut buffer)?;
        if count == 0 || LONGEST_HEAD < read.len() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        read.extend_from_slice(&buffer[..count]);
    }
}

fn refuse(client: &mut TcpStream, status: u16, why: &str) -> io::Result<()> {
    write!(
        client,
        "HTTP/1.1 {status} {why}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{why}\n",
        why.len() + 1
    )
}

/// `%41` is `A` to Docker, so it is to us. What is not UTF-8 afterwards matches no pattern.
fn decode(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = bytes.get(at + 1..at + 3).and_then(|it| std::str::from_utf8(it).ok());
        match digits.and_then(|it| u8::from_str_radix(it, 16).ok()) {
            Some(byte) if bytes[at] == b'%' => {
                decoded.push(byte);
                at += 3;
            }
            _ => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(decoded).unwrap_or_default()
}

fn answer_health(listener: &TcpListener, settings: &Settings) {
    for mut asking in listener.incoming().flatten() {
        // Closing on an unread question would reset the connection, and the answer with it.
        if read_head(&mut asking).is_err() {
            continue;
        }
        let status = if UnixStream::connect(&settings.socket).is_ok() { "200 OK" } else { "503 Unavailable" };
        let _ = write!(asking, "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }
}

fn is_healthy() -> bool {
    let ask = || -> io::Result<String> {
        let mut asked = TcpStream::connect(HEALTH)?;
        write!(asked, "HEAD /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        asked.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

fn watch_socket(settings: &Settings) {
    loop {
        thread::sleep(Duration::from_secs(settings.watchdog_seconds));
        if let Err(error) = UnixStream::connect(&settings.socket) {
            println!("watchdog: {}: {error}", settings.socket);
            if settings.stop_on_watchdog {
                exit(10);
            }
        }
    }
}

/// The part of regular expressions that our allowlist is written in: groups, `|`, `?`, `*`, `+`, `{3}`, `.`, classes and
/// escaped signs. Anything else is an error. Like the real proxy's, a pattern must match from end to end; unlike
/// there, also when it has a bare `|` outside of parentheses, so we write parentheses around all of them.
struct Pattern(Vec<Vec<Piece>>);

struct Piece {
    what: What,
    least: usize,
    most: usize,
}

enum What {
    Sign(char),
    Any,
    Class(Vec<(char, char)>),
    Group(Pattern),
}

impl Pattern {
    fn parse(text: &str) -> Result<Self, String> {
        let signs: Vec<char> = text.chars().collect();
        let mut at = 0;
        let pattern = Self::alternatives(&signs, &mut at)?;
        if at < signs.len() {
            return Err(format!("unexpected {:?} at {at}", signs[at]));
        }
        Ok(pattern)
    }

    fn alternatives(signs: &[char], at: &mut usize) -> Result<Self, String> {
        let mut branches = vec![Vec::new()];
        while let Some(&sign) = signs.get(*at) {
            if sign == ')' {
                break;
            }
            *at += 1;
            let what = match sign {
                '|' => {
                    branches.push(Vec::new());
                    continue;
                }
                '(' => {
                    let group = Self::alternatives(signs, at)?;
                    if signs.get(*at) != Some(&')') {
                        return Err("a parenthesis is not closed".into());
                    }
                    *at += 1;
                    What::Group(group)
                }
                '[' => What::Class(class(signs, at)?),
                '.' => What::Any,
                '\\' => match signs.get(*at) {
                    Some(&sign) if !sign.is_alphanumeric() => {
                        *at += 1;
                        What::Sign(sign)
                    }
                    _ => return Err(format!("an escape at {at} that this stand-in does not know")),
                },
                '^' | '$' | '{' | '}' | '?' | '*' | '+' | ']' => {
                    return Err(format!("{sign:?} at {at} is not known to this stand-in"));
                }
                _ => What::Sign(sign),
            };
            let (least, most, taken) = match signs.get(*at) {
                Some('?') => (0, 1, 1),
                Some('*') => (0, usize::MAX, 1),
                Some('+') => (1, usize::MAX, 1),
                Some('{') => times(&signs[*at..])?,
                _ => (1, 1, 0),
            };
            *at += taken;
            branches.last_mut().expect("there is always one branch").push(Piece { what, least, most });
        }
        Ok(Self(branches))
    }

    fn matches(&self, path: &str) -> bool {
        let path: Vec<char> = path.chars().collect();
        self.ends(&path, 0).contains(&path.len())
    }

    /// Every place where a match that begins at `start` may end.
    fn ends(&self, path: &[char], start: usize) -> Vec<usize> {
        let mut all = Vec::new();
        for branch in &self.0 {
            let mut places = vec![start];
            for piece in branch {
                places = piece.ends(path, &places);
            }
            all.extend(places);
        }
        all.sort_unstable();
        all.dedup();
        all
    }
}

impl Piece {
    fn ends(&self, path: &[char], starts: &[usize]) -> Vec<usize> {
        let mut reached = starts.to_vec();
        let mut all = if self.least == 0 { reached.clone() } else { Vec::new() };
        for round in 1..=self.most.min(path.len() + 1) {
            let mut next: Vec<usize> = reached.iter().flat_map(|&at| self.what.ends(path, at)).collect();
            next.sort_unstable();
            next.dedup();
            if next.is_empty() {
                break;
            }
            if self.least <= round {
                all.extend(&next);
            }
            reached = next;
        }
        all.sort_unstable();
        all.dedup();
        all
    }
}

impl What {
    fn ends(&self, path: &[char], at: usize) -> Vec<usize> {
        if let Self::Group(group) = self {
            return group.ends(path, at);
        }
        let fits = path.get(at).is_some_and(|&sign| match self {
            Self::Sign(wanted) => sign == *wanted,
            Self::Any => true,
            Self::Class(ranges) => ranges.iter().any(|&(from, to)| from <= sign && sign <= to),
            Self::Group(_) => false,
        });
        if fits { vec![at + 1] } else { Vec::new() }
    }
}

/// `{64}`: so often, and how many signs say so.
fn times(signs: &[char]) -> Result<(usize, usize, usize), String> {
    let wrong = || "a count that this stand-in does not know".to_owned();
    let length = signs.iter().position(|it| *it == '}').ok_or_else(wrong)?;
    let figures: String = signs[1..length].iter().collect();
    let count = figures.parse().ok().filter(|it| 0 < *it && *it < 1000).ok_or_else(wrong)?;
    Ok((count, count, length + 1))
}

fn class(signs: &[char], at: &mut usize) -> Result<Vec<(char, char)>, String> {
    let mut ranges = Vec::new();
    loop {
        match (signs.get(*at), signs.get(*at + 1), signs.get(*at + 2)) {
            (Some(']'), ..) if !ranges.is_empty() => {
                *at += 1;
                return Ok(ranges);
            }
            (Some('^' | '\\' | '[' | ']') | None, ..) => {
                return Err(format!("a class at {at} that this stand-in does not know"));
            }
            (Some(&from), Some('-'), Some(&to)) if to != ']' => {
                ranges.push((from, to));
                *at += 3;
            }
            (Some(&sign), ..) => {
                ranges.push((sign, sign));
                *at += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Pattern, Settings, decode};
    use std::net::{IpAddr, Ipv4Addr};

    #[test]
    fn a_pattern_matches_from_end_to_end() {
        let pattern =
            Pattern::parse(r"(/v1\.[0-9]+)?/(info|containers/[a-z][a-z0-9_.-]*/(json|logs))").expect("valid");
        for path in ["/info", "/v1.41/info", "/containers/web-1.x/logs", "/v1.5/containers/a/json"] {
            assert!(pattern.matches(path), "{path}");
        }
        let counted = Pattern::parse("/[0-9a-f]{3}(:|%3A)").expect("valid");
        assert!(counted.matches("/0af:") && counted.matches("/abc%3A"));
        assert!(!counted.matches("/0a:") && !counted.matches("/0abc:") && !counted.matches("/0ag:"));
        for path in [
            "/infos",
            "/v1/info",
            "/v1.41",
            "/containers//json",
            "/containers/a/b/json",
            "/containers/a/exec",
            "",
        ] {
            assert!(!pattern.matches(path), "{path}");
        }
    }

    #[test]
    fn what_is_not_understood_is_an_error_and_not_a_permission() {
        for text in [r"\d", "a{2,3}", "a{", "a{}", "a{0}", "{2}", "[^a]", "(a", "a)", "^a", "*"] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
        for argument in ["-allowEVERYTHING=.*", "-privileged", "-loglevel=loud", "-proxyport=no"] {
            assert!(Settings::parse([argument.to_owned()].into_iter()).is_err(), "{argument}");
        }
    }

    #[test]
    fn a_stranger_a_foreign_method_and_a_foreign_path_are_refused() {
        let settings = Settings::parse(["-allowGET=/info".to_owned()].into_iter()).expect("valid");
        let (us, stranger) = (IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)));
        assert_eq!(settings.refusal(us, "GET", "/info"), None);
        assert_eq!(settings.refusal(us, "GET", "/exec"), Some((403, "path not allowed")));
        assert_eq!(settings.refusal(us, "POST", "/info"), Some((405, "method not allowed")));
        assert_eq!(settings.refusal(stranger, "GET", "/info"), Some((403, "forbidden IP")));
    }

    #[test]
    fn an_escaped_path_is_judged_as_docker_reads_it() {
        assert_eq!(decode("/containers/%61%2Fb/json%"), "/containers/a/b/json%");
    }
}
