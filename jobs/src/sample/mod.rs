//! Read the machine, remember it. This room keeps metrics: one file each.

//!
//! A new metric is one constant in a file of this room and its place in [`METRICS`].

pub(crate) mod containers;
mod cpu;
pub(crate) mod disk;
mod io;
mod load;
mod memory;
mod network;
mod psi;
mod swap;
mod temperature;
pub(crate) mod uptime;
mod usage;

pub use self::usage::{Usage, Used};

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::metric::{Metric, Sample, SeriesKey, Subject};
use crate::notice::Notice;
use crate::ports::{Container, Snapshot, Source, Unknown};
use crate::{JobContext, JobError};

/// Everything that can be measured, in the order in which it is listed to people.
pub const METRICS: &[Metric] = &[
    cpu::BUSY,
    cpu::CORE,
    cpu::IOWAIT,
    cpu::STEAL,
    load::ONE,
    load::FIVE,
    load::FIFTEEN,
    memory::USED,
    memory::AVAILABLE,
    swap::USED,
    disk::USED,
    disk::FREE,
    disk::INODES,
    io::READ,
    io::WRITE,
    io::BUSY,
    network::IN,
    network::OUT,
    network::ERRORS,
    psi::CPU,
    psi::MEMORY,
    psi::MEMORY_FULL,
    psi::IO,
    psi::IO_FULL,
    uptime::UPTIME,
    temperature::TEMPERATURE,
    containers::RUNNING,
    containers::TOTAL,
    containers::UNHEALTHY,
    containers::RESTARTING,
    usage::CPU,
    usage::MEMORY,
];

/// The metric of this name.
pub fn metric(id: &str) -> Option<&'static Metric> {
    METRICS.iter().find(|it| it.id == id)
}

/// On a machine with more cores than this, single cores are shown live and have no history: at a sample every ten
/// seconds each would add 8,640 rows a day of which nobody looks at one, and what they are looked at for (one core
/// pinned while the rest idle) shows live.
pub const CORES_KEPT: usize = 16;

/// How a sampling job is set.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Whether containers are counted, which asks Docker each time.
    pub containers: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { containers: true }
    }
}

/// A look at the machine, and the one before it, for rates.
#[derive(Clone, Debug)]
pub struct Look {
    /// Now.
    pub now: Arc<Snapshot>,
    /// The last one before, when there was one not too long ago.
    pub before: Option<Arc<Snapshot>>,
    /// What the engine listed at the same time.
    pub containers: Source<Vec<Container>>,
    /// What containers used, by the newest count of their control groups.
    pub usage: Source<Usage>,
}

impl Look {
    /// Seconds between the two looks, by the machine's uptime where it is known: the clock may have been set between.
    /// None when there is no earlier look, or it is from before a reboot or too near to divide by.
    pub fn elapsed(&self) -> Option<f64> {
        let before = self.before.as_ref()?;
        let seconds = match (&before.uptime, &self.now.uptime) {
            (Ok(before), Ok(now)) => now.as_secs_f64() - before.as_secs_f64(),
            _ => self.now.at.duration_since(before.at).as_secs_f64(),
        };
        (0.05 < seconds).then_some(seconds)
    }

    /// Whether the part that a series is of may still be there, for all that this look knows: it was seen, or its
    /// source said nothing. Only a source that answered without it proves that it is gone.
    pub fn may_have(&self, key: &SeriesKey) -> bool {
        let (now, subject) = (&self.now, &key.subject);
        match metric(&key.metric).and_then(|it| it.subject) {
            Some(Subject::Core) => {
                let cores = now.cpu.as_ref().map(|it| it.cores.len());
                cores.map_or(true, |cores| subject.parse().is_ok_and(|number: usize| number < cores))
            }
            Some(Subject::Mount) => may_name(&now.filesystems, subject, |it| &it.mount),
            Some(Subject::Device) => may_name(&now.devices, subject, |it| &it.name),
            Some(Subject::Interface) => may_name(&now.interfaces, subject, |it| &it.name),
            Some(Subject::Sensor) => {
                now.temperatures.is_err() || temperature::each(self).iter().any(|it| it.subject == *subject)
            }
            Some(Subject::Container) => may_name(&self.containers, subject, |it| &it.name),
            // The machine as a whole is always there; a metric that this release does not know is not.
            None => metric(&key.metric).is_some(),
        }
    }
}

fn may_name<T>(source: &Source<Vec<T>>, subject: &str, name: fn(&T) -> &String) -> bool {
    source.as_ref().map_or(true, |all| all.iter().any(|it| name(it) == subject))
}

/// The newest look, shared by the sampling job and the commands.
#[derive(Debug, Default)]
pub struct Latest(Mutex<Option<Arc<Look>>>);

impl Latest {
    /// How old a look has to be to serve as "before" for rates: a moment of our own start is no measure of a machine. A job
    /// of each second may be 502 ms after the one before.
    const LEAST: Duration = Duration::from_millis(450);
    /// How old a look may be to serve as "before" for rates.
    pub const STALE: Duration = Duration::from_secs(15 * 60);

    /// The newest look.
    pub fn look(&self) -> Option<Arc<Look>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Replaces it.
    pub fn put(&self, look: Arc<Look>) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(look);
    }
}

/// Takes one look, remembers it, and says nothing. What single containers use is counted with the first look of each
/// minute alone: a thousand of them would fill the store otherwise, and what is drawn of them is not finer. What the machine said is remembered before the engine is asked,
/// and the look is in [`Latest`] even when the run is given up while the engine hangs.
pub async fn run(settings: &Settings, context: JobContext<'_>) -> Result<Vec<Notice>, JobError> {
    let ports = context.ports;
    let now = Arc::new(ports.host.snapshot().await?);
    let before = ports.latest.look().map(|it| it.now.clone());
    let usage = ports.latest.look().and_then(|it| it.usage.clone().ok());
    let unasked = Unknown::because(match settings.containers {
        true => "Docker did not answer before the sampling run had to end",
        false => "this sampling job does not count containers",
    });
    let mut look = Look { now, before, containers: Err(unasked.clone()), usage: Err(unasked) };
    let (least, most) = (Latest::LEAST.as_secs_f64(), Latest::STALE.as_secs_f64());
    if look.elapsed().is_none_or(|it| it < least || most < it) {
        look.before = None;
    }

    let mut shown = Shown { latest: &ports.latest, look };
    let remembered = ports.store.append(&samples(&shown.look, METRICS));
    if settings.containers {
        let containers = ports.containers().await;
        shown.look.containers = containers.map_err(|error| Unknown::because(error.to_string()));
    }
    let counted = ports.store.append(&samples(&shown.look, containers::ALL));
    let mut used = Ok(());
    if settings.containers {
        let at = shown.look.now.at;
        match usage {
            Some(usage) if usage.is_of_minute(at) => shown.look.usage = Ok(usage),
            earlier => {
                shown.look.usage = Usage::count(&*ports.host, earlier, at).await;
                used = ports.store.append(&samples(&shown.look, usage::ALL));
            }
        }
    }
    drop(shown);
    remembered?;
    counted?;
    used?;
    Ok(Vec::new())
}

/// Puts a look where commands find it, whichever way the run ends.
struct Shown<'a> {
    latest: &'a Latest,
    look: Look,
}

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        self.latest.put(Arc::new(self.look.clone()));
    }
}

/// What is worth remembering of a look.
fn samples(look: &Look, metrics: &[Metric]) -> Vec<Sample> {
    let mut samples = Vec::new();
    for metric in metrics {
        let readings = (metric.read)(look);
        if metric.subject == Some(Subject::Core) && CORES_KEPT < readings.len() {
            continue;
        }
        let finite = readings.into_iter().filter(|it| it.value.is_finite());
        samples.extend(finite.map(|it| Sample {
            key: SeriesKey::of(metric.id, it.subject),
            at: look.now.at,
            value: it.value,
        }));
    }
    samples
}

/// A part of a whole in per cent; none of nothing.
fn share(part: u64, whole: u64) -> Option<f64> {
    (0 < whole).then(|| 100.0 * part as f64 / whole as f64)
}

/// How fast a counter grew, per second; none when it was reset.
fn rate(before: u64, now: u64, elapsed: f64) -> Option<f64> {
    Some(now.checked_sub(before)? as f64 / elapsed)
}

/// Each part that was there at both looks: as it was, as it is, and the seconds between.
fn matched<'a, T: 'a>(
    look: &'a Look,
    of: fn(&Snapshot) -> Option<&Vec<T>>,
    name: fn(&T) -> &String,
) -> impl Iterator<Item = (&'a T, &'a T, f64)> {
    let both = look.elapsed().and_then(|elapsed| Some((of(look.before.as_ref()?)?, of(&look.now)?, elapsed)));
    both.into_iter().flat_map(move |(before, now, elapsed)| {
        now.iter().filter_map(move |now| {
            let before = before.iter().find(|it| name(it) == name(now))?;
            Some((before, now, elapsed))
        })
    })
}

#[cfg(test)]
mod tests;
