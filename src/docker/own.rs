//! Which container we run in, by what the kernel says of our own process.

use jobs::ports::{Engine, EngineError};

use super::Docker;

/// The files that an engine lays over those of an image, from the container's own directory.
const LAID_OVER: [&str; 4] = ["/etc/hostname", "/etc/hosts", "/etc/resolv.conf", "/run/.containerenv"];

/// What the contents of `/proc/self/cgroup` and `/proc/self/mountinfo` say of our container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Traces {
    /// We run in none.
    Outside,
    /// The control group names it.
    Sure(String),
    /// The group is hidden (a namespace of its own, the default with cgroup v2), and what the engine laid over our files
    /// names this one. It is ours, or the one whose network we joined: then its `/etc/hosts` is ours as well.
    Likely {
        /// The id.
        id: String,
        /// Where our own writable layer is, by which the engine can tell; none where the root is no overlay.
        layer: Option<String>,
    },
}

pub(super) fn traces(cgroup: &str, mountinfo: &str) -> Traces {
    if let Some(id) = cgroup.lines().find_map(id_in_group) {
        return Traces::Sure(id.to_owned());
    }
    match mountinfo.lines().find_map(id_in_mount) {
        Some(id) => Traces::Likely {
            id: id.to_owned(),
            layer: mountinfo.lines().find_map(layer_of_root).map(str::to_owned),
        },
        None => Traces::Outside,
    }
}

/// Which of them it is: the likely one unless the engine says that another one's layer is ours. Asks only what it must:
/// the likely one, and where that has another layer, those that joined its network.
///
/// # Errors
/// The engine's, where it could not be asked: then it is to be asked again.
pub(super) async fn with_layer(docker: &Docker, likely: &str, layer: &str) -> Result<String, EngineError> {
    let its = match docker.inspected(likely).await {
        Ok(inspected) => inspected.layer().to_owned(),
        // Another engine's: the nearest that we know.
        Err(EngineError::NoSuchContainer(_)) => return Ok(likely.to_owned()),
        Err(error) => return Err(error),
    };
    if its.is_empty() || its == layer {
        return Ok(likely.to_owned());
    }
    let joined = format!("container:{likely}");
    for container in docker.containers().await?.into_iter().filter(|it| it.network_mode == joined) {
        match docker.inspected(&container.id).await {
            Ok(inspected) if inspected.layer() == layer => return Ok(container.id),
            Ok(_) | Err(EngineError::NoSuchContainer(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(likely.to_owned())
}

/// `1337 1332 0:68 / / rw,relatime - overlay overlay rw,lowerdir=…,upperdir=/var/lib/docker/overlay2/ID/diff,…`
fn layer_of_root(line: &str) -> Option<&str> {
    let (mount, options) = line.split_once(" - overlay ")?;
    let is_root = mount.split(' ').nth(4) == Some("/");
    let options = options.rsplit(' ').next()?;
    options.split(',').find_map(|it| it.strip_prefix("upperdir=")).filter(|_| is_root)
}

/// `4:memory:/docker/ID`, `0::/system.slice/docker-ID.scope`, `0::/machine.slice/libpod-ID.scope/container`. The last one
/// counts where an engine runs inside a container.
fn id_in_group(line: &str) -> Option<&str> {
    let path = line.splitn(3, ':').nth(2)?;
    path.rsplit('/').find_map(|part| {
        let part = part.strip_suffix(".scope").unwrap_or(part);
        let (owner, id) = part.rsplit_once('-').unwrap_or(("", part));
        // Podman's monitor has a group of its own beside the container's.
        id_form(id).filter(|_| !owner.ends_with("conmon"))
    })
}

/// `… 8:1 /var/lib/docker/containers/ID/hostname /etc/hostname rw …`. Only what lies at those files is ours: where the
/// host's root is mounted, every container's directories are in the list too.
fn id_in_mount(line: &str) -> Option<&str> {
    let mut fields = line.split(' ').skip(3);
    let (root, mount) = (fields.next()?, fields.next()?);
    if !LAID_OVER.contains(&mount) {
        return None;
    }
    let mut parts = root.split('/').rev().skip(1);
    let id = parts.find_map(id_form)?;
    root.contains("containers/").then_some(id)
}

/// 64 digits of lower case hexadecimal, which is all that engines use.
fn id_form(text: &str) -> Option<&str> {
    let hex = |it: u8| it.is_ascii_digit() || (b'a'..=b'f').contains(&it);
    (text.len() == 64 && text.bytes().all(hex)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "3f4a9c0de1b2a3948576f0e1d2c3b4a5968778695a4b3c2d1e0f9a8b7c6d5e4f";
    const OTHER: &str = "00000000000000000000000000000000000000000000000000000000000000aa";

    fn found(cgroup: &str, mountinfo: &str) -> Traces {
        let fill = |text: &str| text.replace("ID", ID).replace("OTHER", OTHER);
        traces(&fill(cgroup), &fill(mountinfo))
    }

    fn check(cgroup: &str, mountinfo: &str, expected: Option<&str>) {
        let id = match found(cgroup, mountinfo) {
            Traces::Outside => None,
            Traces::Sure(id) | Traces::Likely { id, .. } => Some(id),
        };
        assert_eq!(id.as_deref(), expected, "{cgroup}\n{mountinfo}");
    }

    #[test]
    fn docker_is_known_by_its_control_group() {
        check("12:pids:/docker/ID\n4:memory:/docker/ID\n0::/docker/ID\n", "", Some(ID));
        check("0::/system.slice/docker-ID.scope\n", "", Some(ID));
        check("4:memory:/docker/OTHER/docker/ID\n", "", Some(ID));
        check("4:memory:/kubepods/burstable/pod1234/ID\n", "", Some(ID));
    }

    #[test]
    fn docker_on_cgroup_v2_is_known_by_what_it_laid_over() {
        let mounts = "\
1337 1332 0:68 / / ro,relatime master:310 - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/X
1360 1337 8:1 /var/lib/docker/containers/ID/resolv.conf /etc/resolv.conf rw,relatime - ext4 /dev/sda1 rw
1361 1337 8:1 /var/lib/docker/containers/ID/hostname /etc/hostname rw,relatime - ext4 /dev/sda1 rw
";
        check("0::/\n", mounts, Some(ID));
        let own_disk = "1361 1337 8:17 /containers/ID/hostname /etc/hostname rw - xfs /dev/sdb1 rw\n";
        check("0::/\n", own_disk, Some(ID));
    }

    #[test]
    fn podman_is_known_too() {
        check("0::/machine.slice/libpod-ID.scope/container\n", "", Some(ID));
        check("0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-ID.scope\n", "", Some(ID));
        check("0::/machine.slice/libpod-conmon-ID.scope\n", "", None);
        let mounts = "900 880 0:24 /containers/storage/overlay-containers/ID/userdata/hostname /etc/hostname rw - tmpfs tmpfs rw\n";
        check("0::/\n", mounts, Some(ID));
    }

    #[test]
    fn a_joined_network_is_not_mistaken_where_the_group_is_seen() {
        let mounts =
            "1361 1337 8:1 /var/lib/docker/containers/OTHER/hosts /etc/hosts rw - ext4 /dev/sda1 rw\n";
        check("4:memory:/docker/ID\n", mounts, Some(ID));
    }

    #[test]
    fn where_the_group_is_hidden_the_own_layer_goes_with_what_is_likely() {
        let mounts = "\
1337 1332 0:68 / / rw,relatime master:310 - overlay overlay rw,lowerdir=/o/l/X:/o/l/Y,upperdir=/o/abc/diff,workdir=/o/abc/work
1338 1337 0:70 / /merged rw - overlay overlay rw,lowerdir=/o/l/X,upperdir=/o/another/diff,workdir=/o/another/work
1361 1337 8:1 /var/lib/docker/containers/OTHER/hosts /etc/hosts rw,relatime - ext4 /dev/sda1 rw
";
        let likely =
            |layer: Option<&str>| Traces::Likely { id: OTHER.to_owned(), layer: layer.map(str::to_owned) };
        assert_eq!(found("0::/\n", mounts), likely(Some("/o/abc/diff")));
        assert_eq!(found("0::/\n", &mounts.replace("upperdir=/o/abc/diff,", "")), likely(None));
        let no_overlay: Vec<&str> = mounts.lines().skip(1).collect();
        assert_eq!(found("0::/\n", &no_overlay.join("\n")), likely(None));
        assert_eq!(found("4:memory:/docker/ID\n", mounts), Traces::Sure(ID.to_owned()));
    }

    #[test]
    fn the_host_is_no_container_and_its_mounted_root_tells_of_others() {
        check("0::/user.slice/user-0.slice/session-3.scope\n", "", None);
        check("0::/init.scope\n", "25 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n", None);
        let mounts = "\
700 25 0:60 / /var/lib/docker/containers/OTHER/mounts/shm rw - tmpfs shm rw
701 25 0:60 / /host/var/lib/docker/containers/OTHER/mounts/shm rw - tmpfs shm rw
702 25 8:1 /var/lib/docker/containers/OTHER/hostname /host/x/etc/hostname rw - ext4 /dev/sda1 rw
";
        check("0::/\n", mounts, None);
        check("0::/\n", "1 2 8:1 /srv/ID/hostname /etc/hostname rw - ext4 /dev/sda1 rw\n", None);
        check("", "", None);
        check("nonsense\n:::\n", "1 2 3\n\n", None);
    }

    #[test]
    fn only_an_id_is_an_id() {
        check("4:memory:/docker/3f4a9c0d\n", "", None);
        check(&format!("4:memory:/docker/{}\n", ID.to_uppercase()), "", None);
    }
}
