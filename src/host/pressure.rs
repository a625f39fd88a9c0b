//! Pressure stall information, from `/proc/pressure`.

use jobs::ports::{Pressure, Source};

use super::kept::Kept;
use super::load::number;
use super::root::HostRoot;

/// The three files.
#[derive(Debug)]
pub(super) struct Files {
    cpu: Kept,
    memory: Kept,
    io: Kept,
}

impl Files {
    pub(super) fn new(root: &HostRoot) -> Self {
        let file = |name: &str| Kept::new(root.either(format!("/proc/pressure/{name}")));
        Self { cpu: file("cpu"), memory: file("memory"), io: file("io") }
    }

    pub(super) fn read(&mut self) -> Source<Pressure> {
        let cpu = self.cpu.understand(|it| share(it, "some"))?;
        let (memory, memory_full) = self.memory.understand(both)?;
        let (io, io_full) = self.io.understand(both)?;
        Ok(Pressure { cpu, memory, memory_full, io, io_full })
    }
}

fn both(text: &str) -> Option<(f64, f64)> {
    Some((share(text, "some")?, share(text, "full")?))
}

/// The average over ten seconds of one line: `some avg10=1.23 avg60=…`. Kernels before 5.13 have no `full` line for
/// the processor, which is why it is not asked for there.
fn share(text: &str, who: &str) -> Option<f64> {
    let line = text.lines().find_map(|it| it.strip_prefix(who)?.strip_prefix(' '))?;
    number(line.split_ascii_whitespace().find_map(|it| it.strip_prefix("avg10="))?).filter(|it| *it <= 100.0)
}

/// For what holds of every text.
#[cfg(any(test, fuzzing))]
pub(super) fn parse_any(text: &str) -> bool {
    both(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_ten_seconds_are_read() {
        let text = "some avg10=12.50 avg60=3.00 avg300=0.40 total=391926\nfull avg10=2.10 avg60=0.12 avg300=0.00 total=9\n";
        assert_eq!(both(text), Some((12.5, 2.1)));
        assert_eq!(share("some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n", "some"), Some(0.0));
    }

    #[test]
    fn a_line_that_is_missing_or_cut_short_is_not_a_zero() {
        for text in [
            "",
            "some",
            "some avg10=",
            "some avg60=1",
            "somewhat avg10=1",
            "some avg10=250.0",
            "some avg10=x",
        ] {
            assert_eq!(share(text, "some"), None, "{text:?}");
        }
    }
}
