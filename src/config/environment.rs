//! Where settings come from: the environment, files it names, and a `.env` file. Holds what was given and what can
//! be read, and knows the order of search; it never asks the process itself, so tests need none.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use jiff::tz::TimeZone;

use super::dotenv::{self, Entries};
use super::files::{Files, Print};
use super::mistake::{Mistake, Mistakes};

/// Where Docker mounts what compose gives as a secret; a file is called as its setting, in small letters.
const SECRETS: &str = "/run/secrets";

/// The file of settings in the working directory.
pub const DOTENV: &str = ".env";

/// The most that is read of a file. A token has 46 bytes, a declaration a few thousand.
const MOST_BYTES: u64 = 1024 * 1024;

/// A file that was read.
#[derive(Clone)]
pub struct FileText {
    /// Its bytes, at most a mebibyte.
    pub bytes: Vec<u8>,
    /// Its permissions, where there are any.
    pub mode: Option<u32>,
}

/// Reads a file.
pub type Reader = Box<dyn Fn(&Path) -> io::Result<FileText> + Send + Sync>;

/// Where a setting came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nobody set it.
    Default,
    /// The environment variable of its name.
    Variable(String),
    /// A line of the `.env` file.
    Dotenv {
        /// From 1.
        line: usize,
    },
    /// A file, named by a variable or mounted as a secret.
    File(PathBuf),
    /// The machine itself, such as its own time zone.
    System,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Variable(name) => write!(f, "environment variable {name}"),
            Self::Dotenv { line } => write!(f, "{DOTENV} line {line}"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::System => f.write_str("this machine"),
        }
    }
}

/// Where Docker mounts the secret for a setting: `/run/secrets/bot_token`.
pub fn secret_mount(name: &str) -> PathBuf {
    Path::new(SECRETS).join(name.to_ascii_lowercase())
}

/// A setting that was found. Deliberately not `Debug`: it may be the token.
pub struct Found {
    /// As it was written, without spaces around it; never empty.
    pub value: String,
    /// Where.
    pub source: Source,
    /// The file's permissions, when it came from one.
    pub mode: Option<u32>,
}

/// Everything that settings can be found in.
pub struct Environment {
    variables: BTreeMap<String, String>,
    dotenv: Entries,
    dotenv_mode: Option<u32>,
    read: Reader,
    /// What was read, or looked for, and what that yielded.
    seen: Mutex<BTreeMap<PathBuf, Print>>,
    /// None: whatever the machine says when it is asked.
    system_zone: Option<TimeZone>,
    mistakes: Mistakes,
}

impl Environment {
    /// From variables and a way to read files. Reads the `.env` file at once, if there is one.
    pub fn new(variables: impl IntoIterator<Item = (String, String)>, read: Reader) -> Self {
        let mut mistakes = Mistakes::new();
        let found = read(Path::new(DOTENV));
        let seen = Mutex::new(BTreeMap::from([(PathBuf::from(DOTENV), Print::of(&found))]));
        let (dotenv, dotenv_mode) = match found {
            Ok(file) => match String::from_utf8(file.bytes) {
                Ok(text) => (dotenv::parse(DOTENV, &text, &mut mistakes), file.mode),
                Err(_) => {
                    mistakes.push(Mistake::whole(DOTENV, "the file is not UTF-8 text", "save it as UTF-8"));
                    (Entries::new(), None)
                }
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => (Entries::new(), None),
            Err(error) => {
                mistakes.push(unreadable(Path::new(DOTENV), DOTENV, &error));
                (Entries::new(), None)
            }
        };
        let variables = variables.into_iter().collect();
        Self { variables, dotenv, dotenv_mode, read, seen, system_zone: Some(TimeZone::UTC), mistakes }
    }

    /// The environment of this process, its files, and the machine's time zone.
    pub fn of_process() -> Self {
        Self::in_directory(Path::new(""))
    }

    /// The same, as it would be if this process ran in that directory.
    pub fn in_directory(directory: &Path) -> Self {
        let mut foreign = Vec::new();
        let mut variables = Vec::new();
        for (name, value) in std::env::vars_os() {
            match (name.into_string(), value.into_string()) {
                (Ok(name), Ok(value)) => variables.push((name, value)),
                (Ok(name), Err(_)) => foreign.push(name),
                (Err(_), _) => {}
            }
        }
        let directory = directory.to_owned();
        let mut environment =
            Self::new(variables, Box::new(move |path: &Path| read_file(&directory.join(path))));
        environment.system_zone = None;
        for name in foreign.into_iter().filter(|name| super::settings::is_setting(name)) {
            environment.mistakes.push(Mistake::whole(
                format!("environment variable {name}"),
                "the value is not UTF-8 text",
                "write it in UTF-8",
            ));
        }
        environment
    }

    /// The same, with another time zone for the machine.
    #[must_use]
    pub fn with_system_zone(mut self, zone: TimeZone) -> Self {
        self.system_zone = Some(zone);
        self
    }

    /// The same, with a variable set, as if by the caller of the program.
    #[must_use]
    pub fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The machine's time zone.
    pub fn system_zone(&self) -> TimeZone {
        let asked = || TimeZone::try_system().unwrap_or(TimeZone::UTC);
        self.system_zone.clone().unwrap_or_else(asked)
    }

    /// Every file that was read or looked for up to here, to be looked at again.
    pub fn files(&self) -> Files {
        Files::new(&self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads a file, and remembers what that yielded.
    fn open(&self, path: &Path) -> io::Result<FileText> {
        let read = (self.read)(path);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.insert(path.to_owned(), Print::of(&read));
        read
    }

    /// What was already wrong with the `.env` file.
    pub(super) fn mistakes(&self) -> &Mistakes {
        &self.mistakes
    }

    /// A variable as it is, without files; for what is not ours, such as `HOME`.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.trim().is_empty())
    }

    /// Names in the `.env` file with their lines.
    pub(super) fn dotenv_names(&self) -> impl Iterator<Item = (&str, usize)> {
        self.dotenv.iter().map(|(name, (_, line))| (name.as_str(), *line))
    }

    /// Names in the environment.
    pub(super) fn variable_names(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().map(String::as_str)
    }

    /// Searches for a setting: the file that `NAME_FILE` names, `mount` if it is there, then `NAME`. A real
    /// environment variable wins over a line of `.env`, and an empty one is as good as none.
    ///
    /// # Errors
    /// A file that is named and cannot be read, or holds nothing.
    pub fn find(&self, name: &str, mount: Option<&Path>) -> Result<Option<Found>, Mistake> {
        let file_name = format!("{name}_FILE");
        let variable = self.variable(name);
        let in_dotenv = |name: &str| {
            let (value, line) = self.dotenv.get(name)?;
            (!value.trim().is_empty()).then_some((value.as_str(), *line))
        };
        if let Some(path) = self.variable(&file_name) {
            return self.read_value(path.trim(), &format!("environment variable {file_name}")).map(Some);
        }
        if variable.is_none()
            && let Some((path, line)) = in_dotenv(&file_name)
        {
            return self.read_value(path.trim(), &format!("{DOTENV} line {line}")).map(Some);
        }
        if let Some(mount) = mount
            && let Some(found) = self.read_mount(mount)?
        {
            return Ok(Some(found));
        }
        if let Some(value) = variable {
            let source = Source::Variable(name.to_owned());
            return Ok(Some(Found { value: value.trim().to_owned(), source, mode: None }));
        }
        Ok(in_dotenv(name).map(|(value, line)| Found {
            value: value.trim().to_owned(),
            source: Source::Dotenv { line },
            mode: self.dotenv_mode,
        }))
    }

    /// A text file, such as the declaration.
    ///
    /// # Errors
    /// It cannot be read. `named_by` says who wants it.
    pub(super) fn text(&self, path: &Path, named_by: &str) -> Result<String, Mistake> {
        let file = self.open(path).map_err(|error| unreadable(path, named_by, &error))?;
        String::from_utf8(file.bytes).map_err(|_| {
            Mistake::whole(path.display().to_string(), "the file is not UTF-8 text", "save it as UTF-8")
        })
    }

    fn read_mount(&self, path: &Path) -> Result<Option<Found>, Mistake> {
        match self.open(path) {
            Ok(file) => value_of(path, file).map(Some),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                Ok(None)
            }
            Err(error) => Err(unreadable(path, &path.display().to_string(), &error)),
        }
    }

    fn read_value(&self, path: &str, named_by: &str) -> Result<Found, Mistake> {
        let path = Path::new(path);
        let file = self.open(path).map_err(|error| unreadable(path, named_by, &error))?;
        value_of(path, file)
    }
}

/// Without the values.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.variables.keys().chain(self.dotenv.keys()).collect();
        f.debug_struct("Environment").field("names", &names).finish_non_exhaustive()
    }
}

fn value_of(path: &Path, file: FileText) -> Result<Found, Mistake> {
    let place = path.display().to_string();
    let text = String::from_utf8(file.bytes).map_err(|_| {
        Mistake::whole(place.clone(), "the file is not UTF-8 text", "write the bare value into it")
    })?;
    let value = text.trim_start_matches('\u{feff}').trim();
    if value.is_empty() {
        return Err(Mistake::whole(place, "the file is empty", "write the value into it, or do not name it"));
    }
    Ok(Found { value: value.to_owned(), source: Source::File(path.to_owned()), mode: file.mode })
}

fn unreadable(path: &Path, named_by: &str, error: &io::Error) -> Mistake {
    let path = path.display();
    let (why, remedy) = match error.kind() {
        io::ErrorKind::NotFound => {
            ("is not there", "check the path; in a container, check the mount".to_owned())
        }
        io::ErrorKind::PermissionDenied => (
            "may not be read by this user",
            "give the user that runs Vakhta the right to read it; in our image that is 65534".to_owned(),
        ),
        io::ErrorKind::IsADirectory => (
            "is a directory",
            "Docker makes a directory when the file to be mounted is not there: remove it, write the file"
                .to_owned(),
        ),
        _ => ("cannot be read", error.to_string()),
    };
    Mistake::whole(named_by, format!("{path} {why}"), remedy)
}

pub(super) fn read_file(path: &Path) -> io::Result<FileText> {
    let file = std::fs::File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if MOST_BYTES < bytes.len() as u64 {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than a mebibyte"));
    }
    let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions());
    Ok(FileText { bytes, mode: Some(mode) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_real_file_is_read_and_what_is_none_is_refused() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let file = read_file(&here.join("Cargo.toml")).expect("our own manifest");
        assert!(!file.bytes.is_empty() && file.mode.is_some());
        let kind = |path: &Path| read_file(path).err().map(|error| error.kind());
        assert_eq!(kind(here), Some(io::ErrorKind::IsADirectory));
        assert_eq!(kind(&here.join("none")), Some(io::ErrorKind::NotFound));
        // It never ends: without a limit this would take all memory.
        assert_eq!(kind(Path::new("/dev/zero")), Some(io::ErrorKind::FileTooLarge));
    }
}
