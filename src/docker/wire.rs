//! The line to the engine: one connection per request over a Unix socket or TCP, and the dialect agreed on.

use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::HOST;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

use super::address::EngineAddress;
use super::fault::{Fault, No};
use super::{about, api};

/// No answer that is read whole may be longer: a list of 1,000 containers has about 2 MiB. So much memory a broken engine,
/// or who stands before it, may cost us for a moment.
const ANSWER_MOST: usize = 16 * 1024 * 1024;

/// No answer to an order is longer: a prune of 10,000 layers says so in 1 MiB. It ends the connection there, and what came
/// of the order is looked after as if the answer had been lost.
const ORDER_MOST: u64 = 4 * 1024 * 1024;

/// Of a refusal, more than this is not words.
const REFUSAL_MOST: usize = 64 * 1024;

/// A person reads so many characters of a refusal.
const WORDS_MOST: usize = 400;

/// A line to one engine. Nothing is connected before the first request, and nothing stays connected after one: an engine
/// that goes away and comes back needs no care.
pub(super) struct Wire {
    address: EngineAddress,
    connect: Duration,
    /// The prefix of every path, once it is known; unknown again after every failure, for the engine may be another one.
    agreed: Mutex<Option<String>>,
}

impl Wire {
    pub(super) fn new(address: EngineAddress, connect: Duration) -> Self {
        Self { address, connect, agreed: Mutex::new(None) }
    }

    pub(super) fn address(&self) -> &EngineAddress {
        &self.address
    }

    /// Sends one request, `path` being without a version, and answers once its headers say yes (2xx or 304). The caller
    /// bounds the time, and calls [`Wire::forget`] when it runs out.
    pub(super) async fn send(
        &self,
        method: &Method,
        path: &str,
        body: &Bytes,
    ) -> Result<Response<Incoming>, Fault> {
        let prefix = self.prefix().await?;
        let first = self.once(method, &prefix, path, body).await;
        match &first {
            Err(Fault::Answered(no)) if api::is_about_version(no) => {}
            _ => return first,
        }
        // It was refused before it was looked at, so asking again does nothing twice.
        self.forget();
        let again = self.prefix().await?;
        if again == prefix { first } else { self.once(method, &again, path, body).await }
    }

    /// One GET, read whole and understood.
    pub(super) async fn read<T: DeserializeOwned>(&self, path: &str) -> Result<T, Fault> {
        let response = self.send(&Method::GET, path, &Bytes::new()).await?;
        self.noting(understand(path, response).await)
    }

    /// What the engine says of its version. Without a prefix by definition; agrees on one by the way.
    pub(super) async fn version(&self) -> Result<about::Version, Fault> {
        let response = self.once(&Method::GET, "", "/version", &Bytes::new()).await?;
        let version: about::Version = self.noting(understand("/version", response).await)?;
        let prefix = api::prefix(&version.api_version, &version.min_api_version)?;
        self.agree(Some(prefix));
        Ok(version)
    }

    /// Makes the next request ask for the dialect again.
    pub(super) fn forget(&self) {
        self.agree(None);
    }

    fn agree(&self, prefix: Option<String>) {
        *self.agreed.lock().unwrap_or_else(PoisonError::into_inner) = prefix;
    }

    async fn prefix(&self) -> Result<String, Fault> {
        let agreed = self.agreed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(prefix) = agreed {
            return Ok(prefix);
        }
        match self.version().await {
            Ok(version) => api::prefix(&version.api_version, &version.min_api_version),
            // A proxy that hides `/version` may let the rest through; no prefix is what every engine understands.
            Err(Fault::Answered(no)) if matches!(no.status, 403..=405) => {
                self.agree(Some(String::new()));
                Ok(String::new())
            }
            Err(fault) => Err(fault),
        }
    }

    async fn once(
        &self,
        method: &Method,
        prefix: &str,
        path: &str,
        body: &Bytes,
    ) -> Result<Response<Incoming>, Fault> {
        let answer = self.exchange(method, prefix, path, body).await;
        self.noting(answer)
    }

    fn noting<T>(&self, answer: Result<T, Fault>) -> Result<T, Fault> {
        if !matches!(answer, Ok(_) | Err(Fault::Answered(_))) {
            self.forget();
        }
        answer
    }

    async fn exchange(
        &self,
        method: &Method,
        prefix: &str,
        path: &str,
        body: &Bytes,
    ) -> Result<Response<Incoming>, Fault> {
        let call = format!("{method} {}", path.split('?').next().unwrap_or(path));
        let request = Request::builder()
            .method(method)
            .uri(format!("{prefix}{path}"))
            .header(HOST, self.address.host_header())
            .body(Full::new(body.clone()))
            .map_err(|error| Fault::Garbled(format!("{call} cannot be asked: {error}")))?;
        let response = match &self.address {
            EngineAddress::Unix(path) => {
                talk(self.connected(UnixStream::connect(path)).await?, request).await
            }
            EngineAddress::Tcp { host, port } => {
                talk(self.connected(TcpStream::connect((host.as_str(), *port))).await?, request).await
            }
        };
        let response = response.map_err(|error| {
            if error.is_parse() {
                Fault::Garbled(format!("{call}: what answers at {} does not speak HTTP", self.address))
            } else {
                Fault::Unanswered(format!("{call}: {} hung up without an answer", self.address))
            }
        })?;
        let status = response.status();
        if status.is_success() || status == StatusCode::NOT_MODIFIED {
            return Ok(response);
        }
        let message = words(response).await;
        Err(Fault::Answered(Box::new(No { call, status: status.as_u16(), message })))
    }

    async fn connected<S>(&self, connecting: impl Future<Output = io::Result<S>>) -> Result<S, Fault> {
        let why = match timeout(self.connect, connecting).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => reason(&self.address, &error),
            Err(_) => format!("no connection within {} s", self.connect.as_secs_f64()),
        };
        Err(Fault::Unreachable(format!("Docker does not answer at {}: {why}", self.address)))
    }
}

async fn talk<S>(stream: S, request: Request<Full<Bytes>>) -> hyper::Result<Response<Incoming>>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    // An order is answered in a few words; of a prune, with a list. Who reads that gathers all of it.
    let most = if *request.method() == Method::GET { u64::MAX } else { ORDER_MOST };
    let (reading, writing) = tokio::io::split(stream);
    let stream = tokio::io::join(reading.take(most), writing);
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // Ends by itself: with the response's body, or when the one who waits for either drops it.
    tokio::spawn(connection);
    sender.send_request(request).await
}

/// Why there is no connection, and what would help.
fn reason(address: &EngineAddress, error: &io::Error) -> String {
    match (error.kind(), address) {
        (io::ErrorKind::NotFound, EngineAddress::Unix(_)) => {
            "no such file. Is the engine running, and its socket mounted here?".to_owned()
        }
        (io::ErrorKind::ConnectionRefused, EngineAddress::Unix(_)) => {
            "the socket is there, but no engine listens on it. Is it running? A socket file mounted by itself is stale \
             after the engine restarted: restart this container"
                .to_owned()
        }
        (io::ErrorKind::PermissionDenied, EngineAddress::Unix(path)) => permission(path),
        (io::ErrorKind::ConnectionRefused, EngineAddress::Tcp { .. }) => {
            "nobody listens there. Is the socket proxy running?".to_owned()
        }
        _ => error.to_string(),
    }
}

fn permission(socket: &Path) -> String {
    match std::fs::metadata(socket) {
        Ok(metadata) => {
            let group = metadata.gid();
            format!(
                "permission denied. The socket belongs to group {group}: join it (in compose.yaml: group_add: \
                 [\"{group}\"]), or go through a socket proxy"
            )
        }
        Err(_) => {
            "permission denied on the way to the socket: a directory above it may not be entered".to_owned()
        }
    }
}

async fn understand<T: DeserializeOwned>(path: &str, response: Response<Incoming>) -> Result<T, Fault> {
    let call = format!("GET {}", path.split('?').next().unwrap_or(path));
    let too_long = || Fault::Garbled(format!("{call}: the answer is longer than {} MiB", ANSWER_MOST >> 20));
    if (ANSWER_MOST as u64) < response.body().size_hint().lower() {
        return Err(too_long());
    }
    let body = Limited::new(response.into_body(), ANSWER_MOST).collect().await.map_err(|error| {
        if error.is::<http_body_util::LengthLimitError>() {
            too_long()
        } else {
            Fault::Garbled(format!("{call}: the answer broke off in the middle"))
        }
    })?;
    let body = body.to_bytes();
    if body.trim_ascii().is_empty() {
        return Err(Fault::Empty(format!("{call}: the engine says yes, and nothing else")));
    }
    // Where it went wrong, never what stood there: answers hold secrets.
    serde_json::from_slice(&body).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        Fault::Garbled(format!("{call}: the answer is not the JSON that was expected ({place})"))
    })
}

/// What a refusal says: the engine's `message`, or a proxy's first line.
async fn words(response: Response<Incoming>) -> String {
    #[derive(Deserialize)]
    struct Message {
        message: String,
    }
    let Ok(body) = Limited::new(response.into_body(), REFUSAL_MOST).collect().await else {
        return String::new();
    };
    let body = body.to_bytes();
    let text = match serde_json::from_slice::<Message>(&body) {
        Ok(said) => said.message,
        Err(_) => {
            let text = String::from_utf8_lossy(&body);
            let first = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
            // A proxy's error page says nothing that its status does not.
            if first.starts_with('<') { String::new() } else { first.to_owned() }
        }
    };
    text.chars()
        .map(|it| if it.is_control() { ' ' } else { it })
        .take(WORDS_MOST)
        .collect::<String>()
        .trim()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_that_may_not_be_opened_names_its_group_and_the_line_that_helps() {
        // Any file will do: only its owner is looked at.
        let socket = Path::new(file!());
        let group = std::fs::metadata(socket).expect("tests run at the root of the package").gid();
        let address = EngineAddress::Unix(socket.to_owned());
        let why = reason(&address, &io::ErrorKind::PermissionDenied.into());
        assert!(why.contains(&format!("group_add: [\"{group}\"]")), "{why}");
        let address = EngineAddress::Unix("/nowhere/docker.sock".into());
        let why = reason(&address, &io::ErrorKind::PermissionDenied.into());
        assert!(why.contains("a directory above it"), "{why}");
    }
}
