//! Where the engine listens, as `DOCKER_HOST` names it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Where Docker listens when nobody says otherwise.
pub const USUAL_SOCKET: &str = "/var/run/docker.sock";

/// What Docker's own clients take for `tcp://host` without a port.
const USUAL_PORT: u16 = 2375;

const SUPPORTED: &str = "supported are unix:///path/to/docker.sock and tcp://host:port";

/// The address of an engine. Made from `DOCKER_HOST`; empty is [`USUAL_SOCKET`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EngineAddress {
    /// A Unix socket.
    Unix(PathBuf),
    /// Plain HTTP, as a filtering socket proxy speaks it.
    Tcp {
        /// A name or an address; IPv6 without its brackets.
        host: String,
        /// The port.
        port: u16,
    },
}

/// An address that cannot be used, with what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct AddressError(String);

impl Default for EngineAddress {
    fn default() -> Self {
        Self::Unix(PathBuf::from(USUAL_SOCKET))
    }
}

impl fmt::Display for EngineAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(formatter, "unix://{}", path.display()),
            Self::Tcp { host, port } => write!(formatter, "tcp://{}", authority(host, *port)),
        }
    }
}

impl EngineAddress {
    /// What a request's `Host` header says. Engines want one, whichever it is; proxies may look at it.
    pub(super) fn host_header(&self) -> String {
        match self {
            Self::Unix(_) => "docker".to_owned(),
            Self::Tcp { host, port } => authority(host, *port),
        }
    }
}

impl FromStr for EngineAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self::default());
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            let meant = if text.starts_with('/') { format!("; write unix://{text}") } else { String::new() };
            return Err(AddressError(format!(
                "an engine's address begins with its scheme{meant}; {SUPPORTED}"
            )));
        };
        match scheme {
            "unix" if rest.starts_with('/') => Ok(Self::Unix(PathBuf::from(rest))),
            "unix" => {
                Err(AddressError("a socket's path is absolute: unix:///var/run/docker.sock".to_owned()))
            }
            "tcp" | "http" => tcp(rest),
            "https" => Err(AddressError(format!("TLS to the engine is not supported; {SUPPORTED}"))),
            other => Err(AddressError(format!("{other}:// is not supported; {SUPPORTED}"))),
        }
    }
}

/// `[::1]:2375`, `docker-proxy:2375`.
fn authority(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

fn tcp(rest: &str) -> Result<EngineAddress, AddressError> {
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    if rest.contains('@') {
        // Not repeated: what stands before the @ is a password.
        return Err(AddressError(format!(
            "a name and password in the address are not supported; {SUPPORTED}"
        )));
    }
    if rest.contains(['/', '?', '#']) {
        return Err(AddressError(format!("tcp://{rest} has more than a host and a port; {SUPPORTED}")));
    }
    let (host, port) = match rest.strip_prefix('[') {
        Some(inner) => {
            let (host, after) = inner.split_once(']').ok_or_else(|| {
                AddressError(format!("tcp://{rest} lacks the closing bracket; {SUPPORTED}"))
            })?;
            (host, after.strip_prefix(':'))
        }
        None => rest.rsplit_once(':').map_or((rest, None), |(host, port)| (host, Some(port))),
    };
    let port = match port {
        None => USUAL_PORT,
        Some(port) => port
            .parse()
            .ok()
            .filter(|port| *port != 0)
            .ok_or_else(|| AddressError(format!("tcp://{rest}: a port is 1 to 65535; {SUPPORTED}")))?,
    };
    let plain = |it: char| !it.is_whitespace() && !it.is_control() && !matches!(it, '[' | ']');
    if host.is_empty() || !host.chars().all(plain) || (host.contains(':') && !rest.starts_with('[')) {
        return Err(AddressError(format!("tcp://{rest} does not name a host; {SUPPORTED}")));
    }
    Ok(EngineAddress::Tcp { host: host.to_owned(), port })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, shown: &str) {
        assert_eq!(text.parse::<EngineAddress>().expect(text).to_string(), shown, "{text}");
    }

    #[track_caller]
    fn refused(text: &str, part: &str) {
        let error = text.parse::<EngineAddress>().expect_err(text).to_string();
        assert!(error.contains(part), "{text}: {error}");
        assert!(error.contains("unix:///"), "{text} names no remedy: {error}");
    }

    #[test]
    fn an_address_is_what_docker_host_says() {
        check("", "unix:///var/run/docker.sock");
        check("  unix:///run/user/1000/docker.sock ", "unix:///run/user/1000/docker.sock");
        check("tcp://docker-proxy:2375", "tcp://docker-proxy:2375");
        check("tcp://docker-proxy", "tcp://docker-proxy:2375");
        check("http://10.0.0.1:80/", "tcp://10.0.0.1:80");
        check("tcp://[::1]:2375", "tcp://[::1]:2375");
        check("tcp://[fe80::1]", "tcp://[fe80::1]:2375");
    }

    #[test]
    fn what_is_not_supported_says_what_is() {
        refused("ssh://root@server", "ssh:// is not supported");
        refused("npipe:////./pipe/docker_engine", "npipe:// is not supported");
        refused("fd://", "fd:// is not supported");
        refused("https://server:2376", "TLS");
        refused("/run/docker.sock", "write unix:///run/docker.sock");
        refused("unix://docker.sock", "absolute");
        refused("tcp://", "does not name a host");
        refused("tcp://:2375", "does not name a host");
        refused("tcp://fe80::1", "tcp://fe80::1");
        refused("tcp://host:0", "1 to 65535");
        refused("tcp://host:99999", "1 to 65535");
        refused("tcp://host:2375/v1.41", "more than a host");
        refused("tcp://[::1:2375", "bracket");
    }

    #[test]
    fn a_password_in_the_address_is_not_repeated() {
        let error = "tcp://me:hunter2@server:2375".parse::<EngineAddress>().expect_err("refused").to_string();
        assert!(!error.contains("hunter2"), "{error}");
    }
}
