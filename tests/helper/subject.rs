//! A container to be watched: one small static program that behaves as badly as it is told to.
//!
//! `tests/support/engine.rs` compiles it, lays it into an image of its own and starts it. It runs in an image without
//! anything else in it, as process 1, where a process that has no handler does not hear SIGTERM: `docker stop` must kill
//! it (137 after the grace), and `docker run --init` makes the same program end at once (143).
//!
//! ```text
//! subject wait                      says one line, then does nothing
//! subject say LINE...               says each line, then waits
//! subject count [LINES [PER_SECOND]]  "line 1", "line 2", ... to the end or for ever; each tenth goes to stderr
//! subject bare TEXT                 says it without an end of line, then waits
//! subject show FILE...              says what is in each, and "end" after each, then waits
//! subject junk                      says a line with every byte that is no text, then waits
//! subject flood MEBIBYTES           says that much in lines of 100 bytes at once, "the last line", then waits
//! subject exit CODE [SECONDS]       ends with CODE, at once or after a while
//! subject crash                     ends by a signal of its own
//! subject ill [SECONDS]             healthy at first, then not, until it is started again
//! subject eat [MEBIBYTES]           takes that much memory in each second, until it is stopped from outside
//! subject spin [SECONDS]            keeps one core busy
//! subject health                    what the image's HEALTHCHECK asks; not a behaviour
//! ```

use std::io::{self, Write};
use std::process::{ExitCode, abort, exit};
use std::str::FromStr;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

/// While it is there, `health` says no. In the container's own layer: gone with the container, not with a restart.
const ILLNESS: &str = "/ill";

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    match words.first().map_or("wait", String::as_str) {
        "wait" => {
            say("waiting");
            wait()
        }
        "say" => {
            words[1..].iter().for_each(|line| say(line));
            wait()
        }
        "show" => {
            for file in &words[1..] {
                say(&fs::read_to_string(file).unwrap_or_else(|error| error.to_string()));
                say("end");
            }
            wait()
        }
        "count" => count(number(&words, 1, u64::MAX), number(&words, 2, 1.0)),
        "bare" => {
            let _ = io::stdout().write_all(words[1..].join(" ").as_bytes());
            let _ = io::stdout().flush();
            wait()
        }
        "junk" => {
            let bytes: Vec<u8> = (0..=u8::MAX).filter(|byte| *byte != b'\n').collect();
            let _ = io::stdout().write_all(&[b"before ", &bytes[..], b" after\n"].concat());
            say("next");
            wait()
        }
        "flood" => flood(number(&words, 1, 1)),
        "exit" => {
            let code = number(&words, 1, 1);
            thread::sleep(Duration::from_secs_f64(number(&words, 2, 0.0)));
            say(&format!("ending with {code}"));
            exit(code)
        }
        "crash" => {
            say("crashing");
            abort()
        }
        "ill" => {
            let _ = fs::remove_file(ILLNESS);
            say("feeling well");
            thread::sleep(Duration::from_secs_f64(number(&words, 1, 2.0)));
            fs::write(ILLNESS, "").unwrap_or_else(|error| usage(&format!("{ILLNESS}: {error}")));
            say("feeling ill");
            wait()
        }
        "eat" => eat(number(&words, 1, 16)),
        "spin" => spin(Duration::from_secs_f64(number(&words, 1, f64::from(u32::MAX)))),
        "health" if fs::exists(ILLNESS).unwrap_or(true) => {
            say("ill");
            ExitCode::FAILURE
        }
        "health" => {
            say("well");
            ExitCode::SUCCESS
        }
        other => usage(&format!("no such behaviour: {other}")),
    }
}

fn usage(why: &str) -> ! {
    let _ = writeln!(io::stderr(), "subject: {why}; its behaviours are listed in tests/helper/subject.rs");
    exit(64)
}

/// The word at `at` as a number, or `otherwise` where there is none.
fn number<T: FromStr>(words: &[String], at: usize, otherwise: T) -> T {
    words
        .get(at)
        .map_or(otherwise, |word| word.parse().unwrap_or_else(|_| usage(&format!("not a number: {word}"))))
}

/// A reader that has gone (`docker logs | head`) is no reason to end.
fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

fn wait() -> ! {
    loop {
        thread::sleep(Duration::from_secs(3600));
    }
}

fn count(lines: u64, per_second: f64) -> ! {
    for line in 1..=lines {
        if line % 10 == 0 {
            let _ = writeln!(io::stderr(), "ERROR line {line}");
        } else {
            say(&format!("line {line}"));
        }
        // A number that is to be reached is reached at once; an endless stream keeps its pace.
        if lines == u64::MAX {
            thread::sleep(Duration::from_secs_f64(1.0 / per_second));
        }
    }
    wait()
}

fn flood(mebibytes: usize) -> ! {
    // Many lines in one write: the pipe to the engine is the slow part.
    let lines = format!("{}\n", "flood ".repeat(17).trim_end()).repeat(640);
    for _ in 0..mebibytes * (1024 * 1024) / lines.len() {
        let _ = io::stdout().write_all(lines.as_bytes());
    }
    say("the last line");
    wait()
}

fn eat(mebibytes_per_second: usize) -> ! {
    let mut eaten = Vec::new();
    loop {
        // Written to page by page: memory that nobody has touched costs nothing and meets no limit.
        let mut bite = vec![0_u8; mebibytes_per_second * (1024 * 1024) / 10];
        bite.chunks_mut(4096).for_each(|page| page[0] = 1);
        eaten.push(bite);
        thread::sleep(Duration::from_millis(100));
    }
}

fn spin(duration: Duration) -> ExitCode {
    let start = Instant::now();
    let mut value = 1_u64;
    while start.elapsed() < duration {
        for _ in 0..1_000_000 {
            value = std::hint::black_box(value.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1));
        }
    }
    ExitCode::SUCCESS
}
