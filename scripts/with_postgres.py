"""Run a command against a PostgreSQL of its own: `python scripts/with_postgres.py COMMAND…`.

A cluster is made in a temporary folder, started on a free port of 127.0.0.1, named to the command in DATABASE_URL,
and always stopped and removed. Nothing of the machine's own PostgreSQL is touched; only its programs are used.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# The locale matters: under "C" the trigram index does not see Chinese at all.
INITDB_OPTIONS = ["--username=mingcha", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
# Made to be thrown away, so it need not survive a power cut.
SERVER_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "timezone": "UTC",
}
MISSING = """\
没有找到 PostgreSQL 程序（initdb、pg_ctl）。PostgreSQL's programs (initdb, pg_ctl) were not found.
  Debian / Ubuntu: sudo apt-get install postgresql
  elsewhere: put the folder that holds initdb on PATH"""


def find_programs() -> Path:
    """The folder of the newest initdb and pg_ctl. SystemExit with a remedy when there is none."""

    def version(folder: Path) -> float:
        return float(folder.parent.name)

    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=version, reverse=True)
    on_path = [Path(folder) for folder in os.get_exec_path()]
    for folder in [*debian, *on_path]:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise SystemExit(MISSING)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def as_server_user(folder: Path) -> list[str]:
    """What to put before a server command: PostgreSQL refuses to run as root, so root lends it the user postgres."""
    if os.geteuid() != 0:
        return []
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        raise SystemExit(MISSING) from None
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["runuser", "-u", "postgres", "--"]


@contextmanager
def postgres() -> Iterator[str]:
    """A running server; gives its URL."""
    programs = find_programs()
    folder = Path(tempfile.mkdtemp(prefix="mingcha-pg-"))
    prefix = as_server_user(folder)
    port = free_port()
    cluster = folder / "cluster"
    log = folder / "log"

    def server(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        # Its own session: Ctrl-C reaches this script, which then stops the server in good order.
        command = [*prefix, str(programs / program), f"--pgdata={cluster}", *arguments]
        return subprocess.run(
            command, cwd=folder, text=True, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def must(result: subprocess.CompletedProcess[str]) -> None:
        if result.returncode:
            raise SystemExit(result.stdout + (log.read_text() if log.exists() else ""))

    try:
        must(server("initdb", *INITDB_OPTIONS))
        options = SERVER_OPTIONS | {"port": str(port), "unix_socket_directories": str(folder)}
        flags = " ".join(f"-c {name}={value}" for name, value in options.items())
        must(server("pg_ctl", "start", "--wait", f"--log={log}", f"--options={flags}"))
        yield f"postgres://mingcha@127.0.0.1:{port}/postgres"
    finally:
        if (cluster / "postmaster.pid").exists():
            server("pg_ctl", "stop", "--wait", "--mode=immediate")
        shutil.rmtree(folder)


def run(command: list[str], url: str) -> int:
    """Run the command with DATABASE_URL set; wait for its end, however it is asked to end, and give its exit code."""
    with subprocess.Popen(command, env=os.environ | {"DATABASE_URL": url}) as child:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends Ctrl-C to the command as well
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda number, _frame: child.send_signal(number))
        return child.wait()


def main(command: list[str]) -> int:
    if not command:
        raise SystemExit(__doc__)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with postgres() as url:
        return run(command, url)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
