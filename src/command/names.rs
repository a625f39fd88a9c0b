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

/// What hands may be laid on by a name.
#[derive(Clone, Debug, PartialEq)]
pub enum Named<'a> {
    /// This container.
    Container(&'a Container),
    /// This compose project.
    Project(&'a str),
    /// A container is called so, and a project of more than it.
    Both(&'a Container, &'a str),
    /// Part of the names of these containers and projects: one or more.
    Perhaps(Vec<&'a Container>, Vec<&'a str>),
    /// None; these are spelt alike.
    None(Vec<String>),
}

/// Finds what hands may be laid on: a container as [`meant`] finds it, a project by its exact name. A part of either is
/// asked about.
pub fn named<'a>(containers: &'a [Container], asked: &str) -> Named<'a> {
    let mut projects: Vec<&str> = containers.iter().filter_map(|it| it.project.as_deref()).collect();
    projects.sort_unstable();
    projects.dedup();
    let project = projects.iter().find(|it| **it == asked).copied();
    match (meant(containers, asked), project) {
        (Meant::Exactly(container), Some(project)) if is_alone(containers, container, project) => {
            Named::Container(container)
        }
        (Meant::Exactly(container), Some(project)) => Named::Both(container, project),
        (Meant::Exactly(container), None) => Named::Container(container),
        (_, Some(project)) => Named::Project(project),
        (Meant::Perhaps(several), None) => Named::Perhaps(several, with_part(&projects, asked)),
        (Meant::None(near), None) => match with_part(&projects, asked) {
            some if some.is_empty() => Named::None(near),
            some => Named::Perhaps(Vec::new(), some),
        },
    }
}

/// Whether a container is all there is of a project.
fn is_alone(containers: &[Container], container: &Container, project: &str) -> bool {
    members(containers, project).iter().all(|it| it.id == container.id)
}

fn with_part<'a>(projects: &[&'a str], asked: &str) -> Vec<&'a str> {
    let lower = asked.to_lowercase();
    let has = |it: &&&str| !lower.is_empty() && it.to_lowercase().contains(&lower);
    projects.iter().filter(has).copied().collect()
}

/// The containers of a compose project.
pub fn members<'a>(containers: &'a [Container], project: &str) -> Vec<&'a Container> {
    containers.iter().filter(|it| it.project.as_deref() == Some(project)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(names: &[&str]) -> Vec<Container> {
        names.iter().map(|name| Container { name: (*name).into(), ..Container::default() }).collect()
    }

    #[test]
    fn an_exact_name_wins_over_those_that_contain_it() {
        let containers = called(&["web-2", "web"]);
        assert_eq!(meant(&containers, "web"), Meant::Exactly(&containers[1]));
    }

    #[test]
    fn a_part_of_a_name_is_never_exact() {
        let containers = called(&["shop-nginx-1", "shop-db-1"]);
        assert_eq!(meant(&containers, "nginx"), Meant::Perhaps(vec![&containers[0]]));
        assert_eq!(meant(&containers, "shop"), Meant::Perhaps(vec![&containers[0], &containers[1]]));
    }

    #[test]
    fn a_compose_service_is_as_good_as_a_name_while_it_has_one_container() {
        let mut containers = called(&["shop-nginx-1", "shop-nginx-2", "shop-db-1"]);
        for (container, service) in containers.iter_mut().zip(["nginx", "nginx", "db"]) {
            container.service = Some(service.into());
        }
        assert_eq!(meant(&containers, "db"), Meant::Exactly(&containers[2]));
        assert_eq!(meant(&containers, "nginx"), Meant::Perhaps(vec![&containers[0], &containers[1]]));
    }

    #[test]
    fn a_slip_of_the_finger_is_asked_about() {
        assert_eq!(meant(&called(&["nginx", "postgres"]), "ngnix"), Meant::None(vec!["nginx".into()]));
        assert_eq!(meant(&called(&["nginx"]), ""), Meant::None(vec![]));
        let mut composed = called(&["shop-nginx-1"]);
        composed[0].service = Some("nginx".into());
        assert_eq!(meant(&composed, "ngnix"), Meant::None(vec!["shop-nginx-1".into()]));
    }

    fn composed(places: &[(&str, &str, &str)]) -> Vec<Container> {
        let container = |(name, project, service): &(&str, &str, &str)| Container {
            id: format!("id-{name}"),
            name: (*name).into(),
            project: (!project.is_empty()).then(|| (*project).into()),
            service: (!service.is_empty()).then(|| (*service).into()),
            ..Container::default()
        };
        places.iter().map(container).collect()
    }

    #[test]
    fn a_project_is_meant_by_its_exact_name_only() {
        let all = composed(&[("shop-web-1", "shop", "web"), ("shop-db-1", "shop", "db"), ("vpn", "", "")]);
        assert_eq!(named(&all, "shop"), Named::Project("shop"));
        assert_eq!(named(&all, "web"), Named::Container(&all[0]));
        assert_eq!(named(&all, "vpn"), Named::Container(&all[2]));
        assert_eq!(named(&all, "sho"), Named::Perhaps(vec![&all[0], &all[1]], vec!["shop"]));
        assert_eq!(named(&all, "shpo"), Named::None(Vec::new()));
        let other = composed(&[("one", "market", "web"), ("two", "market", "db")]);
        assert_eq!(named(&other, "mark"), Named::Perhaps(Vec::new(), vec!["market"]));
    }

    #[test]
    fn a_name_of_a_container_and_of_a_project_is_asked_about_unless_they_are_one() {
        let all = composed(&[("ghost", "", ""), ("ghost-db-1", "ghost", "db")]);
        assert_eq!(named(&all, "ghost"), Named::Both(&all[0], "ghost"));
        let service = composed(&[("ghost-ghost-1", "ghost", "ghost"), ("ghost-db-1", "ghost", "db")]);
        assert_eq!(named(&service, "ghost"), Named::Both(&service[0], "ghost"));
        let alone = composed(&[("ghost", "ghost", "ghost")]);
        assert_eq!(named(&alone, "ghost"), Named::Container(&alone[0]));
    }
}
