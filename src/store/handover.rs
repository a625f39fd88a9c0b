//! How a copy is handed to the watch that has the store: it is laid in an agreed place in the data directory, which
//! nobody but the watch's own user and root can write, and the watch answers there.

use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

use super::backup::{CopyError, Part, failed};
use super::open::{FILE, beside};
use super::restore::{Staged, prepared};

/// Where a copy waits to be taken over.
const ASKED: &str = ".restore";
/// Where it lies while that is done.
const TAKEN: &str = ".restoring";
/// What came of it, for whoever asked.
const ANSWER: &str = ".restore-answer";

/// What the watch says to whoever asked.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Answer {
    /// The copy is the store now.
    Done {
        /// Where the one from before lies, if there was one.
        kept: Option<PathBuf>,
        /// What of it could not be carried over.
        lost: Vec<String>,
    },
    /// Everything is as it was.
    Refused {
        /// Why.
        why: String,
    },
}

/// A copy that waits for the watch.
pub struct Asked {
    store: PathBuf,
    /// Locked for as long as this lives, so that one restore is under way at a time.
    _part: Part,
}

impl Staged {
    /// Asks the watch of `dir` to take it over.
    ///
    /// # Errors
    /// Somebody else has asked, and waits.
    pub fn ask(self, dir: &Path) -> Result<Asked, CopyError> {
        let dir = dir.canonicalize().map_err(|error| failed(dir, &error))?;
        let store = dir.join(FILE);
        let mut part = self.into_part();
        // An answer to somebody who did not wait for it.
        forget(&beside(&store, ANSWER)).map_err(|error| failed(&store, &error))?;
        part.rename(&beside(&store, ASKED), false).map_err(|error| match error {
            CopyError::Wrong(_) => CopyError::Failed(
                "another restore is under way: wait for it, and try again; nothing was changed".to_owned(),
            ),
            CopyError::Failed(_) => error,
        })?;
        Ok(Asked { store, _part: part })
    }
}

impl Asked {
    /// The watch's answer, if it has come.
    pub fn answer(&self) -> Option<Answer> {
        let name = beside(&self.store, ANSWER);
        let answer = serde_json::from_str(&fs::read_to_string(&name).ok()?).ok()?;
        // It was read; that it cannot be removed would be found out by the next who asks.
        let _ = fs::remove_file(name);
        Some(answer)
    }

    /// Takes the copy back. False if the watch has taken it already.
    pub fn withdraw(&self) -> bool {
        fs::remove_file(beside(&self.store, ASKED)).is_ok()
    }
}

/// Whether somebody asks the watch of `dir` to take over a copy.
pub fn is_asked(dir: &Path) -> bool {
    fs::symlink_metadata(dir.join(format!("{FILE}{ASKED}"))).is_ok()
}

/// Takes the copy that waits, and looks at it. None if there is none any more.
pub fn take(dir: &Path) -> Option<Result<Staged, CopyError>> {
    let store = dir.join(FILE);
    let (asked, taken) = (beside(&store, ASKED), beside(&store, TAKEN));
    match fs::rename(&asked, &taken) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        Err(error) => return Some(Err(failed(&asked, &error))),
    }
    Some(ours(&taken).and_then(prepared))
}

/// A file that lies there, if nobody can have slipped us another.
fn ours(path: &Path) -> Result<Part, CopyError> {
    let opened = fs::OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits() as i32)
        .open(path);
    let file = opened.map_err(|error| failed(path, &error))?;
    let about = file.metadata().map_err(|error| failed(path, &error))?;
    let owner = about.uid();
    if !about.is_file() || about.nlink() != 1 || (owner != 0 && owner != rustix::process::geteuid().as_raw())
    {
        return Err(CopyError::Wrong(format!("{} is no file of ours; nothing was changed", path.display())));
    }
    Ok(Part::of(path, file))
}

/// Says what came of it.
///
/// # Errors
/// Nobody can be told there.
pub fn answer(dir: &Path, answer: &Answer) -> std::io::Result<()> {
    let name = dir.join(format!("{FILE}{ANSWER}"));
    let part = beside(&name, "-part");
    forget(&part)?;
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part)?;
    file.write_all(serde_json::to_string(answer)?.as_bytes())?;
    fs::rename(part, name)
}

/// Removes what a restore that was cut off has left. For whoever holds the lock of `dir`: nothing waits then.
pub fn tidy(dir: &Path) {
    for name in [ASKED, TAKEN, ANSWER, ".restore-answer-part", ".before-restore-part"] {
        for companion in ["", "-wal", "-shm", "-journal"] {
            match forget(&dir.join(format!("{FILE}{name}{companion}"))) {
                Ok(true) => tracing::info!(name, "what a restore that was cut off had left is removed"),
                Ok(false) => {}
                Err(error) => tracing::debug!(name, %error, "what a restore had left stays"),
            }
        }
    }
}

fn forget(name: &Path) -> std::io::Result<bool> {
    match fs::remove_file(name) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
