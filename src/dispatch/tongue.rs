//! Who is spoken to in which language, and why.

use jobs::ports::StoreError;

use super::Dispatcher;
use crate::command::{Because, Tongues};
use crate::locale::{self, Locale};
use crate::message::UserId;

/// In which language people are answered.
#[derive(Clone, Copy)]
pub enum Tongue {
    /// Everybody in this one.
    Fixed(&'static Locale),
    /// Everybody in their own.
    Own,
}

impl Tongues for Dispatcher {
    fn of(&self, user: UserId) -> (&'static Locale, Because) {
        let chosen = self.desk.fact(&choice_key(user)).unwrap_or_default();
        if let Some(locale) = chosen.and_then(|tag| locale::of_tag(&tag)) {
            return (locale, Because::Chosen);
        }
        match self.tongue {
            Tongue::Fixed(locale) => (locale, Because::Setting),
            Tongue::Own => {
                let tag = self.desk.language(user).unwrap_or_default().unwrap_or_default();
                match locale::of_tag(&tag) {
                    Some(locale) => (locale, Because::App),
                    None => (locale::for_tag(&tag), Because::Stranger),
                }
            }
        }
    }

    fn choose(&self, user: UserId, choice: Option<&'static Locale>) -> Result<(), StoreError> {
        self.desk.put_fact(&choice_key(user), choice.map_or("", Locale::tag))
    }
}

/// Where it is remembered which language somebody chose.
fn choice_key(user: UserId) -> String {
    format!("language/1.{user}")
}
