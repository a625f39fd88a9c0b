//! The real binary, killed at random moments while the world goes on around it, and its files as a power failure leaves
//! them. What happened and what was asked is written down by the test, and held in the end against what the chat shows
//! and what the engine was asked.
//!
//! `CRASH_KILLS=400 CRASH_SEED=7 cargo test --test crash -- --ignored --nocapture` is the long form. `CRASH_LIFE` is how
//! long most lives are at most (1500 ms), `CRASH_FIRST_POLL` how late the first poll may come in the long form (5000 ms:
//! meant for a release build on an idle machine), `CRASH_TRACE` prints what each world saw.

#[path = "../support/botapi/mod.rs"]
mod botapi;
#[allow(dead_code, reason = "the other target with the real binary uses the rest of it")]
#[path = "../binary/ground.rs"]
mod ground;
#[path = "../support/scripted_engine.rs"]
mod scripted_engine;
#[allow(dead_code, reason = "the other target with the real binary uses the rest of it")]
#[path = "../binary/watch.rs"]
mod watch;

mod dice;
mod ledger;
mod port;
mod power;
mod world;

use std::time::Duration;

use futures_util::future::join_all;

use self::ledger::Tally;
use self::world::World;

/// The owner, and the private chat with them.
const OWNER: i64 = 42;

/// A number from the environment, or this.
fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|it| it.parse().ok()).unwrap_or(usual)
}

/// Lets so many worlds live side by side, each with its share of the kills.
async fn killed(kills: u64, worlds: u64, seed: u64) -> Tally {
    let share = |number: u64| kills / worlds + u64::from(number < kills % worlds);
    let all = (0..worlds).map(|number| async move {
        let seed = seed.wrapping_mul(1_000_003).wrapping_add(number);
        let mut world = World::new(seed, setting("CRASH_LIFE", 1500));
        world.begin().await;
        for _ in 0..share(number) {
            world.live_and_die().await;
        }
        world.settle().await
    });
    let tallies = join_all(all).await;
    let tally = Tally::of(tallies);
    println!("seed {seed}, {worlds} worlds side by side\n{tally}");
    tally
}

#[tokio::test]
async fn killed_at_random_moments_nothing_is_lost_and_nothing_is_done_twice() {
    let tally = killed(setting("CRASH_KILLS", 24), 4, setting("CRASH_SEED", 20_261_127)).await;
    // A debug build on a machine with eight compilers on two cores has taken twelve.
    assert!(tally.slowest_poll() < Duration::from_secs(30), "{tally}");
}

#[tokio::test]
#[ignore = "some hundred kills: five minutes; CRASH_KILLS, CRASH_WORLDS, CRASH_LIFE and CRASH_SEED set its size"]
async fn killed_some_hundred_times_nothing_is_lost_and_nothing_is_done_twice() {
    let (kills, worlds) = (setting("CRASH_KILLS", 400), setting("CRASH_WORLDS", 6));
    let tally = killed(kills, worlds, setting("CRASH_SEED", 20_261_127)).await;
    let bound = Duration::from_millis(setting("CRASH_FIRST_POLL", 5000));
    assert!(tally.slowest_poll() < bound, "{tally}");
}
