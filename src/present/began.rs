//! The first word of a watch: what it watches, or what it missed.

use jobs::notice::{Absence, Began, Former, MissedRuns};

use crate::markup::Markup;
use crate::present::Voice;
use crate::present::names::short;
use crate::present::permits;
use crate::present::verdict::names;

/// Letters of the host's name.
const HOST: usize = 24;
/// Letters of a job's name.
const JOB: usize = 24;

/// What has begun, in a reader's words.
pub(super) fn told(voice: &Voice, host: &str, began: &Began) -> Markup {
    let host = [("host", short(host, HOST).into())];
    let Some(former) = &began.former else {
        let mut lines = vec![voice.say("began", &host), watched(voice, began)];
        lines.extend(permits::shortened(voice, &began.reach));
        lines.extend(
            began.digest.map(|at| voice.say("began-digest", &[("at", voice.moment(at, began.at).into())])),
        );
        return Markup::lines(lines);
    };
    let mut lines = vec![voice.say("began-again", &host), away(voice, former, began)];
    if let Some(from) = &former.updated_from {
        let nouns = [("from", from.as_str().into()), ("to", began.version.as_str().into())];
        lines.push(voice.say("began-updated", &nouns));
    }
    lines.extend(missed(voice, former));
    lines.push(seen(voice, former, began));
    lines.extend(permits::shortened(voice, &began.reach));
    Markup::lines(lines)
}

/// What there is to look at.
fn watched(voice: &Voice, began: &Began) -> Markup {
    let filesystems = match began.filesystems {
        Some(count) => voice.say("began-filesystems", &[("count", count.into())]),
        None => voice.say("began-filesystems-unknown", &[]),
    };
    filesystems.plain(" ").then(containers(voice, began))
}

fn containers(voice: &Voice, began: &Began) -> Markup {
    match &began.containers {
        Ok(count) => voice.say("began-containers", &[("count", (*count).into())]),
        Err(why) => voice.say("began-no-docker", &[("why", voice.reason(why).into())]),
    }
}

fn away(voice: &Voice, former: &Former, began: &Began) -> Markup {
    let key = match former.why {
        Absence::Rebooted => "began-away-rebooted",
        Absence::Stopped => "began-away-stopped",
        Absence::Killed => "began-away-killed",
        Absence::Unknown => "began-away",
    };
    let nouns = [
        ("lasting", voice.between(former.since, began.at).into()),
        ("from", voice.moment(former.since, began.at).into()),
        ("to", voice.moment(began.at, began.at).into()),
    ];
    voice.say(key, &nouns)
}

fn missed(voice: &Voice, former: &Former) -> Option<Markup> {
    let run = |it: &MissedRuns| {
        let key = match (it.is_made_up, it.count) {
            (false, _) => "began-missed-runs",
            (true, 1) => "began-missed-run-made-up",
            (true, _) => "began-missed-runs-made-up",
        };
        voice.word(key, &[("count", it.count.into()), ("job", short(&it.job, JOB).into())])
    };
    let mut all: Vec<String> = former.runs.iter().map(run).collect();
    if 0 < former.samples {
        all.push(voice.word("began-missed-samples", &[("count", former.samples.into())]));
    }
    (!all.is_empty()).then(|| voice.say("began-missed", &[("what", all.join(", ").into())]))
}

fn seen(voice: &Voice, former: &Former, began: &Began) -> Markup {
    let seen = containers(voice, began);
    if former.down.is_empty() {
        return seen;
    }
    let nouns = [("count", former.down.len().into()), ("names", names(voice, &former.down).into())];
    seen.plain(" ").then(voice.say("began-down", &nouns))
}
