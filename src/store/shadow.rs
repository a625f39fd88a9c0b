//! When the file takes no writes: everything small moves to memory, samples wait there, and all of it moves back.

use std::mem;

use rusqlite::Connection;

use super::ground::{Blame, Fault, Mode, State};
use super::open::{self, Sharing};
use super::{Finding, schema};

/// The file is tried again after so many appends: a minute at one each ten seconds.
const PATIENCE: u32 = 6;

/// So much must be free before the file is tried again, lest we move to and fro on its last page.
const ROOM: u64 = 16 << 20;

/// What is carried between memory and the file.
fn carried() -> impl Iterator<Item = &'static str> {
    schema::LEDGERS.iter().copied().chain(["fresh"])
}

/// Moves to memory, because the file takes no writes.
pub(super) fn enter(state: &mut State, why: String) {
    let memory = open::blank();
    let lost: Vec<_> = carried().filter(|table| carry(&state.conn, &memory, [*table]).is_err()).collect();
    tracing::error!(
        why,
        ?lost,
        remedy = "free space on the disk of DATA_DIR; it goes on by itself",
        "the store takes no writes; what is seen is only remembered in memory"
    );
    if lost.is_empty() {
        let (disk, _) = state.stand_on(memory, Mode::Memory { why: why.clone() });
        state.mode = Mode::Shadow { why: why.clone(), waited: 0, disk, exclusive: false };
        state.findings.push(Finding::Waiting { why });
    } else {
        // A ledger that could not be read must not be written back over the one in the file.
        let why = format!("{why}; {} could not be read", lost.join(", "));
        state.limits = state.limits.for_memory();
        state.stand_on(memory, Mode::Memory { why: why.clone() });
        state.findings.push(Finding::MemoryOnly { why });
    }
}

/// Moves back when it is time to try and the file takes it. Asked before each append.
pub(super) fn leave_when_possible(state: &mut State) {
    let Mode::Shadow { waited, .. } = &mut state.mode else { return };
    *waited += 1;
    if PATIENCE <= *waited {
        *waited = 0;
        leave(state);
    }
}

/// Tries to move back now; whether it did.
pub(super) fn leave(state: &mut State) -> bool {
    let Some(file) = state.file.clone() else { return false };
    let room = rustix::fs::statvfs(&file).map(|it| it.f_bavail.saturating_mul(it.f_frsize));
    if !matches!(state.mode, Mode::Shadow { .. }) || room.is_ok_and(|room| room < ROOM) {
        return false;
    }
    // Should anything below go wrong in an unforeseen way, memory is where we stand.
    let standing = Mode::Memory { why: "moving back to the file".to_owned() };
    let Mode::Shadow { why, disk, exclusive, .. } = mem::replace(&mut state.mode, standing) else {
        return false;
    };
    let stay = |why, disk| Mode::Shadow { why, waited: 0, disk, exclusive };
    let outcome = disk
        .execute_batch("PRAGMA synchronous = FULL")
        .map_err(Fault::from)
        .and_then(|()| room_for(&disk))
        .and_then(|()| carry(&state.conn, &disk, carried()));
    let back = match outcome {
        Ok(()) if !exclusive => Ok(disk),
        Ok(()) => {
            // An exclusive connection must let go before others, and we, can share the file.
            drop(disk);
            match open::connect(&file, Sharing::Shared) {
                Ok(conn) => Ok(conn),
                Err(_) => match open::connect(&file, Sharing::Exclusive) {
                    Ok(conn) => Err(stay(why, conn)),
                    Err(error) => Err(Mode::Memory { why: error.words() }),
                },
            }
        }
        Err(fault) if fault.blame() == Blame::Damaged => {
            drop(disk);
            return begin_anew(state, &fault.words());
        }
        Err(fault) => {
            tracing::debug!(why = fault.words(), "the store still takes no writes");
            Err(stay(why, disk))
        }
    };
    match back {
        Ok(conn) => {
            state.stand_on(conn, Mode::Disk);
            tracing::info!("the store takes writes again");
            state.findings.push(Finding::Returned);
            true
        }
        Err(mode) => {
            state.mode = mode;
            false
        }
    }
}

/// Sees that a mebibyte more fits, which a quota may forbid on a disk that has room. It stays in the file as pages that
/// hold nothing, to be filled next.
fn room_for(disk: &Connection) -> Result<(), Fault> {
    let transaction = disk.unchecked_transaction()?;
    disk.execute("INSERT INTO fresh (id, body) VALUES (?, zeroblob(1048576))", [i64::MAX])?;
    disk.execute("DELETE FROM fresh WHERE id = ?", [i64::MAX])?;
    transaction.commit()?;
    Ok(())
}

/// The file turned out damaged while we waited: it is set aside, and memory's ledgers begin the new one.
fn begin_anew(state: &mut State, why: &str) -> bool {
    let (memory, _) = state.stand_on(open::blank(), Mode::Memory { why: why.to_owned() });
    open::replace(state, why);
    match carry(&memory, &state.conn, carried()) {
        Ok(()) => matches!(state.mode, Mode::Disk),
        Err(fault) => {
            state.stand_on(memory, Mode::Memory { why: fault.words() });
            false
        }
    }
}

/// Copies tables from one to the other, all or nothing.
fn carry(
    from: &Connection,
    to: &Connection,
    tables: impl IntoIterator<Item = &'static str>,
) -> Result<(), Fault> {
    let transaction = to.unchecked_transaction()?;
    for table in tables {
        schema::copy_table(from, to, table)?;
    }
    transaction.commit()?;
    Ok(())
}
