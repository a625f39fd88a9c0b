//! The pages of `docs/gallery.md`: every scene, in each language, with its pictures in each theme.

use std::fmt::Write;

use crate::page;
use crate::stage::Heads;

/// Scenes by name, in order.
pub(crate) type Scenes = Vec<(&'static str, Vec<Heads>)>;

/// The page of a language: the first one's is the gallery itself.
pub(crate) fn file(tag: &str, tags: &[&str]) -> String {
    if tags.first() == Some(&tag) { "gallery.md".to_owned() } else { format!("gallery.{tag}.md") }
}

/// The file of a scene's picture, counted from 1, beside the pages.
pub(crate) fn picture(name: &str, number: usize) -> String {
    format!("pictures/gallery/{name}-{number}.png")
}

/// A page: contents, and each scene with its words as a phone shows them.
pub(crate) fn page(tag: &str, tags: &[&str], scenes: &Scenes) -> String {
    let mut page = format!(
        "# Gallery ({tag})\n\n\
         Everything a person can be shown, made by the program itself over a machine that is made up. The words stand as \
         on a phone of 360 points; `>>>` is what somebody writes or presses, `[…]` is a button.\n\n\
         Each picture is there in every theme and language: dark left, light right; from above, {}.\n\n\
         Made by `cargo run --example gallery`; `cargo test --example gallery` holds the words against the program. \
         Nothing here is edited by hand.\n\n",
        tags.join(", ")
    );
    let others = tags.iter().filter(|it| **it != tag).map(|it| format!("[{it}]({})", file(it, tags)));
    let _ = writeln!(page, "The words in other languages: {}.\n", others.collect::<Vec<_>>().join(", "));
    for (name, _) in scenes {
        let _ = writeln!(page, "- [{}](#{name})", title(name).0);
    }
    for (name, heads) in scenes {
        let (title, intro) = title(name);
        // The heading is the scene's name, so that links from elsewhere hold in every language.
        let _ = writeln!(page, "\n## {name}\n\n**{title}.** {intro}");
        page.push_str(&conversation(name, heads));
    }
    page
}

/// A scene: its words in blocks, each broken where a picture stands.
fn conversation(name: &str, heads: &[Heads]) -> String {
    let mut out = String::new();
    let mut words = String::new();
    let mut number = 0;
    let close = |words: &mut String, out: &mut String| {
        let text = words.trim_matches('\n');
        if !text.is_empty() {
            let _ = write!(out, "\n~~~~text\n{text}\n~~~~\n");
        }
        words.clear();
    };
    for it in heads {
        if let Heads::Said(message) | Heads::Changed(message) = it
            && let Some(shown) = &message.picture
        {
            number += 1;
            close(&mut words, &mut out);
            let alt: String = shown.alt.chars().filter(|it| !"[]<>`\\".contains(*it)).collect();
            let _ = write!(out, "\n![{}]({})\n", vakhta::markup::one_line(&alt), picture(name, number));
        }
        words.push_str(&page::for_phone(std::slice::from_ref(it)));
    }
    close(&mut words, &mut out);
    out
}

/// What a scene shows. A scene that has no words here is called by its name.
fn title(name: &str) -> (&str, &'static str) {
    match name {
        "status" => {
            ("Status", "A small quiet server, a busy one with trouble, and one of which not all is known.")
        }
        "cpu-ram-uptime" => {
            ("Figures", "Processors, memory, time since boot, versions, and how it is with Vakhta itself.")
        }
        "disk" => ("Disks", "One disk, and fourteen."),
        "graph" => (
            "Graphs",
            "The memory pie, and anything measured over a time; what is answered where there is nothing to draw.",
        ),
        "alerts" => ("Alerts", "What is wrong, what was, and what a rule is still learning."),
        "mutes" => ("Mutes", "Letting things wait, and what is told when the wait is over."),
        "cards" => ("Cards of alerts", "One card each: how it began, got worse, was over."),
        "normal" => ("This is normal", "What looked odd is said to be normal, and that is taken back."),
        "verdicts" => (
            "What became of containers",
            "Crashes, loops, out of memory, ill health; the engine lost and back.",
        ),
        "incidents" => ("Incidents", "Several things wrong together are one card that changes in its place."),
        "why" => ("Why", "The record of an incident: rule, values, who heard it when."),
        "ps-logs" => ("Containers and logs", "The list with its pages, and a log by part of a name."),
        "logs" => (
            "Logs in full",
            "Pages, search, several at once, a file, following; and every mistake in the words.",
        ),
        "looks" => (
            "A look into Docker",
            "What containers use, are made of, and went through; images, volumes, networks.",
        ),
        "restart" => ("Restart", "Asked first, then done, verified, or refused."),
        "hands" => {
            ("Every verb", "From the list to a container's panel and on; projects, and what else is reached.")
        }
        "roles" => ("Roles", "What somebody sees who may only look, or act."),
        "codes" => ("Codes", "Six digits more, before something is done."),
        "audit" => ("Audit", "Who did what, on what, and how it ended."),
        "fix" => ("Fix", "What fills a disk, what could go and what it costs, and what was really freed."),
        "healing" => ("Healing a disk", "Proposed, only looked on, and done."),
        "story" => ("Healing a container", "The whole story on its card: ill, restarted, well; or given up."),
        "heal" => ("The switch of healing", "What may be done by itself, how much of it was, and off."),
        "digest" => ("Digest", "A day, a week, and nothing to say."),
        "jobs" => ("Jobs", "What runs when, how it went, and a job that fails time and again."),
        "language" => {
            ("Languages", "By the setting, by the app, by neither, and by choice; and the choice taken back.")
        }
        "help" => ("Help", "Help, and what somebody probably meant."),
        "first-contact" => ("First contact", "What an owner and a viewer read first."),
        "menu" => ("Menu", "One message, turned in place: in and out again, with what is reached from it."),
        "house" => (
            "About Vakhta itself",
            "Strangers, a full store, a new watch, another program with the same token, a topic or a group lost.",
        ),
        "absent" => {
            ("What is not there", "Without Docker, with a filter before it, on a machine that tells nothing.")
        }
        "catch-up" => ("After an outage of the chat", "What happened meanwhile, in one message."),
        "barred" => (
            "What Docker forbids",
            "In a plan, in the rules of healing, on a card; and what became of a disk.",
        ),
        "hostile" => {
            ("Hostile names", "Markup, length, pictures and writing from right to left in every name.")
        }
        _ => (name, ""),
    }
}
