//! `GET /containers/ID/logs`: bytes of two streams become clean lines, in bounded memory and time.

mod clean;
mod frames;
mod lines;

use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::Response;
use hyper::body::Incoming;
use jiff::Timestamp;
use jobs::ports::{Log, LogQuery, LogStream};
use tokio::time::{Instant, timeout_at};

use super::fault::Fault;
use frames::Frames;
use lines::Lines;

/// No more is read of a log, whoever asked for how many lines: at this size nobody reads the answer.
const READ_MOST: usize = 64 * 1024 * 1024;

/// How long to wait for the whole of it, and for each piece.
#[derive(Clone, Copy)]
pub(super) struct Patience {
    pub(super) whole: Duration,
    pub(super) pause: Duration,
}

/// The call for a container whose `id` can stand in a path.
pub(super) fn path(id: &str, query: &LogQuery) -> String {
    let mut path =
        format!("/containers/{id}/logs?stdout=1&stderr=1&timestamps=1&follow=0&tail={}", query.tail);
    for (name, moment) in [("since", query.since), ("until", query.until)] {
        if let Some(moment) = moment {
            path.push_str(&format!("&{name}={}", seconds(moment)));
        }
    }
    path
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
    let mut lines = Lines::new(usize::try_from(tail).unwrap_or(usize::MAX));
    let mut frames = Frames::default();
    let mut read = 0_usize;
    let end = Instant::now() + patience.whole;
    let trouble = loop {
        let piece = match timeout_at(end.min(Instant::now() + patience.pause), body.frame()).await {
            Err(_) => break Some(Fault::Unanswered("the log stopped coming".to_owned())),
            Ok(None) if frames.is_inside() => {
                break Some(Fault::Garbled("the log ended inside a frame".to_owned()));
            }
            Ok(None) => break None,
            Ok(Some(Err(_))) => break Some(Fault::Garbled("the log broke off".to_owned())),
            Ok(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
        };
        read += piece.len();
        if tty {
            lines.push(LogStream::Out, &piece);
        } else if let Err(broken) = frames.feed(&piece, &mut lines) {
            break Some(broken);
        }
        if READ_MOST < read {
            break Some(Fault::Garbled(format!("the log is longer than {} MiB", READ_MOST >> 20)));
        }
    };
    let log = lines.finish(trouble.is_some());
    match trouble {
        Some(fault) if log.lines.is_empty() => Err(fault),
        _ => Ok(log),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_names_both_streams_and_always_a_tail() {
        let at = |text: &str| Some(text.parse().expect("a moment"));
        let mut query = LogQuery { tail: 50, since: None, until: None };
        let common = "/containers/web/logs?stdout=1&stderr=1&timestamps=1&follow=0&tail=50";
        assert_eq!(path("web", &query), common);
        query.since = at("2024-05-06T07:08:09.000000005Z");
        query.until = at("1969-12-31T23:59:59Z");
        assert_eq!(path("web", &query), format!("{common}&since=1714979289.000000005&until=0.000000000"));
    }
}
