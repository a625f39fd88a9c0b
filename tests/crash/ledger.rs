//! The books of a world: what should have come of all that happened, and what did.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::OWNER;
use super::botapi::Shown;
use super::world::{BUDGET, Kind, World};

/// Words of the log that no kill excuses.
const NEVER: [&str; 6] = [
    "damaged",
    "set aside",
    "panicked",
    "only in memory",
    "takes no writes",
    "could not be written into the audit",
];

/// Whether a card tells of a container.
pub(crate) fn tells(shown: &[Shown], name: &str) -> bool {
    shown.iter().any(|it| is_card_of(it, name))
}

fn is_card_of(shown: &Shown, name: &str) -> bool {
    is_card(shown) && shown.words.contains(name)
}

/// What came of itself, about containers.
fn is_card(shown: &Shown) -> bool {
    ["🟠", "🔴", "✅", "⤵", "🟡"].iter().any(|sign| shown.words.starts_with(sign))
        && ["ill-", "down-", "nhealthy"].iter().any(|part| shown.words.contains(part))
}

/// Messages, a line each.
fn brief(shown: &[Shown]) -> String {
    let line = |it: &Shown| format!("#{} {:?} open: {}\n", it.id, it.words, it.key("Yes").is_some());
    shown.iter().map(line).collect()
}

/// What was found.
#[derive(Default)]
pub(crate) struct Tally {
    kills: usize,
    polls: Vec<Duration>,
    episodes: usize,
    told: usize,
    doubled: usize,
    questions: (usize, usize),
    presses: usize,
    done: usize,
    answered: usize,
    cut_off: usize,
    pressable: usize,
    readings: usize,
    excused: usize,
    prunes: usize,
    ends: BTreeMap<&'static str, usize>,
}

impl Tally {
    /// All of them together.
    pub(crate) fn of(all: Vec<Self>) -> Self {
        let mut sum = Self::default();
        for it in all {
            sum.kills += it.kills;
            sum.polls.extend(it.polls);
            sum.episodes += it.episodes;
            sum.told += it.told;
            sum.doubled += it.doubled;
            sum.questions = (sum.questions.0 + it.questions.0, sum.questions.1 + it.questions.1);
            sum.presses += it.presses;
            sum.done += it.done;
            sum.answered += it.answered;
            sum.cut_off += it.cut_off;
            sum.pressable += it.pressable;
            sum.readings += it.readings;
            sum.excused += it.excused;
            sum.prunes += it.prunes;
            for (end, count) in it.ends {
                *sum.ends.entry(end).or_default() += count;
            }
        }
        sum.polls.sort();
        sum
    }

    pub(crate) fn slowest_poll(&self) -> Duration {
        self.polls.last().copied().unwrap_or_default()
    }

    fn poll(&self, share: usize) -> Duration {
        let at = (self.polls.len() * share / 100).min(self.polls.len().saturating_sub(1));
        self.polls.get(at).copied().unwrap_or_default()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "kills                                     {}  {:?}", self.kills, self.ends)?;
        writeln!(
            f,
            "episodes, told, first words doubled       {} {} {}",
            self.episodes, self.told, self.doubled
        )?;
        writeln!(f, "questions asked back, never              {} {}", self.questions.0, self.questions.1)?;
        writeln!(f, "confirmed orders, done by the engine      {} {}", self.presses, self.done)?;
        writeln!(
            f,
            "  answered, told as cut off, still open   {} {} {}",
            self.answered, self.cut_off, self.pressable
        )?;
        writeln!(f, "reading commands, told to be asked again  {} {}", self.readings, self.excused)?;
        writeln!(f, "heals by itself                           {}", self.prunes)?;
        write!(
            f,
            "first poll after start: median, p99, most {:?} {:?} {:?}",
            self.poll(50),
            self.poll(99),
            self.slowest_poll()
        )
    }
}

/// Holds what happened against what was said and done.
pub(crate) fn compare(world: &World) -> Tally {
    let shown = world.api.messages(OWNER);
    let place = format!("seed {}", world.seed);
    if std::env::var_os("CRASH_TRACE").is_some() {
        println!("{place}\n{}", brief(&shown));
        for (number, life) in world.lives.iter().enumerate() {
            println!("{place} life {number} {:?} until {}\n{}", life.end, life.until, life.log);
        }
        for it in world.port.orders() {
            println!("{place} {it:?}");
        }
        for it in &world.presses {
            println!("{place} {it:?}");
        }
    }
    for (number, life) in world.lives.iter().enumerate() {
        let said = NEVER.iter().find(|it| life.log.contains(**it));
        assert!(said.is_none(), "{place}, life {number}: {said:?}: {}", life.log);
    }
    let mut tally = Tally { kills: world.lives.len() - 1, ..Tally::default() };
    for life in &world.lives[..tally.kills] {
        tally.polls.extend(life.first_poll);
        let end = match life.end {
            super::world::End::After(_) => "as it starts",
            super::world::End::Awake(_) => "at some time",
            super::world::End::Called(_) => "as it calls",
            super::world::End::Swallowed(_) => "before the answer",
            super::world::End::Ordered => "as the engine acts",
            super::world::End::Spoken(_) => "as it is spoken to",
        };
        *tally.ends.entry(end).or_default() += 1;
    }
    episodes(world, &shown, &place, &mut tally);
    orders(world, &shown, &place, &mut tally);
    tally.readings = world.readings.len();
    for (word, life) in &world.readings {
        let answer = format!("There is no command /{word}.");
        let answers = shown.iter().filter(|it| it.words.starts_with(&answer)).count();
        // Answered, and once more because nobody knew that it had arrived.
        assert!(answers <= 2, "{place}, life {life}: /{word} is answered {answers} times");
        let excuse = format!("while I worked on /{word}");
        let is_told = answers == 0 && shown.iter().any(|it| it.words.contains(&excuse));
        tally.excused += usize::from(is_told);
        assert!(
            0 < answers || is_told,
            "{place}, life {life}: /{word} is never answered:\n{}",
            brief(&shown)
        );
    }
    store(world, &place, &mut tally);
    tally
}

/// In which life a message was sent.
fn life_of(world: &World, message: i64) -> usize {
    world.lives.iter().position(|it| message < it.until).unwrap_or(world.lives.len())
}

fn episodes(world: &World, shown: &[Shown], place: &str, tally: &mut Tally) {
    for episode in &world.episodes {
        let name = episode.name.as_str();
        let cards: Vec<Shown> = shown.iter().filter(|it| is_card_of(it, name)).cloned().collect();
        tally.episodes += 1;
        tally.told += usize::from(!cards.is_empty());
        let is_owed = !episode.ended || episode.told;
        assert!(!is_owed || !cards.is_empty(), "{place}: {name} is told nowhere:\n{}", brief(shown));
        if !cards.is_empty() && is_owed {
            let says = |it: &&Shown| it.words.starts_with("✅") == episode.ended;
            // Where two of them stand, either may be the one that is kept up to date.
            assert!(
                cards.iter().any(|it| says(&it)),
                "{place}: {name}, over: {}:\n{}",
                episode.ended,
                brief(&cards)
            );
        }
        for pair in cards.windows(2).filter(|_| episode.kind == Kind::Ill) {
            let [first, second] = [pair[0].id, pair[1].id];
            let [before, after] = [life_of(world, first), life_of(world, second)];
            let since =
                shown.iter().filter(|it| is_card(it) && first < it.id && life_of(world, it.id) == before);
            let is_allowed = before < after && since.count() == 0;
            assert!(is_allowed, "{place}: {name} is told in lives {before} and {after}:\n{}", brief(shown));
            tally.doubled += 1;
        }
    }
}

fn orders(world: &World, shown: &[Shown], place: &str, tally: &mut Tally) {
    let all = world.port.orders();
    tally.prunes = all.iter().filter(|it| it.verb == "prune").count();
    assert!(tally.prunes <= BUDGET, "{place}: the budget of healing: {all:#?}");
    let mut first: BTreeMap<i64, &super::world::Press> = BTreeMap::new();
    for press in &world.presses {
        first.entry(press.message).or_insert(press);
    }
    tally.questions = world.questions;
    let mut explained = 0;
    for (message, press) in &first {
        tally.presses += 1;
        let next =
            first.values().filter(|it| it.name == press.name && press.at < it.at).map(|it| it.at).min();
        let of_it = |it: &&super::port::Order| {
            it.target == press.name && press.at <= it.at && next.is_none_or(|next| it.at < next)
        };
        let done: Vec<_> = all.iter().filter(of_it).collect();
        explained += done.len();
        assert!(done.len() <= 1, "{place}, life {}: {press:?} was done so often: {done:#?}", press.life);
        assert!(done.iter().all(|it| it.verb == press.verb), "{place}: {press:?}: {done:#?}");
        tally.done += done.len();
        let question = shown.iter().find(|it| it.id == *message).expect("nobody deletes it");
        let is_open = question.key("Yes").is_some();
        let ends = [
            "was restarted",
            "was stopped",
            "was killed",
            "is running",
            "was started",
            "runs",
            "is stopped",
            "already",
        ];
        let is_answered = !is_open && ends.iter().any(|it| question.words.contains(it));
        let order = format!("/{} {}", press.verb, press.name);
        let cut_off = ["nothing was done", "it was begun", "It had ended"];
        let is_cut_off = shown.iter().any(|it| {
            *message < it.id
                && it.words.contains(&order)
                && cut_off.iter().any(|part| it.words.contains(part))
        });
        if is_answered {
            tally.answered += 1;
        } else if is_cut_off {
            tally.cut_off += 1;
        } else if is_open && done.is_empty() {
            tally.pressable += 1;
        } else {
            panic!(
                "{place}, life {}: nobody is told what came of {press:?}: {done:?}\n{}",
                press.life,
                brief(shown)
            );
        }
    }
    let ours = all.iter().filter(|it| it.verb != "prune").count();
    assert_eq!(explained, ours, "{place}: something was done that nobody confirmed: {all:#?}");
}

fn store(world: &World, place: &str, tally: &mut Tally) {
    let file = world.ground.data().join("vakhta.sqlite");
    let store = rusqlite::Connection::open(&file).expect("a store of our own");
    let sound: String = store.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("readable");
    assert_eq!(sound, "ok", "{place}");
    let aside = world.ground.kept().iter().filter(|it| it.to_string_lossy().contains("damaged")).count();
    assert_eq!(aside, 0, "{place}: {:?}", world.ground.kept());
    let count = |sql: &str| store.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("readable");
    let begun = count("SELECT count(*) FROM audit WHERE code = 'begun' AND what != 'fix'");
    assert!(tally.done <= usize::try_from(begun).unwrap_or_default(), "{place}: {begun} deeds begun");
    let late = count("SELECT count(*) FROM audit a WHERE begun IS NOT NULL AND begun >= id");
    assert_eq!(late, 0, "{place}: an end before its beginning");
    let prunes = count("SELECT count(*) FROM audit WHERE code = 'begun' AND what = 'fix'");
    assert!(tally.prunes <= usize::try_from(prunes).unwrap_or_default(), "{place}: {prunes} heals begun");
    assert_eq!(
        waiting(world),
        [""; 0],
        "{place}: parcels that still wait\n{}",
        brief(&world.api.messages(OWNER))
    );
}

/// What is written down and not told yet.
pub(crate) fn waiting(world: &World) -> Vec<String> {
    let file = world.ground.data().join("vakhta.sqlite");
    let store = rusqlite::Connection::open(&file).expect("a store of our own");
    let row = |row: &rusqlite::Row<'_>| {
        let [state, attempts, uncertain, made, next]: [i64; 5] =
            [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
        let why: Option<String> = row.get(6)?;
        Ok(format!(
            "state {state}, {attempts} attempts, uncertain {uncertain}, next in {} s, {why:?}: {}",
            (next - made) / 1000,
            row.get::<_, String>(5)?
        ))
    };
    store
        .prepare(
            "SELECT state, attempts, uncertain, made, next_try, notice, why FROM parcels WHERE state < 2",
        )
        .and_then(|mut it| it.query_map([], row)?.collect())
        .expect("readable")
}
