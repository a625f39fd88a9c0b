//! Say nothing for a while. A mute ends by itself, and what it held back is told then.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use jobs::ports::StoreError;

use super::parse::length;
use super::{Command, CommandContext, CommandError};
use crate::message::UserId;
use crate::present::{Choice, Reply};

/// A while during which warnings wait. Critical alerts break through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mute {
    /// Its end.
    pub until: Timestamp,
    /// Who wished it.
    pub by: UserId,
}

/// What is not to be told for a while.
pub trait Mutes: Send + Sync {
    /// The mute in force, if any.
    fn current(&self, now: Timestamp) -> Result<Option<Mute>, StoreError>;
    /// Begins one, in place of any other; or ends it.
    fn set(&self, mute: Option<Mute>) -> Result<(), StoreError>;
}

/// `/mute [length|off]`
pub(super) struct MuteCommand;

#[async_trait]
impl Command for MuteCommand {
    fn name(&self) -> &'static str {
        "mute"
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        let voice = context.voice;
        let off = || Choice::turn(voice.word("button-unmute", &[]), "/mute off");
        match arguments {
            [] => Ok(match context.mutes.current(context.now)? {
                Some(mute) => {
                    let until = voice.moment(mute.until, context.now);
                    Reply::text(voice.say("mute-until", &[("until", until.into())])).row([off()])
                }
                None => Reply::text(voice.say("mute-none", &[])).row(
                    ["1h", "4h", "12h"].map(|it| Choice::turn(super::span(voice, it), format!("/mute {it}"))),
                ),
            }),
            ["off" | "0"] => {
                context.mutes.set(None)?;
                Ok(Reply::text(voice.say("mute-off", &[])))
            }
            [range] => {
                let range = length(range).ok_or(CommandError::Usage)?;
                let range = SignedDuration::try_from(range).map_err(|_| CommandError::Usage)?;
                let until = context.now.checked_add(range).map_err(|_| CommandError::Usage)?;
                context.mutes.set(Some(Mute { until, by: context.operator.id() }))?;
                let until = voice.moment(until, context.now);
                Ok(Reply::text(voice.say("mute-on", &[("until", until.into())])).row([off()]))
            }
            _ => Err(CommandError::Usage),
        }
    }
}
