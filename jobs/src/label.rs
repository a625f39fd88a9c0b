//! What a container's labels tell Vakhta about it, and which containers nobody lays hands on.

use crate::ports::Container;
use crate::role::Role;

/// `vakhta.protect=true`: nothing is ever done to it, by nobody through Vakhta.
pub const PROTECT: &str = "vakhta.protect";
/// `vakhta.heal=off`, `observe`, `ask` or `auto`: how far healing may go with it, instead of what the rule says.
pub const HEAL: &str = "vakhta.heal";
/// `vakhta.mute=true`: what becomes of it is written to the log and told nobody.
pub const MUTE: &str = "vakhta.mute";
/// `vakhta.role=admin`: the least role that acts on it; `vakhta.role=123456:operator,77:none`: the role of somebody there,
/// by the number of their account. Both may stand together.
pub const ROLE: &str = "vakhta.role";
/// `vakhta.ignore=true`: nothing is ever said, written or shown of it.
pub const IGNORE: &str = "vakhta.ignore";

/// Why nobody lays hands on a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandsOff {
    /// We run in it.
    Own,
    /// Its label says so.
    Protected,
}

/// Why nothing may be done to this container, if so. `own` is the id of the container we run in.
pub fn hands_off(container: &Container, own: Option<&str>) -> Option<HandsOff> {
    if own.is_some_and(|own| is_same(&container.id, own)) {
        return Some(HandsOff::Own);
    }
    is_set(container.label(PROTECT)).then_some(HandsOff::Protected)
}

/// Whether a label says yes: one that is there does, unless it says `false`, `no`, `off` or `0`.
pub fn is_set(value: Option<&str>) -> bool {
    value.is_some_and(|it| !["false", "no", "off", "0"].iter().any(|no| it.trim().eq_ignore_ascii_case(no)))
}

/// What a container's `vakhta.role` says of who may act on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// The least role that acts on it; none: whatever the command needs.
    least: Option<Role>,
    /// The role that somebody has there in place of their own; none: nothing is theirs to do.
    people: Vec<(i64, Option<Role>)>,
    /// What of it could not be read.
    wrong: Option<String>,
}

impl Rights {
    /// Reads the label. What cannot be read is taken for the stricter: then only an admin acts on the container, whatever
    /// else the label says.
    pub fn of(container: &Container) -> Self {
        let Some(label) = container.label(ROLE) else { return Self::default() };
        let mut rights = Self::default();
        let mut wrong = label.trim().is_empty().then(|| label.trim().to_owned());
        for word in label.split(',').map(str::trim).filter(|it| !it.is_empty()) {
            match read(word) {
                Some(Part::Least(role)) => rights.least = rights.least.max(Some(role)),
                // Said twice and differently, the stricter holds.
                Some(Part::Person(id, role)) => match rights.people.iter_mut().find(|it| it.0 == id) {
                    Some(known) => known.1 = known.1.min(role),
                    None => rights.people.push((id, role)),
                },
                None => wrong = wrong.or(Some(word.to_owned())),
            }
        }
        match wrong {
            Some(wrong) => Self { least: Some(Role::Admin), people: Vec::new(), wrong: Some(wrong) },
            None => rights,
        }
    }

    /// Whether somebody may do what needs that role; else the role that it takes.
    ///
    /// # Errors
    /// The role that it takes.
    pub fn allow(&self, person: i64, role: Role, needs: Role) -> Result<(), Role> {
        if needs == Role::Viewer {
            return if role < needs { Err(needs) } else { Ok(()) };
        }
        match self.people.iter().find(|it| it.0 == person) {
            Some((_, given)) if *given < Some(needs) => Err(self.least.map_or(needs, |it| it.max(needs))),
            Some(_) => Ok(()),
            None => {
                let needs = self.least.map_or(needs, |it| it.max(needs));
                if role < needs { Err(needs) } else { Ok(()) }
            }
        }
    }

    /// What could not be read, for the log.
    pub fn wrong(&self) -> Option<&str> {
        self.wrong.as_deref()
    }
}

/// A part of the label between two commas.
enum Part {
    Least(Role),
    Person(i64, Option<Role>),
}

fn read(word: &str) -> Option<Part> {
    let Some((person, role)) = word.split_once(':') else { return word.parse().ok().map(Part::Least) };
    let person = person.trim().parse().ok().filter(|id| 0 < *id)?;
    let role = match role.trim() {
        it if it.eq_ignore_ascii_case("none") => None,
        it => Some(it.parse().ok()?),
    };
    Some(Part::Person(person, role))
}

/// Whether two ids are of one container. Either may be cut to its first characters.
pub fn is_same(id: &str, other: &str) -> bool {
    !id.is_empty() && !other.is_empty() && (id.starts_with(other) || other.starts_with(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn container(labels: &[(&str, &str)]) -> Container {
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Container { id: "3f4a9c0de1b2".to_owned(), labels, ..Container::default() }
    }

    #[test]
    fn a_role_on_a_container_is_raised_for_all_and_given_or_taken_by_name() {
        use Role::{Admin, Operator, Viewer};
        let check = |label: &str, person, role, needs, expected: Result<(), Role>| {
            let rights = Rights::of(&container(&[(ROLE, label)]));
            assert_eq!(rights.allow(person, role, needs), expected, "{label} {person} {role} {needs}");
        };
        assert_eq!(Rights::of(&container(&[])).allow(7, Operator, Operator), Ok(()));
        assert_eq!(Rights::of(&container(&[])).allow(7, Viewer, Operator), Err(Operator));
        check("admin", 7, Operator, Operator, Err(Admin));
        check(" Admin ", 7, Admin, Operator, Ok(()));
        check("operator", 7, Viewer, Operator, Err(Operator));
        // Raised, never lowered: looking is for everybody, and what needs an admin anywhere needs one here.
        check("admin", 7, Viewer, Viewer, Ok(()));
        check("viewer", 7, Viewer, Operator, Err(Operator));
        check("operator", 7, Operator, Admin, Err(Admin));
        check("123456:operator,77:none", 123_456, Viewer, Operator, Ok(()));
        check("123456:operator,77:none", 123_456, Viewer, Admin, Err(Admin));
        check("123456:operator,77:none", 77, Admin, Operator, Err(Operator));
        check("123456:operator,77:none", 77, Admin, Viewer, Ok(()));
        check("123456:operator,77:none", 8, Operator, Operator, Ok(()));
        check("admin, 8:operator", 8, Viewer, Operator, Ok(()));
        check("admin, 8:operator", 9, Operator, Operator, Err(Admin));
        check("8:admin,8:viewer", 8, Admin, Operator, Err(Operator));
    }

    #[test]
    fn what_cannot_be_read_of_a_role_is_the_stricter() {
        for label in
            ["", " ", "root", "8:root", "me:operator", "-8:operator", "8:operator,admn", "0:operator", "8:"]
        {
            let rights = Rights::of(&container(&[(ROLE, label)]));
            assert!(rights.wrong().is_some(), "{label}");
            assert_eq!(rights.allow(8, Role::Operator, Role::Operator), Err(Role::Admin), "{label}");
            assert_eq!(rights.allow(7, Role::Admin, Role::Operator), Ok(()), "{label}");
        }
        assert_eq!(Rights::of(&container(&[(ROLE, "8:operator,admin,")])).wrong(), None);
        assert_eq!(Rights::of(&container(&[])).wrong(), None);
    }

    #[test]
    fn the_own_container_and_a_protected_one_are_left_alone() {
        let check = |labels: &[(&str, &str)], own: Option<&str>, expected: Option<HandsOff>| {
            assert_eq!(hands_off(&container(labels), own), expected, "{labels:?} {own:?}");
        };
        check(&[], None, None);
        check(&[], Some("aa"), None);
        check(&[], Some(""), None);
        check(&[], Some("3f4a9c0de1b2a394"), Some(HandsOff::Own));
        check(&[], Some("3f4a9c"), Some(HandsOff::Own));
        check(&[(PROTECT, " True ")], None, Some(HandsOff::Protected));
        check(&[(PROTECT, "yes")], None, Some(HandsOff::Protected));
        check(&[(PROTECT, "false")], None, None);
        check(&[(PROTECT, "")], None, Some(HandsOff::Protected));
        check(&[(PROTECT, "Off")], None, None);
        check(&[(IGNORE, "true")], None, None);
    }
}
