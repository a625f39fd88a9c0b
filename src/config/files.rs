//! The files that settings were read from, looked at again and again: whether what is in them now is what was read.
//!
//! Nobody is asked to tell us: a watch on a file's own inode loses it when an editor renames another one into its place,
//! and sees nothing at all through many mounts. So each file is asked for its few words of metadata, links followed; when
//! those have changed and stand still from one look to the next, it is read and held against what was read before.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::environment::FileText;

/// What reading a file yielded, without what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Print {
    /// A file of this content.
    Content(u64),
    /// None, for this reason.
    Nothing(io::ErrorKind),
}

impl Print {
    /// Of what came of reading.
    pub fn of(read: &io::Result<FileText>) -> Self {
        match read {
            Ok(file) => {
                // Nobody gains by making two files that look alike to us, and it is the same on every run.
                let mut hasher = DefaultHasher::new();
                file.bytes.hash(&mut hasher);
                Self::Content(hasher.finish())
            }
            Err(error) => Self::Nothing(error.kind()),
        }
    }
}

/// What a file's metadata say; none where there is none.
type Stat = Option<(u64, u64, u64, [i64; 4])>;

/// A file, and what is known of it.
#[derive(Clone, Debug)]
struct Known {
    path: PathBuf,
    /// What was read.
    print: Print,
    /// As it was when it was last seen to hold that; none before the first look.
    seen: Option<Stat>,
    /// As it was at the last look, when that was something else.
    moving: Option<Stat>,
}

/// The files that settings were read from.
#[derive(Clone, Debug, Default)]
pub struct Files(Vec<Known>);

impl Files {
    /// Those that were read, and what that yielded; also those that were looked for and are not there.
    pub fn new(read: &BTreeMap<PathBuf, Print>) -> Self {
        let known = |(path, print): (&PathBuf, &Print)| Known {
            path: path.clone(),
            print: *print,
            seen: None,
            moving: None,
        };
        Self(read.iter().map(known).collect())
    }

    /// Looks at all of them. True: one of them stands still, and holds something else than what was read. May block for as
    /// long as the file system likes.
    pub fn look(&mut self) -> bool {
        self.look_by(&stat, &|path| Print::of(&super::environment::read_file(path)))
    }

    fn look_by(&mut self, stat: &dyn Fn(&Path) -> Stat, print: &dyn Fn(&Path) -> Print) -> bool {
        let mut changed = false;
        for known in &mut self.0 {
            let now = stat(&known.path);
            if known.seen == Some(now) {
                known.moving = None;
            } else if known.moving.replace(now) == Some(now) {
                // It has stood still for one look: nobody is writing just now.
                (known.seen, known.moving) = (Some(now), None);
                changed |= print(&known.path) != known.print;
            }
        }
        changed
    }
}

/// Links are followed: a directory of settings is often exchanged as a whole by a link that is turned.
fn stat(path: &Path) -> Stat {
    let it = std::fs::metadata(path).ok()?;
    Some((it.dev(), it.ino(), it.size(), [it.mtime(), it.mtime_nsec(), it.ctime(), it.ctime_nsec()]))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::config::environment::read_file;

    /// A directory of our own, gone at the end.
    struct Ground(PathBuf);

    impl Ground {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("vakhta-files-{}-{name}", std::process::id()));
            fs::create_dir_all(&path).expect("a directory of our own");
            Self(path)
        }

        fn at(&self, name: &str) -> PathBuf {
            self.0.join(name)
        }

        /// As if the settings had just been read from it.
        fn read(&self, name: &str) -> Files {
            let path = self.at(name);
            Files::new(&BTreeMap::from([(path.clone(), Print::of(&read_file(&path)))]))
        }
    }

    impl Drop for Ground {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).ok();
        }
    }

    /// What three looks say.
    fn looks(files: &mut Files) -> [bool; 3] {
        [files.look(), files.look(), files.look()]
    }

    #[test]
    fn a_file_is_read_once_it_stands_still_and_told_of_once() {
        let ground = Ground::new("still");
        fs::write(ground.at("a"), "one").expect("written");
        let mut files = ground.read("a");
        assert_eq!(looks(&mut files), [false; 3], "nothing has changed");
        fs::write(ground.at("a"), "two").expect("written");
        assert!(!files.look());
        fs::write(ground.at("a"), "and three").expect("written");
        assert!(!files.look(), "it was still being written");
        assert_eq!(looks(&mut files), [true, false, false]);
        // It is for whoever reads it anew to say what was read.
        let mut files = ground.read("a");
        fs::write(ground.at("a"), "and three").expect("written");
        assert_eq!(looks(&mut files), [false; 3], "the same words, written again");
    }

    #[test]
    fn what_changed_before_the_first_look_is_seen() {
        let ground = Ground::new("before");
        fs::write(ground.at("a"), "one").expect("written");
        let mut files = ground.read("a");
        fs::write(ground.at("a"), "two").expect("written");
        assert_eq!(looks(&mut files), [false, true, false]);
    }

    #[test]
    fn a_file_that_is_renamed_into_its_place_or_comes_or_goes_is_seen() {
        let ground = Ground::new("renamed");
        let mut files = ground.read("a");
        assert_eq!(looks(&mut files), [false; 3], "there is none");
        fs::write(ground.at("a"), "one").expect("written");
        assert_eq!(looks(&mut files), [false, true, false]);
        let mut files = ground.read("a");
        assert_eq!(looks(&mut files), [false; 3]);
        fs::write(ground.at("b"), "two").expect("written");
        fs::rename(ground.at("b"), ground.at("a")).expect("renamed");
        assert_eq!(looks(&mut files), [false, true, false]);
        let mut files = ground.read("a");
        assert_eq!(looks(&mut files), [false; 3]);
        fs::remove_file(ground.at("a")).expect("removed");
        assert_eq!(looks(&mut files), [false, true, false]);
    }

    #[test]
    fn a_directory_that_a_link_turns_to_is_seen() {
        let ground = Ground::new("link");
        for (version, text) in [("v1", "one"), ("v2", "two")] {
            fs::create_dir_all(ground.at(version)).expect("a directory");
            fs::write(ground.at(version).join("a"), text).expect("written");
        }
        std::os::unix::fs::symlink("v1", ground.at("now")).expect("a link");
        let mut files = ground.read("now/a");
        assert_eq!(looks(&mut files), [false; 3]);
        std::os::unix::fs::symlink("v2", ground.at("next")).expect("a link");
        fs::rename(ground.at("next"), ground.at("now")).expect("turned");
        assert_eq!(looks(&mut files), [false, true, false]);
    }
}
