//! Shows what the machine's sources say, and what one look costs: `cargo run --release --example snapshot -- [LOOKS]`.
//! `HOST_ROOT` is where the host's root is mounted.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use jobs::ports::{Host, ProcessOrder};
use rustix::time::{ClockId, clock_gettime};
use vakhta::clock::Clock;
use vakhta::host::provenance::provenance;
use vakhta::host::{HostRoot, Machine};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let looks: u32 = std::env::args().nth(1).map(|it| it.parse()).transpose()?.unwrap_or(1000);
    let root = HostRoot::new(&std::env::var("HOST_ROOT").unwrap_or_default());
    let machine = Machine::new(root.clone(), Clock::new(Timestamp::now));
    println!("{:#?}\n{:#?}", machine.identity(), machine.snapshot().await?);
    match machine.processes(ProcessOrder::Memory, 5).await {
        Ok(processes) => println!("{processes:#?}"),
        Err(error) => println!("processes: {error}"),
    }
    for it in provenance(&root) {
        let source = it.source.map(|it| it.display().to_string()).unwrap_or_default();
        println!(
            "{:?}: {:?} {source}: {} {}",
            it.figure,
            it.view,
            it.evidence,
            it.remedy.unwrap_or_default()
        );
    }
    let (begin, before) = (Instant::now(), processor_time());
    for _ in 0..looks {
        machine.snapshot().await?;
    }
    let per_look = |it: Duration| it.as_secs_f64() * 1e6 / f64::from(looks.max(1));
    let (wall, cpu) = (per_look(begin.elapsed()), per_look(processor_time() - before));
    println!("{looks} looks: {cpu:.1} us of CPU and {wall:.1} us of time each");
    Ok(())
}

/// Of all our threads.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}
