//! Docker, or what speaks its language, behind [`jobs::ports::Engine`].
//!
//! Two clients over one line. What is read comes through small tolerant structs of our own, because bollard's strict ones
//! fail a whole list for one word that is new, know one shape of disk usage only, and guess from the first byte whether a
//! log is framed. What acts is asked through bollard. Both use one `Wire`: its connections, its dialect, its errors.

mod about;
mod address;
mod api;
mod attached;
pub mod calls;
mod deed;
mod detail;
mod events;
mod fault;
mod host_config;
mod listing;
mod load;
mod log;
mod network;
mod own;
pub mod policy;
mod probe;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod promises;
mod state;
mod timings;
mod tolerant;
mod top;
mod usage;
mod wire;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bollard::query_parameters::{
    KillContainerOptions, PruneBuildOptions, PruneImagesOptions, RemoveContainerOptions, RemoveImageOptions,
    RestartContainerOptions, StartContainerOptions, StopContainerOptions,
};
use http_body_util::BodyExt as _;
use hyper::body::{Bytes, Incoming};
use hyper::{Method, Response};
use jiff::Timestamp;
use jobs::ports::{
    Allowed, Container, ContainerDetail, ContainerLoad, ContainerState, DiskUsage, Engine, EngineError,
    EngineEvent, EngineInfo, Heard, ImageNames, Log, LogQuery, LogReader, Network, Processes, Pruned, Verb,
};
use tokio::sync::{OnceCell, broadcast};
use tokio::time::{sleep, timeout};

pub use self::address::{AddressError, EngineAddress, USUAL_SOCKET};
use self::detail::Inspected;
pub use self::events::{Events, Pace};
use self::fault::Fault;
pub use self::timings::Timings;
use self::wire::Wire;

/// An engine at an address. Nothing is connected until something is asked, and each question has its own connection, so
/// the engine may be absent, come, go and be replaced at any time.
pub struct Docker {
    wire: Arc<Wire>,
    actions: bollard::Docker,
    timings: Timings,
    /// What our own process shows of the container it is in.
    traces: OnceCell<own::Traces>,
    /// Which container that is, once the engine has told where it had to be asked.
    own: OnceCell<String>,
    /// What we are about to end, for those who follow the events.
    orders: broadcast::Sender<Heard>,
    /// What is known of what we may do, and how often it was found out. Never held while anything is awaited.
    allowed: Mutex<(Allowed, u64)>,
    /// Whoever finds it out.
    probing: tokio::sync::Mutex<()>,
}

/// Between two looks at a container whose engine takes one at a time; Docker's own pause is the same.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// So many orders may be given before a follower hears of the first.
const ORDERS: usize = 64;

impl Docker {
    /// An engine with the usual [`Timings`]. Touches nothing.
    pub fn new(address: EngineAddress) -> Self {
        Self::with_timings(address, Timings::default())
    }

    /// An engine that is waited for as long as `timings` say.
    pub fn with_timings(address: EngineAddress, timings: Timings) -> Self {
        let wire = Arc::new(Wire::new(address, timings.connect));
        Self {
            actions: bridge(Arc::clone(&wire)),
            wire,
            timings,
            traces: OnceCell::new(),
            own: OnceCell::new(),
            orders: broadcast::Sender::new(ORDERS),
            allowed: Mutex::default(),
            probing: tokio::sync::Mutex::default(),
        }
    }

    /// Where it is.
    pub fn address(&self) -> &EngineAddress {
        self.wire.address()
    }

    /// Follows what happens to containers, beginning now, until what is returned is dropped. Nothing is lost while the
    /// engine is away: see [`Heard`](jobs::ports::Heard).
    pub fn events(self: &Arc<Self>, pace: Pace) -> Events {
        events::follow(Arc::clone(self), pace, None)
    }

    /// The same, beginning with what the engine still knows of the time from `since` on, by its own clock.
    pub fn events_since(self: &Arc<Self>, pace: Pace, since: Option<jiff::Timestamp>) -> Events {
        events::follow(Arc::clone(self), pace, since)
    }

    fn known(&self) -> MutexGuard<'_, (Allowed, u64)> {
        self.allowed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The container that a process runs in whose `/proc/self/cgroup` and `/proc/self/mountinfo` these are.
    pub async fn container_of(&self, cgroup: &str, mountinfo: &str) -> Option<String> {
        self.of_traces(&own::traces(cgroup, mountinfo), &OnceCell::new()).await
    }

    async fn of_traces(&self, traces: &own::Traces, known: &OnceCell<String>) -> Option<String> {
        match traces {
            own::Traces::Outside => None,
            own::Traces::Sure(id) | own::Traces::Likely { id, layer: None } => Some(id.clone()),
            own::Traces::Likely { id, layer: Some(layer) } => {
                match known.get_or_try_init(|| own::with_layer(self, id, layer)).await {
                    Ok(id) => Some(id.clone()),
                    Err(error) => {
                        tracing::debug!(%error, "the engine could not say which container is ours");
                        Some(id.clone())
                    }
                }
            }
        }
    }

    async fn inspected(&self, container: &str) -> Result<Inspected, EngineError> {
        let name = segment(container)?;
        let path = format!("/containers/{name}/json");
        self.within(self.timings.read, || format!("asking about {container}"), self.wire.read(&path))
            .await
            .map_err(|fault| fault.about(container))
    }

    /// Asks for a container's log. Whether it is a terminal's is known only here: guessing by its first byte misreads it.
    async fn opening(
        &self,
        container: &str,
        query: &LogQuery,
        follow: bool,
    ) -> Result<(bool, log::Opening), EngineError> {
        let inspected = self.inspected(container).await?;
        let name = segment(if inspected.id.is_empty() { container } else { &inspected.id })?;
        let path = log::path(&name, query, follow);
        let (wire, container) = (Arc::clone(&self.wire), container.to_owned());
        let driver = inspected.log_driver().to_owned();
        let opening = async move {
            let response = wire.send(&Method::GET, &path, &Bytes::new()).await;
            response.map_err(|fault| match fault.about(&container) {
                EngineError::Refused(why) => EngineError::Refused(format!("log driver {driver}: {why}")),
                other => other,
            })
        };
        Ok((inspected.has_tty(), Box::pin(opening)))
    }

    async fn opened(
        &self,
        container: &str,
        opening: log::Opening,
    ) -> Result<Response<Incoming>, EngineError> {
        let limit = self.timings.read;
        let answer = async { Ok::<_, Fault>(opening.await) };
        self.within(limit, || format!("reading the log of {container}"), answer)
            .await
            .map_err(Fault::plain)?
    }

    /// Announces that we are about to end this container.
    fn order<'a>(&'a self, id: &str) -> deed::Order<'a> {
        deed::Order::give(&self.orders, id)
    }

    /// Bounds a call in time. What is open then is dropped, which closes its connection.
    async fn within<T, E: Into<Fault>>(
        &self,
        limit: Duration,
        doing: impl FnOnce() -> String,
        call: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Fault> {
        match timeout(limit, call).await {
            Ok(answer) => answer.map_err(Into::into),
            Err(_) => {
                self.wire.forget();
                let limit = limit.as_secs_f64();
                Err(Fault::Unanswered(format!("{}: no answer within {limit} s", doing())))
            }
        }
    }
}

#[async_trait]
impl Engine for Docker {
    async fn info(&self) -> Result<EngineInfo, EngineError> {
        let call = async {
            let version = self.wire.version().await?;
            let info = match self.wire.read("/info").await {
                // A proxy may hide it; what the engine is, is known without.
                Err(Fault::Answered(no)) if matches!(no.status, 403..=405) => about::Info::default(),
                other => other?,
            };
            Ok::<_, Fault>(about::engine_info(version, info))
        };
        self.within(self.timings.read, || "asking the engine what it is".to_owned(), call)
            .await
            .map_err(Fault::plain)
    }

    async fn containers(&self) -> Result<Vec<Container>, EngineError> {
        let rows: tolerant::List<listing::Row> = self
            .within(
                self.timings.read,
                || "listing the containers".to_owned(),
                self.wire.read("/containers/json?all=1"),
            )
            .await
            .map_err(Fault::plain)?;
        Ok(rows.0.into_iter().map(listing::container).collect())
    }

    async fn inspect(&self, container: &str) -> Result<ContainerDetail, EngineError> {
        Ok(self.inspected(container).await?.detail())
    }

    async fn logs(&self, container: &str, query: &LogQuery) -> Result<Log, EngineError> {
        let (tty, opening) = self.opening(container, query, false).await?;
        let response = self.opened(container, opening).await?;
        let patience = log::Patience { whole: self.timings.log, pause: self.timings.log_pause };
        log::read(response, tty, query.tail, patience).await.map_err(Fault::plain)
    }

    async fn read_log(
        &self,
        container: &str,
        query: &LogQuery,
        follow: bool,
    ) -> Result<Box<dyn LogReader>, EngineError> {
        let (tty, mut opening) = self.opening(container, query, follow).await?;
        let (source, patience) = if follow {
            let source = match timeout(self.timings.read, &mut opening).await {
                Ok(response) => log::Source::Open(response?.into_body()),
                Err(_) => log::Source::Opening(opening),
            };
            (source, None)
        } else {
            let patience = log::Patience { whole: self.timings.log_stream, pause: self.timings.log_pause };
            (log::Source::Open(self.opened(container, opening).await?.into_body()), Some(patience))
        };
        Ok(Box::new(log::Reader::new(source, tty, patience)))
    }

    async fn act(&self, verb: Verb, container: &str) -> Result<(), EngineError> {
        let before = self.inspected(container).await?;
        // By id from here on: a name may come to mean another container while we wait.
        let id = if before.id.is_empty() { container } else { &before.id }.to_owned();
        let name = segment(&id)?;
        let started = before.started();
        let order = deed::ends(verb).then(|| self.order(&id));
        let (patience, seconds) = (before.stop_patience(self.timings.stop_most), before.stop_seconds());
        let (actions, margin) = (&self.actions, self.timings.margin);
        let doing = || format!("asking for {} of {container}", verb.name());
        // Wire and bollard take "not modified" for a yes: it is as it was asked to be.
        let outcome = match verb {
            Verb::Restart => {
                let options = RestartContainerOptions { signal: None, t: Some(seconds) };
                self.within(patience + margin, doing, actions.restart_container(&name, Some(options))).await
            }
            Verb::Stop => {
                let options = StopContainerOptions { signal: None, t: Some(seconds) };
                self.within(patience + margin, doing, actions.stop_container(&name, Some(options))).await
            }
            Verb::Start => {
                let options = None::<StartContainerOptions>;
                self.within(margin, doing, actions.start_container(&name, options)).await
            }
            Verb::Kill => {
                let options = None::<KillContainerOptions>;
                self.within(margin, doing, actions.kill_container(&name, options)).await
            }
            Verb::Pause => self.within(margin, doing, actions.pause_container(&name)).await,
            Verb::Unpause => self.within(margin, doing, actions.unpause_container(&name)).await,
        };
        let outcome = match outcome {
            Err(fault) if matches!(verb, Verb::Start | Verb::Restart) => Err(fault.about_starting(container)),
            other => other.map_err(|fault| fault.about(container)),
        };
        let outcome = match outcome {
            Err(EngineError::Unanswered(why)) => {
                // The engine may have done it all the same, and only its answer was lost.
                match self.inspect(&id).await {
                    Ok(after) if deed::is_done(verb, started, &after) => Ok(()),
                    Ok(after) => {
                        Err(EngineError::Unanswered(format!("{why}; it is {} now", word(&after.state))))
                    }
                    // It was to be removed with its end.
                    Err(EngineError::NoSuchContainer(_)) if deed::ends(verb) => Ok(()),
                    Err(_) => Err(EngineError::Unanswered(why)),
                }
            }
            answered => answered,
        };
        if let Some(order) = order
            && let Err(error) = &outcome
        {
            // A restart may fail half-way, with the container stopped by us.
            let after = if deed::is_refusal(error) { self.inspect(&id).await.ok() } else { None };
            if deed::is_void(error, started, after.as_ref()) {
                order.withdraw();
            }
        }
        outcome
    }

    async fn load(&self, container: &str) -> Result<ContainerLoad, EngineError> {
        let path = format!("/containers/{}/stats?stream=false", segment(container)?);
        let call = async {
            let stats: load::Stats = match self.wire.read(&path).await {
                // Podman's answer about one that does not run.
                Err(Fault::Empty(_)) => return Ok(ContainerLoad::default()),
                other => other?,
            };
            let Some(before) = stats.only_look() else { return Ok(stats.load(None)) };
            sleep(BETWEEN_LOOKS).await;
            let again: load::Stats = self.wire.read(&path).await?;
            Ok::<_, Fault>(again.load(Some(&before)))
        };
        self.within(self.timings.read, || format!("asking what {container} uses"), call)
            .await
            .map_err(|fault| fault.about(container))
    }

    async fn top(&self, container: &str) -> Result<Processes, EngineError> {
        let path = format!("/containers/{}/top", segment(container)?);
        let call = async {
            match self.wire.read(&path).await {
                Err(Fault::Empty(_)) => self.wire.read(&format!("{path}?ps_args={}", top::PODMANS)).await,
                other => other,
            }
        };
        let top = self.within(self.timings.read, || format!("asking for the processes of {container}"), call);
        let top = top.await.map_err(|fault| match fault {
            Fault::Empty(_) => {
                EngineError::Refused(format!("{container} has no processes to show: is it running?"))
            }
            other => other.about(container),
        })?;
        Ok(top::processes(top))
    }

    async fn networks(&self) -> Result<Vec<Network>, EngineError> {
        let rows: tolerant::List<network::Row> = self
            .within(self.timings.read, || "listing the networks".to_owned(), self.wire.read("/networks"))
            .await
            .map_err(Fault::plain)?;
        Ok(rows.0.into_iter().map(network::network).collect())
    }

    async fn happened(&self, since: Timestamp, until: Timestamp) -> Result<Vec<EngineEvent>, EngineError> {
        events::happened(self, since, until).await
    }

    async fn image(&self, image: &str) -> Result<Option<ImageNames>, EngineError> {
        let name = reference(image)?;
        let path = format!("/images/{name}/json");
        let doing = || format!("asking about the image {image}");
        match self.within(self.timings.read, doing, self.wire.read(&path)).await {
            Ok(found) => Ok(Some(usage::names(found))),
            Err(Fault::Answered(no)) if no.status == 404 => Ok(None),
            Err(fault) => Err(fault.plain()),
        }
    }

    async fn remove_image(&self, image: &str) -> Result<Pruned, EngineError> {
        let name = reference(image)?;
        let options = RemoveImageOptions { force: false, noprune: false, platforms: None };
        let call = self.actions.remove_image(name, Some(options), None);
        let outcome = self.within(self.timings.removal, || format!("removing the image {image}"), call).await;
        let why = match outcome {
            // Names that were taken off, and the image and its layers.
            Ok(removed) => return Ok(Pruned { items: count(removed.len()), claimed: 0 }),
            Err(Fault::Answered(no)) if no.status == 404 => {
                return Err(EngineError::Refused(format!("no such image: {image}")));
            }
            Err(Fault::Unanswered(why)) => why,
            Err(fault) => return Err(fault.plain()),
        };
        match self.image(image).await {
            Ok(None) => Ok(Pruned { items: 1, claimed: 0 }),
            Ok(Some(_)) => Err(EngineError::Unanswered(format!("{why}; it is still there"))),
            Err(_) => Err(EngineError::Unanswered(why)),
        }
    }

    async fn disk_usage(&self) -> Result<DiskUsage, EngineError> {
        // `verbose` is what makes API 1.52 and later list the things themselves; older ones do not know the word.
        let call = self.wire.read("/system/df?verbose=1");
        let usage = self
            .within(self.timings.disk, || "asking for disk usage".to_owned(), call)
            .await
            .map_err(Fault::plain)?;
        Ok(usage::disk_usage(usage))
    }

    async fn prune_build_cache(&self, unused_for: Duration) -> Result<Pruned, EngineError> {
        // Only `until`: the options that name sizes have other names in every generation, and an engine that does not
        // know one prunes everything. Seconds, because Go's durations have no days.
        let options = PruneBuildOptions {
            filters: Some(filter("until", format!("{}s", unused_for.as_secs()))),
            ..PruneBuildOptions::default()
        };
        let pruned = self
            .within(
                self.timings.removal,
                || "removing build cache".to_owned(),
                self.actions.prune_build(Some(options)),
            )
            .await
            .map_err(|fault| match fault {
                Fault::Answered(no) if no.status == 404 => EngineError::Refused(
                    "this engine does not know how to remove build cache (Podman keeps none)".to_owned(),
                ),
                other => other.plain(),
            })?;
        Ok(Pruned {
            items: count(pruned.caches_deleted.unwrap_or_default().len()),
            claimed: bytes(pruned.space_reclaimed),
        })
    }

    async fn prune_dangling_images(&self) -> Result<Pruned, EngineError> {
        let options = PruneImagesOptions { filters: Some(filter("dangling", "true".to_owned())) };
        let pruned = self
            .within(
                self.timings.removal,
                || "removing dangling images".to_owned(),
                self.actions.prune_images(Some(options)),
            )
            .await
            .map_err(Fault::plain)?;
        // Names that were taken off are in the list too.
        let removed =
            pruned.images_deleted.unwrap_or_default().iter().filter(|it| it.deleted.is_some()).count();
        Ok(Pruned { items: count(removed), claimed: bytes(pruned.space_reclaimed) })
    }

    async fn remove_container(&self, container: &str) -> Result<(), EngineError> {
        let name = segment(container)?;
        let order = self.order(container);
        let options = RemoveContainerOptions { v: false, force: false, link: false };
        let call = self.actions.remove_container(&name, Some(options));
        let outcome = self
            .within(self.timings.removal, || format!("removing {container}"), call)
            .await
            .map_err(|fault| fault.about(container));
        let outcome = match outcome {
            Err(EngineError::Unanswered(why)) => match self.inspect(container).await {
                Err(EngineError::NoSuchContainer(_)) => Ok(()),
                Ok(now) => Err(EngineError::Unanswered(format!("{why}; it is {} now", word(&now.state)))),
                Err(_) => Err(EngineError::Unanswered(why)),
            },
            answered => answered,
        };
        if outcome.as_ref().is_err_and(|error| deed::is_void(error, None, None)) {
            order.withdraw();
        }
        outcome
    }

    async fn own_container(&self) -> Option<String> {
        // Read once: a process does not change its container.
        let read = || async {
            let files = tokio::task::spawn_blocking(|| {
                ["/proc/self/cgroup", "/proc/self/mountinfo"].map(|file| {
                    std::fs::read(file).map_or(String::new(), |it| String::from_utf8_lossy(&it).into_owned())
                })
            });
            let [cgroup, mountinfo] = files.await.unwrap_or_default();
            own::traces(&cgroup, &mountinfo)
        };
        let traces = self.traces.get_or_init(read).await;
        self.of_traces(traces, &self.own).await
    }

    async fn allowed(&self) -> Allowed {
        self.known().0
    }

    async fn probe(&self) -> Allowed {
        let asked = self.known().1;
        let _one_at_a_time = self.probing.lock().await;
        // Who waited for somebody else's answer has it.
        if asked == self.known().1
            && let Some(found) = self.find_out().await
        {
            let mut known = self.known();
            *known = (found, known.1.wrapping_add(1));
        }
        self.known().0
    }
}

/// Bollard over our own line: it builds the requests and reads the answers, and never touches a socket.
fn bridge(wire: Arc<Wire>) -> bollard::Docker {
    /// Bollard's own limit, in whole seconds and for the headers only. Ours are shorter; see [`Docker::within`].
    const NEVER: u64 = 24 * 3600;
    let transport = move |request: bollard::BollardRequest| {
        let wire = Arc::clone(&wire);
        async move {
            let (parts, body) = request.into_parts();
            let body = body
                .collect()
                .await
                .map_err(|error| Fault::Garbled(format!("a request's own body: {error}")))?
                .to_bytes();
            let path = parts.uri.path_and_query().map_or("/", |it| it.as_str());
            Ok(wire.send(&parts.method, path, &body).await?)
        }
    };
    bollard::Docker::connect_with_custom_transport(
        transport,
        Some("http://engine"),
        NEVER,
        bollard::API_DEFAULT_VERSION,
    )
    .expect("it only keeps what it is given")
}

/// A container's name as one segment of a path. Whatever could lead to another path is not asked at all: clients and
/// engines resolve `..`, even where it is encoded, and no container is called so.
fn segment(container: &str) -> Result<String, EngineError> {
    let name = container.strip_prefix('/').unwrap_or(container);
    if name.bytes().all(|it| it == b'.') || name.contains(['/', '\\']) {
        return Err(EngineError::NoSuchContainer(container.to_owned()));
    }
    let mut segment = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            segment.push(char::from(byte));
        } else {
            segment.push_str(&format!("%{byte:02X}"));
        }
    }
    Ok(segment)
}

/// An image's id or name as a part of a path, slashes and all, as the filter before the engine knows it: see
/// [`policy::IMAGE`]. Each part of it begins with a letter, a figure or `_`: none is empty, or `..`, or encoded.
fn reference(image: &str) -> Result<&str, EngineError> {
    let is_plain = !image.contains('%') && calls::is_image(image);
    is_plain.then_some(image).ok_or_else(|| EngineError::Refused(format!("not an image's name: {image}")))
}

fn filter(name: &str, value: String) -> HashMap<String, Vec<String>> {
    HashMap::from([(name.to_owned(), vec![value])])
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

fn bytes(claimed: Option<i64>) -> u64 {
    claimed.and_then(|it| u64::try_from(it).ok()).unwrap_or(0)
}

/// For an error that tells how a container was found.
fn word(state: &ContainerState) -> String {
    match state {
        ContainerState::Other(word) => word.clone(),
        ContainerState::Unsaid => "in a state the engine does not name".to_owned(),
        known => format!("{known:?}").to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_never_changes_the_path() {
        let check = |name: &str, expected: &str| {
            assert_eq!(segment(name).expect(name), expected, "{name}");
        };
        check("web", "web");
        check("/web", "web");
        check("shop_web-1.old", "shop_web-1.old");
        check("web?all=1", "web%3Fall%3D1");
        check("web#x", "web%23x");
        check("web%2e", "web%252e");
        check("a b\r\nHost: x", "a%20b%0D%0AHost%3A%20x");
        check("\u{434}", "%D0%B4");
        for name in ["", "/", ".", "..", "...", "../version", "web/json", "a/../b", "..\\x", "//x"] {
            assert_eq!(segment(name), Err(EngineError::NoSuchContainer(name.to_owned())), "{name}");
        }
    }

    #[test]
    fn an_images_name_is_a_path_that_leads_nowhere_else() {
        let digest = format!("sha256:{}", "a".repeat(64));
        let pinned = format!("box.lan:5000/a/b@{digest}");
        for name in ["nginx", "nginx:1.27", "shop/web:2", "host:5000/a/b_c/d:tag-1.0", &digest, &pinned] {
            assert_eq!(reference(name), Ok(name));
        }
        for name in [
            "",
            "/",
            "..",
            "a/..",
            "a/../b",
            "../../containers/x",
            "a/./b",
            "a//b",
            "/a",
            "a/",
            "a:",
            "a/%2e%2e/b",
            "a%2Fb",
            "a?force=1",
            "a#b",
            "a b",
            "a\\b",
            "a\r\nHost: x",
            "<none>:<none>",
            "\u{434}",
        ] {
            let why = format!("not an image's name: {name}");
            assert_eq!(reference(name), Err(EngineError::Refused(why)), "{name}");
        }
    }

    #[test]
    fn nothing_is_connected_by_making_one() {
        // Outside of a runtime, and to nowhere.
        let docker = Docker::new("tcp://does.not.exist:1".parse().expect("an address"));
        assert_eq!(docker.address().to_string(), "tcp://does.not.exist:1");
    }

    #[tokio::test]
    async fn without_a_socket_a_person_is_told_what_is_missing() {
        let docker = Docker::new("unix:///nowhere/docker.sock".parse().expect("an address"));
        let error = docker.containers().await.expect_err("nobody is there").to_string();
        assert_eq!(
            error,
            "unreachable: Docker does not answer at unix:///nowhere/docker.sock: no such file. Is the engine running, \
             and its socket mounted here?"
        );
    }
}
