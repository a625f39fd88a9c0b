//! The faults of one call, or of a few in a row.

use std::time::Duration;

use serde_json::{Value, json};

use super::botapi::Fault;

/// A way to fail.
pub(crate) struct Ailment {
    pub(crate) name: &'static str,
    pub(crate) faults: fn() -> Vec<Fault>,
    /// Whether the server has done what was asked: said again, it is said twice, and nobody can know.
    pub(crate) acted: bool,
    /// Whether it takes longer than a test of every day may: what hangs, hangs as long as our own patience.
    pub(crate) slow: bool,
    pub(crate) only: Only,
}

/// Which calls fail so.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Only {
    All,
    /// All but the poll.
    Asked,
    /// What changes a message.
    Edits,
    /// What carries news that is written down: whoever asks for an answer has it refused with the chat.
    News,
}

const BUSY: &str = "Too Many Requests: retry after";

fn limited(retry_after: Value) -> Vec<Fault> {
    vec![Fault::RefuseWith(429, BUSY, json!({"retry_after": retry_after}))]
}

const fn passing(name: &'static str, faults: fn() -> Vec<Fault>) -> Ailment {
    Ailment { name, faults, acted: false, slow: false, only: Only::All }
}

const fn acted(name: &'static str, faults: fn() -> Vec<Fault>) -> Ailment {
    Ailment { acted: true, ..passing(name, faults) }
}

const fn slow(ailment: Ailment) -> Ailment {
    Ailment { slow: true, ..ailment }
}

const fn only(only: Only, ailment: Ailment) -> Ailment {
    Ailment { only, ..ailment }
}

pub(crate) const AILMENTS: &[Ailment] = &[
    passing("refused for 3 s", || vec![Fault::Away(Duration::from_secs(3))]),
    passing("reset", || vec![Fault::Reset]),
    passing("closed without a word", || vec![Fault::HangUp]),
    slow(passing("for 3 s let in and never read", || vec![Fault::Mute(Duration::from_secs(3))])),
    slow(passing("never answered", || vec![Fault::Hang])),
    slow(acted("a head and nothing after it", || vec![Fault::HangAfterHead])),
    acted("a byte every 2 ms", || vec![Fault::Drip(Duration::from_millis(2))]),
    slow(acted("a byte every 500 ms", || vec![Fault::Drip(Duration::from_millis(500))])),
    acted("half an answer", || vec![Fault::Truncated]),
    acted("half of the JSON", || vec![Fault::BrokenJson]),
    acted("answer lost after acting", || vec![Fault::LostAfterActing]),
    passing("HTML 502", || vec![Fault::Html(502)]),
    passing("HTML 404", || vec![Fault::Html(404)]),
    passing("a hotel's words", || vec![Fault::Portal]),
    slow(passing("HTML 502 six times", || vec![Fault::Html(502); 6])),
    passing("wrong content type", || vec![Fault::WrongType]),
    passing("100 MB", || vec![Fault::Huge(100 << 20)]),
    passing("100 MB, told", || vec![Fault::HugeTold(100 << 20)]),
    passing("100 MB, packed", || vec![Fault::Bomb]),
    passing("500 restart", || vec![Fault::Refuse(500, "Internal Server Error: restart")]),
    passing("500 three times", || vec![Fault::Refuse(500, "Internal Server Error: restart"); 3]),
    passing("429 for 1 s", || limited(json!(1))),
    slow(passing("429 for 30 s", || limited(json!(30)))),
    passing("429 without a number", || vec![Fault::Refuse(429, BUSY)]),
    passing("429 for -5 s", || limited(json!(-5))),
    only(Only::Asked, passing("400 nobody foresaw", || vec![Fault::Refuse(400, "Bad Request: whatever")])),
    only(
        Only::Asked,
        passing("400 can't parse entities", || {
            vec![Fault::Refuse(400, "Bad Request: can't parse entities: Unclosed start tag at byte offset 3")]
        }),
    ),
    only(
        Only::Edits,
        passing("400 message to edit not found", || {
            vec![Fault::Refuse(400, "Bad Request: message to edit not found")]
        }),
    ),
    only(
        Only::Edits,
        passing("400 message can't be edited", || {
            vec![Fault::Refuse(400, "Bad Request: message can't be edited")]
        }),
    ),
    slow(only(Only::News, passing("401 once", || vec![Fault::Refuse(401, "Unauthorized")]))),
    slow(only(
        Only::News,
        passing("403 blocked by the user", || {
            vec![Fault::Refuse(403, "Forbidden: bot was blocked by the user")]
        }),
    )),
    slow(only(
        Only::News,
        passing("400 chat not found", || vec![Fault::Refuse(400, "Bad Request: chat not found")]),
    )),
    slow(only(Only::News, passing("409", || vec![Fault::Refuse(409, "Conflict: terminated")]))),
];
