//! `GET /containers/ID/json`. The environment in it holds secrets: of each variable no more than its name outlives the
//! reading.

use std::time::Duration;

use jiff::Timestamp;
use jobs::ports::{ContainerDetail, ContainerState, HealthCheck};
use serde::Deserialize;

use super::attached::{self, MountRow, NetworkSettings};
use super::host_config::HostConfig;
use super::tolerant::{Count, List, Moment, Words, lenient};
use super::{log, state};

/// Of what a health check wrote, so many bytes are kept.
const OUTPUT_MOST: usize = 1024;

/// So many results of a health check are kept; Docker keeps as many.
const RESULTS_MOST: usize = 5;

/// What the engine waits before it kills, where nothing else was said.
const USUAL_STOP: i64 = 10;

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Inspected {
    #[serde(deserialize_with = "lenient")]
    pub(super) id: String,
    #[serde(deserialize_with = "lenient")]
    name: String,
    #[serde(deserialize_with = "lenient")]
    state: State,
    #[serde(deserialize_with = "lenient")]
    restart_count: Count,
    #[serde(deserialize_with = "lenient")]
    config: Config,
    #[serde(deserialize_with = "lenient")]
    host_config: HostConfig,
    #[serde(deserialize_with = "lenient")]
    created: Moment,
    /// The id of its image.
    #[serde(deserialize_with = "lenient")]
    image: String,
    /// Podman's.
    #[serde(deserialize_with = "lenient")]
    image_name: String,
    #[serde(deserialize_with = "lenient")]
    path: String,
    #[serde(deserialize_with = "lenient")]
    args: Words,
    #[serde(deserialize_with = "lenient")]
    log_path: String,
    #[serde(deserialize_with = "lenient")]
    mounts: List<MountRow>,
    #[serde(deserialize_with = "lenient")]
    network_settings: NetworkSettings,
    #[serde(deserialize_with = "lenient")]
    graph_driver: GraphDriver,
}

/// How its files are kept.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct GraphDriver {
    #[serde(deserialize_with = "lenient")]
    data: GraphData,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct GraphData {
    #[serde(deserialize_with = "lenient")]
    upper_dir: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct State {
    #[serde(deserialize_with = "lenient")]
    status: String,
    #[serde(deserialize_with = "lenient")]
    started_at: Moment,
    #[serde(deserialize_with = "lenient")]
    finished_at: Moment,
    #[serde(deserialize_with = "lenient")]
    exit_code: Option<i64>,
    #[serde(rename = "OOMKilled", deserialize_with = "lenient")]
    oom_killed: bool,
    #[serde(deserialize_with = "lenient")]
    health: Health,
    /// What Podman called it before its fourth generation.
    #[serde(deserialize_with = "lenient")]
    healthcheck: Health,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Health {
    #[serde(deserialize_with = "lenient")]
    status: String,
    #[serde(deserialize_with = "lenient")]
    log: List<Examined>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Examined {
    #[serde(deserialize_with = "lenient")]
    start: Moment,
    #[serde(deserialize_with = "lenient")]
    exit_code: Option<i64>,
    #[serde(deserialize_with = "lenient")]
    output: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Config {
    #[serde(deserialize_with = "lenient")]
    tty: bool,
    #[serde(deserialize_with = "lenient")]
    stop_timeout: Option<i64>,
    #[serde(deserialize_with = "lenient")]
    image: String,
    #[serde(deserialize_with = "lenient")]
    entrypoint: Words,
    #[serde(deserialize_with = "lenient")]
    cmd: Words,
    #[serde(deserialize_with = "lenient")]
    env: Names,
}

/// Of `NAME=value`, the names.
#[derive(Debug, Default, PartialEq)]
struct Names(Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = |variable: &String| variable.split('=').next().unwrap_or_default().to_owned();
        Ok(Self(Words::deserialize(deserializer)?.0.iter().map(name).filter(|it| !it.is_empty()).collect()))
    }
}

impl Inspected {
    pub(super) fn has_tty(&self) -> bool {
        self.config.tty
    }

    pub(super) fn started(&self) -> Option<Timestamp> {
        self.state.started_at.0
    }

    /// Where its writable layer is, for overlays; empty otherwise.
    pub(super) fn layer(&self) -> &str {
        &self.graph_driver.data.upper_dir
    }

    /// `json-file`, `none` …
    pub(super) fn log_driver(&self) -> &str {
        &self.host_config.log_config.driver
    }

    /// What to pass as `t`: the container's own stop timeout in seconds, -1 where it asked never to be killed. Passed
    /// always, because engines differ in what they do without it.
    pub(super) fn stop_seconds(&self) -> i32 {
        let seconds = self.config.stop_timeout.unwrap_or(USUAL_STOP).max(-1);
        i32::try_from(seconds).unwrap_or(i32::MAX)
    }

    /// How long a stop may last by the container's own wish, at most `most`.
    pub(super) fn stop_patience(&self, most: Duration) -> Duration {
        u64::try_from(self.stop_seconds()).map_or(most, |seconds| Duration::from_secs(seconds).min(most))
    }

    pub(super) fn detail(self) -> ContainerDetail {
        let state = state::state(&self.state.status);
        // Engines write 0 for one that has not ended.
        let has_ended = match state {
            ContainerState::Running | ContainerState::Paused | ContainerState::Unsaid => false,
            ContainerState::Created => self.state.exit_code != Some(0),
            _ => true,
        };
        let is_up = matches!(state, ContainerState::Running | ContainerState::Paused);
        let said = if self.state.health.is_said() { self.state.health } else { self.state.healthcheck };
        let or = |first: String, second: String| if first.is_empty() { second } else { first };
        let limits = self.host_config.limits();
        let restart_policy = self.host_config.restart_policy();
        let log = self.host_config.log_config;
        // One that is down has no ports; what it will have is what was asked for.
        let ports = if is_up { &self.network_settings.ports } else { &self.host_config.port_bindings };
        ContainerDetail {
            name: self.name.strip_prefix('/').unwrap_or(&self.name).to_owned(),
            health: state::health(&said.status),
            started: self.state.started_at.0,
            finished: self.state.finished_at.0,
            exit_code: self.state.exit_code.filter(|_| has_ended),
            oom_killed: self.state.oom_killed,
            restart_count: self.restart_count.0.unwrap_or(0),
            tty: self.config.tty,
            stop_timeout: self
                .config
                .stop_timeout
                .and_then(|it| u64::try_from(it).ok())
                .map(Duration::from_secs),
            network_mode: self.host_config.network_mode,
            state,
            image: or(self.config.image, self.image_name),
            image_id: self.image,
            created: self.created.0,
            command: command(self.path, self.args, self.config.entrypoint, self.config.cmd),
            environment: self.config.env.0,
            ports: attached::ports(ports),
            mounts: attached::mounts(self.mounts, self.host_config.tmpfs),
            networks: attached::networks(self.network_settings, &self.id),
            limits,
            restart_policy,
            health_log: said.results(),
            log_max_size: log.max_size(),
            log_path: or(self.log_path, log.path),
            log_driver: log.driver,
            id: self.id,
        }
    }
}

impl Health {
    fn is_said(&self) -> bool {
        !self.status.is_empty() || !self.log.0.is_empty()
    }

    fn results(self) -> Vec<HealthCheck> {
        let older = self.log.0.len().saturating_sub(RESULTS_MOST);
        let result = |it: Examined| HealthCheck {
            at: it.start.0,
            exit_code: it.exit_code,
            output: log::text(it.output.as_bytes(), OUTPUT_MOST),
        };
        self.log.0.into_iter().skip(older).map(result).collect()
    }
}

/// What was run, where the engine says so; else what was asked to be.
fn command(path: String, args: Words, entrypoint: Words, cmd: Words) -> Vec<String> {
    if path.is_empty() {
        return entrypoint.0.into_iter().chain(cmd.0).collect();
    }
    std::iter::once(path).chain(args.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Inspected {
        serde_json::from_str(text).expect("an object")
    }

    #[test]
    fn a_dead_container_tells_how_it_ended() {
        let detail = read(
            r#"{"Id":"a1","Name":"/web","RestartCount":3,
                "State":{"Status":"exited","ExitCode":137,"OOMKilled":true,"StartedAt":"2024-05-06T07:00:00.5Z",
                         "FinishedAt":"2024-05-06T07:08:09Z","Health":{"Status":"unhealthy","Log":[]}},
                "Config":{"Tty":true,"StopTimeout":30,"Env":["SECRET=1"]},
                "HostConfig":{"NetworkMode":"container:b2","LogConfig":{"Type":"json-file","Config":{}}}}"#,
        )
        .detail();
        assert_eq!(detail.name, "web");
        assert_eq!((detail.exit_code, detail.oom_killed, detail.restart_count), (Some(137), true, 3));
        assert_eq!(detail.health, Some(jobs::ports::Health::Unhealthy));
        assert_eq!((detail.tty, detail.stop_timeout), (true, Some(Duration::from_secs(30))));
        assert_eq!(detail.network_mode, "container:b2");
        assert!(detail.started < detail.finished);
    }

    #[test]
    fn a_running_container_has_no_exit_code_yet() {
        let text = r#"{"State":{"Status":"running","ExitCode":0,"FinishedAt":"0001-01-01T00:00:00Z"}}"#;
        let detail = read(text).detail();
        assert_eq!((detail.exit_code, detail.finished), (None, None));
        let failed = read(r#"{"State":{"Status":"created","ExitCode":127}}"#).detail();
        assert_eq!(failed.exit_code, Some(127), "it could not be started");
    }

    #[test]
    fn the_own_stop_timeout_is_respected_and_bounded() {
        let most = Duration::from_secs(900);
        let check = |text: &str, seconds: i32, patience: u64| {
            let inspected = read(text);
            assert_eq!(inspected.stop_seconds(), seconds, "{text}");
            assert_eq!(inspected.stop_patience(most), Duration::from_secs(patience), "{text}");
        };
        check("{}", 10, 10);
        check(r#"{"Config":{"StopTimeout":null}}"#, 10, 10);
        check(r#"{"Config":{"StopTimeout":0}}"#, 0, 0);
        check(r#"{"Config":{"StopTimeout":120}}"#, 120, 120);
        check(r#"{"Config":{"StopTimeout":7200}}"#, 7200, 900);
        check(r#"{"Config":{"StopTimeout":-1}}"#, -1, 900);
        check(r#"{"Config":{"StopTimeout":-9}}"#, -1, 900);
        check(r#"{"Config":{"StopTimeout":99999999999}}"#, i32::MAX, 900);
    }
}
