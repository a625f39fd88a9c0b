//! Faults of our own: each is caught where it happens, numbered, logged, and told once; what stumbled begins anew.
//!
//! A panic's words may quote what was being read, so they go no further than the log, where secrets are struck out. What
//! leaves is the number and the place in our sources, which say the same of every machine.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, PanicHookInfo};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::{Instant, sleep};

/// A place where we stumbled.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stumble {
    /// The same for the same place of the same version: `E-` and six digits, to be searched for in the log.
    pub id: String,
    /// File, line and column, as in our sources; for what others wrote from the crate's name on.
    pub place: String,
}

/// What was not yet told, and every place that was seen: as many as there are places in the sources.
#[derive(Default)]
struct Seen {
    known: BTreeSet<String>,
    untold: Vec<Stumble>,
}

static SEEN: Mutex<Seen> = Mutex::new(Seen { known: BTreeSet::new(), untold: Vec::new() });

thread_local! {
    /// Where this thread stumbled last, for whoever catches it.
    static LAST: RefCell<Option<Stumble>> = const { RefCell::new(None) };
}

/// The first pause before a part begins anew; it doubles.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest; a part that stood so long begins with the first again.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// From now on a panic is a line of the log with a number. Where nothing is logged yet, `unlogged` is handed the line.
pub fn watch(unlogged: fn(&str)) {
    std::panic::set_hook(Box::new(move |info| seen(info, unlogged)));
}

fn seen(info: &PanicHookInfo<'_>, unlogged: fn(&str)) {
    let place = info.location().map_or_else(|| "somewhere".to_owned(), |it| place(&it.to_string()));
    let stumble = Stumble { id: number(&place), place };
    let words = words(info.payload());
    let trace = Backtrace::capture();
    let trace = (trace.status() == BacktraceStatus::Captured).then(|| trace.to_string());
    let Stumble { id, place } = &stumble;
    if tracing::dispatcher::has_been_set() {
        tracing::error!(
            id,
            place,
            words,
            trace,
            remedy = "report it with id and place; what stumbled was contained, and the watch goes on",
            "a fault of ours"
        );
    } else {
        unlogged(&format!("vakhta: a fault of ours, {id} at {place}: {words}\n"));
    }
    note(stumble);
}

fn note(stumble: Stumble) {
    // A thread that is ending has nobody who would ask.
    LAST.try_with(|it| it.replace(Some(stumble.clone()))).ok();
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    if seen.known.insert(stumble.id.clone()) {
        seen.untold.push(stumble);
    }
}

/// What nobody was told of yet.
pub fn take() -> Vec<Stumble> {
    std::mem::take(&mut SEEN.lock().unwrap_or_else(PoisonError::into_inner).untold)
}

/// How whoever has just caught a panic on this thread may call it: its number and place, and none of its words.
pub fn caught() -> String {
    let last = LAST.with(|it| it.borrow_mut().take());
    last.map_or_else(|| "a fault of ours".to_owned(), |it| format!("{} at {}", it.id, it.place))
}

/// Keeps up a part of the watch that is meant to stand: when it stumbles, it begins anew after a pause of a second, which
/// doubles up to a minute. Answers with what it ended with.
pub async fn kept_up<T, F: Future<Output = T>>(part: &'static str, mut begin: impl FnMut() -> F) -> T {
    let mut pause = FIRST_PAUSE;
    loop {
        let began = Instant::now();
        if let Ok(ended) = AssertUnwindSafe(begin()).catch_unwind().await {
            return ended;
        }
        if LONGEST_PAUSE <= began.elapsed() {
            pause = FIRST_PAUSE;
        }
        let what = caught();
        tracing::error!(
            part,
            what,
            ?pause,
            remedy = "report it with the fault's id; it goes on by itself",
            "a part of the watch stumbled and begins anew"
        );
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// What a panic said.
fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a word")
}

/// Where others' sources lay on the machine that built us says nothing: from the crate's name on.
fn place(location: &str) -> String {
    let Some(at) = location.rfind("/src/") else { return location.to_owned() };
    let from = location[..at].rfind('/').map_or(0, |it| it + 1);
    location[from..].to_owned()
}

/// FNV-1a of place and version, folded to six digits.
fn number(place: &str) -> String {
    let bytes = place.bytes().chain(env!("CARGO_PKG_VERSION").bytes());
    let hash = bytes
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    format!("E-{:06}", (hash >> 16) % 1_000_000)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn a_place_has_one_number_and_says_nothing_of_the_machine_that_built_us() {
        assert_eq!(place("src/watch.rs:12:5"), "src/watch.rs:12:5");
        assert_eq!(
            place("/home/me/registry/src/index/tokio-1.54.0/src/time.rs:1:2"),
            "tokio-1.54.0/src/time.rs:1:2"
        );
        assert_eq!(place("jobs/src/heal/mod.rs:3:4"), "jobs/src/heal/mod.rs:3:4");
        let one = number("src/watch.rs:12:5");
        assert_eq!(one, number("src/watch.rs:12:5"));
        assert_ne!(one, number("src/watch.rs:12:6"));
        assert_eq!(one.len(), "E-000000".len());
    }

    #[test]
    fn a_place_is_told_once_however_often_we_stumble_there() {
        let here = |line: u32| Stumble { id: number(&format!("told:{line}")), place: format!("told:{line}") };
        for _ in 0..3 {
            note(here(1));
            note(here(2));
        }
        let told: Vec<_> = take().into_iter().filter(|it| it.place.starts_with("told:")).collect();
        assert_eq!(told, [here(1), here(2)]);
        note(here(1));
        assert!(take().iter().all(|it| it.place != "told:1"));
        assert_eq!(caught(), format!("{} at told:1", here(1).id));
        assert_eq!(caught(), "a fault of ours", "it is caught once");
    }

    #[tokio::test(start_paused = true)]
    async fn what_stumbles_begins_anew_and_ever_later() {
        let (tries, began) = (AtomicU32::new(0), Instant::now());
        let ended = kept_up("a test", || async {
            assert!(4 <= tries.fetch_add(1, Ordering::Relaxed), "on purpose");
            "an end"
        });
        assert_eq!(ended.await, "an end");
        assert_eq!(tries.load(Ordering::Relaxed), 5);
        assert_eq!(began.elapsed().as_secs(), 1 + 2 + 4 + 8);
    }
}
