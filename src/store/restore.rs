//! A copy takes the store's place, in one step: whenever we die, one of the two is there, whole.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Connection;
use rustix::fs::OFlags;

use super::backup::{self, Copied, CopyError, Part, failed, refused};
use super::carry::{self, Trust};
use super::ground::{Blame, Fault};
use super::open::{self, FILE, Sharing, Unopened, beside};
use super::schema;

/// Where it is remembered that a store was restored and its owner has not been told: a [`Restored`].
pub const RESTORED: &str = "restored/1";

/// Where a copy is made ready.
const PART: &str = ".restore-part";
/// What the store was before a restore; one of them.
const BEFORE: &str = ".before-restore";

/// How often, and how often at most, somebody who still has the file open is waited for.
const TRIES: u32 = 25;
const TRY: Duration = Duration::from_millis(200);

/// A store took the place of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Restored {
    /// The newest thing that was in it.
    pub of: Timestamp,
    /// When.
    pub at: Timestamp,
}

/// Where a copy comes from.
pub enum Source<'a> {
    /// A file.
    File(&'a Path),
    /// Whoever writes to us.
    Stream(&'a mut dyn Read),
}

/// A copy in the data directory: examined, of this release's format, ready to take the store's place. It is gone with
/// this.
pub struct Staged {
    part: Part,
    /// What it held as it came.
    pub copied: Copied,
}

/// What came of it.
#[derive(Debug)]
pub struct Swapped {
    /// What the store held as it came.
    pub copied: Copied,
    /// Where the store from before lies now, if there was one.
    pub kept: Option<PathBuf>,
    /// What of the store from before should have outlived it and could not be read.
    pub lost: Vec<&'static str>,
}

/// Brings a copy into `dir` and looks at it from one end to the other. The store is not touched.
///
/// # Errors
/// What it was given is no whole store of ours, or there is no room for it.
pub fn stage(dir: &Path, source: Source<'_>) -> Result<Staged, CopyError> {
    let dir = open::directory(dir).map_err(CopyError::Failed)?;
    let store = dir.join(FILE);
    let part = match source {
        Source::File(path) => from_file(path, &store)?,
        Source::Stream(stream) => {
            let mut part = Part::claim(&beside(&store, PART))?;
            fill(&mut part, stream, "standard input")?;
            part
        }
    };
    // Made by root, it is the watch's all the same.
    let (owner, own) = (fs::metadata(&dir), part.file.metadata());
    if let (Ok(owner), Ok(own)) = (owner, own)
        && owner.uid() != own.uid()
    {
        std::os::unix::fs::fchown(&part.file, Some(owner.uid()), Some(owner.gid()))
            .map_err(|error| failed(&part.path, &error))?;
    }
    prepared(part)
}

/// Looks at a copy that lies in its place.
pub(super) fn prepared(part: Part) -> Result<Staged, CopyError> {
    let copied = prepare(&part.path)
        .map_err(|why| CopyError::Wrong(format!("this cannot be restored: {why}; nothing was changed")))?;
    part.file.sync_all().map_err(|error| failed(&part.path, &error))?;
    Ok(Staged { part, copied })
}

fn from_file(path: &Path, store: &Path) -> Result<Part, CopyError> {
    let shown = path.display();
    let opened = fs::OpenOptions::new().read(true).custom_flags(OFlags::NOFOLLOW.bits() as i32).open(path);
    let mut file = opened.map_err(|error| {
        CopyError::Wrong(match fs::symlink_metadata(path) {
            Ok(it) if it.is_symlink() => {
                format!("{shown} is a symbolic link, and none is followed; name the file itself")
            }
            _ => format!("{shown}: {error}; name a backup that can be read, or - for standard input"),
        })
    })?;
    let about = file.metadata().map_err(|error| failed(path, &error))?;
    if !about.is_file() {
        return Err(CopyError::Wrong(format!("{shown} is no file; name a backup")));
    }
    let is_store = fs::metadata(store).is_ok_and(|it| (it.dev(), it.ino()) == (about.dev(), about.ino()));
    if is_store {
        return Err(CopyError::Wrong(format!("{shown} is the store itself; name a backup of it")));
    }
    backup::has_room(store, about.len())?;
    let mut part = Part::claim(&beside(store, PART))?;
    fill(&mut part, &mut file, &shown.to_string())?;
    // Whoever copied a store with its journal gets what is in the journal too.
    let journal = beside(path, "-wal");
    if fs::symlink_metadata(&journal).is_ok_and(|it| it.is_file() && 0 < it.len()) {
        fs::copy(&journal, beside(&part.path, "-wal")).map_err(|error| failed(&journal, &error))?;
    }
    Ok(part)
}

fn fill(part: &mut Part, from: &mut dyn Read, name: &str) -> Result<(), CopyError> {
    const MAGIC: &[u8] = b"SQLite format 3\0";
    let unread = |error: io::Error| CopyError::Failed(format!("{name}: {error}"));
    // Whatever is no database at all is known by its first bytes, before it fills the disk.
    let mut head = Vec::new();
    from.take(MAGIC.len() as u64).read_to_end(&mut head).map_err(unread)?;
    if head != MAGIC {
        let what = if head.is_empty() { "is empty" } else { "is no backup of Vakhta" };
        return Err(CopyError::Wrong(format!("{name} {what}; nothing was changed")));
    }
    let written = part.file.write_all(&head).and_then(|()| io::copy(from, &mut part.file).map(drop));
    written.map_err(|error| match error.kind() {
        ErrorKind::StorageFull => {
            CopyError::Failed(format!("{}: the disk is full; nothing was changed", part.path.display()))
        }
        _ => unread(error),
    })
}

/// Examines a copy, brings it to our format, and lets it stand in one file. Why that cannot be, in words.
fn prepare(path: &Path) -> Result<Copied, String> {
    let words = |error: rusqlite::Error| Fault::from(error).words();
    let conn = Connection::open_with_flags(path, backup::alone()).map_err(words)?;
    conn.execute_batch(
        "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA cache_size = -1024; \
         PRAGMA temp_store = MEMORY; PRAGMA synchronous = FULL;",
    )
    .map_err(words)?;
    // What is newer or foreign is known by its header, and its content is no matter then.
    conn.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(())).map_err(words)?;
    let copied = backup::examine(&conn)?;
    schema::migrate(&conn).map_err(|fault| fault.words())?;
    if schema::names(&conn).map_err(words)? != schema::names(&open::blank()).map_err(words)? {
        return Err("its tables are not those of a store of ours".to_owned());
    }
    schema::glance(&conn).map_err(words)?;
    conn.close().map_err(|(_, error)| words(error))?;
    Ok(copied)
}

/// Lets a copy take the store's place. The lock of `dir` is held by whoever calls this, and the file closed.
///
/// # Errors
/// The store is as it was then.
pub fn swap(dir: &Path, staged: Staged, now: Timestamp) -> Result<Swapped, CopyError> {
    swap_seen(dir, staged, now, &mut |_| {})
}

/// The same; `seen` hears of each step that is done.
pub(super) fn swap_seen(
    dir: &Path,
    staged: Staged,
    now: Timestamp,
    seen: &mut dyn FnMut(&str),
) -> Result<Swapped, CopyError> {
    let dir = dir.canonicalize().map_err(|error| failed(dir, &error))?;
    let present = present(&dir)?;
    seen("the present store is opened");
    if let Present::Sound(conn) | Present::Strange(conn) = &present {
        let mut tries = 0;
        while let Err(busy) = hold(conn) {
            tries += 1;
            if tries == TRIES {
                return Err(busy);
            }
            std::thread::sleep(TRY);
        }
    }
    let trust = match &present {
        Present::Sound(conn) => Trust::Whole(conn),
        Present::Strange(conn) => Trust::Partly(conn),
        Present::Nothing | Present::Unreadable => Trust::Nothing,
    };
    let is_there = !matches!(present, Present::Nothing);
    place(&dir.join(FILE), is_there, trust, staged, now, seen)
}

/// The store that is there.
enum Present {
    Nothing,
    Sound(Connection),
    /// Of a newer release, or damaged: what can be read of it is read.
    Strange(Connection),
    Unreadable,
}

fn present(dir: &Path) -> Result<Present, CopyError> {
    let Some(file) = open::existing(dir).map_err(refused)? else { return Ok(Present::Nothing) };
    let as_it_is = || match Connection::open_with_flags(&file, backup::alone()) {
        Ok(conn) if schema::standing(&conn).is_ok() => Present::Strange(conn),
        Ok(_) | Err(_) => Present::Unreadable,
    };
    match open::connect(&file, Sharing::Shared) {
        Ok(conn) => Ok(Present::Sound(conn)),
        Err(Unopened::Newer(_)) => Ok(as_it_is()),
        Err(Unopened::Fault(fault)) if fault.blame() == Blame::Damaged => Ok(as_it_is()),
        Err(Unopened::Fault(fault)) => {
            Err(CopyError::Failed(format!("{}: {}", file.display(), fault.words())))
        }
    }
}

/// Folds the store's journal in and keeps everybody out, if nobody else has it open. Does not wait: whoever asks may be
/// keeping others waiting.
fn hold(conn: &Connection) -> Result<(), CopyError> {
    let alone = || -> Result<bool, rusqlite::Error> {
        conn.busy_timeout(Duration::ZERO)?;
        let mode: String = conn.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0))?;
        let alone = mode == "delete";
        if alone {
            conn.execute_batch("BEGIN EXCLUSIVE")?;
        }
        Ok(alone)
    };
    let alone = alone();
    let patient = conn.busy_timeout(open::PATIENCE);
    let why = match alone.and_then(|alone| patient.map(|()| alone)).map_err(Fault::from) {
        Ok(true) => return Ok(()),
        Ok(false) => "another program has the store open".to_owned(),
        // A damaged one may not take even that; nobody else can use it either.
        Err(fault) if fault.blame() == Blame::Damaged => return Ok(()),
        Err(fault) => fault.words(),
    };
    Err(CopyError::Failed(format!(
        "{why}: end whatever else uses it (a console, another vakhta command), and restore again; nothing was changed"
    )))
}

/// Carries over what has to be known, gives the store from before another name, and the copy its own. Nobody else can
/// use either meanwhile.
fn place(
    file: &Path,
    is_there: bool,
    trust: Trust<'_>,
    staged: Staged,
    now: Timestamp,
    seen: &mut dyn FnMut(&str),
) -> Result<Swapped, CopyError> {
    seen("nobody else has it");
    let restored = Connection::open_with_flags(&staged.part.path, backup::alone())
        .and_then(|conn| {
            conn.execute_batch(
                "PRAGMA trusted_schema = OFF; PRAGMA cache_size = -1024; PRAGMA temp_store = MEMORY; \
                 PRAGMA synchronous = FULL; PRAGMA journal_mode = DELETE;",
            )?;
            Ok(conn)
        })
        .map_err(|error| CopyError::Failed(Fault::from(error).words()))?;
    let restoration = Restored { of: staged.copied.newest, at: now };
    let lost = carry::carry(trust, &restored, restoration).map_err(|fault| {
        CopyError::Failed(format!("what came since could not be kept: {}", fault.words()))
    })?;
    seen("what came since is carried over");
    restored.close().map_err(|(_, error)| CopyError::Failed(Fault::from(error).words()))?;
    staged.part.file.sync_all().map_err(|error| failed(&staged.part.path, &error))?;
    seen("the copy is ready");
    let kept = if is_there { Some(keep(file).map_err(|error| failed(file, &error))?) } else { None };
    seen("the store from before has another name");
    // A journal that is still there belongs to a store that could not be read; beside another it would destroy that.
    for companion in ["-wal", "-shm"] {
        match &kept {
            Some(kept) if companion == "-wal" => fs::rename(beside(file, companion), beside(kept, companion)),
            _ => fs::remove_file(beside(file, companion)),
        }
        .or_else(|error| if error.kind() == ErrorKind::NotFound { Ok(()) } else { Err(error) })
        .map_err(|error| failed(file, &error))?;
    }
    seen("no journal is left");
    let (mut part, copied) = (staged.part, staged.copied);
    part.rename(file, true)?;
    seen("the copy has its name");
    Ok(Swapped { copied, kept, lost })
}

/// Gives the store a second name, under which it remains.
fn keep(file: &Path) -> io::Result<PathBuf> {
    let (part, kept) = (beside(file, ".before-restore-part"), beside(file, BEFORE));
    match fs::remove_file(&part) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    if fs::hard_link(file, &part).is_err() {
        // A filesystem that knows only one name for a file.
        let mut to = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part)?;
        io::copy(&mut File::open(file)?, &mut to)?;
        to.sync_all()?;
    }
    fs::rename(&part, &kept)?;
    match fs::remove_file(beside(&kept, "-wal")) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(kept),
    }
}

impl Staged {
    /// The file itself.
    pub(super) fn into_part(self) -> Part {
        self.part
    }
}
