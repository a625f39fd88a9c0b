//! What a filter before the engine has to let through, in the words of several filters.
//!
//! Every pattern is for a whole path as it was sent: with or without a version, without its query, not decoded. A name
//! begins with a letter, a figure or `_`, and has no slash and no per cent sign in it, so that no path can climb out of
//! it.

use std::collections::BTreeSet;

use jobs::ports::Profile;
use serde_json::json;

use super::calls::{CALLS, Call};

/// A container's name or id. No engine names one with `_` in front: that is how we ask for nobody.
pub(super) const NAME: &str = "[a-zA-Z0-9_][a-zA-Z0-9_.-]*";
/// An image's id, never its name.
pub(super) const IMAGE: &str = "sha256(:|%3A)[0-9a-f]{64}";
/// What may stand in front of every path.
const VERSION: &str = r"(/v1\.[0-9]+)?";
/// The filter that compose.yaml uses.
pub const PROXY: &str = "wollomatic/socket-proxy:1.12.2";

/// Which filter's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Table,
    /// The flags of [`PROXY`], one a line.
    Flags,
    /// The same as a whole service of Compose.
    Compose,
    /// A configuration of nginx.
    Nginx,
    /// A configuration of HAProxy.
    Haproxy,
    /// For scripts.
    Json,
}

/// What lets `profile` through and nothing else, each line ended.
pub fn page(profile: Profile, format: Format) -> String {
    let calls: Vec<&Call> = CALLS.iter().filter(|it| it.right.profile() <= profile).collect();
    match format {
        Format::Table => table(profile, &calls),
        Format::Flags => flags(&calls).iter().map(|it| format!("{it}\n")).collect(),
        Format::Compose => compose(profile, &calls),
        Format::Nginx => nginx(profile, &calls),
        Format::Haproxy => haproxy(profile, &calls),
        Format::Json => json(profile, &calls),
    }
}

/// One call, as a pattern for a whole path without its version.
fn pattern(path: &str) -> String {
    path.replace("{name}", NAME).replace("{image}", IMAGE)
}

/// The methods, in the order of the list.
fn methods(calls: &[&Call]) -> Vec<&'static str> {
    let mut seen = BTreeSet::new();
    calls.iter().map(|it| it.method).filter(|it| seen.insert(*it)).collect()
}

/// One pattern for every call of a method. It has no alternative outside of parentheses, because filters put their
/// anchors around it as it is.
fn combined(calls: &[&Call], method: &str) -> String {
    const OF_A_CONTAINER: &str = "/containers/{name}/";
    let (of_a_container, others): (Vec<&str>, Vec<&str>) = calls
        .iter()
        .filter(|it| it.method == method)
        .map(|it| it.path)
        .partition(|it| it.starts_with(OF_A_CONTAINER));
    let mut parts: Vec<String> =
        others.iter().map(|it| pattern(it.strip_prefix('/').unwrap_or(it))).collect();
    if !of_a_container.is_empty() {
        let words: Vec<&str> =
            of_a_container.iter().filter_map(|it| it.strip_prefix(OF_A_CONTAINER)).collect();
        parts.push(format!("containers/{NAME}/({})", words.join("|")));
    }
    match &parts[..] {
        [one] => format!("{VERSION}/{one}"),
        several => format!("{VERSION}/({})", several.join("|")),
    }
}

/// The three flags, as one would write them without a shell.
fn flags(calls: &[&Call]) -> Vec<String> {
    methods(calls).into_iter().map(|it| format!("-allow{it}={}", combined(calls, it))).collect()
}

fn table(profile: Profile, calls: &[&Call]) -> String {
    let width = calls.iter().map(|it| it.path.len()).max().unwrap_or(0);
    let mut page = format!(
        "What the profile {profile} lets through to Docker ({} calls), and nothing else:\n\n",
        calls.len()
    );
    for call in calls {
        let Call { method, path, what_for, right } = call;
        page.push_str(&format!("  {method:<6}  {path:<width$}  {:<8}  {what_for}\n", right.profile().name()));
    }
    let lost: Vec<&str> =
        CALLS.iter().filter(|it| profile < it.right.profile()).map(|it| it.right.name()).collect();
    if !lost.is_empty() {
        page.push_str(&format!("\nNot in it: {}.\n", lost.join(", ")));
    }
    page.push_str(&format!(
        "\n{{name}} is {NAME}, {{image}} {IMAGE}.\nAny path may begin with a version, such as /v1.41.\n\
         For a filter: --format flags, compose, nginx, haproxy or json.\n"
    ));
    page
}

fn compose(profile: Profile, calls: &[&Call]) -> String {
    let flags: String = flags(calls).iter().map(|it| format!("      - '{it}'\n")).collect();
    format!(
        "# `vakhta docker-policy --profile {profile} --format compose`: what stands between Vakhta and Docker's socket.\n\
         # Beside a service called vakhta that is in the network `engine` and has DOCKER_HOST: tcp://docker-proxy:2375\n\
         services:\n  docker-proxy:\n    image: {PROXY}\n    restart: unless-stopped\n    user: \"0:0\"\n    \
         labels:\n      vakhta.protect: \"true\"\n    command:\n      - \"-listenip=0.0.0.0\"\n      \
         - \"-allowfrom=vakhta\"\n      - \"-allowhealthcheck\"\n      - \"-watchdoginterval=60\"\n      \
         - \"-stoponwatchdog\"\n      - \"-shutdowngracetime=5\"\n{flags}    volumes:\n      \
         - ${{DOCKER_SOCKET:-/var/run/docker.sock}}:/var/run/docker.sock:ro\n    networks:\n      - engine\n    \
         read_only: true\n    cap_drop:\n      - ALL\n    security_opt:\n      - no-new-privileges:true\n    \
         mem_limit: 64m\n    pids_limit: 64\n    healthcheck:\n      test: [\"CMD\", \"/healthcheck\"]\n      \
         interval: 30s\n      timeout: 5s\n      retries: 3\nnetworks:\n  engine:\n    internal: true\n"
    )
}

fn nginx(profile: Profile, calls: &[&Call]) -> String {
    let mut map = String::new();
    for method in methods(calls) {
        map.push_str(&format!("        \"~^{method} {}(\\?.*)?$\" 1;\n", combined(calls, method)));
    }
    format!(
        "# `vakhta docker-policy --profile {profile} --format nginx`: a whole nginx.conf. Its workers must be able to open\n\
         # Docker's socket, and nobody but Vakhta may reach the port: publish it nowhere.\n\
         worker_processes 1;\nevents {{}}\nhttp {{\n    \
         # The path as it was sent: what is passed on is what was looked at.\n    \
         map \"$request_method $request_uri\" $is_allowed {{\n        default 0;\n{map}    }}\n    \
         server {{\n        listen 2375;\n        location / {{\n            \
         if ($is_allowed = 0) {{ return 403; }}\n            \
         proxy_pass http://unix:/var/run/docker.sock;\n            proxy_http_version 1.1;\n            \
         proxy_set_header Host docker;\n            \
         # Events and logs that are followed are silent for long, and must not be held back.\n            \
         proxy_buffering off;\n            proxy_read_timeout 1d;\n        }}\n    }}\n}}\n"
    )
}

fn haproxy(profile: Profile, calls: &[&Call]) -> String {
    let mut rules = String::new();
    for method in methods(calls) {
        rules.push_str(&format!(
            "    http-request allow if {{ method {method} }} {{ path -m reg '^{}$' }}\n",
            combined(calls, method)
        ));
    }
    format!(
        "# `vakhta docker-policy --profile {profile} --format haproxy`: a whole haproxy.cfg. Nobody but Vakhta may reach the\n\
         # port: publish it nowhere.\n\
         defaults\n    mode http\n    timeout connect 5s\n    \
         # Events and logs that are followed are silent for long.\n    \
         timeout client 1d\n    timeout server 1d\n\nfrontend vakhta\n    bind :2375\n{rules}    \
         http-request deny deny_status 403\n    default_backend docker\n\nbackend docker\n    \
         server docker unix@/var/run/docker.sock\n"
    )
}

fn json(profile: Profile, calls: &[&Call]) -> String {
    let calls: Vec<_> = calls
        .iter()
        .map(|it| {
            json!({
                "right": it.right.name(),
                "method": it.method,
                "path": it.path,
                "pattern": format!("^{VERSION}{}$", pattern(it.path)),
                "profile": it.right.profile().name(),
                "what_for": it.what_for,
            })
        })
        .collect();
    let whole = json!({ "profile": profile.name(), "calls": calls });
    format!("{:#}\n", whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flags_are_these() {
        let name = "[a-zA-Z0-9_][a-zA-Z0-9_.-]*";
        let reads = format!(
            r"-allowGET=(/v1\.[0-9]+)?/(version|info|events|containers/json|networks|system/df|containers/{name}/(json|logs|stats|top))"
        );
        let verbs =
            format!(r"-allowPOST=(/v1\.[0-9]+)?/containers/{name}/(start|stop|restart|kill|pause|unpause)");
        assert_eq!(page(Profile::Viewer, Format::Flags), format!("{reads}\n"));
        assert_eq!(page(Profile::Operator, Format::Flags), format!("{reads}\n{verbs}\n"));
        let healer = page(Profile::Healer, Format::Flags);
        let lines: Vec<&str> = healer.lines().collect();
        assert_eq!(lines[0], reads);
        assert_eq!(
            lines[1],
            format!(
                r"-allowPOST=(/v1\.[0-9]+)?/(build/prune|images/prune|containers/{name}/(start|stop|restart|kill|pause|unpause))"
            )
        );
        assert_eq!(
            lines[2],
            format!(r"-allowDELETE=(/v1\.[0-9]+)?/(containers/{name}|images/sha256(:|%3A)[0-9a-f]{{64}})")
        );
    }

    /// Compose puts variables in where a `$` is, and a quote would end the word.
    #[test]
    fn the_flags_can_be_written_into_a_file_of_compose() {
        for profile in Profile::ALL {
            let flags = page(profile, Format::Flags);
            assert!(!flags.contains(['$', '\'', '"', ' ']), "{flags}");
        }
    }

    #[test]
    fn compose_yaml_is_what_the_command_prints_for_the_healer() {
        let ours = include_str!("../../compose.yaml");
        let is_flag = |line: &&str| {
            line.contains("-allowGET") || line.contains("-allowPOST") || line.contains("-allowDELETE")
        };
        let written: Vec<&str> = ours.lines().filter(is_flag).map(str::trim).collect();
        let printed = page(Profile::Healer, Format::Compose);
        let expected: Vec<&str> = printed.lines().filter(is_flag).map(str::trim).collect();
        assert_eq!(written, expected);
        // And the rest of the service is the one that we run ourselves.
        let command = |text: &str| -> Vec<String> {
            let service = text.split("docker-proxy:\n").nth(1).expect("the service");
            let lines = service
                .lines()
                .map(str::trim)
                .take_while(|it| !it.starts_with("logging") && *it != "networks: {}");
            lines
                .filter(|it| it.starts_with("- \"-") || it.starts_with("image:"))
                .map(str::to_owned)
                .collect()
        };
        assert_eq!(command(ours), command(&printed));
        assert!(ours.contains(PROXY));
    }

    #[test]
    fn the_page_about_access_has_every_call_and_every_profile() {
        let page = include_str!("../../docs/docker-access.md");
        for call in CALLS {
            let row =
                format!("| `{} {}` | {} | {} |", call.method, call.path, call.right.profile(), call.what_for);
            assert!(page.contains(&row), "docs/docker-access.md lacks: {row}");
        }
        let rows = page.lines().filter(|it| {
            it.starts_with("| `GET ") || it.starts_with("| `POST ") || it.starts_with("| `DELETE ")
        });
        assert_eq!(rows.count(), CALLS.len(), "docs/docker-access.md has a row too many");
    }

    #[test]
    fn a_lesser_profile_is_told_what_it_lacks() {
        let page = page(Profile::Operator, Format::Table);
        assert!(page.contains("(16 calls)"), "{page}");
        assert!(page.contains("Not in it: prune-build-cache, prune-images, remove-container, remove-image."));
        assert!(!page.contains("/build/prune "), "{page}");
    }
}
