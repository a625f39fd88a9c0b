//! The host at a glance: what a person on a phone understands in three seconds.

use async_trait::async_trait;
use jobs::ports::{Container, ContainerState, Health};
use jobs::sample::Look;

use super::{Command, CommandContext, CommandError};
use crate::markup::Markup;
use crate::present::chart::used_percent;
use crate::present::{Choice, Reply, Voice};

/// `/status`
pub(super) struct Status;

#[async_trait]
impl Command for Status {
    fn name(&self) -> &'static str {
        "status"
    }

    async fn run(&self, context: &CommandContext<'_>, _arguments: &[&str]) -> Result<Reply, CommandError> {
        let look = context.look().await?;
        let firing = context.ports.store.open_alerts()?.iter().filter(|alert| alert.is_firing()).count();
        let voice = context.voice;
        let text = glance(voice, &context.about.host, &look, firing);
        let mut choices = vec![Choice::turn(voice.word("button-refresh", &[]), "/status")];
        if 0 < firing {
            choices.push(Choice::run(voice.word("button-alerts", &[]), "/alerts"));
        }
        choices.push(Choice::run(voice.word("button-graph", &[]), "/graph"));
        Ok(Reply::text(text).row(choices))
    }
}

/// The message itself.
fn glance(voice: &Voice, host: &str, look: &Look, firing: usize) -> Markup {
    let mut lines = vec![voice.say(
        if firing == 0 { "status-well" } else { "status-ill" },
        &[("host", host.into()), ("count", firing.into())],
    )];
    lines.push(cpu(voice, look));
    lines.extend(memory(voice, look));
    lines.push(disks(voice, look));
    lines.extend(network(voice, look));
    lines.push(containers(voice, look));
    if let Ok(uptime) = look.now.uptime {
        lines.push(voice.say("status-up", &[("lasting", voice.lasting(uptime).into())]));
    }
    lines.push(Markup::new().italic(voice.clock(look.now.at)));
    Markup::lines(lines)
}

fn cpu(voice: &Voice, look: &Look) -> Markup {
    let busy =
        super::reading(look, "cpu.busy").map_or_else(|| voice.word("unknown", &[]), |it| voice.percent(it));
    match (&look.now.load, &look.now.cpu) {
        (Ok(load), Ok(cpu)) => voice.say(
            "status-cpu-load",
            &[
                ("busy", busy.into()),
                ("load", voice.value(jobs::metric::Unit::Ratio, load.one).into()),
                ("count", cpu.cores.len().into()),
            ],
        ),
        _ => voice.say("status-cpu", &[("busy", busy.into())]),
    }
}

fn memory(voice: &Voice, look: &Look) -> Vec<Markup> {
    let memory = match &look.now.memory {
        Ok(memory) => memory,
        Err(unknown) => {
            return vec![voice.say("status-memory-unknown", &[("why", unknown.why.as_str().into())])];
        }
    };
    let used = memory.total.saturating_sub(memory.available);
    let swapped = memory.swap_total.saturating_sub(memory.swap_free);
    let line = |key, part: u64, whole: u64| {
        voice.say(
            key,
            &[
                ("percent", voice.percent(100.0 * part as f64 / whole.max(1) as f64).into()),
                ("used", voice.bytes(part).into()),
                ("total", voice.bytes(whole).into()),
            ],
        )
    };
    let mut lines = vec![line("status-memory", used, memory.total)];
    if 0 < memory.swap_total {
        lines.push(line("status-swap", swapped, memory.swap_total));
    }
    lines
}

/// How many filesystems are named before the rest is only counted; the fullest come first.
const DISKS: usize = 4;

fn disks(voice: &Voice, look: &Look) -> Markup {
    let filesystems = match &look.now.filesystems {
        Ok(filesystems) => filesystems,
        Err(unknown) => return voice.say("status-disk-unknown", &[("why", unknown.why.as_str().into())]),
    };
    let mut known: Vec<_> = filesystems
        .iter()
        .filter_map(|it| it.usage.as_ref().ok().map(|usage| (it, usage, used_percent(usage))))
        .collect();
    known.sort_by(|a, b| b.2.total_cmp(&a.2));
    let mut line = voice.say("status-disk", &[]);
    for (index, (filesystem, usage, share)) in known.iter().take(DISKS).enumerate() {
        line = line.plain(if index == 0 { " " } else { " · " }).then(voice.say(
            "status-disk-one",
            &[
                ("mount", filesystem.mount.as_str().into()),
                ("percent", voice.percent(*share).into()),
                ("free", voice.bytes(usage.available).into()),
            ],
        ));
    }
    let more = filesystems.len() - known.len().min(DISKS);
    if 0 < more { line.plain(" · ").then(voice.say("and-more", &[("count", more.into())])) } else { line }
}

fn network(voice: &Voice, look: &Look) -> Option<Markup> {
    let sum = |id| super::readings(look, id).iter().map(|it| it.value).reduce(|a, b| a + b);
    let rate = |it| voice.value(jobs::metric::Unit::BytesPerSecond, it);
    Some(voice.say(
        "status-net",
        &[("received", rate(sum("net.in")?).into()), ("sent", rate(sum("net.out")?).into())],
    ))
}

fn containers(voice: &Voice, look: &Look) -> Markup {
    let containers = match &look.containers {
        Ok(containers) => containers,
        Err(_) => return voice.say("status-docker-absent", &[]),
    };
    let count = |wanted: fn(&Container) -> bool| containers.iter().filter(|it| wanted(it)).count();
    let ill = count(|it| it.health == Some(Health::Unhealthy) || it.state == ContainerState::Restarting);
    let running = count(|it| it.state == ContainerState::Running);
    voice.say(
        if ill == 0 { "status-docker" } else { "status-docker-ill" },
        &[("running", running.into()), ("total", containers.len().into()), ("ill", ill.into())],
    )
}
