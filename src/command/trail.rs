//! Where a page of the menu was reached from: what makes one message of many commands. Commands know nothing of it: an
//! answer that was reached from the menu gets its breadcrumbs and its way back here, and its buttons lead on within the
//! same message.

use super::find;
use super::parse::{Asked, parse};
use crate::markup::Markup;
use crate::present::names::short;
use crate::present::pages::screen_of;
use crate::present::{Action, Choice, Reply, Voice, containers};

/// Stands between a line and the lines that led there. Nobody types it; whoever did would only get a way back.
const BETWEEN: char = '\u{1f}';
/// Stands among the steps where the page has a picture: words cannot take its place.
const PICTURED: &str = "pictured";
/// The menu itself.
const ROOT: &str = "/menu";
/// What the menu leads to: from wherever these are reached, they are one step from it.
const NEAR: [&str; 4] = ["status", "ps", "alerts", "jobs"];
/// How many steps are remembered besides the menu itself; a longer way forgets its beginning.
const MOST: usize = 4;
/// Letters of a container's name in the breadcrumbs.
const NAME: usize = 20;

/// How a page was reached: the lines of the pages above it, the menu first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trail {
    steps: Vec<String>,
    /// Whether the message that is pressed shows a picture.
    pictured: bool,
}

/// Which screen of its answer a line asks for.
pub fn screen(line: &str) -> usize {
    screen_of(line.split(BETWEEN).next().unwrap_or_default()).1
}

/// A line as it is meant, and how it was reached, if from the menu.
pub fn taken(line: &str) -> (&str, Option<Trail>) {
    let mut parts = line.split(BETWEEN);
    let (meant, _) = screen_of(parts.next().unwrap_or_default());
    let mut trail = Trail::default();
    let mut is_reached = false;
    for part in parts {
        is_reached = true;
        match part {
            PICTURED => trail.pictured = true,
            "" => {}
            step => trail.steps.push(step.to_owned()),
        }
    }
    let is_menu = || matches!(parse(meant, None), Asked::Command { name, .. } if name == "menu");
    (meant, (is_reached || is_menu()).then_some(trail))
}

/// The line that opens the menu anew in the place of one of its pages, which shows a picture or does not.
pub fn anew(pictured: bool) -> String {
    if pictured { format!("{ROOT}{BETWEEN}{PICTURED}") } else { ROOT.to_owned() }
}

/// Whether a line closes the menu.
pub fn is_closing(line: &str) -> bool {
    page(taken(line).0).1 == Some("close")
}

/// What makes two lines the same page, however it is turned: the command, and of the menu which page of it.
fn page(line: &str) -> (String, Option<&str>) {
    match parse(screen_of(line).0, None) {
        Asked::Command { name, arguments } => {
            let of_menu = (name == "menu").then(|| arguments.first().copied()).flatten();
            (name, of_menu)
        }
        Asked::ForAnother | Asked::Talk => (String::new(), None),
    }
}

/// Whether the answer to a line can stand in the menu's message: not a file, and not what goes on by itself.
fn stays(line: &str) -> bool {
    match parse(screen_of(line).0, None) {
        Asked::Command { name, arguments } => find(&name).is_some_and(|it| it.stays(&arguments)),
        Asked::ForAnother | Asked::Talk => false,
    }
}

impl Trail {
    /// Whether the message that was pressed shows a picture.
    pub fn is_pictured(&self) -> bool {
        self.pictured
    }

    /// The line that goes from the page `here` to another and knows the way back.
    fn onward(&self, here: &str, to: &str, pictured: bool) -> String {
        let target = page(to);
        let steps: Vec<&str> = if target == page(ROOT) {
            Vec::new()
        } else if NEAR.contains(&target.0.as_str()) {
            vec![ROOT]
        } else {
            let all = self.steps.iter().map(String::as_str).chain([here]);
            let mut steps: Vec<&str> = all.take_while(|it| page(it) != target).collect();
            if MOST + 1 < steps.len() {
                steps.drain(1..steps.len() - MOST);
            }
            steps
        };
        let mark = if pictured { PICTURED } else { "" };
        [to].into_iter().chain(steps).chain([mark]).collect::<Vec<_>>().join(&BETWEEN.to_string())
    }

    /// The answer to `here` as a page of the menu: breadcrumbs over it, its buttons leading on in place, the way back
    /// under them.
    #[must_use]
    pub fn lead(&self, voice: &Voice, here: &str, mut reply: Reply) -> Reply {
        let pictured = reply.drawing.is_some();
        let all = self.steps.iter().map(String::as_str).chain([here]);
        // What is done says so itself.
        let crumbs: Vec<String> = all.filter_map(|it| crumb(voice, it)).collect();
        if 1 < crumbs.len() {
            reply.text = Markup::new().italic(crumbs.join(" › ")).line().then(reply.text);
        }
        let above: Vec<_> = self.steps.iter().map(|it| page(it)).collect();
        for row in &mut reply.choices {
            // The way back is drawn below, once.
            row.retain(|it| match &it.action {
                Action::Run { line, confirmed: false, .. } => {
                    let to = page(line);
                    to == page(here) || !above.contains(&to)
                }
                Action::Run { .. } | Action::Dismiss => true,
            });
            for choice in row {
                match &mut choice.action {
                    Action::Run { line, edit, .. } if stays(line) => {
                        *line = self.onward(here, line, pictured);
                        *edit = true;
                    }
                    Action::Run { edit, .. } => *edit = false,
                    // Letting it be is going back.
                    Action::Dismiss => choice.action = self.back(here, pictured),
                }
            }
        }
        reply.choices.retain(|row| !row.is_empty());
        let close = || {
            let line = format!("{ROOT} close{BETWEEN}{}", if pictured { PICTURED } else { "" });
            Choice::turn(voice.word("button-close", &[]), line)
        };
        let home = || Choice::turn(voice.word("button-menu", &[]), self.onward(here, ROOT, pictured));
        let mut row = Vec::new();
        if let Some(last) = self.steps.last() {
            let label = crumb(voice, last).unwrap_or_else(|| super::written(last));
            let label = format!("◀ {}", short(&label, NAME));
            row.push(Choice { label, action: self.back(here, pictured) });
        }
        if 1 < self.steps.len() {
            row.push(home());
        }
        row.push(close());
        reply.row(row)
    }

    /// The page above.
    fn back(&self, here: &str, pictured: bool) -> Action {
        let to = self.steps.last().map_or(ROOT, String::as_str);
        Action::Run { line: self.onward(here, to, pictured), confirmed: false, edit: true }
    }
}

/// What a page is called in the breadcrumbs, if anything.
fn crumb(voice: &Voice, line: &str) -> Option<String> {
    let Asked::Command { name, arguments } = parse(line, None) else { return None };
    Some(match (name.as_str(), &arguments[..]) {
        ("menu", ["graphs", ..]) => voice.word("crumb-graphs", &[]),
        ("box", [container, ..]) => short(container, containers::NAME.min(NAME)),
        ("card", [number, ..]) => format!("#{}", number.trim_start_matches('#')),
        _ => {
            let key = format!("crumb-{name}");
            return voice.locale.has(&key).then(|| voice.word(&key, &[]));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::LOCALES;

    fn led(line: &str, reply: Reply) -> (String, Vec<(String, String)>) {
        let voice = Voice { locale: &LOCALES[0], zone: jiff::tz::TimeZone::UTC };
        let (meant, trail) = taken(line);
        let reply = trail.expect("reached from the menu").lead(&voice, meant, reply);
        let line = |it: &Choice| match &it.action {
            Action::Run { line, edit: true, .. } => line.clone(),
            Action::Run { line, .. } => format!("anew {line}"),
            Action::Dismiss => "dismiss".to_owned(),
        };
        let choices = reply.choices.iter().flatten().map(|it| (it.label.clone(), line(it))).collect();
        (reply.text.to_string(), choices)
    }

    /// Presses the button of that label.
    fn pressed(line: &str, reply: Reply, label: &str) -> String {
        let (_, choices) = led(line, reply);
        choices.into_iter().find(|it| it.0.contains(label)).expect("such a button").1
    }

    #[test]
    fn a_line_that_nobody_reached_from_the_menu_has_no_way_back() {
        assert_eq!(taken("/ps 2"), ("/ps 2", None));
        assert_eq!(taken("/menu"), ("/menu", Some(Trail::default())));
    }

    #[test]
    fn going_in_and_back_out_leads_through_the_same_pages() {
        let ps = pressed("/menu", Reply::default().row([Choice::turn("to", "/ps")]), "to");
        let list = || Reply::default().row([Choice::turn("to", "/box nginx  1")]);
        let of_nginx = pressed(&ps, list(), "to");
        let logs = pressed(&of_nginx, Reply::default().row([Choice::run("to", "/logs nginx")]), "to");
        let (text, choices) = led(&logs, Reply::text(Markup::text("a line")));
        assert_eq!(text, "Menu › Containers › nginx › Logs\na line");
        let labels: Vec<_> = choices.iter().map(|it| it.0.as_str()).collect();
        assert_eq!(labels, ["◀ nginx", "⚓️ Menu", "✖ Close"]);
        // Back is the page one came from, as it was, and not deeper.
        assert_eq!(choices[0].1, of_nginx);
        let again = pressed(&of_nginx, Reply::default(), "◀");
        assert_eq!(again, ps);
        assert_eq!(taken(&pressed(&logs, Reply::default(), "Menu")).0, "/menu");
    }

    #[test]
    fn turning_a_page_is_no_step() {
        let ps = pressed("/menu", Reply::default().row([Choice::turn("to", "/ps")]), "to");
        let second = pressed(&ps, Reply::default().row([Choice::turn("next", "/ps 2")]), "next");
        assert_eq!(led(&second, Reply::default()).0, "Menu › Containers\n");
        // A list's own way back to a page above would be there twice.
        let of_nginx = pressed(&second, Reply::default().row([Choice::turn("to", "/box nginx 2")]), "to");
        let (_, choices) = led(&of_nginx, Reply::default().row([Choice::turn("◀ List", "/ps 2")]));
        assert_eq!(choices[0].0, "◀ Containers");
        assert_eq!(taken(&choices[0].1).0, "/ps 2");
    }

    #[test]
    fn a_file_and_what_goes_on_by_itself_get_a_message_of_their_own() {
        let logs = "/logs nginx\u{1f}/menu\u{1f}";
        let file = Reply::default()
            .row([Choice::run("file", "/logs nginx --file"), Choice::turn("follow", "/logs nginx --follow")]);
        let (_, choices) = led(logs, file);
        assert_eq!(choices[0].1, "anew /logs nginx --file");
        assert_eq!(choices[1].1, "anew /logs nginx --follow");
    }

    #[test]
    fn letting_it_be_goes_back_and_a_confirmation_stays_one() {
        let question =
            Reply::default().row([Choice::confirm("yes", "/restart nginx"), Choice::dismiss("leave")]);
        let (_, choices) = led("/restart nginx\u{1f}/menu\u{1f}/ps\u{1f}/box nginx 1", question);
        assert_eq!(taken(&choices[0].1).0, "/restart nginx");
        assert_eq!(taken(&choices[1].1).0, "/box nginx 1");
    }

    #[test]
    fn a_page_with_a_picture_says_so_to_the_next() {
        let pictured = Trail::default().onward("/graph cpu", "/menu graphs", true);
        let (line, trail) = taken(&pictured);
        assert_eq!((line, trail.map(|it| it.is_pictured())), ("/menu graphs", Some(true)));
    }

    #[test]
    fn a_long_way_forgets_its_beginning_and_never_the_menu() {
        let trail = Trail {
            steps: ["/menu", "/menu graphs", "/graph cpu", "/stats", "/top web"].map(str::to_owned).to_vec(),
            pictured: false,
        };
        let line = trail.onward("/inspect web", "/logs web", false);
        let steps = taken(&line).1.expect("a trail").steps;
        assert_eq!(steps, ["/menu", "/graph cpu", "/stats", "/top web", "/inspect web"]);
    }
}
