//! The one place a request leaves from and an answer is read: the token goes into the address here, and no error goes
//! out of here with an address in it.

use std::error::Error;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, RETRY_AFTER};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Response, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::settings::{self, SetupError, TelegramSettings, Timings};
use super::wire::Envelope;
use crate::message::ChatId;
use crate::transport::TransportError;
use crate::web;

/// No answer of the Bot API is larger than about 4 MiB; whatever is, is not the Bot API's. What is read of it is held
/// until then, so this is what a hostile way may cost us in memory.
const LARGEST_ANSWER: usize = 6 << 20;

/// Longer than this nobody is left alone, whatever number was asked for: Telegram asks for minutes, for hours when it
/// was angered, and what asks for years is broken.
const LONGEST_PEACE: Duration = Duration::from_secs(24 * 60 * 60);

/// Whether asking twice does harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// It says the same thing twice, so an answer that got lost is worth telling apart.
    Shows,
    /// It does not matter.
    Harmless,
}

/// A request: what is asked, how long for, and what goes with it.
pub(super) struct Request {
    pub(super) method: &'static str,
    pub(super) repeat: Repeat,
    pub(super) timeout: Duration,
    pub(super) file: Option<File>,
}

/// A file from memory.
pub(super) struct File {
    /// The parameter's name.
    pub(super) field: &'static str,
    /// Without a name the server takes the part for text; its ending decides whether a picture is one.
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) bytes: Vec<u8>,
}

/// The Bot API.
pub(super) struct Api {
    client: Client,
    base: String,
    token: SecretString,
    pub(super) timings: Timings,
    /// What the server's clock said last, and when that was by ours.
    clock: Mutex<Option<(Timestamp, Instant)>>,
}

impl Api {
    pub(super) fn new(settings: &TelegramSettings) -> Result<Self, SetupError> {
        let token = settings::token(&settings.token)?;
        let url = settings::address(&settings.api_url)?;
        let proxy = settings.proxy.as_deref().map(settings::proxy).transpose()?;
        let client = web::client(&url, proxy.as_ref(), settings.timings.connect)?;
        let base = url.as_str().trim_end_matches('/').to_owned();
        Ok(Self { client, base, token, timings: settings.timings, clock: Mutex::new(None) })
    }

    /// Asks, and reads the answer.
    pub(super) async fn call<T: DeserializeOwned>(
        &self,
        request: Request,
        parameters: &impl Serialize,
    ) -> Result<T, TransportError> {
        let Request { method, repeat, timeout, file } = request;
        let lost = |why: String| match repeat {
            Repeat::Shows => TransportError::Unanswered(why),
            Repeat::Harmless => passing(why),
        };
        let builder = self.client.post(self.address(method)?).timeout(timeout);
        let builder = match file {
            None => {
                let body = serde_json::to_vec(parameters).map_err(|error| unsayable(method, &error))?;
                builder.header(CONTENT_TYPE, "application/json").body(body)
            }
            Some(file) => builder.multipart(form(parameters, file).map_err(|why| unsayable(method, &why))?),
        };
        let response = builder.send().await.map_err(|error| {
            let never_left = error.is_connect() || error.is_builder();
            let why = self.told(method, error);
            if never_left { passing(why) } else { lost(why) }
        })?;
        let status = response.status().as_u16();
        self.look_at_the_clock(response.headers());
        // Of a gateway's page nobody knows whom it would have wait for what; trying again has its own pauses.
        let asked_for = retry_after(response.headers()).filter(|_| status == 429);
        let body = match self.body(method, response).await {
            Ok(body) => body,
            // A refusal cut short is still a refusal, and nothing was done.
            Err(why) if status == 200 => return Err(lost(why)),
            Err(why) => return Err(TransportError::Passing { after: asked_for, why }),
        };
        let Ok(envelope) = serde_json::from_slice::<Envelope<'_>>(&body) else {
            // What begins as the Bot API's answer was one, and the server has acted; a page of HTML is somebody else's.
            return Err(if status == 200 && body.trim_ascii_start().starts_with(b"{") {
                lost(format!("{method}: the answer broke off"))
            } else {
                TransportError::Passing { after: asked_for, why: foreign(method, status) }
            });
        };
        match envelope.result {
            Some(result) if envelope.ok => serde_json::from_str(result.get())
                .map_err(|_| lost(format!("{method}: the answer was not understood"))),
            _ => Err(self.hushed(refusal(method, status, &envelope, asked_for))),
        }
    }

    /// How far our clock is ahead of the server's, to about a second; nothing before the first answer.
    pub(super) fn skew(&self, now: Timestamp) -> Option<SignedDuration> {
        let (then, seen) = (*self.clock.lock().unwrap_or_else(PoisonError::into_inner))?;
        let passed = SignedDuration::try_from(seen.elapsed()).ok()?;
        Some(now.duration_since(then) - passed)
    }

    /// The server's clock as of its last answer.
    pub(super) fn server_time(&self) -> Option<Timestamp> {
        self.clock.lock().unwrap_or_else(PoisonError::into_inner).map(|(then, _)| then)
    }

    fn address(&self, method: &str) -> Result<Url, TransportError> {
        let address = format!("{}/bot{}/{method}", self.base, self.token.expose_secret());
        // Base and token were read before; the parser's own error is not shown, since it may quote them.
        Url::parse(&address).map_err(|_| TransportError::Fatal(format!("{method}: no address can be made")))
    }

    fn look_at_the_clock(&self, headers: &HeaderMap) {
        let date = headers.get(DATE).and_then(|it| it.to_str().ok());
        let Some(date) = date.and_then(|it| rfc2822::DateTimeParser::new().parse_timestamp(it).ok()) else {
            return;
        };
        *self.clock.lock().unwrap_or_else(PoisonError::into_inner) = Some((date, Instant::now()));
    }

    /// Reads a body that is not allowed to fill the memory.
    async fn body(&self, method: &str, mut response: Response) -> Result<Vec<u8>, String> {
        let too_large = || format!("{method}: the answer is larger than {} MiB", LARGEST_ANSWER >> 20);
        if response.content_length().is_some_and(|it| LARGEST_ANSWER as u64 <= it) {
            return Err(too_large());
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.told(method, error))? {
            if LARGEST_ANSWER <= body.len() + chunk.len() {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// An error in words: all its causes, no address.
    fn told(&self, method: &str, error: reqwest::Error) -> String {
        if error.is_timeout() && !error.is_connect() {
            return format!("{method}: no answer in time");
        }
        let error = error.without_url();
        let mut told = format!("{method}: {error}");
        let mut source = error.source();
        while let Some(cause) = source {
            told.push_str(": ");
            told.push_str(&cause.to_string());
            source = cause.source();
        }
        self.without_token(told)
    }

    /// Somebody between us and Telegram may quote what we asked for.
    fn hushed(&self, error: TransportError) -> TransportError {
        match error {
            TransportError::Passing { after, why } => {
                TransportError::Passing { after, why: self.without_token(why) }
            }
            TransportError::Unanswered(why) => TransportError::Unanswered(self.without_token(why)),
            TransportError::Conflict(why) => TransportError::Conflict(self.without_token(why)),
            TransportError::Closed(why) => TransportError::Closed(self.without_token(why)),
            TransportError::NoTopic(why) => TransportError::NoTopic(self.without_token(why)),
            TransportError::Refused(why) => TransportError::Refused(self.without_token(why)),
            TransportError::Fatal(why) => TransportError::Fatal(self.without_token(why)),
            wordless @ (TransportError::Moved(_) | TransportError::Ended) => wordless,
        }
    }

    fn without_token(&self, text: String) -> String {
        text.replace(self.token.expose_secret(), "[token]")
    }
}

fn passing(why: String) -> TransportError {
    TransportError::Passing { after: None, why }
}

fn unsayable(method: &str, why: &serde_json::Error) -> TransportError {
    TransportError::Refused(format!("{method}: cannot be written as JSON: {why}"))
}

fn foreign(method: &str, status: u16) -> String {
    let hint = match status {
        407 => "; the proxy wants a name and a password (TELEGRAM_PROXY)",
        300..=499 => "; is TELEGRAM_API_URL the Bot API's address?",
        _ => "",
    };
    format!("{method}: status {status}, with something that is not the Bot API's answer{hint}")
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(peace)
}

/// So many seconds, within reason. None at all would have us ask in a loop.
fn peace(seconds: u64) -> Duration {
    Duration::from_secs(seconds.max(1)).min(LONGEST_PEACE)
}

/// Parameters as form fields: words as they are, anything else as JSON, as the server reads them.
fn form(parameters: &impl Serialize, file: File) -> Result<Form, serde_json::Error> {
    let serde_json::Value::Object(fields) = serde_json::to_value(parameters)? else {
        return Err(serde::ser::Error::custom("parameters are not an object"));
    };
    let mut form = Form::new();
    for (name, value) in fields {
        form = match value {
            serde_json::Value::String(text) => form.text(name, text),
            other => form.text(name, other.to_string()),
        };
    }
    let part = Part::bytes(file.bytes)
        .file_name(file.name)
        .mime_str(file.kind)
        .map_err(serde::ser::Error::custom)?;
    Ok(form.part(file.field, part))
}

/// What a refusal asks us to do. By code and parameters; by words only where a code means several things.
fn refusal(
    method: &str,
    status: u16,
    envelope: &Envelope<'_>,
    asked_for: Option<Duration>,
) -> TransportError {
    let code = envelope.error_code.unwrap_or(status);
    let described = envelope.description.as_deref().unwrap_or("no description");
    let why = format!("{method}: {code} {described}");
    if let Some(chat) = envelope.parameters.migrate_to_chat_id {
        return TransportError::Moved(ChatId(chat));
    }
    match code {
        401 => TransportError::Fatal(format!(
            "Telegram does not know this bot token ({why}): it is wrong or was revoked; get the current one from @BotFather and put it into BOT_TOKEN"
        )),
        404 if described.to_lowercase().contains("method not found") => TransportError::Refused(why),
        404 => TransportError::Fatal(format!(
            "there is no bot at this address ({why}): BOT_TOKEN or TELEGRAM_API_URL is wrong"
        )),
        403 => TransportError::Closed(why),
        409 => TransportError::Conflict(why),
        429 => {
            TransportError::Passing { after: envelope.parameters.retry_after.map(peace).or(asked_for), why }
        }
        400 if closes_the_chat(described) => TransportError::Closed(why),
        400 | 402 | 405 | 406 | 413 => TransportError::Refused(why),
        _ => TransportError::Passing { after: asked_for, why },
    }
}

/// Some 400s are about the chat and not about the message.
fn closes_the_chat(described: &str) -> bool {
    const CLOSING: [&str; 7] = [
        "chat not found",
        "peer_id_invalid",
        "group chat was deactivated",
        "chat_write_forbidden",
        "have no rights to send a message",
        "not enough rights to send text messages",
        "bot is not a member",
    ];
    let described = described.to_lowercase();
    CLOSING.iter().any(|it| described.contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, body: &str, expected: &str) {
        let envelope: Envelope<'_> = serde_json::from_str(body).expect("an envelope");
        assert_eq!(format!("{:?}", refusal("m", status, &envelope, None)), expected);
    }

    #[test]
    fn a_refusal_is_what_to_do_about_it() {
        let refused = |code: u16, words: &str| {
            format!(r#"{{"ok":false,"error_code":{code},"description":"{words}","unheard_of":[1]}}"#)
        };
        check(
            403,
            &refused(403, "Forbidden: bot was blocked by the user"),
            r#"Closed("m: 403 Forbidden: bot was blocked by the user")"#,
        );
        check(409, &refused(409, "Conflict: x"), r#"Conflict("m: 409 Conflict: x")"#);
        check(
            400,
            &refused(400, "Bad Request: chat not found"),
            r#"Closed("m: 400 Bad Request: chat not found")"#,
        );
        check(400, &refused(400, "Bad Request: x"), r#"Refused("m: 400 Bad Request: x")"#);
        check(
            404,
            &refused(404, "Not Found: method not found"),
            r#"Refused("m: 404 Not Found: method not found")"#,
        );
        check(
            500,
            &refused(500, "Internal Server Error: restart"),
            r#"Passing { after: None, why: "m: 500 Internal Server Error: restart" }"#,
        );
        check(
            400,
            r#"{"ok":false,"error_code":400,"description":"x","parameters":{"migrate_to_chat_id":-1001234567890}}"#,
            "Moved(ChatId(-1001234567890))",
        );
        check(
            429,
            r#"{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":3600}}"#,
            r#"Passing { after: Some(3600s), why: "m: 429 x" }"#,
        );
        for (given, expected) in [
            ("18446744073709551615", "Some(86400s)"),
            ("0", "Some(1s)"),
            ("-5", "None"),
            ("\"soon\"", "None"),
            ("null", "None"),
        ] {
            check(
                429,
                &format!(
                    r#"{{"ok":false,"error_code":429,"description":"x","parameters":{{"retry_after":{given}}}}}"#
                ),
                &format!(r#"Passing {{ after: {expected}, why: "m: 429 x" }}"#),
            );
        }
        check(
            403,
            r#"{"ok":false,"error_code":403,"description":"x","parameters":null}"#,
            r#"Closed("m: 403 x")"#,
        );
        for fatal in [refused(401, "Unauthorized"), refused(404, "Not Found")] {
            let envelope: Envelope<'_> = serde_json::from_str(&fatal).expect("an envelope");
            assert!(matches!(refusal("m", 401, &envelope, None), TransportError::Fatal(_)));
        }
    }
}
