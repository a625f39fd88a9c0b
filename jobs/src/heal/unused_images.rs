//! Images with a name that no container refers to, and none has for long.

use std::collections::BTreeSet;

use async_trait::async_trait;

use super::images::remove;
use super::remedy::{Loss, Piece, step};
use super::{Done, PlanStep, Remedy, Site, remedy};
use crate::JobError;
use crate::label::{PROTECT, is_set};
use crate::ports::{ImageUse, Right};
use crate::series::since;

/// Removes images that no container refers to and none has used for
/// [`Settings::images_unused_for`](super::Settings::images_unused_for), one by one and never by force. Of each repository
/// the last one that a container ran stays, so that there is something to go back to.
///
/// No engine says when an image was last used: that is our own memory of it, and what we never saw in use counts from
/// when we saw it first.
pub(super) struct UnusedImages;

#[async_trait]
impl Remedy for UnusedImages {
    fn name(&self) -> &'static str {
        "unused-images"
    }

    fn right(&self) -> Option<Right> {
        Some(Right::RemoveImage)
    }

    async fn preview(&self, site: &Site<'_>) -> Result<PlanStep, JobError> {
        let images = removable(site).await?;
        // One that was built here and never pushed cannot be had again.
        let loss = if images.iter().all(|it| !it.digests.is_empty()) { Loss::Pulled } else { Loss::Gone };
        let name = |it: &ImageUse| it.tags.first().cloned().unwrap_or_default();
        let piece = |it: &&ImageUse| Piece {
            id: it.id.clone(),
            name: name(it),
            bytes: it.unshared.unwrap_or(it.size),
        };
        let pieces: Vec<Piece> = images.iter().map(piece).collect();
        Ok(step(self.name(), loss, &pieces))
    }

    async fn apply(&self, site: &Site<'_>) -> Done {
        match removable(site).await {
            Ok(images) => remove(self.name(), images, &*site.ports.engine).await,
            Err(error) => Done::failed(self.name(), remedy::why(&error)),
        }
    }
}

async fn removable<'a>(site: &Site<'a>) -> Result<Vec<&'a ImageUse>, JobError> {
    if site.usage.images.is_empty() {
        return Ok(Vec::new());
    }
    // Some engines do not count who refers to an image, so who does is asked for as well.
    let containers = site.ports.engine.containers().await?;
    let in_use: BTreeSet<&str> = containers.iter().map(|it| it.image_id.as_str()).collect();
    let kept = site.seen.last_runs();
    let may_go = |it: &&ImageUse| {
        let is_old = || {
            let last = site.seen.last_use(&it.id);
            last.is_some_and(|at| site.settings.images_unused_for <= since(site.now, at))
        };
        it.containers == 0
            && !it.is_dangling()
            && !in_use.contains(it.id.as_str())
            && !kept.contains(it.id.as_str())
            && !is_set(it.label(PROTECT))
            && is_old()
    };
    Ok(site.usage.images.iter().filter(may_go).collect())
}
