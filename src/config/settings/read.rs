//! Reads one setting after another.

use std::iter;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::tz::TimeZone;
use secrecy::SecretString;

use super::{
    DockerAddress, Fallback, Language, LogFormat, NAMES, PUBLIC_API, Proxy, SecretUrl, SettingLine, Settings,
    is_setting,
};
use crate::config::address::Address;
use crate::config::environment::{DOTENV, Environment, Found, Source, secret_mount};
use crate::config::mask::{mask_shapes, quoted};
use crate::config::mistake::{Mistake, Mistakes};
use crate::config::{KnownNames, Purpose, duration, zone};
use crate::message::{ChatId, Place, UserId};
use crate::nearest::nearest;
use crate::totp::{self, Guarded};

/// How somebody finds out what to write where people are named.
const WHOSE_NUMBER: &str = "run `vakhta init`, which learns your number from your phone, or write it here, not your @name: message @userinfobot in Telegram and it answers with it; several are separated by commas";

/// How somebody finds out what to write where a chat is named.
const WHICH_CHAT: &str = "write a group's number (-1001234567890), with a slash and a number for one of its topics (-1001234567890/17); docs/groups.md says how to find them";

/// A chat as the settings name it, or what is wrong with it and what would be right.
fn place(word: &str, people: &[UserId]) -> Result<Place, (&'static str, &'static str)> {
    /// Telegram's numbers of groups that may have topics end here.
    const SUPERGROUPS: i64 = -1_000_000_000_000;
    /// A forum's General is no topic to whoever writes there.
    const GENERAL: i64 = 1;
    let (chat, topic) = match word.split_once('/') {
        Some((chat, topic)) => (chat, Some(topic)),
        None => (word, None),
    };
    let chat: i64 = chat.parse().map_err(|_| ("is not a chat's number", WHICH_CHAT))?;
    let thread = topic.map(|it| it.parse::<i64>().ok().filter(|it| 0 < *it)).map(|it| it.ok_or(()));
    let thread = thread.transpose().map_err(|()| ("has no topic's number after its slash", WHICH_CHAT))?;
    match (chat, thread) {
        (0, _) => Err(("is not a chat's number", WHICH_CHAT)),
        (1.., None) if !people.contains(&UserId(chat)) => Err((
            "is a person who may not speak here",
            "name a group, or give them a role first: TELEGRAM_USER_ID, TELEGRAM_OPERATORS or TELEGRAM_VIEWERS",
        )),
        (1.., Some(_)) => Err(("is a person, and people have no topics", WHICH_CHAT)),
        (SUPERGROUPS.., Some(_)) if chat < 0 => {
            Err(("has no topics", "only a group whose number begins with -100 has topics"))
        }
        (chat, thread) => Ok(Place { chat: ChatId(chat), thread: thread.filter(|it| *it != GENERAL) }),
    }
}

/// Where Docker listens when nobody says otherwise.
const DOCKER_SOCKET: &str = "/var/run/docker.sock";

/// Reads every setting; what is wrong goes into `mistakes`, with a harmless value in its place.
pub(in crate::config) fn read(
    environment: &Environment,
    purpose: Purpose,
    known: KnownNames<'_>,
    mistakes: &mut Mistakes,
) -> Settings {
    let mut reading = Reading { environment, mistakes, lines: Vec::new(), warnings: Vec::new() };
    reading.look_for_slips();
    let token = reading.token(purpose);
    let (owners, operators, viewers) = reading.people(purpose);
    let people = [&owners[..], &operators, &viewers].concat();
    let alerts_chat = reading.chats("ALERTS_CHAT", &people);
    let digest_chat = reading.chats("DIGEST_CHAT", &people);
    let totp = reading.totp(known.commands);
    let api = reading.api();
    let proxy = reading.proxy("TELEGRAM_PROXY");
    let heartbeat = reading.secret_url("HEARTBEAT_URL", "https://hc-ping.com/your-uuid");
    let fallback = reading.fallback();
    let alarm_proxy = reading.proxy("ALARM_PROXY");
    let docker = reading.docker();
    let host_root = reading.host_root();
    let data_dir = reading.data_dir();
    let hooks_allowed = reading.hooks_allowed();
    let spoken = known.languages.iter().map(|tag| (*tag, Language::Fixed(tag)));
    let languages: Vec<_> = iter::once(("auto", Language::Auto)).chain(spoken).collect();
    let language = reading.choice("LOCALE", &languages);
    let zone = reading.zone();
    let is_light = reading.choice("THEME", &[("dark", false), ("light", true)]);
    let declaration = reading.plain("VAKHTA_CONFIG", "built in").map(|found| PathBuf::from(found.value));
    let log_filter = reading.log_filter();
    let log_format = reading.choice("LOG_FORMAT", &[("text", LogFormat::Text), ("json", LogFormat::Json)]);
    let start_card = reading.choice("START_CARD", &[("on", true), ("off", false)]);
    let Reading { lines, warnings, .. } = reading;
    Settings {
        token,
        owners,
        operators,
        viewers,
        alerts_chat,
        digest_chat,
        totp,
        api,
        proxy,
        heartbeat,
        fallback,
        alarm_proxy,
        docker,
        host_root,
        data_dir,
        hooks_allowed,
        language,
        zone,
        is_light,
        declaration,
        log_filter,
        log_format,
        start_card,
        lines,
        warnings,
    }
}

struct Reading<'a> {
    environment: &'a Environment,
    mistakes: &'a mut Mistakes,
    lines: Vec<SettingLine>,
    warnings: Vec<String>,
}

impl Reading<'_> {
    fn find(&mut self, name: &'static str, mount: Option<&Path>) -> Option<Found> {
        match self.environment.find(name, mount) {
            Ok(found) => found,
            Err(mistake) => {
                self.mistakes.push(mistake);
                None
            }
        }
    }

    /// A setting that is shown as it is, but for a password that should not be in it.
    fn plain(&mut self, name: &'static str, default: &str) -> Option<Found> {
        let found = self.find(name, None);
        let (shown, source) = match &found {
            Some(found) => (mask_shapes(&found.value), found.source.clone()),
            None => (default.to_owned(), Source::Default),
        };
        self.lines.push(SettingLine { name, shown, source });
        found
    }

    fn line(&mut self, name: &'static str, shown: impl Into<String>, source: Source) {
        self.lines.push(SettingLine { name, shown: shown.into(), source });
    }

    fn wrong(&mut self, name: &str, source: &Source, message: impl Into<String>, remedy: impl Into<String>) {
        let message = format!("{name}: {}", message.into());
        self.mistakes.push(match source {
            Source::Dotenv { line } => Mistake::at_line(DOTENV, *line, message, remedy),
            source => Mistake::whole(source.to_string(), message, remedy),
        });
    }

    fn token(&mut self, purpose: Purpose) -> Option<SecretString> {
        const NAME: &str = "BOT_TOKEN";
        let known = self.mistakes.len();
        let found = self.find(NAME, Some(&secret_mount(NAME)));
        let Some(found) = found else {
            self.line(NAME, "not set", Source::Default);
            if purpose == Purpose::Serve && self.mistakes.len() == known {
                self.mistakes.push(Mistake::whole(
                    format!("environment variable {NAME}"),
                    "the bot's token is not set",
                    "ask @BotFather in Telegram for one (/newbot), then run `vakhta init`, or set BOT_TOKEN, or name its file in BOT_TOKEN_FILE",
                ));
            }
            return None;
        };
        self.warn_if_open(&found);
        self.line(NAME, "set", found.source.clone());
        let well_formed = found.value.split_once(':').is_some_and(|(number, key)| {
            !number.is_empty()
                && number.bytes().all(|byte| byte.is_ascii_digit())
                && !key.is_empty()
                && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
        });
        if !well_formed {
            self.wrong(
                NAME,
                &found.source,
                "this is not a bot's token",
                "a token is a number, a colon and 35 letters, digits, `-` or `_`, as @BotFather wrote it, without quotes",
            );
            return None;
        }
        Some(SecretString::from(found.value))
    }

    /// Warns of a secret that every user of the machine may read.
    fn warn_if_open(&mut self, found: &Found) {
        const ANYBODY_READS: u32 = 0o004;
        let Some(mode) = found.mode.filter(|mode| mode & ANYBODY_READS != 0) else { return };
        let path = match &found.source {
            // Docker itself mounts secrets as 0444, inside a container where nobody else is.
            Source::File(path) if path.starts_with("/run/secrets") => return,
            Source::File(path) => path.display().to_string(),
            _ => DOTENV.to_owned(),
        };
        let mode = mode & 0o777;
        self.warnings.push(format!(
            "{path} holds a secret and every user may read it (mode {mode:03o}); chmod 600 it"
        ));
    }

    /// Owners, operators and viewers. Nobody is two of them.
    fn people(&mut self, purpose: Purpose) -> (Vec<UserId>, Vec<UserId>, Vec<UserId>) {
        const OWNERS: &str = "TELEGRAM_USER_ID";
        let known = self.mistakes.len();
        let owners = self.ids(OWNERS);
        if owners.is_none() && purpose == Purpose::Serve && self.mistakes.len() == known {
            self.mistakes.push(Mistake::whole(
                format!("environment variable {OWNERS}"),
                "nobody may speak to the bot",
                WHOSE_NUMBER,
            ));
        }
        let mut taken: Vec<(UserId, &'static str)> = Vec::new();
        let mut lists = [Vec::new(), Vec::new(), Vec::new()];
        let operators = self.ids("TELEGRAM_OPERATORS");
        let viewers = self.ids("TELEGRAM_VIEWERS");
        let given = [(OWNERS, owners), ("TELEGRAM_OPERATORS", operators), ("TELEGRAM_VIEWERS", viewers)];
        for (list, (name, found)) in lists.iter_mut().zip(given) {
            let Some((ids, source)) = found else { continue };
            for id in ids {
                match taken.iter().find(|it| it.0 == id) {
                    Some((_, other)) => self.wrong(
                        name,
                        &source,
                        format!("{id} stands in {other} too"),
                        "everybody has one role: leave the number in one of the two",
                    ),
                    None => {
                        taken.push((id, name));
                        list.push(id);
                    }
                }
            }
        }
        let [owners, operators, viewers] = lists;
        (owners, operators, viewers)
    }

    /// The people that a setting lists, each once, and where it says so; none when it is not set.
    fn ids(&mut self, name: &'static str) -> Option<(Vec<UserId>, Source)> {
        let known = self.mistakes.len();
        let found = self.plain(name, "nobody")?;
        let mut ids = Vec::new();
        for word in found.value.split([',', ';', ' ']).map(str::trim).filter(|word| !word.is_empty()) {
            match word.parse::<i64>() {
                Ok(id) if 0 < id => {
                    if !ids.contains(&UserId(id)) {
                        ids.push(UserId(id));
                    }
                }
                Ok(_) => self.wrong(
                    name,
                    &found.source,
                    format!("{} is a group; only people may speak", quoted(word)),
                    WHOSE_NUMBER,
                ),
                Err(_) => {
                    self.wrong(name, &found.source, format!("{} is not a number", quoted(word)), WHOSE_NUMBER)
                }
            }
        }
        if ids.is_empty() && self.mistakes.len() == known {
            self.wrong(name, &found.source, "it names nobody", WHOSE_NUMBER);
        }
        Some((ids, found.source))
    }

    /// Where news goes: groups, topics of groups, and people who may speak anyhow.
    fn chats(&mut self, name: &'static str, people: &[UserId]) -> Vec<Place> {
        let known = self.mistakes.len();
        let Some(found) = self.plain(name, "the owners' own chats") else { return Vec::new() };
        let mut places = Vec::new();
        for word in found.value.split([',', ';', ' ']).map(str::trim).filter(|word| !word.is_empty()) {
            match place(word, people) {
                Ok(place) if places.contains(&place) => {}
                Ok(place) => places.push(place),
                Err((what, remedy)) => {
                    self.wrong(name, &found.source, format!("{} {what}", quoted(word)), remedy);
                }
            }
        }
        if places.is_empty() && self.mistakes.len() == known {
            self.wrong(name, &found.source, "it names no chat", WHICH_CHAT);
        }
        places
    }

    /// The secret of codes, and what asks for one: every command that acts, or those named.
    fn totp(&mut self, commands: &[&str]) -> Option<totp::Setup> {
        const SECRET: &str = "TOTP_SECRET";
        const FOR: &str = "TOTP_FOR";
        let known = self.mistakes.len();
        let key = match self.find(SECRET, Some(&secret_mount(SECRET))) {
            None => {
                self.line(SECRET, "not set", Source::Default);
                None
            }
            Some(found) => {
                self.warn_if_open(&found);
                self.line(SECRET, "set", found.source.clone());
                let key = totp::Key::read(&found.value);
                key.map_err(|error| {
                    let message = format!("this is no secret for codes: {error}");
                    self.wrong(SECRET, &found.source, message, "`vakhta totp new --out FILE` makes one");
                })
                .ok()
            }
        };
        let Some(found) = self.plain(FOR, "every command that acts") else {
            return Some(totp::Setup { key: key?, guarded: Guarded::Acting });
        };
        if key.is_none() && self.mistakes.len() == known {
            // Whoever named commands believes that they are guarded.
            self.wrong(
                FOR,
                &found.source,
                "there is no secret, so nothing would ask for a code",
                "set TOTP_SECRET_FILE too (`vakhta totp new --out FILE` makes one), or take this away",
            );
        }
        let words = || found.value.split([',', ';', ' ']).map(|it| it.trim().trim_start_matches('/'));
        let named: Vec<String> = words().filter(|it| !it.is_empty()).map(str::to_lowercase).collect();
        for name in named.iter().filter(|name| !commands.contains(&name.as_str())) {
            let remedy = match nearest(name, commands.iter().copied()) {
                Some(meant) => format!("did you mean {meant}?"),
                None => format!("what can ask for a code: {}", commands.join(", ")),
            };
            self.wrong(
                FOR,
                &found.source,
                format!("{} is no command that changes anything", quoted(name)),
                remedy,
            );
        }
        if named.is_empty() {
            self.wrong(
                FOR,
                &found.source,
                "it names no command",
                format!("one or several of: {}", commands.join(", ")),
            );
        }
        Some(totp::Setup { key: key?, guarded: Guarded::Named(named) })
    }

    fn api(&mut self) -> String {
        const NAME: &str = "TELEGRAM_API_URL";
        let Some(found) = self.find(NAME, None) else {
            self.line(NAME, PUBLIC_API, Source::Default);
            return PUBLIC_API.to_owned();
        };
        let remedy = format!("write, for example, {PUBLIC_API} or http://localhost:8081");
        match Address::parse(&found.value) {
            Err(why) => self.wrong(NAME, &found.source, format!("this is not an address: {why}"), remedy),
            Ok(it) if it.scheme != "https" && it.scheme != "http" => {
                self.wrong(NAME, &found.source, "the Bot API is spoken over http or https", remedy);
            }
            Ok(it) if it.user.is_some() || it.path.contains(['?', '#']) => {
                self.wrong(
                    NAME,
                    &found.source,
                    "there is more in this address than a server and a path",
                    remedy,
                );
            }
            Ok(it) => {
                if it.scheme == "http" && !it.is_private() {
                    self.warnings.push(format!("{NAME} is not https: anybody on the way can read the token"));
                }
                let api = it.shown().trim_end_matches('/').to_owned();
                self.line(NAME, api.clone(), found.source);
                return api;
            }
        }
        PUBLIC_API.to_owned()
    }

    /// An address whose path is a secret. `example` shows how one looks.
    fn secret_url(&mut self, name: &'static str, example: &str) -> Option<SecretUrl> {
        let Some(found) = self.find(name, Some(&secret_mount(name))) else {
            self.line(name, "not set", Source::Default);
            return None;
        };
        self.warn_if_open(&found);
        let remedy = format!("write it as {example}");
        match Address::parse(&found.value) {
            Err(why) => self.wrong(name, &found.source, format!("this is not an address: {why}"), remedy),
            Ok(it) if it.scheme != "https" && it.scheme != "http" => {
                self.wrong(name, &found.source, "it is fetched over http or https", remedy);
            }
            Ok(it) if it.path.contains('#') || matches!(it.path, "" | "/") => {
                let message = "a server alone is nobody to tell: the path that names you is missing";
                self.wrong(name, &found.source, message, remedy);
            }
            Ok(it) => {
                if it.scheme == "http" && !it.is_private() {
                    self.warnings.push(format!("{name} is not https: anybody on the way can read it"));
                }
                let shown = format!("{}/***", Address { user: None, path: "", ..it }.shown());
                self.line(name, shown.clone(), found.source);
                return Some(SecretUrl { url: SecretString::from(found.value), shown });
            }
        }
        None
    }

    fn fallback(&mut self) -> Option<Fallback> {
        const TOKEN: &str = "FALLBACK_TOKEN";
        let address = self.secret_url("FALLBACK_URL", "https://ntfy.sh/a-topic-nobody-guesses");
        let token = match self.find(TOKEN, Some(&secret_mount(TOKEN))) {
            None => {
                self.line(TOKEN, "not set", Source::Default);
                None
            }
            Some(found) => {
                self.warn_if_open(&found);
                self.line(TOKEN, "set", found.source.clone());
                if !found.value.bytes().all(|byte| byte.is_ascii_graphic()) {
                    let message = "a token has no spaces and no letters besides ASCII";
                    self.wrong(
                        TOKEN,
                        &found.source,
                        message,
                        "write the bare token, without quotes or Bearer",
                    );
                }
                Some(SecretString::from(found.value))
            }
        };
        let after = self.fallback_after();
        if address.is_none() && token.is_some() {
            self.warnings.push(format!("{TOKEN} is set, and FALLBACK_URL is not: nobody is called with it"));
        }
        Some(Fallback { address: address?, token, after })
    }

    fn fallback_after(&mut self) -> Duration {
        const NAME: &str = "FALLBACK_AFTER";
        const DEFAULT: Duration = Duration::from_secs(5 * 60);
        let Some(found) = self.plain(NAME, "5m") else { return DEFAULT };
        duration::parse(&found.value).unwrap_or_else(|why| {
            let message = format!("{} is no length of time: {why}", quoted(&found.value));
            self.wrong(NAME, &found.source, message, "write it as 5m, 90s or 1h 30m");
            DEFAULT
        })
    }

    fn proxy(&mut self, name: &'static str) -> Option<Proxy> {
        const SCHEMES: [&str; 4] = ["http", "https", "socks5", "socks5h"];
        const REMEDY: &str =
            "write, for example, socks5h://user:password@proxy.example:1080 (or http, https, socks5)";
        let Some(found) = self.find(name, None) else {
            self.line(name, "none", Source::Default);
            return None;
        };
        match Address::parse(&found.value) {
            Err(why) => self.wrong(name, &found.source, format!("this is not an address: {why}"), REMEDY),
            Ok(it) if !SCHEMES.contains(&it.scheme.as_str()) => {
                let message = format!("no proxy is spoken to over {}", quoted(&it.scheme));
                self.wrong(name, &found.source, message, REMEDY);
            }
            Ok(it) => {
                let shown = it.shown();
                if it.user.is_some() {
                    self.warn_if_open(&found);
                }
                self.line(name, shown.clone(), found.source.clone());
                return Some(Proxy { url: SecretString::from(found.value), shown });
            }
        }
        None
    }

    fn docker(&mut self) -> DockerAddress {
        const NAME: &str = "DOCKER_HOST";
        let default = DockerAddress::Unix(PathBuf::from(DOCKER_SOCKET));
        let Some(found) = self.plain(NAME, &default.to_string()) else { return default };
        if let Some(path) = found.value.strip_prefix("unix://") {
            if path.starts_with('/') {
                return DockerAddress::Unix(PathBuf::from(path));
            }
            let remedy = format!("write {default}");
            self.wrong(NAME, &found.source, "the path of a socket begins with /", remedy);
            return default;
        }
        let remedy = match found.value.split_once("://") {
            None if found.value.starts_with('/') => format!("write unix://{}", found.value),
            Some(("ssh", _)) => "forward the socket yourself: ssh -L, then tcp:// or unix://".to_owned(),
            Some(("http" | "https", place)) if !place.contains('@') => format!("write tcp://{place}"),
            _ => format!("write {default} or tcp://docker-proxy:2375"),
        };
        match Address::parse(&found.value) {
            Ok(it) if it.scheme == "tcp" && it.user.is_none() && matches!(it.path, "" | "/") => {
                // 2375 is what Docker itself falls back to.
                DockerAddress::Tcp(format!("{}:{}", it.host, it.port.unwrap_or(2375)))
            }
            Ok(it) if it.scheme == "tcp" => {
                self.wrong(
                    NAME,
                    &found.source,
                    "there is more in this address than a host and a port",
                    remedy,
                );
                default
            }
            Ok(_) => {
                self.wrong(NAME, &found.source, "Docker is reached over unix:// or tcp://", remedy);
                default
            }
            Err(why) => {
                self.wrong(NAME, &found.source, format!("this is not an address: {why}"), remedy);
                default
            }
        }
    }

    fn host_root(&mut self) -> Option<PathBuf> {
        const NAME: &str = "HOST_ROOT";
        let found = self.plain(NAME, "/")?;
        if !found.value.starts_with('/') {
            self.wrong(
                NAME,
                &found.source,
                format!("{} is not a path from the root", quoted(&found.value)),
                "write the place where the host's / is mounted, for example /host/root",
            );
            return None;
        }
        let path = found.value.trim_end_matches('/');
        (!path.is_empty()).then(|| PathBuf::from(path))
    }

    /// `DATA_DIR`, else what the XDG rules say, else a directory beside us.
    /// Colons between the paths, as in `PATH`.
    fn hooks_allowed(&mut self) -> Vec<PathBuf> {
        const NAME: &str = "HOOKS_ALLOWED";
        let Some(found) = self.plain(NAME, "none") else { return Vec::new() };
        let mut allowed = Vec::new();
        for path in found.value.split(':').map(str::trim).filter(|it| !it.is_empty()) {
            if path.starts_with('/') {
                allowed.push(PathBuf::from(path));
            } else {
                let message = format!("{} is no absolute path", quoted(path));
                let remedy = "write whole paths with colons between them: /usr/local/bin/clean:/opt/tidy";
                self.wrong(NAME, &found.source, message, remedy);
            }
        }
        allowed
    }

    fn data_dir(&mut self) -> PathBuf {
        const NAME: &str = "DATA_DIR";
        let environment = self.environment;
        let absolute = |name: &str| {
            let path = Path::new(environment.variable(name)?);
            path.is_absolute().then(|| path.to_owned())
        };
        let default = absolute("XDG_STATE_HOME")
            .or_else(|| {
                absolute("HOME").filter(|home| home != Path::new("/")).map(|home| home.join(".local/state"))
            })
            .map_or_else(|| PathBuf::from("data"), |state| state.join("vakhta"));
        let found = self.plain(NAME, &default.display().to_string());
        found.map_or(default, |found| PathBuf::from(found.value))
    }

    fn zone(&mut self) -> TimeZone {
        const NAME: &str = "TZ";
        let Some(found) = self.find(NAME, None) else {
            let zone = self.environment.system_zone();
            let shown = zone.iana_name().unwrap_or("UTC").to_owned();
            self.line(NAME, shown, Source::System);
            return zone;
        };
        // POSIX lets a colon stand before a name.
        match zone::get(found.value.trim_start_matches(':')) {
            Ok((name, zone)) => {
                self.line(NAME, name, found.source);
                zone
            }
            Err(remedy) => {
                let message = format!("no time zone is called {}", quoted(&found.value));
                self.wrong(NAME, &found.source, message, remedy);
                TimeZone::UTC
            }
        }
    }

    fn log_filter(&mut self) -> String {
        const NAME: &str = "LOG_LEVEL";
        const DEFAULT: &str = "info";
        const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
        let Some(found) = self.plain(NAME, DEFAULT) else { return DEFAULT.to_owned() };
        // A bare word would be read as the name of a module, and `infoo` would silence everything; so would a blank in one,
        // and an empty directive is the level `error` for all.
        let directives: Vec<&str> =
            found.value.split(',').map(str::trim).filter(|it| !it.is_empty()).collect();
        let filter = directives.join(",");
        let is_known = |level: &str| LEVELS.contains(&level.to_ascii_lowercase().as_str());
        let is_directive = |it: &&str| match it.split_once('=') {
            Some((module, level)) => {
                let is_name = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | ':' | '-');
                module.chars().all(is_name) && !module.is_empty() && is_known(level)
            }
            None => is_known(it),
        };
        if !directives.is_empty() && directives.iter().all(is_directive) {
            return filter;
        }
        self.wrong(
            NAME,
            &found.source,
            format!("{} is not a level", quoted(&found.value)),
            "one of: off, error, warn, info, debug, trace; by module: info,vakhta::telegram=debug",
        );
        DEFAULT.to_owned()
    }

    /// One of a few words; the first is the default.
    fn choice<T: Copy>(&mut self, name: &'static str, choices: &[(&str, T)]) -> T {
        let (default, value) = choices[0];
        let Some(found) = self.plain(name, default) else { return value };
        let lower = found.value.to_ascii_lowercase();
        if let Some((_, value)) = choices.iter().find(|(word, _)| *word == lower) {
            return *value;
        }
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let message = format!("{} is not known here", quoted(&found.value));
        self.wrong(name, &found.source, message, format!("one of: {}", words.join(", ")));
        value
    }

    /// Warns of names that are almost ours: whoever wrote them believes that they are read.
    fn look_for_slips(&mut self) {
        let ours = |name: &str| {
            ["BOT_", "TELEGRAM_", "TOTP_", "VAKHTA_", "HEARTBEAT_", "FALLBACK_"]
                .iter()
                .any(|head| name.starts_with(head))
        };
        let environment = self.environment;
        let given = environment.variable_names().filter(|name| ours(name)).map(|name| (name, None));
        let written = environment.dotenv_names().map(|(name, line)| (name, Some(line)));
        for (name, line) in given.chain(written) {
            if is_setting(name) {
                continue;
            }
            let Some(meant) = nearest(name, NAMES) else { continue };
            let place = line.map_or_else(|| "environment".to_owned(), |line| format!("{DOTENV} line {line}"));
            self.warnings.push(format!("{place}: {name} is not a setting; did you mean {meant}?"));
        }
    }
}
