//! What the processors do, and who keeps them busy.

use async_trait::async_trait;
use jobs::metric::Unit;
use jobs::ports::ProcessOrder;

use super::{Command, CommandContext, CommandError};
use crate::markup::Markup;
use crate::present::{Choice, Reply};

/// How many processes are named.
const PROCESSES: usize = 5;
/// How many cores get a bar each; more are summed up by their extremes.
const CORES: usize = 16;

/// `/cpu`
pub(super) struct Cpu;

#[async_trait]
impl Command for Cpu {
    fn name(&self) -> &'static str {
        "cpu"
    }

    async fn run(&self, context: &CommandContext<'_>, _arguments: &[&str]) -> Result<Reply, CommandError> {
        let voice = context.voice;
        let look = context.look().await?;
        if let Err(unknown) = &look.now.cpu {
            return Ok(Reply::text(
                voice.say("unknown-because", &[("why", voice.reason(&unknown.why).into())]),
            ));
        }
        let percent =
            |id| super::reading(&look, id).map_or_else(|| voice.word("unknown", &[]), |it| voice.percent(it));
        let count = look.now.cpu.as_ref().map_or(0, |cpu| cpu.cores.len());
        let mut lines =
            vec![voice.say("cpu-title", &[("busy", percent("cpu.busy").into()), ("count", count.into())])];
        // What is lost to disks or to the hypervisor is worth a line only where something is.
        let lost = |id| super::reading(&look, id).filter(|it| 0.5 <= *it).map(|it| voice.percent(it));
        let lost = [("cpu-iowait", lost("cpu.iowait")), ("cpu-steal", lost("cpu.steal"))];
        lines.extend(
            lost.into_iter().filter_map(|(key, share)| Some(voice.say(key, &[("share", share?.into())]))),
        );
        if let Ok(load) = &look.now.load {
            let ratio = |it| voice.value(Unit::Ratio, it);
            lines.push(voice.say(
                "cpu-load",
                &[
                    ("one", ratio(load.one).into()),
                    ("five", ratio(load.five).into()),
                    ("fifteen", ratio(load.fifteen).into()),
                ],
            ));
        }
        let cores: Vec<f64> = super::readings(&look, "cpu.core").iter().map(|it| it.value).collect();
        lines.extend(bars(context, &cores));
        lines.extend(super::processes(context, ProcessOrder::Cpu, PROCESSES).await);
        Ok(Reply::text(Markup::lines(lines)).row([
            Choice::turn(voice.word("button-refresh", &[]), "/cpu"),
            Choice::run(voice.word("button-graph-hours", &[]), "/graph cpu 6h"),
        ]))
    }
}

/// A bar per core, in a block so that they line up.
fn bars(context: &CommandContext<'_>, cores: &[f64]) -> Option<Markup> {
    if cores.len() < 2 {
        return None;
    }
    if CORES < cores.len() {
        let extreme = |pick: fn(f64, f64) -> f64| cores.iter().copied().reduce(pick).unwrap_or(0.0);
        return Some(context.voice.say(
            "cpu-cores",
            &[
                ("count", cores.len().into()),
                ("least", context.voice.percent(extreme(f64::min)).into()),
                ("most", context.voice.percent(extreme(f64::max)).into()),
            ],
        ));
    }
    let rows = cores
        .iter()
        .enumerate()
        .map(|(index, busy)| format!("{index:>2} {} {:>3.0}%", super::bar(*busy / 100.0, 16), busy));
    Some(Markup::new().block(rows.collect::<Vec<_>>().join("\n")))
}
