//! Which container needs which: whoever joins another's network falls with it, and so does a service with what it
//! depends on. Read from lists and events that come anyway.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::ports::{Container, EngineEvent, EventAction};

/// How `HostConfig.NetworkMode` names the container whose network is joined, by its id or its name.
const JOINED: &str = "container:";
/// A shorter beginning of an id could be anybody's.
const ID_LEAST: usize = 12;

/// What is known of how the containers of one engine hang together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topology {
    /// By name.
    nodes: BTreeMap<String, Node>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Node {
    id: String,
    project: Option<String>,
    service: Option<String>,
    /// Whose network it joins, as the engine says it.
    joins: Option<String>,
    depends_on: Vec<String>,
}

impl From<&[Container]> for Topology {
    fn from(containers: &[Container]) -> Self {
        let node = |it: &Container| {
            let node = Node {
                id: it.id.clone(),
                project: it.project.clone(),
                service: it.service.clone(),
                joins: it.network_mode.strip_prefix(JOINED).map(str::to_owned),
                depends_on: it.depends_on(),
            };
            (it.name.clone(), node)
        };
        Self { nodes: containers.iter().filter(|it| !it.name.is_empty()).map(node).collect() }
    }
}

impl Topology {
    /// Takes in an event. Whose network a new container joins is known from the next list on: no event says it.
    pub fn heard(&mut self, event: &EngineEvent) {
        match &event.action {
            EventAction::Destroy => self.nodes.retain(|_, it| it.id != event.id),
            EventAction::Create | EventAction::Start | EventAction::Rename { .. } => {
                let known = self.nodes.iter().find(|(_, it)| it.id == event.id).map(|(name, _)| name.clone());
                let known = known.and_then(|name| self.nodes.remove(&name));
                let node = Node {
                    id: event.id.clone(),
                    project: event.project.clone(),
                    service: event.service.clone(),
                    joins: known.and_then(|it| it.joins),
                    depends_on: event.depends_on(),
                };
                if !event.name.is_empty() {
                    self.nodes.insert(event.name.clone(), node);
                }
            }
            EventAction::Die { .. }
            | EventAction::Oom
            | EventAction::Kill { .. }
            | EventAction::Stop
            | EventAction::Restart
            | EventAction::Pause
            | EventAction::Unpause
            | EventAction::HealthStatus(_)
            | EventAction::Other(_) => {}
        }
    }

    /// Names of the containers that this one needs, the nearest first: see [`Kin::parents`].
    pub fn parents(&self, name: &str) -> Vec<&str> {
        self.kin().parents(name)
    }

    /// The same, for asking about many of them.
    pub fn kin(&self) -> Kin<'_> {
        let mut services: BTreeMap<(&str, &str), Vec<(&str, &Node)>> = BTreeMap::new();
        for (name, node) in &self.nodes {
            if let Some((project, service)) = node.project.as_deref().zip(node.service.as_deref()) {
                services.entry((project, service)).or_default().push((name, node));
            }
        }
        Kin { topology: self, services }
    }

    /// The one whose network this one joins. Without it, or made anew, it has no network any more.
    pub fn joined(&self, name: &str) -> Option<&str> {
        let joined = self.nodes.get(name)?.joins.as_deref()?;
        self.named(joined).map(|(name, _)| name)
    }

    /// The compose project of a container.
    pub fn project(&self, name: &str) -> Option<&str> {
        self.nodes.get(name)?.project.as_deref()
    }

    /// By name, by id, or by the beginning of one.
    fn named(&self, word: &str) -> Option<(&str, &Node)> {
        let by_id =
            |(_, it): &(&String, &Node)| it.id == word || (ID_LEAST <= word.len() && it.id.starts_with(word));
        let found = self.nodes.iter().find(by_id).or_else(|| self.nodes.get_key_value(word));
        found.map(|(name, it)| (name.as_str(), it))
    }
}

/// A [`Topology`] with its services at hand: of a thousand containers each may be asked about.
pub struct Kin<'a> {
    topology: &'a Topology,
    /// The containers of each service, by project and service.
    services: BTreeMap<(&'a str, &'a str), Vec<(&'a str, &'a Node)>>,
}

impl<'a> Kin<'a> {
    /// Names of the containers that this one needs, the nearest first: the one whose network it joins, then those of
    /// the services it depends on, then what those need in turn. Each once, itself never.
    pub fn parents(&self, name: &str) -> Vec<&'a str> {
        let Some((name, node)) = self.topology.nodes.get_key_value(name) else { return Vec::new() };
        let (mut found, mut seen) = (Vec::new(), BTreeSet::from([name.as_str()]));
        let mut waiting = VecDeque::from([node]);
        while let Some(node) = waiting.pop_front() {
            for (name, parent) in self.needs(node) {
                if seen.insert(name) {
                    found.push(name);
                    waiting.push_back(parent);
                }
            }
        }
        found
    }

    /// What a container needs directly.
    fn needs(&self, node: &'a Node) -> impl Iterator<Item = (&'a str, &'a Node)> {
        let joined = node.joins.as_deref().and_then(|it| self.topology.named(it));
        let depended = node.depends_on.iter().filter_map(|service| {
            let project = node.project.as_deref()?;
            self.services.get(&(project, service.as_str()))
        });
        joined.into_iter().chain(depended.flatten().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fakes::scenes::{self, at};
    use crate::ports::ContainerState;

    /// `project/service`, what it depends on, whose network it joins.
    fn container(name: &str, place: &str, depends_on: &str, network: &str) -> Container {
        let (project, service) = place.split_once('/').unwrap_or_default();
        let word = |it: &str| (!it.is_empty()).then(|| it.to_owned());
        Container {
            project: word(project),
            service: word(service),
            network_mode: network.to_owned(),
            labels: vec![("com.docker.compose.depends_on".to_owned(), depends_on.to_owned())],
            ..scenes::container(name, ContainerState::Running)
        }
    }

    #[track_caller]
    fn check(containers: &[Container], name: &str, parents: &[&str]) {
        assert_eq!(Topology::from(containers).parents(name), parents, "{name}");
    }

    #[test]
    fn a_network_comes_before_a_dependency_and_near_before_far() {
        let shop = [
            container("vpn", "", "", "bridge"),
            container("shop-db-1", "shop/db", "init:service_completed_successfully:false", ""),
            container("shop-init-1", "shop/init", "", ""),
            container("shop-redis-1", "shop/redis", "", ""),
            container("shop-redis-2", "shop/redis", "", ""),
            container(
                "shop-web-1",
                "shop/web",
                "redis:service_started:false,db:service_healthy:true",
                "container:id-vpn",
            ),
            container("other-db-1", "other/db", "", ""),
        ];
        let web = ["vpn", "shop-redis-1", "shop-redis-2", "shop-db-1", "shop-init-1"];
        check(&shop, "shop-web-1", &web);
        check(&shop, "vpn", &[]);
        check(&shop, "nobody", &[]);
        let topology = Topology::from(&shop[..]);
        assert_eq!(topology.project("shop-web-1"), Some("shop"));
        assert_eq!((topology.project("vpn"), topology.project("nobody")), (None, None));
    }

    #[test]
    fn a_network_is_joined_by_name_id_or_the_beginning_of_one() {
        let id = "0123456789abcdef";
        for word in ["vpn", id, &id[..12]] {
            let vpn = Container { id: id.to_owned(), ..container("vpn", "", "", "") };
            check(&[vpn, container("torrent", "", "", &format!("container:{word}"))], "torrent", &["vpn"]);
        }
        check(&[container("torrent", "", "", "container:gone")], "torrent", &[]);
        let pair = [container("vpn", "", "", ""), container("torrent", "", "", "container:id-vpn")];
        let topology = Topology::from(&pair[..]);
        assert_eq!((topology.joined("torrent"), topology.joined("vpn")), (Some("vpn"), None));
        check(&[container("a", "", "", "container:b"), container("b", "", "", "host")], "b", &[]);
    }

    #[test]
    fn a_circle_ends() {
        let circle = [
            container("a", "p/a", "b:service_started:false", ""),
            container("b", "p/b", "a:service_started:false", "container:b"),
        ];
        check(&circle, "a", &["b"]);
        check(&circle, "b", &["a"]);
    }

    #[test]
    fn a_dependency_without_a_project_is_nobodys() {
        check(&[container("a", "", "b:x:y", ""), container("b", "", "", "")], "a", &[]);
        check(&[container("a", "p/a", ",: ,", ""), container("b", "p/", "", "")], "a", &[]);
    }

    #[test]
    fn events_bring_names_and_dependencies_up_to_date() {
        let mut topology = Topology::from(
            &[container("db", "shop/db", "", ""), container("web", "shop/web", "", "container:id-db")][..],
        );
        let event = |id: &str, name: &str, action| EngineEvent {
            at: at(0),
            action,
            id: id.to_owned(),
            name: name.to_owned(),
            image: String::new(),
            project: Some("shop".to_owned()),
            service: Some(name.to_owned()),
            labels: vec![("com.docker.compose.depends_on".to_owned(), "db:service_started:false".to_owned())],
        };
        topology.heard(&event("id-web", "front", EventAction::Rename { from: "web".into() }));
        topology.heard(&event("id-job", "job", EventAction::Create));
        topology.heard(&event("id-job", "job", EventAction::Die { exit_code: Some(1) }));
        assert_eq!(topology.parents("front"), ["db"], "its network is remembered");
        assert_eq!((topology.parents("job"), topology.parents("web").len()), (vec!["db"], 0));
        topology.heard(&event("id-db", "db", EventAction::Destroy));
        assert_eq!(topology.parents("front"), [""; 0]);
    }
}
