//! Where we run: on the machine, in a container that is somebody's server, or in a container for one program.

use std::fs;
use std::path::Path;

use super::mounts::{self, Mount};

/// The number of the first pid namespace, fixed in the kernel (`PROC_PID_INIT_INO`).
const FIRST_PID: u64 = 0xEFFF_FFFC;

/// The number of the first network namespace, fixed since Linux 6.18; before, it was any number.
const FIRST_NET: u64 = 0xEFFF_FFF9;

/// Where we run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// On the machine itself.
    Machine,
    /// In a container with an init of its own (LXC, systemd-nspawn): a server to whoever lives in it.
    SystemContainer,
    /// In a container made for us (Docker, Podman, Kubernetes).
    Container,
}

/// Where we run, and what says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Surroundings {
    pub(super) standing: Standing,
    /// In words for a person.
    pub(super) evidence: String,
    /// Whether `/proc` shows the processes of the machine.
    pub(super) sees_all_processes: bool,
    /// Whether our network is proven to be the machine's.
    pub(super) has_first_network: bool,
}

/// What there is to judge by.
#[derive(Clone, Debug, Default)]
struct Signs {
    pid_namespace: Option<u64>,
    net_namespace: Option<u64>,
    /// The file that an engine leaves in its containers.
    mark: Option<&'static str>,
    /// The name of the first process.
    init: String,
    own_root: Option<Mount>,
    init_root: Option<Mount>,
}

/// Looks around.
pub(super) fn look() -> Surroundings {
    let marks = ["/.dockerenv", "/run/.containerenv"];
    let root = |path: &str| {
        let mounts = mounts::parse(&fs::read(path).ok()?);
        mounts::covering(&mounts, Path::new("/")).cloned()
    };
    judge(&Signs {
        pid_namespace: namespace("/proc/self/ns/pid"),
        net_namespace: namespace("/proc/self/ns/net"),
        mark: marks.into_iter().find(|it| Path::new(it).exists()),
        init: fs::read_to_string("/proc/1/comm").unwrap_or_default().trim().to_owned(),
        own_root: root("/proc/self/mountinfo"),
        init_root: root("/proc/1/mountinfo"),
    })
}

/// The number in `pid:[4026531836]`; none where we may not look.
pub(super) fn namespace(link: impl AsRef<Path>) -> Option<u64> {
    let target = fs::read_link(link).ok()?;
    let (_, number) = target.to_str()?.split_once(":[")?;
    number.strip_suffix(']')?.parse().ok()
}

fn judge(signs: &Signs) -> Surroundings {
    let sees_all_processes = signs.pid_namespace == Some(FIRST_PID);
    let (standing, evidence) = if sees_all_processes {
        beside_all_processes(signs)
    } else if let Some(mark) = signs.mark {
        (Standing::Container, format!("{mark} is there"))
    } else if signs.pid_namespace.is_none() {
        (Standing::Machine, "nothing speaks of a container".to_owned())
    } else if matches!(signs.init.as_str(), "systemd" | "init") {
        (Standing::SystemContainer, format!("processes are counted anew, and {} is the first", signs.init))
    } else {
        (Standing::Container, "processes are counted anew".to_owned())
    };
    let has_first_network = signs.net_namespace == Some(FIRST_NET);
    Surroundings { standing, evidence, sees_all_processes, has_first_network }
}

/// An image may carry `/.dockerenv` onto a real machine, and `pid: host` shows a container every process: so the root
/// directory decides.
fn beside_all_processes(signs: &Signs) -> (Standing, String) {
    match (&signs.own_root, &signs.init_root) {
        (Some(own), Some(init)) if (own.device, &own.root) == (init.device, &init.root) => (
            Standing::Machine,
            format!("we share processes and root directory ({}) with {}", own.source, signs.init),
        ),
        (Some(own), Some(init)) => (
            Standing::Container,
            format!("our root directory is {}, that of {} is {}", own.kind, signs.init, init.kind),
        ),
        _ => match signs.mark {
            Some(mark) => (Standing::Container, format!("{mark} is there")),
            None => (Standing::Machine, "we see every process of the machine".to_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(line: &str) -> Option<Mount> {
        mounts::parse(line.as_bytes()).pop()
    }

    fn check(signs: Signs, standing: Standing) {
        let surroundings = judge(&signs);
        assert_eq!(surroundings.standing, standing, "{signs:?}: {}", surroundings.evidence);
    }

    #[test]
    fn where_we_run_is_proven() {
        let ext4 = || root("27 1 254:0 / / rw - ext4 /dev/vda rw");
        let overlay = || root("612 538 0:70 / / ro - overlay overlay rw");
        let own = Some(4_026_532_700);
        let first = Some(FIRST_PID);
        let signs = Signs {
            pid_namespace: first,
            init: "systemd".into(),
            own_root: ext4(),
            init_root: ext4(),
            ..Signs::default()
        };
        check(signs.clone(), Standing::Machine);
        check(Signs { mark: Some("/.dockerenv"), ..signs.clone() }, Standing::Machine);
        check(Signs { own_root: overlay(), ..signs.clone() }, Standing::Container);
        check(Signs { init_root: None, mark: Some("/.dockerenv"), ..signs.clone() }, Standing::Container);
        check(Signs { init_root: None, ..signs.clone() }, Standing::Machine);
        check(Signs { pid_namespace: own, ..signs.clone() }, Standing::SystemContainer);
        check(Signs { pid_namespace: own, mark: Some("/.dockerenv"), ..signs.clone() }, Standing::Container);
        check(Signs { pid_namespace: own, init: "vakhta".into(), ..signs }, Standing::Container);
        check(Signs::default(), Standing::Machine);
    }
}
