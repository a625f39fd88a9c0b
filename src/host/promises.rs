//! What holds of every file of the kernel's, whatever is in it: asked by tests and fuzzers.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use super::{cpu, devices, identity, interfaces, load, memory, mounts, pressure, processes};

/// Any bytes as each of them: what is not understood is none, parts are no more than their whole, and what is shown of
/// mounts is mounted there, each place once.
pub fn proc(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = (cpu::parse(&text), processes::parse_any(&text));
    if let Some(uptime) = load::uptime(&text) {
        let uptime = SignedDuration::try_from(uptime).expect("a length of time");
        assert!(Timestamp::UNIX_EPOCH.checked_sub(uptime).is_ok(), "up for {uptime:?}");
    }
    let _ = (pressure::parse_any(&text), identity::parse_any(&text));
    if let Some(load) = load::parse(&text) {
        assert!([load.one, load.five, load.fifteen].iter().all(|it| it.is_finite() && 0.0 <= *it));
    }
    if let Some(known) = memory::parse(&text) {
        let arc = memory::reclaimable_arc(&text).unwrap_or(u64::MAX);
        for it in [known, memory::with_arc(known, arc)] {
            assert!(0 < it.total && it.free <= it.total && it.cache <= it.total && it.available <= it.total);
            assert!(it.swap_free <= it.swap_total);
        }
    }
    for device in devices::parse(&text).into_iter().flatten() {
        assert!(!device.name.is_empty());
    }
    for interface in interfaces::parse(&text).into_iter().flatten() {
        assert!(interface.name != "lo");
    }

    let all = mounts::parse(bytes);
    assert!(all.iter().all(|it| it.point.is_absolute()));
    let real = mounts::real(&all);
    assert!(real.iter().all(|it| it.is_real() && all.contains(it)), "what is shown is mounted");
    for (place, mount) in real.iter().enumerate() {
        assert!(real[..place].iter().all(|it| it.point != mount.point), "{} twice", mount.point.display());
    }
    for root in ["/", "/host", "/host/a"] {
        let below = mounts::below(&all, Path::new(root));
        assert!(below.len() <= all.len() && below.iter().all(|it| it.point.is_absolute()));
    }
    if let Some(covering) = mounts::covering(&all, Path::new("/srv/data")) {
        assert!(Path::new("/srv/data").starts_with(&covering.point));
    }
}
