//! The parts of a digest, each of which can be left out.

use serde::{Deserialize, Serialize};

/// A part of a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// What was wrong, and for how long; in the picture, when.
    Incidents,
    /// What was not as usual while nothing suffered from it.
    Unusual,
    /// What was done about what was wrong.
    Heals,
    /// The figures against those of the period before, where they differ much.
    Change,
    /// The fullest filesystems, what grows, and what will be full when.
    Disks,
    /// Containers that were started anew.
    Restarts,
    /// How many containers run, and which are ill.
    Containers,
    /// The tiles of the picture, and the button that brings the table.
    Figures,
    /// What quiet hours and mutes held back. Without it, that waits for another digest, or is told when the mute is
    /// over: it is never lost.
    Backlog,
    /// The picture.
    Picture,
}

impl Section {
    /// Every part, under the name it is declared by.
    pub const ALL: [(&'static str, Self); 10] = [
        ("incidents", Self::Incidents),
        ("unusual", Self::Unusual),
        ("heals", Self::Heals),
        ("change", Self::Change),
        ("disks", Self::Disks),
        ("restarts", Self::Restarts),
        ("containers", Self::Containers),
        ("figures", Self::Figures),
        ("backlog", Self::Backlog),
        ("picture", Self::Picture),
    ];

    /// The part of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|it| it.0 == name).map(|it| it.1)
    }

    /// All but these, in their order: what a list of parts leaves out.
    pub fn others(these: &[Self]) -> Vec<Self> {
        Self::ALL.iter().map(|it| it.1).filter(|it| !these.contains(it)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_found_by_its_name_and_left_out_by_the_rest() {
        for (name, section) in Section::ALL {
            assert_eq!(Section::named(name), Some(section));
            let rest = Section::others(&[section]);
            assert!(rest.len() == Section::ALL.len() - 1 && !rest.contains(&section), "{name}");
        }
        assert_eq!(Section::named("Backlog"), None);
        assert_eq!(Section::others(&Section::others(&[])), []);
    }
}
