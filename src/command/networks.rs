//! Networks: which addresses, and who is in them.

use async_trait::async_trait;
use jobs::ports::{Container, Needs, Network, Right};

use super::looks;
use super::{Command, CommandContext, CommandError};
use crate::markup::Markup;
use crate::present::names::short;
use crate::present::pages::Page;
use crate::present::{Choice, Reply, Voice};

/// How many are on one page: two lines each.
const PAGE: usize = 12;

/// `/networks [page]`
pub(super) struct Networks;

#[async_trait]
impl Command for Networks {
    fn name(&self) -> &'static str {
        "networks"
    }

    fn needs(&self, _arguments: &[&str], _confirmed: bool) -> Needs {
        Needs::All(&[Right::List, Right::Networks])
    }

    fn has_pages(&self) -> bool {
        true
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        let voice = context.voice;
        let page = looks::only_page(arguments)?;
        let networks = context.ports.engine.networks().await?;
        let refresh =
            |page: usize| Choice::turn(voice.word("button-refresh", &[]), format!("/networks {page}"));
        if networks.is_empty() {
            return Ok(Reply::text(voice.say("networks-none", &[])).row([refresh(1)]));
        }
        let containers = context.ports.containers().await?;
        let members = |network: &Network| -> Vec<&str> {
            let within = containers.iter().filter(|it: &&Container| it.networks.contains(&network.name));
            within.map(|it| it.name.as_str()).collect()
        };
        let mut each: Vec<(&Network, Vec<&str>)> = networks.iter().map(|it| (it, members(it))).collect();
        each.sort_by(|(a, first), (b, second)| {
            second.len().cmp(&first.len()).then_with(|| a.name.cmp(&b.name))
        });
        let (shown, page) = Page::of(&each, page, PAGE);
        let mut lines = vec![voice.say("networks-title", &[("count", networks.len().into())]), Markup::new()];
        lines.extend(shown.iter().map(|(network, members)| line(voice, network, members)));
        Ok(Reply::text(Markup::lines(lines)).row([refresh(page.number)]).row(page.turns("/networks")))
    }
}

fn line(voice: &Voice, network: &Network, members: &[&str]) -> Markup {
    // The networks that every engine has are called by their driver.
    let named = (network.driver != network.name).then(|| short(&network.driver, 16));
    let mut kind: Vec<String> = named.into_iter().collect();
    kind.extend(network.subnets.iter().take(2).map(|it| short(it, 24)));
    if network.is_internal {
        kind.push(voice.word("networks-internal", &[]));
    }
    let within = match members {
        [] => voice.word("networks-nobody", &[]),
        _ => {
            let names = looks::named(voice, members.iter().copied(), 4);
            voice.word("networks-within", &[("names", names.into())])
        }
    };
    voice.say(
        "networks-one",
        &[
            ("name", short(&network.name, 30).into()),
            ("kind", kind.iter().map(|it| format!(" · {it}")).collect::<String>().into()),
            ("within", within.into()),
        ],
    )
}
