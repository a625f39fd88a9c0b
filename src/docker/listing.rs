//! `GET /containers/json`.

use std::collections::BTreeMap;

use jobs::ports::Container;
use serde::Deserialize;

use super::state;
use super::tolerant::{List, Moment, lenient};

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Row {
    #[serde(deserialize_with = "lenient")]
    id: String,
    #[serde(deserialize_with = "lenient")]
    names: Vec<String>,
    #[serde(deserialize_with = "lenient")]
    image: String,
    #[serde(rename = "ImageID", deserialize_with = "lenient")]
    image_id: String,
    #[serde(deserialize_with = "lenient")]
    created: Moment,
    #[serde(deserialize_with = "lenient")]
    state: String,
    #[serde(deserialize_with = "lenient")]
    status: String,
    /// Since API 1.52.
    #[serde(deserialize_with = "lenient")]
    health: HealthRow,
    #[serde(deserialize_with = "lenient")]
    labels: BTreeMap<String, String>,
    #[serde(deserialize_with = "lenient")]
    host_config: HostConfigRow,
    #[serde(deserialize_with = "lenient")]
    network_settings: NetworkSettingsRow,
    #[serde(deserialize_with = "lenient")]
    mounts: List<MountRow>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct NetworkSettingsRow {
    #[serde(deserialize_with = "lenient")]
    networks: BTreeMap<String, serde::de::IgnoredAny>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct MountRow {
    #[serde(rename = "Type", deserialize_with = "lenient")]
    kind: String,
    #[serde(deserialize_with = "lenient")]
    name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct HostConfigRow {
    #[serde(deserialize_with = "lenient")]
    network_mode: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct HealthRow {
    #[serde(deserialize_with = "lenient")]
    status: String,
}

pub(super) fn container(row: Row) -> Container {
    Container {
        name: own_name(&row.names),
        health: state::health(&row.health.status).or_else(|| state::health_in(&row.status)),
        project: row.labels.get("com.docker.compose.project").cloned(),
        service: row.labels.get("com.docker.compose.service").cloned(),
        state: state::state(&row.state),
        id: row.id,
        image: row.image,
        image_id: row.image_id,
        status: row.status,
        created: row.created.0,
        network_mode: row.host_config.network_mode,
        networks: row.network_settings.networks.into_keys().collect(),
        volumes: row.mounts.0.into_iter().filter(|it| it.kind == "volume").map(|it| it.name).collect(),
        labels: row.labels.into_iter().collect(),
    }
}

/// A legacy link adds `/other/alias` to the names of its target; the container's own has one slash.
pub(super) fn own_name(names: &[String]) -> String {
    let mut bare = names.iter().map(|it| it.strip_prefix('/').unwrap_or(it));
    bare.clone().find(|it| !it.contains('/')).or_else(|| bare.next()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use jobs::ports::{ContainerState, Health};

    use super::super::tolerant::List;
    use super::*;

    fn read(text: &str) -> Vec<Container> {
        let rows: List<Row> = serde_json::from_str(text).expect("a list");
        rows.0.into_iter().map(container).collect()
    }

    #[test]
    fn a_container_is_read_from_every_generation() {
        let containers = read(
            r#"[{"Id":"a1","Names":["/db/alias","/web"],"Image":"nginx:1.27","ImageID":"sha256:5","Created":1714979289,
                 "State":"running","Status":"Up 2 minutes (healthy)",
                 "Labels":{"com.docker.compose.project":"shop","com.docker.compose.service":"web","vakhta.protect":"true",
                           "com.docker.compose.depends_on":"db:service_healthy:false,redis:service_started:true"},
                 "HostConfig":{"NetworkMode":"container:f00d"}},
                {"Id":"b2","Names":["/new"],"State":"exited","Status":"Exited (0)","Health":{"Status":"unhealthy","FailingStreak":3}}]"#,
        );
        let web = &containers[0];
        assert_eq!((web.name.as_str(), web.image.as_str()), ("web", "nginx:1.27"));
        assert_eq!((web.project.as_deref(), web.service.as_deref()), (Some("shop"), Some("web")));
        assert_eq!((&web.state, &web.health), (&ContainerState::Running, &Some(Health::Healthy)));
        assert_eq!(web.created.map(|it| it.to_string()).as_deref(), Some("2024-05-06T07:08:09Z"));
        assert_eq!(web.label("vakhta.protect"), Some("true"));
        assert_eq!(
            (web.network_mode.as_str(), web.depends_on()),
            ("container:f00d", vec!["db".to_owned(), "redis".to_owned()])
        );
        assert_eq!((containers[1].network_mode.as_str(), containers[1].depends_on().len()), ("", 0));
        assert_eq!(containers[1].health, Some(Health::Unhealthy));
    }

    #[test]
    fn one_unknown_state_does_not_empty_the_list() {
        let containers = read(
            r#"[{"Id":"a","Names":null,"State":"dreaming","Labels":null,"Created":"2024-05-06T07:08:09Z"},{"Id":"b"}]"#,
        );
        assert_eq!(containers[0].state, ContainerState::Other("dreaming".into()));
        assert!(containers[0].created.is_some());
        assert_eq!((containers[1].id.as_str(), &containers[1].state), ("b", &ContainerState::Unsaid));
    }
}
