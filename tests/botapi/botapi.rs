//! A Telegram Bot API small enough to sit beside the container under test: long polls, answers, and a record of
//! everything that was said to it.
//!
//! `tests/container.sh` starts it on the network of `compose.yaml`, since the real one cannot be reached from every
//! machine and must not be talked to by tests. It knows one bot, believes any token, and never fails on purpose; faults
//! are the business of the tests in Rust.
//!
//! ```text
//! botapi                         serves on port 8081
//! botapi ask USER TEXT           as if USER had written TEXT in a private chat; asked inside the running container
//! botapi heard                   every call so far, one a line: the method, a space, the body
//! ```

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const PORT: u16 = 8081;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words[..] {
        [] => serve(),
        ["ask", user, text] => call(&format!("/ask/{user}"), text),
        ["heard"] => call("/heard", ""),
        _ => Err(io::Error::other("botapi | botapi ask USER TEXT | botapi heard")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("botapi: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What has been asked and not yet fetched, and what has been heard.
#[derive(Default)]
struct Desk {
    /// JSON of each update; its number is its place plus one.
    updates: Vec<String>,
    heard: Vec<String>,
}

type Shared = Arc<(Mutex<Desk>, Condvar)>;

fn serve() -> io::Result<()> {
    let listener = TcpListener::bind(("0.0.0.0", PORT))?;
    println!("listening on port {PORT}");
    let desk = Shared::default();
    for client in listener.incoming().flatten() {
        let desk = Arc::clone(&desk);
        thread::spawn(move || {
            if let Err(error) = converse(client, &desk) {
                println!("connection ended: {error}");
            }
        });
    }
    Ok(())
}

/// Requests follow one another on a connection, as the bot's client likes it.
fn converse(mut client: TcpStream, desk: &Shared) -> io::Result<()> {
    while let Some((path, body)) = read_request(&mut client)? {
        let answer = answer(&path, &body, desk);
        write!(
            client,
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{answer}",
            answer.len()
        )?;
    }
    Ok(())
}

fn answer(path: &str, body: &str, desk: &Shared) -> String {
    let (lock, changed) = &**desk;
    let hold = || lock.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(user) = path.strip_prefix("/ask/") {
        let mut desk = hold();
        let number = desk.updates.len() + 1;
        let date = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_secs());
        let text = body.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        desk.updates.push(format!(
            r#"{{"update_id":{number},"message":{{"message_id":{number},"date":{date},"text":"{text}","chat":{{"id":{user},"type":"private","first_name":"Asker"}},"from":{{"id":{user},"is_bot":false,"first_name":"Asker","language_code":"en"}}}}}}"#
        ));
        changed.notify_all();
        return format!("asked as update {number}\n");
    }
    if path == "/heard" {
        return hold().heard.iter().map(|line| format!("{line}\n")).collect();
    }
    let method = path.split('?').next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
    match method {
        "getUpdates" => {
            let offset = number_in(path, body, "offset").unwrap_or(0);
            let until = Instant::now() + Duration::from_secs(number_in(path, body, "timeout").unwrap_or(0));
            let mut desk = hold();
            loop {
                let fresh: Vec<&str> = desk.updates.iter().skip(offset.saturating_sub(1) as usize).map(String::as_str).collect();
                let left = until.saturating_duration_since(Instant::now());
                if !fresh.is_empty() || left.is_zero() {
                    return format!(r#"{{"ok":true,"result":[{}]}}"#, fresh.join(","));
                }
                desk = changed.wait_timeout(desk, left).unwrap_or_else(PoisonError::into_inner).0;
            }
        }
        "getMe" => r#"{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"Vakhta","username":"vakhta_test_bot"}}"#.into(),
        _ => {
            let mut desk = hold();
            desk.heard.push(format!("{method} {}", body.replace(['\r', '\n'], " ")));
            let chat = number_in(path, body, "chat_id").unwrap_or(1);
            if method.starts_with("send") || method.starts_with("edit") {
                let number = 1000 + desk.heard.len();
                format!(r#"{{"ok":true,"result":{{"message_id":{number},"date":1,"chat":{{"id":{chat},"type":"private"}}}}}}"#)
            } else {
                r#"{"ok":true,"result":true}"#.into()
            }
        }
    }
}

/// The number that follows `name` in a query, a form or JSON.
fn number_in(path: &str, body: &str, name: &str) -> Option<u64> {
    [path, body].iter().find_map(|text| {
        let (_, after) = text.split_once(name)?;
        let digits: String =
            after.chars().skip_while(|it| "\":= ".contains(*it)).take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    })
}

/// Path and body of the next request; `None` once the other side has hung up. Pictures come out as replacement signs.
fn read_request(client: &mut TcpStream) -> io::Result<Option<(String, String)>> {
    let mut read = Vec::new();
    let mut buffer = [0; 16 * 1024];
    loop {
        if let Some(end) = read.windows(4).position(|it| it == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&read[..end]).into_owned();
            let header = |name: &str| {
                head.lines().find_map(|line| {
                    let (key, value) = line.split_once(':')?;
                    key.eq_ignore_ascii_case(name).then(|| value.trim().to_ascii_lowercase())
                })
            };
            let length: usize = header("content-length").and_then(|it| it.parse().ok()).unwrap_or(0);
            let chunked = header("transfer-encoding").is_some_and(|it| it == "chunked");
            let mut body = read.split_off(end + 4);
            while if chunked { !body.ends_with(b"0\r\n\r\n") } else { body.len() < length } {
                let count = client.read(&mut buffer)?;
                if count == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                body.extend_from_slice(&buffer[..count]);
            }
            let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
            return Ok(Some((path, String::from_utf8_lossy(&body).into_owned())));
        }
        let count = client.read(&mut buffer)?;
        if count == 0 {
            return Ok(None);
        }
        read.extend_from_slice(&buffer[..count]);
    }
}

/// A question to the one that serves, answered on standard output.
fn call(path: &str, body: &str) -> io::Result<()> {
    let mut stream = TcpStream::connect(("127.0.0.1", PORT))?;
    write!(stream, "POST {path} HTTP/1.1\r\nContent-Length: {}\r\n\r\n{body}", body.len())?;
    stream.shutdown(std::net::Shutdown::Write)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (_, said) = answer.split_once("\r\n\r\n").ok_or(io::ErrorKind::InvalidData)?;
    io::stdout().write_all(said.as_bytes())
}
