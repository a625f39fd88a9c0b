//! The formats of the store, one after the other.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::ground::Fault;

/// What leads from each format to the next: the first from nothing to 1. A released one is never changed.
pub(super) const MIGRATIONS: &[&str] =
    &[include_str!("migrations/1.sql"), include_str!("migrations/2.sql"), include_str!("migrations/3.sql")];

/// The newest format we know, as `PRAGMA user_version` has it.
pub(super) const FORMAT: i64 = MIGRATIONS.len() as i64;

/// Marks the file as ours: "vakh".
const APPLICATION: i64 = 0x7661_6b68;

/// Tables that are small and precious: they are carried over whole when the store moves to memory and back, and saved
/// one by one from a damaged file. Stretches of samples are neither.
pub(super) const LEDGERS: &[&str] = &[
    "series",
    "alerts",
    "transitions",
    "parcels",
    "incidents",
    "entries",
    "cards",
    "heals",
    "runs",
    "jobs",
    "audit",
    "buttons",
    "mutes",
    "people",
    "state",
    "learnt",
    "normals",
];

/// What a file's header says of its format.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing in it yet, or an older format of ours.
    Old,
    /// Of this release.
    Current,
    /// Written by a newer release.
    Newer(i64),
    /// A database, but not ours.
    Foreign,
}

/// Reads the header.
pub(super) fn standing(conn: &Connection) -> Result<Standing, rusqlite::Error> {
    let number = |sql| conn.query_row(sql, [], |row| row.get::<_, i64>(0));
    let format = number("PRAGMA user_version")?;
    Ok(match (number("PRAGMA application_id")?, format) {
        (0, 0) if number("SELECT count(*) FROM sqlite_schema")? == 0 => Standing::Old,
        (APPLICATION, format) if FORMAT < format => Standing::Newer(format),
        (APPLICATION, FORMAT) => Standing::Current,
        (APPLICATION, 1..) => Standing::Old,
        _ => Standing::Foreign,
    })
}

/// Brings a file to [`FORMAT`], all or nothing.
pub(super) fn migrate(conn: &Connection) -> Result<(), Fault> {
    let transaction = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
    // Another process may have done it while we waited for the lock.
    let format: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let done = usize::try_from(format).map_err(|_| Fault::Said(format!("format {format}")))?;
    for migration in MIGRATIONS.iter().skip(done) {
        conn.execute_batch(migration)?;
    }
    conn.execute_batch(&format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORMAT};"))?;
    transaction.commit()?;
    Ok(())
}

/// What there is in a database besides rows, by kind and name; of what acts by itself the very words.
pub(super) fn names(conn: &Connection) -> Result<Vec<(String, String, String)>, rusqlite::Error> {
    let sql = "SELECT type, name, iif(type IN ('trigger', 'view'), sql, tbl_name) FROM sqlite_schema \
               WHERE name NOT LIKE 'sqlite_stat%' ORDER BY 1, 2";
    let mut statement = conn.prepare(sql)?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect()
}

/// Touches the root of every table, which finds most damage without reading the whole file.
pub(super) fn glance(conn: &Connection) -> Result<(), rusqlite::Error> {
    for table in LEDGERS.iter().chain(&["fresh", "raw", "minutes", "hours"]) {
        let mut statement = conn.prepare(&format!("SELECT * FROM {table} LIMIT 1"))?;
        statement.query([])?.next()?;
    }
    Ok(())
}

/// Copies every row of a table that both have, in place of what is there; how many.
pub(super) fn copy_table(from: &Connection, to: &Connection, table: &str) -> Result<usize, rusqlite::Error> {
    let mut read = from.prepare(&format!("SELECT * FROM {table}"))?;
    let columns = read.column_count();
    // An older format has fewer.
    let names = read.column_names().collect::<Vec<_>>().join(", ");
    let places = vec!["?"; columns].join(", ");
    to.execute(&format!("DELETE FROM {table}"), [])?;
    let mut write = to.prepare(&format!("INSERT INTO {table} ({names}) VALUES ({places})"))?;
    let mut rows = read.query([])?;
    let mut copied = 0;
    while let Some(row) = rows.next()? {
        for column in 0..columns {
            write.raw_bind_parameter(column + 1, row.get::<_, rusqlite::types::Value>(column)?)?;
        }
        write.raw_execute()?;
        copied += 1;
    }
    Ok(copied)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FNV-1a, enough to notice an edit.
    fn fingerprint(text: &str) -> u64 {
        text.bytes()
            .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    }

    #[test]
    fn a_released_migration_is_never_edited() {
        let prints: Vec<_> = MIGRATIONS.iter().map(|it| format!("{:016x}", fingerprint(it))).collect();
        assert_eq!(
            prints,
            ["dd005d39a9cb05c6", "f4a1b2499ae45491", "f598ecbb87e8a9cf"],
            "write a new migration instead"
        );
    }

    #[test]
    fn every_table_is_either_a_ledger_or_samples() {
        let conn = Connection::open_in_memory().expect("memory");
        migrate(&conn).expect("an empty database");
        let mut statement = conn
            .prepare(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1",
            )
            .expect("valid");
        let tables: Vec<String> =
            statement.query_map([], |row| row.get(0)).expect("valid").map(|it| it.expect("text")).collect();
        let mut known: Vec<_> =
            LEDGERS.iter().chain(&["fresh", "raw", "minutes", "hours"]).map(|it| (*it).to_owned()).collect();
        known.sort();
        assert_eq!(tables, known);
    }

    #[test]
    fn a_database_of_somebody_else_is_not_taken_for_ours() {
        let conn = Connection::open_in_memory().expect("memory");
        conn.execute_batch("CREATE TABLE recipes (name TEXT)").expect("valid");
        assert_eq!(standing(&conn).expect("readable"), Standing::Foreign);
    }
}
