//! A log of any length, read as fast as somebody takes its lines: what nobody has asked for yet waits with the engine.

use std::pin::Pin;
use std::time::Duration;

use async_trait::async_trait;
use http_body_util::BodyExt as _;
use hyper::Response;
use hyper::body::{Bytes, Incoming};
use jobs::ports::{EngineError, LogLine, LogReader};
use tokio::time::{Instant, timeout_at};

use super::super::fault::Fault;
use super::Patience;
use super::reading::Reading;

/// An answer that has not begun yet.
pub(in super::super) type Opening =
    Pin<Box<dyn Future<Output = Result<Response<Incoming>, EngineError>> + Send>>;

/// Where the bytes come from.
pub(in super::super) enum Source {
    /// Podman says nothing, not even yes, before the first line that it follows.
    Opening(Opening),
    /// A body.
    Open(Incoming),
    /// It has ended.
    Ended,
}

/// A log that is being read: one piece of the network's, one line in the making of each stream, and nothing else.
pub(in super::super) struct Reader {
    source: Source,
    /// What has arrived and was not looked at yet.
    piece: Bytes,
    reading: Reading,
    /// None while following: then silence says nothing.
    limit: Option<(Instant, Duration)>,
    /// How it ended, where it did not end well; told once, after what was there.
    trouble: Option<EngineError>,
}

impl Reader {
    /// Reads to the end; within `patience`, unless it is followed.
    pub(in super::super) fn new(source: Source, tty: bool, patience: Option<Patience>) -> Self {
        let limit = patience.map(|it| (Instant::now() + it.whole, it.pause));
        Self { source, piece: Bytes::new(), reading: Reading::new(tty), limit, trouble: None }
    }

    fn ended(&mut self, how: Result<(), EngineError>) {
        self.source = Source::Ended;
        self.piece = Bytes::new();
        self.trouble = how.err();
    }
}

/// The next piece of a body; none at its end. Safe to drop half-way: a frame is either still in the body, or given.
async fn piece(body: &mut Incoming, limit: Option<(Instant, Duration)>) -> Result<Option<Bytes>, Fault> {
    let frame = match limit {
        None => body.frame().await,
        Some((end, pause)) => timeout_at(end.min(Instant::now() + pause), body.frame())
            .await
            .map_err(|_| Fault::Unanswered("the log stopped coming".to_owned()))?,
    };
    match frame {
        None => Ok(None),
        Some(Ok(frame)) => Ok(Some(frame.into_data().unwrap_or_default())),
        Some(Err(_)) => Err(Fault::Garbled("the log broke off".to_owned())),
    }
}

#[async_trait]
impl LogReader for Reader {
    async fn next(&mut self) -> Option<Result<LogLine, EngineError>> {
        loop {
            let mut rest = &self.piece[..];
            match self.reading.take(&mut rest) {
                Ok(line) => {
                    self.piece = self.piece.slice_ref(rest);
                    if let Some(line) = line {
                        return Some(Ok(line));
                    }
                }
                Err(fault) => self.ended(Err(fault.plain())),
            }
            match &mut self.source {
                Source::Opening(opening) => match opening.as_mut().await {
                    Ok(response) => self.source = Source::Open(response.into_body()),
                    Err(error) => self.ended(Err(error)),
                },
                Source::Open(body) => match piece(body, self.limit).await {
                    Ok(Some(piece)) => self.piece = piece,
                    Ok(None) => {
                        let how = self.reading.end().map_err(Fault::plain);
                        self.ended(how);
                    }
                    Err(fault) => self.ended(Err(fault.plain())),
                },
                Source::Ended => {
                    return self.reading.rest().map(Ok).or_else(|| self.trouble.take().map(Err));
                }
            }
        }
    }
}
