"""Makes the virtual environment of a locked requirements file, once for all workspaces of a user.

Usage: python3 make_venv.py find|make REQUIREMENTS CACHE_DIRECTORY
`find` prints the path of its interpreter, or nothing where it is not made yet.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

STAMP = "complete"


def environment_of(requirements: Path, cache: Path) -> Path:
    """The directory for these requirements and this Python; other content is another directory."""
    identity = hashlib.sha256(requirements.read_bytes())
    identity.update(f"{sys.version} {sys.base_prefix}".encode())
    return cache / f"{requirements.stem}-{identity.hexdigest()[:16]}"


def make(requirements: Path, environment: Path) -> None:
    """Creates the environment in place (its scripts hold absolute paths); the stamp comes last."""
    shutil.rmtree(environment, ignore_errors=True)
    print(f"netsuke: Python packages of {requirements.name} go to {environment}", flush=True)
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    python = environment / "bin" / "python"
    install = [
        python,
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "--progress-bar=off",
    ]
    exact = ["--only-binary=:all:", "--require-hashes", "--no-deps", "-r", requirements]
    subprocess.run([str(word) for word in install + exact], check=True)
    (environment / STAMP).touch()


def main() -> int:
    verb, requirements, cache = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    environment = environment_of(requirements, cache)
    if verb == "make":
        cache.mkdir(parents=True, exist_ok=True)
        with open(f"{environment}.lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two Bazel servers may want it at the same time
            if not (environment / STAMP).exists():
                make(requirements, environment)
    elif (environment / STAMP).exists():
        print(environment / "bin" / "python")
    return 0


if __name__ == "__main__":
    sys.exit(main())
