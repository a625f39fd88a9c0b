//! `vakhta backup` and `vakhta restore`: a copy of the store, and the way back.

use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;

use jiff::tz::TimeZone;

use super::{DONE, FAILED, WRONG, complain, configuration, say};
use crate::app;
use crate::config::Purpose;
use crate::log;
use crate::store::{self, Copied, CopyError, Source, Target};

/// Copies the store to a file, or to standard output for `-`.
pub(super) fn back_up(file: &Path, force: bool) -> u8 {
    let config = match configuration(Purpose::Local, None) {
        Ok(config) => config,
        Err(code) => return code,
    };
    log::begin("error", crate::config::LogFormat::Text);
    let directory = &config.settings.data_dir;
    let at_a_terminal = std::io::stderr().is_terminal();
    let progress = |done: u64, size: u64| {
        if at_a_terminal {
            complain(&format!("\r{} of about {} ", bytes(done), bytes(size)));
        }
    };
    let to_stream = file == Path::new("-");
    let copied = if to_stream {
        let mut out = std::io::stdout().lock();
        if std::io::stdout().is_terminal() {
            complain(
                "vakhta: a terminal is no place for a backup: name a file, or write  vakhta backup - > FILE\n",
            );
            return WRONG;
        }
        store::back_up(directory, Target::Stream(&mut out), &progress)
    } else {
        store::back_up(directory, Target::File { path: file, force }, &progress)
    };
    if at_a_terminal {
        complain("\r\u{1b}[K");
    }
    match copied {
        Ok(copied) => {
            let text = format!("{}\n", described(&copied, &config.settings.zone));
            if to_stream {
                complain(&text);
            } else {
                say(&format!("{}: {text}", file.display()));
            }
            DONE
        }
        Err(error) => failed(&error),
    }
}

/// Lets a backup take the store's place: a file, or standard input for `-`.
pub(super) fn restore(file: &Path, yes: bool) -> u8 {
    let config = match configuration(Purpose::Local, None) {
        Ok(config) => config,
        Err(code) => return code,
    };
    log::begin("error", crate::config::LogFormat::Text);
    let directory = &config.settings.data_dir;
    let from_stream = file == Path::new("-");
    let can_ask = !from_stream && std::io::stdin().is_terminal();
    if !yes && !can_ask {
        complain("vakhta: nobody can be asked here whether this is meant: add --yes; nothing was changed\n");
        return WRONG;
    }
    let staged = if from_stream {
        store::stage(directory, Source::Stream(&mut std::io::stdin().lock()))
    } else {
        store::stage(directory, Source::File(file))
    };
    let staged = match staged {
        Ok(staged) => staged,
        Err(error) => return failed(&error),
    };
    let what = described(&staged.copied, &config.settings.zone);
    if !yes && !is_meant(&format!("{what}\nLet it take the place of the store in {}?", directory.display())) {
        say("nothing was changed\n");
        return DONE;
    }
    match app::restore(directory, staged) {
        Ok(done) => {
            let how = if done.by_watch { "; the watch goes on with it" } else { "" };
            say(&format!("restored: {what}{how}\n"));
            if let Some(kept) = done.kept {
                say(&format!("the store from before is kept as {}\n", kept.display()));
            }
            if !done.lost.is_empty() {
                complain(&format!(
                    "note: it was damaged or of a newer release, and these could not be carried over: {}\n",
                    done.lost.join(", ")
                ));
            }
            DONE
        }
        Err(error) => failed(&error),
    }
}

fn failed(error: &CopyError) -> u8 {
    complain(&format!("vakhta: {error}\n"));
    match error {
        CopyError::Wrong(_) => WRONG,
        CopyError::Failed(_) => FAILED,
    }
}

/// Whether somebody at a terminal says yes.
fn is_meant(question: &str) -> bool {
    complain(&format!("{question} [y/N] "));
    std::io::stderr().flush().ok();
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}

fn described(copied: &Copied, zone: &TimeZone) -> String {
    let newest = copied.newest.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M:%S %Z");
    format!("{}, format {}, newest of {newest}", bytes(copied.bytes), copied.format)
}

fn bytes(count: u64) -> String {
    if count < 1 << 20 {
        format!("{} KiB", count.div_ceil(1 << 10))
    } else {
        format!("{:.1} MiB", count as f64 / (1 << 20) as f64)
    }
}
