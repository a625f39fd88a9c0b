//! How full the host's filesystems are.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jobs::ports::{Filesystem, FilesystemUsage, Source, Unknown};

use super::kept::{Kept, refusal};
use super::mounts::{self, Mount};
use super::prober::{self, PATIENCE, Prober, Target};
use super::root::HostRoot;

/// `statfs` says so of every btrfs, whatever subvolume `stat` sees.
const BTRFS: u64 = 0x9123_683e;

/// The list of mounts, and the one who asks them.
pub(super) struct Filesystems {
    root: HostRoot,
    alone: bool,
    list: Kept,
    own: Kept,
    known: Vec<u8>,
    mounts: Vec<Mount>,
    prober: Arc<Mutex<Prober>>,
}

/// Filesystems that are being asked.
pub(super) struct Asked {
    chosen: Vec<Mount>,
    asked: prober::Asked,
}

impl Filesystems {
    /// `alone`: we are in a container that shows us nothing of the host, so that its own root has to do.
    pub(super) fn new(root: HostRoot, alone: bool) -> Self {
        // With `pid: host` the first process is the host's, and its mounts are not to be found at our paths.
        let list = match (root.is_mounted(), alone) {
            (true, _) => vec![root.at("/proc/1/mountinfo")],
            (false, true) => vec!["/proc/self/mountinfo".into()],
            (false, false) => vec!["/proc/1/mountinfo".into(), "/proc/self/mountinfo".into()],
        };
        Self {
            root,
            alone,
            list: Kept::new(list),
            own: Kept::new(vec!["/proc/self/mountinfo".into()]),
            known: Vec::new(),
            mounts: Vec::new(),
            prober: Arc::new(Mutex::new(Prober::new(Arc::new(measure), PATIENCE))),
        }
    }

    /// Begins to ask every real filesystem how full it is.
    pub(super) fn begin(&mut self) -> Source<Asked> {
        self.list_mounts()?;
        let mut chosen = mounts::real(&self.mounts);
        if chosen.is_empty() && self.alone {
            // The layers of a container lie on a disk of the host, and `statvfs` sees through to it.
            chosen.extend(mounts::covering(&self.mounts, Path::new("/")).cloned());
        }
        let targets: Vec<Target> = chosen.iter().map(|it| self.target(it)).collect();
        let asked = self.prober().begin(targets);
        Ok(Asked { chosen, asked })
    }

    /// Every real filesystem once, with how full it is or why that is unknown. May take seconds.
    pub(super) fn finish(&mut self, asked: Source<Asked>) -> Source<Vec<Filesystem>> {
        let Asked { chosen, asked } = asked?;
        let usages = self.prober().finish(asked);
        Ok(chosen.into_iter().zip(usages).map(|(mount, usage)| filesystem(mount, usage)).collect())
    }

    fn prober(&self) -> MutexGuard<'_, Prober> {
        self.prober.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes that a plain user may still write on the filesystem that holds this path of the host.
    pub(super) fn available(&mut self, path: &Path) -> Source<u64> {
        self.list_mounts()?;
        let reached = self.root.resolve(path);
        let host_path = match self.root.path() {
            None => std::fs::canonicalize(&reached).unwrap_or(reached),
            Some(root) => Path::new("/").join(reached.strip_prefix(root).unwrap_or(&reached)),
        };
        let mount = mounts::covering(&self.mounts, &host_path)
            .ok_or_else(|| Unknown::because(format!("{}: on no known filesystem", path.display())))?;
        // Its mount point stands for the path: same filesystem, and no closed directory on the way down to it.
        let answers = self.prober().ask(vec![self.target(mount)]);
        answers
            .into_iter()
            .next()
            .unwrap_or_else(|| Err(Unknown::because("no answer")))
            .map(|it| it.available)
    }

    /// Where a walk through the filesystem mounted there begins, as we reach it. One behind a network is not walked: it
    /// may hang at any name, and somebody else's disk it is.
    pub(super) fn start_of_walk(&mut self, point: &Path) -> Source<PathBuf> {
        self.list_mounts()?;
        let mount = mounts::real(&self.mounts).into_iter().find(|it| it.point == point);
        match mount {
            None => Err(Unknown::because(format!("{}: no filesystem of the host's own", point.display()))),
            Some(mount) if mount.is_remote() => {
                Err(Unknown::because(format!("{}: {} is not walked", point.display(), mount.kind)))
            }
            Some(mount) => Ok(self.root.at(&mount.point)),
        }
    }

    fn target(&self, mount: &Mount) -> Target {
        Target { path: self.root.at(&mount.point), mount: mount.clone() }
    }

    fn list_mounts(&mut self) -> Source<()> {
        let (text, is_own) = match self.list.read() {
            Ok(text) => (text, false),
            Err(_) if self.root.is_mounted() => (self.own.read()?, true),
            Err(why) => return Err(why),
        };
        // Hundreds of containers mean hundreds of lines, and they seldom change.
        if text != self.known {
            let mounts = mounts::parse(text);
            self.mounts = match self.root.path() {
                Some(root) if is_own => mounts::below(&mounts, root),
                _ => mounts,
            };
            self.known = text.to_vec();
        }
        if self.mounts.is_empty() {
            return Err(Unknown::because(match self.root.path() {
                Some(root) => format!("the host's root is not mounted at {}", root.display()),
                None => "the list of mounts is not understood".to_owned(),
            }));
        }
        Ok(())
    }
}

fn filesystem(mount: Mount, usage: Source<FilesystemUsage>) -> Filesystem {
    Filesystem {
        mount: mount.point.to_string_lossy().into_owned(),
        read_only: mount.is_read_only(),
        device: mount.source,
        kind: mount.kind,
        usage,
    }
}

/// Asks one filesystem, after making sure that it is the one that the host has there.
fn measure(target: &Target) -> Source<FilesystemUsage> {
    let Target { path, mount } = target;
    let refused = |error: rustix::io::Errno| Unknown::because(refusal(path, &error.into()));
    let found = rustix::fs::stat(path).map_err(refused)?.st_dev;
    let is_there = if mount.kind == "btrfs" {
        rustix::fs::statfs(path).map_err(refused)?.f_type as u64 == BTRFS
    } else {
        let device = mount.device;
        mount.has_subvolumes()
            || (rustix::fs::major(found), rustix::fs::minor(found)) == (device.major, device.minor)
    };
    if !is_there {
        return Err(elsewhere(path, mount));
    }
    let vfs = rustix::fs::statvfs(path).map_err(refused)?;
    if vfs.f_blocks == 0 {
        return Err(Unknown::because(format!(
            "{}: {} does not say how big it is",
            path.display(),
            mount.kind
        )));
    }
    Ok(as_df(&Blocks {
        size: if vfs.f_frsize == 0 { vfs.f_bsize } else { vfs.f_frsize },
        all: vfs.f_blocks,
        free: vfs.f_bfree,
        available: vfs.f_bavail,
        files: vfs.f_files,
        files_free: vfs.f_ffree,
    }))
}

fn elsewhere(path: &Path, mount: &Mount) -> Unknown {
    Unknown::because(format!(
        "{}: the host has {} ({}) there, but it is not visible to us: restart Vakhta, or mount the host's root so that \
         later mounts appear",
        path.display(),
        mount.source,
        mount.kind,
    ))
}

/// What `statvfs` counts, in blocks.
struct Blocks {
    size: u64,
    all: u64,
    free: u64,
    available: u64,
    files: u64,
    files_free: u64,
}

/// What `df` makes of it. Blocks reserved for root are free, so not used, yet nobody else may have them.
fn as_df(blocks: &Blocks) -> FilesystemUsage {
    let bytes = |count: u64| count.saturating_mul(blocks.size);
    FilesystemUsage {
        total: bytes(blocks.all),
        used: bytes(blocks.all.saturating_sub(blocks.free)),
        available: bytes(blocks.available),
        inodes_total: blocks.files,
        inodes_used: blocks.files.saturating_sub(blocks.files_free),
    }
}

/// Free bytes and kind of the filesystem that holds a directory of our own; may hang with it.
pub(crate) fn own_space(directory: &Path) -> Source<(u64, String)> {
    let full: PathBuf = directory.canonicalize().map_err(|it| Unknown::because(refusal(directory, &it)))?;
    let vfs = rustix::fs::statvfs(&full).map_err(|it| Unknown::because(refusal(&full, &it.into())))?;
    let text = std::fs::read("/proc/self/mountinfo").unwrap_or_default();
    let kind = mounts::covering(&mounts::parse(&text), &full).map(|it| it.kind.clone()).unwrap_or_default();
    Ok((vfs.f_bavail.saturating_mul(vfs.f_frsize), kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reserved_for_root_is_neither_used_nor_available() {
        let usage =
            as_df(&Blocks { size: 4096, all: 100, free: 40, available: 30, files: 1000, files_free: 900 });
        let expected = FilesystemUsage {
            total: 409_600,
            used: 245_760,
            available: 122_880,
            inodes_total: 1000,
            inodes_used: 100,
        };
        assert_eq!(usage, expected);
    }

    #[test]
    fn a_filesystem_without_an_inode_limit_says_nought() {
        let usage = as_df(&Blocks { size: 1, all: 10, free: 4, available: 4, files: 0, files_free: 0 });
        assert_eq!((usage.inodes_total, usage.inodes_used), (0, 0));
    }

    #[test]
    fn a_mount_of_the_host_that_we_do_not_see_is_unknown() {
        let mount = mounts::parse(b"9 1 4000:77 / /tmp rw - xfs /dev/sdz rw\n").remove(0);
        let why = measure(&Target { path: "/tmp".into(), mount }).expect_err("it is not there").why;
        assert!(why.starts_with("/tmp: the host has /dev/sdz (xfs) there, but"), "{why}");
    }

    #[test]
    fn a_root_that_is_not_mounted_is_unknown_and_not_our_own() {
        let mut filesystems = Filesystems::new(HostRoot::new("/nowhere/host"), true);
        let asked = filesystems.begin();
        let why = filesystems.finish(asked).expect_err("it is not there").why;
        assert_eq!(why, "the host's root is not mounted at /nowhere/host");
    }
}
