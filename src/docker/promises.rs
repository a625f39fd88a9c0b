//! What holds of everything that an engine says: asked by tests and fuzzers.

use jiff::{SignedDuration, Timestamp};
use jobs::ports::LogLine;
use jobs::verdict::{Verdict, Watcher};
use serde::de::DeserializeOwned;

use super::api::prefix;
use super::events::promises::Stream;
use super::fault::Fault;
use super::log::promises::{Demultiplexed, Lines};
use super::tolerant::List;
use super::{about, detail, listing, load, network, own, top, usage};

/// Any bytes as a log, framed or raw by the first of them: however they are cut on the way, they are the same lines in
/// the same order, clean, none longer than a line may be; what is kept of them is their end.
pub fn logs(bytes: &[u8]) {
    let Some(([how, step], bytes)) = bytes.split_first_chunk::<2>() else { return };
    let tty = how & 1 != 0;
    let whole = Demultiplexed::read(tty, [bytes]);
    let pieces = Demultiplexed::read(tty, bytes.chunks(usize::from(*step).max(1)));
    assert_eq!((&whole.lines, whole.inside), (&pieces.lines, pieces.inside), "however they arrive");
    assert_eq!(whole.trouble.is_some(), pieces.trouble.is_some());
    assert!(whole.lines.iter().all(is_clean));
    assert!(
        whole.lines.iter().map(|it| it.text.len()).sum::<usize>() <= 3 * bytes.len() + 8 * whole.lines.len()
    );
    for most in [0, 1, usize::from(*step), usize::MAX] {
        let kept = Lines::kept(most, &whole.lines);
        assert!(kept.lines.len() <= most && whole.lines.ends_with(&kept.lines), "the newest, and no others");
        assert!(kept.cut || kept.lines.len() == most.min(whole.lines.len()), "a loss is said");
    }
}

fn is_clean(line: &LogLine) -> bool {
    let text = &line.text;
    let longest = 3 * 16 * 1024 + "…".len();
    text.len() <= longest && text.chars().all(|it| it == '\t' || !it.is_control())
}

/// Any bytes as the stream of events, after two that say how they are cut: the same events however they arrive; those
/// that come again after an interruption are known; what becomes of containers is told the same whether a process
/// watched all along or handed its memory to the next one in between.
pub fn events(bytes: &[u8]) {
    let Some(([cut, step], bytes)) = bytes.split_first_chunk::<2>() else { return };
    let mut stream = Stream::default();
    let events = stream.read(bytes);
    let mut pieces = Stream::default();
    let again: Vec<_> = bytes.chunks(usize::from(*step).max(1)).flat_map(|it| pieces.read(it)).collect();
    assert_eq!(again, events, "however they arrive");
    stream.begin();
    // So many are remembered; an engine keeps half of them to be asked for.
    if events.len() <= 512 {
        assert_eq!(stream.read(bytes), [], "sent again after an interruption");
    }

    let mut watcher = Watcher::new();
    let Some(first) = events.iter().map(|it| it.at).min() else { return };
    let mut now = first;
    watcher.reconcile(&[], now);
    let mut verdicts: Vec<Verdict> = Vec::new();
    for (place, event) in events.iter().enumerate() {
        now = now.max(event.at);
        verdicts.extend(watcher.heard(event, now));
        // Those of two seconds before the newest are known again.
        if now.duration_since(event.at) <= SignedDuration::from_secs(2) {
            assert_eq!(watcher.heard(event, now).len(), 0, "the same event again says nothing: {event:?}");
        }
        if place % (usize::from(*cut) + 1) == usize::from(*cut) {
            verdicts.extend(watcher.tick(now));
            watcher.keep(now, None);
            let kept = serde_json::to_string(&watcher).expect("it can be written");
            let read: Watcher = serde_json::from_str(&kept).expect("what was written can be read");
            assert_eq!(serde_json::to_string(&read).expect("and written"), kept, "to the last bit");
        }
    }
    for _ in 0..3 {
        now = now.checked_add(SignedDuration::from_hours(2)).unwrap_or(Timestamp::MAX);
        verdicts.extend(watcher.tick(now));
    }
    assert!(verdicts.len() <= 4 * events.len(), "{} verdicts of {} events", verdicts.len(), events.len());
    for verdict in &verdicts {
        let written = serde_json::to_string(verdict).expect("it can be written");
        assert_eq!(serde_json::from_str::<Verdict>(&written).ok().as_ref(), Some(verdict), "{written}");
    }
}

/// Any bytes as each answer of the engine's: what has not its shape is refused, what has is read whatever is in it, no
/// figure is one that cannot be, and no word moves a cursor.
pub fn engine(bytes: &[u8]) {
    fn read<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
        serde_json::from_slice(bytes).ok()
    }
    for row in read::<List<listing::Row>>(bytes).map(|it| it.0).into_iter().flatten() {
        let container = listing::container(row);
        let (_, _) = (jobs::label::Rights::of(&container), jobs::reach::offered(&container));
    }
    if let Some(inspected) = read::<detail::Inspected>(bytes) {
        let seconds = inspected.stop_seconds();
        assert!(-1 <= seconds);
        let most = std::time::Duration::from_secs(60);
        assert!(inspected.stop_patience(most) <= most);
        let detail = inspected.detail();
        assert!(detail.limits.cpus.is_none_or(|it| it.is_finite() && 0.0 < it));
        assert!(!detail.environment.iter().any(|it| it.contains('=')), "no more than a variable's name");
    }
    if let Some(stats) = read::<load::Stats>(bytes) {
        let before = stats.only_look();
        let load = stats.load(before.as_ref());
        assert!(load.cpu.is_none_or(|it| it.is_finite() && 0.0 <= it));
    }
    if let Some(top) = read::<top::Top>(bytes) {
        let cells = top::processes(top).rows.into_iter().flatten();
        cells.for_each(|it| assert!(it.len() <= 1024 && !it.contains('\n')));
    }
    if let Some(usage) = read::<usage::Usage>(bytes) {
        let usage = usage::disk_usage(usage);
        assert!(usage.images.iter().all(|it| it.unshared.is_none_or(|unshared| unshared <= it.size)));
    }
    if let Some(image) = read::<usage::Named>(bytes) {
        let _ = usage::names(image);
    }
    for row in read::<List<network::Row>>(bytes).map(|it| it.0).into_iter().flatten() {
        assert!(network::network(row).subnets.iter().all(|it| !it.is_empty()));
    }
    if let Some(version) = read::<about::Version>(bytes) {
        let refused = prefix(&version.api_version, &version.min_api_version);
        assert!(!matches!(refused, Ok(path) if !path.is_empty() && !path.starts_with('/')));
        let info = read::<about::Info>(bytes).unwrap_or_default();
        let _ = about::engine_info(version, info);
    }
    let text = String::from_utf8_lossy(bytes);
    let _ = own::traces(&text, &text);
    let _: Result<super::address::EngineAddress, _> = text.parse();
    let _ = Fault::Garbled(text.into_owned()).plain().to_string();
}
