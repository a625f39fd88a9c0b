//! A copy of the store in one file: made while it is written, and looked at before anybody relies on it.
//!
//! The copy is made by `VACUUM INTO` on a connection that reads: it holds one moment, whatever the watch writes
//! meanwhile, and nobody waits for it. It is written beside its destination, synced, examined, and renamed.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use rustix::fs::{CWD, FlockOperation, OFlags, RenameFlags, flock, renameat_with};

use super::ground::Fault;
use super::open::{self, FILE, beside};
use super::samples::{Level, SERIES_BITS};
use super::schema::{self, Standing};
use super::{OpenError, chunk, moment};

/// So much must be left on a disk that we fill with a copy.
pub(super) const ROOM: u64 = 16 << 20;

/// How often a long copy says how far it is.
const TELL: Duration = Duration::from_millis(250);

/// Why a copy was not made, or not taken in. Everything is as it was.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CopyError {
    /// What we were given cannot be: a name, a file that is no store of ours.
    #[error("{0}")]
    Wrong(String),
    /// It was tried, and failed.
    #[error("{0}")]
    Failed(String),
}

/// What a copy holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// How large its file is.
    pub bytes: u64,
    /// Its format.
    pub format: i64,
    /// The newest thing in it: mostly a sample.
    pub newest: Timestamp,
}

/// Where a copy goes.
pub enum Target<'a> {
    /// To a file, which only its owner may read.
    File {
        /// Its name.
        path: &'a Path,
        /// Whether it may take the place of one that is there.
        force: bool,
    },
    /// To whoever reads.
    Stream(&'a mut dyn Write),
}

/// Copies the store in `dir`. `progress` hears how many bytes are written, and about how many there will be.
///
/// # Errors
/// Nothing is left behind then, and what was there is as it was.
pub fn back_up(
    dir: &Path,
    target: Target<'_>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Copied, CopyError> {
    let store = open::existing(dir).map_err(refused)?.ok_or_else(|| nothing_in(dir))?;
    let conn = open::reading(&store).map_err(refused)?;
    match target {
        Target::File { path, force } => {
            let path = place_for(path, &store, force)?;
            let mut part = Part::claim(&hidden(&path))?;
            copy(&conn, &part.path, progress)?;
            let copied = settled(&part)?;
            part.rename(&path, force)?;
            Ok(copied)
        }
        Target::Stream(out) => {
            let part = Part::claim(&beside(&store, ".backup-part"))?;
            copy(&conn, &part.path, progress)?;
            let copied = settled(&part)?;
            let mut file = File::open(&part.path).map_err(|error| failed(&part.path, &error))?;
            let sent = io::copy(&mut file, out).and_then(|_| out.flush());
            sent.map_err(|error| CopyError::Failed(format!("the copy could not be handed on: {error}")))?;
            Ok(copied)
        }
    }
}

/// Where the file goes, in a directory that is there.
fn place_for(path: &Path, store: &Path, force: bool) -> Result<PathBuf, CopyError> {
    let shown = path.display();
    let (parent, name) = match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) if parent.as_os_str().is_empty() => (Path::new("."), name),
        (Some(parent), Some(name)) => (parent, name),
        _ => return Err(CopyError::Wrong(format!("{shown} is no name for a file"))),
    };
    let parent = parent.canonicalize().map_err(|error| {
        let parent = parent.display();
        CopyError::Wrong(format!("{parent}: {error}; name a file in a directory that is there"))
    })?;
    let path = parent.join(name);
    if store.parent() == Some(&parent) && name.to_string_lossy().starts_with(FILE) {
        return Err(CopyError::Wrong(format!(
            "{shown}: that name is the store's own; name another file, best on another disk"
        )));
    }
    match fs::symlink_metadata(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(path),
        Err(error) => Err(CopyError::Wrong(format!("{shown}: {error}"))),
        Ok(it) if it.is_symlink() => Err(CopyError::Wrong(format!(
            "{shown} is a symbolic link, and none is followed; name the file itself"
        ))),
        Ok(it) if !it.is_file() => Err(CopyError::Wrong(format!("{shown} is no file; name another"))),
        Ok(_) if !force => Err(CopyError::Wrong(format!(
            "{shown} is there already and is left as it is; name another file, or add --force"
        ))),
        Ok(_) => Ok(path),
    }
}

/// The name beside a file under which it is being written.
fn hidden(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.vakhta-part"))
}

/// Copies what a connection reads into a file that is there and empty.
pub(super) fn copy(
    conn: &Connection,
    to: &Path,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<(), CopyError> {
    let name = to.to_str().ok_or_else(|| CopyError::Wrong(format!("{} is no text", to.display())))?;
    let number = |sql| conn.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(Fault::from);
    let pages = number("PRAGMA page_count").and_then(|pages| Ok(pages - number("PRAGMA freelist_count")?));
    let size = pages.and_then(|pages| Ok(pages * number("PRAGMA page_size")?));
    let size = size.map_err(|fault| CopyError::Failed(fault.words()))?.unsigned_abs();
    has_room(to, size)?;
    let written = std::thread::scope(|scope| {
        let (done, wait) = mpsc::channel::<()>();
        scope.spawn(move || {
            while let Err(mpsc::RecvTimeoutError::Timeout) = wait.recv_timeout(TELL) {
                progress(fs::metadata(to).map_or(0, |it| it.len()), size);
            }
        });
        let written = conn.execute("VACUUM INTO ?1", [name]);
        drop(done);
        written
    });
    written.map_err(|error| {
        let why = Fault::from(error).words();
        CopyError::Failed(format!("{}: {why}; nothing was left there", to.display()))
    })?;
    Ok(())
}

/// Whether a disk can take that much and go on.
pub(super) fn has_room(at: &Path, size: u64) -> Result<(), CopyError> {
    // A disk that does not say is tried.
    let Ok(room) = rustix::fs::statvfs(at.parent().unwrap_or(at)) else { return Ok(()) };
    let room = room.f_bavail.saturating_mul(room.f_frsize);
    if size.saturating_add(ROOM) <= room {
        return Ok(());
    }
    let (size, room) = (size.div_ceil(1 << 20), room >> 20);
    let at = at.parent().unwrap_or(at).display();
    Err(CopyError::Failed(format!("{at} has {room} MiB of room, and this takes {size} MiB and 16 to spare")))
}

/// What is in a copy that was just written, once it is on the disk.
fn settled(part: &Part) -> Result<Copied, CopyError> {
    part.file.sync_all().map_err(|error| failed(&part.path, &error))?;
    let conn = open::reading(&part.path).map_err(refused)?;
    examine(&conn)
        .map_err(|why| CopyError::Failed(format!("the copy is not whole ({why}); nothing was left")))
}

/// Reads a store from one end to the other. Why it is none of ours, or not whole, in words.
pub(super) fn examine(conn: &Connection) -> Result<Copied, String> {
    let words = |error: rusqlite::Error| Fault::from(error).words();
    match schema::standing(conn).map_err(words)? {
        Standing::Current | Standing::Old => {}
        Standing::Foreign => return Err("it is another program's database".to_owned()),
        Standing::Newer(format) => {
            return Err(format!(
                "it was written by a newer release (format {format}, this one knows {})",
                schema::FORMAT
            ));
        }
    }
    let number = |sql| conn.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(words);
    let format = number("PRAGMA user_version")?;
    if format == 0 {
        return Err("it is empty".to_owned());
    }
    let found: String = conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(words)?;
    if found != "ok" {
        return Err(format!("it is damaged: {found}"));
    }
    let bytes = number("PRAGMA page_count")? * number("PRAGMA page_size")?;
    let newest = newest(conn).map_err(|fault| fault.words())?;
    let newest = newest.ok_or_else(|| "it is empty: no watch has written to it yet".to_owned())?;
    Ok(Copied { bytes: bytes.unsigned_abs(), format, newest })
}

/// When something was last written down.
fn newest(conn: &Connection) -> Result<Option<Timestamp>, Fault> {
    let last = conn.query_row("SELECT id, body FROM fresh ORDER BY id DESC LIMIT 1", [], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
    });
    let fresh = last.optional()?.and_then(|(id, body)| {
        let base = (id >> SERIES_BITS) * Level::Raw.stretch();
        chunk::decode_moment(base, &body).ok()?.iter().map(|it| it.at).max()
    });
    let mut newest = fresh;
    for sql in ["SELECT max(last) FROM series", "SELECT max(started) FROM runs", "SELECT max(at) FROM audit"]
    {
        let found: Option<i64> = conn.query_row(sql, [], |row| row.get(0))?;
        // A series whose samples are all still fresh has not left anything behind yet.
        newest = newest.max(found.filter(|it| 0 < *it));
    }
    Ok(newest.map(moment))
}

/// A file that is being written. It is gone with this, unless it got its name.
pub(super) struct Part {
    pub(super) path: PathBuf,
    /// Held locked, so that nobody else writes to the same.
    pub(super) file: File,
    named: bool,
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.named {
            for name in [
                self.path.clone(),
                beside(&self.path, "-wal"),
                beside(&self.path, "-shm"),
                beside(&self.path, "-journal"),
            ] {
                // What cannot be removed is written over next time.
                let _ = fs::remove_file(name);
            }
        }
    }
}

impl Part {
    /// Takes a name for ourselves, empties what a killed process left there, and lets nobody else read it.
    pub(super) fn claim(path: &Path) -> Result<Self, CopyError> {
        let opened = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .custom_flags(OFlags::NOFOLLOW.bits() as i32)
            .open(path);
        let file = opened.map_err(|error| {
            let shown = path.parent().unwrap_or(path).display();
            CopyError::Failed(match error.kind() {
                ErrorKind::StorageFull => format!("{shown}: the disk is full"),
                _ => format!("{shown} takes no file: {error}"),
            })
        })?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => {
                return Err(CopyError::Failed(format!(
                    "{} is being written by another vakhta; wait for it",
                    path.display()
                )));
            }
            Err(error) => return Err(failed(path, &error.into())),
        }
        let about = file.metadata().map_err(|error| failed(path, &error))?;
        if !about.is_file() || about.nlink() != 1 {
            return Err(CopyError::Wrong(format!("{} is no file of ours; remove it", path.display())));
        }
        let part = Self { path: path.to_owned(), file, named: false };
        let emptied =
            part.file.set_len(0).and_then(|()| part.file.set_permissions(Permissions::from_mode(0o600)));
        emptied.map_err(|error| failed(path, &error))?;
        for companion in ["-wal", "-shm", "-journal"] {
            let _ = fs::remove_file(beside(path, companion));
        }
        Ok(part)
    }

    /// One that lies there already.
    pub(super) fn of(path: &Path, file: File) -> Self {
        Self { path: path.to_owned(), file, named: false }
    }

    /// Gives it its name, in one step; there it stays, whatever becomes of this.
    pub(super) fn rename(&mut self, path: &Path, force: bool) -> Result<(), CopyError> {
        let renamed = if force {
            fs::rename(&self.path, path)
        } else {
            match renameat_with(CWD, &self.path, CWD, path, RenameFlags::NOREPLACE) {
                // A filesystem that cannot promise it: nobody was there a moment ago.
                Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => fs::rename(&self.path, path),
                other => other.map_err(io::Error::from),
            }
        };
        renamed.map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => CopyError::Wrong(format!(
                "{} has come into being meanwhile and is left as it is",
                path.display()
            )),
            _ => failed(path, &error),
        })?;
        self.named = true;
        sync_directory(path);
        Ok(())
    }
}

/// Makes a new name in a directory outlive a power failure. A filesystem that cannot is left to its own devices.
pub(super) fn sync_directory(of: &Path) {
    let synced = of.parent().map(File::open).and_then(Result::ok).map(|it| it.sync_all());
    if let Some(Err(error)) = synced {
        tracing::debug!(%error, "a directory was not synced");
    }
}

pub(super) fn failed(path: &Path, error: &io::Error) -> CopyError {
    let path = path.display();
    CopyError::Failed(match error.kind() {
        ErrorKind::StorageFull => format!("{path}: the disk is full"),
        _ => format!("{path}: {error}"),
    })
}

pub(super) fn refused(error: OpenError) -> CopyError {
    CopyError::Wrong(error.to_string())
}

pub(super) fn nothing_in(dir: &Path) -> CopyError {
    CopyError::Wrong(format!("there is no store in {}; set DATA_DIR as the watch has it", dir.display()))
}

/// What a store of an older format is kept as before it is brought to this one: a way back for the release before.
fn kept_name(file: &Path, format: i64) -> PathBuf {
    beside(file, &format!(".format-{format}"))
}

/// The newest copy of an older format that is kept beside a store and that we can read.
pub(super) fn kept_beside(file: &Path) -> Option<PathBuf> {
    (1..=schema::FORMAT).rev().map(|it| kept_name(file, it)).find(|it| it.is_file())
}

/// Keeps a copy of a store that is about to be brought from an older format to ours; one of them, and only if there is
/// room. Nothing depends on it, so what goes wrong is said in the log and no more.
pub(super) fn keep_before_migration(conn: &Connection, file: &Path) {
    let Ok(format) = conn.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0)) else { return };
    if format == 0 {
        return;
    }
    let kept = kept_name(file, format);
    let done = Part::claim(&beside(file, ".format-part")).and_then(|mut part| {
        copy(conn, &part.path, &|_, _| {})?;
        part.file.sync_all().map_err(|error| failed(&part.path, &error))?;
        part.rename(&kept, true)
    });
    match done {
        Ok(()) => {
            tracing::info!(
                format,
                to = schema::FORMAT,
                kept_as = %kept.display(),
                "the store is brought to this release's format; a copy is kept for a way back"
            );
            for other in (1..schema::FORMAT).filter(|it| *it != format) {
                let _ = fs::remove_file(kept_name(file, other));
            }
        }
        Err(error) => {
            tracing::warn!(
                format,
                to = schema::FORMAT,
                %error,
                "no copy of the store could be kept before it is brought to this release's format"
            );
        }
    }
}

/// Flags for a file that is to be looked at or mended by us alone, by its own name.
pub(super) fn alone() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW
}
