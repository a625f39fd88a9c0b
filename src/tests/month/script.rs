//! What happens on a lively machine in a month: by the clock alone, so that every run of it is the same.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ZonedDateTime};
use jobs::fakes::scenes;
use jobs::ports::{
    Container, ContainerState, Device, EngineEvent, EventAction, Filesystem, Group, Groups, Health, Heard,
    ImageUse, Interface, Snapshot,
};

use super::super::{Bench, OWNER};

/// Containers that are always there.
const STABLE: usize = 10;
/// A passing container comes each so many minutes, under a name that never comes back.
const PASSING: i64 = 15;
/// And runs for so many.
const RUNS: i64 = 7;
/// Minutes of a day.
const DAY: i64 = 24 * 60;
/// Who nobody has let in.
const STRANGER: i64 = 900_000;

/// Something that is wrong once on a day, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// The processors have too much to do for 25 minutes, from ten past fourteen.
    Busy,
    /// The same again and again for four hours, from sixteen o'clock.
    Flaps,
    /// Memory is full for an hour, from twenty o'clock.
    Memory,
    /// A container crashes and is started again after 20 minutes, at eleven.
    Crash,
    /// One is ill for half an hour, from twelve o'clock.
    Ill,
    /// The engine is away for five minutes, at six in the morning.
    Engine,
    /// The disk is too full, from the afternoon to midnight.
    Full,
}

impl Wrong {
    /// What the card of it says, of whatever severity.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Busy | Self::Flaps => "CPU",
            Self::Memory => "Memory",
            Self::Crash => "crashed",
            Self::Ill => "unhealthy",
            Self::Engine => "Docker is away",
            Self::Full => "Disk",
        }
    }
}

/// What is wrong on the day of this number.
pub(super) fn wrong(day: i64) -> Vec<Wrong> {
    let full = (day % 5 == 4).then_some(Wrong::Full);
    wrong_on(day).iter().copied().chain(full).collect()
}

fn wrong_on(day: i64) -> &'static [Wrong] {
    match day % 7 {
        0 => &[Wrong::Crash],
        1 => &[Wrong::Busy, Wrong::Ill],
        2 => &[Wrong::Memory],
        3 => &[Wrong::Flaps],
        4 => &[Wrong::Busy, Wrong::Crash],
        5 => &[Wrong::Engine],
        _ => &[],
    }
}

/// How busy the processors are in a minute.
fn busy(day: i64, minute: i64) -> f64 {
    let is = |wrong| wrong_on(day).contains(&wrong);
    let since = |hour: i64, min: i64| minute - (hour * 60 + min);
    if is(Wrong::Busy) && (0..25).contains(&since(14, 10)) {
        return 0.97;
    }
    if is(Wrong::Flaps) && (0..240).contains(&since(16, 0)) {
        return if since(16, 0) % 30 < 14 { 0.93 } else { 0.1 };
    }
    // Little at night, more at noon, and never twice the same.
    let rhythm = (minute as f64 / DAY as f64 * std::f64::consts::TAU - 1.6).sin();
    0.2 + 0.12 * rhythm + 0.06 * noise(day * DAY + minute)
}

fn memory(day: i64, minute: i64) -> f64 {
    let is_full = wrong_on(day).contains(&Wrong::Memory) && (20 * 60..21 * 60).contains(&minute);
    if is_full { 0.93 } else { 0.3 + 0.05 * noise(day * DAY + minute / 10) }
}

/// It fills in five days, above its limit on the afternoon of the last one, and is emptied.
fn disk(day: i64, minute: i64) -> f64 {
    let part = ((day * DAY + minute) % (5 * DAY)) as f64 / (5 * DAY) as f64;
    50.0 + 43.0 * part
}

/// Something between 0 and 1 that looks like chance.
fn noise(number: i64) -> f64 {
    let mixed = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) as f64 / u64::MAX as f64
}

/// The machine and its engine, minute by minute.
pub(super) struct Script {
    zone: TimeZone,
    begin: Timestamp,
    /// What each of the stable ones is called by the engine now: one that is deployed gets another.
    ids: Vec<String>,
    passing: Vec<(i64, String)>,
    /// Which of the stable ones does not run.
    down: Option<usize>,
    /// Which is ill.
    ill: Option<usize>,
    names: usize,
}

impl Script {
    pub(super) fn new(zone: TimeZone, begin: Timestamp) -> Self {
        let ids = (0..STABLE).map(|it| format!("{it:064x}")).collect();
        Self { zone, begin, ids, passing: Vec::new(), down: None, ill: None, names: STABLE }
    }

    /// Names that there were so far.
    pub(super) fn names(&self) -> usize {
        self.names
    }

    /// The number of the day, of the civil calendar, and the minute of its clock.
    pub(super) fn civil(&self, at: Timestamp) -> (i64, i64) {
        let (first, now) = (self.local(self.begin), self.local(at));
        let days = first.date().until(now.date()).expect("days").get_days();
        (i64::from(days), i64::from(now.hour()) * 60 + i64::from(now.minute()))
    }

    /// Whether something was wrong in this stretch, from its beginning to its end.
    pub(super) fn is_passed(&self, from: Timestamp, to: Timestamp, day: i64, it: Wrong) -> bool {
        let (begin, end) = match it {
            Wrong::Busy => (14 * 60 + 10, 15 * 60 + 30),
            Wrong::Flaps => (16 * 60, 22 * 60 + 30),
            Wrong::Memory => (20 * 60, 21 * 60 + 30),
            Wrong::Crash => (11 * 60, 11 * 60 + 40),
            Wrong::Ill => (12 * 60, 13 * 60),
            Wrong::Engine => (6 * 60, 7 * 60),
            Wrong::Full => (15 * 60, DAY + 60),
        };
        let (first, last) = (self.civil(from), self.civil(to));
        let minute = |(day, minute): (i64, i64)| day * DAY + minute;
        minute(first) <= day * DAY + begin && day * DAY + end <= minute(last)
    }

    pub(super) fn local(&self, at: Timestamp) -> ZonedDateTime {
        at.to_zoned_datetime(self.zone.clone())
    }

    /// What the machine looks like, from now on.
    pub(super) fn dress(&self, bench: &Bench) {
        let (begin, zone) = (self.begin, self.zone.clone());
        let civil = Self::new(zone, begin);
        *bench.machine.touch.lock().expect("whole") = Some(Box::new(move |snapshot: &mut Snapshot| {
            let (day, minute) = civil.civil(snapshot.at);
            civil.touch(snapshot, day, minute);
        }));
        bench.world.set_disk_usage(jobs::ports::DiskUsage {
            images: (0..40)
                .map(|it| ImageUse { id: format!("sha256:{it:064x}"), size: 1 << 28, ..ImageUse::default() })
                .collect(),
            ..jobs::ports::DiskUsage::default()
        });
    }

    fn touch(&self, snapshot: &mut Snapshot, day: i64, minute: i64) {
        let seconds = snapshot.at.duration_since(self.begin).as_secs().unsigned_abs();
        let used = (disk(day, minute) * scenes::GIB as f64) as u64;
        let mut filesystems = vec![scenes::filesystem("/", used, 100 * scenes::GIB - used)];
        // A disk for the night's backup, mounted under a name of its own each time.
        if (120..180).contains(&minute) {
            let mount = format!("/mnt/backup-{day}");
            let backup = scenes::filesystem(&mount, 30 * scenes::GIB, 70 * scenes::GIB);
            filesystems.push(Filesystem { device: format!("/dev/sd{day}"), ..backup });
        }
        snapshot.filesystems = Ok(filesystems);
        let interface = |name: String, pace: u64| Interface {
            name,
            received: seconds * pace,
            sent: seconds * pace / 2,
            errors: 0,
        };
        // A line that is dialled anew each day gets another name.
        let line = interface(format!("ppp{}", (day * 7919) % 1000), 20_000);
        snapshot.interfaces = Ok(vec![interface("eth0".to_owned(), 150_000), line]);
        let device = |name: String| Device {
            name,
            read: seconds * 9000,
            written: seconds * 7000,
            busy_ms: seconds * 100,
        };
        snapshot.devices = Ok(vec![device("vda".to_owned()), device(format!("dm-{}", day % 100))]);
    }

    /// One minute, after which it is the next.
    pub(super) async fn minute(&mut self, bench: &Bench, at: Timestamp) {
        let (day, minute) = self.civil(at);
        bench.busy(busy(day, minute));
        bench.full(memory(day, minute));
        self.come_and_go(bench, at, day, minute).await;
        self.people(bench, day, minute).await;
        bench.world.set_containers(self.list(minute));
        bench.world.script_groups([Ok(self.groups(at))]);
    }

    fn name(index: usize) -> String {
        format!("{}-{}", ["shop", "blog", "mail"][index % 3], index)
    }

    fn container(&self, name: &str, id: &str, state: ContainerState) -> Container {
        Container { id: id.to_owned(), image: "alpine:3".to_owned(), ..scenes::container(name, state) }
    }

    fn list(&self, _: i64) -> Vec<Container> {
        let stable = self.ids.iter().enumerate().map(|(index, id)| {
            let runs = self.down != Some(index);
            let state = if runs { ContainerState::Running } else { ContainerState::Exited };
            let health = (self.ill == Some(index)).then_some(Health::Unhealthy);
            let status = if runs { "Up 3 hours" } else { "Exited (1) 2 minutes ago" };
            Container { health, status: status.to_owned(), ..self.container(&Self::name(index), id, state) }
        });
        let passing =
            self.passing.iter().map(|(_, name)| self.container(name, &id_of(name), ContainerState::Running));
        stable.chain(passing).collect()
    }

    fn groups(&self, at: Timestamp) -> Groups {
        let clock = at.duration_since(self.begin).unsigned_abs();
        let group = |container: String| Group {
            container,
            cpu: Some(clock / 50),
            memory: Some(100 << 20),
            pids: Some(9),
        };
        let passing = self.passing.iter().map(|(_, name)| id_of(name));
        Groups { clock, each: self.ids.iter().cloned().chain(passing).map(group).collect() }
    }

    async fn come_and_go(&mut self, bench: &Bench, at: Timestamp, day: i64, minute: i64) {
        let count = at.duration_since(self.begin).as_mins();
        let (over, rest) = std::mem::take(&mut self.passing).into_iter().partition(|it| it.0 <= count);
        self.passing = rest;
        let over: Vec<(i64, String)> = over;
        for (_, name) in over {
            tells(bench, &name, &id_of(&name), EventAction::Die { exit_code: Some(0) }).await;
            tells(bench, &name, &id_of(&name), EventAction::Destroy).await;
        }
        if count % PASSING == 0 {
            let name = format!("job-{count}");
            self.names += 1;
            tells(bench, &name, &id_of(&name), EventAction::Create).await;
            tells(bench, &name, &id_of(&name), EventAction::Start).await;
            self.passing.push((count + RUNS, name));
        }
        let index = (day as usize * 3) % STABLE;
        let (name, id) = (Self::name(index), self.ids[index].clone());
        let wrong = |it| wrong_on(day).contains(&it);
        match minute {
            660 if wrong(Wrong::Crash) => {
                self.down = Some(index);
                tells(bench, &name, &id, EventAction::Die { exit_code: Some(1) }).await;
            }
            680 if wrong(Wrong::Crash) => {
                self.down = None;
                tells(bench, &name, &id, EventAction::Start).await;
            }
            720 if wrong(Wrong::Ill) => {
                self.ill = Some(index);
                tells(bench, &name, &id, EventAction::HealthStatus(Health::Unhealthy)).await;
            }
            750 if wrong(Wrong::Ill) => {
                self.ill = None;
                tells(bench, &name, &id, EventAction::HealthStatus(Health::Healthy)).await;
            }
            360 if wrong(Wrong::Engine) => bench.engine_says(Heard::Lost("restarted".to_owned())).await,
            365 if wrong(Wrong::Engine) => bench.engine_says(Heard::Listed(self.list(minute))).await,
            // A deployment: the same name, another container.
            900 => {
                tells(bench, &name, &id, EventAction::Kill { signal: Some(15) }).await;
                tells(bench, &name, &id, EventAction::Die { exit_code: Some(143) }).await;
                tells(bench, &name, &id, EventAction::Destroy).await;
                let id = format!("{:064x}", (day as usize + 1) * 1000 + index);
                tells(bench, &name, &id, EventAction::Create).await;
                tells(bench, &name, &id, EventAction::Start).await;
                self.ids[index] = id;
            }
            _ => {}
        }
    }

    async fn people(&self, bench: &Bench, day: i64, minute: i64) {
        let name = Self::name((day as usize) % STABLE);
        let words = match minute {
            600 => "/status".to_owned(),
            605 => "/ps".to_owned(),
            610 => format!("/logs {name}"),
            615 => "/graph cpu 24h".to_owned(),
            620 => format!("/inspect {name}"),
            // A button that nobody presses.
            625 => format!("/restart {name}"),
            630 => "/grpah".to_owned(),
            635 => format!("/mute {name} 1h"),
            640 => "/alerts".to_owned(),
            645 => "/menu".to_owned(),
            650 => "/digest".to_owned(),
            655 => "/events".to_owned(),
            _ if minute % 240 == 77 => {
                let stranger = STRANGER + day * 10 + minute / 240;
                bench.hears(stranger, stranger, Some("de"), "let me in").await;
                return;
            }
            _ => return,
        };
        bench.hears(OWNER, OWNER, Some("en"), &words).await;
    }
}

fn id_of(name: &str) -> String {
    format!("{:0>64}", name.trim_start_matches("job-"))
}

async fn tells(bench: &Bench, name: &str, id: &str, action: EventAction) {
    let event = EngineEvent {
        at: bench.clock.now(),
        action,
        id: id.to_owned(),
        name: name.to_owned(),
        image: "alpine:3".to_owned(),
        project: None,
        service: None,
        labels: Vec::new(),
    };
    bench.engine_says(Heard::Event(event)).await;
}

/// The moment after so many.
pub(super) fn later(at: Timestamp, minutes: i64) -> Timestamp {
    at + SignedDuration::from_mins(minutes)
}
