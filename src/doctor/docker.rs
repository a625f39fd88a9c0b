//! Does Docker answer, and what would it let us do?
//!
//! What can be read is read. The rest is found out by the engine's own adapter, which does none of it.

use std::future::Future;

use jobs::ports::{Allowed, Engine, EngineError, EngineInfo, Permission, Reach, Right};

use super::{Check, PATIENCE, State, Subject};
use crate::docker::calls::CALLS;

const FILTERED: &str =
    "allow it in the filter before Docker: `vakhta docker-policy` prints what it has to let through";

/// All of the questions take so long at most; each has a limit of its own, much shorter.
const PROBING: std::time::Duration = std::time::Duration::from_secs(60);

pub(super) async fn checks(engine: &dyn Engine) -> Vec<Check> {
    let (first, answers) = reachable(ask(engine.info()).await);
    let mut checks = vec![first];
    if !answers {
        return checks;
    }
    checks.push(reading("list containers", "/ps", ask(engine.containers()).await.map(|it| it.len())));
    checks.push(reading("disk usage", "/fix", ask(engine.disk_usage()).await.map(|it| it.images.len())));
    let allowed = tokio::time::timeout(PROBING, engine.probe()).await.unwrap_or_default();
    // Those two are settled by having been done.
    let others = CALLS.iter().filter(|it| !matches!(it.right, Right::List | Right::DiskUsage));
    checks.extend(others.map(|it| permission(it.right, it.what_for, &allowed)));
    checks.push(reach(&allowed));
    checks
}

fn permission(right: Right, what_for: &str, allowed: &Allowed) -> Check {
    let check = |state, detail| Check::new(Subject::Docker, right.name(), state, detail);
    match allowed.of(right) {
        Permission::Yes => check(State::Ok, "allowed".to_owned()),
        Permission::No => {
            check(State::Warning, format!("forbidden, so it does without: {what_for}")).remedy(FILTERED)
        }
        Permission::Missing => check(State::Skipped, "this engine does not know how".to_owned()),
        Permission::Unknown => check(State::Skipped, "could not be found out without doing it".to_owned()),
    }
}

/// Which profile of `vakhta docker-policy` that is.
fn reach(allowed: &Allowed) -> Check {
    let (state, detail) = match allowed.reach() {
        Reach::Everything => (State::Ok, "healer: everything that Vakhta can do"),
        Reach::NoRemoving => (State::Ok, "operator: it looks, starts and stops, and removes nothing"),
        Reach::ReadOnly => (State::Ok, "viewer: it only looks"),
        Reach::Parts(_) => (State::Warning, "none: what is forbidden is between two profiles"),
        Reach::Unknown => (State::Skipped, "could not be found out"),
    };
    Check::new(Subject::Docker, "profile", state, detail)
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
        Container, ContainerDetail, ContainerLoad, DiskUsage, EngineEvent, ImageNames, Log, LogQuery,
        LogReader, Network, Processes, Pruned, Verb,
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
            self.acted.lock().expect("no test panics with it").push(format!("{verb} {container}"));
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
                async fn image(&self, image: &str) -> Result<Option<ImageNames>, EngineError> {
                    ($nobody)(self, "image", image).map(|()| None)
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
                async fn allowed(&self) -> Allowed {
                    self.rights()
                }
            }
        };
    }

    impl Absent {
        fn rights(&self) -> Allowed {
            Allowed::default()
        }
    }

    impl Filtered {
        fn rights(&self) -> Allowed {
            Allowed::by(|right| match self.forbidden.contains(&right.name()) {
                true => Permission::No,
                false if right == Right::PruneImages => Permission::Unknown,
                false if right == Right::PruneBuildCache => Permission::Missing,
                false => Permission::Yes,
            })
        }
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
    use jobs::ports::Profile;

    use super::*;

    async fn states(engine: &dyn Engine) -> Vec<(String, State)> {
        checks(engine).await.into_iter().map(|it| (it.name, it.state)).collect()
    }

    #[tokio::test]
    async fn a_machine_without_docker_is_told_once() {
        assert_eq!(states(&fake::Absent).await, [("engine".to_owned(), State::Warning)]);
    }

    #[tokio::test]
    async fn what_a_filter_forbids_is_said_and_nothing_is_done() {
        let engine = fake::Filtered { forbidden: &["restart", "usage", "info"], acted: Vec::new().into() };
        let found = states(&engine).await;
        let of = |name: &str| found.iter().find(|it| it.0 == name).map(|it| it.1);
        let expected = [
            ("engine", State::Warning),
            ("list containers", State::Ok),
            ("disk usage", State::Warning),
            ("inspect", State::Ok),
            ("logs", State::Ok),
            ("restart", State::Warning),
            ("remove-container", State::Ok),
            ("prune-images", State::Skipped),
            ("prune-build-cache", State::Skipped),
            ("profile", State::Warning),
        ];
        for (name, state) in expected {
            assert_eq!(of(name), Some(state), "{name}");
        }
        assert_eq!(found.len(), 3 + CALLS.len() - 2 + 1);
        assert_eq!(*engine.acted.lock().expect("no test panics with it"), Vec::<String>::new());
    }

    #[tokio::test]
    async fn a_refusal_says_which_command_will_not_work() {
        let engine = fake::Filtered { forbidden: &["restart"], acted: Vec::new().into() };
        let restart = checks(&engine).await.into_iter().find(|it| it.name == "restart").expect("it is tried");
        assert_eq!(restart.detail, "forbidden, so it does without: /restart, healing");
        assert_eq!(restart.remedy.as_deref(), Some(FILTERED));
    }

    #[test]
    fn the_profile_is_named_where_it_is_one() {
        let detail = |profile| reach(&Allowed::profile(profile)).detail;
        assert_eq!(detail(Profile::Viewer), "viewer: it only looks");
        assert_eq!(detail(Profile::Operator), "operator: it looks, starts and stops, and removes nothing");
        assert_eq!(detail(Profile::Healer), "healer: everything that Vakhta can do");
    }
}
