//! Which container we run in, by what the kernel says of our own process.

/// The files that an engine lays over those of an image, from the container's own directory.
const LAID_OVER: [&str; 4] = ["/etc/hostname", "/etc/hosts", "/etc/resolv.conf", "/run/.containerenv"];

/// The id, from the contents of `/proc/self/cgroup` and `/proc/self/mountinfo`; none outside a container.
///
/// The control group is asked first: a container that joined another one's network has that one's `/etc/hosts`. Where
/// the group is hidden (cgroup v2 in its own namespace) such a container takes the other for itself.
pub(super) fn container_id(cgroup: &str, mountinfo: &str) -> Option<String> {
    cgroup
        .lines()
        .find_map(id_in_group)
        .or_else(|| mountinfo.lines().find_map(id_in_mount))
        .map(str::to_owned)
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

    fn check(cgroup: &str, mountinfo: &str, expected: Option<&str>) {
        let fill = |text: &str| text.replace("ID", ID).replace("OTHER", OTHER);
        let (cgroup, mountinfo) = (fill(cgroup), fill(mountinfo));
        assert_eq!(container_id(&cgroup, &mountinfo).as_deref(), expected, "{cgroup}\n{mountinfo}");
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
