//! Which images were seen in use, and when: no engine says so.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Done;
use crate::ports::{Container, DiskUsage, Engine, EngineError, ImageUse};
use crate::series::since;
use crate::{JobContext, JobError, Ports};

/// What is in use is written down so often at most, while the same images are.
const OFTEN: Duration = Duration::from_secs(3600);

/// More images than this are not remembered, or than twice as many as are in use: where each build makes one and runs it
/// once, they are thousands a year, and nothing tells us that they are gone until a disk is full.
const MOST: usize = 2000;

/// What is known of the engine's images, by their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenImages(pub BTreeMap<String, SeenImage>);

/// What is known of an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenImage {
    /// When it was first seen.
    pub first: Timestamp,
    /// When a container referred to it last, running or not; none: never that we saw.
    pub used: Option<Timestamp>,
    /// What it was called, without tags: `ghcr.io/shop/web`. It is remembered after the name has gone to a newer image.
    pub repositories: BTreeSet<String>,
}

impl SeenImages {
    /// Learns from a look at the containers; answers whether there is anything to be written down. All images that are in
    /// use at one look have the same time, so that two that ran together are equally the last.
    fn learn_use(&mut self, containers: &[Container], now: Timestamp) -> bool {
        let used: BTreeMap<&str, &str> = containers
            .iter()
            .filter(|it| !it.image_id.is_empty())
            .map(|it| (it.image_id.as_str(), it.image.as_str()))
            .collect();
        let latest = self.0.values().filter_map(|it| it.used).max();
        let is_known = |(id, name): (&&str, &&str)| {
            let known = self.0.get(*id);
            known.is_some_and(|it| {
                it.used.is_some_and(|at| Some(at) == latest && at <= now && since(now, at) < OFTEN)
                    && repository(name).is_none_or(|name| it.repositories.contains(name))
            })
        };
        if used.iter().all(is_known) {
            return false;
        }
        for (id, name) in used {
            let image = self.entry(id, now);
            image.used = Some(now);
            image.repositories.extend(repository(name).map(str::to_owned));
        }
        self.forget_all_but(MOST.max(2 * containers.len()));
        true
    }

    /// Forgets what was used longest ago, and first what is not the last of its repository that ran.
    fn forget_all_but(&mut self, most: usize) {
        let surplus = self.0.len().saturating_sub(most);
        if surplus == 0 {
            return;
        }
        let last = self.last_runs();
        let rank = |id: &String| (last.contains(id.as_str()), self.last_use(id), id.clone());
        let mut order: Vec<_> = self.0.keys().map(rank).collect();
        order.sort();
        for (_, _, id) in order.into_iter().take(surplus) {
            self.0.remove(&id);
        }
    }

    /// Learns from the engine's list of images, and forgets those that are no more.
    fn learn_images(&mut self, images: &[ImageUse], now: Timestamp) -> bool {
        let before = self.clone();
        let there: BTreeSet<&str> = images.iter().map(|it| it.id.as_str()).collect();
        self.0.retain(|id, _| there.contains(id.as_str()));
        for it in images {
            let names = it.tags.iter().chain(&it.digests).filter_map(|it| repository(it));
            self.entry(&it.id, now).repositories.extend(names.map(str::to_owned));
        }
        *self != before
    }

    fn entry(&mut self, id: &str, now: Timestamp) -> &mut SeenImage {
        let new = || SeenImage { first: now, used: None, repositories: BTreeSet::new() };
        self.0.entry(id.to_owned()).or_insert_with(new)
    }

    /// When an image was used last, or seen first; none: we have never seen it.
    pub(super) fn last_use(&self, id: &str) -> Option<Timestamp> {
        self.0.get(id).map(|it| it.used.map_or(it.first, |used| used.max(it.first)))
    }

    /// The images that a container of their repository ran last.
    pub(super) fn last_runs(&self) -> BTreeSet<&str> {
        let mut last: BTreeMap<&str, Timestamp> = BTreeMap::new();
        let runs = || {
            let used = self.0.iter().filter_map(|(id, it)| Some((id.as_str(), it, it.used?)));
            used.flat_map(|(id, it, used)| it.repositories.iter().map(move |name| (name.as_str(), id, used)))
        };
        for (name, _, used) in runs() {
            let known = last.entry(name).or_insert(used);
            *known = used.max(*known);
        }
        runs().filter(|(name, _, used)| last.get(name) == Some(used)).map(|(_, id, _)| id).collect()
    }
}

/// `registry:5000/shop/web` of `registry:5000/shop/web:1.2` and of `registry:5000/shop/web@sha256:…`; none of a bare id.
fn repository(reference: &str) -> Option<&str> {
    let name = reference.split('@').next().unwrap_or_default();
    let slash = name.rfind('/').map_or(0, |it| it + 1);
    let name = name[slash..].find(':').map_or(name, |colon| &name[..slash + colon]);
    let is_id = 12 <= name.len() && name.bytes().all(|it| it.is_ascii_hexdigit());
    (!name.is_empty() && name != "sha256" && name != "<none>" && !is_id).then_some(name)
}

/// Learns from the newest look at the machine, which costs the engine nothing. What cannot be written down now is learnt
/// again at the next look.
pub(super) fn learn_from_look(context: &JobContext<'_>) {
    let Some(look) = context.ports.latest.look() else { return };
    let Ok(containers) = &look.containers else { return };
    let store = &context.ports.store;
    // What cannot be read is not replaced.
    let Ok(seen) = store.seen_images() else { return };
    let mut seen = seen.unwrap_or_default();
    if seen.learn_use(containers, context.now) {
        let _ = store.put_seen_images(&seen);
    }
}

/// What is known of the images that lie there, with what is seen of them now.
pub(super) async fn learn(ports: &Ports, usage: &DiskUsage, now: Timestamp) -> Result<SeenImages, JobError> {
    let mut seen = ports.store.seen_images()?.unwrap_or_default();
    if usage.images.is_empty() {
        return Ok(seen);
    }
    let containers = ports.engine.containers().await?;
    let mut is_news = seen.learn_images(&usage.images, now);
    is_news |= seen.learn_use(&containers, now);
    if is_news {
        // A full disk may take no writes. What is not remembered is only older than we think, and stays.
        let _ = ports.store.put_seen_images(&seen);
    }
    Ok(seen)
}

/// Removes images one by one, never by force, the newest first: one may be made from another. `images` are as they were
/// listed: one that is gone by now, or has been given another name since, is left out.
pub(super) async fn remove(remedy: &str, mut images: Vec<&ImageUse>, engine: &dyn Engine) -> Done {
    images.sort_by_key(|it| Reverse(it.created));
    let mut done = Done { remedy: remedy.to_owned(), ..Done::default() };
    for image in images {
        match remove_one(image, engine).await {
            Ok(Some(claimed)) => {
                done.items += 1;
                done.claimed += claimed;
            }
            Ok(None) => {}
            Err(error) => {
                let name = image.tags.first().map_or(image.id.as_str(), String::as_str);
                done.failure = Some(format!("{name}: {error}"));
                if !matches!(error, EngineError::Refused(_)) {
                    break;
                }
            }
        }
    }
    done
}

/// An engine removes no image by its id that has several names, so all but one are taken off first, and then the image
/// goes by its id, which can mean no other. A name may have come to mean another image since they were listed, and taking
/// it off might remove that one: it is looked at right before.
///
/// Engines say nothing of bytes when they remove an image: they were asked for before. None when it is not ours to remove
/// any more.
async fn remove_one(image: &ImageUse, engine: &dyn Engine) -> Result<Option<u64>, EngineError> {
    let Some(now) = engine.image(&image.id).await? else { return Ok(None) };
    if now.tags.iter().any(|it| !image.tags.contains(it)) {
        return Ok(None);
    }
    for tag in now.tags.iter().skip(1) {
        let meant = engine.image(tag).await?;
        if meant.is_some_and(|it| it.id == now.id) {
            engine.remove_image(tag).await?;
        }
    }
    if let Err(error) = engine.remove_image(&image.id).await {
        // Where its first name was moved away meanwhile, it went with the last that was taken off.
        let is_gone = matches!(error, EngineError::Refused(_)) && engine.image(&image.id).await?.is_none();
        if !is_gone {
            return Err(error);
        }
    }
    Ok(Some(image.unshared.unwrap_or(image.size)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fakes::scenes::{at, container};
    use crate::fakes::{Call, World};
    use crate::ports::ContainerState;

    const HOUR: i64 = 3600;

    fn running(id: &str, image: &str) -> Container {
        let container = container(id, ContainerState::Running);
        Container { image_id: id.to_owned(), image: image.to_owned(), ..container }
    }

    #[test]
    fn a_reference_belongs_to_a_repository() {
        for (reference, expected) in [
            ("nginx", Some("nginx")),
            ("nginx:1.27", Some("nginx")),
            ("registry:5000/shop/web:1", Some("registry:5000/shop/web")),
            ("registry:5000/shop/web", Some("registry:5000/shop/web")),
            ("nginx@sha256:0123", Some("nginx")),
            ("nginx:1@sha256:0123", Some("nginx")),
            ("sha256:0123456789abcdef", None),
            ("0123456789ab", None),
            ("<none>@<none>", None),
            ("", None),
        ] {
            assert_eq!(repository(reference), expected, "{reference}");
        }
    }

    #[test]
    fn what_is_in_use_is_written_once_an_hour_and_when_it_changes() {
        let mut seen = SeenImages::default();
        let old = [running("a", "web:1")];
        assert!(seen.learn_use(&old, at(0)));
        assert!(!seen.learn_use(&old, at(HOUR - 1)));
        assert!(seen.learn_use(&old, at(HOUR)));
        let new = [running("b", "web:2")];
        assert!(seen.learn_use(&new, at(HOUR + 60)));
        assert!(!seen.learn_use(&new, at(HOUR + 120)));
        // Back to the old one, for a minute: it is the last that ran all the same.
        assert!(seen.learn_use(&old, at(HOUR + 180)));
        assert_eq!(seen.last_runs(), BTreeSet::from(["a"]));
        // A clock that was set back.
        assert!(seen.learn_use(&old, at(0)));
    }

    #[test]
    fn the_last_of_each_repository_that_ran_is_known_after_its_name_is_gone() {
        let mut seen = SeenImages::default();
        seen.learn_use(&[running("a", "web:latest"), running("db", "postgres:16")], at(0));
        seen.learn_use(&[running("b", "web:latest"), running("db", "postgres:16")], at(60));
        assert_eq!(seen.last_runs(), BTreeSet::from(["b", "db"]));
        let image = |id: &str, tags: &[&str]| ImageUse {
            id: id.to_owned(),
            tags: tags.iter().map(|it| (*it).to_owned()).collect(),
            ..ImageUse::default()
        };
        // Both are stopped and gone; a newer one took the name and has never run.
        seen.learn_images(&[image("a", &[]), image("b", &[]), image("c", &["web:latest"])], at(120));
        assert_eq!(seen.last_runs(), BTreeSet::from(["b"]));
        assert_eq!((seen.last_use("a"), seen.last_use("c")), (Some(at(0)), Some(at(120))));
        assert_eq!(seen.last_use("db"), None, "what is no more is forgotten");
    }

    #[test]
    fn images_that_run_once_and_never_again_are_not_remembered_for_ever() {
        let mut seen = SeenImages::default();
        // Each build has an image of its own, beside a service that always runs and one that ran long ago.
        let service = running("service", "shop/web:1");
        seen.learn_use(&[running("former", "shop/mail:1"), service.clone()], at(0));
        let builds = MOST as i64 + 100;
        for build in 1..=builds {
            let once = running(&format!("build-{build:05}"), "ci/build:latest");
            seen.learn_use(&[once, service.clone()], at(build * 600));
        }
        assert_eq!(seen.0.len(), MOST);
        let newest = format!("build-{builds:05}");
        assert_eq!(seen.last_runs(), BTreeSet::from(["former", "service", newest.as_str()]));
        assert_eq!(seen.last_use("build-00001"), None);
    }

    #[test]
    fn it_is_read_again_as_it_was_written() {
        let mut seen = SeenImages::default();
        seen.learn_use(&[running("a", "web:1")], at(0));
        let written = serde_json::to_string(&seen).expect("it is plain data");
        assert_eq!(serde_json::from_str::<SeenImages>(&written).expect("its own words"), seen);
    }

    /// What becomes of images that were listed as `listed` when these are there by now.
    async fn removed(listed: &[(&str, &[&str])], now: &[(&str, &[&str])]) -> (u64, Vec<Call>, Vec<String>) {
        let image = |(id, tags): &(&str, &[&str])| ImageUse {
            id: (*id).to_owned(),
            tags: tags.iter().map(|it| (*it).to_owned()).collect(),
            ..ImageUse::default()
        };
        let world = World::default();
        world.set_disk_usage(DiskUsage { images: now.iter().map(image).collect(), ..DiskUsage::default() });
        let listed: Vec<ImageUse> = listed.iter().map(image).collect();
        let done = remove("unused-images", listed.iter().collect(), &world).await;
        assert_eq!(done.failure, None);
        let left = world.disk_usage_now().images.into_iter().map(|it| it.id).collect();
        (done.items, world.effects(), left)
    }

    fn asked(images: &[&str]) -> Vec<Call> {
        images.iter().map(|it| Call::RemoveImage((*it).to_owned())).collect()
    }

    #[tokio::test]
    async fn an_image_goes_with_all_its_names_and_takes_no_other_with_it() {
        let listed: &[(&str, &[&str])] = &[("old", &["a:1", "registry:5000/shop/a:1", "b:1"])];
        let untouched = removed(listed, listed).await;
        assert_eq!(untouched, (1, asked(&["registry:5000/shop/a:1", "b:1", "old"]), vec![]));
        // A name means a new image by now, which has no other.
        let moved: &[(&str, &[&str])] = &[("old", &["a:1", "b:1"]), ("new", &["registry:5000/shop/a:1"])];
        assert_eq!(removed(listed, moved).await, (1, asked(&["b:1", "old"]), vec!["new".to_owned()]));
        // All of them do.
        let moved: &[(&str, &[&str])] = &[("old", &[]), ("new", listed[0].1)];
        assert_eq!(removed(listed, moved).await, (1, asked(&["old"]), vec!["new".to_owned()]));
    }

    #[tokio::test]
    async fn what_is_gone_or_was_given_another_name_since_is_left_alone() {
        let listed: &[(&str, &[&str])] = &[("old", &["a:1"]), ("nameless", &[])];
        assert_eq!(removed(listed, &[]).await, (0, vec![], vec![]));
        let now: &[(&str, &[&str])] = &[("old", &["a:1", "keep:1"]), ("nameless", &["keep:2"])];
        assert_eq!(removed(listed, now).await, (0, vec![], vec!["old".to_owned(), "nameless".to_owned()]));
    }
}
