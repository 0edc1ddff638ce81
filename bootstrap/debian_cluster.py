"""A private cluster of the system's own PostgreSQL for one run; no server of the machine is touched."""

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from system import newest_postgresql
from words import Missing


@contextlib.contextmanager
def running():
    """Start a cluster on a free port of the loopback; yields (its DATABASE_URL, its major version)."""
    programs = newest_postgresql()
    if programs is None:
        raise Missing("PostgreSQL of the system is missing: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="dreiklang-pg-"))
    server = None
    try:
        identity = identity_for(folder)
        password, port = secrets.token_urlsafe(18), free_port()
        make(programs, folder, password, identity)
        log = open(folder / "server.log", "wb")  # noqa: SIM115 - handed to the server
        server = subprocess.Popen(
            [
                programs / "postgres",
                "-D",
                folder / "cluster",
                "-p",
                str(port),
                "-k",
                folder,
                "-h",
                "127.0.0.1",
                "-c",
                "fsync=off",
                "-c",
                "full_page_writes=off",
                "-c",
                "synchronous_commit=off",
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            **identity,
        )
        wait_until_ready(programs, port, server, folder)
        yield f"postgresql://dreiklang:{password}@127.0.0.1:{port}/dreiklang", programs.parent.name
    finally:
        if server is not None:
            stop(server)
        shutil.rmtree(folder, ignore_errors=True)


def identity_for(folder):
    """PostgreSQL does not run as root: then it runs as the user that its package made."""
    if os.geteuid() != 0:
        return {}
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        raise Missing("There is no user 'postgres' to run the system's PostgreSQL under.") from None
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def make(programs, folder, password, identity):
    """initdb with a password of one run, and the database the desk expects."""
    secret = folder / "password"
    secret.write_text(password + "\n")
    secret.chmod(0o600)
    if identity:
        os.chown(secret, identity["user"], identity["group"])
    done = subprocess.run(
        [
            programs / "initdb",
            "-D",
            folder / "cluster",
            "-U",
            "dreiklang",
            "-A",
            "scram-sha-256",
            "--pwfile",
            secret,
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        check=False,
        **identity,
    )
    if done.returncode:
        raise Missing(f"initdb of the system's PostgreSQL failed: {done.stdout.strip()[-600:]}")
    subprocess.run(
        [programs / "postgres", "--single", "-D", folder / "cluster", "postgres"],
        check=True,
        cwd=folder,
        text=True,
        input="CREATE DATABASE dreiklang\n",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **identity,
    )


def free_port():
    """A port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(programs, port, server, folder):
    """Until the server answers, half a minute at most."""
    for _ in range(150):
        asked = subprocess.run(
            [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)],
            check=False,
            stdout=subprocess.DEVNULL,
        )
        if asked.returncode == 0:
            return
        if server.poll() is not None:
            break
        time.sleep(0.2)
    raise Missing("The system's PostgreSQL did not start: " + (folder / "server.log").read_text()[-600:])


def stop(server):
    """By its pid, quickly, and not before it has gone."""
    server.send_signal(2)
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait(10)
