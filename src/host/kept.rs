//! A file of `/proc` or `/sys` that is read again and again.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use jobs::ports::{Source, Unknown};

/// What one file may hold at most: `/proc/stat` of a machine with thousands of cores and interrupts is well below.
const MOST: usize = 4 << 20;

/// A file that stays open between looks, for a `pread` costs a quarter of open, read and close. Made of the places
/// where it may be found, the best first; the first that can be read is kept, and all are tried again when it fails.
#[derive(Debug)]
pub(super) struct Kept {
    places: Vec<PathBuf>,
    open: Option<File>,
    /// Filled from the beginning; behind that may be left what an earlier look saw. Nothing is cleared at each look.
    room: Vec<u8>,
}

impl Kept {
    pub(super) fn new(places: Vec<PathBuf>) -> Self {
        Self { places, open: None, room: vec![0; 4096] }
    }

    /// All that it holds now.
    pub(super) fn read(&mut self) -> Source<&[u8]> {
        if let Some(file) = &self.open
            && let Ok(end) = read_all(file, &mut self.room)
        {
            return Ok(&self.room[..end]);
        }
        self.open = None;
        let mut refusals = Vec::new();
        for place in &self.places {
            match File::open(place).and_then(|file| Ok((read_all(&file, &mut self.room)?, file))) {
                Ok((end, file)) => {
                    self.open = Some(file);
                    return Ok(&self.room[..end]);
                }
                Err(error) => refusals.push(refusal(place, &error)),
            }
        }
        Err(Unknown::because(refusals.join("; ")))
    }

    /// All that it holds now, understood.
    pub(super) fn understand<T>(&mut self, parse: impl Fn(&str) -> Option<T>) -> Source<T> {
        let parsed = parse(&String::from_utf8_lossy(self.read()?));
        parsed.ok_or_else(|| {
            let places: Vec<_> = self.places.iter().map(|it| it.display().to_string()).collect();
            Unknown::because(format!("{}: not understood", places.join(" or ")))
        })
    }
}

/// Names the file and the reason, in the words of the system.
pub(super) fn refusal(path: &Path, error: &io::Error) -> String {
    let words = match error.kind() {
        io::ErrorKind::NotFound => "no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    };
    format!("{}: {words}", path.display())
}

/// How many bytes it holds now; they are at the beginning of the room, which grows where it has to.
fn read_all(file: &File, room: &mut Vec<u8>) -> io::Result<usize> {
    let mut end = 0;
    loop {
        if end == room.len() {
            if MOST <= end {
                return Err(io::Error::other("too long"));
            }
            room.resize(2 * end, 0);
        }
        match file.read_at(&mut room[end..], end as u64) {
            Ok(0) => return Ok(end),
            Ok(count) => end += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_file_is_read_anew_each_time() {
        let mut uptime = Kept::new(vec!["/nowhere/uptime".into(), "/proc/self/stat".into()]);
        let first = uptime.read().expect("our own process").to_vec();
        assert!(first.starts_with(std::process::id().to_string().as_bytes()));
        assert!(uptime.read().expect("our own process").starts_with(b"") && uptime.open.is_some());
    }

    #[test]
    fn what_is_nowhere_is_unknown_with_every_place_named() {
        let error = Kept::new(vec!["/nowhere/a".into(), "/nowhere/b".into()]).read().map(<[u8]>::to_vec);
        assert_eq!(
            error,
            Err(Unknown::because("/nowhere/a: no such file; /nowhere/b: no such file".to_owned()))
        );
    }

    #[test]
    fn of_a_file_that_became_shorter_nothing_is_left() {
        let path = std::env::temp_dir().join(format!("vakhta-kept-shorter-{}", std::process::id()));
        std::fs::write(&path, "a long line").expect("a temporary file");
        let mut kept = Kept::new(vec![path.clone()]);
        assert_eq!(kept.read(), Ok(&b"a long line"[..]));
        std::fs::write(&path, "short").expect("a temporary file");
        assert_eq!(kept.read(), Ok(&b"short"[..]));
        std::fs::remove_file(path).expect("our own file");
    }

    #[test]
    fn a_file_longer_than_the_room_is_read_whole() {
        let path = std::env::temp_dir().join(format!("vakhta-kept-{}", std::process::id()));
        std::fs::write(&path, vec![b'x'; 100_000]).expect("a temporary file");
        assert_eq!(Kept::new(vec![path.clone()]).read().map(<[u8]>::len), Ok(100_000));
        std::fs::remove_file(path).expect("our own file");
    }
}
