//! What can go wrong between us and the engine, before it is known what was asked.

use std::io;

use jobs::ports::EngineError;

/// A call that did not end well.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    /// Nothing was sent: there was nobody to send it to.
    #[error("{0}")]
    Unreachable(String),
    /// It was sent, and what came of it is unknown.
    #[error("{0}")]
    Unanswered(String),
    /// An answer that is not HTTP, not JSON, or ended too early.
    #[error("{0}")]
    Garbled(String),
    /// An answer that says yes and nothing else, as Podman's does when something goes wrong after it has said so.
    #[error("{0}")]
    Empty(String),
    /// An answer that says no.
    #[error("{} {}: {}", .0.call, .0.status, .0.message)]
    Answered(Box<No>),
}

/// An answer that says no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct No {
    /// `POST /containers/web/restart`, without the query.
    pub(super) call: String,
    /// The HTTP status.
    pub(super) status: u16,
    /// The engine's words; may be empty.
    pub(super) message: String,
}

impl Fault {
    /// For a call that is about no container in particular.
    pub(super) fn plain(self) -> EngineError {
        match self {
            Self::Unreachable(why) => EngineError::Unreachable(why),
            Self::Unanswered(why) => EngineError::Unanswered(why),
            Self::Garbled(why) | Self::Empty(why) => EngineError::Garbled(why),
            Self::Answered(no) => no.error(),
        }
    }

    /// For a call that is about a container and nothing else, so that "not found" can mean only it.
    pub(super) fn about(self, container: &str) -> EngineError {
        match self {
            Self::Answered(no) if no.status == 404 => EngineError::NoSuchContainer(container.to_owned()),
            other => other.plain(),
        }
    }

    /// For starting a container: its network or its image may be what was not found.
    pub(super) fn about_starting(self, container: &str) -> EngineError {
        match &self {
            Self::Answered(no) if !no.message.to_lowercase().contains("no such container") => self.plain(),
            _ => self.about(container),
        }
    }
}

impl No {
    fn error(self) -> EngineError {
        let Self { call, status, message } = self;
        let words = if message.is_empty() { String::new() } else { format!(": {message}") };
        match status {
            403 | 405 => EngineError::Refused(format!("{call} is not allowed ({status}){words}")),
            // An engine never says these: a proxy does, when the engine behind it is gone or silent.
            502 if call.starts_with("GET ") => {
                EngineError::Unreachable(format!("the proxy does not reach the engine (502){words}"))
            }
            502 | 504 => {
                EngineError::Unanswered(format!("{call}: the proxy had no answer ({status}){words}"))
            }
            _ if message.is_empty() => {
                EngineError::Refused(format!("{call} answered {status} without a word"))
            }
            _ => EngineError::Refused(message),
        }
    }
}

/// Bollard carries our own faults through its errors; see [`super::bridge`].
impl From<bollard::errors::Error> for Fault {
    fn from(error: bollard::errors::Error) -> Self {
        use bollard::errors::Error;
        match error {
            Error::IOError { err } => match err.downcast::<Self>() {
                Ok(fault) => fault,
                Err(other) => Self::Unanswered(other.to_string()),
            },
            // Its words may quote the answer, which may hold secrets.
            Error::JsonDataError { .. } | Error::JsonSerdeError { .. } => {
                Self::Garbled("the engine's answer is not the JSON that was expected".to_owned())
            }
            other => Self::Unanswered(other.to_string()),
        }
    }
}

impl From<Fault> for bollard::errors::Error {
    fn from(fault: Fault) -> Self {
        Self::IOError { err: io::Error::other(fault) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn no(call: &str, status: u16, message: &str) -> Fault {
        Fault::Answered(Box::new(No { call: call.into(), status, message: message.into() }))
    }

    #[test]
    fn a_no_is_told_apart_by_its_status() {
        let refused = |text: &str| EngineError::Refused(text.to_owned());
        assert_eq!(
            no("POST /build/prune", 403, "Forbidden").plain(),
            refused("POST /build/prune is not allowed (403): Forbidden")
        );
        assert_eq!(no("GET /info", 405, "").plain(), refused("GET /info is not allowed (405)"));
        assert_eq!(no("DELETE /containers/web", 409, "it is running").about("web"), refused("it is running"));
        assert_eq!(no("GET /info", 500, "disk full").plain(), refused("disk full"));
        assert_eq!(no("GET /info", 500, "").plain(), refused("GET /info answered 500 without a word"));
        assert!(matches!(no("GET /info", 502, "").plain(), EngineError::Unreachable(_)));
        assert!(matches!(no("POST /containers/a/restart", 502, "").plain(), EngineError::Unanswered(_)));
        assert!(matches!(no("GET /info", 504, "").plain(), EngineError::Unanswered(_)));
    }

    #[test]
    fn only_a_missing_container_is_no_such_container() {
        let missing = EngineError::NoSuchContainer("web".into());
        assert_eq!(no("GET /containers/web/json", 404, "").about("web"), missing);
        assert_eq!(no("POST /x", 404, "No such container: web").about_starting("web"), missing);
        assert_eq!(
            no("POST /x", 404, "network shop_default not found").about_starting("web"),
            EngineError::Refused("network shop_default not found".into())
        );
        assert!(matches!(no("POST /build/prune", 404, "").plain(), EngineError::Refused(_)));
    }

    #[test]
    fn a_fault_comes_through_bollard_as_it_was() {
        let fault = no("POST /x", 409, "conflict");
        assert_eq!(Fault::from(bollard::errors::Error::from(fault.clone())), fault);
    }
}
