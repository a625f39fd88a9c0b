//! Images without a name that nothing refers to: what a rebuild leaves behind.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Done, PlanStep, Remedy, Settings, done, first_few};
use crate::ports::{DiskUsage, Engine, EngineError};

/// Removes dangling images, whatever their age: nothing can be started from them by name.
pub(super) struct DanglingImages;

#[async_trait]
impl Remedy for DanglingImages {
    fn name(&self) -> &'static str {
        "dangling-images"
    }

    async fn preview(
        &self,
        usage: &DiskUsage,
        _engine: &dyn Engine,
        _settings: &Settings,
        _now: Timestamp,
    ) -> Result<PlanStep, EngineError> {
        let images: Vec<_> = usage.images.iter().filter(|it| it.is_dangling()).collect();
        let short = |id: &str| id.trim_start_matches("sha256:").chars().take(12).collect::<String>();
        Ok(PlanStep {
            remedy: self.name().to_owned(),
            items: images.len() as u64,
            bytes: images.iter().map(|it| it.unshared.unwrap_or(it.size)).sum(),
            names: first_few(images.iter().map(|it| short(&it.id))),
        })
    }

    async fn apply(&self, engine: &dyn Engine, _settings: &Settings, _now: Timestamp) -> Done {
        done(self.name(), engine.prune_dangling_images().await)
    }
}
