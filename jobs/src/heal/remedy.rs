//! What a remedy for a full disk is, and which there are.

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::images::SeenImages;
use super::{Done, PlanStep, Settings};
use super::{build_cache, dangling_images, leftovers, stopped_containers, unused_images};
use crate::ports::{DiskUsage, Right};
use crate::{JobError, Ports};

/// Something that may free space where the engine keeps its data, or where we keep ours.
///
/// None of them needs room to begin with: nothing is copied, packed or vacuumed, for the disk may have no byte left. None
/// restarts the engine, which does not come up again on a full disk.
#[async_trait]
pub trait Remedy: Send + Sync {
    /// What a rule calls it.
    fn name(&self) -> &'static str;

    /// What the engine has to let us do for it; none where it asks nothing of the engine.
    fn right(&self) -> Option<Right>;

    /// What it would remove now.
    async fn preview(&self, site: &Site<'_>) -> Result<PlanStep, JobError>;

    /// Asks anew what it may remove, removes it, and says how far it came.
    async fn apply(&self, site: &Site<'_>) -> Done;
}

/// Where a remedy is to work, and what is known there.
pub struct Site<'a> {
    /// The world.
    pub ports: &'a Ports,
    /// What lies on the engine's disk.
    pub usage: &'a DiskUsage,
    /// Which images were seen in use, and when.
    pub seen: &'a SeenImages,
    /// The filesystem that is full.
    pub mount: &'a str,
    /// How far it may go.
    pub settings: &'a Settings,
    /// When.
    pub now: Timestamp,
}

/// What it costs that something is removed, the cheapest first: the order in which a plan is carried out.
///
/// Images that can be had again come before build cache: layers that both hold are freed only when the second of them
/// lets go, and that order was measured to free what the engine promises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// Nothing: nobody can use it any more.
    Nothing,
    /// It is pulled again when somebody wants it.
    Pulled,
    /// The next build makes it again, and takes longer.
    Rebuilt,
    /// It is gone for good.
    #[default]
    Gone,
    /// Nobody knows but who wrote the hook.
    Unknown,
}

/// Every remedy. A plan orders them by what they cost, and then by what they free.
pub const REMEDIES: &[&dyn Remedy] = &[
    &dangling_images::DanglingImages,
    &unused_images::UnusedImages,
    &build_cache::BuildCache,
    &stopped_containers::StoppedContainers,
    &leftovers::Leftovers,
];

/// What a rule calls the whole ladder.
pub const LADDER: &str = "disk";

/// Every name that a rule's `remedy` may have: the ladder, and each of its remedies. Hooks have names of their own.
pub fn remedy_names() -> impl Iterator<Item = &'static str> {
    std::iter::once(LADDER).chain(REMEDIES.iter().map(|it| it.name()))
}

/// One thing that a remedy would remove.
pub(super) struct Piece {
    pub(super) id: String,
    /// What a person knows it by; empty where they know it by nothing.
    pub(super) name: String,
    pub(super) bytes: u64,
}

/// The step that removes these.
pub(super) fn step(remedy: &str, loss: Loss, pieces: &[Piece]) -> PlanStep {
    /// Enough for a person to see what it is about.
    const FEW: usize = 5;
    let mut ids: Vec<&str> = pieces.iter().map(|it| it.id.as_str()).collect();
    ids.sort_unstable();
    PlanStep {
        remedy: remedy.to_owned(),
        items: pieces.len() as u64,
        bytes: pieces.iter().map(|it| it.bytes).sum(),
        names: pieces.iter().map(|it| it.name.clone()).filter(|it| !it.is_empty()).take(FEW).collect(),
        loss,
        mark: mark(std::iter::once(remedy).chain(ids)),
    }
}

/// A short word that is another one for other things: FNV-1a. It tells plans apart and keeps no secret.
pub(super) fn mark<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let bytes = parts.into_iter().flat_map(|it| it.bytes().chain(std::iter::once(0)));
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{:08x}", hash >> 32)
}

/// Why, in the words of whoever refused.
pub(super) fn why(error: &JobError) -> String {
    match error {
        JobError::Engine(error) => error.to_string(),
        JobError::Host(_) | JobError::Store(_) | JobError::Beacon(_) => error.to_string(),
    }
}
