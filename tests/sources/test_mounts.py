from pathlib import Path

import pytest

from vigil.sources.mounts import file_system_of, is_remote, kind_in_mount, kind_in_mountinfo

MOUNTINFO = """\
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
31 27 0:40 / /home/anna/My\\040Share rw,relatime - nfs4 server:/export rw,vers=4.2
32 27 0:41 / /srv/box rw - ext4 /dev/vdb rw
33 27 0:42 / /srv/box rw - fuse.sshfs me@host: rw
34 27 0:43 / /mnt/usb rw - fuseblk /dev/sda1 rw
"""
MOUNT = """\
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse)
//anna@nas/Bank (old) on /Volumes/Bank (old) (smbfs, nodev, nosuid, mounted by anna)
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/anna/vigil/inbox", "ext4"),
        ("/home/anna/My Share", "nfs4"),
        ("/home/anna/My Share/inbox", "nfs4"),
        ("/home/anna/My Shared", "ext4"),
        ("/srv/box/inbox", "fuse.sshfs"),
        ("/mnt/usb/inbox", "fuseblk"),
    ],
)
def test_the_closest_mount_point_of_linux_names_the_file_system(path: str, kind: str) -> None:
    """Octal escapes are undone, a later mount hides an earlier one, names are whole."""
    assert kind_in_mountinfo(MOUNTINFO, path) == kind


@pytest.mark.parametrize(
    ("path", "kind"), [("/Volumes/Bank (old)/in", "smbfs"), ("/Users/anna/vigil", "apfs")]
)
def test_the_closest_mount_point_of_macos_names_the_file_system(path: str, kind: str) -> None:
    """The table of `mount` is read, brackets in names included."""
    assert kind_in_mount(MOUNT, path) == kind


def test_a_table_without_the_path_names_nothing() -> None:
    """Unknown is said as unknown."""
    assert kind_in_mountinfo("", "/x") is None
    assert kind_in_mount("nonsense", "/x") is None


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.rclone"])
def test_network_file_systems_are_polled(kind: str) -> None:
    """Changes on their other side raise no event here."""
    assert is_remote(kind)


@pytest.mark.parametrize("kind", ["ext4", "btrfs", "xfs", "apfs", "tmpfs", "fuseblk", "overlay"])
def test_local_file_systems_are_not_polled(kind: str) -> None:
    """Their events can be relied on as hints."""
    assert not is_remote(kind)


def test_this_machine_names_the_file_system_of_a_folder(tmp_path: Path) -> None:
    """The real table of the running system is understood."""
    assert file_system_of(tmp_path)
