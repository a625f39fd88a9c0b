//! Every call that we make to an engine: the one list, from which `vakhta docker-policy` prints what a filter before the
//! engine has to let through. A test holds the adapter to it: what it sends is in the list, and what is in the list is
//! sent.

use jobs::ports::Right;

/// One call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// What it is to be allowed.
    pub right: Right,
    /// `GET`, `POST`, `DELETE`.
    pub method: &'static str,
    /// Without a version and without a query. `{name}` is a container's name or id, `{image}` an image's.
    pub path: &'static str,
    /// What for, in a few words.
    pub what_for: &'static str,
}

/// In the order of [`Right::ALL`].
pub const CALLS: &[Call] = &[
    get(Right::Version, "/version", "which engine it is and which dialect it speaks"),
    get(Right::Info, "/info", "where the engine keeps its data: doctor, /fix"),
    get(Right::Events, "/events", "what becomes of containers, the moment it happens; /events"),
    get(Right::List, "/containers/json", "the containers there are: /ps and every other command"),
    get(
        Right::Inspect,
        "/containers/{name}/json",
        "why a container ended, whether a command worked; /inspect",
    ),
    get(Right::Logs, "/containers/{name}/logs", "/logs, and the last lines with a crash"),
    get(Right::Load, "/containers/{name}/stats", "/stats, and what containers use"),
    get(Right::Top, "/containers/{name}/top", "/top"),
    get(Right::Networks, "/networks", "/networks"),
    get(Right::DiskUsage, "/system/df", "what could be freed: /fix, /images, /volumes, healing"),
    get(
        Right::InspectImage,
        "/images/{image}/json",
        "what an image is called right before it is removed, and whether it is gone",
    ),
    post(Right::Start, "/containers/{name}/start", "/start NAME, healing"),
    post(Right::Stop, "/containers/{name}/stop", "/stop"),
    post(Right::Restart, "/containers/{name}/restart", "/restart, healing"),
    post(Right::Kill, "/containers/{name}/kill", "/kill"),
    post(Right::Pause, "/containers/{name}/pause", "/pause"),
    post(Right::Unpause, "/containers/{name}/unpause", "/unpause"),
    post(Right::PruneBuildCache, "/build/prune", "old build cache: /fix, healing"),
    post(Right::PruneImages, "/images/prune", "images without a name: /fix, healing"),
    delete(
        Right::RemoveContainer,
        "/containers/{name}",
        "one stopped container, its volumes kept: /fix, healing",
    ),
    delete(
        Right::RemoveImage,
        "/images/{image}",
        "one image that nothing uses, never by force: /fix, healing",
    ),
];

const fn get(right: Right, path: &'static str, what_for: &'static str) -> Call {
    Call { right, method: "GET", path, what_for }
}

const fn post(right: Right, path: &'static str, what_for: &'static str) -> Call {
    Call { right, method: "POST", path, what_for }
}

const fn delete(right: Right, path: &'static str, what_for: &'static str) -> Call {
    Call { right, method: "DELETE", path, what_for }
}

/// The call of a right.
pub(super) fn of(right: Right) -> &'static Call {
    &CALLS[right as usize]
}

/// The call that a request is, as a filter sees it: `GET`, `/v1.41/containers/web/json?size=0`. None when it is none of
/// ours, and would be refused.
pub fn find(method: &str, target: &str) -> Option<&'static Call> {
    let path = target.split('?').next().unwrap_or_default();
    let path = without_version(path);
    CALLS.iter().find(|it| it.method == method && matches(it.path, path))
}

fn without_version(path: &str) -> &str {
    let version = |path: &str| {
        let (minor, rest) = path.strip_prefix("/v1.")?.split_once('/')?;
        let is_number = !minor.is_empty() && minor.bytes().all(|it| it.is_ascii_digit());
        is_number.then_some(rest.len())
    };
    match version(path) {
        Some(rest) => &path[path.len() - rest - 1..],
        None => path,
    }
}

fn matches(pattern: &str, path: &str) -> bool {
    let (before, what, after) = match (pattern.split_once("{name}"), pattern.split_once("{image}")) {
        (Some((before, after)), _) => (before, is_name as fn(&str) -> bool, after),
        (None, Some((before, after))) => (before, is_image as fn(&str) -> bool, after),
        (None, None) => return pattern == path,
    };
    path.strip_prefix(before).and_then(|it| it.strip_suffix(after)).is_some_and(what)
}

/// As [`super::policy::NAME`] says it.
fn is_name(part: &str) -> bool {
    let inner = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'.' | b'-');
    part.bytes().next().is_some_and(|it| it.is_ascii_alphanumeric() || it == b'_') && part.bytes().all(inner)
}

/// As [`super::policy::IMAGE`] says it.
pub(super) fn is_image(part: &str) -> bool {
    let plain = part.replace("%3A", ":").replace("%2F", "/").replace("%40", "@");
    plain.split([':', '/', '@']).all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_right_has_one_call_at_its_place() {
        let rights: Vec<Right> = CALLS.iter().map(|it| it.right).collect();
        assert_eq!(rights, Right::ALL);
    }

    #[test]
    fn a_request_is_known_with_and_without_a_version_and_nothing_else_is() {
        let check = |method: &str, target: &str, expected: Option<Right>| {
            assert_eq!(find(method, target).map(|it| it.right), expected, "{method} {target}");
        };
        check("GET", "/version", Some(Right::Version));
        check("GET", "/v1.52/containers/json?all=1", Some(Right::List));
        check("GET", "/containers/json/json", Some(Right::Inspect));
        check("POST", "/v1.41/containers/_vakhta-asks-for-nobody/kill", Some(Right::Kill));
        check("DELETE", "/v1.41/containers/web?v=false", Some(Right::RemoveContainer));
        let digest = "a".repeat(64);
        check("DELETE", &format!("/images/sha256:{digest}"), Some(Right::RemoveImage));
        check("DELETE", &format!("/images/sha256%3A{digest}"), Some(Right::RemoveImage));
        for image in ["nginx:1.27", "shop/web%3A2", "box.lan:5000/a/b@sha256:0f"] {
            check("DELETE", &format!("/images/{image}"), Some(Right::RemoveImage));
            check("GET", &format!("/v1.45/images/{image}/json"), Some(Right::InspectImage));
        }
        for target in [
            "/images/",
            "/images/../containers/x",
            "/images/a/%2e%2e/b",
            "/images/a//b",
            "/volumes/x",
            "/containers/x/y",
            "/containers/..",
            "/containers/",
            "/v1.41",
        ] {
            check("DELETE", target, None);
        }
        for target in [
            "/containers/create",
            "/containers/x/exec",
            "/containers/x/update",
            "/containers/../start",
            "/containers/%2e%2e/start",
            "/containers/x%2F../start",
            "/containers//start",
            "/v1./containers/x/start",
            "/v2.0/containers/x/start",
            "/images/create",
            "/volumes/prune",
            "/containers/prune",
            "/build",
        ] {
            check("POST", target, None);
        }
        check("PUT", "/containers/x/archive", None);
        check("GET", "/containers/x/archive", None);
        check("HEAD", "/version", None);
    }
}
