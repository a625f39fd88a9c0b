//! Which container is the same as another: ids change on every recreation, names and places in a project do not.

use serde::{Deserialize, Serialize};

use super::Who;
use crate::label::{IGNORE, MUTE, is_set};
use crate::ports::{Container, EngineEvent};

const NUMBER: &str = "com.docker.compose.container-number";
const ONE_OFF: &str = "com.docker.compose.oneoff";

/// What stays when a container is made anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Key {
    /// Its place in a compose project.
    Place { project: String, service: String, number: String },
    /// Its name.
    Name(String),
}

/// What events and lists both say of a container.
pub(super) struct Facts<'a> {
    pub(super) id: &'a str,
    name: &'a str,
    image: &'a str,
    project: Option<&'a str>,
    service: Option<&'a str>,
    labels: &'a [(String, String)],
}

impl<'a> From<&'a EngineEvent> for Facts<'a> {
    fn from(it: &'a EngineEvent) -> Self {
        Self {
            id: &it.id,
            name: &it.name,
            image: &it.image,
            project: it.project.as_deref(),
            service: it.service.as_deref(),
            labels: &it.labels,
        }
    }
}

impl<'a> From<&'a Container> for Facts<'a> {
    fn from(it: &'a Container) -> Self {
        Self {
            id: &it.id,
            name: &it.name,
            image: &it.image,
            project: it.project.as_deref(),
            service: it.service.as_deref(),
            labels: &it.labels,
        }
    }
}

impl Facts<'_> {
    pub(super) fn who(&self) -> Who {
        Who {
            id: self.id.to_owned(),
            name: self.name.to_owned(),
            image: self.image.to_owned(),
            project: self.project.map(str::to_owned),
            service: self.service.map(str::to_owned),
            muted: is_set(self.label(MUTE)),
        }
    }

    pub(super) fn key(&self) -> Key {
        // `compose run` numbers its containers from 1 as well, beside the service's own.
        let one_off = self.label(ONE_OFF).is_some_and(|it| it.eq_ignore_ascii_case("true"));
        match (self.project, self.service, self.label(NUMBER)) {
            (Some(project), Some(service), Some(number)) if !one_off => Key::Place {
                project: project.to_owned(),
                service: service.to_owned(),
                number: number.to_owned(),
            },
            _ => Key::Name(self.name.to_owned()),
        }
    }

    pub(super) fn is_ignored(&self) -> bool {
        is_set(self.label(IGNORE))
    }

    fn label(&self, name: &str) -> Option<&str> {
        self.labels.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }
}
