//! Images without a name that nothing refers to: what a rebuild leaves behind.

use async_trait::async_trait;

use super::images::remove;
use super::remedy::{Loss, Piece, step};
use super::{Done, PlanStep, Remedy, Site};
use crate::JobError;
use crate::label::{PROTECT, is_set};
use crate::ports::{ImageUse, Pruned, Right};

/// Removes dangling images, whatever their age: nothing can be started from them by name. The last one of its repository
/// that a container ran stays all the same, and one that a label protects.
pub(super) struct DanglingImages;

#[async_trait]
impl Remedy for DanglingImages {
    fn name(&self) -> &'static str {
        "dangling-images"
    }

    fn right(&self) -> Option<Right> {
        Some(Right::PruneImages)
    }

    async fn preview(&self, site: &Site<'_>) -> Result<PlanStep, JobError> {
        let short = |id: &str| id.trim_start_matches("sha256:").chars().take(12).collect::<String>();
        let piece = |it: &ImageUse| Piece {
            id: it.id.clone(),
            name: short(&it.id),
            bytes: it.unshared.unwrap_or(it.size),
        };
        let pieces: Vec<Piece> = removable(site).0.into_iter().map(piece).collect();
        Ok(step(self.name(), Loss::Nothing, &pieces))
    }

    async fn apply(&self, site: &Site<'_>) -> Done {
        let (images, is_all) = removable(site);
        if !is_all {
            // The engine's own call would take those that are to stay as well.
            return remove(self.name(), images, &*site.ports.engine).await;
        }
        match site.ports.engine.prune_dangling_images().await {
            Ok(Pruned { items, claimed }) => {
                Done { remedy: self.name().to_owned(), items, claimed, ..Done::default() }
            }
            Err(error) => Done::failed(self.name(), error.to_string()),
        }
    }
}

/// Those that may go, and whether these are all there are.
fn removable<'a>(site: &Site<'a>) -> (Vec<&'a ImageUse>, bool) {
    let kept = site.seen.last_runs();
    let dangling: Vec<&ImageUse> = site.usage.images.iter().filter(|it| it.is_dangling()).collect();
    let all = dangling.len();
    let may_go = |it: &&ImageUse| !kept.contains(it.id.as_str()) && !is_set(it.label(PROTECT));
    let removable: Vec<&ImageUse> = dangling.into_iter().filter(may_go).collect();
    let is_all = removable.len() == all;
    (removable, is_all)
}
