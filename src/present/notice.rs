//! A notice, as the outbox says it: words at once, and a picture where there is one to be had.

use jiff::Timestamp;
use jobs::alert::Alert;
use jobs::declare::Rule;
use jobs::evaluate::{self, Expected};
use jobs::metric::SeriesKey;
use jobs::mute::Scope;
use jobs::notice::{CutOff, House, Notice};
use jobs::ports::Store;
use jobs::series::Series;

use crate::markup::Markup;
use crate::present::chart::{POINTS, Stretch};
use crate::present::names::short;
use crate::present::{Reply, Voice, alert, began, digest, heal, incident, mute, settings, verdict};

/// Where a picture's points come from: the store, or nothing when it fails.
pub trait History {
    /// The series over a stretch, in about so many points.
    fn series(&self, key: &SeriesKey, stretch: Stretch, points: usize) -> Option<Series>;
    /// What a rule took for normal over a stretch around an alert, where it learns that.
    fn usual(&self, rule: &Rule, alert: &Alert, stretch: Stretch) -> Vec<Expected>;
}

/// The store, as pictures see it: a failure costs the picture, never the words.
pub struct Remembered<'a>(pub &'a dyn Store);

impl History for Remembered<'_> {
    fn series(&self, key: &SeriesKey, stretch: Stretch, points: usize) -> Option<Series> {
        let series = self.0.history(key, stretch.from, stretch.to, points);
        series.inspect_err(|error| tracing::warn!(%error, %key, "no history for a picture")).ok()
    }

    fn usual(&self, rule: &Rule, alert: &Alert, stretch: Stretch) -> Vec<Expected> {
        let usual = evaluate::expected(rule, alert, self.0, stretch.from, stretch.to);
        usual.unwrap_or_else(|error| {
            tracing::warn!(%error, rule = rule.name, "no band for a picture");
            Vec::new()
        })
    }
}

/// Letters of the host's name.
const HOST: usize = 24;

/// How much of what a mute held back is listed before the rest is only counted: two screens of a phone.
const HELD: usize = 20;
/// Letters of a command line that is quoted.
const LINE: usize = 60;

/// A notice in a reader's words. `host` is what the machine is called.
pub fn told(
    voice: &Voice,
    host: &str,
    notice: &Notice,
    rules: &[Rule],
    history: &dyn History,
    now: Timestamp,
) -> Reply {
    match notice {
        Notice::Alert { alert: it, step } => {
            let rule = rules.iter().find(|rule| rule.name == it.key.rule);
            let stretch = alert::stretch(it, now);
            let series =
                history.series(&it.key.series, stretch, POINTS).filter(|series| 1 < series.points.len());
            let newest = series.as_ref().and_then(|it| it.newest()).map(|it| it.mean);
            let reply = alert::told(voice, host, it, *step, rule, newest, now);
            match series {
                Some(series) => {
                    let usual = rule.map(|rule| history.usual(rule, it, stretch)).unwrap_or_default();
                    reply.drawn(alert::drawing(voice, host, it, rule, series, stretch, &usual))
                }
                None => reply,
            }
        }
        Notice::Proposal { plan, .. } if plan.steps.is_empty() => heal::helpless(voice, plan),
        Notice::Proposal { plan, .. } => heal::plan(voice, plan),
        Notice::Observation { plan, .. } => heal::observed(voice, plan),
        // The card of its incident tells it; alone it is never sent.
        Notice::Heal(heal) => Reply::text(incident::story::step(voice, heal, now)),
        Notice::Healed { relief, .. } => Reply::text(heal::relief(voice, relief)),
        Notice::Meanwhile { incidents, scopes, more, .. } => {
            let head = match &scopes[..] {
                [] | [Scope::All] | [_, _, ..] => voice.say("mute-held", &[]),
                [scope] => voice.say("mute-held-of", &[("what", mute::scope(voice, scope).into())]),
            };
            let held = mute::held(voice, incidents, *more, rules, HELD, now);
            Reply::text(Markup::lines(std::iter::once(head).chain(held)))
        }
        Notice::CatchUp { since, until, incidents } => {
            let nouns = [
                ("since", voice.moment(*since, now).into()),
                ("until", voice.moment(*until, now).into()),
                ("count", incidents.len().into()),
            ];
            let lines = incidents.iter().map(|it| incident::listed(voice, it, rules, now));
            let head = voice.say("incident-catch-up", &nouns).plain(format!(" · {}", short(host, HOST)));
            Reply::text(Markup::lines(std::iter::once(head).chain(lines)))
        }
        Notice::Container { verdict: it, log } => verdict::told(voice, host, it, log, now),
        Notice::Digest(it) => {
            let reply = digest::told(voice, host, it, rules, digest::View::default());
            match digest::drawing(voice, host, it, rules, history) {
                Some(drawing) => reply.drawn(drawing),
                None => reply,
            }
        }
        Notice::Trouble { job, why, failures } => Reply::text(voice.say(
            "trouble",
            &[
                ("job", short(job, 40).into()),
                ("why", voice.reason(why).into()),
                ("count", (*failures).into()),
            ],
        )),
        Notice::House(house) => Reply { silent: true, ..Reply::text(self::house(voice, host, house)) },
    }
}

fn house(voice: &Voice, host: &str, house: &House) -> Markup {
    match house {
        House::Strangers { messages, last } => {
            voice.say("house-strangers", &[("count", (*messages).into()), ("last", last.to_string().into())])
        }
        House::TwoPollers => voice.say("house-two-pollers", &[]),
        House::StoreSetAside { kept_as } => {
            voice.say("house-store-set-aside", &[("file", kept_as.as_str().into())])
        }
        House::StoreFull { why } => voice.say("house-store-full", &[("why", voice.reason(why).into())]),
        House::TopicGone => voice.say("house-topic-gone", &[]),
        House::GroupLost { chat, why } => {
            let nouns = [("chat", chat.to_string().into()), ("why", voice.reason(why).into())];
            voice.say("house-group-lost", &nouns)
        }
        House::Stumbled { id, place } => {
            voice.say("house-stumbled", &[("id", id.as_str().into()), ("place", place.as_str().into())])
        }
        House::StoreReturned => voice.say("house-store-returned", &[]),
        House::Restored { of } => voice.say("house-restored", &[("when", voice.stamp(*of).into())]),
        House::Began(it) => began::told(voice, host, it),
        House::CutOff { line, how } => {
            let (key, words) = match how {
                CutOff::Unanswered => ("house-cut-off-unanswered", ""),
                CutOff::NotBegun => ("house-cut-off-not-begun", ""),
                CutOff::Unknown => ("house-cut-off-unknown", ""),
                CutOff::Ended { words } => ("house-cut-off-ended", words.as_str()),
            };
            voice.say(key, &[("line", short(line, LINE).into()), ("words", words.into())])
        }
        House::Settings(changes) => settings::changed(voice, host, changes),
        House::SettingsWrong { mistakes, more } => settings::wrong(voice, host, mistakes, *more),
        House::SwitchUnheard { since, until, why } => voice.say(
            "house-switch-unheard",
            &[("lasting", voice.between(*since, *until).into()), ("why", voice.reason(why).into())],
        ),
    }
}
