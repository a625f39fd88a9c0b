//! Machines and containers to start from.

use jiff::Timestamp;

use crate::ports::{
    Container, ContainerState, Cpu, CpuTime, Device, Filesystem, FilesystemUsage, Interface, Load, Memory,
    Pressure, Snapshot, Temperature, Unknown,
};
use crate::series::since;

/// A moment, by seconds after 2026-01-01 00:00 UTC: tests read better in small numbers.
pub fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_767_225_600 + second).expect("a test stays within the calendar")
}

/// A gibibyte.
pub const GIB: u64 = 1 << 30;

/// A small server, well and idle, with every source known: two cores, 8 GiB, one disk and one interface. It was
/// booted a day before `at(0)`, so that looks at it are as far apart by its uptime as by the clock.
pub fn machine(at: Timestamp) -> Snapshot {
    Snapshot {
        at,
        cpu: Ok(Cpu { all: CpuTime::default(), cores: vec![CpuTime::default(); 2] }),
        load: Ok(Load { one: 0.3, five: 0.2, fifteen: 0.1 }),
        memory: Ok(Memory {
            total: 8 * GIB,
            available: 6 * GIB,
            free: 2 * GIB,
            cache: 4 * GIB,
            swap_total: 2 * GIB,
            swap_free: 2 * GIB,
        }),
        filesystems: Ok(vec![filesystem("/", 40 * GIB, 60 * GIB)]),
        devices: Ok(vec![Device { name: "vda".to_owned(), read: 0, written: 0, busy_ms: 0 }]),
        interfaces: Ok(vec![Interface { name: "eth0".to_owned(), received: 0, sent: 0, errors: 0 }]),
        pressure: Ok(Pressure { cpu: 0.0, memory: 0.0, memory_full: 0.0, io: 0.0, io_full: 0.0 }),
        uptime: Ok(since(at, self::at(-24 * 3600))),
        temperatures: Ok(vec![Temperature { sensor: "coretemp Package id 0".to_owned(), celsius: 45.0 }]),
    }
}

/// A machine of which nothing is known.
pub fn darkness(at: Timestamp) -> Snapshot {
    let why = || Unknown::because("not on this machine");
    Snapshot {
        at,
        cpu: Err(why()),
        load: Err(why()),
        memory: Err(why()),
        filesystems: Err(why()),
        devices: Err(why()),
        interfaces: Err(why()),
        pressure: Err(why()),
        uptime: Err(why()),
        temperatures: Err(why()),
    }
}

/// A writable ext4, so full.
pub fn filesystem(mount: &str, used: u64, available: u64) -> Filesystem {
    Filesystem {
        mount: mount.to_owned(),
        device: "/dev/vda1".to_owned(),
        kind: "ext4".to_owned(),
        read_only: false,
        usage: Ok(FilesystemUsage {
            total: used + available,
            used,
            available,
            inodes_total: 1000,
            inodes_used: 100,
        }),
    }
}

/// A container in some state, its id being `id-` and its name.
pub fn container(name: &str, state: ContainerState) -> Container {
    Container { id: format!("id-{name}"), name: name.to_owned(), state, ..Container::default() }
}
