"""What deploy/ holds is what the tools it is for accept, names verbs that are there, and tells the same in both languages."""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

import cli

DEPLOY = Path(__file__).parents[2] / "deploy"
SYSTEM, USER = sorted(DEPLOY.glob("systemd/*")), sorted(DEPLOY.glob("systemd-user/*"))
UNITS = [*SYSTEM, *USER]
GATE: Any = typer.main.get_command(cli.app)
SETTINGS = (
    "DUWANG_DB",
    "DUWANG_ARCHIVE",
    "DUWANG_CONTACT",
    "DUWANG_LANG",
    "DUWANG_CHANNELS",
    "DUWANG_CONTROL",
)


def parse(command: Any, words: list[str]) -> None:
    """As the gate would, down to the last verb, running nothing."""
    context = command.make_context(command.name, list(words))
    if hasattr(command, "resolve_command"):
        _, verb, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        parse(verb, rest)


def verbs(text: str) -> list[list[str]]:
    """Every line of words that begins with one of the ways to call duwang."""
    found = re.findall(r"(?:bin/duwang|duwang-as|duwang-here|--rm duwang) +([a-z][^\n&>#`]*)", text)
    return [shlex.split(one.replace("%i", "1").replace("%H", "h").replace("%h", "/home/x")) for one in found]


def test_every_verb_that_is_called_is_there_with_its_options() -> None:
    called: list[list[str]] = []
    for path in [file for file in DEPLOY.rglob("*") if file.is_file()]:
        called += [words for words in verbs(path.read_text("utf-8")) if "VERB…" not in words]
    compose = yaml.safe_load((DEPLOY / "container" / "compose.yaml").read_text("utf-8"))
    for service in compose["services"].values():
        if service.get("command"):
            called.append(service["command"])
        elif service.get("entrypoint"):
            assert service["entrypoint"][0] == "at"
            assert re.fullmatch(r"\d\d:\d\d", service["entrypoint"][1])
            called.append(service["entrypoint"][2:])
    assert len(called) > 25
    assert {"nightly", "worker", "status", "gc", "backup", "restore", "deliver", "probe", "sites"} <= {
        words[0] for words in called
    }
    for words in called:
        parse(GATE, words)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine")
def test_the_units_are_sound(tmp_path: Path) -> None:
    """With a program where they look for it, systemd has nothing to say about any of them."""
    for path in UNITS:
        text = path.read_text("utf-8").replace("/opt/duwang/bin/duwang", "/bin/true")
        folder = tmp_path / path.parent.name
        folder.mkdir(exist_ok=True)
        (folder / path.name).write_text(text.replace("%h/duwang-venv/bin/duwang", "/bin/true"), "utf-8")
    for folder, manager in (("systemd", "--system"), ("systemd-user", "--user")):
        units = sorted(str(path) for path in (tmp_path / folder).iterdir())
        told = subprocess.run(
            ["systemd-analyze", manager, "--recursive-errors=no", "--man=no", "verify", *units],
            capture_output=True, text=True, env=os.environ | {"XDG_RUNTIME_DIR": str(tmp_path)}, timeout=60,
        )  # fmt: skip
        said = [line for line in told.stderr.splitlines() if "duwang" in line]
        assert (told.returncode, said) == (0, []), told.stderr


@pytest.mark.parametrize("path", UNITS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_unit_says_what_it_must(path: Path) -> None:
    text = path.read_text("utf-8")
    if path.suffix == ".timer":
        assert (path.with_suffix(".service")).exists()
        assert "Asia/Shanghai" in text and "Persistent=true" in text and "WantedBy=timers.target" in text
        return
    assert "NoNewPrivileges=yes" in text and "KillMode=mixed" in text
    for breaks_the_browser in ("RestrictNamespaces=", "MemoryDenyWriteExecute=", "SystemCallFilter="):
        assert breaks_the_browser not in text
    if path.parent.name == "systemd":
        for line in (
            "User=duwang",
            "ProtectSystem=strict",
            "EnvironmentFile=/etc/duwang/duwang.env",
            "StateDirectory=duwang",
        ):
            assert line in text.splitlines(), line
    if "nightly" in path.name:
        assert "SuccessExitStatus=2" in text
        (condition,) = re.findall(r"^ExecCondition=/bin/sh -c '(.*)'$", text, re.M)
        # systemd's doubled signs are the shell's single ones; the clock is told in its place
        script = condition.replace("$$", "$").replace("%%", "%")
        for hour, within in (
            ("19", False),
            ("20", True),
            ("23", True),
            ("00", True),
            ("05", True),
            ("06", False),
        ):
            said = subprocess.run(
                ["sh", "-c", script.replace("$(TZ=Asia/Shanghai date +%H)", hour)], timeout=10
            )
            assert (said.returncode == 0) is within, hour


def test_the_window_of_the_night_is_that_of_its_condition_and_timer() -> None:
    for folder in ("systemd", "systemd-user"):
        service = (DEPLOY / folder / "duwang-nightly.service").read_text("utf-8")
        assert re.findall(r"--window (\d\d):00-(\d\d):00", service) == [("20", "06")]
        assert re.findall(r"-ge (\d\d) .* -lt (\d\d)", service) == [("20", "06")]
        assert "OnCalendar=*-*-* 20:00:00" in (DEPLOY / folder / "duwang-nightly.timer").read_text("utf-8")


def test_scripts_can_be_read_by_the_shell() -> None:
    for name in ("duwang-as", "duwang-here", "container/at"):
        path = DEPLOY / name
        assert os.access(path, os.X_OK)
        subprocess.run(["sh", "-n", path], check=True, timeout=10)


def test_settings_come_through_as_they_stand(tmp_path: Path) -> None:
    """No quoting, nothing substituted, comments left out: as systemd reads the same file."""
    program = tmp_path / "duwang-venv" / "bin" / "duwang"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\nprintf "%s|" "$DUWANG_DB" "$DUWANG_CONTACT" "$@"\n')
    program.chmod(0o755)
    (tmp_path / ".config").mkdir()
    (tmp_path / ".config" / "duwang.env").write_text(
        "# DUWANG_DB=no\nDUWANG_DB=postgresql://u:p%24$HOME`id`@h/d?a=b&c=d\n\nDUWANG_CONTACT=张三 0855-1"
    )
    said = subprocess.run(
        [DEPLOY / "duwang-here", "sites", "a b"], env={"HOME": str(tmp_path), "PATH": os.defpath},
        capture_output=True, text=True, timeout=10, check=True,
    )  # fmt: skip
    assert said.stdout == "postgresql://u:p%24$HOME`id`@h/d?a=b&c=d|张三 0855-1|sites|a b|"


def test_the_lines_for_cron_are_five_fields_and_a_command() -> None:
    lines = (DEPLOY / "cron" / "crontab.example").read_text("utf-8").splitlines()
    jobs = [line for line in lines if line and not line.startswith("#") and not re.match(r"[A-Z]+=", line)]
    assert len(jobs) == 3
    for job in jobs:
        assert re.match(r"(@reboot|[\d*]+ [\d*]+ [\d*]+ [\d*]+ [\d*]+) \S", job)
        assert "%" not in job  # a line break to cron
        words = job.partition(" ")[2] if job.startswith("@") else job.split(" ", 5)[5]
        subprocess.run(["sh", "-n", "-c", words], check=True, timeout=10)


def test_the_example_of_settings_names_only_what_is_read() -> None:
    for name in ("duwang.env.example", "duwang-user.env.example"):
        text = (DEPLOY / name).read_text("utf-8")
        assert set(re.findall(r"^#?(DUWANG_\w+)=", text, re.M)) <= set(SETTINGS)


def test_both_pages_tell_the_same_and_lead_somewhere() -> None:
    pages = [(DEPLOY / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md")]
    for text in pages:
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (DEPLOY / target).exists(), target
        for file in re.findall(r"deploy/([\w./-]+)", text):
            assert (DEPLOY / file.rstrip("/*.")).exists() or file.startswith("README"), file
    code = [
        [[line.split(" # ")[0].split("    # ")[0].rstrip() for line in block.splitlines()] for block in re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S)]
        for text in pages
    ]  # fmt: skip
    assert code[0] == code[1]
    heads = [re.findall(r"^#+(?= )", text, re.M) for text in pages]
    assert heads[0] == heads[1]


def test_the_compose_file_is_whole() -> None:
    compose = yaml.safe_load((DEPLOY / "container" / "compose.yaml").read_text("utf-8"))
    assert set(compose["services"]) == {"db", "worker", "night", "gc", "backup", "deliver", "duwang"}
    for name, service in compose["services"].items():
        assert service["restart"], name
        if name != "db":
            assert service["depends_on"] == {"db": {"condition": "service_healthy"}}
            assert {one.split(":")[0] for one in service["volumes"]} <= set(compose["volumes"])
    container = (DEPLOY / "container" / "Containerfile").read_text("utf-8")
    assert "USER duwang" in container and "--require-hashes" in container
    for copied in re.findall(r"^COPY ([\w./-]+) ", container, re.M):
        assert (DEPLOY.parent / copied).exists(), copied
