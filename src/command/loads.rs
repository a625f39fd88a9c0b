//! What a container uses, as it was sampled last. An engine takes seconds to say it anew, and a list asks of many.

use jiff::SignedDuration;
use jobs::metric::SeriesKey;
use jobs::ports::Container;

use super::CommandContext;
use crate::present::containers::Load;

/// Older figures are not the present: three samples were missed.
const FRESH: SignedDuration = SignedDuration::from_mins(3);

/// The newest figures of a container; none where they were not sampled lately.
pub(super) fn load_of(context: &CommandContext<'_>, container: &Container) -> Option<Load> {
    let newest = |metric: &str| {
        let key = SeriesKey::of(metric, &container.name);
        match context.ports.store.series(&key, context.now - FRESH, context.now) {
            Ok(series) => series.newest().map(|it| it.mean),
            Err(error) => {
                tracing::warn!(%error, metric, "a container's load could not be read");
                None
            }
        }
    };
    Some(Load { cpu: newest("container.cpu")?, memory: newest("container.memory")? })
}
