//! Which container is meant. An exact name wins, an ambiguous one asks, a part of one never acts by itself.

use jobs::ports::Container;

use crate::nearest::edits;

/// What a name may mean.
#[derive(Clone, Debug, PartialEq)]
pub enum Meant<'a> {
    /// Exactly this one.
    Exactly(&'a Container),
    /// Part of the names of these: one or more.
    Perhaps(Vec<&'a Container>),
    /// None; these are spelt alike.
    None(Vec<String>),
}

/// Finds what is meant: the exact name (or a full or twelve-letter id), else the one container of a compose service
/// of that name, else every name that contains it.
pub fn meant<'a>(containers: &'a [Container], asked: &str) -> Meant<'a> {
    let asked = asked.trim_start_matches('/');
    let is_id = 12 <= asked.len() && asked.chars().all(|it| it.is_ascii_hexdigit());
    if let Some(exact) = containers.iter().find(|it| it.name == asked || (is_id && it.id.starts_with(asked)))
    {
        return Meant::Exactly(exact);
    }
    let of_service: Vec<&Container> =
        containers.iter().filter(|it| it.service.as_deref() == Some(asked)).collect();
    match of_service[..] {
        [] => {}
        [one] => return Meant::Exactly(one),
        _ => return Meant::Perhaps(of_service),
    }
    let lower = asked.to_lowercase();
    let partly: Vec<&Container> =
        containers.iter().filter(|it| !lower.is_empty() && it.name.to_lowercase().contains(&lower)).collect();
    if !partly.is_empty() {
        return Meant::Perhaps(partly);
    }
    let mut near: Vec<(usize, &str)> = containers
        .iter()
        .filter_map(|it| {
            // A compose service is what people say; its container's name has the project around it.
            let called = [Some(it.name.as_str()), it.service.as_deref()].into_iter().flatten();
            let alike = called.map(|name| (edits(asked, name), name.chars().count()));
            let nearest = alike.filter(|(edits, length)| *edits <= length / 2).min()?;
            Some((nearest.0, it.name.as_str()))
        })
        .collect();
    near.sort_unstable();
    Meant::None(near.into_iter().take(3).map(|(_, name)| name.to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(names: &[&str]) -> Vec<Container> {
        names.iter().map(|name| Container { name: (*name).into(), ..Container::default() }).collect()
    }

    #[test]
    fn an_exact_name_wins_over_those_that_contain_it() {
        let containers = named(&["web-2", "web"]);
        assert_eq!(meant(&containers, "web"), Meant::Exactly(&containers[1]));
    }

    #[test]
    fn a_part_of_a_name_is_never_exact() {
        let containers = named(&["shop-nginx-1", "shop-db-1"]);
        assert_eq!(meant(&containers, "nginx"), Meant::Perhaps(vec![&containers[0]]));
        assert_eq!(meant(&containers, "shop"), Meant::Perhaps(vec![&containers[0], &containers[1]]));
    }

    #[test]
    fn a_compose_service_is_as_good_as_a_name_while_it_has_one_container() {
        let mut containers = named(&["shop-nginx-1", "shop-nginx-2", "shop-db-1"]);
        for (container, service) in containers.iter_mut().zip(["nginx", "nginx", "db"]) {
            container.service = Some(service.into());
        }
        assert_eq!(meant(&containers, "db"), Meant::Exactly(&containers[2]));
        assert_eq!(meant(&containers, "nginx"), Meant::Perhaps(vec![&containers[0], &containers[1]]));
    }

    #[test]
    fn a_slip_of_the_finger_is_asked_about() {
        assert_eq!(meant(&named(&["nginx", "postgres"]), "ngnix"), Meant::None(vec!["nginx".into()]));
        assert_eq!(meant(&named(&["nginx"]), ""), Meant::None(vec![]));
        let mut composed = named(&["shop-nginx-1"]);
        composed[0].service = Some("nginx".into());
        assert_eq!(meant(&composed, "ngnix"), Meant::None(vec!["shop-nginx-1".into()]));
    }
}
