//! What memory is used for, and by whom.

use async_trait::async_trait;
use jobs::ports::ProcessOrder;

use super::{Command, CommandContext, CommandError};
use crate::markup::Markup;
use crate::present::{Choice, Reply};

/// How many processes are named.
const PROCESSES: usize = 5;

/// `/ram`
pub(super) struct Ram;

#[async_trait]
impl Command for Ram {
    fn name(&self) -> &'static str {
        "ram"
    }

    async fn run(&self, context: &CommandContext<'_>, _arguments: &[&str]) -> Result<Reply, CommandError> {
        let voice = context.voice;
        let look = context.look().await?;
        let memory = match &look.now.memory {
            Ok(memory) => *memory,
            Err(unknown) => {
                return Ok(Reply::text(
                    voice.say("unknown-because", &[("why", voice.reason(&unknown.why).into())]),
                ));
            }
        };
        let used = memory.total.saturating_sub(memory.available);
        let share = used as f64 / memory.total.max(1) as f64;
        let mut lines = vec![
            voice.say(
                "ram-title",
                &[
                    ("percent", voice.percent(100.0 * share).into()),
                    ("used", voice.bytes(used).into()),
                    ("total", voice.bytes(memory.total).into()),
                ],
            ),
            Markup::new().code(super::bar(share, 20)),
            voice.say(
                "ram-parts",
                &[
                    ("available", voice.bytes(memory.available).into()),
                    ("free", voice.bytes(memory.free.min(memory.available)).into()),
                    ("cache", voice.bytes(memory.available.saturating_sub(memory.free)).into()),
                ],
            ),
        ];
        let swapped = memory.swap_total.saturating_sub(memory.swap_free);
        lines.push(if memory.swap_total == 0 {
            voice.say("ram-no-swap", &[])
        } else {
            voice.say(
                "ram-swap",
                &[("used", voice.bytes(swapped).into()), ("total", voice.bytes(memory.swap_total).into())],
            )
        });
        lines.extend(super::processes(context, ProcessOrder::Memory, PROCESSES).await);
        Ok(Reply::text(Markup::lines(lines)).row([
            Choice::turn(voice.word("button-refresh", &[]), "/ram"),
            Choice::run(voice.word("button-pie", &[]), "/graph"),
            Choice::run(voice.word("button-graph-hours", &[]), "/graph ram 6h"),
        ]))
    }
}
