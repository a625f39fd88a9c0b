//! What a watcher remembers, for whoever wants to lay hands on a container.

use super::{By, Trouble, Who};

/// Of all containers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// Each that is known, by its id.
    pub containers: Vec<Remembered>,
    /// The engine is away, or has only just begun or been found again: what it says is not the last word.
    pub unsettled: bool,
}

/// Of one container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remembered {
    /// Which.
    pub who: Who,
    /// Whether it runs.
    pub running: bool,
    /// Who had it stopped, or is about to, since it last ran.
    pub stopped: Option<By>,
    /// What is wrong with it.
    pub trouble: Option<Trouble>,
    /// It is being removed, or has been, and another may take its place.
    pub leaving: bool,
}

impl Memory {
    /// The container of this id.
    pub fn of(&self, id: &str) -> Option<&Remembered> {
        self.containers.iter().find(|it| it.who.id == id)
    }
}
