//! What could be freed, and what was.

use jobs::heal::{Plan, Relief};

use crate::markup::Markup;
use crate::present::{Choice, Reply, Voice};

/// A remedy's name for people; its own name when the catalogue has none.
pub fn remedy(voice: &Voice, name: &str) -> String {
    let key = format!("remedy-{name}");
    if voice.locale.has(&key) { voice.word(&key, &[]) } else { name.to_owned() }
}

/// A plan, with two buttons when something of it would help.
pub fn plan(voice: &Voice, plan: &Plan) -> Reply {
    let reply = observed(voice, plan);
    if plan.steps.is_empty() {
        return reply;
    }
    let most = plan.steps.iter().map(|step| step.bytes).sum();
    reply.row([
        Choice::confirm(voice.word("button-free", &[("bytes", voice.bytes(most).into())]), "/fix"),
        Choice::dismiss(voice.word("button-leave", &[])),
    ])
}

/// A plan, to look at.
pub fn observed(voice: &Voice, plan: &Plan) -> Reply {
    let place = [("mount", plan.mount.as_str().into()), ("available", voice.bytes(plan.available).into())];
    if plan.steps.is_empty() {
        return Reply::text(voice.say("fix-nothing", &place));
    }
    let mut lines = vec![voice.say("fix-plan", &place)];
    for step in &plan.steps {
        lines.push(voice.say(
            "fix-step",
            &[
                ("what", remedy(voice, &step.remedy).into()),
                ("count", step.items.into()),
                ("bytes", voice.bytes(step.bytes).into()),
            ],
        ));
        if !step.names.is_empty() {
            let more = step.items.saturating_sub(step.names.len() as u64);
            let names = step.names.join(", ");
            let names = if 0 < more { format!("{names}, … +{more}") } else { names };
            lines.push(Markup::text("   ").code(names));
        }
    }
    lines.push(voice.say("fix-safe", &[]));
    Reply::text(Markup::lines(lines))
}

/// What was really freed.
pub fn relief(voice: &Voice, relief: &Relief) -> Markup {
    let freed = relief.after.saturating_sub(relief.before);
    let nouns = [
        ("mount", relief.mount.as_str().into()),
        ("freed", voice.bytes(freed).into()),
        ("after", voice.bytes(relief.after).into()),
    ];
    let mut lines = vec![voice.say(if 0 < freed { "fix-done" } else { "fix-done-nothing" }, &nouns)];
    for done in &relief.done {
        let what = remedy(voice, &done.remedy);
        lines.push(match &done.failure {
            None => voice.say("fix-did", &[("what", what.into()), ("count", done.items.into())]),
            Some(why) => voice.say(
                "fix-failed",
                &[("what", what.into()), ("count", done.items.into()), ("why", why.as_str().into())],
            ),
        });
    }
    Markup::lines(lines)
}
