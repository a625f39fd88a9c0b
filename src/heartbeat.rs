//! Proof of life for whoever asks from outside: a small file, rewritten in place, that `vakhta health` reads.
//!
//! It does not live in the store: whether the watch is alive must not depend on the disk that may be full. Rewriting
//! the same few bytes of a file needs no new space.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use jobs::beat::{self, Facts, Habit, State};

/// The file's name in `DATA_DIR`.
pub const FILE: &str = "heartbeat";
/// A long poll takes 50 s, and a failing one backs off for at most 60 s.
const POLLED: Duration = Duration::from_secs(180);

/// When the watch last did what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beat {
    /// When it began.
    pub started: Timestamp,
    /// The last good sample.
    pub sampled: Option<Timestamp>,
    /// The last answer of the chat, also "nothing new".
    pub polled: Option<Timestamp>,
    /// How far apart samples are declared to be, in seconds.
    pub cadence: i64,
    /// The last good judgement of what was sampled.
    pub judged: Option<Timestamp>,
    /// How far apart judgements are declared to be, in seconds.
    pub judging: i64,
    /// The process that stands watch, by its number in its own container.
    pub process: u32,
}

impl Beat {
    fn write(&self) -> String {
        let seconds = |at: Option<Timestamp>| at.map_or(0, Timestamp::as_second);
        let line = format!(
            "started {} sampled {} polled {} cadence {} judged {} judging {} process {}",
            self.started.as_second(),
            seconds(self.sampled),
            seconds(self.polled),
            self.cadence,
            seconds(self.judged),
            self.judging,
            self.process
        );
        format!("{line:<158}\n")
    }

    fn read(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let number = |name: &str| {
            let at = words.iter().position(|word| *word == name)?;
            words.get(at + 1)?.parse::<i64>().ok()
        };
        let moment = |seconds: i64| Timestamp::from_second(seconds).ok();
        Some(Self {
            started: moment(number("started")?)?,
            sampled: moment(number("sampled")?).filter(|at| *at != Timestamp::UNIX_EPOCH),
            polled: moment(number("polled")?).filter(|at| *at != Timestamp::UNIX_EPOCH),
            cadence: number("cadence")?,
            judged: moment(number("judged")?).filter(|at| *at != Timestamp::UNIX_EPOCH),
            judging: number("judging")?,
            process: number("process")?.try_into().ok()?,
        })
    }

    /// What is wrong with the watch, in words; nothing when it is well.
    pub fn complaint(&self, now: Timestamp) -> Option<String> {
        let settings = beat::Settings { deaf: POLLED, ..beat::Settings::default() };
        match beat::state(&self.facts(), &settings, now) {
            State::Alive => None,
            State::Failing(reasons) => reasons.first().map(ToString::to_string),
        }
    }

    /// What it says, for whoever judges it. It knows nothing of what waits to be told.
    pub fn facts(&self) -> Facts {
        let habit = |last, every| Habit { last, every: SignedDuration::from_secs(every) };
        Facts {
            started: self.started,
            sampled: habit(self.sampled, self.cadence),
            evaluated: habit(self.judged, self.judging),
            polled: Some(self.polled),
            undelivered: Ok(None),
        }
    }
}

/// Writes the file.
pub struct Heartbeat {
    path: PathBuf,
    beat: Mutex<Beat>,
}

impl Heartbeat {
    /// A heartbeat in that directory. `cadence` and `judging` are how far apart samples and judgements are declared to be.
    pub fn new(
        directory: &Path,
        started: Timestamp,
        cadence: SignedDuration,
        judging: SignedDuration,
    ) -> Self {
        let beat = Beat {
            started,
            sampled: None,
            polled: None,
            cadence: cadence.as_secs(),
            judged: None,
            judging: judging.as_secs(),
            process: std::process::id(),
        };
        let heartbeat = Self { path: directory.join(FILE), beat: Mutex::new(beat) };
        heartbeat.change(|_| {});
        heartbeat
    }

    /// From now on samples and judgements are so far apart: other jobs are declared.
    pub fn expect(&self, cadence: SignedDuration, judging: SignedDuration) {
        self.change(|beat| (beat.cadence, beat.judging) = (cadence.as_secs(), judging.as_secs()));
    }

    /// A sample was taken.
    pub fn sampled(&self, at: Timestamp) {
        self.change(|beat| beat.sampled = Some(at));
    }

    /// What was sampled was judged.
    pub fn judged(&self, at: Timestamp) {
        self.change(|beat| beat.judged = Some(at));
    }

    /// As it is now.
    pub fn beat(&self) -> Beat {
        *self.beat.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The chat answered.
    pub fn polled(&self, at: Timestamp) {
        self.change(|beat| beat.polled = Some(at));
    }

    fn change(&self, change: impl FnOnce(&mut Beat)) {
        let mut beat = self.beat.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        change(&mut beat);
        let written = open(&self.path).and_then(|mut file| file.write_all(beat.write().as_bytes()));
        if let Err(error) = written {
            tracing::debug!(%error, "the heartbeat could not be written");
        }
    }
}

/// Opens without truncating, so that a full disk still takes the same bytes; never through a link.
fn open(path: &Path) -> std::io::Result<std::fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    let no_follow = rustix::fs::OFlags::NOFOLLOW.bits() as i32;
    std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(no_follow)
        .open(path)
}

/// Reads how the watch in that directory is.
///
/// # Errors
/// In words: no file (it is not running here), an unreadable one, or one whose writer has ended since.
pub fn read(directory: &Path) -> Result<Beat, String> {
    let path = directory.join(FILE);
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let beat = Beat::read(&text).ok_or_else(|| format!("{}: not a heartbeat", path.display()))?;
    if has_ended(beat.process) {
        return Err(format!("process {}, which was, has ended", beat.process));
    }
    Ok(beat)
}

/// A beat outlives its heart by up to 90 s; the process itself is asked first.
fn has_ended(process: u32) -> bool {
    use rustix::process::{Pid, test_kill_process};
    let pid = i32::try_from(process).ok().and_then(Pid::from_raw);
    pid.is_some_and(|pid| test_kill_process(pid) == Err(rustix::io::Errno::SRCH))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).expect("a time")
    }

    /// One that began then, and has done nothing yet.
    fn young(started: i64) -> Beat {
        let started = at(started);
        let (sampled, judged, polled) = (None, None, None);
        Beat { started, sampled, polled, cadence: 10, judged, judging: 30, process: 1 }
    }

    #[test]
    fn it_is_read_as_it_was_written_and_always_as_long() {
        let beat = Beat { started: at(100), sampled: Some(at(200)), judged: Some(at(190)), ..young(100) };
        assert_eq!(Beat::read(&beat.write()), Some(beat));
        assert_eq!(beat.write().len(), 159);
        let long =
            Beat { cadence: 31_536_000, judging: 31_536_000, process: 4_194_304, ..young(1_800_000_000) };
        assert_eq!((long.write().len(), Beat::read(&long.write())), (159, Some(long)));
        assert_eq!(Beat::read("nonsense"), None);
        assert_eq!(Beat::read(""), None);
    }

    #[test]
    fn health_fails_when_polling_or_sampling_stalls() {
        let then = Some(at(1000));
        let beat = Beat { sampled: then, judged: then, polled: then, ..young(0) };
        assert_eq!(beat.complaint(at(1060)), None);
        assert_eq!(beat.complaint(at(1091)), Some("nothing was sampled for 91 s".into()));
        let idle = Beat { sampled: Some(at(1091)), ..beat };
        assert_eq!(idle.complaint(at(1091)), Some("nothing was judged for 91 s".into()));
        let deaf = Beat { sampled: Some(at(1181)), judged: Some(at(1181)), ..beat };
        assert_eq!(deaf.complaint(at(1181)), Some("the chat has not answered for 181 s".into()));
        let slow = Beat { cadence: 300, judging: 300, polled: Some(at(1800)), ..beat };
        assert_eq!(slow.complaint(at(1800)), None);
    }

    #[test]
    fn a_watch_that_just_began_is_given_time() {
        let beat = young(1000);
        assert_eq!(beat.complaint(at(1030)), None);
        assert!(beat.complaint(at(1200)).is_some());
    }
}
