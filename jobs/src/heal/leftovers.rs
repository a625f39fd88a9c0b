//! What we ourselves left behind: stores that were damaged and set aside.

use async_trait::async_trait;

use super::remedy::{Loss, Piece, step};
use super::{Done, PlanStep, Remedy, Site};
use crate::JobError;
use crate::ports::{Leftover, Right};
use crate::series::since;

/// So long a damaged store is kept, for whoever wants to look into it.
const KEPT: std::time::Duration = std::time::Duration::from_secs(7 * 24 * 3600);

/// Deletes damaged stores that were set aside a week ago or earlier. The store that is in use is thinned by itself, and
/// never here: giving its room back would need room first.
pub(super) struct Leftovers;

#[async_trait]
impl Remedy for Leftovers {
    fn name(&self) -> &'static str {
        "own-leftovers"
    }

    fn right(&self) -> Option<Right> {
        None
    }

    async fn preview(&self, site: &Site<'_>) -> Result<PlanStep, JobError> {
        let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        let piece = |it: Leftover| Piece { name: name(&it.path), bytes: it.bytes, id: it.path };
        let pieces: Vec<Piece> = removable(site).await?.into_iter().map(piece).collect();
        Ok(step(self.name(), Loss::Gone, &pieces))
    }

    async fn apply(&self, site: &Site<'_>) -> Done {
        let mut done = Done { remedy: self.name().to_owned(), ..Done::default() };
        let leftovers = match removable(site).await {
            Ok(leftovers) => leftovers,
            Err(error) => return Done { failure: Some(super::remedy::why(&error)), ..done },
        };
        for it in leftovers {
            match site.ports.store.remove_leftover(&it.path) {
                Ok(()) => {
                    done.items += 1;
                    done.claimed += it.bytes;
                }
                Err(error) => done.failure = Some(error.to_string()),
            }
        }
        done
    }
}

async fn removable(site: &Site<'_>) -> Result<Vec<Leftover>, JobError> {
    let mut removable = Vec::new();
    for it in site.ports.store.leftovers()? {
        let is_old = it.at.is_some_and(|at| KEPT <= since(site.now, at));
        // Our data may lie on another disk than the one that is full.
        if is_old && site.ports.host.lies_on(&it.path, site.mount).await {
            removable.push(it);
        }
    }
    Ok(removable)
}
