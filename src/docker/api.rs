//! Which dialect to speak: the newest that both sides know, as a prefix of every path.

use std::fmt;
use std::str::FromStr;

use super::fault::{Fault, No};

/// The newest dialect whose answers this room has been taught. Docker 29 says 1.52 and refuses what is older than 1.44.
pub(super) const NEWEST: Version = Version { major: 1, minor: 52 };

/// `1.41`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version {
    major: u32,
    minor: u32,
}

impl Version {
    pub(super) const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)
    }
}

impl FromStr for Version {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (major, minor) = text.split_once('.').ok_or(())?;
        let number = |it: &str| it.parse().map_err(|_| ());
        Ok(Self { major: number(major)?, minor: number(minor)? })
    }
}

/// The prefix for an engine that says it speaks `least` to `newest`. One that does not say gets none: it then takes its
/// own newest, which is what a path without a version means.
pub(super) fn prefix(newest: &str, least: &str) -> Result<String, Fault> {
    if let Ok(least) = least.parse::<Version>()
        && NEWEST < least
    {
        let message = format!(
            "this engine speaks API {least} and newer, and Vakhta up to {NEWEST}: a newer Vakhta is needed"
        );
        return Err(Fault::Answered(Box::new(No { call: "GET /version".to_owned(), status: 400, message })));
    }
    Ok(newest.parse::<Version>().map_or(String::new(), |newest| format!("/v{}", newest.min(NEWEST))))
}

/// Whether a refusal is about the dialect, as after an engine was replaced by an older or a newer one.
pub(super) fn is_about_version(no: &No) -> bool {
    no.status == 400 && no.message.contains("client version")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_that_both_know_is_spoken() {
        let check = |newest: &str, least: &str, expected: &str| {
            assert_eq!(prefix(newest, least).as_deref(), Ok(expected), "{least} to {newest}");
        };
        check("1.41", "1.12", "/v1.41");
        check("1.45", "1.24", "/v1.45");
        check("1.52", "1.44", "/v1.52");
        check("1.60", "1.44", "/v1.52");
        check("1.9", "", "/v1.9");
        check("2.0", "1.44", "/v1.52");
        check("", "", "");
        check("newest", "x", "");
    }

    #[test]
    fn an_engine_that_is_too_new_is_said_so() {
        let why = prefix("1.70", "1.60").expect_err("too new").plain().to_string();
        assert_eq!(
            why,
            "refused: this engine speaks API 1.60 and newer, and Vakhta up to 1.52: a newer Vakhta is needed"
        );
    }

    #[test]
    fn a_refusal_of_the_dialect_is_known() {
        let no = |status, message: &str| No { call: String::new(), status, message: message.into() };
        assert!(is_about_version(&no(
            400,
            "client version 1.53 is too new. Maximum supported API version is 1.51"
        )));
        assert!(is_about_version(&no(
            400,
            "client version 1.40 is too old. Minimum supported API version is 1.44, please upgrade"
        )));
        assert!(!is_about_version(&no(400, "bad parameter")));
        assert!(!is_about_version(&no(404, "client version")));
    }
}
