//! What the first run leaves behind: a token that few may read, and settings beside it. Each file is there whole or not
//! at all.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// What settings begin with where there are none.
const EXAMPLE: &str = include_str!("../../.env.example");

/// For its owner's eyes only.
pub(super) const OWN: u32 = 0o600;
/// To be read by the user of a container, in a directory that keeps everybody else out.
pub(super) const MOUNTED: u32 = 0o444;

/// A file that could not be made, and why; never what was to be in it.
#[derive(Debug, thiserror::Error)]
#[error("{}: {error}", path.display())]
pub(super) struct FileError {
    /// Which.
    pub(super) path: PathBuf,
    /// Why.
    pub(super) error: io::Error,
}

/// Settings with these in them. A line that sets one is changed where it stands, one that is commented out is taken into
/// use, and what has neither is added; every other line of `there` stays as it is. Nothing there: the example.
pub(super) fn settings(there: Option<&str>, wanted: &[(&'static str, String)]) -> String {
    let mut lines: Vec<String> = there.unwrap_or(EXAMPLE).lines().map(str::to_owned).collect();
    for (name, value) in wanted {
        let new = format!("{name}={}", quoted(value));
        // Of several lines the last one counts.
        let set = lines.iter().rposition(|it| sets(it, name));
        let offered = || lines.iter().position(|it| it.strip_prefix('#').is_some_and(|it| sets(it, name)));
        match set.or_else(offered) {
            Some(at) => lines[at] = new,
            None => lines.push(new),
        }
    }
    lines.join("\n") + "\n"
}

/// Whether a line gives this name a value.
fn sets(line: &str, name: &str) -> bool {
    let line = line.trim_start();
    let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
    line.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('='))
}

/// A value as both we and Docker Compose read it: `$` stays what it is.
fn quoted(value: &str) -> String {
    let plain = |it: char| it.is_ascii_alphanumeric() || "_-./:@,+%[]".contains(it);
    if value.chars().all(plain) {
        value.to_owned()
    } else if value.contains('\'') {
        let escaped: String = value
            .chars()
            .flat_map(|it| if "\"\\$".contains(it) { vec!['\\', it] } else { vec![it] })
            .collect();
        format!("\"{escaped}\"")
    } else {
        format!("'{value}'")
    }
}

/// A directory that nobody else may look into; one that is there becomes so.
pub(super) fn own_directory(path: &Path) -> Result<(), FileError> {
    let failed = |error| FileError { path: path.to_owned(), error };
    match DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::set_permissions(path, PermissionsExt::from_mode(0o700)).map_err(failed)
        }
        Err(error) => Err(failed(error)),
    }
}

/// Writes beside the file and puts it in its place; whatever happens, there is the old one or the new one. A link is
/// followed, so that what it points to changes and the link stays.
pub(super) fn write(path: &Path, text: &str, mode: u32) -> Result<(), FileError> {
    let failed = |error| FileError { path: path.to_owned(), error };
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let beside = target.with_file_name(name);
    let written = (|| {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(OWN).open(&beside)?;
        file.write_all(text.as_bytes())?;
        file.set_permissions(PermissionsExt::from_mode(mode))?;
        file.sync_all()?;
        fs::rename(&beside, &target)?;
        // The new name is durable once its directory is; a directory that cannot be synced has its reasons.
        if let Some(directory) = target.parent().filter(|it| !it.as_os_str().is_empty()) {
            File::open(directory).and_then(|it| it.sync_all()).ok();
        }
        Ok(())
    })();
    if written.is_err() {
        fs::remove_file(&beside).ok();
    }
    written.map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(there: &str, wanted: &[(&'static str, &str)], expected: &str) {
        let wanted: Vec<_> = wanted.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        assert_eq!(settings(Some(there), &wanted), expected);
    }

    #[test]
    fn a_setting_finds_its_line_and_leaves_the_others_alone() {
        check(
            "# mine\nA=1 # why\n\nTZ=UTC\n",
            &[("TZ", "Europe/Berlin")],
            "# mine\nA=1 # why\n\nTZ=Europe/Berlin\n",
        );
        check("#TZ=UTC\nB=2", &[("TZ", "UTC")], "TZ=UTC\nB=2\n");
        check("TZ=a\nTZ=b\n", &[("TZ", "c")], "TZ=a\nTZ=c\n");
        check("export TZ = a\n", &[("TZ", "c")], "TZ=c\n");
        check("TZX=a\n", &[("TZ", "c")], "TZX=a\nTZ=c\n");
        check("", &[("P", "http://a:b#c$d@h")], "P='http://a:b#c$d@h'\n");
        check("", &[("P", "it's $1")], "P=\"it's \\$1\"\n");
    }

    #[test]
    fn what_is_written_twice_stays_as_it_is() {
        let wanted =
            [("TELEGRAM_USER_ID", "42".to_owned()), ("LOCALE", "ru".to_owned()), ("TZ", "UTC".to_owned())];
        let once = settings(None, &wanted);
        assert_eq!(settings(Some(&once), &wanted), once);
        assert!(once.contains("\nTELEGRAM_USER_ID=42\n") && once.contains("\nLOCALE=ru\n"), "{once}");
        assert_eq!(
            once.lines().count(),
            EXAMPLE.lines().count(),
            "every line found its place in the example"
        );
    }

    #[test]
    fn a_file_is_there_whole_with_its_permissions_and_nothing_beside_it() {
        let directory = std::env::temp_dir().join(format!("vakhta-files-{}", std::process::id()));
        own_directory(&directory).expect("a place for temporary files");
        own_directory(&directory).expect("again");
        for (text, mode) in [("old", OWN), ("new", MOUNTED), ("newer", OWN)] {
            let path = directory.join("bot_token");
            write(&path, text, mode).expect("written");
            assert_eq!(fs::read_to_string(&path).expect("read"), text);
            assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, mode);
        }
        assert_eq!(fs::read_dir(&directory).expect("listed").count(), 1);
        let error = write(&directory.join("none/x"), "SECRET", OWN).expect_err("no directory").to_string();
        assert!(error.contains("none/x") && !error.contains("SECRET"), "{error}");
        fs::remove_dir_all(directory).expect("ours");
    }
}
