"""Which kind of file system carries a folder, and whether its changes raise events here.

The tables are read by the caller; only `file_system_of` at the end touches the machine.
"""

import re
import subprocess
import sys
from pathlib import Path

# Changes made on the other side of these raise no event on this machine: network shares, folders
# that a virtual machine's or container's host shares in, and macOS names of the same.
_REMOTE = frozenset(
    "9p acfs afpfs afs beegfs ceph cifs coda davfs drvfs ftp glusterfs gpfs grpcfuse lustre ncpfs "
    "nfs nfs3 nfs4 ocfs2 osxfs osxfuse macfuse prl_fs smb smb2 smb3 smbfs vboxsf virtiofs vmhgfs "
    "webdav".split()
)


def is_remote(kind: str) -> bool:
    """Whether a folder on such a file system must be polled.

    FUSE counts as remote (`fuse.sshfs`, `fuse.rclone`...): its server can change files unseen.
    `fuseblk`, a local disk such as NTFS, does not.
    """
    kind = kind.lower()
    return kind in _REMOTE or kind == "fuse" or kind.startswith("fuse.")


def kind_in_mountinfo(table: str, path: str) -> str | None:
    """The type of the file system that carries a path, by the text of /proc/self/mountinfo.

    Field order by proc_pid_mountinfo(5): ... mount point ... " - " type source options.
    """
    mounts = []
    for line in table.splitlines():
        before, dash, after = line.partition(" - ")
        fields = before.split(" ")
        if dash and len(fields) > 4:
            mounts.append((_unescaped(fields[4]), after.split(" ")[0]))
    return _closest(mounts, path)


def kind_in_mount(table: str, path: str) -> str | None:
    """The same by the output of macOS's `mount`: "source on /point (type, options)"."""
    found = re.findall(r"^.* on (/.*) \(([^,)]+)", table, flags=re.MULTILINE)
    return _closest(found, path)


def _unescaped(field: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda each: chr(int(each[1], 8)), field)


def _closest(mounts: list[tuple[str, str]], path: str) -> str | None:
    """The type of the longest mount point above a path; of two on one point the later counts."""
    best, kind = "", None
    for point, each in mounts:
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, each
    return kind


def file_system_of(folder: Path) -> str | None:
    """The type of file system that carries a folder; None where the system does not say."""
    path = str(folder.resolve())
    try:
        if sys.platform == "darwin":
            done = subprocess.run(
                ["/sbin/mount"], capture_output=True, text=True, timeout=5, check=True
            )
            return kind_in_mount(done.stdout, path)
        table = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
    except (OSError, subprocess.SubprocessError):
        return None
    return kind_in_mountinfo(table, path)
