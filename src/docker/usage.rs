//! `GET /system/df`, in its shape before API 1.52 and in the one since.

use std::collections::BTreeMap;

use jobs::ports::{BuildCacheUse, ContainerUse, DiskUsage, ImageNames, ImageUse, VolumeUse};
use serde::Deserialize;

use super::tolerant::{Count, List, Moment, lenient};
use super::{listing, state};

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Usage {
    #[serde(deserialize_with = "lenient")]
    images: List<Image>,
    #[serde(deserialize_with = "lenient")]
    containers: List<ContainerRow>,
    #[serde(deserialize_with = "lenient")]
    volumes: List<Volume>,
    #[serde(deserialize_with = "lenient")]
    build_cache: List<Cache>,
    #[serde(deserialize_with = "lenient")]
    image_usage: Items<Image>,
    #[serde(deserialize_with = "lenient")]
    container_usage: Items<ContainerRow>,
    #[serde(deserialize_with = "lenient")]
    volume_usage: Items<Volume>,
    #[serde(deserialize_with = "lenient")]
    build_cache_usage: Items<Cache>,
}

/// Since API 1.52 each list stands beside its totals, and only where `verbose` was asked for.
#[derive(Debug, Deserialize)]
#[serde(bound = "T: serde::de::DeserializeOwned")]
struct Items<T> {
    #[serde(rename = "Items", default)]
    items: List<T>,
}

impl<T> Default for Items<T> {
    fn default() -> Self {
        Self { items: List::default() }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Image {
    #[serde(deserialize_with = "lenient")]
    id: String,
    #[serde(deserialize_with = "lenient")]
    repo_tags: Vec<String>,
    #[serde(deserialize_with = "lenient")]
    repo_digests: Vec<String>,
    #[serde(deserialize_with = "lenient")]
    labels: BTreeMap<String, String>,
    #[serde(deserialize_with = "lenient")]
    size: Count,
    #[serde(deserialize_with = "lenient")]
    shared_size: Count,
    #[serde(deserialize_with = "lenient")]
    containers: Count,
    #[serde(deserialize_with = "lenient")]
    created: Moment,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct ContainerRow {
    #[serde(deserialize_with = "lenient")]
    id: String,
    #[serde(deserialize_with = "lenient")]
    names: Vec<String>,
    #[serde(deserialize_with = "lenient")]
    state: String,
    #[serde(deserialize_with = "lenient")]
    size_rw: Count,
    #[serde(deserialize_with = "lenient")]
    created: Moment,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Volume {
    #[serde(deserialize_with = "lenient")]
    name: String,
    #[serde(deserialize_with = "lenient")]
    usage_data: VolumeUsage,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct VolumeUsage {
    #[serde(deserialize_with = "lenient")]
    size: Count,
    #[serde(deserialize_with = "lenient")]
    ref_count: Count,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Cache {
    #[serde(rename = "ID", deserialize_with = "lenient")]
    id: String,
    #[serde(deserialize_with = "lenient")]
    in_use: bool,
    #[serde(deserialize_with = "lenient")]
    shared: bool,
    #[serde(deserialize_with = "lenient")]
    size: Count,
    #[serde(deserialize_with = "lenient")]
    last_used_at: Moment,
}

pub(super) fn disk_usage(usage: Usage) -> DiskUsage {
    DiskUsage {
        images: either(usage.images, usage.image_usage, image),
        containers: either(usage.containers, usage.container_usage, container),
        volumes: either(usage.volumes, usage.volume_usage, volume),
        build_cache: either(usage.build_cache, usage.build_cache_usage, cache),
    }
}

/// An engine may fill both places with the same things.
fn either<T, U>(before: List<T>, since: Items<T>, noun: impl Fn(T) -> U) -> Vec<U> {
    let rows = if since.items.0.is_empty() { before } else { since.items };
    rows.0.into_iter().map(noun).collect()
}

fn image(row: Image) -> ImageUse {
    let size = row.size.0.unwrap_or(0);
    ImageUse {
        id: digest(row.id),
        // An image pulled by digest alone has none either, and a prune of dangling images does take it. Podman says the
        // tag without the name.
        tags: tags(row.repo_tags),
        digests: row.repo_digests.into_iter().filter(|it| it != "<none>@<none>").collect(),
        labels: row.labels.into_iter().collect(),
        size,
        unshared: row.shared_size.0.map(|shared| size.saturating_sub(shared)),
        containers: row.containers.0.unwrap_or(0),
        created: row.created.0,
    }
}

/// One image, as it was asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Named {
    #[serde(deserialize_with = "lenient")]
    id: String,
    #[serde(deserialize_with = "lenient")]
    repo_tags: Vec<String>,
}

pub(super) fn names(image: Named) -> ImageNames {
    ImageNames { id: digest(image.id), tags: tags(image.repo_tags) }
}

fn tags(repo_tags: Vec<String>) -> Vec<String> {
    repo_tags.into_iter().filter(|it| it != "<none>:<none>" && it != "<none>").collect()
}

/// Podman leaves out here what its list of containers says before an image's id; it takes both.
fn digest(id: String) -> String {
    let is_bare = id.len() == 64 && id.bytes().all(|it| it.is_ascii_hexdigit());
    if is_bare { format!("sha256:{id}") } else { id }
}

fn container(row: ContainerRow) -> ContainerUse {
    ContainerUse {
        name: listing::own_name(&row.names),
        id: row.id,
        state: state::state(&row.state),
        written: row.size_rw.0.unwrap_or(0),
        created: row.created.0,
    }
}

fn volume(row: Volume) -> VolumeUse {
    VolumeUse { name: row.name, size: row.usage_data.size.0, containers: row.usage_data.ref_count.0 }
}

fn cache(row: Cache) -> BuildCacheUse {
    BuildCacheUse {
        id: row.id,
        size: row.size.0.unwrap_or(0),
        in_use: row.in_use,
        shared: row.shared,
        last_used: row.last_used_at.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMAGES: &str = r#"[
        {"Id":"sha256:1","RepoTags":["shop:2","shop:latest"],"Size":100,"SharedSize":40,"Containers":1,"Created":1714979289},
        {"Id":"sha256:2","RepoTags":null,"RepoDigests":["shop@sha256:9"],"Size":70,"SharedSize":-1,"Containers":-1},
        {"Id":"sha256:3","RepoTags":["<none>:<none>"],"Size":7,"SharedSize":9,"Containers":0}]"#;
    const CONTAINERS: &str = r#"[{"Id":"a","Names":["/web"],"State":"exited","SizeRw":12,"Created":1714979289},
        {"Id":"b","Names":["/db"],"State":"stopped"}]"#;
    const VOLUMES: &str =
        r#"[{"Name":"data","UsageData":{"Size":-1,"RefCount":2}},{"Name":"old","UsageData":null}]"#;
    const CACHE: &str = r#"[{"ID":"x","InUse":false,"Shared":true,"Size":5,"LastUsedAt":"2024-05-06T07:08:09.1Z"},
        {"ID":"y","InUse":true,"Size":6,"LastUsedAt":null}]"#;

    fn read(text: &str) -> DiskUsage {
        disk_usage(serde_json::from_str(text).expect("an object"))
    }

    fn check(usage: &DiskUsage) {
        assert_eq!(usage.images.len(), 3);
        assert_eq!(usage.images[0].tags, ["shop:2", "shop:latest"]);
        assert_eq!((usage.images[0].unshared, usage.images[1].unshared), (Some(60), None));
        let dangling: Vec<bool> = usage.images.iter().map(ImageUse::is_dangling).collect();
        assert_eq!(dangling, [false, true, true]);
        assert_eq!(usage.images[2].unshared, Some(0), "an engine whose figures disagree");
        assert_eq!((usage.containers[0].name.as_str(), usage.containers[0].written), ("web", 12));
        assert_eq!((usage.volumes[0].size, usage.volumes[0].containers), (None, Some(2)));
        assert_eq!(usage.volumes[1].containers, None);
        assert_eq!((usage.build_cache[0].shared, usage.build_cache[1].in_use), (true, true));
        assert!(usage.build_cache[0].last_used.is_some() && usage.build_cache[1].last_used.is_none());
    }

    #[test]
    fn both_shapes_say_the_same() {
        let before = read(&format!(
            r#"{{"LayersSize":1,"Images":{IMAGES},"Containers":{CONTAINERS},"Volumes":{VOLUMES},"BuildCache":{CACHE}}}"#
        ));
        let since = read(&format!(
            r#"{{"ImageUsage":{{"TotalSize":9,"Items":{IMAGES}}},"ContainerUsage":{{"Items":{CONTAINERS}}},
                 "VolumeUsage":{{"Items":{VOLUMES}}},"BuildCacheUsage":{{"TotalCount":2,"Items":{CACHE}}}}}"#
        ));
        check(&before);
        assert_eq!(before, since);
    }

    #[test]
    fn an_engine_without_anything_has_nothing() {
        let text = r#"{"LayersSize":0,"Images":null,"Containers":[],"Volumes":null,"BuilderSize":0}"#;
        assert_eq!(read(text), DiskUsage::default());
        assert_eq!(read("{}"), DiskUsage::default());
        assert_eq!(read(r#"{"ImageUsage":{"TotalCount":0}}"#), DiskUsage::default());
    }
}
