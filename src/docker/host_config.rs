//! `HostConfig` of `inspect`: how the engine was asked to run a container.

use std::collections::BTreeSet;

use jobs::ports::{Limits, RestartPolicy};
use serde::Deserialize;

use super::attached::Ports;
use super::tolerant::{Count, Table, lenient};

/// What a period is where only a quota was said, in microseconds.
const USUAL_PERIOD: u64 = 100_000;

/// What the `local` driver begins anew at where nothing was said.
const LOCAL_SIZE: &str = "20m";

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct HostConfig {
    #[serde(deserialize_with = "lenient")]
    pub(super) network_mode: String,
    #[serde(deserialize_with = "lenient")]
    pub(super) log_config: LogConfig,
    #[serde(deserialize_with = "lenient")]
    pub(super) port_bindings: Ports,
    #[serde(deserialize_with = "lenient")]
    pub(super) tmpfs: Table<String>,
    #[serde(deserialize_with = "lenient")]
    restart_policy: Policy,
    #[serde(deserialize_with = "lenient")]
    memory: Count,
    #[serde(deserialize_with = "lenient")]
    memory_swap: Count,
    #[serde(deserialize_with = "lenient")]
    nano_cpus: Count,
    #[serde(deserialize_with = "lenient")]
    cpu_quota: Count,
    #[serde(deserialize_with = "lenient")]
    cpu_period: Count,
    #[serde(deserialize_with = "lenient")]
    cpuset_cpus: String,
    #[serde(deserialize_with = "lenient")]
    pids_limit: Count,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct LogConfig {
    #[serde(rename = "Type", deserialize_with = "lenient")]
    pub(super) driver: String,
    #[serde(deserialize_with = "lenient")]
    config: Table<String>,
    /// Podman writes these two beside its options.
    #[serde(deserialize_with = "lenient")]
    pub(super) path: String,
    #[serde(deserialize_with = "lenient")]
    size: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Policy {
    #[serde(deserialize_with = "lenient")]
    name: String,
    #[serde(deserialize_with = "lenient")]
    maximum_retry_count: Count,
}

impl HostConfig {
    /// Zero, and whatever is below, is no limit.
    pub(super) fn limits(&self) -> Limits {
        let said = |count: Count| count.0.filter(|it| *it != 0);
        Limits {
            memory: said(self.memory),
            memory_and_swap: said(self.memory_swap),
            cpus: self.cpus(),
            pids: said(self.pids_limit),
        }
    }

    /// The least of what was said in three ways.
    fn cpus(&self) -> Option<f64> {
        let whole = |count: Count| count.0.filter(|it| *it != 0).map(|it| it as f64);
        let named = whole(self.nano_cpus).map(|it| it / 1e9);
        let period = whole(self.cpu_period).unwrap_or(USUAL_PERIOD as f64);
        let shared = whole(self.cpu_quota).map(|it| it / period);
        let pinned = cores(&self.cpuset_cpus).map(|it| it as f64);
        [named, shared, pinned].into_iter().flatten().min_by(f64::total_cmp)
    }

    pub(super) fn restart_policy(&self) -> RestartPolicy {
        match self.restart_policy.name.as_str() {
            "" | "no" => RestartPolicy::No,
            "always" => RestartPolicy::Always,
            "unless-stopped" => RestartPolicy::UnlessStopped,
            "on-failure" => {
                RestartPolicy::OnFailure(self.restart_policy.maximum_retry_count.0.filter(|it| *it != 0))
            }
            other => RestartPolicy::Other(other.to_owned()),
        }
    }
}

impl LogConfig {
    /// As it was declared; none where there is no limit.
    pub(super) fn max_size(&self) -> Option<String> {
        let declared = self.config.0.get("max-size").or(Some(&self.size)).filter(|it| !it.is_empty());
        match declared {
            Some(size) if size.starts_with('-') || size.trim_end_matches(['B', 'b']) == "0" => None,
            Some(size) => Some(size.clone()),
            None if self.driver == "local" => Some(LOCAL_SIZE.to_owned()),
            None => None,
        }
    }
}

/// How many cores `0-2,5` names; none where it names none.
fn cores(list: &str) -> Option<usize> {
    let mut named = BTreeSet::new();
    for part in list.split(',').map(str::trim).filter(|it| !it.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (u16, u16) = (first.parse().ok()?, last.parse().ok()?);
        named.extend(first..=last);
    }
    Some(named.len()).filter(|it| *it != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> HostConfig {
        serde_json::from_str(text).expect("tolerated")
    }

    #[test]
    fn limits_are_read_however_they_were_said() {
        let cpus =
            |text: &str, expected: Option<f64>| assert_eq!(read(text).limits().cpus, expected, "{text}");
        cpus(r#"{"NanoCpus":1500000000,"CpuQuota":0,"CpuPeriod":0}"#, Some(1.5));
        cpus(r#"{"NanoCpus":0,"CpuQuota":50000,"CpuPeriod":100000}"#, Some(0.5));
        cpus(r#"{"CpuQuota":150000}"#, Some(1.5));
        cpus(r#"{"CpuQuota":-1,"CpuPeriod":100000}"#, None);
        cpus(r#"{"CpusetCpus":"0-1,1,5"}"#, Some(3.0));
        cpus(r#"{"CpusetCpus":"0","NanoCpus":4000000000}"#, Some(1.0));
        cpus(r#"{"CpusetCpus":"all","NanoCpus":"many"}"#, None);
        cpus(r#"{"CpusetCpus":"5-2"}"#, None);
        let all = read(r#"{"Memory":25165824,"MemorySwap":50331648,"PidsLimit":100}"#).limits();
        assert_eq!(
            (all.memory, all.memory_and_swap, all.pids),
            (Some(25_165_824), Some(50_331_648), Some(100))
        );
        for text in [
            "{}",
            r#"{"Memory":0,"MemorySwap":0,"PidsLimit":0}"#,
            r#"{"MemorySwap":-1,"PidsLimit":-1}"#,
            r#"{"Memory":null,"PidsLimit":null}"#,
        ] {
            assert_eq!(read(text).limits(), Limits::default(), "{text}");
        }
    }

    #[test]
    fn a_restart_policy_is_a_word_and_a_count() {
        let check = |text: &str, expected: RestartPolicy| {
            assert_eq!(read(&format!(r#"{{"RestartPolicy":{text}}}"#)).restart_policy(), expected, "{text}");
        };
        check(r#"{"Name":"no","MaximumRetryCount":0}"#, RestartPolicy::No);
        check(r#"{"Name":"always"}"#, RestartPolicy::Always);
        check(r#"{"Name":"unless-stopped"}"#, RestartPolicy::UnlessStopped);
        check(r#"{"Name":"on-failure","MaximumRetryCount":0}"#, RestartPolicy::OnFailure(None));
        check(r#"{"Name":"on-failure","MaximumRetryCount":5}"#, RestartPolicy::OnFailure(Some(5)));
        check(r#"{"Name":"on-full-moon"}"#, RestartPolicy::Other("on-full-moon".into()));
        for nothing in ["null", "{}", "7", r#"{"Name":null}"#] {
            check(nothing, RestartPolicy::No);
        }
    }

    #[test]
    fn a_log_grows_without_end_unless_somebody_said_otherwise() {
        let check = |text: &str, expected: Option<&str>| {
            let config = read(&format!(r#"{{"LogConfig":{text}}}"#)).log_config;
            assert_eq!(config.max_size().as_deref(), expected, "{text}");
        };
        check(r#"{"Type":"json-file","Config":{}}"#, None);
        check(r#"{"Type":"json-file","Config":null}"#, None);
        check(r#"{"Type":"json-file","Config":{"max-size":"10m","max-file":"3"}}"#, Some("10m"));
        check(r#"{"Type":"json-file","Config":{"max-size":"-1"}}"#, None);
        check(r#"{"Type":"local","Config":{}}"#, Some("20m"));
        check(r#"{"Type":"k8s-file","Config":null,"Path":"/x/ctr.log","Size":"0B"}"#, None);
        check(r#"{"Type":"k8s-file","Config":null,"Path":"/x/ctr.log","Size":"10MB"}"#, Some("10MB"));
    }
}
