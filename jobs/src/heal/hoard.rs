//! What takes up the room and is a person's to decide: named, with its size, and never touched.

use std::cmp::Reverse;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Site;
use super::plan::{EngineRoot, filesystems};
use super::stopped_containers::removable;
use crate::Ports;
use crate::ports::{ContainerDetail, ContainerUse, EngineError, Occasion, PlaceSize, Walk, Walked};
use crate::series::since;

/// What takes fewer bytes is not worth a line; on a small disk, what takes less than [`SHARE`] of it.
const LEAST: u64 = 100 << 20;

/// One part in so many.
const SHARE: u64 = 20;

/// So many of a kind are named.
const MOST: usize = 4;

/// A walk is good for so long when nobody waits for a newer one.
const A_DAY: Duration = Duration::from_secs(24 * 3600);

/// A walk is good for so long when somebody asks what fills a disk.
const FRESH: Duration = Duration::from_secs(3600);

/// What engines keep right below their root: Docker's own names, and Podman's. What else lies there is no engine's.
const OF_ENGINES: &[&str] = &[
    "aufs",
    "btrfs",
    "builder",
    "buildkit",
    "containerd",
    "containers",
    "devicemapper",
    "engine-id",
    "fuse-overlayfs",
    "image",
    "libpod",
    "network",
    "networks",
    "overlay",
    "overlay-containers",
    "overlay-images",
    "overlay-layers",
    "overlay2",
    "plugins",
    "rootfs",
    "runtimes",
    "secrets",
    "swarm",
    "tmp",
    "trust",
    "vfs",
    "vfs-containers",
    "vfs-images",
    "vfs-layers",
    "volumes",
    "windowsfilter",
    "zfs",
];

/// A place is left out for the one within it that has so much of it, in per cent.
const MAINLY: u64 = 60;

/// Something large that nothing of ours removes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hoard {
    /// A volume of the engine's.
    Volume {
        /// Its name.
        name: String,
        /// Bytes, by the engine's word.
        bytes: u64,
    },
    /// What the engine keeps of a container's output. No engine counts it, and no prune takes it.
    Log {
        /// The container's name.
        container: String,
        /// Bytes on disk, older parts included.
        bytes: u64,
        /// Whether it is begun anew from some size on. If not, it grows until the disk is full.
        is_bounded: bool,
    },
    /// Logs that we may not measure, and that nothing bounds.
    UnmeasuredLogs {
        /// The containers' names.
        containers: Vec<String>,
        /// Why they could not be measured.
        why: String,
    },
    /// What a container wrote into its own layer.
    Layer {
        /// The container's name.
        container: String,
        /// Bytes.
        bytes: u64,
    },
    /// A directory or a file that has nothing to do with the engine.
    Place {
        /// The host's path.
        path: String,
        /// Bytes on disk.
        bytes: u64,
    },
    /// The walk through the directories ended when its time was up: there may be larger ones.
    NotWhole,
}

impl Hoard {
    fn bytes(&self) -> u64 {
        match self {
            Self::Volume { bytes, .. }
            | Self::Log { bytes, .. }
            | Self::Layer { bytes, .. }
            | Self::Place { bytes, .. } => *bytes,
            Self::UnmeasuredLogs { .. } | Self::NotWhole => 0,
        }
    }
}

/// Walks through a filesystem for whoever asks what fills it, unless that was done within the hour. Takes seconds. What
/// cannot be walked, or remembered, is missing from the answer and nothing more.
pub async fn look_around(mount: &str, ports: &Ports, now: Timestamp) {
    if walked(mount, ports, now, FRESH).is_some() {
        return;
    }
    let usage = filesystems(ports).await.ok().and_then(|all| {
        let found = all.into_iter().find(|it| it.mount == mount)?;
        found.usage.ok()
    });
    let Some(usage) = usage else { return };
    let Ok(walk) = ports.host.walk(mount).await else { return };
    let walked = Walked { at: now, bytes: usage.used, files: usage.inodes_used, walk };
    let _ = ports.store.put_walked(mount, Occasion::Suspicion, &walked);
}

/// The newest walk that is not older than that.
fn walked(mount: &str, ports: &Ports, now: Timestamp, most: Duration) -> Option<Walked> {
    let of = |occasion| ports.store.walked(mount, occasion).ok().flatten();
    let known = [Occasion::Suspicion, Occasion::Daily].into_iter().filter_map(of);
    let fresh = known.filter(|it| it.at <= now && since(now, it.at) <= most && !it.walk.places.is_empty());
    fresh.max_by_key(|it| it.at)
}

/// What takes up room at a site, the largest first. What cannot be told is missing; nothing here fails.
pub(super) async fn survey(site: &Site<'_>, root: Option<&EngineRoot>) -> Vec<Hoard> {
    let least = least(site).await;
    let largest = |hoards| largest(hoards, least);
    let mut hoards = Vec::new();
    if root.is_some_and(|it| it.mount == site.mount) {
        hoards.extend(largest(volumes(site)));
        hoards.extend(largest(layers(site, least).await));
        hoards.extend(logs(site, least).await);
    }
    let walked = walked(site.mount, site.ports, site.now, A_DAY);
    if let Some(Walked { walk, .. }) = walked {
        let engine = root.map(|it| it.path.as_str());
        hoards.extend(largest(places(&walk, site.mount, engine, &site.settings.roots)));
        hoards.extend((!walk.is_whole).then_some(Hoard::NotWhole));
    }
    hoards.sort_by_key(|it| Reverse(it.bytes()));
    hoards
}

/// How many bytes are worth a line on this disk.
async fn least(site: &Site<'_>) -> u64 {
    let filesystems = filesystems(site.ports).await.unwrap_or_default();
    let usage = filesystems.into_iter().find(|it| it.mount == site.mount).and_then(|it| it.usage.ok());
    usage.map_or(LEAST, |it| LEAST.min(it.used.saturating_add(it.available) / SHARE))
}

fn largest(mut hoards: Vec<Hoard>, least: u64) -> Vec<Hoard> {
    hoards.retain(|it| least <= it.bytes());
    hoards.sort_by_key(|it| Reverse(it.bytes()));
    hoards.truncate(MOST);
    hoards
}

fn volumes(site: &Site<'_>) -> Vec<Hoard> {
    let volumes = site.usage.volumes.iter();
    volumes.map(|it| Hoard::Volume { name: it.name.clone(), bytes: it.size.unwrap_or(0) }).collect()
}

/// What a step of the plan removes is no person's to decide.
async fn layers(site: &Site<'_>, least: u64) -> Vec<Hoard> {
    let big: Vec<&ContainerUse> = site.usage.containers.iter().filter(|it| least <= it.written).collect();
    let goes = match big.is_empty() {
        true => Vec::new(),
        false => removable(site.ports, site.settings, site.now).await.unwrap_or_default(),
    };
    // Of what is to be ignored nothing is said; where there is no list, nobody knows what that is.
    let shown = site.ports.containers().await.unwrap_or_default();
    let stays = |it: &&ContainerUse| {
        !goes.iter().any(|gone| gone.id == it.id) && shown.iter().any(|shown| shown.id == it.id)
    };
    let layer = |it: &ContainerUse| Hoard::Layer { container: it.name.clone(), bytes: it.written };
    big.into_iter().filter(stays).map(layer).collect()
}

/// Whose log is large, and whose may be.
async fn logs(site: &Site<'_>, least: u64) -> Vec<Hoard> {
    let (engine, host) = (&site.ports.engine, &site.ports.host);
    let mut measured = Vec::new();
    let mut suspects = Vec::new();
    let mut refused = None;
    for container in site.ports.containers().await.unwrap_or_default() {
        let detail = match engine.inspect(&container.id).await {
            Ok(detail) => detail,
            // One that is gone, or that a filter hides, keeps nobody from looking at the others.
            Err(EngineError::NoSuchContainer(_) | EngineError::Refused(_) | EngineError::Garbled(_)) => {
                continue;
            }
            Err(EngineError::Unreachable(_) | EngineError::Unanswered(_)) => break,
        };
        if !is_a_file(&detail) {
            continue;
        }
        let is_bounded = detail.log_max_size.is_some();
        match host.size(&detail.log_path).await {
            Ok(bytes) => measured.push(Hoard::Log { container: container.name, bytes, is_bounded }),
            Err(unknown) if !is_bounded => {
                suspects.push(container.name);
                refused.get_or_insert(unknown.why);
            }
            Err(_) => {}
        }
    }
    let mut hoards = largest(measured, least);
    hoards.extend(refused.map(|why| Hoard::UnmeasuredLogs { containers: suspects, why }));
    hoards
}

/// The log drivers that write into a file of the engine's. `local` bounds its files by itself.
fn is_a_file(detail: &ContainerDetail) -> bool {
    detail.log_driver == "json-file" && !detail.log_path.is_empty()
}

/// The largest places that do not lie within each other and are not the engine's own, below the roots where any are named.
fn places(walk: &Walk, mount: &str, engine: Option<&str>, roots: &[String]) -> Vec<Hoard> {
    let engine = engine.map(|it| it.trim_end_matches('/'));
    let is_engines = |it: &PlaceSize| engine.is_some_and(|root| is_of_engine(&it.path, root));
    // What is not its own there is told of by itself, and not as a part of what is around it.
    let of_engine = |path: &str| {
        let within = engine.filter(|root| is_within(root, path));
        let found = within.and_then(|root| walk.places.iter().find(|it| it.path == *root));
        found.map_or(0, |it| it.bytes)
    };
    let is_asked_for = |it: &PlaceSize| {
        roots.is_empty() || roots.iter().any(|root| is_within(&it.path, root.trim_end_matches('/')))
    };
    let mut sizes: Vec<(&str, u64)> = walk
        .places
        .iter()
        .filter(|it| it.path != mount && !is_engines(it) && is_asked_for(it))
        .map(|it| (it.path.as_str(), it.bytes.saturating_sub(of_engine(&it.path))))
        .collect();
    // Of equals the inner one, which says more.
    sizes.sort_by(|a, b| b.1.cmp(&a.1).then(b.0.len().cmp(&a.0.len())));
    let has_main_part = |path: &str, bytes: u64| {
        let enough = bytes.saturating_mul(MAINLY) / 100;
        sizes.iter().any(|(inner, size)| *inner != path && is_within(inner, path) && enough <= *size)
    };
    let mut chosen: Vec<(&str, u64)> = Vec::new();
    for (path, bytes) in &sizes {
        let is_told = chosen.iter().any(|(it, _)| is_within(path, it) || is_within(it, path));
        if !is_told && !has_main_part(path, *bytes) {
            chosen.push((path, *bytes));
        }
    }
    chosen.into_iter().map(|(path, bytes)| Hoard::Place { path: path.to_owned(), bytes }).collect()
}

/// Whether it is the engine's root itself, or something that the engine keeps there.
fn is_of_engine(path: &str, root: &str) -> bool {
    let name = path.strip_prefix(root).and_then(|it| it.split('/').nth(1));
    path == root || is_within(path, root) && name.is_some_and(|it| OF_ENGINES.contains(&it))
}

/// Whether a path is a directory or lies below it.
fn is_within(path: &str, directory: &str) -> bool {
    path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fakes::scenes::GIB;

    fn check(sizes: &[(&str, u64)], roots: &[&str], expected: &[(&str, u64)]) {
        check_on("/", sizes, roots, expected);
    }

    fn check_on(mount: &str, sizes: &[(&str, u64)], roots: &[&str], expected: &[(&str, u64)]) {
        let place = |(path, gib): &(&str, u64)| PlaceSize {
            path: (*path).to_owned(),
            is_file: false,
            bytes: gib * GIB,
            files: 1,
        };
        let walk = Walk { is_whole: true, places: sizes.iter().map(place).collect(), ..Walk::default() };
        let roots: Vec<String> = roots.iter().map(|it| (*it).to_owned()).collect();
        let found: Vec<(String, u64)> = places(&walk, mount, Some("/var/lib/docker"), &roots)
            .into_iter()
            .map(|it| match it {
                Hoard::Place { path, bytes } => (path, bytes / GIB),
                other => panic!("{other:?}"),
            })
            .collect();
        let expected: Vec<(String, u64)> = expected.iter().map(|it| (it.0.to_owned(), it.1)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_innermost_place_that_has_most_of_it_is_named() {
        let sizes = [
            ("/", 40),
            ("/var", 12),
            ("/var/log", 11),
            ("/var/log/app.log", 9),
            ("/home", 20),
            ("/home/a", 9),
        ];
        check(&sizes, &[], &[("/home", 20), ("/var/log/app.log", 9)]);
    }

    #[test]
    fn what_is_the_engines_counts_for_nobody() {
        let sizes = [
            ("/", 40),
            ("/var", 31),
            ("/var/lib", 30),
            ("/var/lib/docker", 28),
            ("/var/lib/docker/overlay2", 28),
            ("/var/lib/docker/overlay2/0a/diff", 20),
        ];
        check(&sizes, &[], &[("/var/lib", 2)]);
    }

    #[test]
    fn what_lies_in_the_engines_root_and_is_none_of_its_own_is_named() {
        let sizes = [
            ("/var/lib/docker", 40),
            ("/var/lib/docker/overlay2", 20),
            ("/var/lib/docker/overlay2/overlay2", 20),
            ("/var/lib/docker/volumes", 5),
            ("/var/lib/docker/overlay2.old", 6),
            ("/var/lib/docker/backup.tar", 9),
        ];
        let foreign = [("/var/lib/docker/backup.tar", 9), ("/var/lib/docker/overlay2.old", 6)];
        check_on("/var/lib/docker", &sizes, &[], &foreign);
        // The same where it is a directory of a larger disk.
        let around = [&[("/", 60), ("/var", 41), ("/var/lib", 41)][..], &sizes].concat();
        check(&around, &[], &foreign);
    }

    #[test]
    fn only_the_given_roots_are_looked_at() {
        let sizes = [("/", 40), ("/var/log", 11), ("/var/logs", 13), ("/home", 20), ("/srv", 9)];
        check(&sizes, &["/var/log/", "/home"], &[("/home", 20), ("/var/log", 11)]);
        check(&sizes, &["/opt"], &[]);
    }
}
