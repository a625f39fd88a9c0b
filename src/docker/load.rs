//! `GET /containers/ID/stats`: what a container uses.

use std::collections::BTreeMap;

use jobs::ports::ContainerLoad;
use serde::Deserialize;

use super::tolerant::{Count, List, Table, lenient};

/// More than this is no limit: a control group without one says the largest number it knows.
const LIMIT_MOST: u64 = 1 << 60;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Stats {
    #[serde(deserialize_with = "lenient")]
    cpu_stats: Cpu,
    /// The look before: Docker's, a second earlier.
    #[serde(deserialize_with = "lenient")]
    precpu_stats: Cpu,
    #[serde(deserialize_with = "lenient")]
    memory_stats: Memory,
    /// By interface; absent where it has none of its own.
    #[serde(deserialize_with = "lenient")]
    networks: Option<Table<Interface>>,
    #[serde(deserialize_with = "lenient")]
    blkio_stats: Blocks,
    #[serde(deserialize_with = "lenient")]
    pids_stats: Pids,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Cpu {
    #[serde(deserialize_with = "lenient")]
    cpu_usage: CpuUsage,
    /// Nanoseconds of all cores, idle ones included.
    #[serde(deserialize_with = "lenient")]
    system_cpu_usage: Count,
    #[serde(deserialize_with = "lenient")]
    online_cpus: Count,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct CpuUsage {
    #[serde(deserialize_with = "lenient")]
    total_usage: Count,
    /// On cgroup v1 only.
    #[serde(deserialize_with = "lenient")]
    percpu_usage: Vec<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Memory {
    #[serde(deserialize_with = "lenient")]
    usage: Count,
    #[serde(deserialize_with = "lenient")]
    limit: Count,
    #[serde(deserialize_with = "lenient")]
    stats: BTreeMap<String, Count>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Interface {
    #[serde(deserialize_with = "lenient")]
    rx_bytes: Count,
    #[serde(deserialize_with = "lenient")]
    tx_bytes: Count,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Blocks {
    #[serde(deserialize_with = "lenient")]
    io_service_bytes_recursive: List<Block>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Block {
    /// `Read` on cgroup v1, `read` on v2.
    #[serde(deserialize_with = "lenient")]
    op: String,
    #[serde(deserialize_with = "lenient")]
    value: Count,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Pids {
    #[serde(deserialize_with = "lenient")]
    current: Count,
}

impl Stats {
    /// The processor's look to hold a later one against, where the engine took only one; none where it took two, or the
    /// container does not run.
    pub(super) fn only_look(&self) -> Option<Cpu> {
        let looked = |it: &Cpu| it.system_cpu_usage.0.is_some_and(|it| it != 0);
        let once = looked(&self.cpu_stats) && !looked(&self.precpu_stats);
        once.then(|| self.cpu_stats.clone())
    }

    /// The load, `before` being an earlier look where the engine gave none of its own.
    pub(super) fn load(self, before: Option<&Cpu>) -> ContainerLoad {
        let sum = |count: fn(&Interface) -> Count| {
            let interfaces = self.networks.as_ref().map(|it| &it.0).filter(|it| !it.is_empty())?;
            Some(interfaces.values().filter_map(|it| count(it).0).fold(0_u64, u64::saturating_add))
        };
        ContainerLoad {
            cpu: self.cpu_stats.since(before.unwrap_or(&self.precpu_stats)),
            memory: self.memory_stats.used(),
            memory_limit: self.memory_stats.limit.0.filter(|it| (1..LIMIT_MOST).contains(it)),
            received: sum(|it| it.rx_bytes),
            sent: sum(|it| it.tx_bytes),
            read: self.blkio_stats.bytes("read"),
            written: self.blkio_stats.bytes("write"),
            pids: self.pids_stats.current.0.filter(|it| *it != 0),
        }
    }
}

impl Cpu {
    /// Per cent of one core between two looks.
    fn since(&self, before: &Self) -> Option<f64> {
        let delta = |now: Count, before: Count| now.0?.checked_sub(before.0?);
        let used = delta(self.cpu_usage.total_usage, before.cpu_usage.total_usage)?;
        let passed = delta(self.system_cpu_usage, before.system_cpu_usage).filter(|it| *it != 0)?;
        let listed = u64::try_from(self.cpu_usage.percpu_usage.len()).ok();
        let cores = self.online_cpus.0.filter(|it| *it != 0).or(listed.filter(|it| *it != 0))?;
        Some(used as f64 / passed as f64 * cores as f64 * 100.0)
    }
}

impl Memory {
    /// As `docker stats` counts, on either generation of control groups.
    fn used(&self) -> Option<u64> {
        let usage = self.usage.0.filter(|it| *it != 0)?;
        let cache = ["total_inactive_file", "inactive_file"].iter().find_map(|it| self.stats.get(*it)?.0);
        Some(usage.checked_sub(cache.unwrap_or(0)).unwrap_or(usage))
    }
}

impl Blocks {
    fn bytes(&self, op: &str) -> Option<u64> {
        let blocks = &self.io_service_bytes_recursive.0;
        let of = blocks.iter().filter(|it| it.op.eq_ignore_ascii_case(op)).filter_map(|it| it.value.0);
        (!blocks.is_empty()).then(|| of.fold(0, u64::saturating_add))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Stats {
        serde_json::from_str(text).expect("tolerated")
    }

    fn load(text: &str) -> ContainerLoad {
        read(text).load(None)
    }

    fn cpu(total: u64, system: u64, cores: &str) -> String {
        format!(r#"{{"cpu_usage":{{"total_usage":{total}}},"system_cpu_usage":{system},{cores}}}"#)
    }

    #[test]
    fn cgroup_v1_is_counted_as_docker_stats_does() {
        let load = load(
            r#"{"read":"2024-05-06T07:08:09Z","preread":"2024-05-06T07:08:08Z","pids_stats":{"current":3,"limit":100},
                "blkio_stats":{"io_service_bytes_recursive":[{"major":8,"minor":0,"op":"Read","value":100},
                    {"major":8,"minor":16,"op":"Read","value":20},{"major":8,"minor":0,"op":"Write","value":7},
                    {"major":8,"minor":0,"op":"Total","value":127}],"io_serviced_recursive":null},
                "num_procs":0,"storage_stats":{},
                "cpu_stats":{"cpu_usage":{"total_usage":3000000000,"percpu_usage":[1,2,3,4],"usage_in_usermode":5},
                    "system_cpu_usage":104000000000,"online_cpus":2,"throttling_data":{"periods":0}},
                "precpu_stats":{"cpu_usage":{"total_usage":2500000000},"system_cpu_usage":102000000000,"online_cpus":2},
                "memory_stats":{"usage":1000,"max_usage":2000,"limit":5000,
                    "stats":{"total_inactive_file":300,"inactive_file":200,"hierarchical_memory_limit":9223372036854771712}},
                "name":"/web","id":"a","networks":{"eth0":{"rx_bytes":10,"tx_bytes":1},"eth1":{"rx_bytes":5,"tx_bytes":2}}}"#,
        );
        let expected = ContainerLoad {
            cpu: Some(50.0),
            memory: Some(700),
            memory_limit: Some(5000),
            received: Some(15),
            sent: Some(3),
            read: Some(120),
            written: Some(7),
            pids: Some(3),
        };
        assert_eq!(load, expected);
    }

    #[test]
    fn cgroup_v2_has_other_words_for_the_same() {
        let load = load(
            r#"{"blkio_stats":{"io_service_bytes_recursive":[{"op":"read","value":100},{"op":"write","value":7}]},
                "cpu_stats":{"cpu_usage":{"total_usage":4000},"system_cpu_usage":20000,"online_cpus":4},
                "precpu_stats":{"cpu_usage":{"total_usage":2000},"system_cpu_usage":10000,"online_cpus":4},
                "memory_stats":{"usage":1000,"limit":18446744073709551615,"stats":{"inactive_file":300,"file":5}}}"#,
        );
        assert_eq!((load.cpu, load.memory, load.memory_limit), (Some(80.0), Some(700), None));
        assert_eq!((load.read, load.written), (Some(100), Some(7)));
        assert_eq!((load.received, load.pids), (None, None));
    }

    #[test]
    fn a_share_is_told_only_where_two_looks_say_it() {
        let check = |now: &str, before: &str, expected: Option<f64>| {
            let text = format!(r#"{{"cpu_stats":{now},"precpu_stats":{before}}}"#);
            assert_eq!(load(&text).cpu, expected, "{text}");
        };
        let two = r#""online_cpus":2"#;
        check(&cpu(150, 1100, two), &cpu(100, 1000, two), Some(100.0));
        check(&cpu(100, 1100, two), &cpu(100, 1000, two), Some(0.0));
        check(&cpu(50, 1100, two), &cpu(100, 1000, two), None);
        check(&cpu(150, 1000, two), &cpu(100, 1000, two), None);
        check(&cpu(150, 900, two), &cpu(100, 1000, two), None);
        check(&cpu(150, 1100, r#""x":1"#), &cpu(100, 1000, two), None);
        check("null", "7", None);
        let listed = r#"{"cpu_usage":{"total_usage":150,"percpu_usage":[1,2,3]},"system_cpu_usage":1100}"#;
        check(listed, &cpu(100, 1000, two), Some(150.0));
    }

    #[test]
    fn an_engine_that_looked_once_is_asked_to_look_again() {
        let two = r#""online_cpus":2"#;
        let once = read(&format!(
            r#"{{"cpu_stats":{},"precpu_stats":{{"cpu_usage":{{"total_usage":0}}}}}}"#,
            cpu(100, 1000, two)
        ));
        let before = once.only_look().expect("it looked once");
        let again = read(&format!(r#"{{"cpu_stats":{}}}"#, cpu(150, 1100, two)));
        assert_eq!(again.load(Some(&before)).cpu, Some(100.0));
        let twice = read(&format!(
            r#"{{"cpu_stats":{},"precpu_stats":{}}}"#,
            cpu(150, 1100, two),
            cpu(100, 1000, two)
        ));
        assert!(twice.only_look().is_none());
        let stopped = r#"{"read":"0001-01-01T00:00:00Z","cpu_stats":{"cpu_usage":{"total_usage":0}},"memory_stats":{}}"#;
        assert!(read(stopped).only_look().is_none());
        assert_eq!(load(stopped), ContainerLoad::default());
    }

    #[test]
    fn memory_never_runs_below_nothing() {
        let check = |text: &str, expected: Option<u64>| {
            assert_eq!(load(&format!(r#"{{"memory_stats":{text}}}"#)).memory, expected, "{text}");
        };
        check(r#"{"usage":100,"stats":{"inactive_file":300}}"#, Some(100));
        check(r#"{"usage":100,"stats":{"inactive_file":100}}"#, Some(0));
        check(r#"{"usage":100,"stats":null}"#, Some(100));
        check(r#"{"usage":100,"stats":{"inactive_file":"x"}}"#, Some(100));
        check(r#"{"privateworkingset":100}"#, None);
        check(r#"{"usage":-1}"#, None);
        check(r#"{"usage":0}"#, None);
    }
}
