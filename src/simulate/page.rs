//! A replay as a person reads it, and as a script does.

use std::fmt::Write;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{Fineness, How, Report, Tally, Told};
use crate::locale;
use crate::present::Voice;

impl Report {
    /// For a terminal: what was replayed, each telling, and what it amounts to.
    pub fn to_text(&self) -> String {
        let mut page = self.head();
        for told in self.told() {
            let Told { at, how, incident, rule, text } = told;
            let at = stamp(*at, &self.zone);
            let how = match how {
                How::Card => "new card",
                How::Again => "new card, again",
                How::Edit => "edited in silence",
                How::Reminder => "reminder",
                How::Held => "held back by a declared mute",
            };
            line(&mut page, &format!("\n{at}  #{incident} {how}  ({rule})"));
            for words in text.lines() {
                line(&mut page, &format!("    {words}"));
            }
        }
        page.push('\n');
        self.table(&mut page);
        let outcome = &self.outcome;
        let (rings, edits) = (count(outcome.rings(), "ring"), count(outcome.edits(), "edit"));
        line(&mut page, &format!("\n{rings} and {edits} in silence in {}", self.span()));
        let noted: usize = outcome.tallies.iter().map(|(_, it)| it.noted).sum();
        if 0 < noted {
            line(
                &mut page,
                &format!("{} for the digest: unusual, and nothing suffers", count(noted, "line")),
            );
        }
        if 0 < outcome.held() {
            let what = "held back by declared mutes: told in one message at their end, or in the digest";
            line(&mut page, &format!("{} {what}", outcome.held()));
        }
        if let Some(today) = self.today {
            let (today, these) = (count(today, "ring"), outcome.rings());
            line(&mut page, &format!("Today's rules: {today} in {}; these: {these}", self.span()));
        }
        page
    }

    /// For scripts: one JSON object a line. What was replayed, each telling, each rule, and the sums.
    pub fn to_json(&self) -> String {
        let recorded = &self.recorded;
        let pair = |(from, to): &(Timestamp, Timestamp)| json!({"from": text(*from), "to": text(*to)});
        let stretches = recorded.stretches.iter().map(|it| {
            let fineness = match it.fineness {
                Fineness::Samples => "samples",
                Fineness::Minutes => "minutes",
            };
            json!({"from": text(it.from), "to": text(it.to), "fineness": fineness})
        });
        let mut lines = vec![json!({
            "kind": "replay",
            "asked": text(self.asked),
            "from": text(recorded.from),
            "until": text(recorded.until),
            "stretches": stretches.collect::<Vec<_>>(),
            "away": recorded.away.iter().map(pair).collect::<Vec<_>>(),
            "judges": self.judges.iter().map(|(job, cron)| json!({"job": job, "cron": cron})).collect::<Vec<_>>(),
            "rounds": self.outcome.rounds,
            "not_replayed": ["containers", "mutes set by hand"],
        })];
        lines.extend(self.told().iter().map(|it| {
            let kind = match it.how {
                How::Card => "card",
                How::Again => "again",
                How::Edit => "edit",
                How::Reminder => "reminder",
                How::Held => "held",
            };
            json!({
                "kind": kind, "at": text(it.at), "rings": it.how.rings(), "incident": it.incident,
                "rule": it.rule, "text": it.text,
            })
        }));
        lines.extend(self.outcome.tallies.iter().map(|(rule, it)| {
            json!({
                "kind": "rule", "rule": rule, "fired": it.fired, "relapsed": it.relapsed,
                "flapping": it.flapping, "longest_seconds": it.longest.as_secs(),
                "wrong_seconds": it.wrong.as_secs(), "still_wrong": it.still, "rings": it.rings,
                "rings_a_day": self.a_day(it.rings), "edits": it.edits, "held": it.held, "noted": it.noted,
            })
        }));
        let rings = self.outcome.rings();
        lines.push(json!({
            "kind": "sum", "days": self.days(), "rings": rings, "rings_a_day": self.a_day(rings),
            "edits": self.outcome.edits(), "held": self.outcome.held(), "rings_today": self.today,
        }));
        lines.iter().map(|it: &Value| format!("{it}\n")).collect()
    }

    fn head(&self) -> String {
        let mut page = String::new();
        let recorded = &self.recorded;
        let (from, until) = (stamp(recorded.from, &self.zone), stamp(recorded.until, &self.zone));
        line(&mut page, &format!("Replayed {from} – {until} ({})", self.span()));
        if self.asked < recorded.from {
            line(&mut page, "  nothing older is kept");
        }
        for stretch in &recorded.stretches {
            let (from, to) = (stamp(stretch.from, &self.zone), stamp(stretch.to, &self.zone));
            match stretch.fineness {
                Fineness::Samples => line(&mut page, &format!("  {from} – {to}  samples as they came")),
                Fineness::Minutes => {
                    let what = "means of a minute: nothing can be judged more finely";
                    line(&mut page, &format!("  {from} – {to}  {what}"));
                    if !self.hasty.is_empty() {
                        let hasty = self.hasty.join(", ");
                        line(&mut page, &format!("      not even where `for` is shorter: {hasty}"));
                    }
                }
            }
        }
        if !recorded.away.is_empty() {
            let away = recorded.away.iter().map(|(from, to)| to.duration_since(*from)).sum();
            let times = match recorded.away.len() {
                1 => "once".to_owned(),
                times => format!("{times} times"),
            };
            let away = lasting(away);
            line(&mut page, &format!("  nothing was recorded for {away} ({times}): nothing is judged then"));
        }
        let judges: Vec<String> = self.judges.iter().map(|(job, cron)| format!("{job} ({cron})")).collect();
        let (rules, rounds) = (count(self.outcome.tallies.len(), "rule"), count(self.outcome.rounds, "time"));
        line(&mut page, &format!("  {rules}, judged {rounds} by {}", judges.join(", ")));
        line(
            &mut page,
            "  not replayed: what becomes of containers (Docker's events are not recorded), mutes set by hand",
        );
        page
    }

    fn table(&self, page: &mut String) {
        let head = ["fired", "relapsed", "flapping", "longest", "wrong in all", "rings", "a day", "edits"];
        let mut rows = vec![("rule".to_owned(), head.map(str::to_owned))];
        rows.extend(self.outcome.tallies.iter().map(|(rule, it)| (rule.clone(), self.cells(it))));
        let widths: Vec<usize> = (0..head.len())
            .map(|column| rows.iter().map(|(_, it)| it[column].chars().count()).max().unwrap_or(0))
            .collect();
        let name = rows.iter().map(|(it, _)| it.chars().count()).max().unwrap_or(0);
        for (rule, cells) in &rows {
            let cells = cells.iter().zip(&widths).map(|(cell, width)| format!("  {cell:>width$}"));
            line(page, &format!("{rule:name$}{}", cells.collect::<String>()));
        }
        if self.outcome.tallies.iter().any(|(_, it)| it.still) {
            line(page, "+ at the end of the replay something is still wrong");
        }
    }

    fn cells(&self, tally: &Tally) -> [String; 8] {
        let time = |it| match tally.fired {
            0 => "–".to_owned(),
            _ => lasting(SignedDuration::try_from(it).unwrap_or(SignedDuration::MAX)),
        };
        let wrong = if tally.still { format!("{}+", time(tally.wrong)) } else { time(tally.wrong) };
        [
            tally.fired.to_string(),
            tally.relapsed.to_string(),
            tally.flapping.to_string(),
            time(tally.longest),
            wrong,
            tally.rings.to_string(),
            format!("{:.1}", self.a_day(tally.rings)),
            tally.edits.to_string(),
        ]
    }

    fn time(&self) -> SignedDuration {
        self.recorded.until.duration_since(self.recorded.from)
    }

    fn span(&self) -> String {
        lasting(self.time())
    }

    fn days(&self) -> f64 {
        rounded(self.time().as_secs_f64() / 86_400.0)
    }

    /// Of less than a day nothing is made that would pass for a whole one.
    fn a_day(&self, rings: usize) -> f64 {
        rounded(rings as f64 / (self.time().as_secs_f64() / 86_400.0).max(1.0))
    }
}

fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

fn line(page: &mut String, text: &str) {
    writeln!(page, "{}", text.trim_end()).expect("writing into memory");
}

fn count(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// A length of time as the command line writes it: in English, with plain spaces.
fn lasting(time: SignedDuration) -> String {
    let voice = Voice { locale: locale::for_tag("en"), zone: TimeZone::UTC };
    voice.lasting(time.unsigned_abs()).replace('\u{a0}', " ")
}

/// A moment as the command line writes it.
pub(super) fn stamp(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// A moment for scripts.
fn text(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
