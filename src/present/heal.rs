//! What could be freed, and what was.

use jobs::heal::{Plan, Relief};

use crate::locale::Noun;
use crate::markup::Markup;
use crate::present::names::short;
use crate::present::{Choice, Reply, Voice};

/// Letters of a mount point, and of a container's name, that are shown.
const MOUNT: usize = 32;
const NAME: usize = 28;

/// A remedy's name for people; its own name when the catalogue has none.
pub fn remedy(voice: &Voice, name: &str) -> String {
    let key = format!("remedy-{name}");
    if voice.locale.has(&key) { voice.word(&key, &[]) } else { name.to_owned() }
}

/// A plan, with two buttons when something of it would help.
pub fn plan(voice: &Voice, plan: &Plan) -> Reply {
    let reply = list(voice, plan);
    if plan.steps.is_empty() {
        return reply;
    }
    let most = plan.steps.iter().map(|step| step.bytes).sum();
    reply.row([
        Choice::confirm(voice.word("button-free", &[("bytes", voice.bytes(most).into())]), "/fix"),
        Choice::dismiss(voice.word("button-leave", &[])),
    ])
}

/// A plan that nobody will act on: healing is set to look on.
pub fn observed(voice: &Voice, plan: &Plan) -> Reply {
    let mut reply = list(voice, plan);
    if !plan.steps.is_empty() {
        reply.text = reply.text.line().then(voice.say("fix-observed", &[]));
    }
    reply
}

/// Nothing of ours can help, or it was tried often enough.
pub fn helpless(voice: &Voice, plan: &Plan) -> Reply {
    Reply::text(voice.say("fix-helpless", &place(voice, plan)))
}

fn place(voice: &Voice, plan: &Plan) -> [(&'static str, Noun); 2] {
    [("mount", short(&plan.mount, MOUNT).into()), ("available", voice.bytes(plan.available).into())]
}

fn list(voice: &Voice, plan: &Plan) -> Reply {
    let place = place(voice, plan);
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
            let names: Vec<String> = step.names.iter().map(|it| short(it, NAME)).collect();
            let names = names.join(", ");
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
        ("mount", short(&relief.mount, MOUNT).into()),
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
                &[("what", what.into()), ("count", done.items.into()), ("why", voice.reason(why).into())],
            ),
        });
    }
    Markup::lines(lines)
}
