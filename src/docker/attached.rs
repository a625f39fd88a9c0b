//! What `inspect` says is attached to a container: ports, mounts, networks.

use jobs::ports::{Attachment, Mount, PublishedPort};
use serde::Deserialize;

use super::tolerant::{List, Table, Words, lenient};

/// `80/tcp` and where it leads: null where it is published to nobody.
pub(super) type Ports = Table<List<Binding>>;

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Binding {
    #[serde(deserialize_with = "lenient")]
    host_ip: String,
    /// Empty, and null in some dialects, where the engine is to choose one.
    #[serde(deserialize_with = "lenient")]
    host_port: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct NetworkSettings {
    #[serde(deserialize_with = "lenient")]
    pub(super) ports: Ports,
    #[serde(deserialize_with = "lenient")]
    networks: Table<Endpoint>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Endpoint {
    #[serde(rename = "IPAddress", deserialize_with = "lenient")]
    address: String,
    #[serde(rename = "GlobalIPv6Address", deserialize_with = "lenient")]
    address_6: String,
    #[serde(deserialize_with = "lenient")]
    aliases: Words,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct MountRow {
    #[serde(rename = "Type", deserialize_with = "lenient")]
    kind: String,
    #[serde(deserialize_with = "lenient")]
    name: String,
    #[serde(deserialize_with = "lenient")]
    source: String,
    #[serde(deserialize_with = "lenient")]
    destination: String,
    #[serde(rename = "RW", deserialize_with = "lenient")]
    is_writable: bool,
}

/// Those that are published, by their number within the container.
pub(super) fn ports(ports: &Ports) -> Vec<PublishedPort> {
    let mut published: Vec<PublishedPort> = ports
        .0
        .iter()
        .flat_map(|(inside, bindings)| bindings.0.iter().filter_map(move |it| port(inside, it)))
        .collect();
    published.sort_by(|a, b| (a.inside, &a.protocol, &a.address).cmp(&(b.inside, &b.protocol, &b.address)));
    published
}

fn port(inside: &str, binding: &Binding) -> Option<PublishedPort> {
    let (number, protocol) = inside.split_once('/').unwrap_or((inside, "tcp"));
    Some(PublishedPort {
        inside: number.parse().ok()?,
        protocol: protocol.to_owned(),
        address: if binding.host_ip.is_empty() { "0.0.0.0".to_owned() } else { binding.host_ip.clone() },
        outside: binding.host_port.parse().ok().filter(|it| *it != 0)?,
    })
}

/// Those that have a row, and the memory disks that have none.
pub(super) fn mounts(rows: List<MountRow>, memory: Table<String>) -> Vec<Mount> {
    let rows = rows.0.into_iter().map(|row| Mount {
        kind: row.kind,
        name: Some(row.name).filter(|it| !it.is_empty()),
        source: row.source,
        target: row.destination,
        is_writable: row.is_writable,
    });
    let mut mounts: Vec<Mount> = rows.collect();
    for (target, options) in memory.0 {
        if mounts.iter().all(|it| it.target != target) {
            let is_writable = options.split(',').all(|it| it != "ro");
            mounts.push(Mount { kind: "tmpfs".to_owned(), target, is_writable, ..Mount::default() });
        }
    }
    mounts
}

/// The container's own `id` is found among its aliases before API 1.45, and tells nobody anything.
pub(super) fn networks(settings: NetworkSettings, id: &str) -> Vec<Attachment> {
    let attachment = |(network, endpoint): (String, Endpoint)| Attachment {
        network,
        address: if endpoint.address.is_empty() { endpoint.address_6 } else { endpoint.address },
        aliases: endpoint.aliases.0.into_iter().filter(|it| it.len() < 12 || !id.starts_with(it)).collect(),
    };
    settings.networks.0.into_iter().map(attachment).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: serde::de::DeserializeOwned>(text: &str) -> T {
        serde_json::from_str(text).expect("tolerated")
    }

    #[test]
    fn only_published_ports_are_ports_and_in_the_order_of_their_numbers() {
        let published = ports(&read(
            r#"{"443/tcp":[{"HostIp":"::","HostPort":"8443"},{"HostIp":"0.0.0.0","HostPort":"8443"}],
                "80/tcp":[{"HostIp":"","HostPort":"8080"}],"53/udp":[{"HostIp":"127.0.0.1","HostPort":"53"}],
                "9000/tcp":null,"9001/tcp":[{"HostIp":"","HostPort":""}],"9002/tcp":[{"HostPort":null},7],
                "odd/tcp":[{"HostPort":"1"}],"99999/tcp":[{"HostPort":"1"}],"9003/tcp":"x"}"#,
        ));
        let shown: Vec<String> = published
            .iter()
            .map(|it| format!("{}:{}->{}/{}", it.address, it.outside, it.inside, it.protocol))
            .collect();
        assert_eq!(
            shown,
            ["127.0.0.1:53->53/udp", "0.0.0.0:8080->80/tcp", "0.0.0.0:8443->443/tcp", ":::8443->443/tcp"]
        );
    }

    #[test]
    fn mounts_are_of_every_kind() {
        let rows = read(
            r#"[{"Type":"volume","Name":"data","Source":"/var/lib/docker/volumes/data/_data","Destination":"/data","RW":true},
                {"Type":"bind","Source":"/srv","Destination":"/srv","RW":false},
                {"Type":"novelty","Destination":"/x"},7]"#,
        );
        let mounts = mounts(rows, read(r#"{"/run":"rw,size=1m","/etc":"noexec,ro","/data":""}"#));
        let shown: Vec<(&str, Option<&str>, &str, bool)> = mounts
            .iter()
            .map(|it| (it.kind.as_str(), it.name.as_deref(), it.target.as_str(), it.is_writable))
            .collect();
        assert_eq!(
            shown,
            [
                ("volume", Some("data"), "/data", true),
                ("bind", None, "/srv", false),
                ("novelty", None, "/x", false),
                ("tmpfs", None, "/etc", false),
                ("tmpfs", None, "/run", true),
            ]
        );
    }

    #[test]
    fn a_network_says_its_address_and_other_names() {
        let settings = read(
            r#"{"Networks":{"shop_default":{"IPAddress":"172.18.0.2","Aliases":["web","0123456789ab"]},
                "six":{"IPAddress":"","GlobalIPv6Address":"fd00::2","Aliases":null},"host":null}}"#,
        );
        let attachment = |network: &str, address: &str, aliases: &[&str]| Attachment {
            network: network.into(),
            address: address.into(),
            aliases: aliases.iter().map(|it| (*it).to_owned()).collect(),
        };
        assert_eq!(
            networks(settings, "0123456789abcdef"),
            [
                attachment("host", "", &[]),
                attachment("shop_default", "172.18.0.2", &["web"]),
                attachment("six", "fd00::2", &[]),
            ]
        );
    }
}
