//! The first run: a token that Telegram knows, an owner whose phone has answered, and the two files a watch begins with.
//! Nothing is written before the last question is answered.

mod files;
mod pairing;
mod talk;

use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ring::rand::{SecureRandom, SystemRandom};
use rustix::fs::Access;
use rustix::io::Errno;
use secrecy::{ExposeSecret, SecretString};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{Instant, sleep, timeout_at};

use self::files::FileError;
use self::pairing::{Heard, Pairing};
use self::talk::{Hidden, Talk};
use crate::clock::Clock;
use crate::config::{DOTENV, Environment, zone_called};
use crate::docker::{EngineAddress, USUAL_SOCKET};
use crate::locale::{LOCALES, for_tag};
use crate::message::{ChatId, Message, Place, UserId};
use crate::outbox::back_off;
use crate::telegram::{PUBLIC_API, SetupError, Telegram, TelegramSettings, Visitor};
use crate::transport::{Bookmark, BookmarkError, Transport, TransportError};

/// How long a code is waited for.
const LIFE: Duration = Duration::from_secs(600);
/// The token's file, beside `compose.yaml`.
const TOKEN: &str = "secrets/bot_token";
/// The most that is read of a file with a token in it.
const LONGEST: u64 = 4096;

/// What is asked for on the command line.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Where the files go.
    pub directory: PathBuf,
    /// A file with the token; none: it is asked for, unless there is one already.
    pub token_file: Option<PathBuf>,
    /// The owner's number; none: their phone tells it.
    pub owner: Option<UserId>,
    /// How the watch will be run; none: it is found out.
    pub way: Option<Way>,
    /// Whether files that are there may be replaced without asking.
    pub force: bool,
    /// Whether every question has its usual answer.
    pub yes: bool,
    /// The language of this terminal.
    pub language: Option<String>,
}

/// How the watch will be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By Docker Compose, as another user.
    Compose,
    /// As this program, by this user.
    Binary,
}

/// Why there was no first run. In the reader's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InitError {
    /// What it was given is wrong.
    #[error("{0}")]
    Wrong(String),
    /// It was right, and something else failed.
    #[error("{0}")]
    Failed(String),
}

/// Makes everything a watch needs. `check` reads the settings as a watch would, and answers with every mistake.
///
/// # Errors
/// What was wrong or failed, with what to do about it. What was written by then is whole.
pub async fn init(
    wish: &Wish,
    clock: Clock,
    check: &dyn Fn(&Environment) -> Result<(), String>,
) -> Result<(), InitError> {
    let talk = Talk { locale: for_tag(wish.language.as_deref().unwrap_or_default()), unasked: wish.yes };
    let signals = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()].map(signal);
    let [Ok(mut interrupt), Ok(mut terminate), Ok(mut hangup)] = signals else {
        return Err(InitError::Failed(talk.locale.word("init-no-signals", &[])));
    };
    let run = Run { wish, talk: &talk, clock, environment: Environment::in_directory(&wish.directory) };
    let left = || Err(InitError::Failed(talk.locale.word("init-left", &[])));
    // Whoever ends us in the middle of a question gets their terminal back as it was: what is dropped restores it.
    tokio::select! {
        done = run.run(check) => done,
        _ = interrupt.recv() => left(),
        _ = terminate.recv() => left(),
        _ = hangup.recv() => left(),
    }
}

/// A bot that has answered.
struct Bot {
    telegram: Telegram,
    token: SecretString,
    name: String,
    proxy: Option<String>,
}

/// What stands where a watch would look for Docker.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Dock {
    /// A socket.
    Socket {
        /// Where.
        path: PathBuf,
        /// Whether this user may use it.
        ours: bool,
    },
    /// Another address, as `DOCKER_HOST` names it.
    Named(String),
    /// Nothing, where it was looked for.
    Nowhere(PathBuf),
}

struct Run<'a> {
    wish: &'a Wish,
    talk: &'a Talk,
    clock: Clock,
    environment: Environment,
}

impl Run<'_> {
    async fn run(&self, check: &dyn Fn(&Environment) -> Result<(), String>) -> Result<(), InitError> {
        let talk = self.talk;
        talk.say("init-begin", &[("version", env!("CARGO_PKG_VERSION").into())]);
        self.can_write()?;
        talk.say("init-step-bot", &[]);
        let bot = self.bot().await?;
        let link = format!("https://t.me/{}", bot.name);
        talk.say("init-bot", &[("name", bot.name.as_str().into()), ("link", link.into())]);
        talk.say("init-step-owner", &[]);
        let owner = self.owner(&bot).await?;
        talk.say("init-step-here", &[]);
        let language = self.language().await?;
        let zone = self.zone().await?;
        let way = self.way().await?;
        let dock = self.dock();
        self.tell_of(&dock, way);
        talk.say("init-step-files", &[]);
        let wanted = self.wanted(way, &owner, language, zone, bot.proxy.clone(), &dock);
        self.write(&bot.token, &wanted, way).await?;
        if let Err(mistakes) = check(&Environment::in_directory(&self.wish.directory)) {
            let directory = self.wish.directory.display().to_string();
            return Err(InitError::Wrong(
                talk.locale.word("init-mistakes", &[("dir", directory.into())]) + "\n" + &mistakes,
            ));
        }
        self.farewell(way);
        Ok(())
    }

    fn found(&self, name: &str) -> Option<String> {
        self.environment.find(name, None).ok().flatten().map(|it| it.value)
    }

    /// Whether this is the image: it says where the host would be, and a host does not.
    fn in_container(&self) -> bool {
        self.found("HOST_ROOT").is_some()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.wish.directory.join(name)
    }

    /// Told before anything is asked: nobody likes to be paired for nothing.
    fn can_write(&self) -> Result<(), InitError> {
        let directory = &self.wish.directory;
        let wrong = |key: &str, why: String| {
            let shown = directory.display().to_string();
            InitError::Wrong(self.talk.locale.word(key, &[("dir", shown.into()), ("why", why.into())]))
        };
        match rustix::fs::access(directory, Access::WRITE_OK | Access::EXEC_OK) {
            Ok(()) if directory.is_dir() => Ok(()),
            Ok(()) => Err(wrong("init-no-directory", std::io::ErrorKind::NotADirectory.to_string())),
            Err(error) => {
                let ours = error != Errno::ACCESS || !self.in_container();
                let key = if ours { "init-no-directory" } else { "init-not-writable-container" };
                Err(wrong(key, error.to_string()))
            }
        }
    }

    /// A token that was given or is there already, else one that is asked for until Telegram knows it.
    async fn bot(&self) -> Result<Bot, InitError> {
        let (talk, words) = (self.talk, self.talk.locale);
        let mut proxy = self.found("TELEGRAM_PROXY");
        let mut given = self.token_given()?;
        // Also between two tries: a paste may come before the question.
        let mut hidden = None;
        loop {
            let token = match given.take() {
                Some(token) => token,
                None => {
                    let hidden = hidden.get_or_insert_with(Hidden::begin);
                    talk.ask_hidden(&words.word("init-token", &[]), hidden).await?
                }
            };
            let settings = TelegramSettings {
                api_url: self.found("TELEGRAM_API_URL").unwrap_or_else(|| PUBLIC_API.to_owned()),
                proxy: proxy.clone(),
                ..TelegramSettings::new(token.clone(), self.clock.clone())
            };
            let telegram = match Telegram::new(settings, Arc::new(Nowhere)) {
                Ok(telegram) => telegram,
                Err(SetupError::Token(why)) => {
                    self.again("init-token-shape", &why)?;
                    continue;
                }
                Err(SetupError::Proxy(why)) => {
                    self.again("init-proxy-wrong", &why)?;
                    hidden = None;
                    proxy = self.proxy().await?;
                    given = Some(token);
                    continue;
                }
                Err(error @ (SetupError::Address(_) | SetupError::Client(_))) => {
                    return Err(InitError::Wrong(error.to_string()));
                }
            };
            match telegram.get_me().await {
                Ok(me) => return Ok(Bot { telegram, token, name: me.username, proxy }),
                Err(TransportError::Fatal(why)) => self.again("init-token-unknown", &why)?,
                Err(error) => {
                    let key = if proxy.is_some() { "init-unreached-proxy" } else { "init-unreached" };
                    self.again(key, &error.to_string())?;
                    hidden = None;
                    proxy = self.proxy().await?;
                    given = Some(token);
                }
            }
        }
    }

    /// Says what went wrong, so that it can be tried again; where nobody can be asked, that was it.
    fn again(&self, key: &str, why: &str) -> Result<(), InitError> {
        let nouns = [("why", why.into())];
        if self.wish.yes {
            return Err(InitError::Wrong(self.talk.locale.word(key, &nouns)));
        }
        self.talk.say(key, &nouns);
        Ok(())
    }

    /// A way past whatever keeps Telegram from us.
    async fn proxy(&self) -> Result<Option<String>, InitError> {
        let given = self.talk.ask(&self.talk.locale.word("init-proxy", &[]), None).await?;
        Ok((!given.is_empty()).then_some(given))
    }

    fn token_given(&self) -> Result<Option<SecretString>, InitError> {
        if let Some(path) = &self.wish.token_file {
            let read = || {
                use std::io::Read;
                let mut text = String::new();
                std::fs::File::open(path)?.take(LONGEST).read_to_string(&mut text)?;
                Ok::<_, std::io::Error>(text)
            };
            let nouns = |why: String| [("file", path.display().to_string().into()), ("why", why.into())];
            return match read() {
                Ok(text) => Ok(Some(SecretString::from(text.trim()))),
                Err(error) => {
                    Err(InitError::Wrong(self.talk.locale.word("init-token-file", &nouns(error.to_string()))))
                }
            };
        }
        // A file that cannot be read is as good as none: a new one takes its place, if that is wished.
        let found = self.environment.find("BOT_TOKEN", Some(Path::new(TOKEN))).ok().flatten();
        if let Some(found) = &found {
            self.talk.say("init-token-there", &[("source", found.source.to_string().into())]);
        }
        Ok(found.map(|it| SecretString::from(it.value)))
    }

    /// Who may do everything: as given, as there already, or as a phone proves.
    async fn owner(&self, bot: &Bot) -> Result<String, InitError> {
        let (talk, words) = (self.talk, self.talk.locale);
        if let Some(owner) = self.wish.owner {
            let place = Place::chat(ChatId(owner.0));
            match bot.telegram.typing(place, crate::transport::Doing::Writing).await {
                Ok(()) => talk.say("init-owner", &[("id", owner.to_string().into())]),
                // A bot may write only to whom has written to it.
                Err(_) => {
                    let nouns = [("id", owner.to_string().into()), ("name", bot.name.as_str().into())];
                    talk.say("init-owner-silent", &nouns);
                }
            }
            return Ok(owner.to_string());
        }
        if let Some(there) = self.found("TELEGRAM_USER_ID") {
            let question = words.word("init-owner-there", &[("id", there.as_str().into())]);
            if talk.whether(&question, true).await? {
                return Ok(there);
            }
        }
        let visitor = self.pair(bot).await?;
        let home = Place::chat(ChatId(visitor.id.0));
        let theirs = for_tag(visitor.language.as_deref().unwrap_or_default());
        let message = Message { text: theirs.say("init-paired-phone", &[]), ..Message::default() };
        match bot.telegram.deliver(home, &message).await {
            Ok(_) => talk.say("init-paired", &[]),
            Err(error) => talk.say("init-paired-unsaid", &[("why", error.to_string().into())]),
        }
        Ok(visitor.id.to_string())
    }

    /// Shows a code until the phone that sends it belongs to whoever sits here.
    async fn pair(&self, bot: &Bot) -> Result<Visitor, InitError> {
        let (talk, words) = (self.talk, self.talk.locale);
        let mut next = None;
        loop {
            let mut random = [0; 32];
            let drawn = SystemRandom::new().fill(&mut random).ok().and_then(|()| Pairing::new(&random));
            let Some(mut pairing) = drawn else {
                return Err(InitError::Failed(words.word("init-no-randomness", &[])));
            };
            let link = format!("https://t.me/{}?start={}", bot.name, pairing.code());
            let minutes = LIFE.as_secs() / 60;
            talk.say(
                "init-code",
                &[
                    ("name", bot.name.as_str().into()),
                    ("code", pairing.shown().into()),
                    ("link", link.into()),
                    ("minutes", minutes.into()),
                ],
            );
            let until = Instant::now() + LIFE;
            match timeout_at(until, self.wait(bot, &mut pairing, &mut next)).await {
                Err(_) if self.wish.yes => {
                    return Err(InitError::Failed(words.word("init-code-expired", &[])));
                }
                Err(_) => {
                    if !talk.whether(&words.word("init-code-expired", &[]), true).await? {
                        return Err(InitError::Failed(words.word("init-left", &[])));
                    }
                }
                Ok(Waited::TooMany) => talk.say("init-code-guessed", &[]),
                Ok(Waited::Lost(why)) => {
                    return Err(InitError::Failed(words.word("init-bot-lost", &[("why", why.into())])));
                }
                Ok(Waited::Conflict(why)) => self.settle(bot, &why).await?,
                Ok(Waited::Right(visitor)) => {
                    // What was read here is nothing for the watch to answer.
                    if let Some(next) = next {
                        bot.telegram.confirm(next).await.ok();
                    }
                    let called = visitor.username.as_ref().map(|it| format!(" (@{it})")).unwrap_or_default();
                    let who = format!("{}{called}", visitor.name);
                    let nouns = [("who", who.into()), ("id", visitor.id.to_string().into())];
                    if talk.whether(&words.word("init-is-it-you", &nouns), true).await? {
                        return Ok(*visitor);
                    }
                }
            }
        }
    }

    /// Listens until the code comes, or cannot come any more.
    async fn wait(&self, bot: &Bot, pairing: &mut Pairing, next: &mut Option<i64>) -> Waited {
        let mut failures = 0;
        loop {
            match bot.telegram.visitors(*next).await {
                Ok(visits) => {
                    failures = 0;
                    *next = visits.next.or(*next);
                    for visitor in visits.visitors {
                        match pairing.hear(&visitor.words) {
                            Heard::Right => return Waited::Right(Box::new(visitor)),
                            Heard::TooMany => return Waited::TooMany,
                            Heard::Wrong => self.talk.say("init-code-wrong", &[]),
                            Heard::Nothing => {}
                        }
                    }
                }
                Err(TransportError::Conflict(why)) => return Waited::Conflict(why),
                Err(TransportError::Fatal(why)) => return Waited::Lost(why),
                Err(error) => {
                    failures += 1;
                    if failures == 1 {
                        self.talk.say("init-waiting-failed", &[("why", error.to_string().into())]);
                    }
                    let asked_for = match error {
                        TransportError::Passing { after, .. } => after,
                        _ => None,
                    };
                    sleep(asked_for.unwrap_or_else(|| back_off(failures))).await;
                }
            }
        }
    }

    /// Somebody else hears what is said to this bot.
    async fn settle(&self, bot: &Bot, why: &str) -> Result<(), InitError> {
        let (talk, words) = (self.talk, self.talk.locale);
        if why.contains("webhook") {
            let failed = |error: TransportError| InitError::Failed(error.to_string());
            if talk.whether(&words.word("init-webhook", &[]), true).await? {
                return bot.telegram.remove_webhook().await.map_err(failed);
            }
            return Err(InitError::Failed(words.word("init-left", &[])));
        }
        if self.wish.yes {
            return Err(InitError::Failed(words.word("init-other-poller", &[])));
        }
        talk.say("init-other-poller", &[]);
        talk.ask(&words.word("init-other-poller-again", &[]), Some("")).await.map(drop)
    }

    async fn language(&self) -> Result<String, InitError> {
        let tags: Vec<&str> = std::iter::once("auto").chain(LOCALES.iter().map(|it| it.tag())).collect();
        let question = self.talk.locale.word("init-language", &[("choices", tags.join(", ").into())]);
        let usual = self.found("LOCALE").filter(|it| tags.contains(&it.as_str()));
        let usual = usual.unwrap_or_else(|| "auto".to_owned());
        loop {
            let given = self.talk.ask(&question, Some(&usual)).await?.to_lowercase();
            if tags.contains(&given.as_str()) {
                return Ok(given);
            }
            self.talk.say("init-language-wrong", &[("choices", tags.join(", ").into())]);
        }
    }

    async fn zone(&self) -> Result<String, InitError> {
        let system = jiff::tz::TimeZone::try_system().ok();
        let system = system.as_ref().and_then(|it| it.iana_name()).unwrap_or("UTC");
        // As machines without a zone of their own call it.
        let system = if system == "Etc/UTC" { "UTC" } else { system }.to_owned();
        let there = self.found("TZ").and_then(|it| zone_called(&it).ok());
        let usual = there.map_or(system, |(name, _)| name);
        loop {
            let given = self.talk.ask(&self.talk.locale.word("init-zone", &[]), Some(&usual)).await?;
            match zone_called(&given) {
                Ok((name, _)) => return Ok(name),
                Err(remedy) => {
                    self.talk.say("init-zone-wrong", &[("zone", given.into()), ("remedy", remedy.into())])
                }
            }
        }
    }

    /// Beside a `compose.yaml`, and in the image, it is Compose that will run the watch.
    async fn way(&self) -> Result<Way, InitError> {
        if let Some(way) = self.wish.way {
            return Ok(way);
        }
        if self.in_container() {
            return Ok(Way::Compose);
        }
        if !self.path("compose.yaml").exists() {
            return Ok(Way::Binary);
        }
        let compose = self.talk.whether(&self.talk.locale.word("init-way", &[]), true).await?;
        Ok(if compose { Way::Compose } else { Way::Binary })
    }

    fn dock(&self) -> Dock {
        if let Some(named) = self.found("DOCKER_HOST") {
            return match named.parse() {
                Ok(EngineAddress::Unix(path)) => socket(path.clone()).unwrap_or(Dock::Nowhere(path)),
                Ok(EngineAddress::Tcp { .. }) | Err(_) => Dock::Named(named),
            };
        }
        let own = format!("/run/user/{}/docker.sock", rustix::process::getuid().as_raw());
        let usual = [self.found("DOCKER_SOCKET").unwrap_or_default(), USUAL_SOCKET.to_owned(), own];
        let found = usual.into_iter().filter(|it| !it.is_empty()).find_map(|it| socket(it.into()));
        found.unwrap_or_else(|| Dock::Nowhere(USUAL_SOCKET.into()))
    }

    fn tell_of(&self, dock: &Dock, way: Way) {
        let (key, place) = match (dock, way) {
            // The filter before it is root; whether we may use it ourselves says nothing.
            (Dock::Socket { path, .. }, Way::Compose) | (Dock::Socket { path, ours: true }, Way::Binary) => {
                ("init-docker", path.display().to_string())
            }
            (Dock::Socket { path, ours: false }, Way::Binary) => {
                ("init-docker-forbidden", path.display().to_string())
            }
            (Dock::Named(named), _) => ("init-docker", named.clone()),
            // In a container nothing is to be seen of it, and Compose knows.
            (Dock::Nowhere(_), Way::Compose) => return,
            (Dock::Nowhere(path), Way::Binary) => ("init-docker-nowhere", path.display().to_string()),
        };
        self.talk.say(key, &[("place", place.into())]);
    }

    /// What the settings are to say.
    fn wanted(
        &self,
        way: Way,
        owner: &str,
        language: String,
        zone: String,
        proxy: Option<String>,
        dock: &Dock,
    ) -> Vec<(&'static str, String)> {
        let mut wanted = vec![("TELEGRAM_USER_ID", owner.to_owned()), ("LOCALE", language), ("TZ", zone)];
        wanted.extend(proxy.map(|it| ("TELEGRAM_PROXY", it)));
        wanted.extend(self.found("TELEGRAM_API_URL").map(|it| ("TELEGRAM_API_URL", it)));
        match (way, dock) {
            (Way::Compose, Dock::Socket { path, .. }) if path != Path::new(USUAL_SOCKET) => {
                wanted.push(("DOCKER_SOCKET", path.display().to_string()));
            }
            (Way::Binary, Dock::Socket { path, .. }) if path != Path::new(USUAL_SOCKET) => {
                wanted.push(("DOCKER_HOST", format!("unix://{}", path.display())));
            }
            (Way::Binary, Dock::Named(named)) => wanted.push(("DOCKER_HOST", named.clone())),
            (Way::Compose | Way::Binary, Dock::Socket { .. } | Dock::Named(_) | Dock::Nowhere(_)) => {}
        }
        if way == Way::Binary {
            wanted.push(("BOT_TOKEN_FILE", TOKEN.to_owned()));
        }
        wanted
    }

    async fn write(
        &self,
        token: &SecretString,
        wanted: &[(&'static str, String)],
        way: Way,
    ) -> Result<(), InitError> {
        let mode = match way {
            Way::Compose => files::MOUNTED,
            Way::Binary => files::OWN,
        };
        let path = self.path(TOKEN);
        let there = read(&path)?;
        let same = there.as_deref().is_some_and(|it| it.trim() == token.expose_secret());
        if there.is_none() || same || self.may_replace(TOKEN, "init-replace-token", false).await? {
            files::own_directory(&self.path("secrets")).map_err(unwritten)?;
            // Also what is the same, for its permissions.
            files::write(&path, token.expose_secret(), mode).map_err(unwritten)?;
            self.talk.say("init-written-token", &[("file", path.display().to_string().into())]);
        }
        let path = self.path(DOTENV);
        let there = read(&path)?;
        let settings = files::settings(there.as_deref(), wanted);
        let changes = there.as_ref().is_some_and(|it| *it != settings);
        if !changes || self.may_replace(DOTENV, "init-replace-settings", true).await? {
            files::write(&path, &settings, files::OWN).map_err(unwritten)?;
            self.talk.say("init-written-settings", &[("file", path.display().to_string().into())]);
        }
        Ok(())
    }

    /// Whether a file that is there may be replaced: if it was said so, or is said so now.
    async fn may_replace(&self, name: &str, question: &str, usual: bool) -> Result<bool, InitError> {
        if self.wish.force {
            return Ok(true);
        }
        if self.wish.yes {
            let nouns = [("file", self.path(name).display().to_string().into())];
            return Err(InitError::Wrong(self.talk.locale.word("init-not-forced", &nouns)));
        }
        let nouns = [("file", self.path(name).display().to_string().into())];
        self.talk.whether(&self.talk.locale.word(question, &nouns), usual).await
    }

    fn farewell(&self, way: Way) {
        let key = match way {
            Way::Compose => "init-next-compose",
            Way::Binary => "init-next-binary",
        };
        let directory = &self.wish.directory;
        // In a container the directory has another name than outside.
        let here = directory == Path::new(".") || self.in_container();
        let go = if here { String::new() } else { format!("cd {} && ", shell(directory)) };
        self.talk.say(key, &[("go", go.into())]);
    }
}

/// What came of waiting for a code.
enum Waited {
    Right(Box<Visitor>),
    TooMany,
    Conflict(String),
    Lost(String),
}

/// What a first run has read it remembers itself: the bookmark is the watch's.
struct Nowhere;

impl Bookmark for Nowhere {
    fn load(&self) -> Result<Option<i64>, BookmarkError> {
        Ok(None)
    }

    fn save(&self, _next: i64) -> Result<(), BookmarkError> {
        Ok(())
    }
}

fn socket(path: PathBuf) -> Option<Dock> {
    let is_socket = std::fs::metadata(&path).is_ok_and(|it| it.file_type().is_socket());
    let ours = || rustix::fs::access(&path, Access::READ_OK | Access::WRITE_OK).is_ok();
    is_socket.then(|| Dock::Socket { ours: ours(), path: path.clone() })
}

/// A file's text, when it is there.
fn read(path: &Path) -> Result<Option<String>, InitError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unwritten(FileError { path: path.to_owned(), error })),
    }
}

fn unwritten(error: FileError) -> InitError {
    InitError::Failed(error.to_string())
}

/// A path as a shell takes it.
fn shell(path: &Path) -> String {
    let path = path.display().to_string();
    if path.chars().all(|it| it.is_ascii_alphanumeric() || "/._-".contains(it)) {
        path
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}
