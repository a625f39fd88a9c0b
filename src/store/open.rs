//! Opening the file: its place and permissions, its health, its format; and putting it aside when it is damaged.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags};

use super::ground::{Blame, Fault, Mode, State};
use super::schema::{self, Standing};
use super::{Finding, Limits, OpenError, backup, shadow};

/// The file in the data directory.
pub(super) const FILE: &str = "vakhta.sqlite";

/// What SQLite may open beside it by name, and would follow a link for: the last is of a journal that we never ask for,
/// and that it would read and roll back if it were there.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// How long a command beside the daemon may hold the file.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// So many damaged files are kept: enough to look into, not enough to fill a disk.
const DAMAGED_KEPT: usize = 3;

/// Opens or begins the store in `dir`; falls back to memory rather than fail.
pub(super) fn open(dir: &Path, limits: Limits, now: Timestamp) -> Result<State, OpenError> {
    let mut findings = Vec::new();
    let file = match place(dir, &mut findings) {
        Ok(file) => file,
        Err(Unplaced::Refused(error)) => return Err(error),
        Err(Unplaced::Impossible(why)) => return Ok(only_memory(limits, now, why, findings)),
    };
    let mut state = match connect(&file, Sharing::Shared) {
        Ok(conn) => State::new(conn, Mode::Disk, limits, now),
        Err(Unopened::Newer(format)) => {
            return Err(newer(&file, format));
        }
        Err(Unopened::Fault(fault)) if fault.blame() == Blame::Damaged => {
            let mut state = in_memory(limits, now, fault.words());
            state.file = Some(file.clone());
            replace(&mut state, &fault.words());
            state
        }
        Err(Unopened::Fault(fault)) => match connect(&file, Sharing::Exclusive) {
            // On a full disk there is no room even for the index that readers share.
            Ok(conn) => {
                let mut state = State::new(conn, Mode::Disk, limits, now);
                state.file = Some(file.clone());
                shadow::enter(&mut state, fault.words());
                if let Mode::Shadow { exclusive, .. } = &mut state.mode {
                    *exclusive = true;
                }
                state
            }
            Err(_) => return Ok(only_memory(limits, now, remedy(&file, &fault.words()), findings)),
        },
    };
    findings.append(&mut state.findings);
    state.findings = findings;
    state.file = Some(file);
    Ok(state)
}

/// Opens the store in `dir`, if there is one, for nothing but reading.
pub(super) fn to_read(dir: &Path) -> Result<Option<State>, OpenError> {
    let Some(file) = existing(dir)? else { return Ok(None) };
    let conn = reading(&file)?;
    // Without a file of its own, and with nothing that could be written elsewhere: a fault is told, and never mended.
    let mode = Mode::Memory { why: "it was opened to be read".to_owned() };
    Ok(Some(State::new(conn, mode, Limits::default(), Timestamp::UNIX_EPOCH)))
}

/// The store's file in a directory, if there is one with anything in it.
pub(super) fn existing(dir: &Path) -> Result<Option<PathBuf>, OpenError> {
    let unreadable = |file: &Path, why: String| OpenError::Unreadable { file: file.to_owned(), why };
    let dir = match dir.canonicalize() {
        Ok(dir) => dir,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(dir, error.to_string())),
    };
    let file = dir.join(FILE);
    match fs::symlink_metadata(&file) {
        Ok(it) if it.is_symlink() => return Err(OpenError::Symlink(file)),
        // Somebody is about to begin it.
        Ok(it) if it.is_file() && it.len() == 0 => return Ok(None),
        Ok(it) if it.is_file() => {}
        // A pipe would be waited for until somebody writes into it.
        Ok(_) => return Err(unreadable(&file, "it is not a file".to_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(&file, error.to_string())),
    }
    for name in COMPANIONS.map(|it| beside(&file, it)) {
        if fs::symlink_metadata(&name).is_ok_and(|it| !it.is_file()) {
            return Err(OpenError::Symlink(name));
        }
    }
    Ok(Some(file))
}

/// Connects to a file for nothing but reading.
pub(super) fn reading(file: &Path) -> Result<Connection, OpenError> {
    connect_to_read(file).map_err(|error| match error {
        Unopened::Newer(format) => newer(file, format),
        Unopened::Fault(fault) => OpenError::Unreadable { file: file.to_owned(), why: fault.words() },
    })
}

/// What to do about a store of a newer release.
pub(super) fn newer(file: &Path, format: i64) -> OpenError {
    let kept = backup::kept_beside(file);
    OpenError::Newer { file: file.to_owned(), format, known: schema::FORMAT, kept }
}

/// Connects to a file that is there. Samples lie in the same tables in every format.
fn connect_to_read(file: &Path) -> Result<Connection, Unopened> {
    match read_only(file) {
        Err(Unopened::Fault(Fault::Sql(error)))
            if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ReadOnly) =>
        {
            // What a killed process left in its journal takes a hand that may write before anybody can read.
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
                | OpenFlags::SQLITE_OPEN_NO_MUTEX
                | OpenFlags::SQLITE_OPEN_NOFOLLOW;
            let conn = Connection::open_with_flags(file, flags)?;
            conn.busy_timeout(PATIENCE)?;
            conn.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
            drop(conn);
            read_only(file)
        }
        other => other,
    }
}

fn read_only(file: &Path) -> Result<Connection, Unopened> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let conn = Connection::open_with_flags(file, flags)?;
    conn.busy_timeout(PATIENCE)?;
    conn.set_prepared_statement_cache_capacity(64);
    conn.execute_batch(
        "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA cache_size = -1024; \
         PRAGMA temp_store = MEMORY;",
    )?;
    match schema::standing(&conn)? {
        Standing::Newer(format) => Err(Unopened::Newer(format)),
        Standing::Foreign => Err(damaged("it is another program's database")),
        Standing::Old | Standing::Current => Ok(conn),
    }
}

/// A store that forgets everything with the process.
pub(super) fn in_memory(limits: Limits, now: Timestamp, why: String) -> State {
    State::new(blank(), Mode::Memory { why }, limits, now)
}

/// An empty database in memory, in the newest format.
pub(super) fn blank() -> Connection {
    let conn = Connection::open_in_memory().expect("memory needs nothing that could be missing");
    schema::migrate(&conn).expect("the migrations are tested on an empty database");
    conn
}

fn only_memory(limits: Limits, now: Timestamp, why: String, findings: Vec<Finding>) -> State {
    tracing::error!(
        why,
        remedy = "make DATA_DIR a directory that user 65534 may write to, and start again",
        "the store is only in memory"
    );
    let mut state = in_memory(limits.for_memory(), now, why.clone());
    state.findings = findings;
    state.findings.push(Finding::MemoryOnly { why });
    state
}

/// Sets the damaged file aside, begins a new one, and saves into it what can still be read of the ledgers.
pub(super) fn replace(state: &mut State, why: &str) {
    let Some(file) = state.file.clone() else { return };
    // The old connection lets go of the file before it is renamed.
    state.stand_on(blank(), Mode::Memory { why: why.to_owned() });
    let begun = set_aside(&file, state.newest)
        .map_err(|error| format!("the damaged {} cannot be set aside: {error}", file.display()))
        .and_then(|kept| match connect(&file, Sharing::Shared) {
            Ok(conn) => Ok((kept, conn)),
            Err(error) => Err(error.words()),
        });
    match begun {
        Ok((kept, conn)) => {
            let saved = salvage(&kept, &conn);
            tracing::error!(why, kept_as = %kept.display(), ?saved, remedy = "see docs/operations.md, \"A damaged store\"; restore a backup if history matters", "the store was damaged; a new one is begun");
            state.stand_on(conn, Mode::Disk);
            state.findings.push(Finding::SetAside {
                kept_as: kept.display().to_string(),
                why: why.to_owned(),
                saved,
            });
        }
        Err(error) => {
            let why = format!("{why}; {error}");
            tracing::error!(
                why,
                remedy = "make DATA_DIR a directory that user 65534 may write to, and start again",
                "the store is only in memory"
            );
            state.limits = state.limits.for_memory();
            state.stand_on(blank(), Mode::Memory { why: why.clone() });
            state.findings.push(Finding::MemoryOnly { why });
        }
    }
}

/// Renames the file and its companions, so that `sqlite3` can still open them together. Answers with the new name.
fn set_aside(file: &Path, now: Timestamp) -> io::Result<PathBuf> {
    let stamp = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let free = |it: &PathBuf| fs::symlink_metadata(it).is_err_and(|it| it.kind() == ErrorKind::NotFound);
    let kept = (1..1000)
        .map(|number| match number {
            1 => beside(file, &format!(".damaged-{stamp}")),
            _ => beside(file, &format!(".damaged-{stamp}.{number}")),
        })
        .find(free)
        .ok_or_else(|| io::Error::new(ErrorKind::AlreadyExists, "too many damaged files"))?;
    fs::rename(file, &kept)?;
    for companion in ["-wal", "-shm"] {
        match fs::rename(beside(file, companion), beside(&kept, companion)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    forget_oldest(file);
    Ok(kept)
}

/// Deletes all but the newest damaged files. Their names sort by their dates.
fn forget_oldest(file: &Path) {
    let head = format!("{FILE}.damaged-");
    let names = |dir: &Path| -> io::Result<Vec<PathBuf>> {
        Ok(fs::read_dir(dir)?
            .flatten()
            .filter(|it| it.file_name().to_string_lossy().starts_with(&head))
            .map(|it| it.path())
            .collect())
    };
    let Some(mut all) = file.parent().and_then(|dir| names(dir).ok()) else { return };
    all.retain(|it| !it.to_string_lossy().ends_with("-wal") && !it.to_string_lossy().ends_with("-shm"));
    all.sort();
    let surplus = all.len().saturating_sub(DAMAGED_KEPT);
    for old in &all[..surplus] {
        for name in [old.clone(), beside(old, "-wal"), beside(old, "-shm")] {
            // What cannot be deleted now is tried again when the next one is set aside.
            let _ = fs::remove_file(name);
        }
    }
}

/// Copies each ledger that can be read to its end, and says which they were.
fn salvage(kept: &Path, to: &Connection) -> Vec<&'static str> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let Ok(from) = Connection::open_with_flags(kept, flags) else { return Vec::new() };
    if !matches!(schema::standing(&from), Ok(Standing::Current | Standing::Old)) {
        return Vec::new();
    }
    let copy = |table: &&&str| -> Result<(), rusqlite::Error> {
        let transaction = to.unchecked_transaction()?;
        schema::copy_table(&from, to, table)?;
        transaction.commit()
    };
    schema::LEDGERS.iter().filter(|table| copy(table).is_ok()).copied().collect()
}

/// Whether other processes may use the file at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sharing {
    Shared,
    /// Without the shared index (`-shm`), and therefore alone.
    Exclusive,
}

/// Why a file could not be opened.
#[derive(Debug)]
pub(super) enum Unopened {
    Newer(i64),
    Fault(Fault),
}

impl Unopened {
    pub(super) fn words(&self) -> String {
        match self {
            Self::Newer(format) => format!("it is of format {format}, which this release cannot read"),
            Self::Fault(fault) => fault.words(),
        }
    }
}

impl<E: Into<Fault>> From<E> for Unopened {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}

/// Whether a file is of a newer release, found out without writing to it: whatever is done to open a store for writing
/// changes it, and what a newer release wrote is not ours to change.
fn refuse_newer(file: &Path) -> Result<(), Unopened> {
    match connect_to_read(file) {
        Err(Unopened::Newer(format)) => Err(Unopened::Newer(format)),
        // Whatever else is wrong with it is found by whoever can mend it.
        Ok(_) | Err(Unopened::Fault(_)) => Ok(()),
    }
}

/// Connects to the file, sees whether it is whole, and brings it to the newest format.
pub(super) fn connect(file: &Path, sharing: Sharing) -> Result<Connection, Unopened> {
    let length = |it: &Path| fs::metadata(it).map_or(0, |it| it.len());
    if length(file) == 0 && 0 < length(&beside(file, "-wal")) {
        // Whoever connects to it, to read alone too, would take it for a new one, throw the journal away, and nobody would hear that history is gone.
        return Err(damaged("it is empty, and its journal is not"));
    }
    refuse_newer(file)?;
    begin(file).map_err(|error| Fault::Said(error.to_string()))?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let conn = Connection::open_with_flags(file, flags)?;
    conn.busy_timeout(PATIENCE)?;
    conn.set_prepared_statement_cache_capacity(64);
    if sharing == Sharing::Exclusive {
        conn.execute_batch("PRAGMA locking_mode = EXCLUSIVE")?;
    }
    // This one only counts before the first page, and later it would write, which a full disk forbids. While the file
    // is being made there is nothing in it to lose, so it is synced once, when it is ready: each sync costs
    // milliseconds, and there would be eleven.
    let is_new = conn.query_row("PRAGMA page_count", [], |row| row.get::<_, i64>(0))? == 0;
    if is_new {
        conn.execute_batch("PRAGMA synchronous = OFF; PRAGMA auto_vacuum = INCREMENTAL")?;
    }
    // A stored schema is not trusted to call functions with effects. The journal is cut back to its usual size after a
    // burst; a small page cache suits rows this short.
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA trusted_schema = OFF; \
         PRAGMA cell_size_check = ON; PRAGMA journal_size_limit = 4194304; PRAGMA cache_size = -1024; \
         PRAGMA temp_store = MEMORY;",
    )?;
    if conn.is_readonly("main")? {
        return Err(Fault::Said("this user may not write it".to_owned()).into());
    }
    match schema::standing(&conn)? {
        Standing::Newer(format) => return Err(Unopened::Newer(format)),
        Standing::Foreign => return Err(damaged("it is another program's database")),
        Standing::Old => {
            backup::keep_before_migration(&conn, file);
            schema::migrate(&conn)?;
        }
        Standing::Current => {}
    }
    if is_new {
        // Without this a power failure could leave the main file empty, and SQLite would throw the journal away.
        conn.execute_batch("PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE);")?;
    }
    schema::glance(&conn)?;
    Ok(conn)
}

fn damaged(why: &str) -> Unopened {
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_NOTADB);
    Fault::Sql(rusqlite::Error::SqliteFailure(code, Some(why.to_owned()))).into()
}

/// Creates an empty file that only we can read, and takes everybody else's rights from one that is there. SQLite gives
/// its companions the same.
fn begin(file: &Path) -> io::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            // By name and not by handle: closing a handle would drop the locks of every connection of this process.
            for name in [file.to_owned(), beside(file, "-wal"), beside(file, "-shm")] {
                match fs::symlink_metadata(&name) {
                    Ok(it) if it.is_file() && it.mode() & 0o077 != 0 => {
                        // Not ours to change; whether it can be written is found out next.
                        let _ = fs::set_permissions(&name, Permissions::from_mode(0o600));
                    }
                    _ => {}
                }
            }
            Ok(())
        }
        Err(error) => Err(error),
    }
}

enum Unplaced {
    Refused(OpenError),
    Impossible(String),
}

/// Makes the directory, and sees that nothing in it leads elsewhere.
fn place(dir: &Path, findings: &mut Vec<Finding>) -> Result<PathBuf, Unplaced> {
    let impossible = |error: io::Error| Unplaced::Impossible(remedy(dir, &error.to_string()));
    DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(impossible)?;
    let dir = dir.canonicalize().map_err(impossible)?;
    let file = dir.join(FILE);
    for name in std::iter::once(file.clone()).chain(COMPANIONS.map(|it| beside(&file, it))) {
        match fs::symlink_metadata(&name) {
            Ok(it) if it.is_symlink() => return Err(Unplaced::Refused(OpenError::Symlink(name))),
            Ok(it) if !it.is_file() => {
                return Err(Unplaced::Impossible(format!("{} is not a file", name.display())));
            }
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(impossible(error)),
            _ => {}
        }
    }
    close_to_others(&dir, findings).map_err(impossible)?;
    Ok(file)
}

/// Makes the directory if need be, as [`open`] does; why it cannot be used.
pub(super) fn directory(dir: &Path) -> Result<PathBuf, String> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(dir);
    made.and_then(|()| dir.canonicalize()).map_err(|error| remedy(dir, &error.to_string()))
}

/// Takes others' rights from a directory that holds nothing but our files. One that holds more is not ours to lock up:
/// it is reported.
fn close_to_others(dir: &Path, findings: &mut Vec<Finding>) -> io::Result<()> {
    let mode = fs::metadata(dir)?.mode() & 0o7777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let ours = fs::read_dir(dir)?.flatten().all(|it| it.file_name().to_string_lossy().starts_with("vakhta"));
    if !ours || fs::set_permissions(dir, Permissions::from_mode(0o700)).is_err() {
        findings.push(Finding::OpenToOthers { dir: dir.display().to_string(), mode });
    }
    Ok(())
}

fn remedy(path: &Path, why: &str) -> String {
    format!("{}: {why}; DATA_DIR must be a directory that the user Vakhta runs as can write", path.display())
}

pub(super) fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
