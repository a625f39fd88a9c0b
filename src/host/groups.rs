//! What containers use, from the kernel's control groups: both generations of them, as every engine lays them out.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jobs::ports::{Group, Groups, Source, Unknown};

use super::kept::refusal;
use super::root::HostRoot;

/// Where every distribution mounts them.
const TOP: &str = "/sys/fs/cgroup";
/// How deep containers lie at most: those of a user's Podman below `user.slice` in a system container take six steps.
const DEPTH: usize = 8;
/// How many directories are looked into at most. A server with a thousand units has some thousand.
const MOST_DIRECTORIES: usize = 16_384;
/// How many containers are counted at most.
const MOST_CONTAINERS: usize = 4096;
/// Characters of a container's id.
const ID: usize = 64;

/// Where the control groups are, and of which generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tree {
    /// One tree for all controllers.
    Unified(PathBuf),
    /// A tree for each controller; those that the kernel has.
    Split {
        /// Above them all.
        top: PathBuf,
        memory: Option<PathBuf>,
        cpu: Option<PathBuf>,
        pids: Option<PathBuf>,
    },
}

impl Tree {
    /// Looks for it below the host's root.
    pub(super) fn find(root: &HostRoot) -> Source<Self> {
        let top = root.at(TOP);
        std::fs::read_dir(&top).map_err(|it| Unknown::because(refusal(&top, &it)))?;
        if top.join("cgroup.controllers").is_file() {
            return Ok(Self::Unified(top));
        }
        let first = |names: &[&str]| names.iter().map(|it| top.join(it)).find(|it| it.is_dir());
        let (memory, pids) = (first(&["memory"]), first(&["pids"]));
        let cpu = first(&["cpuacct", "cpu,cpuacct", "cpuacct,cpu"]);
        if memory.is_none() && cpu.is_none() {
            return Err(Unknown::because(format!("{}: no control groups are mounted there", top.display())));
        }
        Ok(Self::Split { top, memory, cpu, pids })
    }

    /// Where it begins.
    pub(super) fn top(&self) -> &Path {
        match self {
            Self::Unified(top) | Self::Split { top, .. } => top,
        }
    }

    /// What it is called.
    pub(super) fn generation(&self) -> &'static str {
        match self {
            Self::Unified(_) => "cgroup v2",
            Self::Split { .. } => "cgroup v1",
        }
    }

    /// Every container's directory, below that of any controller, with its id. The nearest to the top first.
    pub(super) fn containers(&self) -> Source<Vec<(PathBuf, String)>> {
        match self {
            Self::Unified(top) => search(top),
            Self::Split { top, memory, cpu, .. } => search(memory.as_ref().or(cpu.as_ref()).unwrap_or(top)),
        }
    }

    /// Reads what each container has used.
    pub(super) fn read(&self) -> Source<Vec<Group>> {
        let mut page = Page::default();
        let found = self.containers()?.into_iter();
        // One that ended since it was found has no figure any more.
        let is_there = |it: &Group| it.cpu.is_some() || it.memory.is_some() || it.pids.is_some();
        Ok(found.map(|(place, id)| self.group(&place, id, &mut page)).filter(is_there).collect())
    }

    fn group(&self, place: &Path, container: String, page: &mut Page) -> Group {
        let micros = |it| Duration::from_micros(it);
        match self {
            Self::Unified(top) => {
                let at = top.join(place);
                let memory = page.number(&at.join("memory.current"));
                Group {
                    container,
                    cpu: page.field(&at.join("cpu.stat"), "usage_usec").map(micros),
                    memory: memory
                        .map(|it| without(it, page.field(&at.join("memory.stat"), "inactive_file"))),
                    pids: page.number(&at.join("pids.current")),
                }
            }
            Self::Split { memory, cpu, pids, .. } => {
                let at = |controller: &Option<PathBuf>, file: &str| {
                    controller.as_ref().map(|it| it.join(place).join(file))
                };
                let used = at(memory, "memory.usage_in_bytes").and_then(|it| page.number(&it));
                let idle = at(memory, "memory.stat").and_then(|it| page.field(&it, "total_inactive_file"));
                Group {
                    container,
                    cpu: at(cpu, "cpuacct.usage").and_then(|it| page.number(&it)).map(Duration::from_nanos),
                    memory: used.map(|it| without(it, idle)),
                    pids: at(pids, "pids.current").and_then(|it| page.number(&it)),
                }
            }
        }
    }
}

/// What the kernel may take back at once is not used, as `docker stats` sees it.
fn without(used: u64, idle: Option<u64>) -> u64 {
    idle.filter(|it| *it <= used).map_or(used, |it| used - it)
}

/// Every container below that directory, as paths from there. What is within a container is the container's.
fn search(top: &Path) -> Source<Vec<(PathBuf, String)>> {
    let mut found = Vec::new();
    let mut todo = VecDeque::from([(PathBuf::new(), 0)]);
    let mut looked_into = 0;
    while let Some((place, depth)) = todo.pop_front() {
        looked_into += 1;
        let entries = match std::fs::read_dir(top.join(&place)) {
            Ok(entries) => entries,
            Err(error) if depth == 0 => return Err(Unknown::because(refusal(top, &error))),
            // It is gone, or not for us.
            Err(_) => continue,
        };
        for entry in entries.flatten().filter(|it| it.file_type().is_ok_and(|it| it.is_dir())) {
            let name = entry.file_name();
            match name.to_str().and_then(container) {
                Some(_) if found.len() == MOST_CONTAINERS => {
                    tracing::warn!(MOST_CONTAINERS, "there are more containers than are counted");
                    return Ok(found);
                }
                Some(id) => found.push((place.join(&name), id.to_owned())),
                None if depth + 1 < DEPTH && looked_into + todo.len() < MOST_DIRECTORIES => {
                    todo.push_back((place.join(&name), depth + 1));
                }
                None => {}
            }
        }
    }
    Ok(found)
}

/// The id of the container that a directory of that name is for: `ID`, `docker-ID.scope`, `libpod-ID`, whoever made it.
/// Podman's watcher of a container, `libpod-conmon-ID`, is not it.
fn container(name: &str) -> Option<&str> {
    let name = name.strip_suffix(".scope").unwrap_or(name);
    let (maker, id) = name.rsplit_once('-').unwrap_or(("", name));
    let is_id = id.len() == ID && id.bytes().all(|it| it.is_ascii_digit() || (b'a'..=b'f').contains(&it));
    (is_id && !maker.ends_with("conmon")).then_some(id)
}

/// The room that small files are read into, one after the other.
#[derive(Default)]
struct Page(Vec<u8>);

impl Page {
    fn read(&mut self, path: &Path) -> Option<&str> {
        /// `memory.stat` of the newest kernels has some two kilobytes.
        const MOST: u64 = 64 << 10;
        self.0.clear();
        File::open(path).ok()?.take(MOST).read_to_end(&mut self.0).ok()?;
        str::from_utf8(&self.0).ok()
    }

    /// A file that holds one number.
    fn number(&mut self, path: &Path) -> Option<u64> {
        self.read(path)?.trim().parse().ok()
    }

    /// A number by its name.
    fn field(&mut self, path: &Path, name: &str) -> Option<u64> {
        let mut lines = self.read(path)?.lines().filter_map(|it| it.split_once(' '));
        lines.find(|(it, _)| *it == name)?.1.trim().parse().ok()
    }
}

/// Reads every container of the machine; `clock` is that of the counts.
pub(super) fn read(root: &HostRoot, is_alone: bool, clock: Duration) -> Source<Groups> {
    if is_alone {
        let why = "this container sees its own control group alone: mount the host's root and set HOST_ROOT";
        return Err(Unknown::because(why));
    }
    Ok(Groups { clock, each: Tree::find(root)?.read()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "aa00aa00aa00aa00aa00aa00aa00aa00aa00aa00aa00aa00aa00aa00aa00aa00";
    const B: &str = "bb11bb11bb11bb11bb11bb11bb11bb11bb11bb11bb11bb11bb11bb11bb11bb11";
    const C: &str = "cc22cc22cc22cc22cc22cc22cc22cc22cc22cc22cc22cc22cc22cc22cc22cc22";

    /// A host whose control groups are these files.
    struct Ground(PathBuf);

    impl Ground {
        fn new(name: &str, files: &[(&str, &str)]) -> Self {
            let path = std::env::temp_dir().join(format!("vakhta-groups-{name}-{}", std::process::id()));
            std::fs::remove_dir_all(&path).ok();
            let ground = Self(path);
            for (file, text) in files {
                let file = ground.0.join("sys/fs/cgroup").join(file);
                std::fs::create_dir_all(file.parent().expect("it has one")).expect("a temporary directory");
                std::fs::write(file, text).expect("a temporary file");
            }
            ground
        }

        fn root(&self) -> HostRoot {
            HostRoot::new(&self.0.to_string_lossy())
        }

        fn read(&self) -> Vec<Group> {
            let mut each = read(&self.root(), false, Duration::ZERO).expect("it is there").each;
            each.sort_by(|a, b| a.container.cmp(&b.container));
            each
        }
    }

    impl Drop for Ground {
        fn drop(&mut self) {
            std::fs::remove_dir_all(&self.0).ok();
        }
    }

    fn group(id: &str, cpu_ms: Option<u64>, memory: Option<u64>, pids: Option<u64>) -> Group {
        Group { container: id.to_owned(), cpu: cpu_ms.map(Duration::from_millis), memory, pids }
    }

    #[test]
    fn the_second_generation_is_read_wherever_an_engine_puts_its_containers() {
        let systemd = format!("system.slice/docker-{A}.scope");
        let podman = format!("user.slice/user-1000.slice/user@1000.service/user.slice/libpod-{B}.scope");
        let watcher = format!("machine.slice/libpod-conmon-{B}.scope");
        let pod =
            format!("kubepods.slice/kubepods-burstable.slice/kubepods-pod1.slice/cri-containerd-{C}.scope");
        let file = |directory: &str, name: &str| format!("{directory}/{name}");
        let ground = Ground::new(
            "unified",
            &[
                ("cgroup.controllers", "cpu memory pids\n"),
                (&file(&systemd, "cpu.stat"), "usage_usec 2500000\nuser_usec 1\nsystem_usec 2\n"),
                (&file(&systemd, "memory.current"), "1000\n"),
                (&file(&systemd, "memory.stat"), "anon 5\nfile 600\ninactive_file 400\n"),
                (&file(&systemd, "pids.current"), "7\n"),
                // A container within it is its own business.
                (&file(&systemd, &format!("docker/{C}/memory.current")), "1\n"),
                (&file(&podman, "cpu.stat"), "usage_usec 1000\n"),
                (&file(&podman, "memory.current"), "50\n"),
                (&file(&podman, "container/memory.current"), "50\n"),
                (&file(&watcher, "memory.current"), "9\n"),
                (&file(&pod, "memory.current"), "300\n"),
                (&file(&pod, "memory.stat"), "inactive_file 301\n"),
                ("system.slice/cron.service/memory.current", "4\n"),
            ],
        );
        assert_eq!(
            ground.read(),
            [
                group(A, Some(2500), Some(600), Some(7)),
                group(B, Some(1), Some(50), None),
                group(C, None, Some(300), None),
            ]
        );
        let tree = Tree::find(&ground.root()).expect("it is there");
        assert_eq!(tree.generation(), "cgroup v2");
    }

    #[test]
    fn the_first_generation_has_a_tree_for_each_controller() {
        let of = |controller: &str, place: &str, file: &str| format!("{controller}/{place}/{file}");
        let (plain, nested) = (format!("docker/{A}"), format!("lxc/101/ns/docker/{B}"));
        let slice = format!("system.slice/docker-{C}.scope");
        let ground = Ground::new(
            "split",
            &[
                (&of("memory", &plain, "memory.usage_in_bytes"), "1000\n"),
                (&of("memory", &plain, "memory.stat"), "cache 1\ninactive_file 5\ntotal_inactive_file 250\n"),
                (&of("cpu,cpuacct", &plain, "cpuacct.usage"), "3000000000\n"),
                (&of("pids", &plain, "pids.current"), "2\n"),
                (&of("memory", &nested, "memory.usage_in_bytes"), "80\n"),
                (&of("cpu,cpuacct", &slice, "cpuacct.usage"), "1000000\n"),
                (&of("memory", &slice, "memory.usage_in_bytes"), "what\n"),
            ],
        );
        assert_eq!(
            ground.read(),
            [
                group(A, Some(3000), Some(750), Some(2)),
                group(B, None, Some(80), None),
                group(C, Some(1), None, None),
            ]
        );
        assert_eq!(Tree::find(&ground.root()).expect("it is there").generation(), "cgroup v1");
    }

    #[test]
    fn a_kernel_that_counts_no_memory_leaves_memory_unknown() {
        let ground = Ground::new("blind", &[(&format!("cpuacct/docker/{A}/cpuacct.usage"), "5000000\n")]);
        assert_eq!(ground.read(), [group(A, Some(5), None, None)]);
    }

    #[test]
    fn no_containers_is_an_answer_and_no_control_groups_is_none() {
        let none = Ground::new("none", &[("cgroup.controllers", ""), ("init.scope/cpu.stat", "")]);
        assert_eq!(none.read(), []);
        let empty = Ground::new("empty", &[("systemd/tasks", "")]);
        let why = read(&empty.root(), false, Duration::ZERO).expect_err("nothing is there").why;
        assert!(why.ends_with("/sys/fs/cgroup: no control groups are mounted there"), "{why}");
        let why = read(&HostRoot::new("/nowhere"), false, Duration::ZERO).expect_err("nothing is there").why;
        assert_eq!(why, "/nowhere/sys/fs/cgroup: no such file");
        assert!(
            read(&none.root(), true, Duration::ZERO).expect_err("not the host's").why.contains("HOST_ROOT")
        );
    }

    #[test]
    fn a_thousand_containers_are_all_counted() {
        let files: Vec<(String, &str)> = (0..1000)
            .flat_map(|number| {
                let of = |file| format!("system.slice/docker-{number:064x}.scope/{file}");
                [
                    (of("memory.current"), "5\n"),
                    (of("cpu.stat"), "usage_usec 7\n"),
                    (of("pids.current"), "1\n"),
                ]
            })
            .collect();
        let mut files: Vec<(&str, &str)> = files.iter().map(|(file, text)| (file.as_str(), *text)).collect();
        files.push(("cgroup.controllers", ""));
        let ground = Ground::new("thousand", &files);
        let begin = std::time::Instant::now();
        assert_eq!(ground.read().len(), 1000);
        println!("counted in {:?}", begin.elapsed());
    }

    #[test]
    fn only_a_whole_id_names_a_container() {
        for (name, expected) in [
            (A.to_owned(), Some(A)),
            (format!("docker-{A}.scope"), Some(A)),
            (format!("libpod-{A}"), Some(A)),
            (format!("cri-o-{A}.scope"), Some(A)),
            (format!("libpod-conmon-{A}.scope"), None),
            (A[1..].to_owned(), None),
            (A.to_uppercase(), None),
            (format!("{A}0"), None),
            ("docker".to_owned(), None),
            ("-".to_owned(), None),
            (String::new(), None),
        ] {
            assert_eq!(container(&name), expected, "{name}");
        }
    }

    #[test]
    fn a_walk_ends_however_deep_and_wide_the_tree_is() {
        let deep = format!("{}{A}/memory.current", "x/".repeat(DEPTH));
        let within = format!("{}{B}/memory.current", "y/".repeat(DEPTH - 1));
        let ground = Ground::new("deep", &[("cgroup.controllers", ""), (&deep, "1\n"), (&within, "2\n")]);
        assert_eq!(ground.read(), [group(B, None, Some(2), None)]);
    }
}
