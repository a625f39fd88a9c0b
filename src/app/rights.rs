//! What Docker lets us do, found out again whenever it may have changed.

use std::time::Duration;

use jobs::ports::{Allowed, Engine};
use tokio::time::sleep;

use crate::vitals::Pulse;

/// Whoever changes a filter restarts it, which is noticed; one that is changed in its place is noticed within the hour.
const AGAIN: Duration = Duration::from_secs(3600);
/// While nobody has answered yet.
const SOON: Duration = Duration::from_secs(60);

/// Finds out now, every hour, and whenever the engine comes back after it was lost. Does not end.
pub(super) async fn learn(engine: &dyn Engine, pulse: &Pulse) {
    let mut known = Allowed::default();
    loop {
        let found = engine.probe().await;
        if found != known {
            tracing::info!(reach = ?found.reach(), "what Docker lets us do");
            known = found;
        }
        let pause = if known == Allowed::default() { SOON } else { AGAIN };
        tokio::select! {
            () = pulse.returned() => {}
            () = sleep(pause) => {}
        }
    }
}
