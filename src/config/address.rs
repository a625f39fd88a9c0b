//! Addresses: `scheme://user:password@host:port/path`, taken apart and checked.

/// An address, taken apart.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Address<'a> {
    pub(super) scheme: String,
    /// `user:password`, which is a secret.
    pub(super) user: Option<&'a str>,
    /// A name or a number; a sixth-version number keeps its brackets.
    pub(super) host: &'a str,
    pub(super) port: Option<u16>,
    /// What follows the port, with its slash.
    pub(super) path: &'a str,
}

impl<'a> Address<'a> {
    /// Takes an address apart.
    ///
    /// # Errors
    /// What is wrong with it, without quoting it.
    pub(super) fn parse(text: &'a str) -> Result<Self, &'static str> {
        let (scheme, rest) = text.split_once("://").ok_or("it has no scheme, such as `http://`")?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, authority),
        };
        let (host, port) = split_port(place)?;
        let fits = |letter: char| letter.is_alphanumeric() || "-._[]:%".contains(letter);
        if host.is_empty() || !host.chars().all(fits) {
            return Err("it has no host");
        }
        if path.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
            return Err("there is a space in it");
        }
        Ok(Self { scheme: scheme.to_ascii_lowercase(), user, host, port, path })
    }

    /// Without the user and the password.
    pub(super) fn shown(&self) -> String {
        let Self { scheme, host, path, .. } = self;
        let port = self.port.map_or_else(String::new, |port| format!(":{port}"));
        let user = self.user.map_or("", |_| "***@");
        format!("{scheme}://{user}{host}{port}{path}")
    }

    /// Whether the host is this machine, or a name or number that only a private network knows.
    pub(super) fn is_private(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        match bare.parse::<std::net::IpAddr>() {
            Ok(std::net::IpAddr::V4(it)) => it.is_loopback() || it.is_private() || it.is_link_local(),
            Ok(std::net::IpAddr::V6(it)) => it.is_loopback() || it.is_unique_local(),
            Err(_) => bare == "localhost" || !bare.contains('.'),
        }
    }
}

fn split_port(place: &str) -> Result<(&str, Option<u16>), &'static str> {
    let bad = "its port is not a number from 1 to 65535";
    let (host, port) = match place.strip_prefix('[') {
        Some(rest) => {
            let end = rest.find(']').ok_or("its bracket is not closed")? + 2;
            let (host, rest) = place.split_at(end);
            (host, rest.strip_prefix(':').or(if rest.is_empty() { None } else { Some("") }))
        }
        None => match place.rsplit_once(':') {
            Some((host, _)) if host.contains(':') => {
                return Err("a number of six parts stands in brackets: `[::1]`");
            }
            Some((host, port)) => (host, Some(port)),
            None => (place, None),
        },
    };
    match port {
        None => Ok((host, None)),
        Some(port) => match port.parse::<u16>() {
            Ok(port) if 0 < port => Ok((host, Some(port))),
            _ => Err(bad),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart_and_shown_without_its_password() {
        for (text, shown) in [
            ("https://api.telegram.org", "https://api.telegram.org"),
            ("SOCKS5://me:p@ss@host:1080", "socks5://***@host:1080"),
            ("http://[::1]:8081/bot", "http://[::1]:8081/bot"),
            ("tcp://docker-proxy:2375", "tcp://docker-proxy:2375"),
        ] {
            let address = Address::parse(text).unwrap_or_else(|why| panic!("{text}: {why}"));
            assert_eq!(address.shown(), shown);
        }
        for (text, why) in [
            ("host:80", "it has no scheme, such as `http://`"),
            ("http://", "it has no host"),
            ("http://a b", "it has no host"),
            ("http://a:0", "its port is not a number from 1 to 65535"),
            ("http://a:70000", "its port is not a number from 1 to 65535"),
            ("http://[::1", "its bracket is not closed"),
            ("http://::1:80", "a number of six parts stands in brackets: `[::1]`"),
        ] {
            assert_eq!(Address::parse(text).err(), Some(why), "{text}");
        }
    }
}
