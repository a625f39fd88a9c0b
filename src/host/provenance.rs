//! Where each figure comes from, and whether it is the host's: proven, not assumed.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::kept::refusal;
use super::mounts;
use super::root::HostRoot;
use super::surroundings::{self, Standing, Surroundings, namespace};
use super::temperatures::Sensors;
use super::{groups, interfaces, network_places};

/// Shows the host's root to the container.
const MOUNT: &str = "in compose.yaml add `- /:/host:ro` under `volumes:` and set HOST_ROOT=/host";

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// Processor time.
    Cpu,
    /// Load averages.
    Load,
    /// Memory and swap.
    Memory,
    /// Time since boot.
    Uptime,
    /// How full filesystems are.
    Filesystems,
    /// Bytes to and from disks.
    DiskIo,
    /// Bytes in and out.
    Network,
    /// Pressure stall information.
    Pressure,
    /// Sensors.
    Temperatures,
    /// What runs.
    Processes,
    /// The host's name.
    Hostname,
    /// What containers use, one by one.
    Containers,
}

/// Whose figure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// The host's.
    Host,
    /// Only that of the container we run in.
    Container,
    /// Nobody's: it cannot be read.
    Missing,
}

/// Where a figure comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// Which.
    pub figure: Figure,
    /// The file it is read from.
    pub source: Option<PathBuf>,
    /// Whose it is.
    pub view: View,
    /// How that is known.
    pub evidence: String,
    /// What to change to get the host's, or more of it; nothing where nothing helps or nothing is amiss.
    pub remedy: Option<String>,
}

/// Looks at each figure's source. Reads a few dozen small files: for `doctor`, not for every look.
pub fn provenance(root: &HostRoot) -> Vec<Provenance> {
    judge(&Facts::gather(root))
}

/// All that the judgement rests on.
#[derive(Clone, Debug)]
struct Facts {
    root: HostRoot,
    around: Surroundings,
    /// Files that matter, and why one cannot be read.
    files: BTreeMap<PathBuf, Result<(), String>>,
    /// Files of `/proc` that lxcfs answers for.
    lxcfs: Vec<PathBuf>,
    /// Our process number.
    pid: u32,
    /// Our process number by the `/proc` below the host's root.
    pid_below: Option<u32>,
    /// Whether the host's root is what the host itself has at `/`; none where that cannot be told.
    is_root: Option<bool>,
    /// Whether mounts made later appear below the host's root.
    follows: bool,
    /// Whether mounts of the host are seen below its root.
    sees_mounts: bool,
    /// Whether `/proc` hides what other users run from us.
    is_hiding: bool,
    /// Whether our network is the one that the first process has, where that can be told.
    has_same_network: Option<bool>,
    /// The interfaces read, and those of our own network.
    interfaces: (Vec<String>, Vec<String>),
    /// Whether there are sensors, or why not.
    sensors: Result<(), String>,
    /// Where control groups are, of which generation, and how many containers have one; or why that cannot be said.
    groups: Result<(PathBuf, &'static str, usize), String>,
    /// What memory our own control group may use.
    limit: Option<u64>,
}

impl Facts {
    fn gather(root: &HostRoot) -> Self {
        let around = surroundings::look();
        let own = mounts::parse(&std::fs::read("/proc/self/mountinfo").unwrap_or_default());
        let host = mounts::parse(&std::fs::read(root.at("/proc/1/mountinfo")).unwrap_or_default());
        let below = root.path().map(|it| mounts::below(&own, it)).unwrap_or_default();
        let covering = mounts::covering(&own, root.path().unwrap_or(Path::new("/")));
        let is_root = mounts::covering(&host, Path::new("/")).and_then(|it| {
            let found = rustix::fs::stat(root.path().unwrap_or(Path::new("/"))).ok()?.st_dev;
            let is_same =
                (rustix::fs::major(found), rustix::fs::minor(found)) == (it.device.major, it.device.minor);
            (is_same || !it.has_subvolumes()).then_some(is_same)
        });
        let proc = mounts::covering(&own, &root.at("/proc"));
        let is_hiding = proc
            .is_some_and(|it| it.super_option("hidepid").is_some_and(|it| it != "0" && it != "off"))
            && !rustix::process::geteuid().is_root();
        let names = |path: &Path| -> Vec<String> {
            let found = std::fs::read_to_string(path).ok().and_then(|it| interfaces::parse(&it));
            found.unwrap_or_default().into_iter().map(|it| it.name).collect()
        };
        let network = network_places(root, &around).into_iter().find(|it| File::open(it).is_ok());
        let limit = sysinfo::System::new().ok().and_then(|mut it| {
            it.refresh_memory();
            it.cgroup_limits()
        });
        Self {
            files: paths(root, &around).into_iter().map(|it| (it.clone(), try_open(&it))).collect(),
            lxcfs: own.iter().filter(|it| it.kind == "fuse.lxcfs").map(|it| it.point.clone()).collect(),
            pid: std::process::id(),
            pid_below: std::fs::read_link(root.at("/proc/self"))
                .ok()
                .and_then(|it| it.to_str()?.parse().ok()),
            is_root,
            follows: covering.is_none_or(|it| it.follows),
            sees_mounts: below.iter().any(|it| it.point == Path::new("/")),
            is_hiding,
            has_same_network: namespace(root.at("/proc/1/ns/net"))
                .zip(namespace("/proc/self/ns/net"))
                .map(|(first, own)| first == own),
            interfaces: (
                network.map(|it| names(&it)).unwrap_or_default(),
                names(Path::new("/proc/self/net/dev")),
            ),
            sensors: Sensors::new(root).read().map(drop).map_err(|it| it.why),
            groups: groups::Tree::find(root)
                .and_then(|it| Ok((it.top().to_owned(), it.generation(), it.containers()?.len())))
                .map_err(|it| it.why),
            limit: limit.map(|it| it.total_memory),
            root: root.clone(),
            around,
        }
    }

    fn first_readable(&self, places: &[PathBuf]) -> Result<PathBuf, String> {
        let mut refusals = Vec::new();
        for place in places {
            match self.files.get(place) {
                Some(Ok(())) => return Ok(place.clone()),
                Some(Err(why)) => refusals.push(why.clone()),
                None => {}
            }
        }
        Err(refusals.join("; "))
    }

    /// Whether the `/proc` below the host's root is one from outside our container.
    fn is_outer_proc(&self) -> bool {
        self.around.sees_all_processes || self.pid_below.is_some_and(|it| it != self.pid)
    }
}

const KERNEL_WIDE: [(Figure, &str); 6] = [
    (Figure::Cpu, "/proc/stat"),
    (Figure::Load, "/proc/loadavg"),
    (Figure::Memory, "/proc/meminfo"),
    (Figure::Uptime, "/proc/uptime"),
    (Figure::DiskIo, "/proc/diskstats"),
    (Figure::Pressure, "/proc/pressure/memory"),
];

fn paths(root: &HostRoot, around: &Surroundings) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = KERNEL_WIDE.iter().flat_map(|(_, path)| root.either(path)).collect();
    paths.extend(network_places(root, around));
    paths.extend(["/proc/1/mountinfo", "/proc/1/stat", "/proc/sys/kernel/hostname"].map(|it| root.at(it)));
    paths.push(root.resolve("/etc/hostname"));
    paths
}

fn try_open(path: &Path) -> Result<(), String> {
    // A file of pressure opens, and fails when it is read, on a kernel that was told to keep none.
    let read = File::open(path).and_then(|mut file| std::io::Read::read(&mut file, &mut [0; 16]));
    read.map(drop).map_err(|it| refusal(path, &it))
}

fn judge(facts: &Facts) -> Vec<Provenance> {
    let mut all: Vec<Provenance> =
        KERNEL_WIDE.iter().map(|(figure, path)| kernel_wide(facts, *figure, path)).collect();
    all.extend([filesystems(facts), network(facts), temperatures(facts), processes(facts), hostname(facts)]);
    all.push(containers(facts));
    all.sort_by_key(|it| it.figure);
    all
}

fn kernel_wide(facts: &Facts, figure: Figure, path: &str) -> Provenance {
    let source = match facts.first_readable(&facts.root.either(path)) {
        Ok(source) => source,
        Err(why) => {
            let psi =
                "needs Linux 4.20 or newer; on some distributions also `psi=1` on the kernel's command line";
            let remedy = (figure == Figure::Pressure).then(|| psi.to_owned());
            return Provenance { figure, source: None, view: View::Missing, evidence: why, remedy };
        }
    };
    let is_below = facts.root.path().is_some_and(|it| source.starts_with(it));
    let (view, evidence, remedy) = if facts.lxcfs.contains(&source) {
        match (is_below, facts.around.standing) {
            (true, _) => (View::Host, "lxcfs answers, for the container that is the host here", None),
            (false, Standing::Container) => {
                (View::Container, "lxcfs answers with the container's", Some(MOUNT))
            }
            (false, _) => {
                (View::Container, "lxcfs answers with the container's, which is all of this server", None)
            }
        }
    } else if facts.around.standing == Standing::Machine {
        (View::Host, "we run on the machine itself", None)
    } else {
        (View::Host, "the kernel keeps one for the machine and all its containers", None)
    };
    let mut evidence = evidence.to_owned();
    if let (Figure::Memory, View::Host, Some(limit)) = (figure, view, facts.limit) {
        evidence.push_str(&format!("; our own limit of {} MiB is not what is shown", limit >> 20));
    }
    Provenance { figure, source: Some(source), view, evidence, remedy: remedy.map(str::to_owned) }
}

fn filesystems(facts: &Facts) -> Provenance {
    let figure = Figure::Filesystems;
    let list = facts.root.at("/proc/1/mountinfo");
    let Some(root) = facts.root.path() else {
        let source =
            facts.first_readable(std::slice::from_ref(&list)).unwrap_or("/proc/self/mountinfo".into());
        return without_root(facts, figure, source);
    };
    let at = root.display();
    let missing = |evidence: String| Provenance {
        figure,
        source: None,
        view: View::Missing,
        evidence,
        remedy: Some(MOUNT.to_owned()),
    };
    let (source, mut evidence) = match (facts.first_readable(std::slice::from_ref(&list)), facts.is_root) {
        (Ok(_), Some(false)) => {
            return missing(format!("{at} is not the root directory that {} speaks of", list.display()));
        }
        (Ok(source), Some(true)) => (source, format!("{at} is the filesystem that the host has at /")),
        (Ok(source), None) => (source, format!("{at} has the host's list of mounts")),
        (Err(_), _) if facts.sees_mounts => {
            ("/proc/self/mountinfo".into(), format!("the host's mounts are seen below {at}"))
        }
        (Err(why), _) => return missing(format!("the host's root is not mounted at {at} ({why})")),
    };
    let mut remedy = None;
    if !facts.follows {
        evidence.push_str("; what the host mounts later stays invisible");
        let words =
            "restart Vakhta after mounting a disk, or make the host's / shared (`mount --make-rshared /`)";
        remedy = Some(words.to_owned());
    }
    Provenance { figure, source: Some(source), view: View::Host, evidence, remedy }
}

/// A figure that only a mounted root could show from within a container.
fn without_root(facts: &Facts, figure: Figure, source: PathBuf) -> Provenance {
    let (view, evidence, remedy) = match facts.around.standing {
        Standing::Machine => {
            (View::Host, format!("we run on the machine itself: {}", facts.around.evidence), None)
        }
        Standing::SystemContainer => {
            (View::Container, format!("all that this server can see: {}", facts.around.evidence), None)
        }
        Standing::Container => (View::Container, facts.around.evidence.clone(), Some(MOUNT.to_owned())),
    };
    Provenance { figure, source: Some(source), view, evidence, remedy }
}

fn network(facts: &Facts) -> Provenance {
    let figure = Figure::Network;
    let remedy = || {
        Some(match facts.root.is_mounted() {
            true => MOUNT.to_owned(),
            false => format!("{MOUNT}, or give the service `network_mode: host`"),
        })
    };
    let source = match facts.first_readable(&network_places(&facts.root, &facts.around)) {
        Ok(source) => source,
        Err(evidence) => {
            return Provenance { figure, source: None, view: View::Missing, evidence, remedy: remedy() };
        }
    };
    let listed = |names: &[String]| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    let (read, own) = (listed(&facts.interfaces.0), listed(&facts.interfaces.1));
    let is_below = facts.root.path().is_some_and(|it| source.starts_with(it));
    let host = |evidence: String| Provenance {
        figure,
        source: Some(source.clone()),
        view: View::Host,
        evidence,
        remedy: None,
    };
    if is_below && facts.is_outer_proc() {
        return match facts.has_same_network {
            Some(true) => host("our network is that of the host's first process".to_owned()),
            Some(false) => host(format!("of the host's first process: {read}; ours is another network")),
            None if read == own => host(format!("of the host's first process: {read}")),
            None => host(format!("of the host's first process: {read}; our own network has {own}")),
        };
    }
    if facts.around.has_first_network {
        return host("our network is the first one of this kernel".to_owned());
    }
    if facts.around.sees_all_processes && source.starts_with("/proc/1") {
        return host(format!("of the first process of the machine: {read}"));
    }
    if is_below {
        let evidence = format!("{} is our own container's", facts.root.at("/proc").display());
        return Provenance {
            figure,
            source: Some(source),
            view: View::Container,
            evidence,
            remedy: remedy(),
        };
    }
    let mut provenance = without_root(facts, figure, source);
    provenance.remedy = provenance.remedy.and_then(|_| remedy());
    provenance
}

fn temperatures(facts: &Facts) -> Provenance {
    let figure = Figure::Temperatures;
    match &facts.sensors {
        Ok(()) => Provenance {
            figure,
            source: Some(facts.root.either("/sys/class").remove(0)),
            view: View::Host,
            evidence: "the kernel shows sensors to every container alike".to_owned(),
            remedy: None,
        },
        Err(why) => {
            let evidence = format!("{why}; virtual machines mostly have none");
            Provenance { figure, source: None, view: View::Missing, evidence, remedy: None }
        }
    }
}

fn processes(facts: &Facts) -> Provenance {
    let figure = Figure::Processes;
    let proc = facts.root.at("/proc");
    let mut provenance = match facts.first_readable(&[facts.root.at("/proc/1/stat")]) {
        Err(evidence) => {
            let remedy = Some(MOUNT.to_owned());
            return Provenance { figure, source: None, view: View::Missing, evidence, remedy };
        }
        Ok(_) if facts.around.sees_all_processes => {
            let evidence = "this is the first count of processes of this kernel".to_owned();
            Provenance { figure, source: Some(proc), view: View::Host, evidence, remedy: None }
        }
        Ok(_) if facts.root.is_mounted() => match facts.pid_below.filter(|_| facts.is_outer_proc()) {
            Some(pid) => {
                let evidence = format!("there we are process {pid}, among our own {}", facts.pid);
                Provenance { figure, source: Some(proc), view: View::Host, evidence, remedy: None }
            }
            None => {
                let evidence = format!("{} is our own container's", proc.display());
                let remedy = Some(MOUNT.to_owned());
                Provenance { figure, source: Some(proc), view: View::Container, evidence, remedy }
            }
        },
        Ok(_) => without_root(facts, figure, proc),
    };
    if facts.is_hiding {
        provenance
            .evidence
            .push_str("; it is mounted with hidepid, so that those of other users are not shown");
        provenance.remedy =
            Some("let the user that Vakhta runs as into the group of `gid=` of that mount".to_owned());
    }
    provenance
}

fn hostname(facts: &Facts) -> Provenance {
    let figure = Figure::Hostname;
    if !facts.root.is_mounted() {
        return without_root(facts, figure, "/proc/sys/kernel/hostname".into());
    }
    match facts.first_readable(&[facts.root.resolve("/etc/hostname")]) {
        Ok(source) => {
            let evidence = "the host's own file".to_owned();
            Provenance { figure, source: Some(source), view: View::Host, evidence, remedy: None }
        }
        Err(evidence) => {
            let remedy = Some(MOUNT.to_owned());
            Provenance { figure, source: None, view: View::Missing, evidence, remedy }
        }
    }
}

fn containers(facts: &Facts) -> Provenance {
    let figure = Figure::Containers;
    let (source, generation, count) = match &facts.groups {
        Ok(groups) => groups,
        Err(why) => {
            let remedy = facts.root.is_mounted().then(|| MOUNT.to_owned());
            let evidence = why.clone();
            return Provenance { figure, source: None, view: View::Missing, evidence, remedy };
        }
    };
    let count = match count {
        1 => "1 container has a control group there".to_owned(),
        count => format!("{count} containers have a control group there"),
    };
    let evidence = format!("{generation}; {count}");
    if facts.root.is_mounted() {
        return Provenance { figure, source: Some(source.clone()), view: View::Host, evidence, remedy: None };
    }
    let mut provenance = without_root(facts, figure, source.clone());
    if provenance.view == View::Host {
        provenance.evidence = evidence;
    }
    provenance
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(standing: Standing) -> Surroundings {
        let evidence = "the evidence".to_owned();
        let is_machine = standing == Standing::Machine;
        Surroundings { standing, evidence, sees_all_processes: is_machine, has_first_network: false }
    }

    /// Everything readable, nothing odd.
    fn facts(standing: Standing, root: &str) -> Facts {
        let (root, around) = (HostRoot::new(root), around(standing));
        Facts {
            files: paths(&root, &around).into_iter().map(|it| (it, Ok(()))).collect(),
            root,
            around,
            lxcfs: Vec::new(),
            pid: 1,
            pid_below: Some(4242),
            is_root: Some(true),
            follows: true,
            sees_mounts: true,
            is_hiding: false,
            has_same_network: None,
            interfaces: (vec!["enp3s0".into()], vec!["eth0".into()]),
            sensors: Ok(()),
            groups: Ok(("/sys/fs/cgroup".into(), "cgroup v2", 3)),
            limit: None,
        }
    }

    fn of(facts: &Facts, figure: Figure) -> Provenance {
        judge(facts).into_iter().find(|it| it.figure == figure).expect("every figure is judged")
    }

    fn views(facts: &Facts, view: View) -> Vec<Figure> {
        judge(facts).into_iter().filter(|it| it.view == view).map(|it| it.figure).collect()
    }

    const BLIND: [Figure; 5] =
        [Figure::Filesystems, Figure::Network, Figure::Processes, Figure::Hostname, Figure::Containers];

    #[test]
    fn on_the_machine_every_figure_is_the_hosts() {
        let facts = facts(Standing::Machine, "");
        assert_eq!(views(&facts, View::Host).len(), 12);
        assert!(judge(&facts).iter().all(|it| it.remedy.is_none() && it.source.is_some()));
    }

    #[test]
    fn in_a_container_with_the_hosts_root_every_figure_is_the_hosts() {
        let facts = facts(Standing::Container, "/host");
        assert_eq!(views(&facts, View::Host).len(), 12);
        assert_eq!(
            of(&facts, Figure::Network).evidence,
            "of the host's first process: enp3s0; our own network has eth0"
        );
        assert_eq!(of(&facts, Figure::Processes).evidence, "there we are process 4242, among our own 1");
    }

    #[test]
    fn in_a_bare_container_five_figures_are_its_own_and_a_mount_would_help() {
        let facts = facts(Standing::Container, "");
        assert_eq!(views(&facts, View::Container), BLIND);
        for figure in BLIND {
            let remedy = of(&facts, figure).remedy.expect("there is a remedy");
            assert!(remedy.contains("/:/host:ro"), "{figure:?}: {remedy}");
        }
    }

    #[test]
    fn a_container_that_is_the_server_is_told_of_no_mounts() {
        let mut facts = facts(Standing::SystemContainer, "");
        facts.lxcfs = vec!["/proc/meminfo".into()];
        let mut own = BLIND.to_vec();
        own.insert(0, Figure::Memory);
        assert_eq!(views(&facts, View::Container), own);
        assert!(judge(&facts).iter().all(|it| it.remedy.is_none()));
    }

    #[test]
    fn lxcfs_inside_our_own_container_is_found_out() {
        let mut facts = facts(Standing::Container, "");
        facts.lxcfs = vec!["/proc/meminfo".into()];
        let memory = of(&facts, Figure::Memory);
        assert_eq!((memory.view, memory.remedy.as_deref()), (View::Container, Some(MOUNT)));
    }

    #[test]
    fn a_root_that_is_not_mounted_shows_nothing_of_the_host() {
        let mut facts = facts(Standing::Container, "/host");
        for (path, state) in &mut facts.files {
            if path.starts_with("/host") {
                *state = Err(format!("{}: no such file", path.display()));
            }
        }
        (facts.is_root, facts.sees_mounts, facts.pid_below) = (None, false, None);
        facts.groups = Err("/host/sys/fs/cgroup: no such file".to_owned());
        assert_eq!(views(&facts, View::Missing), BLIND);
        let why = of(&facts, Figure::Filesystems).evidence;
        assert_eq!(why, "the host's root is not mounted at /host (/host/proc/1/mountinfo: no such file)");
    }

    #[test]
    fn another_directory_than_the_hosts_root_is_found_out() {
        let mut facts = facts(Standing::Container, "/host");
        facts.is_root = Some(false);
        assert_eq!(of(&facts, Figure::Filesystems).view, View::Missing);
    }

    #[test]
    fn our_own_proc_below_the_hosts_root_is_found_out() {
        let mut facts = facts(Standing::Container, "/host");
        facts.pid_below = Some(1);
        assert_eq!(views(&facts, View::Container), [Figure::Network, Figure::Processes]);
    }

    #[test]
    fn the_host_network_is_recognised_without_a_mount() {
        let mut facts = facts(Standing::Container, "");
        facts.around.has_first_network = true;
        assert_eq!(of(&facts, Figure::Network).view, View::Host);
    }

    #[test]
    fn a_kernel_without_pressure_is_told_what_to_do() {
        let mut facts = facts(Standing::Machine, "");
        facts.files.insert("/proc/pressure/memory".into(), Err("not there".into()));
        let pressure = of(&facts, Figure::Pressure);
        assert_eq!(pressure.view, View::Missing);
        assert!(pressure.remedy.expect("there is one").contains("psi=1"));
    }

    #[test]
    fn mounts_that_will_not_appear_and_hidden_processes_are_told() {
        let mut facts = facts(Standing::Container, "/host");
        (facts.follows, facts.is_hiding) = (false, true);
        assert!(of(&facts, Figure::Filesystems).remedy.is_some());
        assert!(of(&facts, Figure::Processes).evidence.contains("hidepid"));
        assert_eq!(views(&facts, View::Host).len(), 12);
    }

    #[test]
    fn control_groups_are_named_with_what_is_in_them() {
        assert_eq!(
            of(&facts(Standing::Container, "/host"), Figure::Containers).evidence,
            "cgroup v2; 3 containers have a control group there"
        );
        let mut facts = facts(Standing::Machine, "");
        facts.groups = Err("/sys/fs/cgroup: no such file".to_owned());
        let missing = of(&facts, Figure::Containers);
        assert_eq!((missing.view, missing.remedy), (View::Missing, None));
    }

    #[test]
    fn this_very_machine_can_be_judged() {
        let all = provenance(&HostRoot::here());
        assert_eq!(all.len(), 12);
        assert_eq!(all[0].figure, Figure::Cpu);
        assert_eq!(all[0].source.as_deref(), Some(Path::new("/proc/stat")));
    }
}
