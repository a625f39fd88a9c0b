//! How one reader is spoken to: language, zone, and figures as they are written there.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use jobs::alert::{Eta, Side};
use jobs::metric::{Metric, SeriesKey, Subject, Unit};
use jobs::sample;
use render::Words;

use crate::locale::{Locale, Noun};
use crate::markup::Markup;
use crate::present::names::short;
use crate::redact::Redactor;

/// Letters of a part's name that are shown: as many as stay in one line with the metric's.
const PART: usize = 32;
/// Letters of a failure's own words that are shown: six lines of a phone, for what helps stands at their end.
const REASON: usize = 240;

/// Letters of an id that name a container well enough, as `docker ps` shows them.
const ID: usize = 12;
/// Letters of an id in full.
const WHOLE_ID: usize = 64;

/// What goes wrong most often, as kernels, Docker and libraries say it, and what it is called in a catalogue.
const REASONS: [(&str, &str); 26] = [
    ("permission denied", "reason-permission"),
    ("no such file or directory", "reason-no-file"),
    ("no such file", "reason-no-file-here"),
    ("connection refused", "reason-refused"),
    ("connection reset by peer", "reason-reset"),
    ("broken pipe", "reason-pipe"),
    ("timed out", "reason-late"),
    ("no answer in time", "reason-late"),
    ("no such container", "reason-no-container"),
    ("no such image", "reason-no-image"),
    ("no space left on device", "reason-no-space"),
    ("read-only file system", "reason-read-only"),
    ("no answer within", "reason-no-answer"),
    ("network is unreachable", "reason-no-network"),
    ("too many open files", "reason-files"),
    ("docker does not answer at", "reason-socket-silent"),
    ("no connection within", "reason-socket-late"),
    ("has not answered for", "reason-mount-silent"),
    ("and is left alone until it does", "reason-mount-left"),
    ("is the engine running, and its socket mounted here?", "reason-socket-none"),
    (
        "the socket is there, but no engine listens on it. is it running? a socket file mounted by itself is stale after the engine restarted: restart this container",
        "reason-socket-stale",
    ),
    ("nobody listens there. is the socket proxy running?", "reason-proxy-none"),
    ("the socket belongs to group", "reason-socket-group"),
    ("join it (in compose.yaml", "reason-socket-join"),
    ("or go through a socket proxy", "reason-socket-proxy"),
    ("on the way to the socket: a directory above it may not be entered", "reason-socket-way"),
];

/// A language and a zone.
#[derive(Clone)]
pub struct Voice {
    /// The language.
    pub locale: &'static Locale,
    /// The zone that times are shown in.
    pub zone: TimeZone,
}

impl Voice {
    /// A sentence, with its emphasis.
    pub fn say(&self, key: &str, nouns: &[(&str, Noun)]) -> Markup {
        self.locale.say(key, nouns)
    }

    /// A sentence without emphasis.
    pub fn word(&self, key: &str, nouns: &[(&str, Noun)]) -> String {
        self.locale.word(key, nouns)
    }

    /// Symbols and separators of this language.
    pub fn words(&self) -> Words {
        let list = |key: &str| -> Vec<String> {
            self.word(key, &[]).split_whitespace().map(str::to_owned).collect()
        };
        let english = Words::default();
        Words {
            decimal: self.word("unit-decimal", &[]).chars().next().unwrap_or('.'),
            bytes: list("unit-bytes").try_into().unwrap_or(english.bytes),
            per_second: self.word("unit-per-second", &[]),
            durations: list("unit-durations").try_into().unwrap_or(english.durations),
            thousands: list("unit-thousands").try_into().unwrap_or(english.thousands),
        }
    }

    /// A value in its unit: "42 %", "3.25 GiB". A length of time reads as [`Voice::lasting`].
    pub fn value(&self, unit: Unit, value: f64) -> String {
        match unit {
            Unit::Seconds if value.is_finite() => {
                self.lasting(Duration::from_secs_f64(value.clamp(0.0, 1e12)))
            }
            // Nobody acts on a second decimal, and every message must round one value the same way.
            Unit::Percent if value.abs() < 9.95 => {
                spaced(drawn_unit(unit).write((value * 10.0).round() / 10.0, &self.words()))
            }
            Unit::Percent => self.percent(value),
            _ => spaced(drawn_unit(unit).write(value, &self.words())),
        }
    }

    /// The worst of something: "at worst 97 %", and of what is counted "up to 3 at once".
    pub fn worst(&self, unit: Unit, side: Side, value: f64) -> String {
        let key = if unit == Unit::Count && side == Side::Above { "worst-count" } else { "worst" };
        self.word(key, &[("value", self.value(unit, value).into())])
    }

    /// Bytes: "3.25 GiB".
    pub fn bytes(&self, bytes: u64) -> String {
        self.value(Unit::Bytes, bytes as f64)
    }

    /// A share of a whole: "42 %".
    pub fn percent(&self, percent: f64) -> String {
        spaced(render::Unit::Percent.write(percent.round(), &self.words()))
    }

    /// A change against before: "+3 %", "−1.2 GiB", "±0".
    pub fn change(&self, unit: Unit, by: f64) -> String {
        let size = self.value(unit, by.abs());
        match by {
            _ if size == self.value(unit, 0.0) => "±0".to_owned(),
            _ if by < 0.0 => format!("−{size}"),
            _ => format!("+{size}"),
        }
    }

    /// A length of time in its two largest units: "3 h 12 min". No line ends within it.
    pub fn lasting(&self, duration: Duration) -> String {
        const PARTS: [(u64, usize); 4] = [(86_400, 4), (3600, 3), (60, 2), (1, 1)];
        let symbols = self.words().durations;
        let seconds = duration.as_secs();
        let Some(first) = PARTS.iter().position(|(size, _)| *size <= seconds) else {
            return format!("0\u{a0}{}", symbols[1]);
        };
        let (size, symbol) = PARTS[first];
        let mut text = format!("{}\u{a0}{}", seconds / size, symbols[symbol]);
        if let Some((smaller, symbol)) = PARTS.get(first + 1) {
            let rest = seconds % size / smaller;
            if 0 < rest {
                text.push_str(&format!("\u{a0}{rest}\u{a0}{}", symbols[*symbol]));
            }
        }
        text
    }

    /// How much time is left, as a range that is rounded outwards: "5–7 h", "40–55 min". Where both ends are the same, it
    /// is about so long: "~6 h".
    pub fn left(&self, eta: Eta) -> String {
        const MINUTE: f64 = 60.0;
        const HOUR: f64 = 60.0 * MINUTE;
        const DAY: f64 = 24.0 * HOUR;
        let (soonest, latest) = (eta.soonest.as_secs_f64(), eta.latest.as_secs_f64());
        let (unit, symbol, step) = match latest {
            ..=5400.0 => (MINUTE, 2, 5.0),
            ..=14_400.0 => (HOUR, 3, 0.5),
            ..=172_800.0 => (HOUR, 3, 1.0),
            _ => (DAY, 4, 1.0),
        };
        // A hundredth of a step over is no reason for another one.
        let floor = ((soonest / unit / step + 0.01).floor() * step).max(0.0);
        let ceil = ((latest / unit / step - 0.01).ceil() * step).max(step);
        let write = |it: f64| self.value(Unit::Ratio, it);
        let symbol = &self.words().durations[symbol];
        match floor < ceil {
            true => format!("{}–{}\u{a0}{symbol}", write(floor), write(ceil)),
            false => format!("~{}\u{a0}{symbol}", write(ceil)),
        }
    }

    /// How much something grows in an hour, in bytes where they are known: "+2.1 GiB/h".
    pub fn pace(&self, eta: Eta) -> String {
        let hour = &self.words().durations[3];
        match eta.bytes_an_hour {
            Some(bytes) => format!("+{}/{hour}", self.value(Unit::Bytes, bytes)),
            None => format!("+{}/{hour}", self.value(Unit::Percent, eta.percent_an_hour)),
        }
    }

    /// The time between two moments, never negative.
    pub fn between(&self, from: Timestamp, to: Timestamp) -> String {
        self.lasting(Duration::try_from(to.duration_since(from)).unwrap_or_default())
    }

    /// A moment as seen from now: the time today, with the day before that.
    pub fn moment(&self, at: Timestamp, now: Timestamp) -> String {
        let (there, here) =
            (at.to_zoned_datetime(self.zone.clone()), now.to_zoned_datetime(self.zone.clone()));
        let clock = format!("{:02}:{:02}", there.hour(), there.minute());
        match there.year() == here.year() {
            _ if there.date() == here.date() => clock,
            true => format!("{} {clock}", self.day(at)),
            false => {
                let nouns = [("date", self.day(at).into()), ("year", there.year().to_string().into())];
                format!("{} {clock}", self.word("date-with-year", &nouns))
            }
        }
    }

    /// A moment with its day: "24 Nov 09:00".
    pub fn stamp(&self, at: Timestamp) -> String {
        let there = at.to_zoned_datetime(self.zone.clone());
        format!("{} {:02}:{:02}", self.day(at), there.hour(), there.minute())
    }

    /// A moment to the second, today's.
    pub fn clock(&self, at: Timestamp) -> String {
        let there = at.to_zoned_datetime(self.zone.clone());
        format!("{:02}:{:02}:{:02}", there.hour(), there.minute(), there.second())
    }

    /// A day: "24 Nov".
    pub fn day(&self, at: Timestamp) -> String {
        self.date(at.to_zoned_datetime(self.zone.clone()).date())
    }

    /// A day of the calendar: "24 Nov".
    pub fn date(&self, date: jiff::civil::Date) -> String {
        let nouns = [("day", date.day().to_string().into()), ("month", self.month(date.month()).into())];
        self.word("date-day", &nouns)
    }

    /// A month's short name, from 1.
    pub fn month(&self, month: i8) -> String {
        self.word(&format!("month-{month}"), &[])
    }

    /// A weekday's short name, Monday being 1.
    pub fn weekday(&self, day: i8) -> String {
        self.word(&format!("weekday-{day}"), &[])
    }

    /// What a metric is called; its id, when this release has no name for it.
    pub fn metric(&self, id: &str) -> String {
        let key = format!("metric-{}", id.replace('.', "-"));
        if self.locale.has(&key) { self.word(&key, &[]) } else { short(id, PART) }
    }

    /// What a series is called: "Disk /srv". A long name of its part is shortened.
    pub fn series(&self, key: &SeriesKey) -> String {
        let name = self.metric(&key.metric);
        if key.subject.is_empty() { name } else { format!("{name} {}", short(&key.subject, PART)) }
    }

    /// What several metrics drawn together are called, by the name they are asked for.
    pub fn group(&self, alias: &str) -> Option<String> {
        let key = format!("group-{alias}");
        self.locale.has(&key).then(|| self.word(&key, &[]))
    }

    /// What a metric is called beside its kin: "5 min" among loads.
    pub fn kin(&self, id: &str) -> String {
        let key = format!("kin-{}", id.replace('.', "-"));
        if self.locale.has(&key) { self.word(&key, &[]) } else { self.metric(id) }
    }

    /// A failure's own words, from Docker, a library or the kernel: the commonest in the reader's language, all else in
    /// English. Without what looks like a secret in them (Docker quotes the command that it could not start), with short
    /// ids, kept to a length that can be read.
    pub fn reason(&self, why: &str) -> String {
        let clean = Redactor::default().text(why);
        let one_line: Vec<&str> = clean.split_whitespace().collect();
        let words = shorter_ids(&one_line.join(" "));
        let told = REASONS.iter().fold(words, |words, (phrase, key)| {
            let lower = words.to_ascii_lowercase();
            match lower.find(phrase) {
                Some(at) => format!("{}{}{}", &words[..at], self.word(key, &[]), &words[at + phrase.len()..]),
                None => words,
            }
        });
        short(&told, REASON)
    }
}

/// The same words, with ids of containers and images as short as `docker ps` shows them.
fn shorter_ids(words: &str) -> String {
    let mut shorter = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(at) = rest.find(|it: char| it.is_ascii_hexdigit()) {
        let run = &rest[at..];
        let run = &run[..run.find(|it: char| !it.is_ascii_hexdigit()).unwrap_or(run.len())];
        shorter.push_str(&rest[..at]);
        shorter.push_str(if run.len() == WHOLE_ID { &run[..ID] } else { run });
        rest = &rest[at + run.len()..];
    }
    shorter + rest
}

/// What a metric's values count; a plain number for a metric this release does not know.
pub fn unit_of(metric: &str) -> Unit {
    sample::metric(metric).map_or(Unit::Ratio, |it: &Metric| it.unit)
}

/// Whether a metric is measured on parts of that kind.
pub fn is_about(metric: &str, subject: Subject) -> bool {
    sample::metric(metric).is_some_and(|it| it.subject == Some(subject))
}

/// The same unit, as pictures know it.
pub fn drawn_unit(unit: Unit) -> render::Unit {
    match unit {
        Unit::Percent => render::Unit::Percent,
        Unit::Bytes => render::Unit::Bytes,
        Unit::BytesPerSecond => render::Unit::BytesPerSecond,
        Unit::Seconds => render::Unit::Seconds,
        Unit::Celsius => render::Unit::Celsius,
        Unit::Count => render::Unit::Count,
        Unit::Ratio => render::Unit::Ratio,
    }
}

/// Pictures set a narrow space before a unit; phones and terminals show a no-break space more reliably.
fn spaced(text: String) -> String {
    text.replace('\u{202f}', "\u{a0}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::for_tag;

    fn voice(tag: &str) -> Voice {
        Voice { locale: for_tag(tag), zone: TimeZone::get("Europe/Moscow").expect("a bundled zone") }
    }

    #[test]
    fn the_commonest_reasons_are_translated_and_ids_are_short() {
        let id = "0123456789abcdef".repeat(4);
        let why = format!("Error response: No such container: {id} (face{id})");
        assert_eq!(
            voice("ru").reason(&why),
            format!("Error response: нет такого контейнера: 0123456789ab (face{id})")
        );
        assert_eq!(
            voice("de").reason("/proc/meminfo: Permission denied"),
            "/proc/meminfo: Zugriff verweigert"
        );
        assert_eq!(voice("en").reason("no answer within 5 s"), "no answer within 5 s");
        let moment = "2026-03-01T09:00:00Z".parse().expect("a moment");
        assert_eq!(voice("de").stamp(moment).split(' ').take(2).collect::<Vec<_>>(), ["1.", "März"]);
        assert_eq!(voice("ru").reason("ошибка İ: timed out"), "ошибка İ: ответа не дождались");
    }

    #[test]
    fn a_count_has_no_worst_case_and_a_level_has() {
        let said = |unit, side| voice("ru").worst(unit, side, 3.0).replace('\u{a0}', " ");
        assert_eq!(said(Unit::Percent, Side::Above), "в худшем случае 3 %");
        assert_eq!(said(Unit::Count, Side::Above), "до 3 сразу");
        assert_eq!(said(Unit::Count, Side::Below), "в худшем случае 3");
    }

    #[test]
    fn lengths_of_time_have_two_parts_at_most() {
        let said = |seconds| voice("en").lasting(Duration::from_secs(seconds)).replace('\u{a0}', " ");
        assert_eq!(said(0), "0 s");
        assert_eq!(said(59), "59 s");
        assert_eq!(said(192), "3 min 12 s");
        assert_eq!(said(3600), "1 h");
        assert_eq!(said(90_061), "1 d 1 h");
        assert_eq!(voice("ru").lasting(Duration::from_secs(3720)), "1\u{a0}ч\u{a0}2\u{a0}мин");
    }

    #[test]
    fn what_is_left_is_a_range_that_is_rounded_outwards() {
        let left = |soonest: u64, latest: u64| {
            let [soonest, latest] = [soonest, latest].map(|it| Duration::from_secs(it * 60));
            let eta = Eta { soonest, latest, percent_an_hour: 2.0, bytes_an_hour: None };
            voice("en").left(eta).replace('\u{a0}', " ")
        };
        assert_eq!(left(0, 1), "0–5 min");
        assert_eq!(left(41, 52), "40–55 min");
        assert_eq!(left(70, 95), "1–2 h");
        assert_eq!(left(95, 170), "1.5–3 h");
        assert_eq!(left(5 * 60 + 10, 6 * 60 + 40), "5–7 h");
        assert_eq!(left(6 * 60, 6 * 60), "~6 h");
        assert_eq!(left(30 * 60, 60 * 60), "1–3 d");
        let eta = Eta {
            soonest: Duration::ZERO,
            latest: Duration::ZERO,
            percent_an_hour: 2.04,
            bytes_an_hour: Some(2.1 * 1024f64.powi(3)),
        };
        assert_eq!(voice("ru").pace(eta).replace('\u{a0}', " "), "+2,1 ГиБ/ч");
        assert_eq!(voice("en").pace(Eta { bytes_an_hour: None, ..eta }).replace('\u{a0}', " "), "+2 %/h");
    }

    #[test]
    fn figures_are_written_as_the_reader_writes_them() {
        let bytes = 3.5 * 1024f64.powi(3);
        assert_eq!(voice("en").value(Unit::Bytes, bytes), "3.5\u{a0}GiB");
        assert_eq!(voice("ru").value(Unit::Bytes, bytes), "3,5\u{a0}ГиБ");
        assert_eq!(voice("ru").value(Unit::BytesPerSecond, bytes), "3,5\u{a0}ГиБ/с");
        assert_eq!(voice("en").change(Unit::Percent, -3.0), "−3\u{a0}%");
        assert_eq!(voice("en").change(Unit::Percent, 0.0), "±0");
    }

    #[test]
    fn one_value_is_rounded_one_way() {
        assert_eq!(voice("en").value(Unit::Percent, 94.5), voice("en").percent(94.5));
        assert_eq!(voice("en").value(Unit::Percent, 5.23), "5.2\u{a0}%");
        assert_eq!(voice("en").value(Unit::Percent, 0.02), "0\u{a0}%");
    }

    #[test]
    fn a_moment_of_another_day_says_which() {
        let now: Timestamp = "2026-11-24T06:00:00Z".parse().expect("a time");
        let earlier: Timestamp = "2026-11-23T20:59:00Z".parse().expect("a time");
        assert_eq!(voice("en").moment(now, now), "09:00");
        assert_eq!(voice("en").moment(earlier, now), "23 Nov 23:59");
        assert_eq!(voice("ru").moment(earlier, now), "23 ноя 23:59");
        let last_year: Timestamp = "2025-11-23T20:59:00Z".parse().expect("a time");
        assert_eq!(voice("en").moment(last_year, now), "23 Nov 2025 23:59");
    }

    #[test]
    fn what_the_adapters_say_of_sockets_and_mounts_is_translated() {
        let sources = concat!(include_str!("../docker/wire.rs"), include_str!("../host/prober.rs"));
        let source = sources.replace("\\\n", "").to_lowercase();
        let source: Vec<&str> = source.split_whitespace().collect();
        let source = source.join(" ");
        let ours =
            REASONS.iter().filter(|(_, key)| ["socket", "proxy", "mount"].iter().any(|it| key.contains(it)));
        for (phrase, key) in ours {
            assert!(source.contains(phrase), "nobody says {phrase}");
            let said = voice("en").reason(phrase);
            assert_eq!(said.to_lowercase(), *phrase, "{key}");
            assert!(voice("ru").reason(phrase) != said && voice("de").reason(phrase) != said, "{key}");
        }
    }
}
