//! What the watch knows of its own life, and who outside waits for a sign of it.

use std::sync::Arc;

use anyhow::Context;
use async_trait::async_trait;
use jobs::beat::{Facts, State};
use jobs::ports::{self, BeaconError, Unknown};

use crate::config::Config;
use crate::fallback;
use crate::heartbeat::Heartbeat;
use crate::store::Database;
use crate::web::{Ntfy, Pulse};

/// The dead man's switch of a watch that goes on.
struct Beacon {
    pulse: Pulse,
    heartbeat: Arc<Heartbeat>,
    database: Database,
    /// Whether a chat that says nothing is a bad sign.
    polls: bool,
}

#[async_trait]
impl ports::Beacon for Beacon {
    fn facts(&self) -> Facts {
        let facts = self.heartbeat.beat().facts();
        Facts {
            polled: facts.polled.filter(|_| self.polls),
            undelivered: self.database.stuck_since().map_err(|error| Unknown::because(error.to_string())),
            ..facts
        }
    }

    async fn signal(&self, state: &State) -> Result<(), BeaconError> {
        if let State::Failing(reasons) = state {
            let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
            tracing::warn!(?reasons, "the watch is not well, and says so to the dead man's switch");
        }
        self.pulse.say(state).await.map_err(BeaconError)
    }
}

/// The dead man's switch, where one is set. `polls` is whether a chat that says nothing is a bad sign.
pub(super) fn beacon(
    config: &Config,
    heartbeat: Arc<Heartbeat>,
    database: Database,
    polls: bool,
) -> anyhow::Result<Option<Arc<dyn ports::Beacon>>> {
    let Some(pulse) = pulse(config)? else { return Ok(None) };
    Ok(Some(Arc::new(Beacon { pulse, heartbeat, database, polls })))
}

/// Whether there can be one.
///
/// # Errors
/// Why not.
pub(super) fn is_possible(config: &Config) -> anyhow::Result<()> {
    pulse(config).map(drop)
}

fn pulse(config: &Config) -> anyhow::Result<Option<Pulse>> {
    let Some(address) = &config.settings.heartbeat else { return Ok(None) };
    let proxy = config.settings.alarm_proxy.as_ref().map(|it| &it.url);
    Pulse::new(&address.url, proxy).context("HEARTBEAT_URL").map(Some)
}

/// The second way to call a person, where one is set.
pub(super) fn second_way(config: &Config) -> anyhow::Result<Option<fallback::Setup>> {
    let Some(fallback) = &config.settings.fallback else { return Ok(None) };
    let proxy = config.settings.alarm_proxy.as_ref().map(|it| &it.url);
    let sink = Ntfy::new(&fallback.address.url, fallback.token.clone(), proxy).context("FALLBACK_URL")?;
    let after = fallback.after.try_into().context("FALLBACK_AFTER")?;
    Ok(Some(fallback::Setup { sink: Arc::new(sink), after }))
}
