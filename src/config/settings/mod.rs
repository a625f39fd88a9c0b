//! What the environment says, read and checked.

mod read;

use std::path::PathBuf;
use std::time::Duration;

use jiff::tz::TimeZone;
use jobs::role::Role;
use secrecy::{ExposeSecret, SecretString};

pub(super) use self::read::read;
use super::environment::Source;
use crate::message::{Place, UserId};
use crate::totp;

/// Telegram's own server.
pub const PUBLIC_API: &str = "https://api.telegram.org";

/// Every setting of the environment; each also as `NAME_FILE`.
const NAMES: [&str; 26] = [
    "BOT_TOKEN",
    "TELEGRAM_USER_ID",
    "TELEGRAM_OPERATORS",
    "TELEGRAM_VIEWERS",
    "ALERTS_CHAT",
    "DIGEST_CHAT",
    "TOTP_SECRET",
    "TOTP_FOR",
    "TELEGRAM_API_URL",
    "TELEGRAM_PROXY",
    "HEARTBEAT_URL",
    "FALLBACK_URL",
    "FALLBACK_TOKEN",
    "FALLBACK_AFTER",
    "ALARM_PROXY",
    "DOCKER_HOST",
    "HOST_ROOT",
    "DATA_DIR",
    "HOOKS_ALLOWED",
    "LOCALE",
    "TZ",
    "THEME",
    "VAKHTA_CONFIG",
    "LOG_LEVEL",
    "LOG_FORMAT",
    "START_CARD",
];

/// Everything the environment decides. `Debug` does not show the token.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The bot's token. None only for a [`Purpose`](super::Purpose) that does without.
    pub token: Option<SecretString>,
    /// Who may do everything and is told of news, in the order in which they were written. Not empty for
    /// [`Purpose::Serve`](super::Purpose::Serve).
    pub owners: Vec<UserId>,
    /// Who may look and act, but not remove; told of nothing by themselves.
    pub operators: Vec<UserId>,
    /// Who may only look; told of nothing by themselves.
    pub viewers: Vec<UserId>,
    /// Where news goes when it happens; empty: to the owners' own chats.
    pub alerts_chat: Vec<Place>,
    /// Where digests go; empty: to the owners' own chats.
    pub digest_chat: Vec<Place>,
    /// What takes a code of six digits; none: nothing does.
    pub totp: Option<totp::Setup>,
    /// Where the Bot API is, without a slash at the end.
    pub api: String,
    /// How Telegram is reached, if not directly. Nothing else goes through it.
    pub proxy: Option<Proxy>,
    /// What is fetched as long as we live; none: nobody waits for that.
    pub heartbeat: Option<SecretUrl>,
    /// Where critical news goes while Telegram does not answer.
    pub fallback: Option<Fallback>,
    /// How the two of them are reached, if not directly.
    pub alarm_proxy: Option<Proxy>,
    /// Where Docker listens.
    pub docker: DockerAddress,
    /// Where the host's root is mounted; none when we run on the host itself.
    pub host_root: Option<PathBuf>,
    /// Where the store lies.
    pub data_dir: PathBuf,
    /// Programs that a declared hook may run, by their absolute paths; none: no hook runs.
    pub hooks_allowed: Vec<PathBuf>,
    /// Which language is spoken.
    pub language: Language,
    /// The owner's time zone: crons and times of day are read in it.
    pub zone: TimeZone,
    /// Whether pictures are light on dark, as they are unless told otherwise, or dark on light.
    pub is_light: bool,
    /// The declaration's file; none: the built-in one.
    pub declaration: Option<PathBuf>,
    /// What is logged, as directives of `tracing_subscriber::filter::Targets`.
    pub log_filter: String,
    /// How it is logged.
    pub log_format: LogFormat,
    /// Whether a watch says that it begins; it does unless told otherwise.
    pub start_card: bool,
    /// Each setting, what it is and where it came from.
    pub lines: Vec<SettingLine>,
    /// What is not wrong but should be looked at.
    pub warnings: Vec<String>,
}

/// An address that is a secret: whoever knows it can speak in our name.
#[derive(Clone, Debug)]
pub struct SecretUrl {
    /// All of it.
    pub url: SecretString,
    /// Its server alone.
    pub shown: String,
}

/// Where critical news goes while Telegram does not answer.
#[derive(Clone, Debug)]
pub struct Fallback {
    /// Who is told.
    pub address: SecretUrl,
    /// What lets us in there, where something is wanted.
    pub token: Option<SecretString>,
    /// How long news waits for Telegram before it goes there; 5 m.
    pub after: Duration,
}

impl Settings {
    /// Everybody who may speak, and what they may do.
    pub fn people(&self) -> impl Iterator<Item = (UserId, Role)> {
        let of = |ids: &[UserId], role| ids.iter().map(move |id| (*id, role)).collect::<Vec<_>>();
        let (owners, operators) = (of(&self.owners, Role::Admin), of(&self.operators, Role::Operator));
        owners.into_iter().chain(operators).chain(of(&self.viewers, Role::Viewer))
    }

    /// All that must never be printed. Of an address also its longest part, for a server may quote that alone.
    pub fn secrets(&self) -> Vec<SecretString> {
        /// A shorter part is a word of the language, and striking it out would cost more than it hides.
        const LEAST: usize = 16;
        let proxies = [&self.proxy, &self.alarm_proxy].into_iter().flatten().map(|it| it.url.clone());
        let fallback = self.fallback.as_ref();
        let addresses = self.heartbeat.iter().chain(fallback.map(|it| &it.address)).flat_map(|it| {
            let url = it.url.expose_secret();
            let longest = url.split(['/', '?', '&', '=']).skip(3).max_by_key(|part| part.len());
            let longest = longest.filter(|part| LEAST <= part.len()).map(SecretString::from);
            std::iter::once(it.url.clone()).chain(longest)
        });
        let codes = self.totp.as_ref().map(|it| it.key.written());
        let tokens = self.token.iter().chain(fallback.and_then(|it| it.token.as_ref())).chain(codes).cloned();
        tokens.chain(addresses).chain(proxies).collect()
    }
}

/// A proxy.
#[derive(Clone, Debug)]
pub struct Proxy {
    /// With user and password.
    pub url: SecretString,
    /// Without.
    pub shown: String,
}

/// Where Docker listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DockerAddress {
    /// A socket on this machine.
    Unix(PathBuf),
    /// A host and a port, such as a filtering proxy's.
    Tcp(String),
}

/// As in `DOCKER_HOST`.
impl std::fmt::Display for DockerAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix://{}", path.display()),
            Self::Tcp(place) => write!(f, "tcp://{place}"),
        }
    }
}

/// Which language is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Each person's own, as their Telegram says.
    Auto,
    /// The one of this tag, to everybody.
    Fixed(&'static str),
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object in a line.
    Json,
}

/// A setting as `doctor` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingLine {
    /// The variable's name.
    pub name: &'static str,
    /// Its value; for a secret only that it is set.
    pub shown: String,
    /// Where it came from.
    pub source: Source,
}

/// Whether a variable is one of ours.
pub(super) fn is_setting(name: &str) -> bool {
    NAMES.contains(&name.strip_suffix("_FILE").unwrap_or(name))
}
