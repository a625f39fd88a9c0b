//! What is said when hands are laid on containers: the question with all it comes to, how far it is, what became of it.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use jobs::audit;
use jobs::ports::{Container, ContainerDetail, ContainerState, PublishedPort, Verb};
use jobs::reach::{Fare, Outcome, Plan, Step, is_disruptive, patience};

use crate::locale::Noun;
use crate::markup::Markup;
use crate::present::names::short;
use crate::present::{Choice, Reply, Voice, containers};

/// Letters of a container's name that are shown: all but the longest in full, since it is about to be acted on.
pub const NAME: usize = 64;
/// Letters of a name in a list of names.
const LISTED: usize = 40;
/// What runs for less is not told for how long.
const SETTLED: jiff::SignedDuration = jiff::SignedDuration::from_mins(1);
/// So many names are listed; the others are counted.
const NAMES: usize = 12;
/// Letters of a last word that are shown.
const WORDS: usize = 200;

/// What a button for a verb says.
pub fn label(voice: &Voice, verb: Verb) -> String {
    let key = match verb {
        Verb::Start => "button-start",
        Verb::Stop => "button-stop",
        Verb::Restart => "button-restart-one",
        Verb::Pause => "button-pause",
        Verb::Unpause => "button-unpause",
        Verb::Kill => "button-kill",
    };
    voice.word(key, &[])
}

/// What the button says that answers "are you sure".
pub fn yes(voice: &Voice, verb: Verb) -> String {
    voice.word("button-yes", &[("verb", verb.name().into())])
}

/// What a container is called, and what it is doing.
pub fn standing(voice: &Voice, container: &Container) -> [(&'static str, Noun); 2] {
    [("name", short(&container.name, NAME).into()), ("state", containers::state(voice, container).into())]
}

/// Names in a row, each shortened; of many the first, and how many more.
fn names<'a>(voice: &Voice, all: impl IntoIterator<Item = &'a str>, between: &str) -> String {
    let all: Vec<&str> = all.into_iter().collect();
    let mut shown: Vec<String> = all.iter().take(NAMES).map(|it| short(it, LISTED)).collect();
    if NAMES < all.len() {
        shown.push(voice.word("and-more", &[("count", (all.len() - NAMES).into())]));
    }
    shown.join(between)
}

/// What a container is called where this project is spoken of: one of it without the project's name.
fn called<'a>(project: Option<&str>, container: &'a Container) -> &'a str {
    let is_of_it = project.is_some() && container.project.as_deref() == project;
    if is_of_it { containers::within(container) } else { &container.name }
}

/// What is asked about.
pub struct Question<'a> {
    /// What is to be done.
    pub verb: Verb,
    /// What it comes to.
    pub plan: &'a Plan<'a>,
    /// The project, when one was named.
    pub project: Option<&'a str>,
    /// What each of them is like, by id, as far as it is known.
    pub details: &'a BTreeMap<String, ContainerDetail>,
    /// Now.
    pub now: Timestamp,
}

impl Question<'_> {
    fn asked(&self) -> impl Iterator<Item = &Step<'_>> {
        self.plan.steps.iter().filter(|it| it.after.is_none())
    }

    fn detail(&self, step: &Step<'_>) -> Option<&ContainerDetail> {
        self.details.get(&step.container.id)
    }
}

/// Are you sure: what is to be done, to whom, and what else that does.
pub fn question(voice: &Voice, question: &Question<'_>) -> Markup {
    let verb = ("verb", question.verb.name().into());
    let asked: Vec<&Step<'_>> = question.asked().collect();
    let mut lines = match (question.project, &asked[..]) {
        (None, [one]) => {
            let [name, state] = standing(voice, one.container);
            let mut lines = vec![voice.say("hand-sure", &[verb, name, state])];
            lines.extend(alone(voice, question, one));
            lines
        }
        (project, several) => {
            let count = ("count", several.len().into());
            let head = match project {
                Some(project) => {
                    voice.say("hand-sure-project", &[verb, count, ("project", short(project, NAME).into())])
                }
                None => voice.say("hand-sure-several", &[verb, count]),
            };
            let order = names(voice, several.iter().map(|it| called(project, it.container)), " → ");
            let order = if 1 < several.len() {
                voice.say("hand-order", &[("names", order.into())])
            } else {
                Markup::new().bold(order)
            };
            vec![head, order]
        }
    };
    lines.extend(cost(voice, question));
    if !question.plan.left.is_empty() {
        lines.push(left(voice, &question.plan.left));
    }
    Markup::lines(lines)
}

/// What is only worth saying of a container that is asked about alone.
fn alone(voice: &Voice, question: &Question<'_>, step: &Step<'_>) -> Option<Markup> {
    let has_ended = matches!(step.container.state, ContainerState::Exited | ContainerState::Created);
    match question.verb {
        Verb::Restart if has_ended => Some(voice.say("hand-starts-it", &[])),
        Verb::Start | Verb::Unpause => None,
        Verb::Stop | Verb::Restart | Verb::Pause | Verb::Kill => {
            let started = question.detail(step)?.started?;
            let runs = step.container.state == ContainerState::Running;
            // Of what has only just started, that is nothing to weigh.
            let runs = runs && SETTLED <= question.now.duration_since(started);
            let lasting = [("lasting", voice.between(started, question.now).into())];
            runs.then(|| voice.say("hand-ran", &lasting))
        }
    }
}

/// How long it may take, what cannot be reached meanwhile, and whom it reaches besides.
fn cost(voice: &Voice, question: &Question<'_>) -> Vec<Markup> {
    let (verb, plan) = (question.verb, question.plan);
    let mut lines = Vec::new();
    match verb {
        Verb::Kill => lines.push(voice.say("hand-at-once", &[])),
        Verb::Pause => lines.push(voice.say("hand-frozen", &[])),
        Verb::Stop | Verb::Restart | Verb::Start | Verb::Unpause => {}
    }
    let stopping = plan.steps.iter().filter(|it| it.container.state != ContainerState::Exited);
    let lasting = patience(stopping.map(|it| (it.verb, question.detail(it))));
    if !lasting.is_zero() && !question.details.is_empty() {
        lines.push(voice.say("hand-patience", &[("lasting", voice.lasting(lasting).into())]));
    }
    if is_disruptive(verb) {
        let ports: Vec<String> =
            question.asked().filter_map(|it| question.detail(it)).flat_map(|it| ports(&it.ports)).collect();
        if !ports.is_empty() {
            let ports = names(voice, ports.iter().map(String::as_str), ", ");
            lines.push(voice.say("hand-ports", &[("ports", ports.into())]));
        }
        let mut volumes: Vec<&str> =
            question.asked().flat_map(|it| &it.container.volumes).map(String::as_str).collect();
        volumes.sort_unstable();
        volumes.dedup();
        if !volumes.is_empty() {
            let volumes = names(voice, volumes, ", ");
            lines.push(voice.say("hand-volumes", &[("volumes", volumes.into())]));
        }
    }
    let mut others = |key: &str, all: Vec<&str>| {
        if !all.is_empty() {
            lines.push(voice.say(key, &[("names", names(voice, all, ", ").into())]));
        }
    };
    let after = plan.steps.iter().filter(|it| it.after.is_some()).map(|it| it.container.name.as_str());
    others("hand-network-after", after.collect());
    others("hand-network-lost", plan.severed.iter().map(|it| it.name.as_str()).collect());
    others("hand-dependants", plan.dependants.iter().map(|it| it.name.as_str()).collect());
    lines
}

/// Those that are left as they are, and how that is.
pub fn left(voice: &Voice, all: &[&Container]) -> Markup {
    let standing: Vec<String> = all
        .iter()
        .map(|it| format!("{} ({})", short(&it.name, LISTED), containers::state(voice, it)))
        .collect();
    voice.say("hand-left", &[("names", names(voice, standing.iter().map(String::as_str), ", ").into())])
}

/// Where a container is reached from outside, each once: `8080→80`, `127.0.0.1:5432`, `53/udp`.
pub fn ports(all: &[PublishedPort]) -> Vec<String> {
    let mut written: Vec<String> = Vec::new();
    for port in all {
        let is_everywhere = ["", "0.0.0.0", "::"].contains(&port.address.as_str());
        let address = match port.address.contains(':') {
            _ if is_everywhere => String::new(),
            true => format!("[{}]:", port.address),
            false => format!("{}:", port.address),
        };
        let inside = if port.inside == port.outside { String::new() } else { format!("→{}", port.inside) };
        let protocol = if port.protocol == "tcp" { String::new() } else { format!("/{}", port.protocol) };
        let text = format!("{address}{}{inside}{protocol}", port.outside);
        if !written.contains(&text) {
            written.push(text);
        }
    }
    written
}

/// What became of one step.
#[derive(Clone, Debug, PartialEq)]
pub struct Did<'a> {
    /// What was to be done.
    pub step: Step<'a>,
    /// What became of it; none: it was not tried.
    pub outcome: Option<Outcome>,
    /// How long it took.
    pub took: Duration,
    /// How it fares since, when it was started.
    pub fare: Option<Fare>,
    /// The last line of its log, when it did not live.
    pub words: Option<String>,
}

/// How it went with one step, at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Went {
    /// As asked.
    Well,
    /// As asked, and its health check has not spoken.
    Open,
    /// Started, and it has ended by itself without an error: a task, or a service that gave up.
    Finished,
    /// Not answered, and not so yet.
    Late,
    /// Otherwise.
    Ill,
    /// Not tried.
    Untried,
}

impl<'a> Did<'a> {
    /// A step that was left out, because of what became of those before it.
    pub fn not_tried(step: Step<'a>) -> Self {
        Self { step, outcome: None, took: Duration::ZERO, fare: None, words: None }
    }

    /// Whether it was started and did not live.
    pub fn has_failed(&self) -> bool {
        let has_ended = matches!(self.outcome, Some(Outcome::Ended(code)) if code != Some(0));
        has_ended
            || match self.fare {
                Some(Fare::Ended { code, .. }) => code.is_some_and(|it| it != 0),
                Some(Fare::Loops(_) | Fare::Unhealthy) => true,
                Some(Fare::Runs | Fare::Starting | Fare::Healthy) | None => false,
            }
    }

    fn went(&self) -> Went {
        match (&self.outcome, self.fare) {
            (None, _) => Went::Untried,
            (Some(Outcome::Done), Some(Fare::Starting)) => Went::Open,
            (Some(Outcome::Done), Some(Fare::Ended { code: Some(0), .. }))
            | (Some(Outcome::Ended(Some(0))), _) => Went::Finished,
            (Some(Outcome::Done), Some(Fare::Ended { .. } | Fare::Loops(_) | Fare::Unhealthy)) => Went::Ill,
            (Some(Outcome::Done), Some(Fare::Runs | Fare::Healthy) | None) | (Some(Outcome::Removed), _) => {
                Went::Well
            }
            (
                Some(
                    Outcome::Ended(_)
                    | Outcome::Back
                    | Outcome::Halfway
                    | Outcome::Not(_)
                    | Outcome::Unknown(_)
                    | Outcome::Vanished,
                ),
                _,
            ) => Went::Ill,
            (Some(Outcome::Late(_)), _) => Went::Late,
        }
    }
}

/// How far it is: what is being done, and what has become of those before.
pub fn going(
    voice: &Voice,
    project: Option<&str>,
    total: usize,
    step: Step<'_>,
    done: &[&Did<'_>],
) -> Markup {
    let place = match total {
        1 => String::new(),
        _ => {
            let nouns = [("number", (done.len() + 1).into()), ("total", total.into())];
            format!(" {}", voice.word("hand-place", &nouns))
        }
    };
    let nouns = [
        ("place", place.into()),
        ("verb", step.verb.name().into()),
        ("name", short(&step.container.name, NAME).into()),
    ];
    let head = voice.say("hand-going", &nouns);
    Markup::lines(std::iter::once(head).chain(each(voice, project, done)))
}

/// All is done, and what was started is being watched.
pub fn watching(voice: &Voice, plan: &Plan<'_>) -> Markup {
    match &plan.steps[..] {
        [one] => voice.say("hand-watching", &[("name", short(&one.container.name, NAME).into())]),
        several => voice.say("hand-watching-all", &[("count", several.len().into())]),
    }
}

/// What became of all of it, and what can be done next.
pub fn outcome(
    voice: &Voice,
    verb: Verb,
    project: Option<&str>,
    all: &[Did<'_>],
    took: Duration,
    notes: Vec<Markup>,
) -> Reply {
    if let ([did], None) = (all, project) {
        let text = Markup::lines(std::iter::once(sentence(voice, did)).chain(notes));
        return Reply::text(text).row(next(voice, did)).ended(audited(all));
    }
    let well = all.iter().filter(|it| !matches!(it.went(), Went::Ill | Went::Late | Went::Untried)).count();
    let nouns = [
        ("verb", verb.name().into()),
        ("count", well.into()),
        ("total", all.len().into()),
        ("took", lasting(voice, took).into()),
    ];
    let head = voice.say(if well == all.len() { "hand-all" } else { "hand-some" }, &nouns);
    let head = match project {
        Some(project) => head.plain(" · ").bold(short(project, LISTED)),
        None => head,
    };
    let done: Vec<&Did<'_>> = all.iter().collect();
    let lines = std::iter::once(head).chain(each(voice, project, &done)).chain(notes);
    let list = project.map_or_else(|| "/ps".to_owned(), |it| format!("/ps {it}"));
    let ill = all.iter().find(|it| it.went() == Went::Ill);
    let logs = ill.map(|it| {
        let label = format!("{} {}", voice.word("button-logs", &[]), short(&it.step.container.name, LISTED));
        Choice::run(label, format!("/logs {}", it.step.container.name))
    });
    let reply = Reply::text(Markup::lines(lines)).row(logs);
    reply.row([Choice::run(voice.word("button-containers", &[]), list)]).ended(audited(all))
}

/// How all of it ended, for the audit: what is not known of one is not known of all.
fn audited(all: &[Did<'_>]) -> audit::Outcome {
    let one = |did: &Did<'_>| match &did.outcome {
        Some(Outcome::Done | Outcome::Removed | Outcome::Back) => audit::Outcome::Done,
        Some(Outcome::Late(_) | Outcome::Unknown(_)) => audit::Outcome::Unknown,
        Some(Outcome::Ended(_) | Outcome::Halfway | Outcome::Not(_) | Outcome::Vanished) | None => {
            audit::Outcome::Failed
        }
    };
    let ends: Vec<audit::Outcome> = all.iter().map(one).collect();
    let has = |outcome| ends.contains(&outcome);
    match (has(audit::Outcome::Unknown), has(audit::Outcome::Failed)) {
        (true, _) => audit::Outcome::Unknown,
        (false, true) => audit::Outcome::Failed,
        (false, false) => audit::Outcome::Done,
    }
}

/// A length of time that has passed, in seconds that were begun: nothing is done in none.
fn lasting(voice: &Voice, took: Duration) -> String {
    let begun = took.as_secs() + u64::from(0 < took.subsec_millis());
    voice.lasting(Duration::from_secs(begun.max(1)))
}

/// What became of each: a line for what did not go well, one line for all that did.
fn each(voice: &Voice, project: Option<&str>, all: &[&Did<'_>]) -> Vec<Markup> {
    let those = |went: Went| -> Vec<&str> {
        all.iter().filter(|it| it.went() == went).map(|it| called(project, it.step.container)).collect()
    };
    let mut lines = Vec::new();
    let well = those(Went::Well);
    if !well.is_empty() {
        lines.push(Markup::text(format!("✅ {}", names(voice, well, ", "))));
    }
    let grouped =
        [(Went::Open, "hand-open"), (Went::Late, "hand-late-some"), (Went::Untried, "hand-untried")];
    for (went, key) in grouped {
        let some = those(went);
        if !some.is_empty() {
            lines.push(voice.say(key, &[("names", names(voice, some, ", ").into())]));
        }
    }
    let ill: Vec<&&Did<'_>> =
        all.iter().filter(|it| matches!(it.went(), Went::Ill | Went::Finished)).collect();
    lines.extend(ill.iter().take(NAMES).map(|it| sentence(voice, it)));
    if NAMES < ill.len() {
        lines.push(voice.say("and-more", &[("count", (ill.len() - NAMES).into())]));
    }
    lines
}

/// What became of one, as a whole sentence.
fn sentence(voice: &Voice, did: &Did<'_>) -> Markup {
    let code = |code: Option<i64>| code.map_or_else(|| voice.word("unknown", &[]), |it| it.to_string());
    let nouns = |more: &[(&'static str, Noun)]| {
        let mut nouns = vec![
            ("verb", Noun::from(did.step.verb.name())),
            ("name", short(&did.step.container.name, NAME).into()),
        ];
        nouns.extend(more.iter().cloned());
        nouns
    };
    let say = |key: &str, more: &[(&'static str, Noun)]| voice.say(key, &nouns(more));
    let why = |text: Markup, why: &str| match voice.reason(why) {
        it if it.is_empty() => text,
        it => text.line().italic(it),
    };
    let took = || ("took", Noun::from(lasting(voice, did.took)));
    let text = match (&did.outcome, did.fare) {
        (Some(Outcome::Done), Some(Fare::Healthy)) => {
            say("hand-done", &[took()]).plain(" ").then(voice.say("hand-healthy", &[]))
        }
        (Some(Outcome::Done), Some(Fare::Starting)) => {
            say("hand-done", &[took()]).plain(" ").then(voice.say("hand-starting", &[]))
        }
        (Some(Outcome::Done), Some(Fare::Unhealthy)) => say("hand-unhealthy", &[]),
        (Some(Outcome::Done), Some(Fare::Ended { code: Some(0), .. }))
        | (Some(Outcome::Ended(Some(0))), _) => say("hand-finished", &[]),
        (Some(Outcome::Done), Some(Fare::Ended { code: ended, lasted: Some(lived) }))
            if 0 < lived.as_secs() =>
        {
            say("hand-ended-after", &[("code", code(ended).into()), ("lasted", voice.lasting(lived).into())])
        }
        (Some(Outcome::Done), Some(Fare::Ended { code: ended, .. })) => {
            say("hand-ended", &[("code", code(ended).into())])
        }
        (Some(Outcome::Ended(ended)), _) => say("hand-ended", &[("code", code(*ended).into())]),
        (Some(Outcome::Done), Some(Fare::Loops(ended))) => say("hand-loops", &[("code", code(ended).into())]),
        (Some(Outcome::Done), Some(Fare::Runs) | None) => say("hand-done", &[took()]),
        (Some(Outcome::Removed), _) => say("hand-removed", &[]),
        (Some(Outcome::Back), _) => say("hand-back", &[]),
        (Some(Outcome::Halfway), _) => say("hand-halfway", &[]),
        (Some(Outcome::Not(reason)), _) => why(say("hand-not", &[]), reason.as_deref().unwrap_or_default()),
        (Some(Outcome::Late(reason)), _) => why(say("hand-late", &[]), reason),
        (Some(Outcome::Unknown(reason)), _) => why(say("hand-unknown", &[]), reason),
        (Some(Outcome::Vanished), _) => say("hand-gone", &[]),
        (None, _) => {
            voice.say("hand-untried", &nouns(&[("names", short(&did.step.container.name, NAME).into())]))
        }
    };
    match &did.words {
        Some(words) => text.line().code(short(words, WORDS)),
        None => text,
    }
}

/// What can be done after one step.
fn next(voice: &Voice, did: &Did<'_>) -> Vec<Choice> {
    let name = &did.step.container.name;
    let turn = |verb: Verb| Choice::turn(label(voice, verb), format!("/{} {name}", verb.name()));
    let logs = || Choice::run(voice.word("button-logs", &[]), format!("/logs {name}"));
    let look = || Choice::turn(voice.word("button-look", &[]), format!("/box {name}"));
    let list = Choice::run(voice.word("button-containers", &[]), "/ps");
    match &did.outcome {
        Some(Outcome::Not(_) | Outcome::Late(_)) if did.step.verb == Verb::Stop => {
            vec![look(), turn(Verb::Kill), list]
        }
        Some(Outcome::Late(_) | Outcome::Unknown(_) | Outcome::Not(_) | Outcome::Back) => {
            vec![look(), logs(), list]
        }
        Some(Outcome::Halfway | Outcome::Ended(_)) => vec![turn(Verb::Start), logs(), list],
        Some(Outcome::Removed | Outcome::Vanished) | None => vec![list],
        Some(Outcome::Done) => match did.step.verb {
            Verb::Stop | Verb::Kill => vec![turn(Verb::Start), logs(), list],
            Verb::Pause => vec![turn(Verb::Unpause), list],
            Verb::Start | Verb::Restart | Verb::Unpause => vec![logs(), list],
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_written_once_and_as_short_as_it_can_be() {
        let port = |address: &str, outside, inside, protocol: &str| PublishedPort {
            inside,
            protocol: protocol.to_owned(),
            address: address.to_owned(),
            outside,
        };
        let all = [
            port("0.0.0.0", 80, 80, "tcp"),
            port("::", 80, 80, "tcp"),
            port("0.0.0.0", 8080, 3000, "tcp"),
            port("127.0.0.1", 5432, 5432, "tcp"),
            port("fd00::1", 53, 53, "udp"),
        ];
        assert_eq!(ports(&all), ["80", "8080→3000", "127.0.0.1:5432", "[fd00::1]:53/udp"]);
    }
}
