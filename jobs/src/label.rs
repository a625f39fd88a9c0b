//! What a container's labels tell Vakhta about it, and which containers nobody lays hands on.

use crate::ports::Container;

/// `vakhta.protect=true`: nothing is ever done to it, by nobody through Vakhta.
pub const PROTECT: &str = "vakhta.protect";
/// `vakhta.heal=off`, `observe`, `ask` or `auto`: how far healing may go with it, instead of what the rule says.
pub const HEAL: &str = "vakhta.heal";
/// `vakhta.mute=true`: what becomes of it is written to the log and told nobody.
pub const MUTE: &str = "vakhta.mute";
/// `vakhta.role=admin`: who may act on it, see the gate.
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
