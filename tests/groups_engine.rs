//! What containers use by the kernel's control groups, against a real engine (ignored unless there is one).

#[path = "support/engine.rs"]
mod engine;

use std::time::Duration;

use engine::Container;
use jiff::Timestamp;
use jobs::ports;
use jobs::sample::{Usage, Used};
use vakhta::clock::Clock;
use vakhta::host::{HostRoot, Machine};

/// Hundredths of a second that a process ran.
fn ticks(pid: &str) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("it runs");
    let columns: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    [11, 12].iter().map(|it: &usize| columns[*it].parse::<u64>().expect("a number")).sum()
}

#[tokio::test]
#[ignore = "needs a container engine on this machine"]
async fn a_busy_container_uses_a_core_and_an_idle_one_none() {
    let busy = Container::start("looks-busy", &["spin", "60"]);
    let idle = Container::start("looks-idle", &["wait"]);
    let machine = Machine::new(HostRoot::here(), Clock::new(Timestamp::now));
    let now = Timestamp::now();
    let pid = busy.inspect("{{.State.Pid}}");
    let spun = ticks(&pid);
    let first = Usage::count(&machine, None, now).await.expect("control groups of this machine");
    tokio::time::sleep(Duration::from_secs(5)).await;
    let usage = Usage::count(&machine, Some(first), now).await.expect("control groups of this machine");

    let named = [&busy, &idle].map(|it| ports::Container { id: it.id(), ..ports::Container::default() });
    let used: Vec<Used> = usage.of(&named).into_iter().map(|(_, used)| used).collect();
    // Others may want the cores as well, so what is expected is what its one thread was given, by another file.
    let given = (ticks(&pid) - spun) as f64 / 5.0;
    println!("busy {:?} ({given} by its process), idle {:?}", used[0], used[1]);
    let [busy_cpu, idle_cpu] = [0, 1].map(|it: usize| used[it].cpu.expect("there were two counts"));
    assert!((busy_cpu - given).abs() <= 5.0 && 10.0 < busy_cpu, "{busy_cpu}, its process says {given}");
    assert!((0.0..=5.0).contains(&idle_cpu), "{idle_cpu}");
    for used in &used {
        let memory = used.memory.expect("the kernel counts memory");
        assert!((1 << 12..1 << 28).contains(&memory), "{memory}");
        assert!(used.pids.is_some_and(|it| (1..10).contains(&it)), "{:?}", used.pids);
    }
    drop(busy);
    let after = Usage::count(&machine, Some(usage), now).await.expect("control groups of this machine");
    assert_eq!(after.of(&named).len(), 1, "what has ended is no longer counted");
}
