//! What machine this is, for `/status` and `/version`.

use serde::Serialize;
use sysinfo::{CpuRefreshKind, System};

use super::root::HostRoot;
use super::surroundings::{self, Standing};

/// Who is being watched. What is not known of the host is left out rather than told of our container.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// The host's name.
    pub hostname: Option<String>,
    /// The distribution: `Debian GNU/Linux 12 (bookworm)`.
    pub system: Option<String>,
    /// The kernel's release: `6.1.0-28-amd64`. Shared by the host and all its containers.
    pub kernel: Option<String>,
    /// The processor's architecture, as Rust calls it: `x86_64`, `aarch64`.
    pub architecture: &'static str,
    /// How many cores are running.
    pub cores: Option<usize>,
    /// What the processor calls itself; many ARM boards do not say.
    pub processor: Option<String>,
    /// Another one after every boot. Shared by the host and all its containers.
    pub boot: Option<String>,
}

/// The kernel's own, which no container hides.
const BOOT: &str = "/proc/sys/kernel/random/boot_id";

/// Reads it. A few files, so not for every look; the answers do not change while we run.
pub fn identity(root: &HostRoot) -> Identity {
    let is_told = root.is_mounted() || surroundings::look().standing != Standing::Container;
    let system = System::new().ok().map(|mut it| {
        it.refresh_cpu_list(CpuRefreshKind::nothing());
        it
    });
    let cores = system.as_ref().map(System::cpus).unwrap_or_default();
    Identity {
        hostname: hostname(root).filter(|_| is_told),
        system: distribution(root).filter(|_| is_told),
        kernel: System::kernel_version().ok().and_then(|it| clean(&it)),
        architecture: std::env::consts::ARCH,
        cores: (!cores.is_empty()).then_some(cores.len()),
        processor: cores.first().and_then(|it| clean(it.brand())),
        boot: std::fs::read_to_string(BOOT).ok().and_then(|it| clean(&it)),
    }
}

/// In a container only the host's own file tells its name: every file of the kernel tells the reader's.
fn hostname(root: &HostRoot) -> Option<String> {
    match root.is_mounted() {
        true => clean(&read(root, "/etc/hostname")?),
        false => System::host_name().ok().and_then(|it| clean(&it)),
    }
}

fn distribution(root: &HostRoot) -> Option<String> {
    ["/etc/os-release", "/usr/lib/os-release"].into_iter().find_map(|it| pretty_name(&read(root, it)?))
}

fn read(root: &HostRoot, path: &str) -> Option<String> {
    std::fs::read_to_string(root.resolve(path)).ok()
}

/// Reads `os-release`: shell assignments, quoted or not.
fn pretty_name(text: &str) -> Option<String> {
    let value = |name: &str| {
        let value = text.lines().find_map(|it| it.trim().strip_prefix(name)?.strip_prefix('='))?.trim();
        let bare = ['"', '\''].into_iter().find_map(|it| value.strip_prefix(it)?.strip_suffix(it));
        clean(&bare.unwrap_or(value).replace('\\', ""))
    };
    value("PRETTY_NAME").or_else(|| value("NAME"))
}

/// The first line that says anything, without control characters; `/etc/hostname` may hold comments.
fn clean(text: &str) -> Option<String> {
    let line = text.lines().map(str::trim).find(|it| !it.is_empty() && !it.starts_with('#'))?;
    let line: String = line.chars().filter(|it| !it.is_control()).take(200).collect();
    (!line.is_empty()).then_some(line)
}

/// For what holds of every text.
#[cfg(any(test, fuzzing))]
pub(super) fn parse_any(text: &str) -> bool {
    pretty_name(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distribution_is_read_quoted_or_not() {
        let check =
            |text: &str, name: Option<&str>| assert_eq!(pretty_name(text).as_deref(), name, "{text:?}");
        check(
            "NAME=\"Debian\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n",
            Some("Debian GNU/Linux 12 (bookworm)"),
        );
        check("PRETTY_NAME='Alpine Linux v3.20'", Some("Alpine Linux v3.20"));
        check("ID=void\nNAME=Void\n", Some("Void"));
        check("PRETTY_NAME=\"\"\n", None);
        check("PRETTY_NAME=\"", Some("\""));
        check("", None);
    }

    #[test]
    fn the_name_of_our_container_is_never_taken_for_the_hosts() {
        assert_eq!(identity(&HostRoot::new("/nowhere")).hostname, None);
    }

    #[test]
    fn this_machine_has_a_name_a_kernel_and_cores() {
        let identity = identity(&HostRoot::here());
        assert!(
            identity.hostname.is_some() && identity.kernel.is_some() && identity.cores.is_some(),
            "{identity:?}"
        );
    }
}
