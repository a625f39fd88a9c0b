use super::*;

const MINUTES: i64 = 60;
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// A repeatable stand-in for noise in [0, 1).
fn noise(step: i64) -> f64 {
    let mixed = (step as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 11) as f64 / (1u64 << 53) as f64
}

/// A detector that has seen `days` of `value`, every five minutes, and the time of the next record.
fn lived(days: i64, value: impl Fn(i64) -> f64) -> (Novelty, i64) {
    let mut novelty = Novelty::new();
    let records = days * 288;
    for step in 0..records {
        novelty.observe(step * 5 * MINUTES, value(step));
    }
    (novelty, records * 5 * MINUTES)
}

#[test]
fn the_first_record_is_no_news() {
    let score = Novelty::new().observe(0, 42.0);
    assert_eq!((score.score, score.alarm, score.learnt), (0.0, false, 0.0));
    assert_eq!((score.expected_low, score.expected_high), (f64::NEG_INFINITY, f64::INFINITY));
}

#[test]
fn a_value_far_from_all_others_alarms_and_a_known_one_does_not() {
    let (novelty, now) = lived(7, |step| 40.0 + 10.0 * noise(step));
    let score = novelty.judge(now, 95.0);
    assert!(score.alarm && 0.9 < score.score, "{score:?}");
    assert!(!novelty.judge(now, 45.0).alarm);
}

#[test]
fn the_limits_of_the_band_are_where_the_alarm_begins() {
    let (novelty, now) = lived(7, |step| 40.0 + 10.0 * noise(step));
    let band = novelty.judge(now, 45.0);
    for (edge, outward) in [(band.expected_low, -0.01), (band.expected_high, 0.01)] {
        // z is below 2 right at the edge of so flat a distribution, so the alarm begins a little further out than drawn.
        assert!(!novelty.judge(now, edge - outward).alarm);
        assert!(novelty.judge(now, edge + 20.0 * outward).alarm, "{edge}");
    }
    assert!(
        (39.0..40.1).contains(&band.expected_low) && (49.9..51.0).contains(&band.expected_high),
        "{band:?}"
    );
}

#[test]
fn nothing_alarms_before_a_day_and_a_hundred_records_are_learnt() {
    let (novelty, now) = lived(1, |step| 40.0 + noise(step));
    assert!(!novelty.judge(now - 5 * MINUTES, 1e6).alarm);
    assert!((novelty.learnt(now - 12 * HOUR) - 0.996).abs() < 0.01, "time does not go back");
    assert!(novelty.judge(now, 1e6).alarm);
    let mut hourly = Novelty::new();
    (0..99).for_each(|hour| hourly.learn(hour * HOUR, noise(hour)));
    assert!(!hourly.observe(99 * HOUR, 1e6).alarm);
    assert!(hourly.observe(100 * HOUR, 1e9).alarm);
}

#[test]
fn an_alarm_hides_weaker_ones_for_hours_but_not_a_worse_one() {
    let (mut novelty, now) = lived(7, |step| 40.0 + 10.0 * noise(step));
    assert!(novelty.observe(now, 70.0).alarm);
    let weaker = novelty.judge(now + 5 * MINUTES, 25.0);
    assert_eq!((weaker.score, weaker.alarm), (0.0, false));
    assert!(0.5 < weaker.novelty, "hidden, not unseen");
    assert!(novelty.judge(now + 5 * MINUTES, 200.0).alarm);
    assert!(novelty.judge(now + DAY, 25.0).alarm);
}

#[test]
fn a_quiet_metric_has_a_band_although_its_sigma_is_zero() {
    let (novelty, now) = lived(14, |_| 45.0);
    let band = novelty.judge(now, 45.0);
    assert!(!band.alarm);
    // A tenth of the level stands in for the range; the alarm begins at its share of that.
    let reach = 45.0 / 10.0 * Settings::default().alarm_novelty;
    assert!((band.expected_low - (45.0 - reach)).abs() < 1e-9, "{band:?}");
    assert!((band.expected_high - (45.0 + reach)).abs() < 1e-9, "{band:?}");
    assert!(!novelty.judge(now, 45.0 + 0.99 * reach).alarm);
    assert!(novelty.judge(now, 45.0 + 1.01 * reach).alarm);
}

#[test]
fn the_younger_a_series_the_further_out_a_value_must_lie() {
    let reach = |days| {
        let (novelty, now) = lived(days, |_| 45.0);
        novelty.judge(now, 45.0).expected_high - 45.0
    };
    assert!((reach(2) / reach(14) - 7.0).abs() < 1e-6);
    assert!((reach(28) / reach(14) - 1.0).abs() < 1e-6);
}

#[test]
fn the_window_is_not_poisoned_by_the_anomaly_it_should_report() {
    let (mut novelty, now) = lived(7, |step| 40.0 + 10.0 * noise(step));
    assert!(novelty.observe(now, 1e7).alarm);
    assert!(novelty.judge(now + 3 * DAY, 1e6).alarm);
}

#[test]
fn a_frozen_baseline_still_calls_the_lasting_anomaly_odd() {
    let (mut novelty, now) = lived(7, |step| 40.0 + 10.0 * noise(step));
    assert!(0.9 < novelty.judge(now, 90.0).novelty);
    assert!(0.9 < novelty.judge(now + 6 * HOUR, 90.0).novelty, "judging does not learn");
    novelty.learn(now + 6 * HOUR, 90.0);
    assert_eq!(novelty.judge(now + 6 * HOUR, 90.0).novelty, 0.0, "accepted as the new normal");
}

#[test]
fn small_whole_numbers_make_no_noise_of_their_own() {
    let (mut novelty, now) = lived(21, |step| (3.0 * noise(step) + 3.0 * noise(step + 7_919)).floor());
    let alarms = (0..7 * 288)
        .filter(|step| {
            novelty
                .observe(
                    now + step * 5 * MINUTES,
                    (3.0 * noise(step + 50_000) + 3.0 * noise(step + 90_000)).floor(),
                )
                .alarm
        })
        .count();
    assert_eq!(alarms, 0);
    assert!(novelty.observe(now + 8 * DAY, 12.0).alarm);
}

#[test]
fn an_ordinary_value_at_the_wrong_hour_is_news_once_the_week_is_known() {
    let office = |step: i64| {
        let (hour, day) = (step / 12 % 24, step / 288 % 7);
        let busy = (9..17).contains(&hour) && day < 5;
        (if busy { 70.0 } else { 10.0 }) + 4.0 * noise(step)
    };
    let (novelty, midnight) = lived(35, office);
    assert!(novelty.judge(midnight + 3 * HOUR, 72.0).alarm, "{:?}", novelty.judge(midnight + 3 * HOUR, 72.0));
    assert!(!novelty.judge(midnight + 12 * HOUR, 72.0).alarm);
    assert!(novelty.judge(midnight + 12 * HOUR, 12.0).alarm, "silence in office hours");
    let night = novelty.judge(midnight + 3 * HOUR, 12.0);
    assert!(night.expected_high < 40.0 && 0.0 < night.expected_low, "{night:?}");
    let (young, midnight) = lived(14, office);
    assert!(!young.judge(midnight + 3 * HOUR, 72.0).alarm);
}

#[test]
fn what_is_no_measurement_says_nothing_and_changes_nothing() {
    let (mut novelty, now) = lived(3, noise);
    let before = novelty.clone();
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e200] {
        let score = novelty.observe(now, value);
        assert_eq!((score.score, score.alarm), (0.0, false));
    }
    assert_eq!(novelty, before);
}

#[test]
fn gaps_repeats_and_clocks_that_go_back_are_survived() {
    let (mut novelty, now) = lived(3, |step| 40.0 + 10.0 * noise(step));
    for at in [now, now, now - 3 * DAY, now + 400 * DAY, i64::MAX, i64::MIN, 0] {
        let score = novelty.observe(at, 44.0);
        assert!((0.0..=1.0).contains(&score.score) && !score.alarm, "{at}: {score:?}");
    }
    let mut novelty = Novelty::new();
    for at in [i64::MIN, i64::MAX, 0] {
        assert!((0.0..=1.0).contains(&novelty.observe(at, -1e150).score));
        assert!((0.0..=1.0).contains(&novelty.observe(at, 1e150).score));
    }
}

#[test]
fn a_clock_that_ran_years_ahead_and_was_put_right_does_no_lasting_harm() {
    let (mut novelty, now) = lived(7, |step| 40.0 + 10.0 * noise(step));
    assert!(novelty.observe(now, 95.0).alarm);
    novelty.observe(now + 3_650 * DAY, 45.0);
    novelty.observe(i64::MAX, 45.0);
    for step in 0..288 {
        assert!(!novelty.observe(now + step * 5 * MINUTES, 40.0 + 10.0 * noise(step)).alarm);
    }
    assert!(novelty.observe(now + DAY, 200.0).alarm);
}

#[test]
fn scale_and_offset_of_a_series_do_not_matter_beyond_the_level_floor() {
    let series = |step: i64| noise(step) + if step == 900 { 5.0 } else { 0.0 };
    let (mut plain, mut scaled) = (Novelty::new(), Novelty::new());
    for step in 0..2_000 {
        let at = step * 5 * MINUTES;
        let (a, b) = (plain.observe(at, series(step)), scaled.observe(at, 1_024.0 * series(step)));
        assert_eq!((a.score, a.alarm), (b.score, b.alarm), "{step}");
    }
}

#[test]
fn the_state_stays_within_its_bound_for_ever() {
    let (novelty, _) = lived(60, |step| 1e6 * noise(step) + 100.0 * (step % 288) as f64);
    assert!(novelty.size() <= 37 * 1024, "{}", novelty.size());
}
