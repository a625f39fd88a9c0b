//! Images: how big, how old, who runs them.

use async_trait::async_trait;
use jobs::ports::{Container, ImageUse, Needs, Right};

use super::looks;
use super::{Command, CommandContext, CommandError};
use crate::gate::Cost;
use crate::markup::Markup;
use crate::present::names::short;
use crate::present::pages::Page;
use crate::present::{Choice, Reply, Voice};

/// How many are on one page: two lines each.
const PAGE: usize = 12;

/// `/images [page]`
pub(super) struct Images;

#[async_trait]
impl Command for Images {
    fn name(&self) -> &'static str {
        "images"
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
        let mut images = context.ports.engine.disk_usage().await?.images;
        let refresh =
            |page: usize| Choice::turn(voice.word("button-refresh", &[]), format!("/images {page}"));
        if images.is_empty() {
            return Ok(Reply::text(voice.say("images-none", &[])).row([refresh(1)]));
        }
        images.sort_by(|a, b| {
            b.size.cmp(&a.size).then_with(|| a.tags.cmp(&b.tags)).then_with(|| a.id.cmp(&b.id))
        });
        let (shown, page) = Page::of(&images, page, PAGE);
        // Layers are shared, so the sum is an upper bound.
        let total: u64 = images.iter().map(|it| it.size).sum();
        let mut lines = vec![
            voice.say("images-title", &[("count", images.len().into()), ("size", voice.bytes(total).into())]),
        ];
        lines.extend(idle(voice, &images));
        lines.push(Markup::new());
        lines.extend(shown.iter().map(|it| line(context, &containers, it)));
        Ok(Reply::text(Markup::lines(lines))
            .row([refresh(page.number), Choice::run(voice.word("button-fix", &[]), "/fix")])
            .row(page.turns("/images")))
    }
}

/// Bytes that go at most when it goes.
fn freed(image: &ImageUse) -> u64 {
    image.unshared.unwrap_or(image.size)
}

/// What nobody uses, and what of it may be removed.
fn idle(voice: &Voice, images: &[ImageUse]) -> Vec<Markup> {
    let part = |key: &str, which: &dyn Fn(&ImageUse) -> bool| {
        let part: Vec<&ImageUse> = images.iter().filter(|it| which(it)).collect();
        let size: u64 = part.iter().map(|it| freed(it)).sum();
        (!part.is_empty())
            .then(|| voice.say(key, &[("count", part.len().into()), ("size", voice.bytes(size).into())]))
    };
    let unused = part("images-unused", &|it| it.containers == 0 && !it.is_dangling());
    unused.into_iter().chain(part("images-dangling", &ImageUse::is_dangling)).collect()
}

fn line(context: &CommandContext<'_>, containers: &[Container], image: &ImageUse) -> Markup {
    /// Letters of a name: registries make them long.
    const NAME: usize = 40;
    let voice = context.voice;
    let name = match &image.tags[..] {
        [] => voice.word("images-nameless", &[("id", short_id(&image.id).into())]),
        [one] => short(one, NAME),
        [first, rest @ ..] => {
            format!("{} {}", short(first, NAME), voice.word("and-more", &[("count", rest.len().into())]))
        }
    };
    // Podman says nothing of some sizes.
    let size = match image.size {
        0 => voice.word("looks-size-unknown", &[]),
        size => voice.bytes(size),
    };
    let age = match image.created {
        Some(made) => voice.word("images-made", &[("age", voice.between(made, context.now).into())]),
        None => voice.word("images-age-unknown", &[]),
    };
    let users: Vec<&str> =
        containers.iter().filter(|it| it.image_id == image.id).map(|it| it.name.as_str()).collect();
    let used = match (users.is_empty(), image.containers) {
        (true, 0) => voice.word("looks-nobody", &[]),
        (true, count) => voice.word("looks-containers", &[("count", count.into())]),
        (false, _) => looks::named(voice, users.into_iter(), 3),
    };
    voice.say(
        "images-one",
        &[("name", name.into()), ("size", size.into()), ("age", age.into()), ("used", used.into())],
    )
}

/// Twelve letters of an id, as everybody writes them.
fn short_id(id: &str) -> String {
    id.strip_prefix("sha256:").unwrap_or(id).chars().take(12).collect()
}
