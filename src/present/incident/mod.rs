//! An incident, as one reads it on a phone: one card, from the first word to the last.

mod choices;
mod parts;
pub mod record;
pub mod story;
#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use jobs::alert::{Alert, Phase, Severity};
use jobs::declare::Rule;
use jobs::incident::{Count, Incident, Member, Of, Root};
use jobs::metric::SeriesKey;
use jobs::series::Series;
use jobs::verdict::{EngineVerdict, Verdict};
use render::Tone;

pub use self::choices::SPANS;
use self::parts::{Room, Words};
use crate::markup::Markup;
use crate::present::chart::{Event, POINTS, Plot, Stretch};
use crate::present::names::short;
use crate::present::notice::History;
use crate::present::{Drawing, Reply, Voice, alert, chart, verdict};

/// Letters of a name on a card.
const NAME: usize = 40;
/// Letters of the host's name.
const HOST: usize = 24;
/// What a message and a picture's caption hold, as Telegram counts.
const MESSAGE: usize = 4096;
const CAPTION: usize = 1024;
/// The picture of what is over goes on for so long after its end.
const AFTER: SignedDuration = SignedDuration::from_mins(30);
/// So many alerts are named in a headline; more are counted.
const NAMED: usize = 3;

/// How a card is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Showing {
    /// Since when it waited to be told, when that was long.
    pub late: Option<Timestamp>,
    /// How far back its picture reaches; without it, from a while before the trouble.
    pub span: Option<SignedDuration>,
    /// Whose private chat it is shown in: who has taken it on is "you" there.
    pub reader: Option<i64>,
    /// Whether a button was pressed that was made for an earlier state of it.
    pub stale: bool,
}

/// The card of an incident.
pub fn card(
    voice: &Voice,
    host: &str,
    incident: &Incident,
    rules: &[Rule],
    history: &dyn History,
    showing: &Showing,
    now: Timestamp,
) -> Reply {
    let drawn = Drawn::of(incident, rules, history, showing, now);
    let used = if drawn.is_none() { Used::of(voice, incident, history, showing, now) } else { None };
    let teller = Teller { voice, host, incident, rules, newest: drawn.as_ref().and_then(Drawn::newest), now };
    // A message with a picture stays one, and so do its limits, whether or not there is anything to draw this time.
    let has_alert = incident.members.iter().any(|it| it.alert().is_some());
    let most = if has_alert || used.is_some() { CAPTION } else { MESSAGE };
    let words = |room| Words { teller: &teller, showing, room }.all();
    let fitting = Room::LEVELS.iter().map(|room| words(*room)).find(|it| it.count() <= most);
    let text = fitting.unwrap_or_else(|| words(Room::LEAST));
    let is_drawn = drawn.is_some() || used.is_some() || showing.span.is_some();
    let buttons = choices::of(&teller, showing, is_drawn);
    let reply = buttons.into_iter().fold(Reply::text(text), Reply::row);
    match (drawn, used) {
        (Some(Drawn { alert, rule, stretch, series }), _) => {
            let usual = rule.map(|rule| history.usual(rule, alert, stretch)).unwrap_or_default();
            reply.drawn(alert::drawing(voice, host, alert, rule, series, stretch, &usual))
        }
        (None, Some(used)) => reply.drawn(used.drawing(voice, host)),
        (None, None) => reply,
    }
}

/// What an earlier card of an incident becomes when a newer one has taken its place: what it said is not true any more.
pub fn continued(voice: &Voice, host: &str, incident: &Incident) -> Reply {
    let goes_on = voice.say("incident-continued", &[("number", number(incident).into())]);
    Reply::text(goes_on.plain(format!(" · {}", short(host, HOST))))
}

/// An incident in a list: its number, what, and since when or how long.
pub fn listed(voice: &Voice, incident: &Incident, rules: &[Rule], now: Timestamp) -> Markup {
    let teller = Teller { voice, host: "", incident, rules, newest: None, now };
    let head = Markup::new().code(number(incident)).plain(" ");
    let told = match &incident.members[..] {
        [Member { of: Of::Alert { alert: it, .. }, .. }] => alert::listed(voice, it, teller.rule(it), now),
        [Member { of: Of::Container { verdict: it, .. }, .. }] => {
            verdict::listed(voice, &Verdict::Container(it.clone()), now)
        }
        _ => match teller.engine() {
            Some(it) => verdict::listed(voice, &Verdict::Engine(it.clone()), now),
            None => teller.headline().line().then(teller.course()),
        },
    };
    match incident.acknowledged.filter(|_| incident.is_open()) {
        Some(it) => {
            let at = [("at", voice.moment(it.at, now).into())];
            head.then(told).line().then(voice.say("incident-listed-taken", &at))
        }
        None => head.then(told),
    }
}

/// What people call an incident by: "#12".
pub fn number(incident: &Incident) -> String {
    format!("#{}", incident.number)
}

/// The alert whose series is drawn, with its points.
struct Drawn<'a> {
    alert: &'a Alert,
    rule: Option<&'a Rule>,
    stretch: Stretch,
    series: Series,
}

impl<'a> Drawn<'a> {
    /// Of the alert that says most, where there are points of it.
    fn of(
        incident: &'a Incident,
        rules: &'a [Rule],
        history: &dyn History,
        showing: &Showing,
        now: Timestamp,
    ) -> Option<Self> {
        let alert = drawable(incident)?;
        let rule = rules.iter().find(|rule| rule.name == alert.key.rule);
        let stretch = match (showing.span, &alert.phase) {
            (Some(span), _) => Stretch { from: now.checked_sub(span).unwrap_or(Timestamp::MIN), to: now },
            (None, Phase::Ended { at, .. }) => {
                let after = at.checked_add(AFTER).unwrap_or(now);
                Stretch { to: now.min(after), ..alert::stretch(alert, now) }
            }
            (
                None,
                Phase::Pending
                | Phase::Firing
                | Phase::Clearing { .. }
                | Phase::Flapping { .. }
                | Phase::Relapsing { .. },
            ) => alert::stretch(alert, now),
        };
        let series = history.series(&alert.key.series, stretch, POINTS)?;
        (1 < series.points.len()).then_some(Self { alert, rule, stretch, series })
    }

    /// The newest value of what is drawn.
    fn newest(&self) -> Option<f64> {
        self.series.newest().map(|it| it.mean)
    }
}

/// What a container used before it came to trouble, where no alert says more.
struct Used {
    name: String,
    plots: Vec<Plot>,
    stretch: Stretch,
}

impl Used {
    /// Of the container that says most, where there are points of it: open before over, critical before warning.
    fn of(
        voice: &Voice,
        incident: &Incident,
        history: &dyn History,
        showing: &Showing,
        now: Timestamp,
    ) -> Option<Self> {
        if drawable(incident).is_some() {
            return None;
        }
        let troubles = incident.members.iter().filter_map(|it| match &it.of {
            Of::Container { trouble, .. } => Some((it, trouble)),
            Of::Alert { .. } | Of::Engine(_) => None,
        });
        let (member, trouble) =
            troubles.min_by_key(|(it, _)| (it.ended.is_some(), std::cmp::Reverse(it.severity)))?;
        let until = member.ended.and_then(|it| it.checked_add(AFTER).ok()).map_or(now, |it| now.min(it));
        let stretch = match showing.span {
            Some(span) => Stretch { from: now.checked_sub(span).unwrap_or(Timestamp::MIN), to: now },
            None => Stretch { from: trouble.at.checked_sub(alert::BEFORE).unwrap_or(trouble.at), to: until },
        };
        let broke = Event {
            at: trouble.at,
            label: voice.word("chart-broke", &[("at", voice.moment(trouble.at, stretch.to).into())]),
            tone: Tone::Critical,
        };
        // Memory first: of what a container ends by, that is what a picture can show.
        let plots = ["container.memory", "container.cpu"].into_iter().filter_map(|metric| {
            let key = SeriesKey::of(metric, &trouble.who.name);
            let series = history.series(&key, stretch, POINTS).filter(|it| 1 < it.points.len())?;
            let (title, events) = (chart::used(voice, metric), vec![broke.clone()]);
            Some(Plot { title, lines: vec![(key, series)], events, ..Plot::default() })
        });
        let plots: Vec<Plot> = plots.collect();
        (!plots.is_empty()).then(|| Self { name: short(&trouble.who.name, NAME), plots, stretch })
    }

    fn drawing(self, voice: &Voice, host: &str) -> Drawing {
        let stretch = self.stretch.fitted_to(self.plots.iter().flat_map(|it| &it.lines).map(|it| &it.1));
        chart::panels(voice, host, self.name, &self.plots, stretch)
    }
}

/// The alert that says most of an incident: open before over, critical before warning, the first before the others.
fn drawable(incident: &Incident) -> Option<&Alert> {
    let alerts = incident.members.iter().filter(|it| it.alert().is_some());
    alerts.min_by_key(|it| (it.ended.is_some(), std::cmp::Reverse(it.severity)))?.alert()
}

/// What the sentences of an incident share.
struct Teller<'a> {
    voice: &'a Voice,
    host: &'a str,
    incident: &'a Incident,
    rules: &'a [Rule],
    /// The newest value of the alert that is drawn.
    newest: Option<f64>,
    now: Timestamp,
}

impl Teller<'_> {
    fn rule(&self, alert: &Alert) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.name == alert.key.rule)
    }

    /// What is wrong and where, and how that is known: headline and the rest.
    fn title(&self) -> (Markup, Option<Markup>) {
        let Self { voice, incident, now, .. } = *self;
        let (head, rest) = match &incident.members[..] {
            [Member { of: Of::Alert { alert: it, step }, .. }] => {
                let (head, rest) = alert::words(voice, it, *step, self.rule(it), self.newest, now);
                (head, Some(rest))
            }
            [Member { of: Of::Container { verdict: it, .. }, .. }] => {
                verdict::words(voice, &Verdict::Container(it.clone()), now)
            }
            _ => match self.engine() {
                Some(it) => verdict::words(voice, &Verdict::Engine(it.clone()), now),
                None => (self.headline(), Some(self.course())),
            },
        };
        // The headline of the machine begins with its name.
        let named = incident.root == Root::Host && 1 < incident.members.len();
        match named {
            true => (head, rest),
            false => (head.plain(format!(" · {}", short(self.host, HOST))), rest),
        }
    }

    /// What became of the engine, where that is what the card is about: it is away, or it came back without some.
    fn engine(&self) -> Option<&EngineVerdict> {
        let members = &self.incident.members;
        let engine = members.iter().find_map(|it| match &it.of {
            Of::Engine(verdict) => Some((it, verdict)),
            Of::Alert { .. } | Of::Container { .. } => None,
        });
        let (member, verdict) = engine?;
        let alone = members.len() == 1 || member.ended.is_none();
        (alone || self.stays_down(verdict)).then_some(verdict)
    }

    /// Whether what stayed down when the engine came back is what is wrong, all of it.
    fn stays_down(&self, verdict: &EngineVerdict) -> bool {
        let down = match verdict {
            EngineVerdict::Returned { down, .. } | EngineVerdict::Passed { down, .. } => down,
            EngineVerdict::Lost { .. } => return false,
        };
        let open = self.incident.open_members().filter_map(Member::container);
        !down.is_empty() && open.eq(down.iter().map(String::as_str))
    }

    /// What an incident of several is about, how bad it is, and how much of it there is.
    fn headline(&self) -> Markup {
        let Self { voice, incident, now, .. } = *self;
        let what = self.subject();
        if !incident.is_open() {
            let key = if self.fell() { "incident-back" } else { "incident-well" };
            let lasting = voice.lasting(incident.lasting(now));
            return voice.say(key, &[("what", what.into()), ("lasting", lasting.into())]);
        }
        let sign = match incident.severity() {
            Severity::Critical => "🔴",
            Severity::Unusual | Severity::Warning => "🟠",
        };
        let nouns = |rest: String| [("sign", sign.into()), ("what", what.into()), ("rest", rest.into())];
        voice.say("incident-head", &nouns(self.wrong()))
    }

    /// Whether all of it was down: what was down comes back, all else is well again.
    fn fell(&self) -> bool {
        let mut members = self.incident.members.iter().filter(|it| !matches!(it.of, Of::Engine(_)));
        members.all(Member::is_down)
    }

    /// What is wrong, in the words of a headline: "CPU 93 %, Memory 91 %, 2 containers down".
    fn wrong(&self) -> String {
        let Self { voice, incident, .. } = *self;
        let mut open: Vec<&Member> = incident.open_members().collect();
        open.sort_by_key(|it| std::cmp::Reverse(it.severity));
        let alerts: Vec<&Alert> = open.iter().filter_map(|it| it.alert()).collect();
        let containers: Vec<&&Member> = open.iter().filter(|it| it.container().is_some()).collect();
        let mut parts: Vec<String> =
            alerts.iter().take(NAMED).map(|it| alert::brief(voice, it, self.rule(it))).collect();
        if let Some(more) = alerts.len().checked_sub(NAMED).filter(|more| 0 < *more) {
            parts.push(voice.word("incident-more", &[("count", more.into())]));
        }
        if !containers.is_empty() {
            let all_down = containers.iter().all(|it| it.is_down());
            let key = if all_down { "incident-down" } else { "incident-ill" };
            parts.push(voice.word(key, &[("count", containers.len().into())]));
        }
        parts.join(", ")
    }

    /// What the incident is about.
    fn subject(&self) -> String {
        match &self.incident.root {
            Root::Host if self.host.is_empty() => self.voice.word("incident-machine", &[]),
            Root::Host => short(self.host, HOST),
            Root::Engine => "Docker".to_owned(),
            Root::Project(name) | Root::Container(name) => short(name, NAME),
            Root::Dependency(name) => {
                self.voice.word("incident-needed", &[("name", short(name, NAME).into())])
            }
        }
    }

    /// Since when, how long, and how many were wrong from time to time: "7 down → 2 down → all back".
    fn course(&self) -> Markup {
        /// So many numbers are shown: the first, and the newest.
        const MOST: usize = 5;
        let Self { voice, incident, now, .. } = *self;
        let nouns = [
            ("since", voice.moment(incident.opened, now).into()),
            ("until", voice.moment(incident.ended.unwrap_or(now), now).into()),
            ("lasting", voice.lasting(incident.lasting(now)).into()),
        ];
        let key = if incident.is_open() { "incident-since" } else { "incident-lasted" };
        let since = voice.say(key, &nouns);
        let counts = telling(&incident.course);
        // How far it has grown, the headline says; and what is counted of the engine is the engine itself.
        let eased = counts.windows(2).any(|pair| pair[1] < pair[0]);
        let engine = incident.members.iter().any(|it| matches!(it.of, Of::Engine(_)));
        if !eased || engine {
            return since;
        }
        let down = self.fell();
        let count = |open: u32| match (open, down) {
            (0, true) => voice.word("incident-course-back", &[]),
            (0, false) => voice.word("incident-course-well", &[]),
            (count, true) => voice.word("incident-course-down", &[("count", count.into())]),
            (count, false) => voice.word("incident-course-wrong", &[("count", count.into())]),
        };
        let mut counts: Vec<String> = counts.into_iter().map(count).collect();
        if MOST < counts.len() {
            counts.splice(1..counts.len() - (MOST - 1), ["…".to_owned()]);
        }
        since.plain(format!(": {}", counts.join(" → ")))
    }
}

/// The numbers that tell how it went: where it turned, where it stayed for a while, and how it is now. What was passed
/// through on the way up or down is left out.
fn telling(course: &[Count]) -> Vec<u32> {
    /// So long it stayed, to be a number of its own.
    const WHILE: SignedDuration = SignedDuration::from_secs(30);
    let tells = |index: usize| {
        let (it, before) = (course[index], index.checked_sub(1).map(|it| course[it]));
        let Some(next) = course.get(index + 1) else { return true };
        let turned = before.is_some_and(|before| (before.open < it.open) != (it.open < next.open));
        turned || WHILE <= next.at.duration_since(it.at)
    };
    (0..course.len()).filter(|index| tells(*index)).map(|index| course[index].open).collect()
}
