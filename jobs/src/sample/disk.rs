//! How full each filesystem is; the subject is its mount point.

use super::{Look, share};
use crate::metric::{Metric, Reading, Subject, Unit};
use crate::ports::{Filesystem, FilesystemUsage};

/// Used, of what a plain user could have, as `df` counts it: what is reserved for root belongs to neither.
pub(super) const USED: Metric = Metric {
    id: "disk.used",
    unit: Unit::Percent,
    subject: Some(Subject::Mount),
    read: |look| each(look, |it| share(it.used, it.used.saturating_add(it.available))),
};

/// What a plain user may still write.
pub(super) const FREE: Metric = Metric {
    id: "disk.free",
    unit: Unit::Bytes,
    subject: Some(Subject::Mount),
    read: |look| each(look, |it| Some(it.available as f64)),
};

/// Inodes in use; nothing where the filesystem makes them as it needs them (btrfs, vfat).
pub(super) const INODES: Metric = Metric {
    id: "disk.inodes",
    unit: Unit::Percent,
    subject: Some(Subject::Mount),
    read: |look| each(look, |it| share(it.inodes_used, it.inodes_total)),
};

/// Whether somebody may fill it up.
pub(crate) fn is_about_room(filesystem: &Filesystem) -> bool {
    !filesystem.read_only && !is_full_by_nature(filesystem)
}

/// Images of a fixed content: they are full by nature and nobody could do anything about it.
const IMAGES: &[&str] = &["cramfs", "erofs", "iso9660", "romfs", "squashfs", "udf"];

fn each(look: &Look, of: fn(&FilesystemUsage) -> Option<f64>) -> Vec<Reading> {
    let filesystems = look.now.filesystems.iter().flatten().filter(|it| !is_full_by_nature(it));
    filesystems.filter_map(|it| Some(Reading::of(&it.mount, of(it.usage.as_ref().ok()?)?))).collect()
}

/// Whether it never had room. Beside the images that is only what is read-only *and* full: a disk that the kernel
/// made read-only after an error still has a figure.
fn is_full_by_nature(filesystem: &Filesystem) -> bool {
    let full = filesystem.usage.as_ref().is_ok_and(|it| it.available <= it.total / 100);
    IMAGES.contains(&filesystem.kind.as_str()) || (filesystem.read_only && full)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fakes::scenes::{GIB, at, filesystem, machine};
    use crate::ports::{FilesystemUsage, Unknown};
    use crate::sample::tests::look;

    fn looking_at(filesystems: Vec<Filesystem>) -> Look {
        let mut snapshot = machine(at(0));
        snapshot.filesystems = Ok(filesystems);
        look(None, snapshot)
    }

    #[test]
    fn used_is_what_df_says_and_not_what_is_left_of_the_whole() {
        // A disk with a large reserve: 250 GiB in all, 14 used, 63 left to a plain user.
        let mut disk = filesystem("/", 14 * GIB, 63 * GIB);
        disk.usage.as_mut().expect("it is known").total = 250 * GIB;
        let look = looking_at(vec![disk]);
        assert_eq!((USED.read)(&look), [Reading::of("/", 100.0 * 14.0 / 77.0)]);
        assert_eq!((FREE.read)(&look), [Reading::of("/", 63.0 * GIB as f64)]);
        assert_eq!((INODES.read)(&look), [Reading::of("/", 10.0)]);
    }

    #[test]
    fn a_dead_mount_has_no_reading_and_the_others_have_theirs() {
        let mut dead = filesystem("/nfs", 0, 0);
        dead.usage = Err(Unknown::because("statvfs /nfs did not answer in 2 s"));
        let look = looking_at(vec![dead, filesystem("/srv", GIB, GIB)]);
        assert_eq!((USED.read)(&look), [Reading::of("/srv", 50.0)]);
    }

    #[test]
    fn what_is_full_by_nature_is_no_full_disk() {
        let squashed = Filesystem { kind: "squashfs".to_owned(), ..filesystem("/snap/core", GIB, 0) };
        let sealed = Filesystem { read_only: true, ..filesystem("/usr", GIB, 0) };
        let broken = Filesystem { read_only: true, ..filesystem("/srv", GIB, GIB) };
        let look = looking_at(vec![squashed, sealed, broken, filesystem("/", GIB, 0)]);
        assert_eq!((USED.read)(&look), [Reading::of("/srv", 50.0), Reading::of("/", 100.0)]);
    }

    #[test]
    fn a_filesystem_without_a_limit_of_inodes_has_no_share_of_them() {
        let mut disk = filesystem("/", GIB, GIB);
        disk.usage = Ok(FilesystemUsage { inodes_total: 0, ..disk.usage.expect("it is known") });
        assert_eq!((INODES.read)(&looking_at(vec![disk])), []);
    }
}
