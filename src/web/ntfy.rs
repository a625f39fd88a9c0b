//! A second way to call a person: a message as ntfy takes it, with its words in the body and the rest in headers.

use async_trait::async_trait;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use super::{ClientError, Failure, Remote};
use crate::sink::{Cry, Sink, SinkError};

/// A longer body becomes a file to be fetched; ntfy's own limit is 4096 bytes.
const LONGEST: usize = 4000;
/// It is shown and heard at once, also by a phone that is told not to disturb, where its owner allowed that.
const LOUDEST: &str = "5";
/// A line on a lock screen is not longer.
const LONGEST_TITLE: usize = 120;

/// A topic of an ntfy server, or whatever takes the same request.
pub struct Ntfy {
    remote: Remote,
    token: Option<SecretString>,
}

impl Ntfy {
    /// A topic at that address; dials nothing.
    ///
    /// # Errors
    /// An address or a proxy that cannot be one.
    pub fn new(
        address: &SecretString,
        token: Option<SecretString>,
        proxy: Option<&SecretString>,
    ) -> Result<Self, ClientError> {
        Ok(Self { remote: Remote::new(address, proxy)?, token })
    }
}

#[async_trait]
impl Sink for Ntfy {
    async fn send(&self, cry: &Cry) -> Result<(), SinkError> {
        let title: String = cry.title.chars().take(LONGEST_TITLE).collect();
        let title = HeaderValue::from_str(&header(&title))
            .map_err(|_| SinkError::Refused("its title fits no header".to_owned()))?;
        let request = self.remote.client.post(self.remote.url(None)?);
        let request = request
            .header(CONTENT_TYPE, "text/plain; charset=utf-8")
            .header("Title", title)
            .header("Priority", LOUDEST)
            .header("Tags", "vakhta")
            .body(cut(&cry.body).to_owned());
        let request = match &self.token {
            Some(token) => request.bearer_auth(token.expose_secret()),
            None => request,
        };
        Ok(self.remote.ask(request).await?)
    }
}

impl From<Failure> for SinkError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Passing { after, why } => Self::Passing { after, why },
            Failure::Refused(why) => Self::Refused(why),
        }
    }
}

/// As much of a text as fits, cut between two letters.
fn cut(text: &str) -> &str {
    let mut end = LONGEST.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// A text as a header may hold it: as it is when it is ASCII, else in the encoded words of RFC 2047, which ntfy reads.
fn header(text: &str) -> String {
    /// An encoded word is no longer than 75 characters, twelve of which frame it.
    const ROOM: usize = 63;
    if text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
        return text.to_owned();
    }
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for letter in text.chars() {
        let mut bytes = [0; 4];
        let encoded: String = match letter {
            ' ' => "_".to_owned(),
            _ if letter.is_ascii_alphanumeric() => letter.to_string(),
            _ => letter.encode_utf8(&mut bytes).bytes().map(|byte| format!("={byte:02X}")).collect(),
        };
        if ROOM < word.len() + encoded.len() {
            words.push(std::mem::take(&mut word));
        }
        word.push_str(&encoded);
    }
    words.push(word);
    let framed: Vec<String> = words.iter().map(|it| format!("=?UTF-8?Q?{it}?=")).collect();
    framed.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_fits_a_header_in_any_language() {
        assert_eq!(header("web-1: disk 98 %"), "web-1: disk 98 %");
        assert_eq!(header("Диск /"), "=?UTF-8?Q?=D0=94=D0=B8=D1=81=D0=BA_=2F?=");
        let long = header(&"🔴 память ".repeat(6));
        assert!(long.split(' ').all(|word| word.len() <= 75 && word.starts_with("=?UTF-8?Q?")), "{long}");
        assert!(1 < long.split(' ').count());
        assert!(HeaderValue::from_str(&header("a\r\nPriority: 1")).is_ok(), "no line ends in a header");
        assert_eq!(header("a\nb"), "=?UTF-8?Q?a=0Ab?=");
    }

    #[test]
    fn a_long_body_is_cut_between_letters() {
        let long = "я".repeat(LONGEST);
        assert_eq!(cut(&long).len(), LONGEST);
        assert_eq!(cut(&format!("a{long}")).len(), LONGEST - 1);
        assert_eq!(cut("short"), "short");
    }
}
