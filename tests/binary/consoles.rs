//! The console, at a terminal and from a script.

use super::ground::{Ground, QUICK};
use super::terminal::Terminal;
use super::watch::said;

/// Whoever types before it is heard by the terminal, and not by us.
const PROMPT: &str = "вахта> ";
/// What ends a message when the prompt is back: keys are heard one by one again.
const NEXT: &str = "\r\n\r\n\u{1b}[?2004h";

/// The console at a terminal.
fn console(ground: &Ground, columns: u16, more: &[(&str, &str)]) -> Terminal {
    let mut command = ground.vakhta(&["console"]);
    command.env("VAKHTA_CONFIG", ground.file("vakhta.toml", QUICK)).env("LANG", "en_US.UTF-8");
    command.envs(more.iter().copied());
    Terminal::start(command, columns)
}

#[tokio::test]
async fn a_question_of_a_script_is_answered_and_that_is_all() {
    let ground = Ground::new();
    let one = said(&ground, &["console", "-c", "version"]).await;
    assert_eq!(one.code(), Some(0), "{}", one.err);
    assert!(one.out.contains(&format!("Vakhta {}", env!("CARGO_PKG_VERSION"))), "{}", one.out);
    assert!(!one.out.contains("> version") && !one.out.contains('\u{1b}'), "{}", one.out);
    // Several are told apart by what was asked.
    let two = said(&ground, &["console", "-c", "version", "--ask", "/uptime"]).await;
    for part in ["> version\n", "> /uptime\n", "has been up for"] {
        assert!(two.out.contains(part), "{part:?}: {}", two.out);
    }
}

#[tokio::test]
async fn tab_completes_commands_and_declared_jobs_and_a_number_presses() {
    let ground = Ground::new();
    let mut terminal = console(&ground, 100, &[]);
    terminal.shows(PROMPT).await;
    terminal.keys("/versi\t\n");
    terminal.shows(&format!("mounted here?\u{1b}[0m{NEXT}")).await;
    // Declared jobs can be named before anybody has looked.
    terminal.keys("/jobs run samp\t\n");
    let screen = terminal.shows("sample\u{1b}[0m: ✅").await;
    // How far it was is written over by how it went.
    assert!(screen.contains("Running") && screen.contains("\u{1b}[2A\r\u{1b}[J"), "{screen}");
    terminal.keys("/status\n");
    terminal.shows("Refresh").await;
    terminal.keys("9\n");
    terminal.shows(&format!("There is no button of that number.{NEXT}")).await;
    terminal.keys("\u{4}");
    let (ended, screen) = terminal.ended().await;
    assert_eq!(ended, Some(0), "{screen}");
}

#[tokio::test]
async fn lines_end_where_the_terminal_ends_and_colours_only_where_they_are_wanted() {
    let bold = "\u{1b}[1mVakhta";
    for (more, coloured) in [(&[][..], true), (&[("NO_COLOR", "1")][..], false)] {
        let ground = Ground::new();
        let mut terminal = console(&ground, 60, more);
        let screen = terminal.shows(PROMPT).await;
        assert_eq!(screen.contains(bold), coloured, "{screen}");
        let banner = screen.split("\r\n\r\n").next().unwrap_or_default();
        for line in banner.lines() {
            let mut escaped = false;
            let shown = line.chars().filter(|it| {
                let hidden = escaped || *it == '\u{1b}';
                escaped = hidden && *it != 'm';
                !hidden
            });
            assert!(shown.count() <= 60, "{line:?}");
        }
        terminal.keys("\u{4}");
        assert_eq!(terminal.ended().await.0, Some(0));
    }
}
