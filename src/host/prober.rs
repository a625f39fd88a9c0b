//! Asks filesystems how full they are, without ever waiting for a dead one.
//!
//! `statvfs` on a mount whose server is gone can stay in the kernel for ever, and nothing can take the thread back.
//! So it is asked in threads of its own: one for all the local disks, one for each network mount. A mount that has
//! not answered in time is quarantined together with its thread and is not asked again until that thread comes back.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jobs::ports::{FilesystemUsage, Source, Unknown};

use super::mounts::{DeviceNumber, Mount};

/// How long a mount has for its answer: a healthy NFS server far away needs a tenth of it.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// How many network mounts are asked at a time, those that hang included: so many threads may be lost to dead mounts.
const MOST_STUCK: usize = 16;

/// What is asked.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// The path to ask at, as we reach it.
    pub(super) path: PathBuf,
    /// What is mounted there, as the host says.
    pub(super) mount: Mount,
}

type Key = (PathBuf, DeviceNumber);

impl Target {
    fn key(&self) -> Key {
        (self.mount.point.clone(), self.mount.device)
    }
}

/// How a filesystem is asked; may take for ever.
pub(super) type Measure = Arc<dyn Fn(&Target) -> Source<FilesystemUsage> + Send + Sync>;

/// Asks filesystems, and remembers which of them hang.
pub(super) struct Prober {
    measure: Measure,
    patience: Duration,
    /// Threads with nothing to do: making one for each look would cost more than everything else in it.
    idle: Vec<Worker>,
    stuck: HashMap<Key, Stuck>,
}

struct Stuck {
    since: Instant,
    progress: Arc<Mutex<Progress>>,
    worker: Worker,
}

/// A thread that may be lost.
struct Worker {
    orders: mpsc::Sender<Order>,
    thread: JoinHandle<()>,
}

/// What a worker is to do.
struct Order {
    targets: Arc<[Target]>,
    line: Vec<usize>,
    progress: Arc<Mutex<Progress>>,
    tell: mpsc::Sender<(usize, Source<FilesystemUsage>)>,
}

/// A worker and the targets it goes through, one after the other.
struct Lane {
    targets: Vec<usize>,
    progress: Arc<Mutex<Progress>>,
    worker: Worker,
}

/// What is being asked, and what is known already.
pub(super) struct Asked {
    targets: Arc<[Target]>,
    answers: Vec<Option<Source<FilesystemUsage>>>,
    /// How many were not answered when the round began.
    waiting: usize,
    round: Round,
}

/// Lanes that set out together.
struct Round {
    begin: Instant,
    told: mpsc::Receiver<(usize, Source<FilesystemUsage>)>,
    lanes: Vec<Lane>,
    /// For whom there was no lane.
    left: Vec<usize>,
}

/// How far a lane is. Taking the next target and stopping exclude each other, so that no target is ever in two
/// threads.
#[derive(Default)]
struct Progress {
    taken: usize,
    stopped: bool,
    ended: bool,
}

impl Prober {
    pub(super) fn new(measure: Measure, patience: Duration) -> Self {
        Self { measure, patience, idle: Vec::new(), stuck: HashMap::new() }
    }

    /// An answer for each target, in order. Takes at most three times the patience, and no time at all for what
    /// hangs already.
    pub(super) fn ask(&mut self, targets: Vec<Target>) -> Vec<Source<FilesystemUsage>> {
        let asked = self.begin(targets);
        self.finish(asked)
    }

    /// Begins to ask, and does not wait: whoever has something else to do meanwhile finds the answers there, and need
    /// not be woken for them.
    pub(super) fn begin(&mut self, targets: Vec<Target>) -> Asked {
        self.take_back();
        let targets: Arc<[Target]> = targets.into();
        let mut answers: Vec<Option<Source<FilesystemUsage>>> = vec![None; targets.len()];
        let mut waiting = Vec::new();
        for (index, target) in targets.iter().enumerate() {
            match self.stuck.get(&target.key()) {
                Some(stuck) => answers[index] = Some(Err(silent(target, stuck.since.elapsed()))),
                None => waiting.push(index),
            }
        }
        let round = self.set_out(&targets, &waiting, &mut answers);
        Asked { targets, answers, waiting: waiting.len(), round }
    }

    /// Waits for the answers; see [`Prober::ask`].
    pub(super) fn finish(&mut self, asked: Asked) -> Vec<Source<FilesystemUsage>> {
        let Asked { targets, mut answers, mut waiting, mut round } = asked;
        let begin = round.begin;
        // The first round is nearly always the last; the others are for those that stood in line behind one that
        // hangs.
        loop {
            let left = self.come_back(round, &targets, &mut answers);
            if left.is_empty() || left.len() == waiting || 2 * self.patience <= begin.elapsed() {
                break;
            }
            waiting = left.len();
            round = self.set_out(&targets, &left, &mut answers);
        }
        let late = |index: usize| {
            Unknown::because(format!("{}: not asked, too many mounts hang", targets[index].path.display()))
        };
        answers.into_iter().enumerate().map(|(index, it)| it.unwrap_or_else(|| Err(late(index)))).collect()
    }

    /// Has those asked that wait.
    fn set_out(
        &mut self,
        targets: &Arc<[Target]>,
        waiting: &[usize],
        answers: &mut [Option<Source<FilesystemUsage>>],
    ) -> Round {
        let begin = Instant::now();
        let (tell, told) = mpsc::channel();
        let (remote, local): (Vec<usize>, Vec<usize>) =
            waiting.iter().partition(|index| targets[**index].mount.is_remote());
        let mut left = Vec::new();
        let mut lines: Vec<Vec<usize>> = remote.into_iter().map(|it| vec![it]).collect();
        let room = MOST_STUCK.saturating_sub(self.stuck.len()).min(lines.len());
        left.extend(lines.split_off(room).into_iter().flatten());
        if !local.is_empty() {
            lines.push(local);
        }
        let mut lanes = Vec::new();
        for line in lines {
            match self.start(targets, &line, tell.clone()) {
                Ok(lane) => lanes.push(lane),
                Err(error) => {
                    for index in line {
                        answers[index] = Some(Err(Unknown::because(format!("starting a thread: {error}"))));
                    }
                }
            }
        }
        Round { begin, told, lanes, left }
    }

    /// Waits for a round; answers with those that nobody got to.
    fn come_back(
        &mut self,
        round: Round,
        targets: &Arc<[Target]>,
        answers: &mut [Option<Source<FilesystemUsage>>],
    ) -> Vec<usize> {
        let Round { begin, told, lanes, mut left } = round;
        // Counting them spares the wait for the threads' own end.
        let mut due: usize = lanes.iter().map(|it| it.targets.len()).sum();
        while 0 < due
            && let Ok((index, answer)) = told.recv_timeout(self.patience.saturating_sub(begin.elapsed()))
        {
            answers[index] = Some(answer);
            due -= 1;
        }
        for lane in lanes {
            let taken = {
                let mut progress = lock(&lane.progress);
                progress.stopped = true;
                progress.taken
            };
            // It may have answered while we looked the other way.
            for (index, answer) in told.try_iter() {
                answers[index] = Some(answer);
            }
            left.extend(&lane.targets[taken..]);
            let silent_one =
                taken.checked_sub(1).map(|it| lane.targets[it]).filter(|it| answers[*it].is_none());
            match silent_one {
                None => self.idle.push(lane.worker),
                Some(index) if lane.worker.thread.is_finished() => {
                    let why = format!("{}: asking it failed", targets[index].path.display());
                    answers[index] = Some(Err(Unknown::because(why)));
                }
                Some(index) => {
                    let (progress, worker) = (lane.progress, lane.worker);
                    self.stuck.insert(targets[index].key(), Stuck { since: begin, progress, worker });
                    answers[index] = Some(Err(silent(&targets[index], begin.elapsed())));
                }
            }
        }
        left
    }

    fn start(
        &mut self,
        targets: &Arc<[Target]>,
        line: &[usize],
        tell: mpsc::Sender<(usize, Source<FilesystemUsage>)>,
    ) -> std::io::Result<Lane> {
        let progress = Arc::new(Mutex::new(Progress::default()));
        let order = Order { targets: targets.clone(), line: line.to_vec(), progress: progress.clone(), tell };
        // One that panicked is idle no more.
        self.idle.retain(|it| !it.thread.is_finished());
        let worker = match self.idle.pop() {
            Some(worker) => worker,
            None => Worker::hire(self.measure.clone())?,
        };
        worker.orders.send(order).map_err(|_| std::io::Error::other("it ended"))?;
        Ok(Lane { targets: line.to_vec(), progress, worker })
    }

    /// Releases the mounts whose threads came back.
    fn take_back(&mut self) {
        let is_back = |it: &Stuck| it.worker.thread.is_finished() || lock(&it.progress).ended;
        let back: Vec<Key> =
            self.stuck.iter().filter(|(_, it)| is_back(it)).map(|(key, _)| key.clone()).collect();
        self.idle.extend(back.into_iter().filter_map(|it| self.stuck.remove(&it)).map(|it| it.worker));
    }
}

impl Worker {
    fn hire(measure: Measure) -> std::io::Result<Self> {
        let (orders, ordered) = mpsc::channel::<Order>();
        let work = move || {
            for order in ordered {
                while let Some(index) = take(&order.progress, &order.line) {
                    // Nobody listens once the time is up; then the answer is of no use.
                    let _ = order.tell.send((index, measure(&order.targets[index])));
                }
                lock(&order.progress).ended = true;
            }
        };
        let thread = std::thread::Builder::new().name("statvfs".into()).stack_size(128 << 10).spawn(work)?;
        Ok(Self { orders, thread })
    }
}

fn take(progress: &Mutex<Progress>, line: &[usize]) -> Option<usize> {
    let mut progress = lock(progress);
    if progress.stopped {
        return None;
    }
    let index = *line.get(progress.taken)?;
    progress.taken += 1;
    Some(index)
}

fn lock(progress: &Mutex<Progress>) -> MutexGuard<'_, Progress> {
    progress.lock().unwrap_or_else(PoisonError::into_inner)
}

fn silent(target: &Target, since: Duration) -> Unknown {
    Unknown::because(format!(
        "{}: {} from {} has not answered for {} s and is left alone until it does",
        target.path.display(),
        target.mount.kind,
        target.mount.source,
        since.as_secs().max(1),
    ))
}

#[cfg(test)]
mod tests {
    use std::sync::Condvar;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::super::mounts::parse;
    use super::*;

    const USAGE: FilesystemUsage =
        FilesystemUsage { total: 10, used: 4, available: 5, inodes_total: 0, inodes_used: 0 };

    /// Mounts of which some hang until they are let go.
    struct World {
        hanging: Mutex<Vec<&'static str>>,
        changed: Condvar,
        asked: AtomicUsize,
    }

    impl World {
        fn new(hanging: &[&'static str]) -> Arc<Self> {
            let hanging = Mutex::new(hanging.to_vec());
            Arc::new(Self { hanging, changed: Condvar::new(), asked: AtomicUsize::new(0) })
        }

        fn prober(self: &Arc<Self>) -> Prober {
            let world = self.clone();
            let measure = move |target: &Target| {
                let mut hanging = world.hanging.lock().expect("no test panics with it");
                let is_hanging = |hanging: &Vec<&str>| hanging.iter().any(|it| target.path.ends_with(it));
                if is_hanging(&hanging) {
                    world.asked.fetch_add(1, Ordering::SeqCst);
                }
                while is_hanging(&hanging) {
                    hanging = world.changed.wait(hanging).expect("no test panics with it");
                }
                Ok(USAGE)
            };
            Prober::new(Arc::new(measure), Duration::from_millis(40))
        }

        fn let_go(&self) {
            self.hanging.lock().expect("no test panics with it").clear();
            self.changed.notify_all();
        }
    }

    fn targets(lines: &str) -> Vec<Target> {
        parse(lines.as_bytes()).into_iter().map(|it| Target { path: it.point.clone(), mount: it }).collect()
    }

    const FOUR: &str = "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:50 / /nas rw - nfs nas:/x rw\n\
        3 1 8:2 / /srv rw - xfs /dev/sdb rw\n4 1 8:3 / /var rw - xfs /dev/sdc rw\n";

    fn known(answers: &[Source<FilesystemUsage>]) -> Vec<bool> {
        answers.iter().map(Result::is_ok).collect()
    }

    #[test]
    fn a_dead_nas_is_unknown_and_the_others_go_on() {
        let world = World::new(&["nas"]);
        let mut prober = world.prober();
        let answers = prober.ask(targets(FOUR));
        assert_eq!(known(&answers), [true, false, true, true]);
        let why = answers[1].as_ref().expect_err("it hangs").why.clone();
        assert_eq!(why, "/nas: nfs from nas:/x has not answered for 1 s and is left alone until it does");
        world.let_go();
    }

    #[test]
    fn a_hanging_mount_is_never_asked_a_second_time() {
        let world = World::new(&["nas", "srv"]);
        let mut prober = world.prober();
        for _ in 0..3 {
            assert_eq!(known(&prober.ask(targets(FOUR))), [true, false, false, true]);
        }
        assert_eq!(world.asked.load(Ordering::SeqCst), 2);
        world.let_go();
    }

    #[test]
    fn a_mount_that_comes_back_is_asked_again() {
        let world = World::new(&["nas"]);
        let mut prober = world.prober();
        assert_eq!(known(&prober.ask(targets(FOUR))), [true, false, true, true]);
        world.let_go();
        while !prober.stuck.is_empty() {
            std::thread::yield_now();
            prober.take_back();
        }
        assert_eq!(known(&prober.ask(targets(FOUR))), [true; 4]);
    }

    #[test]
    fn another_filesystem_at_the_same_place_is_not_punished() {
        let world = World::new(&["nas"]);
        let mut prober = world.prober();
        prober.ask(targets(FOUR));
        world.hanging.lock().expect("no test panics with it").clear();
        let mut other = targets(FOUR);
        other[1].mount.device.minor += 1;
        assert_eq!(known(&prober.ask(other)), [true; 4]);
        world.let_go();
    }

    #[test]
    fn a_measure_that_panics_is_unknown() {
        let mut prober = Prober::new(Arc::new(|_: &Target| panic!("on purpose")), Duration::from_secs(5));
        let answers = prober.ask(targets("1 0 0:50 / /nas rw - nfs nas:/x rw\n"));
        assert_eq!(known(&answers), [false]);
    }

    #[test]
    fn no_more_than_so_many_threads_are_lost() {
        let world = World::new(&["x"]);
        let mut prober = world.prober();
        let many: String =
            (0..40).map(|it| format!("{it} 0 0:{it} / /{it}/x rw - nfs nas:/x rw\n")).collect();
        assert_eq!(prober.ask(targets(&many)).len(), 40);
        prober.ask(targets(&many));
        assert_eq!(world.asked.load(Ordering::SeqCst), MOST_STUCK);
        world.let_go();
    }
}
