//! What Telegram must be told before it can be spoken to, checked before anything is dialled.

use std::fmt;
use std::time::Duration;

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

use crate::clock::Clock;
use crate::web::ClientError;

/// The public Bot API.
pub const PUBLIC_API: &str = "https://api.telegram.org";

/// Where the bot lives, and by which way.
pub struct TelegramSettings {
    /// What @BotFather gave: `123456789:AA…`. White space around it is ignored.
    pub token: SecretString,
    /// The Bot API's address, [`PUBLIC_API`] unless there is one nearer. Plain `http://` only if it says so itself.
    pub api_url: String,
    /// The way out, for Telegram alone: `http://`, `https://`, `socks5://` (names are looked up here) or `socks5h://`
    /// (the proxy looks them up). The environment's own proxies are never used.
    pub proxy: Option<String>,
    /// How long anything may take.
    pub timings: Timings,
    /// Dates a press when the server's answer has no date of its own.
    pub clock: Clock,
}

/// How long anything may take. The defaults are for the real Telegram; tests are less patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timings {
    /// How long the server may hold an empty answer; whole seconds, cut to 50 as the server does. Default 50 s.
    pub poll: Duration,
    /// How much longer than `poll` we wait, before the connection is taken for dead. Default 12 s.
    pub poll_margin: Duration,
    /// From looking up the name to the end of the TLS handshake, the proxy's included. Default 10 s; shorter than the
    /// others, so that a connection that never stood is known from an answer that never came.
    pub connect: Duration,
    /// A request without a file. Default 20 s.
    pub send: Duration,
    /// A request with a file. Default 60 s.
    pub upload: Duration,
}

impl Default for Timings {
    fn default() -> Self {
        Self {
            poll: Duration::from_secs(50),
            poll_margin: Duration::from_secs(12),
            connect: Duration::from_secs(10),
            send: Duration::from_secs(20),
            upload: Duration::from_secs(60),
        }
    }
}

impl TelegramSettings {
    /// The public Bot API, straight.
    pub fn new(token: SecretString, clock: Clock) -> Self {
        Self { token, api_url: PUBLIC_API.into(), proxy: None, timings: Timings::default(), clock }
    }
}

/// Shows neither the token nor a proxy's password.
impl fmt::Debug for TelegramSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TelegramSettings")
            .field("proxied", &self.proxy.is_some())
            .field("timings", &self.timings)
            .finish_non_exhaustive()
    }
}

/// Why Telegram cannot even be tried. Says what would have been right, and never what was secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// The token cannot be one.
    #[error(
        "BOT_TOKEN is not a bot token: {0}; @BotFather gives it as 123456789:AAF…, one line, nothing around it"
    )]
    Token(String),
    /// The Bot API's address cannot be one.
    #[error(
        "TELEGRAM_API_URL: {0}; write it as https://api.telegram.org, or http://host:8081 for a server of your own"
    )]
    Address(String),
    /// The proxy's address cannot be one.
    #[error(
        "TELEGRAM_PROXY: {0}; write it as socks5://host:1080, socks5h://host:1080, http://host:3128 or https://host:3128"
    )]
    Proxy(String),
    /// TLS or the HTTP client could not be set up.
    #[error("the Telegram client could not be made: {0}")]
    Client(String),
}

impl From<ClientError> for SetupError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Proxy(why) => Self::Proxy(why),
            ClientError::Client(why) => Self::Client(why),
        }
    }
}

/// Trims the token and checks its form, so that a wrong paste is told before it costs a refusal.
pub(super) fn token(given: &SecretString) -> Result<SecretString, SetupError> {
    let token = given.expose_secret().trim();
    let wrong = |why: String| Err(SetupError::Token(why));
    if token.is_empty() {
        return wrong("it is empty".into());
    }
    let Some((bot, secret)) = token.split_once(':') else {
        return wrong(format!("there is no colon in its {} characters", token.chars().count()));
    };
    if bot.is_empty() || 20 < bot.len() || !bot.bytes().all(|it| it.is_ascii_digit()) {
        return wrong("what stands before the colon is not the bot's number".into());
    }
    if !secret.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_') {
        return wrong("after the colon there is a character other than letters, digits, - and _".into());
    }
    // All tokens seen have 35; how long the next ones are is Telegram's business, a cut one is ours.
    if secret.len() < 20 || 100 < secret.len() {
        return wrong(format!("after the colon there are {} characters instead of 35", secret.len()));
    }
    Ok(SecretString::from(token))
}

/// Reads the Bot API's address; without a slash at its end.
pub(super) fn address(given: &str) -> Result<Url, SetupError> {
    let wrong = |why: &str| SetupError::Address(why.into());
    let url = Url::parse(given.trim().trim_end_matches('/')).map_err(|error| wrong(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("it begins neither with https:// nor with http://"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("it has a ? or # in it"));
    }
    Ok(url)
}

/// Reads the proxy's address.
pub(super) fn proxy(given: &str) -> Result<Url, SetupError> {
    let wrong = |why: &str| SetupError::Proxy(why.into());
    let url = Url::parse(given.trim()).map_err(|error| wrong(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") {
        return Err(wrong("it does not begin with socks5://, socks5h://, http:// or https://"));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(wrong("it names no host"));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "AAFakeFakeFakeFakeFakeFakeFakeFake-_9";

    #[test]
    fn a_token_with_a_newline_is_the_token() {
        let read = token(&SecretString::from(format!(" 123456789:{SECRET}\n"))).expect("a token");
        assert_eq!(read.expose_secret(), format!("123456789:{SECRET}"));
    }

    #[test]
    fn a_wrong_token_is_told_and_not_shown() {
        for (given, why) in [
            (String::new(), "it is empty"),
            (SECRET.to_owned(), "no colon"),
            (format!("bot123:{SECRET}"), "not the bot's number"),
            (format!("123:{SECRET}/getMe"), "a character other than"),
            ("123:AAFakeFake".to_owned(), "10 characters instead of 35"),
        ] {
            let error = token(&SecretString::from(given.clone())).expect_err("no token");
            let told = format!("{error} {error:?}");
            assert!(told.contains(why), "{told}");
            assert!(!told.contains("FakeFake"), "{told}");
        }
    }

    #[test]
    fn an_address_says_its_scheme() {
        assert_eq!(address("http://localhost:8081/").expect("an address").as_str(), "http://localhost:8081/");
        for wrong in ["api.telegram.org", "ftp://host", "https://", "https://host/?a=b"] {
            assert!(matches!(address(wrong), Err(SetupError::Address(_))), "{wrong}");
        }
    }

    #[test]
    fn a_wrong_proxy_keeps_its_password_to_itself() {
        assert!(proxy("socks5h://user:secret@host:1080").is_ok());
        for wrong in ["host:1080", "socks4://user:secret@host", "socks5://", "http://user:secret@:80"] {
            let told = proxy(wrong).expect_err("no proxy").to_string();
            assert!(told.contains("TELEGRAM_PROXY") && !told.contains("secret"), "{told}");
        }
    }
}
