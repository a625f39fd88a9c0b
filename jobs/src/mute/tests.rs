//! What is held, what breaks through, and what becomes of what was held.

use std::time::Duration;

use jiff::SignedDuration;

use super::*;
use crate::alert::{AlertKey, Ending, Finding, Past, Phase, Side};
use crate::fakes::scenes::at;
use crate::heal::{Plan, Relief};
use crate::metric::SeriesKey;
use crate::verdict::{Finding as Fate, Who};

const HOUR: i64 = 3600;

/// A mute of the first hour.
fn mute(scope: &str) -> Mute {
    Mute {
        scope: scope.parse().expect("a scope"),
        from: at(0),
        until: at(HOUR),
        by: By::Person(7),
        critical_too: false,
        after: After::Tell,
        reason: None,
    }
}

fn alert(number: i64, severity: Severity, phase: Phase) -> Alert {
    Alert {
        number,
        key: AlertKey { rule: "cpu".to_owned(), series: SeriesKey::whole("cpu.busy") },
        phase,
        finding: Finding { observed: 90.0, limit: 85.0, side: Side::Above, severity, forecast: None },
        worst: 90.0,
        since: at(0),
        fired: Some(at(0)),
        seen: at(0),
        remedy: None,
        generation: 1,
        past: Past::default(),
        culprits: Vec::new(),
    }
}

fn ill(name: &str, project: Option<&str>) -> Verdict {
    let who = Who {
        id: name.to_owned(),
        name: name.to_owned(),
        image: String::new(),
        project: project.map(str::to_owned),
        service: None,
        muted: false,
    };
    let finding = Fate::Unhealthy { times: 1, within: Duration::ZERO };
    Verdict::Container(ContainerVerdict { at: at(0), who, finding, unseen: false })
}

#[test]
fn a_scope_is_read_as_it_is_written() {
    for word in [
        "all",
        "host",
        "project:shop",
        "container:shop-db-1",
        "rule:cpu",
        "incident:12",
        "severity:warning",
        "severity:critical",
        "container:a:b",
    ] {
        let scope: Scope = word.parse().expect(word);
        assert_eq!(scope.to_string(), word);
        let json = serde_json::to_string(&scope).expect("text");
        assert_eq!(json, format!("\"{word}\""));
        assert_eq!(serde_json::from_str::<Scope>(&json).expect(word), scope);
    }
    for wrong in ["", "shop", "All", "project:", "incident:x", "severity:mild", "host:a", ":"] {
        assert_eq!(wrong.parse::<Scope>(), Err(NoScope), "{wrong}");
    }
}

#[test]
fn each_scope_holds_its_own_and_nothing_else() {
    let cpu = || About { incident: Some(12), ..About::alert(&alert(1, Severity::Warning, Phase::Firing)) };
    let shop = || About::verdict(&ill("shop-db-1", Some("shop")));
    let lone = || About::verdict(&ill("lone", None));
    for (scope, held) in [
        ("all", [true, true, true]),
        ("host", [true, false, false]),
        ("project:shop", [false, true, false]),
        ("project:sho", [false, false, false]),
        ("container:shop-db-1", [false, true, false]),
        ("container:lone", [false, false, true]),
        ("rule:cpu", [true, false, false]),
        ("rule:memory", [false, false, false]),
        ("incident:12", [true, false, false]),
        ("incident:13", [false, false, false]),
        ("severity:warning", [true, true, true]),
        ("severity:critical", [false, false, false]),
    ] {
        let mutes = [mute(scope)];
        let holds = [cpu(), shop(), lone()].map(|it| holding(&mutes, &it, at(60)).is_some());
        assert_eq!(holds, held, "{scope}");
    }
}

#[test]
fn critical_breaks_through_unless_it_is_told_not_to() {
    let critical = About::alert(&alert(1, Severity::Critical, Phase::Firing));
    let over =
        About::alert(&alert(1, Severity::Critical, Phase::Ended { at: at(1), how: Ending::Recovered }));
    let holds = |mute: Mute, about: &About| mute.holds(about, at(60));
    for scope in ["all", "host", "rule:cpu", "severity:warning"] {
        assert!(!holds(mute(scope), &critical), "{scope}");
    }
    for scope in ["all", "host", "rule:cpu"] {
        assert!(holds(Mute { critical_too: true, ..mute(scope) }, &critical), "{scope}");
        assert!(holds(mute(scope), &over), "that it is over may wait: {scope}");
    }
    assert!(holds(mute("severity:critical"), &critical));
    assert!(!holds(Mute { critical_too: true, ..mute("severity:warning") }, &critical));
}

#[test]
fn a_mute_begins_and_ends_by_itself_and_the_last_to_end_counts() {
    let about = About::alert(&alert(1, Severity::Warning, Phase::Firing));
    let longer = Mute { until: at(2 * HOUR), from: at(60), ..mute("host") };
    let mutes = [mute("all"), longer.clone(), mute("rule:cpu")];
    assert_eq!(holding(&mutes, &about, at(-1)), None);
    assert_eq!(holding(&mutes, &about, at(0)), Some(&mutes[0]));
    assert_eq!(holding(&mutes, &about, at(60)), Some(&longer));
    assert_eq!(holding(&mutes, &about, at(2 * HOUR - 1)), Some(&longer));
    assert_eq!(holding(&mutes, &about, at(2 * HOUR)), None);
}

fn held(number: i64, mute: &Mute, second: i64) -> Held {
    let alert = alert(number, Severity::Warning, Phase::Firing);
    Held::new(number, vec![About::alert(&alert)], mute, at(second))
}

fn numbers(back: &HeldBack) -> Vec<i64> {
    back.news.iter().map(|it| it.incident).collect()
}

#[test]
fn what_was_held_is_told_when_nothing_holds_it_any_more() {
    let (all, rule) = (mute("all"), Mute { until: at(2 * HOUR), ..mute("rule:cpu") });
    let mut back = HeldBack::default();
    back.hold(held(1, &all, 10));
    back.hold(held(1, &all, 20));
    back.hold(Held::new(2, vec![About::verdict(&ill("web", None))], &all, at(30)));
    let never = |_| None;
    let mutes = [all.clone(), rule.clone()];
    assert!(back.take_due(&mutes, at(HOUR - 1), never).is_empty());
    // The rule's own mute goes on; of the container nothing is muted any more.
    let due = back.take_due(&mutes, at(HOUR), never);
    assert_eq!((due.since(), due.scopes()), (Some(at(30)), vec![Scope::All]));
    assert_eq!(numbers(&back), [1]);
    // Somebody ends it.
    assert_eq!(numbers(&back.take_due(&[], at(HOUR + 1), never)), [1]);
    assert!(back.is_empty());
}

#[test]
fn what_was_promised_to_the_digest_waits_for_it_and_not_for_long() {
    let night = Mute { after: After::Digest, ..mute("all") };
    let back = || {
        let mut back = HeldBack::default();
        back.hold(held(1, &night, 10));
        back
    };
    let due = |second, digest: Option<i64>| {
        let after = |from: Timestamp| {
            assert_eq!(from, night.until);
            digest.map(at)
        };
        !back().take_due(&[], at(second), after).is_empty()
    };
    let nine = Some(2 * HOUR);
    assert!(!due(HOUR, nine) && !due(2 * HOUR, nine) && !due(2 * HOUR + 14 * 60, nine));
    assert!(due(2 * HOUR + 15 * 60, nine), "the digest did not come");
    assert!(due(HOUR, None), "there is no digest");
    assert!(due(HOUR, Some(14 * HOUR)), "it comes too late");
    assert!(due(HOUR - 1, nine), "somebody ended the night before its end");

    let mut back = back();
    let project = Mute { until: at(9 * HOUR), ..mute("rule:cpu") };
    back.hold(held(2, &project, 20));
    let said = back.take_for_digest(&[project], at(2 * HOUR));
    assert_eq!(numbers(&said), [1, 2]);
    assert_eq!(numbers(&back), [2], "what is muted still is told at its own end too");
}

#[test]
fn a_flood_is_counted_when_it_is_not_kept() {
    let mut back = HeldBack::default();
    for number in 0..205 {
        back.hold(held(number, &mute("all"), number));
    }
    let due = back.take_due(&[], at(HOUR), |_| None);
    assert_eq!((due.news.len(), due.more, numbers(&due)[0]), (200, 5, 5));
    assert!(back.is_empty());
}

#[test]
fn what_is_of_several_parts_is_held_when_each_of_them_is() {
    let (cpu, web) =
        (About::alert(&alert(1, Severity::Warning, Phase::Firing)), About::verdict(&ill("web", None)));
    let (rule, container) = (mute("rule:cpu"), Mute { until: at(60), ..mute("container:web") });
    let held = |mutes: &[Mute]| holding_all(mutes, &[cpu.clone(), web.clone()], at(0)).cloned();
    assert_eq!(held(std::slice::from_ref(&rule)), None);
    assert_eq!(held(&[rule, container.clone()]), Some(container), "the one that ends first");
    assert_eq!(holding_all(&[mute("all")], &[], at(0)), None);
}

#[test]
fn what_follows_from_an_alert_knows_its_cause() {
    let firing = alert(1, Severity::Warning, Phase::Firing);
    let plan = Plan { mount: "/".to_owned(), ..Plan::default() };
    let proposal = Notice::Proposal { alert: firing.clone(), plan: plan.clone() };
    let observation = Notice::Observation { alert: firing.clone(), plan };
    let relief = Relief { mount: "/".to_owned(), before: 0, after: 1, done: Vec::new() };
    let healed = |alert| Notice::Healed { alert, relief: relief.clone() };
    for notice in [proposal, observation, healed(Some(firing.clone()))] {
        assert_eq!(About::cause(&notice), Some(About::alert(&firing)));
    }
    // Somebody asked for it.
    assert_eq!(About::cause(&healed(None)), None);
}

#[test]
fn a_time_of_day_is_read_as_people_write_it() {
    for (text, hour, minute) in
        [("8", 8, 0), ("08:00", 8, 0), ("9.30", 9, 30), ("23:59", 23, 59), ("0:00", 0, 0)]
    {
        assert_eq!(time_of_day(text), Some(civil::time(hour, minute, 0, 0)), "{text}");
    }
    for wrong in ["", "24:00", "8:0", "8:60", "008:00", "8h", "-1", "8:000", "é"] {
        assert_eq!(time_of_day(wrong), None, "{wrong}");
    }
}

#[test]
fn the_next_time_of_day_is_told_by_the_clocks_of_the_zone() {
    let zone = TimeZone::get("Europe/Berlin").expect("a bundled zone");
    let eight = civil::time(8, 0, 0, 0);
    let next = |now: &str| {
        let now: Timestamp = now.parse().expect("a moment");
        let next = next_time(eight, &zone, now).expect("far from the calendar's end");
        (next.to_string(), next.duration_since(now) / 60)
    };
    let hours = SignedDuration::from_mins;
    assert_eq!(next("2026-06-01T21:00:00Z"), ("2026-06-02T06:00:00Z".to_owned(), hours(9)));
    assert_eq!(next("2026-06-02T06:00:00Z").0, "2026-06-03T06:00:00Z");
    // The nights on which the clocks change: 23:00 to 08:00 is eight hours, and ten.
    assert_eq!(next("2026-03-28T22:00:00Z"), ("2026-03-29T06:00:00Z".to_owned(), hours(8)));
    assert_eq!(next("2026-10-24T21:00:00Z"), ("2026-10-25T07:00:00Z".to_owned(), hours(10)));
}
