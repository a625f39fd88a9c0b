//! Volumes: how big, and whose. They are looked at and never removed.

use async_trait::async_trait;
use jobs::ports::{Container, Needs, Right, VolumeUse};

use super::looks;
use super::{Command, CommandContext, CommandError};
use crate::gate::Cost;
use crate::markup::Markup;
use crate::present::names::short;
use crate::present::pages::Page;
use crate::present::{Choice, Reply, Voice};

/// How many are on one page: two lines each.
const PAGE: usize = 12;

/// `/volumes [page]`
pub(super) struct Volumes;

#[async_trait]
impl Command for Volumes {
    fn name(&self) -> &'static str {
        "volumes"
    }

    fn needs(&self, _arguments: &[&str], _confirmed: bool) -> Needs {
        Needs::All(&[Right::List, Right::DiskUsage])
    }

    fn has_pages(&self) -> bool {
        true
    }

    fn cost(&self, _arguments: &[&str], _confirmed: bool) -> Cost {
        Cost::Dear
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        let voice = context.voice;
        let page = looks::only_page(arguments)?;
        // First: an engine that hangs is found out in seconds by a list, and in a minute by what it adds up.
        let containers = context.ports.containers().await?;
        let mut volumes = context.ports.engine.disk_usage().await?.volumes;
        let refresh =
            |page: usize| Choice::turn(voice.word("button-refresh", &[]), format!("/volumes {page}"));
        if volumes.is_empty() {
            return Ok(Reply::text(voice.say("volumes-none", &[])).row([refresh(1)]));
        }
        volumes.sort_by(|a, b| b.size.cmp(&a.size).then_with(|| a.name.cmp(&b.name)));
        let (shown, page) = Page::of(&volumes, page, PAGE);
        let total: u64 = volumes.iter().filter_map(|it| it.size).sum();
        let unknown = volumes.iter().filter(|it| it.size.is_none()).count();
        let mut lines =
            vec![voice.say(
                "volumes-title",
                &[("count", volumes.len().into()), ("size", voice.bytes(total).into())],
            )];
        if 0 < unknown {
            lines.push(voice.say("volumes-unknown", &[("count", unknown.into())]));
        }
        lines.push(voice.say("volumes-safe", &[]));
        lines.push(Markup::new());
        lines.extend(shown.iter().map(|it| line(voice, &containers, it)));
        Ok(Reply::text(Markup::lines(lines)).row([refresh(page.number)]).row(page.turns("/volumes")))
    }
}

fn line(voice: &Voice, containers: &[Container], volume: &VolumeUse) -> Markup {
    /// Letters of a name: those that nobody gave have 64.
    const NAME: usize = 30;
    let users: Vec<&str> =
        containers.iter().filter(|it| it.volumes.contains(&volume.name)).map(|it| it.name.as_str()).collect();
    let used = match (users.is_empty(), volume.containers) {
        (false, _) => looks::named(voice, users.into_iter(), 3),
        (true, Some(0)) => voice.word("looks-nobody", &[]),
        (true, Some(count)) => voice.word("looks-containers", &[("count", count.into())]),
        (true, None) => voice.word("unknown", &[]),
    };
    let size = volume.size.map_or_else(|| voice.word("looks-size-unknown", &[]), |it| voice.bytes(it));
    voice.say(
        "volumes-one",
        &[("name", short(&volume.name, NAME).into()), ("size", size.into()), ("used", used.into())],
    )
}
