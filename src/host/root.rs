//! Where the host's `/` is, seen from here.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

/// How many symbolic links one path may go through, as the kernel allows it.
const MOST_LINKS: usize = 40;

/// The host's root directory as this process reaches it: nothing when we run on the host itself, a mount such as
/// `/host` when we run in a container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostRoot(Option<PathBuf>);

impl HostRoot {
    /// Reads the setting: empty or `/` means that we run on the host. A trailing slash is of no importance.
    pub fn new(setting: &str) -> Self {
        let trimmed = setting.trim().trim_end_matches('/');
        Self((!trimmed.is_empty()).then(|| PathBuf::from(trimmed)))
    }

    /// We run on the host.
    pub fn here() -> Self {
        Self(None)
    }

    /// The mount, when there is one.
    pub fn path(&self) -> Option<&Path> {
        self.0.as_deref()
    }

    /// Whether the host's root was mounted somewhere for us.
    pub fn is_mounted(&self) -> bool {
        self.0.is_some()
    }

    /// A path of the host, as we reach it. Links in it are not looked at.
    pub fn at(&self, path: impl AsRef<Path>) -> PathBuf {
        let path = path.as_ref();
        match &self.0 {
            None => path.to_owned(),
            Some(root) => root.join(path.strip_prefix("/").unwrap_or(path)),
        }
    }

    /// Where a kernel-wide file can be read: below the host's root first, then our own.
    pub fn either(&self, path: impl AsRef<Path>) -> Vec<PathBuf> {
        let path = path.as_ref();
        match &self.0 {
            None => vec![path.to_owned()],
            Some(_) => vec![self.at(path), path.to_owned()],
        }
    }

    /// A path of the host, as we reach it, with its links followed as the host would: an absolute link stays below
    /// the host's root instead of leading into our own. What cannot be read is taken for no link.
    pub fn resolve(&self, path: impl AsRef<Path>) -> PathBuf {
        let path = path.as_ref();
        if self.0.is_none() {
            return path.to_owned();
        }
        self.at(follow(path, |it| std::fs::read_link(self.at(it)).ok()))
    }
}

/// Follows links within a root; `read_link` answers for absolute paths of that root.
fn follow(path: &Path, read_link: impl Fn(&Path) -> Option<PathBuf>) -> PathBuf {
    let mut done = PathBuf::from("/");
    let mut todo: Vec<std::ffi::OsString> = names(path);
    todo.reverse();
    let mut links = 0;
    while let Some(name) = todo.pop() {
        if name == OsStr::new("..") {
            done.pop();
            continue;
        }
        done.push(&name);
        if links < MOST_LINKS
            && let Some(target) = read_link(&done)
        {
            links += 1;
            done.pop();
            if target.is_absolute() {
                done = PathBuf::from("/");
            }
            todo.extend(names(&target).into_iter().rev());
        }
    }
    done
}

fn names(path: &Path) -> Vec<std::ffi::OsString> {
    path.components()
        .filter_map(|it| match it {
            Component::Normal(name) => Some(name.to_owned()),
            Component::ParentDir => Some("..".into()),
            Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_setting_means_that_we_run_on_the_host() {
        for setting in ["", "/", "  ", "//"] {
            assert_eq!(HostRoot::new(setting), HostRoot::here(), "{setting:?}");
        }
        assert_eq!(HostRoot::here().at("/proc/stat"), Path::new("/proc/stat"));
        assert_eq!(HostRoot::new("/host/").at("/proc/stat"), Path::new("/host/proc/stat"));
        assert_eq!(HostRoot::new("/host").at("/"), Path::new("/host/"));
    }

    #[test]
    fn an_absolute_link_of_the_host_stays_on_the_host() {
        let links = |path: &Path| match path.to_str()? {
            "/var/lib/docker" => Some(PathBuf::from("/srv/docker")),
            "/srv" => Some(PathBuf::from("data/./x/..")),
            "/loop" => Some(PathBuf::from("/loop")),
            _ => None,
        };
        assert_eq!(follow(Path::new("/var/lib/docker/image"), links), Path::new("/data/docker/image"));
        assert_eq!(follow(Path::new("/../../etc"), links), Path::new("/etc"));
        assert_eq!(follow(Path::new("/loop/a"), links), Path::new("/loop/a"));
    }
}
