//! What builds keep so that the next one is faster.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Done, PlanStep, Remedy, Settings, done};
use crate::ports::{DiskUsage, Engine, EngineError};
use crate::series::since;

/// Removes build cache that nothing has used for [`Settings::cache_unused_for`]. It works on a disk with no byte left.
pub(super) struct BuildCache;

#[async_trait]
impl Remedy for BuildCache {
    fn name(&self) -> &'static str {
        "build-cache"
    }

    async fn preview(
        &self,
        usage: &DiskUsage,
        _engine: &dyn Engine,
        settings: &Settings,
        now: Timestamp,
    ) -> Result<PlanStep, EngineError> {
        // What an image shares is not freed by forgetting that it is cache as well.
        let pieces = usage.build_cache.iter().filter(|it| !it.in_use && !it.shared);
        let unused =
            pieces.filter(|it| it.last_used.is_none_or(|at| settings.cache_unused_for <= since(now, at)));
        let sizes: Vec<u64> = unused.map(|it| it.size).collect();
        Ok(PlanStep {
            remedy: self.name().to_owned(),
            items: sizes.len() as u64,
            bytes: sizes.iter().sum(),
            // Pieces have no name that anybody would recognise.
            names: Vec::new(),
        })
    }

    async fn apply(&self, engine: &dyn Engine, settings: &Settings, _now: Timestamp) -> Done {
        done(self.name(), engine.prune_build_cache(settings.cache_unused_for).await)
    }
}
