//! Since when the machine runs, and since when it is watched.

use std::time::Duration;

use async_trait::async_trait;

use super::{Command, CommandContext, CommandError};
use crate::markup::Markup;
use crate::present::Reply;
use crate::present::names::short;

/// `/uptime`
pub(super) struct Uptime;

#[async_trait]
impl Command for Uptime {
    fn name(&self) -> &'static str {
        "uptime"
    }

    async fn run(&self, context: &CommandContext<'_>, _arguments: &[&str]) -> Result<Reply, CommandError> {
        let voice = context.voice;
        let look = context.look().await?;
        let machine = match &look.now.uptime {
            Ok(uptime) => {
                let booted = look.now.at - jiff::SignedDuration::try_from(*uptime).unwrap_or_default();
                voice.say(
                    "uptime",
                    &[
                        ("host", short(&context.about.host, 28).into()),
                        ("lasting", voice.lasting(*uptime).into()),
                        ("since", voice.moment(booted, context.now).into()),
                    ],
                )
            }
            Err(unknown) => voice.say("unknown-because", &[("why", voice.reason(&unknown.why).into())]),
        };
        let watched =
            Duration::try_from(context.now.duration_since(context.about.started)).unwrap_or_default();
        let watch = voice.say("uptime-watch", &[("lasting", voice.lasting(watched).into())]);
        Ok(Reply::text(Markup::lines([machine, watch])))
    }
}
