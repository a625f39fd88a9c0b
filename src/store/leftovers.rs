//! Damaged stores that were set aside: what of them lies there, and removing them.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jobs::ports::{Leftover, StoreError};

use super::open::FILE;

/// Every file beside the store that was set aside, by its name alone: nothing else is ours to remove.
pub(super) fn list(file: &Path) -> Vec<Leftover> {
    let beside = file.parent().and_then(|it| fs::read_dir(it).ok()).into_iter().flatten().flatten();
    let mut found: Vec<Leftover> = beside
        .filter_map(|it| {
            let name = it.file_name().into_string().ok()?;
            let stamp = stamp(&name)?;
            // A link would lead elsewhere; this looks at the name itself.
            let about = it.metadata().ok().filter(fs::Metadata::is_file)?;
            let at = DateTime::strptime("%Y%m%dT%H%M%SZ", stamp).ok();
            Some(Leftover {
                path: it.path().to_str()?.to_owned(),
                bytes: about.blocks() * 512,
                at: at.and_then(|it| TimeZone::UTC.to_timestamp(it).ok()),
            })
        })
        .collect();
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Deletes one of those that [`list`] names.
pub(super) fn remove(file: &Path, path: &str) -> Result<(), StoreError> {
    if !list(file).iter().any(|it| it.path == path) {
        return Err(StoreError(format!("{path} is no store that was set aside")));
    }
    fs::remove_file(path).map_err(|error| StoreError(format!("{path}: {error}")))
}

/// `20260101T020304Z` of `vakhta.sqlite.damaged-20260101T020304Z.2-wal`.
fn stamp(name: &str) -> Option<&str> {
    let rest = name.strip_prefix(FILE)?.strip_prefix(".damaged-")?;
    rest.get(..16).filter(|it| it.ends_with('Z'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_set_aside_is_listed_and_removed() {
        let directory = std::env::temp_dir().join(format!("vakhta-leftovers-{}", std::process::id()));
        fs::create_dir_all(&directory).expect("room in the temporary directory");
        for name in [
            "vakhta.sqlite",
            "vakhta.sqlite-wal",
            "vakhta.sqlite.damaged-20260101T020304Z",
            "vakhta.sqlite.damaged-20260101T020304Z-wal",
            "vakhta.sqlite.damaged-",
            "holiday.damaged-20260101T020304Z",
        ] {
            fs::write(directory.join(name), "x").expect("room");
        }
        let file = directory.join(FILE);
        let found = list(&file);
        let names: Vec<&str> = found.iter().filter_map(|it| it.path.rsplit('/').next()).collect();
        let expected =
            ["vakhta.sqlite.damaged-20260101T020304Z", "vakhta.sqlite.damaged-20260101T020304Z-wal"];
        assert_eq!(names, expected);
        assert_eq!(found[0].at, "2026-01-01T02:03:04Z".parse().ok());
        for kept in ["vakhta.sqlite", "holiday.damaged-20260101T020304Z", "../passwd"] {
            let path = directory.join(kept);
            assert!(remove(&file, path.to_str().expect("text")).is_err(), "{kept}");
        }
        remove(&file, &found[0].path).expect("it is ours");
        assert_eq!(list(&file).len(), 1);
        assert!(file.exists());
        fs::remove_dir_all(directory).ok();
    }
}
