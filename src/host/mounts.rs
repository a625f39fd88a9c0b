//! What is mounted, from `mountinfo`, and which of it holds somebody's files.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Filesystems on a disk of this machine.
const LOCAL: &[&str] = &[
    "ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "bcachefs", "f2fs", "jfs", "reiserfs", "nilfs2", "vfat",
    "msdos", "exfat", "ntfs", "ntfs3", "hfsplus", "apfs", "ubifs", "jffs2",
];

/// Filesystems behind a network, another machine or a process: asking them may take for ever.
const REMOTE: &[&str] = &[
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "ceph",
    "lustre",
    "gpfs",
    "ocfs2",
    "gfs2",
    "beegfs",
    "afs",
    "9p",
    "virtiofs",
    "fuseblk",
    "fuse.sshfs",
    "fuse.glusterfs",
    "fuse.rclone",
    "fuse.mergerfs",
    "fuse.s3fs",
    "fuse.ceph-fuse",
    "fuse.shfs",
    "fuse.juicefs",
    "fuse.mfs",
    "fuse.moosefs",
    "fuse.seaweedfs",
    "fuse.exfat",
    "fuse.zfs-fuse",
    "fuse.gcsfuse",
    "fuse.ntfs-3g",
];

/// Single files that a container engine binds into every container: each would look like a disk of its own.
const FILES: &[&str] = &[
    "/etc/hosts",
    "/etc/hostname",
    "/etc/resolv.conf",
    "/run/.containerenv",
    "/dev/termination-log",
    "/etc/mtab",
];

/// Where an engine mounts one filesystem per container or layer.
const LAYERS: &[&str] = &["/zfs/graph/", "/btrfs/subvolumes/", "/containerd/io.containerd.snapshotter"];

/// Which filesystem: what `stat` calls `st_dev`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct DeviceNumber {
    pub(super) major: u32,
    pub(super) minor: u32,
}

/// One line of `mountinfo`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mount {
    pub(super) id: u32,
    pub(super) parent: u32,
    pub(super) device: DeviceNumber,
    /// The directory of the filesystem that is mounted; `/` when it is the whole.
    pub(super) root: PathBuf,
    pub(super) point: PathBuf,
    pub(super) options: String,
    /// Whether mounts made elsewhere appear below this one too.
    pub(super) follows: bool,
    pub(super) kind: String,
    pub(super) source: String,
    pub(super) super_options: String,
}

impl Mount {
    /// Whether asking it could take for ever.
    pub(super) fn is_remote(&self) -> bool {
        REMOTE.contains(&self.kind.as_str())
    }

    /// Whether it holds files that somebody would miss.
    pub(super) fn is_real(&self) -> bool {
        self.is_remote() || LOCAL.contains(&self.kind.as_str())
    }

    /// Whether nobody can write to it.
    pub(super) fn is_read_only(&self) -> bool {
        has_option(&self.options, "ro") || has_option(&self.super_options, "ro")
    }

    /// The subvolumes of these have numbers of their own in `stat`, so that `st_dev` proves nothing.
    pub(super) fn has_subvolumes(&self) -> bool {
        matches!(self.kind.as_str(), "btrfs" | "bcachefs")
    }

    /// The value of an option of the filesystem: `hidepid=2`.
    pub(super) fn super_option(&self, name: &str) -> Option<&str> {
        self.super_options.split(',').find_map(|it| it.strip_prefix(name)?.strip_prefix('='))
    }
}

fn has_option(options: &str, name: &str) -> bool {
    options.split(',').any(|it| it == name)
}

/// Reads `mountinfo`. A line that makes no sense is left out; the others are read all the same.
pub(super) fn parse(text: &[u8]) -> Vec<Mount> {
    text.split(|it| *it == b'\n').filter_map(line).collect()
}

fn line(line: &[u8]) -> Option<Mount> {
    let mut columns = line.split(|it| *it == b' ');
    let id = number(columns.next()?)?;
    let parent = number(columns.next()?)?;
    let device = columns.next()?;
    let colon = device.iter().position(|it| *it == b':')?;
    let device = DeviceNumber { major: number(&device[..colon])?, minor: number(&device[colon + 1..])? };
    let root = path(columns.next()?);
    let point = path(columns.next()?);
    let options = words(columns.next()?);
    let mut follows = false;
    loop {
        match columns.next()? {
            b"-" => break,
            tag => follows |= tag.starts_with(b"shared:") || tag.starts_with(b"master:"),
        }
    }
    let kind = words(columns.next()?);
    let source = words(columns.next()?);
    let super_options = columns.next().map(words)?;
    point.is_absolute().then_some(Mount {
        id,
        parent,
        device,
        root,
        point,
        options,
        follows,
        kind,
        source,
        super_options,
    })
}

fn number(text: &[u8]) -> Option<u32> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

fn path(text: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(&unescape(text)))
}

fn words(text: &[u8]) -> String {
    String::from_utf8_lossy(&unescape(text)).into_owned()
}

/// Undoes `\040`: the kernel writes blanks, line ends and backslashes as three octal digits.
fn unescape(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        match after {
            [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', after @ ..] if *first == b'\\' => {
                plain.push((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'));
                rest = after;
            }
            _ => {
                plain.push(*first);
                rest = after;
            }
        }
    }
    plain
}

/// The filesystems to watch, each once, by mount point. Of several mounts of one filesystem (bind mounts,
/// subvolumes) the one at `/` stands for it, else one of the whole before one of a part, else the shortest.
pub(super) fn real(mounts: &[Mount]) -> Vec<Mount> {
    let mut chosen: Vec<&Mount> = Vec::new();
    let candidates =
        mounts.iter().filter(|it| it.is_real() && !is_furniture(&it.point) && !is_hidden(it, mounts));
    for mount in candidates {
        match chosen.iter_mut().find(|it| it.device == mount.device) {
            None => chosen.push(mount),
            Some(other) if rank(mount) < rank(other) => *other = mount,
            Some(_) => {}
        }
    }
    chosen.sort_by(|one, two| one.point.cmp(&two.point));
    chosen.into_iter().cloned().collect()
}

fn rank(mount: &Mount) -> (bool, bool, usize, &Path) {
    let is_part = !mount.has_subvolumes() && mount.root != Path::new("/");
    (mount.point != Path::new("/"), is_part, mount.point.as_os_str().len(), &mount.point)
}

fn is_furniture(point: &Path) -> bool {
    let text = point.to_string_lossy();
    FILES.contains(&text.as_ref()) || LAYERS.iter().any(|it| text.contains(it))
}

/// Whether a later mount lies over this one, so that its path leads elsewhere.
fn is_hidden(mount: &Mount, mounts: &[Mount]) -> bool {
    let Some(place) = mounts.iter().position(|it| it.id == mount.id) else { return false };
    mounts[place + 1..].iter().any(|later| {
        mount.point.starts_with(&later.point) && later.id != mount.id && !is_ancestor(later, mount, mounts)
    })
}

fn is_ancestor(of: &Mount, mount: &Mount, mounts: &[Mount]) -> bool {
    let mut at = mount;
    // A file that is garbage may hold a ring of parents.
    for _ in 0..mounts.len() {
        if at.parent == of.id {
            return true;
        }
        match mounts.iter().find(|it| it.id == at.parent && it.id != at.id) {
            Some(parent) => at = parent,
            None => return false,
        }
    }
    false
}

/// The same mounts as the host calls them, of those that we see below its root.
pub(super) fn below(mounts: &[Mount], root: &Path) -> Vec<Mount> {
    mounts
        .iter()
        .filter_map(|it| {
            let point = Path::new("/").join(it.point.strip_prefix(root).ok()?);
            Some(Mount { point, ..it.clone() })
        })
        .collect()
}

/// The mount that a path lies on.
pub(super) fn covering<'a>(mounts: &'a [Mount], path: &Path) -> Option<&'a Mount> {
    // Of several at one point the last lies on top.
    mounts.iter().filter(|it| path.starts_with(&it.point)).max_by_key(|it| it.point.components().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &str)]) {
        let mounts = real(&parse(text.as_bytes()));
        let found: Vec<_> =
            mounts.iter().map(|it| (it.point.to_str().expect("a plain name"), it.kind.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_server_with_snaps_containers_and_a_nas_has_its_real_disks() {
        check(
            include_str!("recorded/mountinfo-server.txt"),
            &[("/", "ext4"), ("/boot/efi", "vfat"), ("/mnt/nas share", "nfs4"), ("/srv", "xfs")],
        );
    }

    #[test]
    fn the_subvolumes_of_one_btrfs_are_one_disk() {
        check(include_str!("recorded/mountinfo-btrfs.txt"), &[("/", "btrfs"), ("/boot", "ext4")]);
    }

    #[test]
    fn the_files_an_engine_binds_into_a_container_are_no_disks() {
        check(include_str!("recorded/mountinfo-docker.txt"), &[("/data", "ext4")]);
    }

    #[test]
    fn an_lxc_container_has_its_own_root_and_not_lxcfs() {
        check(include_str!("recorded/mountinfo-lxc.txt"), &[("/", "zfs"), ("/mnt/media", "zfs")]);
    }

    #[test]
    fn a_mount_under_another_is_not_asked() {
        check(
            "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:2 / /srv rw - ext4 /dev/sdb1 rw\n\
             3 2 8:3 / /srv/a rw - ext4 /dev/sdc1 rw\n4 2 0:9 / /srv rw - tmpfs none rw\n",
            &[("/", "ext4")],
        );
        check(
            "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:7 / /net rw - autofs systemd-1 rw\n\
             3 2 0:8 / /net rw - nfs nas:/x rw\n",
            &[("/", "ext4"), ("/net", "nfs")],
        );
    }

    #[test]
    fn a_bind_mount_does_not_stand_for_its_disk() {
        check(
            "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:2 / /mnt/storage rw - ext4 /dev/sdb1 rw\n\
             3 1 8:2 /web /srv rw - ext4 /dev/sdb1 rw\n4 1 8:1 /x /y rw - ext4 /dev/sda1 rw\n",
            &[("/", "ext4"), ("/mnt/storage", "ext4")],
        );
    }

    #[test]
    fn escapes_are_undone_and_broken_ones_kept() {
        for (text, plain) in [
            ("/a\\040b", "/a b"),
            ("/a\\134b", "/a\\b"),
            ("/\\012", "/\n"),
            ("/a\\04", "/a\\04"),
            ("/\\999", "/\\999"),
        ] {
            assert_eq!(unescape(text.as_bytes()), plain.as_bytes(), "{text}");
        }
    }

    #[test]
    fn a_file_cut_short_loses_only_its_last_line() {
        let whole = include_str!("recorded/mountinfo-server.txt");
        let lines = parse(whole.as_bytes()).len();
        assert_eq!(lines, 22);
        let last = whole.trim_end().rfind('\n').expect("many lines");
        assert_eq!(parse(&whole.as_bytes()[..last + 30]).len(), lines - 1);
        assert_eq!(parse(b"garbage\n\n1 2 3\n1 1 a:b / / rw - ext4 x rw\n"), vec![]);
    }

    #[test]
    fn read_only_is_seen_in_either_column() {
        let mounts = parse(b"1 0 8:1 / / ro - ext4 a rw\n2 1 8:2 / /b rw - ext4 b ro,x\n3 1 8:3 / /c rw - ext4 c rw,errors=remount-ro\n");
        assert_eq!(mounts.iter().map(Mount::is_read_only).collect::<Vec<_>>(), [true, true, false]);
    }

    #[test]
    fn what_lies_below_the_hosts_root_is_named_as_the_host_names_it() {
        let mounts = parse(b"1 0 0:50 / / rw - overlay overlay rw\n2 1 254:0 / /host ro master:1 - ext4 /dev/vda rw\n3 2 254:1 / /host/srv ro - xfs /dev/vdb rw\n4 1 0:9 / /hostile rw - xfs x rw\n");
        let points: Vec<_> = below(&mounts, Path::new("/host")).into_iter().map(|it| it.point).collect();
        assert_eq!(points, [Path::new("/"), Path::new("/srv")]);
        assert!(mounts[1].follows && !mounts[2].follows);
    }

    #[test]
    fn a_path_lies_on_the_deepest_mount() {
        let mounts = parse(
            b"1 0 8:1 / / rw - ext4 a rw\n2 1 8:2 / /var rw - ext4 b rw\n3 1 8:3 / /var/lib rw - ext4 c rw\n",
        );
        let source = |path: &str| covering(&mounts, Path::new(path)).map(|it| it.source.as_str());
        assert_eq!(
            [source("/etc"), source("/variant"), source("/var/lib/docker")],
            [Some("a"), Some("a"), Some("c")]
        );
        assert_eq!(covering(&[], Path::new("/")), None);
    }
}
