//! How large a file is on disk, together with the older parts of it that lie beside it: `x.log`, `x.log.1`, `x.log.2.gz`.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use jobs::ports::{Source, Unknown};

use super::kept::refusal;

/// So many names are looked at in one directory: a log's has a handful.
const MOST: usize = 10_000;

/// Bytes of a file and its older parts. A directory that may be entered and not listed hides the older parts; then the
/// file alone counts.
pub(super) fn size(file: &Path) -> Source<u64> {
    let unknown = |error: std::io::Error| Unknown::because(refusal(file, &error));
    let own = std::fs::symlink_metadata(file).map_err(unknown)?;
    if !own.is_file() {
        return Err(Unknown::because(format!("{}: not a file", file.display())));
    }
    let (Some(directory), Some(name)) = (file.parent(), file.file_name()) else {
        return Ok(own.blocks() * 512);
    };
    let older = std::fs::read_dir(directory).into_iter().flatten().take(MOST).flatten();
    let sizes = older
        .filter(|it| is_older_part(&it.file_name(), name))
        .filter_map(|it| it.metadata().ok().filter(std::fs::Metadata::is_file));
    Ok(sizes.map(|it| it.blocks() * 512).sum::<u64>() + own.blocks() * 512)
}

/// Whether a name is that of a log, a dot and a number, packed or not.
fn is_older_part(found: &OsStr, log: &OsStr) -> bool {
    let rest = found.as_bytes().strip_prefix(log.as_bytes()).and_then(|it| it.strip_prefix(b"."));
    let number = rest.map(|it| it.strip_suffix(b".gz").unwrap_or(it));
    number.is_some_and(|it| !it.is_empty() && it.iter().all(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_counts_with_its_older_parts_and_nothing_else() {
        let directory = std::env::temp_dir().join(format!("vakhta-sizes-{}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("room in the temporary directory");
        let log = directory.join("c-json.log");
        for (name, kib) in [
            ("c-json.log", 64),
            ("c-json.log.1", 32),
            ("c-json.log.2.gz", 16),
            ("c-json.log.old", 128),
            ("cc-json.log", 128),
        ] {
            std::fs::write(directory.join(name), vec![b'x'; kib << 10]).expect("room");
        }
        assert_eq!(size(&log), Ok((64 + 32 + 16) << 10));
        let why = size(&directory.join("nobody")).expect_err("it is not there").why;
        assert!(why.contains("nobody"), "{why}");
        assert!(size(&directory).expect_err("a directory").why.ends_with("not a file"));
        std::fs::remove_dir_all(directory).ok();
    }
}
