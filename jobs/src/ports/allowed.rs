//! What the engine, or a filter before it, lets us ask.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Verb;

/// One kind of call to the engine, as a filter allows or forbids it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Right {
    /// What it is, and which dialect it speaks.
    Version,
    /// Where it keeps its data.
    Info,
    /// What happens to containers.
    Events,
    /// The containers there are.
    List,
    /// One container in full.
    Inspect,
    /// A container's log.
    Logs,
    /// What a container uses.
    Load,
    /// A container's processes.
    Top,
    /// The networks there are.
    Networks,
    /// What lies on its disk.
    DiskUsage,
    /// One image.
    InspectImage,
    /// Starting a container.
    Start,
    /// Stopping it.
    Stop,
    /// Stopping and starting it.
    Restart,
    /// Ending it at once.
    Kill,
    /// Freezing it.
    Pause,
    /// Thawing it.
    Unpause,
    /// Removing build cache.
    PruneBuildCache,
    /// Removing dangling images.
    PruneImages,
    /// Removing one stopped container.
    RemoveContainer,
    /// Removing one image.
    RemoveImage,
}

impl Right {
    /// All of them, reads first.
    pub const ALL: [Self; 21] = [
        Self::Version,
        Self::Info,
        Self::Events,
        Self::List,
        Self::Inspect,
        Self::Logs,
        Self::Load,
        Self::Top,
        Self::Networks,
        Self::DiskUsage,
        Self::InspectImage,
        Self::Start,
        Self::Stop,
        Self::Restart,
        Self::Kill,
        Self::Pause,
        Self::Unpause,
        Self::PruneBuildCache,
        Self::PruneImages,
        Self::RemoveContainer,
        Self::RemoveImage,
    ];

    /// As documents and logs call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::Info => "info",
            Self::Events => "events",
            Self::List => "list",
            Self::Inspect => "inspect",
            Self::Logs => "logs",
            Self::Load => "stats",
            Self::Top => "top",
            Self::Networks => "networks",
            Self::DiskUsage => "disk-usage",
            Self::InspectImage => "inspect-image",
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Restart => "restart",
            Self::Kill => "kill",
            Self::Pause => "pause",
            Self::Unpause => "unpause",
            Self::PruneBuildCache => "prune-build-cache",
            Self::PruneImages => "prune-images",
            Self::RemoveContainer => "remove-container",
            Self::RemoveImage => "remove-image",
        }
    }

    /// The least profile that has it.
    pub fn profile(self) -> Profile {
        match self {
            Self::Version
            | Self::Info
            | Self::Events
            | Self::List
            | Self::Inspect
            | Self::Logs
            | Self::Load
            | Self::Top
            | Self::Networks
            | Self::DiskUsage
            | Self::InspectImage => Profile::Viewer,
            Self::Start | Self::Stop | Self::Restart | Self::Kill | Self::Pause | Self::Unpause => {
                Profile::Operator
            }
            Self::PruneBuildCache | Self::PruneImages | Self::RemoveContainer | Self::RemoveImage => {
                Profile::Healer
            }
        }
    }
}

impl From<Verb> for Right {
    fn from(verb: Verb) -> Self {
        match verb {
            Verb::Start => Self::Start,
            Verb::Stop => Self::Stop,
            Verb::Restart => Self::Restart,
            Verb::Pause => Self::Pause,
            Verb::Unpause => Self::Unpause,
            Verb::Kill => Self::Kill,
        }
    }
}

/// How much is let through to the engine. Each has what those before it have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Profile {
    /// Looks, and changes nothing.
    Viewer,
    /// Starts and stops containers, too.
    Operator,
    /// Removes build cache, images and stopped containers, too.
    Healer,
}

impl Profile {
    /// All of them, the least first.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Operator, Self::Healer];

    /// As it is chosen on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Healer => "healer",
        }
    }

    /// What it may.
    pub fn rights(self) -> impl Iterator<Item = Right> {
        Right::ALL.into_iter().filter(move |it| it.profile() <= self)
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Whether a right is ours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Permission {
    /// Nobody has said. It is tried then, and the truth is told when it is.
    #[default]
    Unknown,
    /// The engine was asked for it, and would do it.
    Yes,
    /// A filter before the engine, or the engine itself, forbids it.
    No,
    /// The engine does not know such a thing.
    Missing,
}

impl Permission {
    /// Whether it is worth trying.
    pub fn may_try(self) -> bool {
        match self {
            Self::Unknown | Self::Yes => true,
            Self::No | Self::Missing => false,
        }
    }
}

/// What is known of every right. Nothing, to begin with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allowed([Permission; Right::ALL.len()]);

impl Allowed {
    /// Each right, by what is said of it.
    pub fn by(permission: impl Fn(Right) -> Permission) -> Self {
        Self(Right::ALL.map(permission))
    }

    /// What a filter with that profile lets through, and nothing else.
    pub fn profile(profile: Profile) -> Self {
        Self::by(|right| if right.profile() <= profile { Permission::Yes } else { Permission::No })
    }

    /// Of one right.
    pub fn of(&self, right: Right) -> Permission {
        self.0[right as usize]
    }

    /// Whether it is worth trying.
    pub fn may(&self, right: Right) -> bool {
        self.of(right).may_try()
    }

    /// Learns of one right.
    pub fn learn(&mut self, right: Right, permission: Permission) {
        self.0[right as usize] = permission;
    }

    /// What a need lacks; none when it is worth trying.
    pub fn lacks(&self, needs: Needs) -> Option<Right> {
        let lacking = |rights: &[Right]| rights.iter().copied().find(|it| !self.may(*it));
        match needs {
            Needs::All(rights) => lacking(rights),
            Needs::Any(rights) if rights.iter().any(|it| self.may(*it)) => None,
            Needs::Any(rights) => lacking(rights),
        }
    }

    /// All of it, in a word.
    pub fn reach(&self) -> Reach {
        // What an engine does not know is nobody's refusal.
        let refused: Vec<Right> =
            Right::ALL.into_iter().filter(|it| self.of(*it) == Permission::No).collect();
        let any_of = |profile| refused.iter().any(|it| it.profile() == profile);
        let none_of = |profile| {
            any_of(profile)
                && !Right::ALL.iter().any(|it| it.profile() == profile && self.of(*it) == Permission::Yes)
        };
        if *self == Self::default() {
            return Reach::Unknown;
        }
        match (any_of(Profile::Viewer), any_of(Profile::Operator), any_of(Profile::Healer)) {
            (false, false, false) => Reach::Everything,
            (false, false, true) if none_of(Profile::Healer) => Reach::NoRemoving,
            (false, true, true) if none_of(Profile::Operator) && none_of(Profile::Healer) => Reach::ReadOnly,
            _ => Reach::Parts(refused),
        }
    }
}

/// What something needs of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Each of these; with none, nothing.
    All(&'static [Right]),
    /// One of these at least.
    Any(&'static [Right]),
}

impl Needs {
    /// It does without.
    pub const NOTHING: Self = Self::All(&[]);
}

/// How far we reach, in a word.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// Nobody has said.
    #[default]
    Unknown,
    /// Nothing is refused.
    Everything,
    /// All but what removes.
    NoRemoving,
    /// Only what reads.
    ReadOnly,
    /// These are refused.
    Parts(Vec<Right>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_right_is_at_its_place_and_has_a_name_of_its_own() {
        for (place, right) in Right::ALL.into_iter().enumerate() {
            assert_eq!(right as usize, place, "{right:?}");
            assert_eq!(Right::ALL.iter().filter(|it| it.name() == right.name()).count(), 1, "{right:?}");
        }
        for verb in Verb::ALL {
            assert_eq!(Right::from(verb).name(), verb.name());
            assert_eq!(Right::from(verb).profile(), Profile::Operator);
        }
    }

    #[test]
    fn a_profile_has_what_those_before_it_have() {
        let counts = Profile::ALL.map(|it| it.rights().count());
        assert_eq!(counts, [11, 17, 21]);
    }

    #[test]
    fn what_is_unknown_is_worth_trying() {
        let nothing = Allowed::default();
        assert!(Right::ALL.iter().all(|it| nothing.may(*it)));
        assert_eq!(nothing.lacks(Needs::All(&Right::ALL)), None);
        let viewer = Allowed::profile(Profile::Viewer);
        assert_eq!(viewer.lacks(Needs::All(&[Right::Inspect, Right::Restart])), Some(Right::Restart));
        assert_eq!(viewer.lacks(Needs::Any(&[Right::Restart, Right::Inspect])), None);
        assert_eq!(viewer.lacks(Needs::Any(&[Right::Kill, Right::Stop])), Some(Right::Kill));
        assert_eq!(viewer.lacks(Needs::NOTHING), None);
    }

    #[test]
    fn the_reach_is_a_word_where_there_is_one() {
        let check = |allowed: Allowed, expected: Reach| assert_eq!(allowed.reach(), expected);
        check(Allowed::default(), Reach::Unknown);
        check(Allowed::profile(Profile::Viewer), Reach::ReadOnly);
        check(Allowed::profile(Profile::Operator), Reach::NoRemoving);
        check(Allowed::profile(Profile::Healer), Reach::Everything);
        // Podman keeps no build cache, and that is no refusal.
        let mut podman = Allowed::profile(Profile::Healer);
        podman.learn(Right::PruneBuildCache, Permission::Missing);
        check(podman, Reach::Everything);
        // What could not be found out leaves the word as it is.
        let mut viewer = Allowed::profile(Profile::Viewer);
        viewer.learn(Right::DiskUsage, Permission::Unknown);
        viewer.learn(Right::PruneImages, Permission::Unknown);
        check(viewer, Reach::ReadOnly);
        let mut parts = Allowed::profile(Profile::Operator);
        parts.learn(Right::PruneImages, Permission::Yes);
        check(parts, Reach::Parts(vec![Right::PruneBuildCache, Right::RemoveContainer, Right::RemoveImage]));
        let mut parts = Allowed::profile(Profile::Healer);
        parts.learn(Right::Logs, Permission::No);
        check(parts, Reach::Parts(vec![Right::Logs]));
    }
}
