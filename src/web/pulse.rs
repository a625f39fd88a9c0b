//! The dead man's switch: an address that is fetched while we live, and fetched with `/fail` when we are ill.

use std::time::Duration;

use jobs::beat::{Reason, State};
use secrecy::SecretString;

use super::{ClientError, Failure, Remote};

/// Between a failed try and the second one.
const PAUSE: Duration = Duration::from_secs(3);

/// The switch.
pub struct Pulse(Remote);

impl Pulse {
    /// A switch at that address; dials nothing.
    ///
    /// # Errors
    /// An address or a proxy that cannot be one.
    pub fn new(address: &SecretString, proxy: Option<&SecretString>) -> Result<Self, ClientError> {
        Remote::new(address, proxy).map(Self)
    }

    /// Says how the watch is; tried twice.
    ///
    /// # Errors
    /// Why it was not heard, without the address.
    pub async fn say(&self, state: &State) -> Result<(), String> {
        let Err(first) = self.once(state).await else { return Ok(()) };
        tracing::debug!(why = %first, "the dead man's switch was not reached, and is tried again");
        tokio::time::sleep(PAUSE).await;
        self.once(state).await.map_err(|failure| failure.to_string())
    }

    async fn once(&self, state: &State) -> Result<(), Failure> {
        let request = match state {
            State::Alive => self.0.client.get(self.0.url(None)?),
            State::Failing(reasons) => self.0.client.post(self.0.url(Some("fail"))?).body(body(reasons)),
        };
        self.0.ask(request).await
    }
}

/// What is said of an illness: a line for each reason.
fn body(reasons: &[Reason]) -> String {
    reasons.iter().map(Reason::to_string).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fail_is_appended_to_the_path_and_nothing_else_changes() {
        for (given, expected) in [
            ("https://hc.example/ping/abc", "https://hc.example/ping/abc/fail"),
            ("https://hc.example/ping/abc/", "https://hc.example/ping/abc/fail"),
            ("https://hc.example/key?rid=1", "https://hc.example/key/fail?rid=1"),
        ] {
            let pulse = Pulse::new(&SecretString::from(given), None).expect("an address");
            assert_eq!(pulse.0.url(Some("fail")).expect("an address").as_str(), expected);
            assert_eq!(pulse.0.url(None).expect("an address").as_str(), given);
        }
    }
}
