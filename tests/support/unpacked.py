"""Servers that cannot be installed beside each other: their Debian packages, fetched once and unpacked into `.conformance/`
(or where root's checkout cannot be entered by others, into /var/tmp)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

_HERE = Path(__file__).resolve().parents[2]
_REACHED = os.getuid() != 0 or all(folder.stat().st_mode & 0o1 for folder in (_HERE, *_HERE.parents))
CACHE = _HERE / ".conformance" if _REACHED else Path("/var/tmp/desk-conformance")  # root's servers run as `mail`
_LIBRARY = re.compile(r"^ *\|?Depends: (lib[^\s<>:]+)(?::any)?$", re.MULTILINE)
_RELATIONS = [f"--no-{kind}" for kind in ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")]


class Unavailable(Exception):
    """No packages here, and why."""


def unpacked(name: str, packages: tuple[str, ...]) -> Path:
    """The folder that `packages`, with the libraries that this machine lacks, are unpacked in. Raises Unavailable."""
    place = CACHE / name
    done = place / ".complete"
    if not done.exists():
        _require("apt-get", "apt-cache", "dpkg", "dpkg-query")
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        files = _fetch(packages, place.with_name(f"{name}-packages"))
        for file in files:
            _run("dpkg", "-x", str(file), str(place))
        done.write_text("".join(f"{file.name}\n" for file in files))
    return place


def version(place: Path, package: str) -> str:
    """The version of an unpacked package."""
    for name in (place / ".complete").read_text().split():
        if name.startswith(f"{package}_"):
            return name.split("_")[1].replace("%3a", ":")
    raise Unavailable(f"{package} is not in {place}")


def environment(place: Path) -> dict[str, str]:
    """What its programs need to find its libraries and SASL modules."""
    folders = sorted({str(file.parent) for file in place.rglob("lib*.so*")})
    modules = sorted({str(file.parent) for at in (place, Path("/")) for file in at.glob("usr/lib/*/sasl2/libplain.so")})
    return {**os.environ, "LD_LIBRARY_PATH": ":".join(folders), "SASL_PATH": ":".join(modules)}


def _fetch(packages: tuple[str, ...], into: Path) -> list[Path]:
    """Download `packages` and, of what they depend on, the libraries that are not installed."""
    options = _lists(packages[0])
    wanted, level = list(packages), list(packages)
    while level:
        told = _run("apt-cache", *options, "depends", *_RELATIONS, *level)
        named = dict.fromkeys(name for name in _LIBRARY.findall(told) if name not in wanted and not name.endswith("-perl"))
        level = [name for name in named if not _installed(name)]
        wanted += level
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    _run("apt-get", "-q", "-o", "Acquire::Retries=3", "-o", "APT::Sandbox::User=", *options, "download", *wanted, cwd=into)
    return sorted(into.glob("*.deb"))


def _lists(package: str) -> list[str]:
    """Options of apt: none where this machine's lists are good, else to lists of our own, which anybody may fetch."""
    if re.search(r"Candidate: \d", _run("apt-cache", "policy", package)):
        return []
    own = CACHE / "apt"
    for folder in ("lists/partial", "archives/partial"):
        (own / folder).mkdir(parents=True, exist_ok=True)
    options = ["-o", f"Dir::State::Lists={own}/lists", "-o", f"Dir::Cache={own}", "-o", "APT::Sandbox::User="]
    _run("apt-get", "-q", *options, "update")
    return options


def _installed(package: str) -> bool:
    asked = subprocess.run(["dpkg-query", "-W", "-f=${Status}", package], capture_output=True, text=True, check=False)
    return "install ok installed" in asked.stdout


def _require(*programs: str) -> None:
    lacking = [program for program in programs if shutil.which(program) is None]
    if lacking:
        raise Unavailable(f"no {', '.join(lacking)}: the servers come from Debian packages")


def _run(*command: str, cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})
    if done.returncode:
        why = done.stderr.strip() or done.stdout.strip() or f"exit {done.returncode}"
        raise Unavailable(f"{command[0]} {command[-1]}: {why.splitlines()[-1]}")
    return done.stdout
