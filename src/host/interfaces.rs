//! Counters of network interfaces, from `net/dev`.

use jobs::ports::Interface;

/// Beginnings of names that are no interfaces of the host's own: loops, the host's ends of containers and virtual
/// machines, the bridges between them, tunnels that the kernel makes by itself, shaping devices.
const FOREIGN: &[&str] = &[
    "veth",
    "br-",
    "docker",
    "virbr",
    "vmbr",
    "lxcbr",
    "lxdbr",
    "incusbr",
    "podman",
    "cni",
    "cali",
    "cilium",
    "lxc",
    "flannel",
    "weave",
    "kube-",
    "nodelocaldns",
    "vnet",
    "tap",
    "fwbr",
    "fwpr",
    "fwln",
    "vxlan",
    "genev",
    "ovs-",
    "ifb",
    "dummy",
    "nlmon",
    "tunl",
    "sit",
    "gre",
    "erspan",
    "ip6tnl",
    "ip6gre",
    "ip_vti",
    "ip6_vti",
    "ip6vti",
    "teql",
    "bond",
    "team",
];

/// Reads the host's own interfaces. A bond, a bridge and a VLAN are left out where their traffic is already counted
/// on the card that carries it; tunnels that somebody set up (`wg0`, `tun0`, `tailscale0`, `ppp0`) are kept, for they
/// are looked at for themselves.
pub(super) fn parse(text: &str) -> Option<Vec<Interface>> {
    let mut lines = text.lines();
    let is_header = lines.next()?.contains('|') && lines.next()?.contains('|');
    if !is_header {
        return None;
    }
    let rows: Vec<Interface> = lines.filter_map(row).collect();
    let names: Vec<&str> = rows.iter().map(|it| it.name.as_str()).collect();
    let keep: Vec<bool> = names.iter().map(|name| is_own(name, &names)).collect();
    Some(rows.into_iter().zip(keep).filter_map(|(interface, keep)| keep.then_some(interface)).collect())
}

fn row(line: &str) -> Option<Interface> {
    let (name, columns) = line.rsplit_once(':')?;
    let mut count = [0_u64; 12];
    let mut columns = columns.split_ascii_whitespace();
    for place in &mut count {
        *place = columns.next()?.parse().ok()?;
    }
    let [received, _, damaged_in, dropped_in, _, _, _, _, sent, _, damaged_out, dropped_out] = count;
    let errors = [damaged_in, dropped_in, damaged_out, dropped_out].into_iter().fold(0, u64::saturating_add);
    Some(Interface { name: name.trim().to_owned(), received, sent, errors })
}

fn is_own(name: &str, names: &[&str]) -> bool {
    let is_bridge = name.strip_prefix("br").is_some_and(|it| it.parse::<u32>().is_ok());
    let is_vlan = name.split_once(['.', '@']).is_some_and(|(card, _)| names.contains(&card));
    name != "lo" && !is_bridge && !is_vlan && !FOREIGN.iter().any(|it| name.starts_with(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "Inter-|   Receive                                                |  Transmit\n face |bytes    \
        packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n";

    #[test]
    fn bytes_and_errors_are_taken_from_their_columns() {
        let text = format!(
            "{HEADER}  eth0: 514333952   16566    1    2    0     0          0         0   887757    9803    3    4    0     0       0          0\n"
        );
        let eth0 = Interface { name: "eth0".into(), received: 514_333_952, sent: 887_757, errors: 10 };
        assert_eq!(parse(&text), Some(vec![eth0]));
    }

    #[test]
    fn ephemeral_interfaces_are_no_targets() {
        let names = [
            "lo",
            "eth0",
            "enp3s0",
            "enp3s0.100",
            "wlp2s0",
            "veth00d6fc9",
            "br-858ffc7b3dde",
            "br0",
            "docker0",
            "docker_gwbridge",
            "cali12ab",
            "flannel.1",
            "cni0",
            "vmbr0",
            "virbr0",
            "vnet3",
            "tap100i0",
            "bond0",
            "wg0",
            "tun0",
            "tailscale0",
            "ppp0",
            "kube-ipvs0",
            "ifb1",
            "sit0",
            "broadband0",
        ];
        let text: String =
            names.iter().map(|it| format!("{it}:1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n")).collect();
        let found: Vec<_> =
            parse(&format!("{HEADER}{text}")).expect("well formed").into_iter().map(|it| it.name).collect();
        assert_eq!(found, ["eth0", "enp3s0", "wlp2s0", "wg0", "tun0", "tailscale0", "ppp0", "broadband0"]);
    }

    #[test]
    fn no_network_is_no_interfaces_and_garbage_is_not_understood() {
        assert_eq!(parse(HEADER), Some(vec![]));
        for text in ["", "x", "eth0: 1 2 3"] {
            assert_eq!(parse(text), None, "{text:?}");
        }
        assert_eq!(parse(&format!("{HEADER} eth0: 12 34")), Some(vec![]));
    }
}
