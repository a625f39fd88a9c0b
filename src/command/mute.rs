//! Say nothing for a while, of everything or of a part. A mute ends by itself, and what it held back is told then.

#[cfg(any(test, fuzzing))]
pub(super) mod promises;
mod words;

use async_trait::async_trait;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, civil};
use jobs::audit::Outcome;
use jobs::mute::{After, By, HeldBack, Mute, Scope, next_time};
use jobs::ports::StoreError;
use jobs::role::Role;

use self::words::{End, Named, Wish};
use super::{ASKED, Command, CommandContext, CommandError};
use crate::gate::Cost;
use crate::markup::Markup;
use crate::present::names::short;
use crate::present::{Choice, Reply, Voice, mute};

/// What is not to be told for a while.
pub trait Mutes: Send + Sync {
    /// Every mute in force: those set by hand or by a script, then the declared ones.
    fn in_force(&self, now: Timestamp) -> Result<Vec<Mute>, StoreError>;
    /// The next time of each declared mute.
    fn coming(&self, now: Timestamp) -> Vec<Mute>;
    /// Begins one, in place of any other of the same scope.
    fn set(&self, mute: &Mute) -> Result<(), StoreError>;
    /// Ends one that is in force; a declared one comes again at its next time.
    fn end(&self, mute: &Mute, now: Timestamp) -> Result<(), StoreError>;
    /// What is being held back.
    fn held(&self) -> Result<HeldBack, StoreError>;
    /// When the next digest is due, at that moment or after it.
    fn digest_after(&self, at: Timestamp) -> Option<Timestamp>;
}

/// `/mute [what] [length | until time | tomorrow] [critical]`, `/mute off [what]`
pub(super) struct MuteCommand;

/// How long a mute lasts that somebody picks from buttons.
const LENGTHS: [&str; 2] = ["1h", "4h"];
/// How much of what is held back is listed: a phone's screen.
const LISTED: usize = 8;
/// More buttons than this are a list to scroll, not a choice.
const CHOICES: usize = 8;

#[async_trait]
impl Command for MuteCommand {
    fn name(&self) -> &'static str {
        "mute"
    }

    fn role(&self, arguments: &[&str]) -> Role {
        match words::read(arguments) {
            Some(Wish::Show) => Role::Viewer,
            Some(Wish::On { .. } | Wish::Off(_)) | None => Role::Operator,
        }
    }

    fn cost(&self, _arguments: &[&str], _confirmed: bool) -> Cost {
        Cost::Calming
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        match words::read(arguments).ok_or(CommandError::Usage)? {
            Wish::Show => show(context),
            Wish::Off(what) => off(context, what),
            Wish::On { what, end, critical } => {
                let scope = match what {
                    None => Scope::All,
                    Some(what) => match named(context, what, arguments).await {
                        Ok(scope) => scope,
                        // Somebody who names nothing that is there, and no length, has to be told how it goes.
                        Err(reply) if end.is_none() && reply.choices.is_empty() => {
                            return Err(CommandError::Usage);
                        }
                        Err(reply) => return Ok(*reply),
                    },
                };
                match end {
                    Some(end) => on(context, scope, end, critical),
                    None => Ok(how_long(context.voice, &scope, critical)),
                }
            }
        }
    }
}

/// What is muted, until when, what that holds back, and how to change it.
fn show(context: &CommandContext<'_>) -> Result<Reply, CommandError> {
    let (voice, now) = (context.voice, context.now);
    let mutes = context.mutes.in_force(now)?;
    let in_force = |coming: &Mute| mutes.iter().any(|it| it.by == coming.by);
    let mut lines = listed(context, &mutes);
    let coming: Vec<Mute> = context.mutes.coming(now).into_iter().filter(|it| !in_force(it)).collect();
    let coming: Vec<Markup> = coming.iter().map(|it| mute::coming(voice, it, now)).collect();
    if mutes.is_empty() {
        lines.push(voice.say("mute-none", &[]));
        lines.extend(coming);
        return Ok(Reply::text(Markup::lines(lines)).row(lengths(voice, &Scope::All, false)));
    }
    if !mutes.iter().any(|it| it.critical_too) {
        lines.push(voice.say("mute-critical", &[]));
    } else if !mutes.iter().any(|it| it.critical_too && it.scope == Scope::All) {
        lines.push(voice.say("mute-critical-else", &[]));
    }
    lines.extend(coming);
    lines.extend(held(context)?);
    let mut reply = Reply::text(Markup::lines(lines));
    if let [_] = &mutes[..] {
        return Ok(reply.row([Choice::turn(voice.word("button-unmute", &[]), "/mute off")]));
    }
    for it in mutes.iter().take(CHOICES) {
        let label = voice.word("button-unmute-one", &[("what", mute::title(voice, it).into())]);
        reply = reply.row([Choice::turn(label, format!("/mute off {}", handle(it)))]);
    }
    Ok(reply.row([Choice::turn(voice.word("button-unmute-all", &[]), "/mute off")]))
}

/// A line for each mute.
pub(super) fn listed(context: &CommandContext<'_>, mutes: &[Mute]) -> Vec<Markup> {
    mutes.iter().map(|it| mute::listed(context.voice, it, context.now)).collect()
}

/// What a mute is called in `/mute off …`.
fn handle(mute: &Mute) -> String {
    match &mute.by {
        By::Declared(name) => name.clone(),
        By::Person(_) | By::Script => mute.scope.to_string(),
    }
}

/// What is being held back, as it is now.
fn held(context: &CommandContext<'_>) -> Result<Vec<Markup>, CommandError> {
    let held = context.mutes.held()?;
    if held.is_empty() {
        return Ok(Vec::new());
    }
    let mut incidents = Vec::new();
    for it in held.news {
        incidents.extend(context.incidents.incident(it.incident)?);
    }
    let rules = &context.declared.rules;
    let mut lines = vec![context.voice.say("mute-holds", &[])];
    lines.extend(mute::held(context.voice, &incidents, held.more, rules, LISTED, context.now));
    Ok(lines)
}

/// Begins a mute.
fn on(context: &CommandContext<'_>, scope: Scope, end: End, critical: bool) -> Result<Reply, CommandError> {
    let (voice, now) = (context.voice, context.now);
    let (until, after) = match end {
        End::After(length) => {
            let length = SignedDuration::try_from(length).map_err(|_| CommandError::Usage)?;
            (now.checked_add(length).ok(), After::Tell)
        }
        End::At(time) => (next_time(time, &voice.zone, now), After::Tell),
        End::Tomorrow => {
            let (until, after) = tomorrow(now, &voice.zone, |at| context.mutes.digest_after(at));
            (Some(until), after)
        }
    };
    let until = until.ok_or(CommandError::Usage)?;
    let by = By::Person(context.operator.id().0);
    let mute = Mute { scope, from: now, until, by, critical_too: critical, after, reason: None };
    context.mutes.set(&mute)?;
    let line = format!("/mute off {}", mute.scope);
    let choice = Choice::turn(voice.word("button-unmute", &[]), line);
    Ok(Reply::text(mute::begun(voice, &mute, now)).row([choice]).ended(Outcome::Done))
}

/// Tomorrow morning: with the digest when one is due about then, else at nine. In the small hours it is the morning
/// to come.
fn tomorrow(
    now: Timestamp,
    zone: &TimeZone,
    digest_after: impl Fn(Timestamp) -> Option<Timestamp>,
) -> (Timestamp, After) {
    /// Whoever says "tomorrow" does not mean what comes sooner than this.
    const SOON: SignedDuration = SignedDuration::from_hours(4);
    /// How far from nine it is still the morning.
    const ABOUT: SignedDuration = SignedDuration::from_hours(3);
    let nine = civil::time(9, 0, 0, 0);
    let from = now.checked_add(SOON).unwrap_or(now);
    let morning = next_time(nine, zone, from).unwrap_or(from);
    let earliest = morning.checked_sub(ABOUT).unwrap_or(morning);
    match digest_after(earliest).filter(|it| it.duration_since(morning) <= ABOUT) {
        Some(digest) => (digest, After::Digest),
        None => (morning, After::Tell),
    }
}

/// Tells at once again: of everything, or of what is named.
fn off(context: &CommandContext<'_>, what: Option<&str>) -> Result<Reply, CommandError> {
    let (voice, now) = (context.voice, context.now);
    let in_force = context.mutes.in_force(now)?;
    let is_meant = |it: &&Mute| what.is_none_or(|what| is_called(it, what));
    let (ended, left): (Vec<&Mute>, Vec<&Mute>) = in_force.iter().partition(is_meant);
    for it in &ended {
        context.mutes.end(it, now)?;
    }
    let outcome = (!ended.is_empty()).then_some(Outcome::Done);
    let mut lines = Vec::new();
    match what {
        Some(what) if ended.is_empty() => {
            lines.push(voice.say("mute-off-nothing", &[("name", short(what, ASKED).into())]));
        }
        _ if left.is_empty() => return Ok(Reply { outcome, ..Reply::text(voice.say("mute-off", &[])) }),
        _ => {
            let one = |it: &&Mute| voice.say("mute-off-one", &[("what", mute::title(voice, it).into())]);
            lines.extend(ended.iter().map(one));
        }
    }
    if left.is_empty() {
        lines.push(voice.say("mute-nothing", &[]));
    } else {
        lines.push(voice.say("mute-still", &[]));
        lines.extend(left.iter().map(|it| mute::listed(voice, it, now)));
    }
    Ok(Reply { outcome, ..Reply::text(Markup::lines(lines)) })
}

/// Whether somebody who says that means this mute: its scope written out or by its name alone, or what it is declared
/// as.
fn is_called(mute: &Mute, what: &str) -> bool {
    let scope = mute.scope.to_string();
    let bare = scope.split_once(':').map_or(scope.as_str(), |(_, name)| name);
    let declared = matches!(&mute.by, By::Declared(name) if name == what);
    let exactly = matches!(words::name(what, &[], &[]), Named::Exactly(it) if it == mute.scope);
    scope == what || bare == what || declared || exactly
}

/// What a word of the command means; else what to answer.
async fn named(context: &CommandContext<'_>, what: &str, words: &[&str]) -> Result<Scope, Box<Reply>> {
    let voice = context.voice;
    let nouns = [("name", short(what, ASKED).into())];
    let (containers, silent) = match context.ports.containers().await {
        Ok(containers) => (containers, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    let (key, near) = match (words::name(what, &containers, &context.declared.rules), silent) {
        (Named::Exactly(scope), _) => return Ok(scope),
        (Named::Perhaps(several), _) => ("mute-which", several),
        (Named::Nothing(_), Some(error)) => {
            let why = ("why", voice.reason(&error.to_string()).into());
            let [name] = nouns;
            return Err(Box::new(Reply::text(voice.say("mute-blind", &[name, why]))));
        }
        (Named::Nothing(near), None) if near.is_empty() => ("mute-no-such", near),
        (Named::Nothing(near), None) => ("mute-near", near),
    };
    let mut reply = Reply::text(voice.say(key, &nouns));
    for scope in near.iter().take(CHOICES) {
        let in_full = |word: &&str| if *word == what { scope.to_string() } else { (*word).to_owned() };
        let line: Vec<String> = words.iter().map(in_full).collect();
        reply = reply.row([Choice::turn(mute::scope(voice, scope), format!("/mute {}", line.join(" ")))]);
    }
    if !near.is_empty() {
        reply = reply.row([Choice::dismiss(voice.word("button-leave", &[]))]);
    }
    Err(Box::new(reply))
}

/// Asks for how long.
fn how_long(voice: &Voice, scope: &Scope, critical: bool) -> Reply {
    let text = voice.say("mute-how-long", &[("what", mute::scope(voice, scope).into())]);
    Reply::text(text).row(lengths(voice, scope, critical))
}

fn lengths(voice: &Voice, scope: &Scope, critical: bool) -> Vec<Choice> {
    let what = if *scope == Scope::All { String::new() } else { format!("{scope} ") };
    let too = if critical { " critical" } else { "" };
    let line = |end: &str| format!("/mute {what}{end}{too}");
    let mut choices: Vec<Choice> =
        LENGTHS.iter().map(|it| Choice::turn(super::span(voice, it), line(it))).collect();
    choices.push(Choice::turn(voice.word("button-tomorrow", &[]), line("tomorrow")));
    choices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tomorrow_is_the_next_digest_of_a_morning_or_nine_o_clock() {
        let zone = TimeZone::get("Europe/Moscow").expect("a bundled zone");
        let at = |text: &str| -> Timestamp { text.parse().expect("a moment") };
        let check = |now: &str, digest: Option<&str>, expected: (&str, After)| {
            let digest = digest.map(at);
            let due = |after: Timestamp| digest.filter(|it| after <= *it);
            assert_eq!(tomorrow(at(now), &zone, due), (at(expected.0), expected.1), "{now}");
        };
        let (nine, next_nine) = ("2026-11-27T06:00:00Z", "2026-11-28T06:00:00Z");
        check("2026-11-26T18:00:00Z", None, (nine, After::Tell));
        check("2026-11-26T18:00:00Z", Some(nine), (nine, After::Digest));
        check("2026-11-26T18:00:00Z", Some("2026-11-27T04:30:00Z"), ("2026-11-27T04:30:00Z", After::Digest));
        // A digest of the evening, or of next week, is none of tomorrow morning.
        check("2026-11-26T10:00:00Z", Some("2026-11-26T17:00:00Z"), (nine, After::Tell));
        check("2026-11-26T10:00:00Z", Some("2026-11-30T06:00:00Z"), (nine, After::Tell));
        // After midnight tomorrow is the morning to come; at six it is not.
        check("2026-11-26T21:30:00Z", None, (nine, After::Tell));
        check("2026-11-27T03:00:00Z", None, (next_nine, After::Tell));
    }
}
