//! `GET /containers/ID/logs`: bytes of two streams become clean lines, in bounded memory and time.

mod clean;
mod frames;
mod lines;
#[cfg(any(test, fuzzing))]
pub(super) mod promises;
mod reader;
mod reading;
mod tail;

use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::Response;
use hyper::body::Incoming;
use jiff::Timestamp;
use jobs::ports::{Log, LogQuery};
use tokio::time::{Instant, timeout_at};

use super::fault::Fault;
pub(super) use reader::{Opening, Reader, Source};
use reading::Reading;
use tail::Tail;

/// No more is read of a log that is kept, whoever asked for how many lines: at this size nobody reads the answer.
const READ_MOST: usize = 64 * 1024 * 1024;

/// How long to wait for the whole of it, and for each piece.
#[derive(Clone, Copy)]
pub(super) struct Patience {
    pub(super) whole: Duration,
    pub(super) pause: Duration,
}

/// The call for a container whose `id` can stand in a path.
pub(super) fn path(id: &str, query: &LogQuery, follow: bool) -> String {
    // Counting back from the end costs an engine a pass of its own, and Podman memory for each line.
    let tail = if query.tail == u32::MAX { "all".to_owned() } else { query.tail.to_string() };
    let follow = u8::from(follow);
    let mut path =
        format!("/containers/{id}/logs?stdout=1&stderr=1&timestamps=1&follow={follow}&tail={tail}");
    for (name, moment) in [("since", query.since), ("until", query.until)] {
        if let Some(moment) = moment {
            path.push_str(&format!("&{name}={}", seconds(moment)));
        }
    }
    path
}

/// What a program wrote as one text of clean lines, at most so many bytes of it; an ellipsis says that there was more.
pub(super) fn text(bytes: &[u8], most: usize) -> String {
    /// So much of it is looked at for each byte that is kept: colours take up room, and are gone in the end.
    const LOOK: usize = 8;
    let bytes = bytes.trim_ascii_end();
    let (seen, unseen) = bytes.split_at(bytes.len().min(most * LOOK));
    let mut lines: Vec<&[u8]> = seen.split(|it| *it == b'\n').collect();
    let last = lines.pop().map(|line| clean::clean(line, !unseen.is_empty()));
    let mut text =
        lines.into_iter().map(|line| clean::clean(line, false)).chain(last).collect::<Vec<_>>().join("\n");
    if most < text.len() {
        text.truncate(text.floor_char_boundary(most.saturating_sub("…".len())));
        text.push('…');
    }
    text
}

/// The same as one line.
pub(super) fn line(bytes: &[u8], most: usize) -> String {
    text(bytes, most).replace('\n', " ")
}

/// `1714979289.000000005`, as engines take it.
pub(super) fn seconds(moment: Timestamp) -> String {
    let moment = moment.max(Timestamp::UNIX_EPOCH);
    format!("{}.{:09}", moment.as_second(), moment.subsec_nanosecond())
}

/// Reads a log to its end or to a limit. What was read before something went wrong is kept and marked as cut; only when
/// nothing was read is it an error.
pub(super) async fn read(
    response: Response<Incoming>,
    tty: bool,
    tail: u32,
    patience: Patience,
) -> Result<Log, Fault> {
    let mut body = response.into_body();
    let mut kept = Tail::new(usize::try_from(tail).unwrap_or(usize::MAX));
    let mut reading = Reading::new(tty);
    let mut read = 0_usize;
    let end = Instant::now() + patience.whole;
    let trouble = loop {
        let piece = match timeout_at(end.min(Instant::now() + patience.pause), body.frame()).await {
            Err(_) => break Some(Fault::Unanswered("the log stopped coming".to_owned())),
            Ok(None) => break reading.end().err(),
            Ok(Some(Err(_))) => break Some(Fault::Garbled("the log broke off".to_owned())),
            Ok(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
        };
        read += piece.len();
        if let Err(broken) = keep(&piece, &mut reading, &mut kept) {
            break Some(broken);
        }
        if READ_MOST < read {
            break Some(Fault::Garbled(format!("the log is longer than {} MiB", READ_MOST >> 20)));
        }
    };
    std::iter::from_fn(|| reading.rest()).for_each(|line| kept.keep(line));
    let log = kept.finish(trouble.is_some());
    match trouble {
        Some(fault) if log.lines.is_empty() => Err(fault),
        _ => Ok(log),
    }
}

fn keep(mut piece: &[u8], reading: &mut Reading, kept: &mut Tail) -> Result<(), Fault> {
    while !piece.is_empty() {
        if let Some(line) = reading.take(&mut piece)? {
            kept.keep(line);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_names_both_streams_and_always_a_tail() {
        let at = |text: &str| Some(text.parse().expect("a moment"));
        let mut query = LogQuery { tail: 50, since: None, until: None };
        let common = "/containers/web/logs?stdout=1&stderr=1&timestamps=1&follow=0&tail=50";
        assert_eq!(path("web", &query, false), common);
        assert_eq!(path("web", &query, true), common.replace("follow=0", "follow=1"));
        query.since = at("2024-05-06T07:08:09.000000005Z");
        query.until = at("1969-12-31T23:59:59Z");
        assert_eq!(
            path("web", &query, false),
            format!("{common}&since=1714979289.000000005&until=0.000000000")
        );
        let all = LogQuery { tail: u32::MAX, since: None, until: None };
        assert_eq!(path("web", &all, false), common.replace("tail=50", "tail=all"));
    }

    #[test]
    fn a_text_is_clean_line_by_line_and_bounded() {
        let check = |bytes: &[u8], expected: &str| assert_eq!(text(bytes, 12), expected, "{bytes:?}");
        check(b"one\r\n\x1b[31mtwo\x1b[0m\n\n", "one\ntwo");
        check(b"", "");
        check(b"\n\n", "");
        check(b"123456789012", "123456789012");
        check(b"1234567890123", "123456789…");
        check("дддддддд".as_bytes(), "дддд…");
        check(&[0xff; 12], "\u{fffd}\u{fffd}\u{fffd}…");
        check("\u{1b}[31mX\u{1b}[0m".repeat(100).as_bytes(), "XXXXXXXXX…");
    }
}
