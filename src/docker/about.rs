//! What the engine says of itself.

use jobs::ports::EngineInfo;
use serde::Deserialize;

use super::tolerant::{List, lenient};

/// `GET /version`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Version {
    #[serde(deserialize_with = "lenient")]
    version: String,
    #[serde(deserialize_with = "lenient")]
    pub(super) api_version: String,
    /// The oldest dialect it still speaks.
    #[serde(rename = "MinAPIVersion", deserialize_with = "lenient")]
    pub(super) min_api_version: String,
    #[serde(deserialize_with = "lenient")]
    components: List<Component>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Component {
    #[serde(deserialize_with = "lenient")]
    name: String,
}

/// `GET /info`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Info {
    #[serde(deserialize_with = "lenient")]
    name: String,
    #[serde(deserialize_with = "lenient")]
    docker_root_dir: String,
}

impl Version {
    pub(super) fn is_podman(&self) -> bool {
        self.components.0.iter().any(|it| it.name.to_lowercase().contains("podman"))
    }
}

pub(super) fn engine_info(version: Version, info: Info) -> EngineInfo {
    let podman = version.is_podman();
    EngineInfo {
        version: version.version,
        api: version.api_version,
        host: info.name,
        kind: if podman { "Podman" } else { "Docker" }.to_owned(),
        root: info.docker_root_dir,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn podman_is_known_by_its_component() {
        let version: Version = serde_json::from_str(
            r#"{"Components":[{"Name":"Podman Engine","Version":"4.3.1"},{"Name":"Conmon"}],
                "Version":"4.3.1","ApiVersion":"1.41","MinAPIVersion":"1.24"}"#,
        )
        .expect("as podman writes it");
        let info: Info = serde_json::from_str(
            r#"{"Name":"box","DockerRootDir":"/var/lib/containers/storage","CgroupVersion":"7","Swarm":null}"#,
        )
        .expect("unknown words are no matter");
        assert_eq!(
            engine_info(version, info),
            EngineInfo {
                version: "4.3.1".into(),
                api: "1.41".into(),
                host: "box".into(),
                kind: "Podman".into(),
                root: "/var/lib/containers/storage".into(),
            }
        );
    }
}
