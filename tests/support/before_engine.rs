//! The adapter before a scripted engine, with little patience or much.

use std::time::Duration;

use vakhta::docker::{Docker, EngineAddress, Timings};

use super::scripted_engine::{Answer, ScriptedEngine};

/// Long enough for a busy machine, short enough to be waited for.
pub(crate) const SHORT: Duration = Duration::from_millis(150);

/// Nothing is waited for longer than this in any test.
pub(crate) const LONG: Duration = Duration::from_secs(10);

/// What engines of two generations say of themselves.
pub(crate) const VERSION_41: &str = r#"{"Version":"20.10.24","ApiVersion":"1.41","MinAPIVersion":"1.12"}"#;
/// See [`VERSION_41`].
pub(crate) const VERSION_52: &str = r#"{"Version":"29.0.0","ApiVersion":"1.52","MinAPIVersion":"1.44"}"#;

/// One that waits as long as any test may.
pub(crate) fn docker(engine: &ScriptedEngine) -> Docker {
    patient(&engine.address, LONG)
}

/// One that waits so long, and for a stop as long as any test may.
pub(crate) fn patient(address: &EngineAddress, limit: Duration) -> Docker {
    let timings = Timings {
        connect: limit,
        read: limit,
        disk: limit,
        log: limit,
        log_stream: limit,
        log_pause: limit,
        margin: limit,
        stop_most: LONG,
        removal: limit,
    };
    Docker::with_timings(address.clone(), timings)
}

/// An engine of API 1.41 that gives `answer` to everything but `/version`.
pub(crate) fn always(answer: impl Fn() -> Answer + Send + Sync + 'static) -> ScriptedEngine {
    ScriptedEngine::unix(move |asked| match asked {
        "GET /version" => Answer::json(VERSION_41),
        _ => answer(),
    })
}
