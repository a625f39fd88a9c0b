//! Does Docker answer, and what would it let us do?
//!
//! What changes things is tried on a container that cannot exist: an engine answers "no such container", a filter
//! before it answers "no". Pruning names no target and so cannot be tried without pruning.

use std::future::Future;

use jobs::ports::{Engine, EngineError, EngineInfo, LogQuery, Verb};

use super::{Check, PATIENCE, State, Subject};

/// No container can be called so: names begin with a letter or a figure, ids are hexadecimal.
const NOBODY: &str = "_vakhta-doctor-asks-for-nobody";

const FILTERED: &str = "allow it in the socket proxy (compose.yaml lists the calls that Vakhta needs)";

pub(super) async fn checks(engine: &dyn Engine) -> Vec<Check> {
    let (first, answers) = reachable(ask(engine.info()).await);
    let mut checks = vec![first];
    if !answers {
        return checks;
    }
    let logs = LogQuery { tail: 1, since: None, until: None };
    checks.push(reading("list containers", "/ps", ask(engine.containers()).await.map(|it| it.len())));
    checks.push(reading("disk usage", "/fix", ask(engine.disk_usage()).await.map(|it| it.images.len())));
    checks.push(permission("inspect", "/ps", ask(engine.inspect(NOBODY)).await));
    checks.push(permission("logs", "/logs", ask(engine.logs(NOBODY, &logs)).await));
    checks.push(permission("restart", "/restart", ask(engine.act(Verb::Restart, NOBODY)).await));
    checks.push(permission("remove a container", "/fix", ask(engine.remove_container(NOBODY)).await));
    let detail = "not tried, for trying would remove things";
    checks.push(Check::new(Subject::Docker, "prune", State::Skipped, detail));
    checks
}

/// Whether it answers at all; an engine behind a filter may answer with a refusal to this one question.
fn reachable(answer: Result<EngineInfo, EngineError>) -> (Check, bool) {
    let check = |state, detail| Check::new(Subject::Docker, "engine", state, detail);
    match answer {
        Ok(EngineInfo { version, api, kind, root, .. }) => {
            (check(State::Ok, format!("{kind} {version}, API {api}, data in {root}")), true)
        }
        Err(error @ EngineError::Refused(_)) => {
            (check(State::Warning, error.to_string()).remedy(FILTERED), true)
        }
        Err(error) => {
            let remedy = "Vakhta watches the machine without it; for containers set DOCKER_HOST, or mount the socket and \
                          let our user into its group";
            (check(State::Warning, error.to_string()).remedy(remedy), false)
        }
    }
}

/// A question that changes nothing, asked for real.
fn reading(name: &str, command: &str, answer: Result<usize, EngineError>) -> Check {
    match answer {
        Ok(count) => Check::new(Subject::Docker, name, State::Ok, format!("allowed ({count})")),
        Err(error) => denied(name, command, &error),
    }
}

/// Something asked of nobody: an engine that looks for the container would do it.
fn permission<T>(name: &str, command: &str, answer: Result<T, EngineError>) -> Check {
    match answer {
        Err(EngineError::NoSuchContainer(_)) => Check::new(Subject::Docker, name, State::Ok, "allowed"),
        Err(error) => denied(name, command, &error),
        Ok(_) => {
            let detail = "an answer for a container that does not exist: not understood";
            Check::new(Subject::Docker, name, State::Warning, detail)
        }
    }
}

fn denied(name: &str, command: &str, error: &EngineError) -> Check {
    let check =
        Check::new(Subject::Docker, name, State::Warning, format!("{command} will not work: {error}"));
    match error {
        EngineError::Refused(_) => check.remedy(FILTERED),
        _ => check,
    }
}

async fn ask<T>(question: impl Future<Output = Result<T, EngineError>>) -> Result<T, EngineError> {
    let late = || EngineError::Unanswered(format!("no answer within {} s", PATIENCE.as_secs()));
    tokio::time::timeout(PATIENCE, question).await.unwrap_or_else(|_| Err(late()))
}

#[cfg(test)]
pub(super) mod fake {
    use std::sync::Mutex;
    use std::time::Duration;

    use async_trait::async_trait;
    use jiff::Timestamp;
    use jobs::ports::{
        Container, ContainerDetail, ContainerLoad, DiskUsage, EngineEvent, Log, LogReader, Network,
        Processes, Pruned,
    };

    use super::*;

    /// Nobody answers.
    pub(in crate::doctor) struct Absent;

    /// An engine without containers behind a filter, which writes down what would have changed something.
    pub(super) struct Filtered {
        pub(super) forbidden: &'static [&'static str],
        pub(super) acted: Mutex<Vec<String>>,
    }

    impl Filtered {
        fn say<T>(&self, verb: &str, answer: Result<T, EngineError>) -> Result<T, EngineError> {
            match self.forbidden.contains(&verb) {
                true => Err(EngineError::Refused(format!("403 for {verb}"))),
                false => answer,
            }
        }

        fn nobody<T>(&self, verb: &str, container: &str) -> Result<T, EngineError> {
            if container != NOBODY {
                self.acted.lock().expect("no test panics with it").push(format!("{verb} {container}"));
            }
            self.say(verb, Err(EngineError::NoSuchContainer(container.to_owned())))
        }

        fn prune(&self) -> Result<Pruned, EngineError> {
            self.acted.lock().expect("no test panics with it").push("prune".to_owned());
            Ok(Pruned::default())
        }
    }

    macro_rules! engine {
        ($who:ty, $it:ident, $info:expr, $list:expr, $nobody:expr, $usage:expr, $prune:expr) => {
            #[async_trait]
            impl Engine for $who {
                async fn info(&self) -> Result<EngineInfo, EngineError> {
                    let $it = self;
                    $info
                }
                async fn containers(&self) -> Result<Vec<Container>, EngineError> {
                    let $it = self;
                    $list
                }
                async fn inspect(&self, container: &str) -> Result<ContainerDetail, EngineError> {
                    ($nobody)(self, "inspect", container).map(|()| ContainerDetail::default())
                }
                async fn logs(&self, container: &str, _query: &LogQuery) -> Result<Log, EngineError> {
                    ($nobody)(self, "logs", container).map(|()| Log::default())
                }
                async fn read_log(
                    &self,
                    container: &str,
                    query: &LogQuery,
                    follow: bool,
                ) -> Result<Box<dyn LogReader>, EngineError> {
                    let (_, _) = (query, follow);
                    ($nobody)(self, "logs", container)?;
                    Err(EngineError::NoSuchContainer(container.to_owned()))
                }
                async fn act(&self, verb: Verb, container: &str) -> Result<(), EngineError> {
                    ($nobody)(self, verb.name(), container)
                }
                async fn load(&self, container: &str) -> Result<ContainerLoad, EngineError> {
                    ($nobody)(self, "load", container).map(|()| ContainerLoad::default())
                }
                async fn top(&self, container: &str) -> Result<Processes, EngineError> {
                    ($nobody)(self, "top", container).map(|()| Processes::default())
                }
                async fn networks(&self) -> Result<Vec<Network>, EngineError> {
                    let $it = self;
                    ($list as Result<Vec<Container>, EngineError>).map(|_| Vec::new())
                }
                async fn happened(
                    &self,
                    since: Timestamp,
                    until: Timestamp,
                ) -> Result<Vec<EngineEvent>, EngineError> {
                    let $it = self;
                    let (_, _) = (since, until);
                    ($list as Result<Vec<Container>, EngineError>).map(|_| Vec::new())
                }
                async fn remove_image(&self, image: &str) -> Result<Pruned, EngineError> {
                    let $it = self;
                    let _ = image;
                    $prune
                }
                async fn disk_usage(&self) -> Result<DiskUsage, EngineError> {
                    let $it = self;
                    $usage
                }
                async fn prune_build_cache(&self, _unused_for: Duration) -> Result<Pruned, EngineError> {
                    let $it = self;
                    $prune
                }
                async fn prune_dangling_images(&self) -> Result<Pruned, EngineError> {
                    let $it = self;
                    $prune
                }
                async fn remove_container(&self, container: &str) -> Result<(), EngineError> {
                    ($nobody)(self, "remove", container)
                }
                async fn own_container(&self) -> Option<String> {
                    None
                }
            }
        };
    }

    fn absent<T>() -> Result<T, EngineError> {
        Err(EngineError::Unreachable("/var/run/docker.sock: no such file".to_owned()))
    }

    engine!(Absent, _it, absent(), absent(), |_: &Absent, _: &str, _: &str| absent(), absent(), absent());
    engine!(
        Filtered,
        it,
        it.say("info", Ok(EngineInfo { version: "20.10.24".into(), ..EngineInfo::default() })),
        it.say("list", Ok(Vec::new())),
        |it: &Filtered, verb: &str, container: &str| it.nobody(verb, container),
        it.say("usage", Ok(DiskUsage::default())),
        it.prune()
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn states(engine: &dyn Engine) -> Vec<(String, State)> {
        checks(engine).await.into_iter().map(|it| (it.name, it.state)).collect()
    }

    #[tokio::test]
    async fn a_machine_without_docker_is_told_once() {
        assert_eq!(states(&fake::Absent).await, [("engine".to_owned(), State::Warning)]);
    }

    #[tokio::test]
    async fn what_a_filter_forbids_is_found_out_without_acting() {
        let engine = fake::Filtered { forbidden: &["restart", "usage", "info"], acted: Vec::new().into() };
        let expected = [
            ("engine", State::Warning),
            ("list containers", State::Ok),
            ("disk usage", State::Warning),
            ("inspect", State::Ok),
            ("logs", State::Ok),
            ("restart", State::Warning),
            ("remove a container", State::Ok),
            ("prune", State::Skipped),
        ];
        assert_eq!(states(&engine).await, expected.map(|(name, state)| (name.to_owned(), state)));
        assert_eq!(*engine.acted.lock().expect("no test panics with it"), Vec::<String>::new());
    }

    #[tokio::test]
    async fn a_refusal_says_which_command_will_not_work() {
        let engine = fake::Filtered { forbidden: &["restart"], acted: Vec::new().into() };
        let restart = checks(&engine).await.into_iter().find(|it| it.name == "restart").expect("it is tried");
        assert_eq!(restart.detail, "/restart will not work: refused: 403 for restart");
        assert_eq!(restart.remedy.as_deref(), Some(FILTERED));
    }
}
