//! What takes up room on a filesystem: a walk through its directories that ends when its time is up.
//!
//! It stays on one filesystem, follows no link, opens nothing but directories, and reads no file. A directory that may
//! not be read, or that vanishes, counts for nothing. What is not left again when the time is up is not told of: half of
//! a directory is no size.

use std::collections::{BTreeMap, HashSet};
use std::ffi::{CStr, CString, OsStr};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jobs::ports::{PlaceSize, Source, Unknown, Walk};
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};
use rustix::time::{ClockId, clock_gettime};

use super::kept::refusal;

/// What one walk may cost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    /// Time of a processor.
    pub(super) cpu: Duration,
    /// Time on the clock: a cold disk makes one wait.
    pub(super) wall: Duration,
    /// Names looked at; bounds the memory too.
    pub(super) entries: usize,
}

/// Two seconds of a processor walk through about half a million files. The time on the clock leaves an evaluating job,
/// which waits for it, more than half of its own.
pub(super) const BUDGET: Budget =
    Budget { cpu: Duration::from_secs(2), wall: Duration::from_secs(8), entries: 400_000 };

/// How often the clocks are looked at, in names.
const LOOK_UP: usize = 256;

/// Places smaller than this in bytes, and with fewer files, are not told of.
const LEAST_BYTES: u64 = 4 << 20;
const LEAST_FILES: u64 = 500;

/// How many places are told of.
const PLACES: usize = 300;

/// A place whose path is longer counts for the one around it: nobody reads such a name, and many of them fill a store.
const LONGEST_PATH: usize = 400;

/// Files with several names that are remembered, so that each counts once.
const MOST_LINKED: usize = 100_000;

/// Directories with very many small files that seldom are the culprit: walked last, so that the time does not go there.
const LAST: &[&[u8]] = &[b"usr", b"nix", b"snap", b"overlay2", b"node_modules", b"lost+found"];
/// Where things grow: walked first.
const FIRST: &[&[u8]] = &[b"var", b"log", b"lib", b"docker", b"containers", b"home", b"srv", b"tmp"];

/// Never walked, whatever lies there.
const NEVER: &[&str] = &["/proc", "/sys", "/dev"];

/// A directory that is being walked.
struct Frame {
    path: PathBuf,
    /// Subdirectories still to be walked; the last is next.
    todo: Vec<CString>,
    bytes: u64,
    files: u64,
}

struct Walker {
    /// Where the host's root is, for naming places as the host does.
    root: PathBuf,
    device: u64,
    budget: Budget,
    begin: Instant,
    begin_cpu: Duration,
    entries: usize,
    is_up: bool,
    linked: HashSet<u64>,
    found: Found,
}

/// Walks through the filesystem of a directory. `root` is where we reach the host's root; `/` when we run on the host.
pub(super) fn walk(root: &Path, start: &Path, budget: Budget) -> Source<Walk> {
    let refused = |error: rustix::io::Errno| Unknown::because(refusal(start, &error.into()));
    let top = rustix::fs::openat(rustix::fs::CWD, start, FLAGS, Mode::empty()).map_err(refused)?;
    let device = rustix::fs::fstat(&top).map_err(refused)?.st_dev;
    drop(top);
    let mut walker = Walker {
        root: root.to_owned(),
        device,
        budget,
        begin: Instant::now(),
        begin_cpu: cpu_time(),
        entries: 0,
        is_up: false,
        linked: HashSet::new(),
        found: Found::default(),
    };
    walker.go(start);
    Ok(walker.found.told(!walker.is_up))
}

const FLAGS: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC)
    .union(OFlags::NONBLOCK);

impl Walker {
    /// Depth first, with a stack of our own: a hostile tree is deeper than a thread's.
    fn go(&mut self, start: &Path) {
        let mut stack: Vec<Frame> = self.enter(start.to_owned()).into_iter().collect();
        while let Some(frame) = stack.last_mut() {
            if self.is_up {
                return;
            }
            if let Some(name) = frame.todo.pop() {
                let path = frame.path.join(OsStr::from_bytes(name.to_bytes()));
                if !self.is_never(&path) {
                    stack.extend(self.enter(path));
                }
                continue;
            }
            let Some(Frame { path, bytes, files, .. }) = stack.pop() else { return };
            if let Some(around) = stack.last_mut() {
                around.bytes += bytes;
                around.files += files;
            }
            let is_top = stack.is_empty();
            self.note(&path, false, bytes, files, is_top);
        }
    }

    /// Looks at what lies in a directory; none when it may not be read or is on another filesystem.
    fn enter(&mut self, path: PathBuf) -> Option<Frame> {
        let open = rustix::fs::openat(rustix::fs::CWD, &path, FLAGS, Mode::empty()).ok()?;
        // Looked at when it is open: what was a directory a moment ago may be a mount now.
        let own = rustix::fs::fstat(&open).ok().filter(|it| it.st_dev == self.device)?;
        let mut frame = Frame { path, todo: Vec::new(), bytes: on_disk(own.st_blocks), files: 1 };
        let mut directory = Dir::new(open).ok()?;
        while let Some(Ok(entry)) = directory.read() {
            if self.is_over() {
                break;
            }
            let name = entry.file_name();
            if matches!(name.to_bytes(), b"." | b"..") {
                continue;
            }
            self.count(&mut frame, &directory, name);
        }
        frame.todo.sort_by_key(|it| urgency(it));
        Some(frame)
    }

    /// One name in a directory: a subdirectory is to be walked, all else counts at once.
    fn count(&mut self, frame: &mut Frame, directory: &Dir, name: &CStr) {
        let Ok(fd) = directory.fd() else { return };
        let Ok(stat) = rustix::fs::statat(fd, name, AtFlags::SYMLINK_NOFOLLOW) else { return };
        if stat.st_dev != self.device {
            return;
        }
        if FileType::from_raw_mode(stat.st_mode) == FileType::Directory {
            frame.todo.push(name.to_owned());
            return;
        }
        if 1 < stat.st_nlink && !self.is_first_name(stat.st_ino) {
            return;
        }
        let bytes = on_disk(stat.st_blocks);
        frame.bytes += bytes;
        frame.files += 1;
        if LEAST_BYTES <= bytes {
            let path = frame.path.join(OsStr::from_bytes(name.to_bytes()));
            self.note(&path, true, bytes, 1, false);
        }
    }

    fn is_first_name(&mut self, inode: u64) -> bool {
        MOST_LINKED <= self.linked.len() || self.linked.insert(inode)
    }

    /// Whether time or room for more is gone.
    fn is_over(&mut self) -> bool {
        self.entries += 1;
        if self.budget.entries < self.entries {
            self.is_up = true;
        } else if self.entries.is_multiple_of(LOOK_UP) {
            self.is_up = self.budget.wall <= self.begin.elapsed()
                || self.budget.cpu <= cpu_time().saturating_sub(self.begin_cpu);
        }
        self.is_up
    }

    fn is_never(&self, path: &Path) -> bool {
        let host = self.host_path(path);
        NEVER.iter().any(|it| host == Path::new(it))
    }

    fn host_path(&self, path: &Path) -> PathBuf {
        Path::new("/").join(path.strip_prefix(&self.root).unwrap_or(path))
    }

    fn note(&mut self, path: &Path, is_file: bool, bytes: u64, files: u64, always: bool) {
        let big = LEAST_BYTES <= bytes || LEAST_FILES <= files;
        let host = self.host_path(path);
        if always || (big && host.as_os_str().len() <= LONGEST_PATH) {
            self.found.note(host.to_string_lossy().into_owned(), is_file, bytes, files);
        }
    }
}

/// First what is walked last: the end of a list is taken first.
fn urgency(name: &CStr) -> u8 {
    let name = name.to_bytes();
    match () {
        () if LAST.contains(&name) => 0,
        () if FIRST.contains(&name) => 2,
        () => 1,
    }
}

/// `st_blocks` counts in 512 bytes, whatever the filesystem's own block is.
fn on_disk(blocks: impl TryInto<u64>) -> u64 {
    blocks.try_into().unwrap_or_default() * 512
}

fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// The largest places so far.
#[derive(Default)]
struct Found {
    places: BTreeMap<String, PlaceSize>,
    least_bytes: u64,
    least_files: u64,
}

impl Found {
    fn note(&mut self, path: String, is_file: bool, bytes: u64, files: u64) {
        self.places.insert(path.clone(), PlaceSize { path, is_file, bytes, files });
        // Now and then, so that a tree of ten million places costs no more than one of a thousand: what is held here once a
        // day stays resident, for the heap is used again but seldom given back.
        if 4 * PLACES < self.places.len() {
            self.thin(2 * PLACES);
        }
    }

    /// Keeps about so many: the largest by bytes, and half as many by files. What holds a large one is as large.
    fn thin(&mut self, most: usize) {
        let nth = |mut sizes: Vec<u64>, nth: usize| {
            sizes.sort_unstable_by(|a, b| b.cmp(a));
            sizes.get(nth).copied().unwrap_or_default()
        };
        let bytes = nth(self.places.values().map(|it| it.bytes).collect(), most * 2 / 3);
        let files = nth(self.places.values().map(|it| it.files).collect(), most / 3);
        self.least_bytes = self.least_bytes.max(bytes.saturating_add(1));
        self.least_files = self.least_files.max(files.saturating_add(1));
        let (least_bytes, least_files) = (self.least_bytes, self.least_files);
        self.places.retain(|_, it| least_bytes <= it.bytes || least_files <= it.files);
    }

    fn told(mut self, is_whole: bool) -> Walk {
        if PLACES < self.places.len() {
            self.thin(PLACES);
        }
        Walk {
            is_whole,
            places: self.places.into_values().collect(),
            least_bytes: self.least_bytes.max(LEAST_BYTES),
            least_files: self.least_files.max(LEAST_FILES),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;

    const MIB: usize = 1 << 20;

    fn tree(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("vakhta-walk-{name}-{}", std::process::id()));
        fs::remove_dir_all(&path).ok();
        fs::create_dir_all(&path).expect("room in the temporary directory");
        path
    }

    fn fill(path: &Path, mib: usize) {
        fs::create_dir_all(path.parent().expect("a directory")).expect("room");
        fs::write(path, vec![b'x'; mib * MIB]).expect("room");
    }

    /// As the host whose root the tree is.
    fn walked(root: &Path, budget: Budget) -> Walk {
        walk(root, root, budget).expect("it is there")
    }

    fn sizes(walk: &Walk) -> Vec<(String, bool, u64)> {
        walk.places.iter().map(|it| (it.path.clone(), it.is_file, it.bytes / MIB as u64)).collect()
    }

    #[test]
    fn directories_count_what_lies_below_them_and_large_files_are_named() {
        let root = tree("sizes");
        fill(&root.join("var/log/app.log"), 9);
        fill(&root.join("var/log/small"), 1);
        fill(&root.join("home/me/film"), 5);
        let walk = walked(&root, BUDGET);
        let expected = [
            ("/", false, 15),
            ("/home", false, 5),
            ("/home/me", false, 5),
            ("/home/me/film", true, 5),
            ("/var", false, 10),
            ("/var/log", false, 10),
            ("/var/log/app.log", true, 9),
        ];
        assert!(walk.is_whole);
        assert_eq!(sizes(&walk), expected.map(|(path, is_file, mib)| (path.to_owned(), is_file, mib)));
        let top = &walk.places[0];
        assert_eq!(top.files, 1 + 2 + 2 + 3, "the root, var and log, home and me, three files");
        fs::remove_dir_all(root).ok();
    }

    #[test]
    fn links_are_not_followed_and_a_second_name_counts_once() {
        let root = tree("links");
        fill(&root.join("a/film"), 6);
        fs::hard_link(root.join("a/film"), root.join("film")).expect("a link");
        symlink("..", root.join("a/loop")).expect("a link");
        symlink("/", root.join("a/away")).expect("a link");
        let walk = walked(&root, BUDGET);
        assert!(walk.is_whole);
        let top = walk.places.first().map(|it| it.bytes / MIB as u64);
        assert_eq!(top, Some(6));
        assert!(walk.places.iter().all(|it| !it.path.contains("loop") && !it.path.contains("away")));
        fs::remove_dir_all(root).ok();
    }

    #[test]
    fn a_start_that_is_a_link_is_refused() {
        let root = tree("start");
        symlink("/", root.join("link")).expect("a link");
        let why = walk(&root, &root.join("link"), BUDGET).expect_err("it leads elsewhere").why;
        assert!(why.contains("link"), "{why}");
        fs::remove_dir_all(root).ok();
    }

    #[test]
    fn a_hostile_tree_is_walked_to_its_end() {
        let root = tree("hostile");
        // As deep as a path may be long, with bytes that are no text and line ends in names.
        let mut deep = root.clone();
        while deep.as_os_str().len() < 3500 {
            deep.push("d".repeat(60));
        }
        fs::create_dir_all(&deep).expect("room");
        fill(&deep.join("bottom"), 5);
        let strange = root.join(OsStr::from_bytes(b"a\nb\xff\t<b>"));
        fill(&strange.join("file\nname"), 4);
        for number in 0..5000 {
            fs::write(root.join(format!("many-{number}")), "").expect("room");
        }
        let locked = root.join("locked");
        fs::create_dir(&locked).expect("room");
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).expect("ours");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            root.join("pipe"),
            FileType::Fifo,
            Mode::from_raw_mode(0o600),
            0,
        )
        .expect("a pipe that nobody writes to");

        let walk = walked(&root, BUDGET);
        assert!(walk.is_whole);
        let top = &walk.places[0];
        assert_eq!((top.path.as_str(), top.bytes / MIB as u64), ("/", 9));
        assert!(5000 < top.files);
        assert!(walk.places.iter().any(|it| it.path == "/a\nb\u{fffd}\t<b>"));
        assert!(walk.places.iter().all(|it| it.path.len() <= LONGEST_PATH + 8));
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o700)).expect("ours");
        fs::remove_dir_all(root).ok();
    }

    #[test]
    fn when_the_time_is_up_what_was_not_left_again_is_not_told_of() {
        let root = tree("budget");
        fill(&root.join("usr/large"), 5);
        fill(&root.join("var/large"), 5);
        for number in 0..2000 {
            fill(&root.join(format!("usr/lib/{number}")), 0);
        }
        // What grows is walked first, so it is known when the names run out.
        let few = walked(&root, Budget { entries: 1000, ..BUDGET });
        assert!(!few.is_whole);
        let paths: Vec<&str> = few.places.iter().map(|it| it.path.as_str()).collect();
        assert_eq!(paths, ["/usr/large", "/var", "/var/large"]);
        for budget in [Budget { cpu: Duration::ZERO, ..BUDGET }, Budget { wall: Duration::ZERO, ..BUDGET }] {
            let none = walked(&root, budget);
            assert!(!none.is_whole && none.places.iter().all(|it| it.path != "/"), "{none:?}");
        }
        fs::remove_dir_all(root).ok();
    }

    #[test]
    fn no_more_than_the_largest_places_are_told_of() {
        let mut found = Found::default();
        for number in 0..100_000_u64 {
            found.note(format!("/d/{number}"), false, LEAST_BYTES + number, 1);
        }
        found.note("/d".to_owned(), false, u64::MAX, 100_001);
        found.note("/mail".to_owned(), false, 1, 50_000);
        let walk = found.told(true);
        assert!((PLACES / 2..=PLACES).contains(&walk.places.len()), "{}", walk.places.len());
        let has = |path: &str| walk.places.iter().any(|it| it.path == path);
        assert!(has("/d") && has("/d/99999") && has("/mail") && !has("/d/5"));
        assert!(LEAST_BYTES < walk.least_bytes);
        assert!(walk.places.iter().all(|it| walk.least_bytes <= it.bytes || walk.least_files <= it.files));
    }

    #[test]
    fn another_filesystem_and_the_kernels_own_are_not_walked() {
        let walk =
            walk(Path::new("/"), Path::new("/"), Budget { entries: 3000, ..BUDGET }).expect("our root");
        let never = |it: &&PlaceSize| NEVER.iter().any(|never| it.path.starts_with(never));
        assert_eq!(walk.places.iter().find(never), None);
        assert_ne!(fs::metadata("/proc").expect("proc").dev(), 0);
    }
}
