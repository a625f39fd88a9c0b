//! Can what must be remembered be written down?

use std::fs::{File, create_dir, remove_dir, remove_file};
use std::io::Write;
use std::path::Path;

use super::{Check, State, Subject};
use crate::host::filesystems::own_space;

/// Below this the store soon degrades to memory: some weeks of samples and their journal.
const LITTLE: u64 = 256 << 20;

/// SQLite's locks cannot be relied upon there.
const NETWORKED: &[&str] = &["nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "fuse.rclone"];

const NAME: &str = "DATA_DIR";

pub(super) fn checks(directory: &Path) -> Vec<Check> {
    let mut checks = vec![writing(directory)];
    match own_space(nearest(directory)) {
        Ok((available, kind)) => {
            checks.push(space(available));
            checks.extend(networked(directory, &kind));
        }
        Err(unknown) => {
            checks.push(Check::new(Subject::Storage, "free space", State::Warning, unknown.why));
        }
    }
    checks
}

/// The directory itself, or what it would be made in.
fn nearest(directory: &Path) -> &Path {
    // A relative path ends in the empty one, which means where we stand.
    directory.ancestors().find(|it| it.exists()).unwrap_or(Path::new("."))
}

fn networked(directory: &Path, kind: &str) -> Option<Check> {
    let detail = format!("{} is on {kind}, where locks cannot be relied upon", directory.display());
    let check = Check::new(Subject::Storage, "filesystem", State::Warning, detail);
    NETWORKED.contains(&kind).then(|| check.remedy("set DATA_DIR to a directory on a disk of this machine"))
}

fn writing(directory: &Path) -> Check {
    let shown = directory.display();
    let check = |state, detail: String| Check::new(Subject::Storage, NAME, state, detail);
    let remedy = "let the user that Vakhta runs as write there: `chown`, or a named volume in compose.yaml";
    if directory.is_dir() {
        return match try_write(directory) {
            Ok(()) => check(State::Ok, format!("{shown} can be written to")),
            Err(error) => check(State::Broken, format!("{shown}: {error}")).remedy(remedy),
        };
    }
    if directory.exists() {
        let detail = format!("{shown} is not a directory");
        return check(State::Broken, detail).remedy("remove it, or set DATA_DIR to another");
    }
    let parent = nearest(directory);
    match try_make(parent) {
        Ok(()) => check(State::Ok, format!("{shown} is not there yet and can be made")),
        Err(error) => {
            let detail = format!("{shown} is not there and cannot be made in {}: {error}", parent.display());
            check(State::Broken, detail).remedy(remedy)
        }
    }
}

/// Only making one proves it: to `access`, root may write even into `/proc`.
fn try_make(parent: &Path) -> std::io::Result<()> {
    let path = parent.join(format!(".vakhta-doctor-{}", std::process::id()));
    create_dir(&path)?;
    remove_dir(&path)
}

fn try_write(directory: &Path) -> std::io::Result<()> {
    let path = directory.join(format!(".vakhta-doctor-{}", std::process::id()));
    let written = File::create_new(&path).and_then(|mut file| {
        file.write_all(b"is this disk writable?\n")?;
        file.sync_all()
    });
    let removed = remove_file(&path);
    written.and(removed)
}

fn space(available: u64) -> Check {
    let detail = format!("{} MiB", available >> 20);
    let check = |state| Check::new(Subject::Storage, "free space", state, detail);
    match available {
        0 => check(State::Broken).remedy("make room: alerts cannot be kept over a restart"),
        it if it < LITTLE => check(State::Warning).remedy("make room: history will be kept in memory only"),
        _ => check(State::Ok),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_proven_writable_and_left_as_it_was() {
        let directory = std::env::temp_dir().join(format!("vakhta-storage-{}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("a temporary directory");
        assert_eq!(writing(&directory).state, State::Ok);
        assert_eq!(std::fs::read_dir(&directory).expect("our own").count(), 0);
        let inner = writing(&directory.join("not/yet"));
        assert_eq!(inner.state, State::Ok);
        assert!(inner.detail.ends_with("is not there yet and can be made"), "{}", inner.detail);
        std::fs::remove_dir_all(&directory).expect("our own");
    }

    #[test]
    fn what_can_hold_no_files_is_broken_and_says_what_to_do() {
        for path in ["/proc/vakhta/data", "/proc/version", "/sys"] {
            let check = writing(Path::new(path));
            assert!(check.state == State::Broken && check.remedy.is_some(), "{check:?}");
        }
    }

    #[test]
    fn a_database_on_a_share_is_a_warning() {
        assert_eq!(networked(Path::new("/data"), "nfs4").map(|it| it.state), Some(State::Warning));
        assert_eq!(networked(Path::new("/data"), "ext4"), None);
    }

    #[test]
    fn little_room_is_a_warning_and_none_is_broken() {
        let states = [0, 1 << 20, 1 << 30].map(|it| space(it).state);
        assert_eq!(states, [State::Broken, State::Warning, State::Ok]);
    }
}
