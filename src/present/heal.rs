//! What could be freed, and what was.

use jobs::heal::{Barred, Hoard, Loss, Plan, PlanStep, Relief};

use crate::locale::Noun;
use crate::markup::Markup;
use crate::present::names::short;
use crate::present::{Choice, Reply, Voice};

/// Letters of a mount point, and of a container's name, that are shown.
const MOUNT: usize = 32;
const NAME: usize = 28;
/// Letters of a hoard's name: a path says more at its ends.
const HOARD: usize = 36;

/// Buttons for steps in one row of a phone.
const A_ROW: usize = 3;
/// Hoards that are shown, the largest first.
const HOARDS: usize = 8;
/// Containers that are named whose logs could not be measured.
const SUSPECTS: usize = 5;
/// The last lines of what a hook said, and how long each may be.
const OUTPUT_LINES: usize = 6;
const OUTPUT_LINE: usize = 80;

/// A remedy's name for people; its own name when the catalogue has none.
pub fn remedy(voice: &Voice, name: &str) -> String {
    if let Some(hook) = name.strip_prefix("hook:") {
        return voice.word("fix-hook", &[("name", short(hook, NAME).into())]);
    }
    let key = format!("remedy-{name}");
    if voice.locale.has(&key) { voice.word(&key, &[]) } else { short(name, NAME) }
}

/// A plan, with a button for each step and one for all of them, when something of it would help.
pub fn plan(voice: &Voice, plan: &Plan) -> Reply {
    let mut reply = list(voice, plan);
    if plan.steps.is_empty() {
        return reply.row(about_logs(voice, plan));
    }
    if 1 < plan.steps.len() {
        let steps: Vec<(usize, &PlanStep)> = (1..).zip(&plan.steps).collect();
        for row in steps.chunks(A_ROW) {
            reply = reply.row(row.iter().map(|(number, step)| step_button(voice, plan, *number, step)));
        }
    }
    let line = format!("/fix {} all {}", plan.mount, plan.mark());
    let label = match plan.steps.iter().map(|step| step.bytes).sum() {
        0 => voice.word("button-fix-do", &[]),
        most => voice.word("button-free", &[("bytes", voice.bytes(most).into())]),
    };
    reply
        .row([Choice::confirm(label, line), Choice::dismiss(voice.word("button-leave", &[]))])
        .row(about_logs(voice, plan))
}

/// One step of a plan, and whether to take it.
pub fn question(voice: &Voice, plan: &Plan, number: usize, step: &PlanStep) -> Reply {
    let mut lines = vec![voice.say("fix-question", &place(voice, plan))];
    lines.extend(step_lines(voice, number, step));
    lines.push(voice.say("fix-safe", &[]));
    let label = match step.bytes {
        0 => voice.word("button-fix-do", &[]),
        most => voice.word("button-free", &[("bytes", voice.bytes(most).into())]),
    };
    Reply::text(Markup::lines(lines)).row([
        Choice::confirm(label, step_line(plan, number, step)),
        Choice::dismiss(voice.word("button-leave", &[])),
    ])
}

/// There is no step of that number.
pub fn no_such_step(voice: &Voice, plan: &Plan, number: usize) -> Reply {
    let nouns = [("number", number.to_string().into()), ("count", plan.steps.len().into())];
    let said = voice.say("fix-no-step", &nouns);
    let mut reply = self::plan(voice, plan);
    reply.text = said.line().then(reply.text);
    reply
}

/// What was asked about is no longer what is there: how it is by now, and nothing was done.
pub fn changed(voice: &Voice, plan: &Plan) -> Reply {
    let mut reply = self::plan(voice, plan);
    reply.text = voice.say("fix-changed", &[]).line().then(reply.text);
    reply
}

/// How to bound the logs that containers write.
pub fn bounding_logs(voice: &Voice) -> Reply {
    const COMPOSE: &str = "services:\n  web:\n    logging:\n      driver: json-file\n      options:\n        max-size: \"10m\"\n        max-file: \"3\"";
    const DAEMON: &str = "{\n  \"log-driver\": \"json-file\",\n  \"log-opts\": {\n    \"max-size\": \"10m\",\n    \"max-file\": \"3\"\n  }\n}";
    Reply::text(Markup::lines([
        voice.say("fix-logs-compose", &[]),
        Markup::new().block(COMPOSE),
        voice.say("fix-logs-daemon", &[]),
        Markup::new().block(DAEMON),
        voice.say("fix-logs-why", &[]),
    ]))
}

/// A step that is being taken.
pub fn going(voice: &Voice, mount: &str, number: usize, count: usize, step: &PlanStep) -> Markup {
    voice.say(
        "fix-going",
        &[
            ("mount", short(mount, MOUNT).into()),
            ("number", number.to_string().into()),
            ("count", count.to_string().into()),
            ("what", remedy(voice, &step.remedy).into()),
        ],
    )
}

/// A plan that nobody will act on: healing is set to look on.
pub fn observed(voice: &Voice, plan: &Plan) -> Reply {
    let mut reply = list(voice, plan);
    if !plan.steps.is_empty() {
        reply.text = reply.text.line().then(voice.say("fix-observed", &[]));
    }
    reply
}

/// Nothing of ours can help, or it was tried often enough; and who takes up the room.
pub fn helpless(voice: &Voice, plan: &Plan) -> Reply {
    let mut lines = head_without_steps(voice, plan, "fix-helpless");
    lines.extend(hoards(voice, plan));
    Reply::text(Markup::lines(lines)).row(about_logs(voice, plan))
}

fn place(voice: &Voice, plan: &Plan) -> [(&'static str, Noun); 2] {
    [("mount", short(&plan.mount, MOUNT).into()), ("available", voice.bytes(plan.available).into())]
}

fn list(voice: &Voice, plan: &Plan) -> Reply {
    if plan.steps.is_empty() {
        let mut lines = head_without_steps(voice, plan, "fix-nothing");
        lines.extend(hoards(voice, plan));
        return Reply::text(Markup::lines(lines));
    }
    let mut lines = vec![voice.say("fix-plan", &place(voice, plan))];
    for (index, step) in plan.steps.iter().enumerate() {
        lines.extend(step_lines(voice, index + 1, step));
    }
    lines.push(voice.say("fix-safe", &[]));
    lines.extend(barred(voice, &plan.barred));
    lines.extend(hoards(voice, plan));
    Reply::text(Markup::lines(lines))
}

/// Why there is nothing to be offered: by that key, or because none of it is allowed.
fn head_without_steps(voice: &Voice, plan: &Plan, key: &str) -> Vec<Markup> {
    let key = if plan.barred.is_empty() { key } else { "fix-none-allowed" };
    let mut lines = vec![voice.say(key, &place(voice, plan))];
    lines.extend(barred(voice, &plan.barred));
    lines
}

/// What would free something if it were allowed, and who can allow it.
fn barred(voice: &Voice, all: &[Barred]) -> Vec<Markup> {
    let line = |it: &Barred| {
        let nouns = [
            ("what", remedy(voice, &it.step.remedy).into()),
            ("count", it.step.items.into()),
            ("bytes", voice.bytes(it.step.bytes).into()),
        ];
        voice.say("fix-barred", &nouns)
    };
    let mut lines: Vec<Markup> = all.iter().map(line).collect();
    if let Some(profile) = all.iter().map(|it| it.right.profile()).max() {
        lines.push(voice.say("fix-barred-why", &[("profile", profile.name().into())]));
    }
    lines
}

/// A step: what, how much, what it costs, and of what.
fn step_lines(voice: &Voice, number: usize, step: &PlanStep) -> Vec<Markup> {
    let nouns = [
        ("number", number.to_string().into()),
        ("what", remedy(voice, &step.remedy).into()),
        ("count", step.items.into()),
        ("bytes", voice.bytes(step.bytes).into()),
    ];
    let what = voice.say(if 0 < step.bytes { "fix-step" } else { "fix-step-hook" }, &nouns);
    let cost = match step.loss {
        Loss::Nothing | Loss::Unknown => None,
        Loss::Pulled => Some(voice.say("fix-loss-pulled", &[])),
        Loss::Rebuilt => Some(voice.say("fix-loss-rebuilt", &[])),
        Loss::Gone => Some(voice.say("fix-loss-gone", &[])),
    };
    let mut lines = vec![match cost {
        Some(cost) => what.plain(", ").then(cost),
        None => what,
    }];
    if !step.names.is_empty() {
        let more = step.items.saturating_sub(step.names.len() as u64);
        let names: Vec<String> = step.names.iter().map(|it| short(it, NAME)).collect();
        let names = names.join(", ");
        let names = if 0 < more { format!("{names}, … +{more}") } else { names };
        lines.push(Markup::text("   ").code(names));
    }
    lines
}

fn step_button(voice: &Voice, plan: &Plan, number: usize, step: &PlanStep) -> Choice {
    let label = match step.bytes {
        0 => format!("{number} · {}", short(&remedy(voice, &step.remedy), NAME)),
        bytes => format!("{number} · {}", voice.bytes(bytes)),
    };
    Choice::confirm(label, step_line(plan, number, step))
}

/// The line that takes this very step: at the press it is looked whether it is still the same.
fn step_line(plan: &Plan, number: usize, step: &PlanStep) -> String {
    format!("/fix {} {number} {}", plan.mount, step.mark)
}

/// What is a person's to decide, with its size.
fn hoards(voice: &Voice, plan: &Plan) -> Vec<Markup> {
    if plan.hoards.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![voice.say("fix-hoards", &[])];
    let size =
        |name: &str, bytes: u64| [("name", short(name, HOARD).into()), ("bytes", voice.bytes(bytes).into())];
    for hoard in plan.hoards.iter().take(HOARDS) {
        lines.push(match hoard {
            Hoard::Volume { name, bytes } => voice.say("fix-hoard-volume", &size(name, *bytes)),
            Hoard::Log { container, bytes, is_bounded: true } => {
                voice.say("fix-hoard-log", &size(container, *bytes))
            }
            Hoard::Log { container, bytes, is_bounded: false } => {
                voice.say("fix-hoard-log-endless", &size(container, *bytes))
            }
            Hoard::Layer { container, bytes } => voice.say("fix-hoard-layer", &size(container, *bytes)),
            Hoard::Place { path, bytes } => voice.say("fix-hoard-place", &size(path, *bytes)),
            Hoard::UnmeasuredLogs { containers, why } => {
                let named: Vec<String> = containers.iter().take(SUSPECTS).map(|it| short(it, NAME)).collect();
                let more = if SUSPECTS < containers.len() { ", …" } else { "" };
                let nouns = [("names", (named.join(", ") + more).into()), ("why", voice.reason(why).into())];
                voice.say("fix-hoard-unmeasured", &nouns)
            }
            Hoard::NotWhole => voice.say("fix-hoard-not-whole", &[]),
        });
    }
    lines
}

/// A button for those whose logs grow without end.
fn about_logs(voice: &Voice, plan: &Plan) -> Option<Choice> {
    let grows =
        |it: &Hoard| matches!(it, Hoard::Log { is_bounded: false, .. } | Hoard::UnmeasuredLogs { .. });
    plan.hoards.iter().any(grows).then(|| Choice::run(voice.word("button-fix-logs", &[]), "/fix logs"))
}

/// What was really freed.
pub fn relief(voice: &Voice, relief: &Relief) -> Markup {
    let freed = relief.after.saturating_sub(relief.before);
    let nouns = [
        ("mount", short(&relief.mount, MOUNT).into()),
        ("freed", voice.bytes(freed).into()),
        ("after", voice.bytes(relief.after).into()),
    ];
    let mut lines = vec![voice.say(if 0 < freed { "fix-done" } else { "fix-done-nothing" }, &nouns)];
    for done in &relief.done {
        let what = remedy(voice, &done.remedy);
        let is_hook = done.remedy.starts_with("hook:");
        lines.push(match (&done.failure, done.freed) {
            (Some(why), _) if is_hook => {
                voice.say("fix-hook-failed", &[("what", what.into()), ("why", voice.reason(why).into())])
            }
            (Some(why), _) => voice.say(
                "fix-failed",
                &[("what", what.into()), ("count", done.items.into()), ("why", voice.reason(why).into())],
            ),
            (None, freed) if is_hook => {
                let freed = voice.bytes(freed.unwrap_or(0));
                voice.say("fix-hook-did", &[("what", what.into()), ("freed", freed.into())])
            }
            (None, Some(freed)) => voice.say(
                "fix-did-freed",
                &[("what", what.into()), ("count", done.items.into()), ("freed", voice.bytes(freed).into())],
            ),
            (None, None) => voice.say("fix-did", &[("what", what.into()), ("count", done.items.into())]),
        });
        if let Some(freed) = done.freed.filter(|freed| is_far_from(done.claimed, *freed)) {
            let nouns = [("claimed", voice.bytes(done.claimed).into()), ("freed", voice.bytes(freed).into())];
            lines.push(voice.say("fix-claimed", &nouns));
        }
        if !done.output.is_empty() {
            let last: Vec<&str> = done.output.lines().rev().take(OUTPUT_LINES).collect();
            let last: Vec<String> = last.into_iter().rev().map(|it| short(it, OUTPUT_LINE)).collect();
            lines.push(Markup::new().block(last.join("\n")));
        }
    }
    Markup::lines(lines)
}

/// Whether the engine claims much more than the disk gained: a fifth more, and worth a word.
fn is_far_from(claimed: u64, freed: u64) -> bool {
    const WORTH_A_WORD: u64 = 64 << 20;
    claimed.saturating_sub(freed) > (claimed / 5).max(WORTH_A_WORD)
}
