//! HTTP/1.1 by hand, so that it can also be done wrong.

use serde_json::{Map, Value};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A request, read whole.
pub(super) struct Request {
    pub(super) path: String,
    pub(super) content_type: String,
    pub(super) body: Vec<u8>,
}

/// A file that came with a request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Upload {
    /// The parameter's name.
    pub(crate) field: String,
    /// `filename=`.
    pub(crate) name: String,
    /// Its content type.
    pub(crate) kind: String,
    /// What was in it.
    pub(crate) bytes: Vec<u8>,
}

/// Reads the next request of a connection; none at its end.
pub(super) async fn read(stream: &mut TcpStream, rest: &mut Vec<u8>) -> Option<Request> {
    let head_end = loop {
        if let Some(at) = find(rest, b"\r\n\r\n") {
            break at;
        }
        more(stream, rest).await?;
    };
    let head = String::from_utf8_lossy(&rest[..head_end]).into_owned();
    rest.drain(..head_end + 4);
    let mut lines = head.lines();
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_lowercase(), value.trim().to_owned()))
        .collect();
    let header = |name: &str| headers.iter().find(|(it, _)| it == name).map(|(_, value)| value.clone());
    let content_type = header("content-type").unwrap_or_default();
    let body = if header("transfer-encoding").is_some_and(|it| it.contains("chunked")) {
        chunked(stream, rest).await?
    } else {
        let length = header("content-length").and_then(|it| it.parse().ok()).unwrap_or(0);
        exactly(stream, rest, length).await?
    };
    Some(Request { path, content_type, body })
}

async fn more(stream: &mut TcpStream, rest: &mut Vec<u8>) -> Option<()> {
    let read = stream.read_buf(rest).await.ok()?;
    (read != 0).then_some(())
}

async fn exactly(stream: &mut TcpStream, rest: &mut Vec<u8>, length: usize) -> Option<Vec<u8>> {
    while rest.len() < length {
        more(stream, rest).await?;
    }
    Some(rest.drain(..length).collect())
}

async fn chunked(stream: &mut TcpStream, rest: &mut Vec<u8>) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = loop {
            if let Some(at) = find(rest, b"\r\n") {
                break at;
            }
            more(stream, rest).await?;
        };
        let size = usize::from_str_radix(String::from_utf8_lossy(&rest[..end]).trim(), 16).ok()?;
        rest.drain(..end + 2);
        body.extend(exactly(stream, rest, size).await?);
        exactly(stream, rest, 2).await?;
        if size == 0 {
            return Some(body);
        }
    }
}

fn find(within: &[u8], wanted: &[u8]) -> Option<usize> {
    within.windows(wanted.len()).position(|it| it == wanted)
}

/// An answer's head and body. `claimed` is the length it says it has.
pub(super) fn answer(
    status: u16,
    kind: &str,
    date: &str,
    more: &str,
    body: &[u8],
    claimed: usize,
) -> Vec<u8> {
    let mut bytes = format!(
        "HTTP/1.1 {status} Whatever\r\nDate: {date}\r\nContent-Type: {kind}\r\nContent-Length: {claimed}\r\n{more}\r\n"
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// Writes as far as the other side lets us.
pub(super) async fn write(stream: &mut TcpStream, bytes: &[u8]) -> Option<()> {
    stream.write_all(bytes).await.ok()?;
    stream.flush().await.ok()
}

/// A request's parameters as the Bot API reads them, and the files that came along. A JSON body keeps its types; a
/// form's fields are read as JSON where they are JSON and as words where they are not.
pub(super) fn parameters(request: &Request) -> (Map<String, Value>, Vec<Upload>) {
    if request.content_type.starts_with("application/json") {
        let fields = serde_json::from_slice(&request.body).unwrap_or_default();
        return (fields, Vec::new());
    }
    let Some((_, boundary)) = request.content_type.split_once("boundary=") else {
        return (Map::new(), Vec::new());
    };
    let delimiter = format!("--{}", boundary.trim_matches('"')).into_bytes();
    let (mut fields, mut files) = (Map::new(), Vec::new());
    let mut rest = request.body.as_slice();
    while let Some(at) = find(rest, &delimiter) {
        rest = &rest[at + delimiter.len()..];
        let Some(head_end) = find(rest, b"\r\n\r\n") else { break };
        let head = String::from_utf8_lossy(&rest[..head_end]).into_owned();
        let body = &rest[head_end + 4..];
        let Some(end) = find(body, &delimiter) else { break };
        let content = &body[..end.saturating_sub(2)];
        rest = &body[end..];
        let quoted = |name: &str| {
            let (_, after) = head.split_once(&format!("{name}=\""))?;
            after.split_once('"').map(|(value, _)| value.to_owned())
        };
        // " name=" and not "filename=".
        let Some(field) = quoted(" name") else { continue };
        let kind = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-type").then(|| value.trim().to_owned())
        });
        match quoted("filename") {
            Some(name) => {
                files.push(Upload { field, name, kind: kind.unwrap_or_default(), bytes: content.to_vec() })
            }
            None => {
                let words = String::from_utf8_lossy(content).into_owned();
                let structured = matches!(field.as_str(), "text" | "caption" | "parse_mode");
                let value = (!structured).then(|| serde_json::from_str(&words).ok()).flatten();
                fields.insert(field, value.unwrap_or(Value::String(words)));
            }
        }
    }
    (fields, files)
}

/// So many blanks as gzip: one letter, and then again and again "258 letters as the last one".
pub(super) fn packed_blanks(count: usize) -> Vec<u8> {
    let mut bits: Vec<bool> = Vec::new();
    // Values from their lowest bit on, codes from their highest.
    let mut code = |value: u32, length: u32| bits.extend((0..length).rev().map(|at| value >> at & 1 == 1));
    // The last block, with the fixed codes.
    code(0b1_10, 3);
    code(0x30 + 0x20, 8);
    for _ in 0..count / 258 {
        code(0b1100_0101, 8);
        code(0, 5);
    }
    code(0, 7);
    let packed = bits
        .chunks(8)
        .map(|byte| byte.iter().enumerate().fold(0_u8, |whole, (at, bit)| whole | u8::from(*bit) << at));
    let head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    // Whoever got so far does not look at the sum.
    head.into_iter().chain(packed).chain([0; 8]).collect()
}
