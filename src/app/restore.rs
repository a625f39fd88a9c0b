//! A copy takes the store's place: by ourselves while no watch runs, else by asking the watch that does.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jobs::notice::{House, Notice};
use tokio::sync::Notify;

use super::assemble::Watch;
use super::life::Between;
use super::lock::{Lock, Taken};
use crate::store::{self, Answer, Condition, CopyError, Database, RESTORED, Restored, Staged};

/// How long the watch may take until it takes the copy.
const TAKE: Duration = Duration::from_secs(30);
/// How long it may then take to say what came of it: it reads the whole of it, and waits for jobs to end.
const SAY: Duration = Duration::from_secs(120);
/// How often its answer is looked for.
const ASK: Duration = Duration::from_millis(100);

/// What came of a restore.
#[derive(Debug)]
pub struct Done {
    /// Where the store from before lies, if there was one.
    pub kept: Option<PathBuf>,
    /// What of it should have outlived it and could not be read.
    pub lost: Vec<String>,
    /// A running watch did it, and goes on with it.
    pub by_watch: bool,
}

/// Lets a copy take the store's place.
///
/// # Errors
/// Everything is as it was, or the watch has not said how it ended.
pub fn restore(directory: &Path, staged: Staged) -> Result<Done, CopyError> {
    match Lock::take(directory) {
        Taken::Ours(_lock) => {
            store::tidy(directory);
            let swapped = store::swap(directory, staged, super::clock().now())?;
            let lost = swapped.lost.into_iter().map(str::to_owned).collect();
            Ok(Done { kept: swapped.kept, lost, by_watch: false })
        }
        Taken::Theirs => ask(directory, staged),
        Taken::Unknown(error) => Err(CopyError::Failed(format!(
            "{}: {error}; run this as the user that the watch runs as, or as root; nothing was changed",
            directory.display()
        ))),
    }
}

/// Asks the watch, and waits.
fn ask(directory: &Path, staged: Staged) -> Result<Done, CopyError> {
    let asked = staged.ask(directory)?;
    let looks = |length: Duration| length.as_millis() / ASK.as_millis();
    for look in 0..looks(TAKE + SAY) {
        match asked.answer() {
            Some(Answer::Done { kept, lost }) => return Ok(Done { kept, lost, by_watch: true }),
            Some(Answer::Refused { why }) => return Err(CopyError::Failed(format!("the watch: {why}"))),
            None => {}
        }
        if look == looks(TAKE) && asked.withdraw() {
            return Err(CopyError::Failed(format!(
                "the watch that runs here did not answer within {} s (is it a console, or an older release?): stop it and restore \
                 again; nothing was changed",
                TAKE.as_secs()
            )));
        }
        std::thread::sleep(ASK);
    }
    Err(CopyError::Failed(
        "the watch has taken the copy and has not said how it ended: look into its log, and at `vakhta health`".to_owned(),
    ))
}

/// The store of a watch, and where somebody may lay a copy that is to take its place.
pub(super) struct Copies {
    pub(super) directory: PathBuf,
    pub(super) database: Database,
}

impl Copies {
    /// Waits until somebody has asked for a restore with a copy that can be one. Any other is refused here, and the watch
    /// goes on undisturbed. It looks at each `peep`: somebody waits, and a look is one call of the kernel.
    pub(super) async fn next(&self, peep: &Notify) -> Staged {
        loop {
            peep.notified().await;
            if !store::is_asked(&self.directory) {
                continue;
            }
            let directory = self.directory.clone();
            // It is read from one end to the other.
            let taken = tokio::task::spawn_blocking(move || store::take(&directory)).await.ok().flatten();
            let why = match (taken, self.database.condition()) {
                (None, _) => continue,
                (Some(Ok(staged)), Condition::Durable) => return staged,
                (Some(Err(error)), _) => error.to_string(),
                (Some(Ok(_)), Condition::Waiting { why } | Condition::MemoryOnly { why }) => {
                    format!(
                        "the store takes no writes ({why}), and memory holds what is new; nothing was changed"
                    )
                }
            };
            tracing::warn!(why, "a copy of the store was to be restored and is refused");
            answer(&self.directory, &Answer::Refused { why });
        }
    }
}

/// What is done once nobody has the store open.
pub(super) fn exchange(staged: Staged) -> Between {
    Box::new(move |directory| {
        let done = store::swap(directory, staged, super::clock().now());
        match &done {
            Ok(swapped) => {
                let kept_as = swapped.kept.as_ref().map(|it| it.display().to_string());
                let of = swapped.copied.newest;
                tracing::info!(%of, kept_as, lost = ?swapped.lost, "the store was restored by hand");
                let lost = swapped.lost.iter().map(|it| (*it).to_owned()).collect();
                answer(directory, &Answer::Done { kept: swapped.kept.clone(), lost });
            }
            Err(error) => answer(directory, &Answer::Refused { why: error.to_string() }),
        }
        Ok(done.map(drop)?)
    })
}

fn answer(directory: &Path, answer: &Answer) {
    if let Err(error) = store::answer(directory, answer) {
        tracing::warn!(%error, "whoever asked for a restore could not be told how it ended");
    }
}

impl Watch {
    /// Tells what was done to the store while nobody had it open.
    pub(super) async fn tell_of_restores(&self) {
        self.postman.tell(restored(&self.database)).await;
        is_told(&self.database);
    }
}

/// What its owner has not been told yet.
fn restored(database: &Database) -> Vec<Notice> {
    let written = database.get_state(RESTORED).ok().flatten();
    let restored: Option<Restored> = written.and_then(|it| serde_json::from_str(&it).ok());
    restored.into_iter().map(|it| Notice::House(House::Restored { of: it.of })).collect()
}

/// The news of it is in the outbox: told once more if we die in between, and never not at all.
fn is_told(database: &Database) {
    let told = database.get_state(RESTORED).ok().flatten().is_none_or(|it| it.is_empty());
    if !told && let Err(error) = database.put_state(RESTORED, "") {
        tracing::warn!(%error, "that a restore was told could not be written down");
    }
}
