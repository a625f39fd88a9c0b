//! What is dialled over HTTP: the client that Telegram shares, the dead man's switch, and the second way to call a
//! person. Addresses here are secrets: whoever knows one can speak in our name, so no error goes out with one in it.

mod client;
mod ntfy;
mod pulse;

use std::error::Error;
use std::time::Duration;

use reqwest::{Client, RequestBuilder, Response, Url};
use secrecy::{ExposeSecret, SecretString};

pub use self::client::client;
pub use self::ntfy::Ntfy;
pub use self::pulse::Pulse;

/// From looking up the name to the end of the TLS handshake.
const CONNECT: Duration = Duration::from_secs(8);
/// From the first byte to the end of the answer's head; what follows is not read.
const ANSWER: Duration = Duration::from_secs(15);

/// Longer than this nobody is left alone, whatever number was asked for: what is called out here is urgent.
const LONGEST_PEACE: Duration = Duration::from_secs(60 * 60);

/// Why nothing can be dialled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// The proxy's address cannot be one.
    #[error("the proxy: {0}")]
    Proxy(String),
    /// TLS or the HTTP client could not be set up.
    #[error("the HTTP client could not be made: {0}")]
    Client(String),
}

/// An address that is a secret, and how it is reached.
struct Remote {
    client: Client,
    url: SecretString,
}

impl Remote {
    /// Checks the address and prepares the client; dials nothing.
    fn new(address: &SecretString, proxy: Option<&SecretString>) -> Result<Self, ClientError> {
        // The parser's own error is not shown: it may quote what it could not read.
        let unread = |_| ClientError::Client("the address cannot be read".to_owned());
        let url = Url::parse(address.expose_secret().trim()).map_err(unread)?;
        let proxy = proxy.map(|it| Url::parse(it.expose_secret().trim())).transpose();
        let proxy = proxy.map_err(|_| ClientError::Proxy("its address cannot be read".to_owned()))?;
        let client = client(&url, proxy.as_ref(), CONNECT)?;
        Ok(Self { client, url: SecretString::from(url.as_str()) })
    }

    /// The address, with these parts after its path.
    fn url(&self, more: Option<&str>) -> Result<Url, Failure> {
        let unread = || Failure::Refused("the address cannot be read".to_owned());
        let mut url = Url::parse(self.url.expose_secret()).map_err(|_| unread())?;
        if let Some(more) = more {
            url.path_segments_mut().map_err(|()| unread())?.pop_if_empty().push(more);
        }
        Ok(url)
    }

    /// Asks once, within a bounded time. Any answer that is not a success is a failure.
    async fn ask(&self, request: RequestBuilder) -> Result<(), Failure> {
        let answer = request.timeout(ANSWER).send().await.map_err(told)?;
        let status = answer.status();
        match status.as_u16() {
            200..=299 => Ok(()),
            429 => {
                Err(Failure::Passing { after: retry_after(&answer), why: "it asks for patience".to_owned() })
            }
            300..=399 => Err(Failure::Refused(format!("status {status}: it sends us elsewhere"))),
            408 | 425 | 500.. => Err(Failure::Passing { after: None, why: format!("status {status}") }),
            _ => Err(Failure::Refused(format!("status {status}"))),
        }
    }

    /// Whether somebody speaks HTTP there. Only the server's front page is asked for, so nobody is called.
    async fn reach(&self) -> Result<String, String> {
        let mut front = self.url(None).map_err(|failure| failure.to_string())?;
        front.set_path("/");
        front.set_query(None);
        let answer = self.client.get(front).timeout(ANSWER).send().await;
        let answer = answer.map_err(|error| told(error).to_string())?;
        Ok(format!("the server answers (status {})", answer.status().as_u16()))
    }
}

/// Why somebody out there did not take what we said; never with an address in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Failure {
    #[error("{why}")]
    Passing { after: Option<Duration>, why: String },
    #[error("{0}")]
    Refused(String),
}

fn retry_after(answer: &Response) -> Option<Duration> {
    let header = answer.headers().get(reqwest::header::RETRY_AFTER)?;
    let seconds = Duration::from_secs(header.to_str().ok()?.trim().parse().ok()?);
    Some(seconds.min(LONGEST_PEACE))
}

/// An error in words: all its causes, no address.
fn told(error: reqwest::Error) -> Failure {
    let why = if error.is_timeout() && !error.is_connect() {
        "no answer in time".to_owned()
    } else {
        let error = error.without_url();
        let mut told = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            told.push_str(": ");
            told.push_str(&cause.to_string());
            source = cause.source();
        }
        told
    };
    Failure::Passing { after: None, why }
}

/// Whether the servers of these addresses can be reached, without ringing anything: only their front pages are asked.
///
/// # Errors
/// Why not, without the address.
pub async fn reach(address: &SecretString, proxy: Option<&SecretString>) -> Result<String, String> {
    Remote::new(address, proxy).map_err(|error| error.to_string())?.reach().await
}
