//! Wiring; the loop; stopping in order. The only place that knows both sides of every port, and the only one that
//! looks at the clock.

mod assemble;
mod beacon;
mod began;
mod board;
mod body;
mod desk;
mod ledger;
mod life;
mod line;
mod listen;
mod lock;
mod mutes;
mod once;
mod owed;
mod reread;
mod restore;
mod rights;
mod silencer;
mod ward;
mod world;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use jobs::declare::Work;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::clock::Clock;
use crate::config::{Config, Language, PlannedJob};
use crate::dispatch::Tongue;
use crate::heartbeat::Heartbeat;
use crate::locale;

pub(crate) use self::assemble::{Parts, assemble};
pub(crate) use self::began::Before;
pub use self::life::{Again, Between, Over, watch};
use self::line::Line;
pub use self::line::{Chat, telegram};
pub use self::once::{Look, Once, look, once};
pub use self::reread::{Reading, Reread};
pub use self::restore::{Done, restore};
pub use self::silencer::{Ended, Silencer, SilencerError, explained};
pub use self::world::{World, engine_address, host_name, host_root, world};

/// How many due moments may wait for the loop.
pub(crate) const DUE: usize = 256;

/// The machine's clock. Everything below is handed it, or what it says.
pub fn clock() -> Clock {
    Clock::new(Timestamp::now)
}

/// The parts of a watch, as the settings say.
fn parts(config: &Config, world: &World, line: &Line, heartbeat: Option<Arc<Heartbeat>>) -> Parts {
    Parts {
        ports: world.ports.clone(),
        database: world.database.clone(),
        about: world.about.clone(),
        transport: line.transport.clone(),
        people: line.people.clone(),
        totp: line.totp.clone(),
        homes: line.homes.clone(),
        jobs: config.jobs.clone(),
        off: config.off.clone(),
        rules: config.rules.clone(),
        mutes: config.mutes.clone(),
        redactor: config.redactor.clone(),
        zone: config.settings.zone.clone(),
        tongue: tongue(config.settings.language),
        theme: theme(config.settings.is_light),
        clock: clock(),
        heartbeat,
        second_way: None,
        former: None,
    }
}

/// What reaches the watch from outside: SIGTERM or SIGINT end it, SIGHUP has the settings read again.
pub struct Stop {
    /// As `docker stop` sends it.
    pub terminate: Signal,
    /// As Ctrl-C sends it.
    pub interrupt: Signal,
    /// As `docker kill --signal HUP` sends it; none where it means what it always meant: the terminal is gone.
    pub hangup: Option<Signal>,
}

impl Stop {
    /// Begins to listen. As process 1 of a container, SIGTERM is ignored until somebody does.
    ///
    /// # Errors
    /// The kernel's refusal.
    pub fn new() -> std::io::Result<Self> {
        let (terminate, interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        Ok(Self { terminate, interrupt, hangup: None })
    }

    /// The same, and SIGHUP, which ends no watch any more.
    ///
    /// # Errors
    /// The kernel's refusal.
    pub fn and_hangup() -> std::io::Result<Self> {
        Ok(Self { hangup: Some(signal(SignalKind::hangup())?), ..Self::new()? })
    }
}

/// How far apart runs of such a job are declared to be; a day when there is none, so that nobody waits for one.
fn cadence(jobs: &[PlannedJob], is: fn(&Work) -> bool, now: Timestamp) -> SignedDuration {
    let of = |it: &PlannedJob| {
        let next = it.cron.next_after(&it.zone, now)?;
        Some(it.cron.next_after(&it.zone, next)?.duration_since(next))
    };
    let such = jobs.iter().filter(|it| is(&it.job.work));
    such.filter_map(of).min().unwrap_or(SignedDuration::from_hours(24))
}

/// In which language people are answered.
pub fn tongue(language: Language) -> Tongue {
    match language {
        Language::Auto => Tongue::Own,
        Language::Fixed(tag) => Tongue::Fixed(locale::for_tag(tag)),
    }
}

/// How pictures look.
pub fn theme(is_light: bool) -> render::Theme {
    if is_light { render::Theme::light() } else { render::Theme::dark() }
}
