//! In which language somebody is spoken to, and why; and choosing another.

use async_trait::async_trait;
use jobs::ports::StoreError;

use super::{Command, CommandContext, CommandError};
use crate::locale::{self, LOCALES, Locale};
use crate::message::UserId;
use crate::present::{Choice, Reply, Voice};

/// What takes a choice back.
const OWN: &str = "auto";

/// Why somebody is spoken to in a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// They chose it.
    Chosen,
    /// Their app speaks it.
    App,
    /// We do not speak their app's, or it has not said which it is.
    Stranger,
    /// `LOCALE` says so.
    Setting,
}

/// The languages that people are spoken to in.
pub trait Tongues: Send + Sync {
    /// The language for somebody, and why.
    fn of(&self, user: UserId) -> (&'static Locale, Because);

    /// Remembers a choice; none: as if there had never been one.
    ///
    /// # Errors
    /// The store's refusal.
    fn choose(&self, user: UserId, choice: Option<&'static Locale>) -> Result<(), StoreError>;
}

/// `/language`
pub(super) struct LanguageCommand;

#[async_trait]
impl Command for LanguageCommand {
    fn name(&self) -> &'static str {
        "language"
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        let (tongues, user) = (context.tongues, context.operator.id());
        match arguments {
            [] => {}
            [OWN] => tongues.choose(user, None)?,
            [tag] => tongues.choose(user, Some(locale::of_tag(tag).ok_or(CommandError::Usage)?))?,
            _ => return Err(CommandError::Usage),
        }
        let (locale, because) = tongues.of(user);
        // In the language that was chosen just now.
        let voice = Voice { locale, ..context.voice.clone() };
        let why = match because {
            Because::Chosen => "language-chosen",
            Because::App => "language-app",
            Because::Stranger => "language-stranger",
            Because::Setting => "language-setting",
        };
        let title = voice.say("language-title", &[("name", locale.name().into())]);
        let choices = LOCALES.iter().map(|it| {
            let is_chosen = because == Because::Chosen && it.tag() == locale.tag();
            let label = if is_chosen { format!("✔ {}", it.name()) } else { it.name() };
            Choice::turn(label, format!("/language {}", it.tag()))
        });
        let reply = Reply::text(title.line().then(voice.say(why, &[]))).row(choices);
        let back = (because == Because::Chosen)
            .then(|| Choice::turn(voice.word("button-language-back", &[]), format!("/language {OWN}")));
        Ok(reply.row(back))
    }
}
