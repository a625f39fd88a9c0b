//! Why something was told: the whole record of an incident.

use async_trait::async_trait;
use jobs::incident::Incident;

use super::incidents::{as_of_now, found};
use super::{Command, CommandContext, CommandError};
use crate::gate::Cost;
use crate::markup::Markup;
use crate::present::incident::record;
use crate::present::{Choice, Reply};

/// What is shown of a record at once, in letters: two screens of a phone.
const PAGE: usize = 1500;

/// `/why [number [page]]`
pub(super) struct Why;

#[async_trait]
impl Command for Why {
    fn name(&self) -> &'static str {
        "why"
    }

    fn has_pages(&self) -> bool {
        true
    }

    fn cost(&self, _arguments: &[&str], _confirmed: bool) -> Cost {
        Cost::Calming
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        let (incident, page) = match arguments {
            [] => match newest(context)? {
                Some(incident) => (incident, 1),
                None => return Ok(Reply::text(context.voice.say("why-none", &[]))),
            },
            [number] => (found(context, number)?, 1),
            [number, page] => (found(context, number)?, page.parse().map_err(|_| CommandError::Usage)?),
            _ => return Err(CommandError::Usage),
        };
        told(context, incident, page)
    }
}

/// What is wrong now, the newest of it; else what was last.
fn newest(context: &CommandContext<'_>) -> Result<Option<Incident>, CommandError> {
    if let Some(open) = context.incidents.open()?.pop() {
        return Ok(Some(open));
    }
    let since = context.now.checked_sub(jiff::SignedDuration::from_hours(7 * 24));
    let from = since.map_err(|_| CommandError::Usage)?;
    Ok(context.incidents.between(from, context.now)?.into_iter().max_by_key(|it| it.ended))
}

/// A page of the record, from 1.
fn told(context: &CommandContext<'_>, incident: Incident, page: usize) -> Result<Reply, CommandError> {
    let CommandContext { voice, now, .. } = *context;
    let rules = &context.declared.rules;
    let entries = context.incidents.record(incident.number)?;
    let number = incident.number;
    let incident = as_of_now(context, incident)?;
    let head = record::head(voice, &context.about.host, &incident, rules, now);
    let lines = record::lines(voice, &entries, rules, Some(context.place.chat.0), now);
    let pages = pages(lines);
    let count = pages.len();
    let page = page.clamp(1, count.max(1));
    let mut text = head;
    if 1 < count {
        text = text.line().then(voice.say("why-page", &[("page", page.into()), ("count", count.into())]));
    }
    let shown = pages.into_iter().nth(page - 1).unwrap_or_default();
    let turn = |label: &str, to: usize| Choice::turn(label, format!("/why {number} {to}"));
    let back = (1 < page).then(|| turn("◀", page - 1));
    let on = (page < count).then(|| turn("▶", page + 1));
    Ok(Reply::text(text.line().line().then(shown)).row(back.into_iter().chain(on)))
}

/// The lines in pages.
fn pages(lines: Vec<Markup>) -> Vec<Markup> {
    let mut pages: Vec<Markup> = Vec::new();
    for line in lines {
        match pages.last_mut() {
            Some(page) if page.count() + line.count() < PAGE => {
                *page = std::mem::take(page).line().then(line);
            }
            _ => pages.push(line),
        }
    }
    pages
}
