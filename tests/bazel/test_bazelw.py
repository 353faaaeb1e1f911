"""bazelw, on machines made of stub programs: what it installs, what it says, what it runs."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

BAZELW = Path(os.environ["RUNFILES_DIR"], "netsuke", "bazelw")
BASICS = ["bash", "cut", "dirname", "env", "head", "mkdir", "mv", "readlink", "sha256sum"]
TOOLS = ["gcc", "qemu-system-arm", "qemu-system-riscv32"]
TOOLS += ["clang", "clang-format", "cmake", "make", "shellcheck", "qemu-ppc", "qemu-s390x"]
TOOLS += ["powerpc-linux-gnu-gcc", "s390x-linux-gnu-gcc"]


class Machine:
    """A PATH of its own: the basics are real, everything else a stub."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.bin = root / "bin"
        self.bin.mkdir()
        for name in BASICS:
            program = shutil.which(name)
            assert program
            (self.bin / name).symlink_to(program)
        self.stub("id", "echo 1000")

    def stub(self, name: str, script: str = "exit 0") -> None:
        """Puts a shell script on PATH."""
        path = self.bin / name
        path.unlink(missing_ok=True)
        path.write_text(f"#!{self.bin}/bash\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    def have_all_but_bazel(self) -> None:
        """The programs that the README's commands need."""
        for name in TOOLS:
            self.stub(name)
        self.stub("python3.11")
        self.stub("arm-none-eabi-gcc", "echo /lib/libc_nano.a")
        self.stub("riscv64-unknown-elf-gcc", "echo /lib/picolibc.specs")

    def have_bazel(self, version: str) -> None:
        """A Bazel that prints its arguments."""
        script = f'if [[ $1 == --version ]]; then echo "bazel {version}"; else echo "ran: $*"; fi'
        self.stub("bazel", script)

    def have_apt(self) -> None:
        """An apt-get that prints what it is asked, and installs Bazel."""
        self.stub("bazel-4.2.3", 'echo "bazel 4.2.3: $*"')
        move = f"mv {self.bin}/bazel-4.2.3 {self.bin}/bazel"
        self.stub("apt-get", f"echo apt-get: $*; [[ $1 != install ]] || {move}")

    def bazelw(self, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Runs bazelw with nothing but this machine."""
        return subprocess.run(
            [str(BAZELW), *words],
            env={"PATH": str(self.bin), "HOME": str(self.root), **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_bazel_that_serves_gets_the_arguments_as_they_are(machine: Machine) -> None:
    machine.have_all_but_bazel()
    machine.have_bazel("6.5.0")
    done = machine.bazelw("run", "//x:y", "--", "a b", "--flag")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "ran: run //x:y -- a b --flag\n"


def test_a_bazel_without_workspace_files_does_not_serve(machine: Machine) -> None:
    machine.have_all_but_bazel()
    machine.have_bazel("9.0.0")
    done = machine.bazelw("build", "//...")
    assert done.returncode != 0
    assert "bazel-bootstrap is missing" in done.stderr


def test_where_nothing_can_be_installed_the_command_is_printed(machine: Machine) -> None:
    done = machine.bazelw("test", "//...")
    assert done.returncode == 1
    (command,) = [line for line in done.stderr.splitlines() if "apt-get install" in line]
    for package in ("bazel-bootstrap", "gcc", "python3-venv", "gcc-arm-none-eabi", "clang"):
        assert f" {package} " in f"{command} "


def test_only_tests_ask_for_the_checkers(machine: Machine) -> None:
    assert "shellcheck" not in machine.bazelw("run", "//models/digits:demo").stderr
    assert "shellcheck" in machine.bazelw("--batch", "test", "//...").stderr


def test_risc_v_needs_a_c_library_of_its_own(machine: Machine) -> None:
    machine.have_all_but_bazel()
    machine.have_bazel("6.5.0")
    machine.stub("riscv64-unknown-elf-gcc", "echo picolibc.specs")
    machine.stub("id", "echo 0")
    machine.have_apt()
    done = machine.bazelw("build", "//...")
    (install,) = [line for line in done.stderr.splitlines() if "apt-get: install" in line]
    assert install.endswith(" picolibc-riscv64-unknown-elf")


def test_sudo_installs_what_is_missing_and_nothing_else(machine: Machine) -> None:
    machine.have_all_but_bazel()
    machine.have_apt()
    machine.stub("sudo", 'echo "sudo: $1"; shift; exec "$@"')
    done = machine.bazelw("build", "//...")
    assert done.returncode == 0
    assert "sudo: --non-interactive" in done.stderr
    (install,) = [line for line in done.stderr.splitlines() if "apt-get: install" in line]
    assert "bazel-bootstrap" in install
    assert "qemu" not in install
    assert "riscv" not in install
    assert done.stdout == "bazel 4.2.3: build //...\n"


def test_a_failed_installation_ends_the_run(machine: Machine) -> None:
    machine.have_bazel("6.5.0")
    machine.stub("id", "echo 0")
    machine.stub("apt-get", "exit 100")
    done = machine.bazelw("build", "//...")
    assert done.returncode == 1
    assert "the installation failed" in done.stderr
    assert "ran:" not in done.stdout


def test_the_user_may_go_on_without(machine: Machine) -> None:
    machine.have_bazel("6.5.0")
    done = machine.bazelw("build", "//...", NETSUKE_NO_INSTALL="1")
    assert (done.returncode, done.stdout) == (0, "ran: build //...\n")


def test_debians_bazel_gets_its_own_bazelrc(machine: Machine) -> None:
    machine.have_bazel("no_version")
    done = machine.bazelw("build", "//...", NETSUKE_NO_INSTALL="1")
    assert done.returncode == 0
    startup, command = done.stdout.removeprefix("ran: ").split(" ", 1)
    assert command == "build //...\n"
    rc = Path(startup.removeprefix("--bazelrc="))
    assert rc.is_relative_to(machine.root)
    shims = BAZELW.resolve().parent / "tools" / "bazel" / "shims"
    assert f"rules_cc={shims}/rules_cc\n" in rc.read_text(encoding="utf-8")
