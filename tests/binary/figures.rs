//! What a person reads, read back: figures out of sentences.

/// Bytes of "23.5 GiB".
pub(crate) fn bytes(text: &str) -> f64 {
    let (number, unit) =
        text.trim().split_once(['\u{a0}', ' ']).unwrap_or_else(|| panic!("no bytes: {text}"));
    let units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let power = units.iter().position(|it| *it == unit).unwrap_or_else(|| panic!("no unit: {text}"));
    number.parse::<f64>().unwrap_or_else(|_| panic!("no number: {text}")) * 1024f64.powi(power as i32)
}

/// Seconds of "3 h 12 min".
pub(crate) fn seconds(text: &str) -> f64 {
    let words: Vec<&str> = text.split([' ', '\u{a0}']).collect();
    let part = |pair: &[&str]| {
        let unit = match pair[1] {
            "s" => 1.0,
            "min" => 60.0,
            "h" => 3600.0,
            "d" => 86_400.0,
            other => panic!("no unit of time: {other} in {text}"),
        };
        pair[0].parse::<f64>().unwrap_or_else(|_| panic!("no number: {text}")) * unit
    };
    words.chunks_exact(2).map(part).sum()
}

/// What stands between two pieces of a text.
pub(crate) fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let found = text.split_once(before).and_then(|(_, rest)| {
        if after.is_empty() { Some(rest) } else { rest.split_once(after).map(|(found, _)| found) }
    });
    found.unwrap_or_else(|| panic!("nothing between {before:?} and {after:?} in {text:?}"))
}

/// A file of the kernel's.
pub(crate) fn kernel(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}")).trim().to_owned()
}

/// What the machine is called.
pub(crate) fn host() -> String {
    kernel("/proc/sys/kernel/hostname")
}

/// How many cores it has.
pub(crate) fn cores() -> usize {
    let stat = kernel("/proc/stat");
    stat.lines().filter(|line| line.starts_with("cpu") && !line.starts_with("cpu ")).count()
}

/// Whether two figures are the same but for rounding and the time between two looks.
pub(crate) fn near(a: f64, b: f64, share: f64) -> bool {
    (a - b).abs() <= share * a.abs().max(b.abs())
}
