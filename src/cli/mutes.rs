//! `vakhta mute`, `vakhta unmute` and `vakhta mutes`: quiet for a script, in the store that the daemon reads.

use jobs::mute::{After, By, Mute, Scope, next_time, time_of_day};

use super::{DONE, FAILED, WRONG, complain, configuration, say};
use crate::app::{self, Ended, Silencer, SilencerError};
use crate::config::{self, Config, LogFormat, Purpose};
use crate::log;

/// The settings, and what is muted in the store they name.
fn silencer() -> Result<(Config, Silencer), u8> {
    let config = configuration(Purpose::Local, None)?;
    log::begin("error", LogFormat::Text);
    match Silencer::open(&config) {
        Ok(silencer) => Ok((config, silencer)),
        Err(error) => Err(unsilenced(error)),
    }
}

fn unsilenced(error: SilencerError) -> u8 {
    complain(&format!("vakhta: {error}\n"));
    match error {
        SilencerError::Wrong(_) => WRONG,
        SilencerError::Failed(_) => FAILED,
    }
}

/// Mutes until then; says so, and whether a watch is there to heed it.
pub(super) fn mute(
    scope: Scope,
    length: Option<String>,
    until: Option<String>,
    critical_too: bool,
    reason: Option<String>,
) -> u8 {
    let now = app::clock().now();
    let (config, silencer) = match silencer() {
        Ok(opened) => opened,
        Err(code) => return code,
    };
    let end = match (length, until) {
        (Some(length), _) => config::duration::parse(&length)
            .map_err(|why| format!("--for {length}: {why}; write, for example, 30m, 2h or 1d"))
            .and_then(|length| now.checked_add(length).map_err(|error| error.to_string())),
        (None, until) => {
            let until = until.unwrap_or_default();
            let time = time_of_day(&until).and_then(|time| next_time(time, &config.settings.zone, now));
            time.ok_or_else(|| format!("--until {until}: no time of day; write, for example, 08:00"))
        }
    };
    let wish = end.map(|until| Mute {
        scope,
        from: now,
        until,
        by: By::Script,
        critical_too,
        after: After::Tell,
        reason: reason.filter(|it| !it.trim().is_empty()),
    });
    let wish = match wish {
        Ok(wish) if wish.is_in_force(now) => wish,
        Ok(_) => {
            complain("vakhta: --for 0s: a mute must be longer than nothing\n");
            return WRONG;
        }
        Err(why) => {
            complain(&format!("vakhta: {why}\n"));
            return WRONG;
        }
    };
    match silencer.begin(wish, now) {
        Ok(mute) => {
            say(&format!("muted: {}\n", silencer.line(&mute)));
            if let Some(why) = silencer.absent() {
                complain(&format!(
                    "note: no watch is running with this DATA_DIR ({why}); it counts when one is\n"
                ));
            }
            DONE
        }
        Err(error) => unsilenced(error),
    }
}

/// Ends what scripts have muted: of one scope, or all.
pub(super) fn unmute(scope: Option<Scope>) -> u8 {
    let now = app::clock().now();
    let (_, silencer) = match silencer() {
        Ok(opened) => opened,
        Err(code) => return code,
    };
    match silencer.end(scope.as_ref(), now) {
        Ok(Ended { ended, left }) => {
            for mute in &ended {
                say(&format!("no longer muted: {}\n", mute.scope));
            }
            if let (Some(scope), []) = (&scope, &ended[..]) {
                say(&format!("no script had muted {scope}\n"));
            }
            for mute in &left {
                complain(&format!("note: still muted: {}\n", silencer.line(mute)));
            }
            DONE
        }
        Err(error) => unsilenced(error),
    }
}

/// Everything that is muted now.
pub(super) fn list(json: bool) -> u8 {
    let now = app::clock().now();
    let listed = silencer().and_then(|(_, silencer)| {
        let listed = if json { silencer.json(now) } else { silencer.text(now) };
        listed.map_err(unsilenced)
    });
    match listed {
        Ok(text) => {
            say(&text);
            DONE
        }
        Err(code) => code,
    }
}
