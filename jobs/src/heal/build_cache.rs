//! What builds keep so that the next one is faster.

use async_trait::async_trait;

use super::remedy::{Loss, Piece, step};
use super::{Done, PlanStep, Remedy, Site};
use crate::JobError;
use crate::ports::{BuildCacheUse, Pruned, Right};
use crate::series::since;

/// Removes build cache that nothing has used for [`Settings::cache_unused_for`](super::Settings::cache_unused_for). It
/// works on a disk with no byte left.
pub(super) struct BuildCache;

#[async_trait]
impl Remedy for BuildCache {
    fn name(&self) -> &'static str {
        "build-cache"
    }

    fn right(&self) -> Option<Right> {
        Some(Right::PruneBuildCache)
    }

    async fn preview(&self, site: &Site<'_>) -> Result<PlanStep, JobError> {
        let (least, now) = (site.settings.cache_unused_for, site.now);
        let is_old = |it: &&BuildCacheUse| it.last_used.is_none_or(|at| least <= since(now, at));
        // What an image shares is not freed by forgetting that it is cache as well.
        let unused = site.usage.build_cache.iter().filter(|it| !it.in_use && !it.shared).filter(is_old);
        // Pieces have no name that anybody would recognise.
        let piece = |it: &BuildCacheUse| Piece { id: it.id.clone(), name: String::new(), bytes: it.size };
        let pieces: Vec<Piece> = unused.map(piece).collect();
        Ok(step(self.name(), Loss::Rebuilt, &pieces))
    }

    async fn apply(&self, site: &Site<'_>) -> Done {
        match site.ports.engine.prune_build_cache(site.settings.cache_unused_for).await {
            Ok(Pruned { items, claimed }) => {
                Done { remedy: self.name().to_owned(), items, claimed, ..Done::default() }
            }
            Err(error) => Done::failed(self.name(), error.to_string()),
        }
    }
}
