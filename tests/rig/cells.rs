//! Every fault at every moment.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;

use super::faults::{AILMENTS, Ailment, Only};
use super::scenes::{MOMENTS, Moment, Outcome, Scene, play};

/// One fault at one moment.
struct Cell {
    moment: &'static Moment,
    ailment: &'static Ailment,
}

impl Cell {
    fn name(&self) -> String {
        format!("{} | {} | {}", self.ailment.name, self.moment.methods, self.moment.words)
    }

    /// How often it may be told: twice where the answer to the first was lost, since nobody can know.
    fn most(&self) -> usize {
        let says = self.moment.methods.contains("send") && self.moment.methods != "sendChatAction";
        1 + usize::from(self.ailment.acted && says)
    }

    fn is_possible(&self) -> bool {
        let Moment { scene, methods, .. } = *self.moment;
        match self.ailment.only {
            Only::All => true,
            // A list of commands that is refused waits for the next start, and is warned of in the log.
            Only::Asked => !["getUpdates", "getMe", "setMyCommands"].contains(&methods),
            // A card that somebody has removed is not said anew when what it told is over.
            Only::Edits => methods.contains("edit") && scene != Scene::End,
            Only::News => {
                matches!(scene, Scene::Alert | Scene::Digest | Scene::Stopping) && methods.contains("send")
            }
        }
    }
}

fn all() -> Vec<Cell> {
    let cells =
        AILMENTS.iter().flat_map(|ailment| MOMENTS.iter().map(move |moment| Cell { moment, ailment }));
    cells.filter(Cell::is_possible).collect()
}

/// Plays them, so many at a time, and answers with what went wrong.
async fn played(
    cells: Vec<Cell>,
    at_a_time: usize,
    patience: Duration,
) -> Vec<(Cell, Result<Outcome, String>)> {
    let plays = cells.into_iter().map(|cell| async move {
        let name = cell.name();
        let playing = tokio::spawn(play(*cell.moment, (cell.ailment.faults)(), patience));
        let outcome = playing.await.map_err(|error| match error.try_into_panic() {
            Ok(why) => why.downcast_ref::<String>().cloned().unwrap_or_else(|| "it panicked".to_owned()),
            Err(error) => error.to_string(),
        });
        if let Err(why) = &outcome {
            println!("{name}: {}", why.lines().next().unwrap_or_default());
        }
        (cell, outcome)
    });
    stream::iter(plays).buffer_unordered(at_a_time).collect().await
}

/// What is wrong with an outcome, if anything is.
fn complaint(cell: &Cell, outcome: &Result<Outcome, String>) -> Option<String> {
    let name = cell.name();
    match outcome {
        Err(why) => Some(format!("{name}: {why}")),
        Ok(it) if it.copies == 0 || cell.most() < it.copies => {
            Some(format!("{name}: told {} times", it.copies))
        }
        Ok(it) if !it.wrong.is_empty() => Some(format!("{name}: {}", it.wrong.join("; "))),
        Ok(_) => None,
    }
}

/// The next of a row of numbers that look random (xorshift).
fn next(seed: &mut u64) -> u64 {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    *seed
}

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|it| it.parse().ok()).unwrap_or(usual)
}

#[tokio::test]
async fn whatever_fails_whenever_a_person_has_what_they_are_owed() {
    let seed = number("RIG_SEED", 20_261_127);
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut cells: Vec<Cell> = all().into_iter().filter(|it| !it.ailment.slow).collect();
    let count = number("RIG_CELLS", 14) as usize;
    while count < cells.len() {
        let at = next(&mut random) as usize % cells.len();
        cells.swap_remove(at);
    }
    let played = played(cells, 5, Duration::from_secs(120)).await;
    let wrong: Vec<String> = played.iter().filter_map(|(cell, outcome)| complaint(cell, outcome)).collect();
    assert!(wrong.is_empty(), "RIG_SEED={seed} repeats it:\n{}", wrong.join("\n\n"));
}

#[tokio::test]
#[ignore = "the whole table: a quarter of an hour; RIG_ONLY takes a part of a row's name, RIG_AT_A_TIME how many at a time"]
async fn every_fault_at_every_moment() {
    let only = std::env::var("RIG_ONLY").unwrap_or_default();
    let cells: Vec<Cell> = all().into_iter().filter(|it| it.name().contains(&only)).collect();
    let at_a_time = number("RIG_AT_A_TIME", 12) as usize;
    let played = played(cells, at_a_time, Duration::from_secs(240)).await;
    println!("{} cells", played.len());
    println!("| fault | tried at | what a person got | lost | worst time until normal | most memory |");
    println!("|---|---|---|---|---|---|");
    for ailment in AILMENTS {
        let of = |it: &&(Cell, Result<Outcome, String>)| it.0.ailment.name == ailment.name;
        let mine: Vec<_> = played.iter().filter(of).collect();
        let good: Vec<&Outcome> = mine.iter().filter_map(|it| it.1.as_ref().ok()).collect();
        let twice = good.iter().filter(|it| it.copies == 2).count();
        let lost =
            mine.iter().filter(|it| it.1.is_err() || it.1.as_ref().is_ok_and(|it| it.copies == 0)).count();
        let worst = good.iter().map(|it| it.normal).max().unwrap_or_default();
        let peak = good.iter().map(|it| it.peak).max().unwrap_or_default();
        let got = match twice {
            0 => "everything once".to_owned(),
            _ => format!("everything; {twice} of {} twice", mine.len()),
        };
        let lost = if lost == 0 { "nothing".to_owned() } else { format!("{lost} of {}", mine.len()) };
        let name = ailment.name;
        println!(
            "| {name} | {} moments | {got} | {lost} | {:.1} s | {} MiB |",
            mine.len(),
            worst.as_secs_f64(),
            peak >> 10
        );
    }
    let wrong: Vec<String> = played.iter().filter_map(|(cell, outcome)| complaint(cell, outcome)).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), played.len(), wrong.join("\n\n"));
}
