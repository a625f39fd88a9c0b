//! One watch to a data directory: two would sample twice and tell twice.

use std::fs::File;
use std::os::unix::fs::{MetadataExt, fchown};
use std::path::Path;

use rustix::fs::{FlockOperation, flock};

use crate::private;

/// The file's name in `DATA_DIR`.
const FILE: &str = "lock";

/// Held for as long as this lives; the kernel lets it go when the process ends, however it ends.
pub(super) struct Lock {
    _file: File,
}

/// What came of asking for the lock.
pub(super) enum Taken {
    /// We are the watch here, for as long as this is kept.
    Ours(Lock),
    /// Another process is.
    Theirs,
    /// There is no telling: the directory takes no file.
    Unknown(std::io::Error),
}

impl Lock {
    /// Asks for it, without waiting.
    pub(super) fn take(directory: &Path) -> Taken {
        match private::open(&directory.join(FILE)) {
            Err(error) => Taken::Unknown(error),
            Ok(file) => {
                belong_to(&file, directory);
                match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                    Ok(()) => Taken::Ours(Self { _file: file }),
                    Err(rustix::io::Errno::WOULDBLOCK) => Taken::Theirs,
                    Err(error) => Taken::Unknown(error.into()),
                }
            }
        }
    }
}

/// Made by root, the file is the watch's all the same: it could not be locked by it otherwise.
fn belong_to(file: &File, directory: &Path) {
    let (Ok(owner), Ok(own)) = (std::fs::metadata(directory), file.metadata()) else { return };
    if owner.uid() != own.uid() {
        // Only root may; anybody else has not made it.
        let _ = fchown(file, Some(owner.uid()), Some(owner.gid()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_watch_of_a_directory_is_told_of_the_first() {
        let directory = std::env::temp_dir().join(format!("vakhta-lock-{}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("a directory of our own");
        let first = Lock::take(&directory);
        assert!(matches!(first, Taken::Ours(_)));
        assert!(matches!(Lock::take(&directory), Taken::Theirs));
        drop(first);
        assert!(matches!(Lock::take(&directory), Taken::Ours(_)));
        std::fs::remove_dir_all(&directory).expect("a directory of our own");
    }
}
