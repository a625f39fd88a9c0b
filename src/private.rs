//! Files that are ours alone: made for our own eyes, never reached through a link, and never waited for. Whoever can put
//! a link, a pipe or a device in the place of one gets an error out of us, and neither a file elsewhere nor a watch that
//! hangs.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::OFlags;

/// The most that is read of one.
const MOST_BYTES: u64 = 4096;

/// Opens one to be written, made where it is not there, with what is in it left as it is: a full disk still takes the
/// same bytes.
///
/// # Errors
/// The kernel's, or that something else than a file is in its place.
pub fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    plain(options.write(true).create(true).truncate(false).mode(0o600), path)
}

/// Reads one; no more of it than ours are long.
///
/// # Errors
/// As for [`open`], or that it is no text.
pub fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    plain(OpenOptions::new().read(true), path)?.take(MOST_BYTES).read_to_string(&mut text)?;
    Ok(text)
}

/// Writes something that somebody asked for to where they want it: for their eyes alone, where it is made by this. What
/// they name is followed wherever it leads.
///
/// # Errors
/// The kernel's.
pub fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::io::Write;
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?.write_all(bytes)
}

/// A pipe that nobody reads would be waited for until somebody does; without waiting it is refused.
fn plain(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = options.custom_flags(flags.bits() as i32).open(path)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a file")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;

    /// A directory of its own for each test.
    fn ground(name: &str) -> PathBuf {
        let directory = std::env::temp_dir().join(format!("vakhta-private-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("a directory of our own");
        directory
    }

    #[test]
    fn it_is_for_our_eyes_and_keeps_what_is_in_it() {
        let ground = ground("eyes");
        let path = ground.join("file");
        use std::io::Write;
        open(&path).and_then(|mut it| it.write_all(b"before")).expect("written");
        open(&path).and_then(|mut it| it.write_all(b"be")).expect("written");
        assert_eq!(read(&path).expect("ours"), "before");
        put(&ground.join("picture"), b"PNG").expect("written");
        for name in ["file", "picture"] {
            let mode = std::fs::metadata(ground.join(name)).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
        std::fs::remove_dir_all(ground).expect("ours");
    }

    #[test]
    fn a_link_a_pipe_a_directory_and_a_device_are_refused_at_once() {
        let ground = ground("traps");
        let elsewhere = ground.join("elsewhere");
        std::fs::write(&elsewhere, "not ours").expect("written");
        std::os::unix::fs::symlink(&elsewhere, ground.join("link")).expect("linked");
        std::os::unix::fs::symlink(ground.join("nothing"), ground.join("dangling")).expect("linked");
        std::fs::create_dir(ground.join("directory")).expect("made");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            ground.join("pipe"),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
            0,
        )
        .expect("a pipe");
        for name in ["link", "dangling", "directory", "pipe"] {
            assert!(open(&ground.join(name)).is_err() && read(&ground.join(name)).is_err(), "{name}");
        }
        // A device never ends, and is no file.
        assert!(read(Path::new("/dev/zero")).is_err());
        assert_eq!(std::fs::read_to_string(&elsewhere).expect("there"), "not ours");
        assert!(!ground.join("nothing").exists());
        std::fs::remove_dir_all(ground).expect("ours");
    }
}
