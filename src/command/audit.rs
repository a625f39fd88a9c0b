//! Who did what through Vakhta, and what was refused.

use async_trait::async_trait;
use jiff::SignedDuration;
use jobs::audit::{Deed, Outcome, Who};
use jobs::role::Role;

use super::parse::length;
use super::{ASKED, Command, CommandContext, CommandError, span};
use crate::gate::Cost;
use crate::markup::Markup;
use crate::present::names::short;
use crate::present::{Choice, Reply};

/// How many fit on one page of a phone.
const PAGE: usize = 12;
/// How far back it looks when nobody says.
const RANGE: &str = "24h";
/// Letters of a target that are shown, and of what was said of it.
const TARGET: usize = 40;
const WORDS: usize = 90;

/// `/audit [range] [word]`
pub(super) struct AuditCommand;

#[async_trait]
impl Command for AuditCommand {
    fn name(&self) -> &'static str {
        "audit"
    }

    /// What others did is the owners' business.
    fn role(&self, _arguments: &[&str]) -> Role {
        Role::Admin
    }

    fn has_pages(&self) -> bool {
        true
    }

    /// It is for the admin's eyes, and changes nothing.
    fn cost(&self, _arguments: &[&str], _confirmed: bool) -> Cost {
        Cost::Reading
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        let Asked { range, word, page } = Asked::read(arguments).ok_or(CommandError::Usage)?;
        let reach =
            length(range).and_then(|it| SignedDuration::try_from(it).ok()).ok_or(CommandError::Usage)?;
        let since = context.now.checked_sub(reach).unwrap_or(jiff::Timestamp::MIN);
        let mut deeds = context.ports.store.deeds(since)?;
        deeds.retain(|it| word.is_none_or(|word| it.is_about(word)));
        let voice = context.voice;
        let about = word.map(|it| short(it, ASKED)).unwrap_or_default();
        let nouns =
            [("lasting", span(voice, range).into()), ("count", deeds.len().into()), ("word", about.into())];
        if deeds.is_empty() {
            return Ok(Reply::text(
                voice.say(if word.is_some() { "audit-none-such" } else { "audit-none" }, &nouns),
            ));
        }
        let pages = deeds.len().div_ceil(PAGE);
        let page = page.min(pages);
        let mut lines = vec![voice.say("audit-title", &nouns)];
        lines.extend(deeds.iter().skip((page - 1) * PAGE).take(PAGE).map(|it| line(context, it)));
        let turn = |to: usize, label: String| {
            let words = ["/audit", range].into_iter().chain(word).collect::<Vec<_>>().join(" ");
            Choice::turn(label, format!("{words} p{to}"))
        };
        let older = (page < pages).then(|| turn(page + 1, format!("{}/{pages} ▶", page + 1)));
        let newer = (1 < page).then(|| turn(page - 1, format!("◀ {}/{pages}", page - 1)));
        Ok(Reply::text(Markup::lines(lines)).row(newer.into_iter().chain(older)))
    }
}

/// What is to be shown.
#[derive(Debug, PartialEq, Eq)]
struct Asked<'a> {
    range: &'a str,
    word: Option<&'a str>,
    /// From 1.
    page: usize,
}

impl<'a> Asked<'a> {
    fn read(arguments: &[&'a str]) -> Option<Self> {
        let page_of = |it: &&str| it.strip_prefix('p')?.parse::<usize>().ok().filter(|page| 0 < *page);
        let (words, page) = match arguments.split_last() {
            Some((last, rest)) if page_of(last).is_some() => (rest, page_of(last).unwrap_or(1)),
            _ => (arguments, 1),
        };
        match words {
            [] => Some(Self { range: RANGE, word: None, page }),
            [one] if length(one).is_some() => Some(Self { range: one, word: None, page }),
            [word] => Some(Self { range: RANGE, word: Some(word), page }),
            [range, word] if length(range).is_some() => Some(Self { range, word: Some(word), page }),
            _ => None,
        }
    }
}

/// A deed: how it ended, what, on what; below it who and when, and what there is to say of what did not go well.
fn line(context: &CommandContext<'_>, deed: &Deed) -> Markup {
    let voice = context.voice;
    let (sign, how) = match deed.outcome {
        Outcome::Begun => ("⏳", Some("audit-begun")),
        Outcome::Done => ("✅", None),
        Outcome::Failed => ("⚠️", Some("audit-failed")),
        Outcome::Unknown => ("❔", Some("audit-unknown")),
        Outcome::Role => ("🔒", Some("audit-role")),
        Outcome::Protected => ("🔒", Some("audit-protected")),
        Outcome::Own => ("🔒", Some("audit-own")),
        Outcome::Code => ("🔒", Some("audit-code")),
        Outcome::Budget => ("🔒", Some("audit-budget")),
        Outcome::Earlier => ("▫️", None),
    };
    let who = match deed.who {
        Who::Person(id) if id == context.operator.id().0 => voice.word("audit-you", &[]),
        Who::Person(id) => id.to_string(),
        Who::Console => voice.word("audit-console", &[]),
        Who::Script => voice.word("audit-script", &[]),
        Who::Vakhta => voice.word("audit-vakhta", &[]),
    };
    let target =
        if deed.target.is_empty() { String::new() } else { format!(" {}", short(&deed.target, TARGET)) };
    let head = Markup::text(format!("{sign} ")).bold(short(&deed.what, TARGET)).plain(target);
    let mut below = format!("{} · {who}", voice.moment(deed.at, context.now));
    if let Some(how) = how {
        below = format!("{below} · {}", voice.word(how, &[]));
    }
    let mut text = head.line().plain("   ").plain(below);
    if matches!(deed.outcome, Outcome::Failed | Outcome::Unknown | Outcome::Earlier) && !deed.words.is_empty()
    {
        text = text.line().plain("   ").italic(short(&deed.words, WORDS));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_a_word_and_a_page_are_told_apart() {
        let check = |words: &str, expected: Option<(&str, Option<&str>, usize)>| {
            let words: Vec<&str> = words.split_whitespace().collect();
            let expected = expected.map(|(range, word, page)| Asked { range, word, page });
            assert_eq!(Asked::read(&words), expected, "{words:?}");
        };
        check("", Some(("24h", None, 1)));
        check("7d", Some(("7d", None, 1)));
        check("nginx", Some(("24h", Some("nginx"), 1)));
        check("7d nginx p3", Some(("7d", Some("nginx"), 3)));
        check("p2", Some(("24h", None, 2)));
        check("7d 42", Some(("7d", Some("42"), 1)));
        check("7d p0", Some(("7d", Some("p0"), 1)));
        check("nginx 7d", None);
        check("7d a b", None);
    }
}
