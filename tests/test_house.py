"""The house keeps its own promises: what the import linter cannot see."""

import ast
import importlib
import inspect
import pkgutil
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import FunctionType

import pytest
from celery import current_app
from django.apps import apps
from django.db.migrations.loader import MigrationLoader

from phare_platform.schedules import ENTRIES

ROOT = Path(__file__).resolve().parent.parent
FLOORS = {
    "lib": 0, "accounts": 1, "trace": 2, "outbox": 2, "territories": 3, "partnerships": 4,
}  # fmt: skip
ROOMS = {
    "territories": {"places": 0, "fragilities": 1, "perceptions": 1},
    "partnerships": {
        "organisations": 0,
        "lifecycle": 1,
        "evaluation": 2,
        "matching": 3,
        "conversations": 4,
        "reminders": 4,
    },
}
SOURCES = [
    path
    for top in ("phare_platform", "territories", "partnerships")
    for path in sorted((ROOT / top).rglob("*.py"))
    if "migrations" not in path.parts
]
LONGEST_FILE, LONGEST_FUNCTION = 420, 60


def room_of(model):
    parts = model.__module__.split(".")
    return parts[1] if parts[0] in ROOMS else None


def our_models():
    return [m for m in apps.get_models() if m._meta.app_label in FLOORS]


def modules(*doors):
    for top in ("phare_platform", "territories", "partnerships"):
        package = importlib.import_module(top)
        for info in pkgutil.walk_packages(package.__path__, f"{top}."):
            parts = info.name.split(".")
            if any(p in doors for p in parts) and not parts[-1].startswith("_"):
                yield importlib.import_module(info.name)


def public_functions(*doors):
    return [
        function
        for module in modules(*doors)
        for name, function in vars(module).items()
        if isinstance(function, FunctionType)
        and function.__module__ == module.__name__
        and not name.startswith("_")
    ]


@pytest.mark.parametrize("model", our_models(), ids=lambda m: m._meta.label)
def test_foreign_keys_point_down_the_house(model):
    for field in model._meta.get_fields():
        if not field.is_relation or field.auto_created or field.related_model is None:
            continue
        target = field.related_model
        here, there = model._meta.app_label, target._meta.app_label
        if there not in FLOORS:
            continue
        assert FLOORS[there] <= FLOORS[here], f"{model} points up at {target}"
        if here == there and here in ROOMS:
            rank = ROOMS[here]
            mine, theirs = room_of(model), room_of(target)
            assert mine == theirs or rank[theirs] < rank[mine], f"{model} points up at {target}"


def test_migrations_depend_downstairs():
    loader = MigrationLoader(None, ignore_no_migrations=True)
    for (app, name), migration in loader.disk_migrations.items():
        for needed, _ in migration.dependencies:
            if app in FLOORS and needed in FLOORS:
                assert FLOORS[needed] <= FLOORS[app], f"{app}.{name} stands on {needed}"


@pytest.mark.parametrize("floor", sorted(ROOMS))
def test_every_table_of_a_room_is_in_its_floors_register(floor):
    register = importlib.import_module(f"{floor}.models")
    tables = {
        m.__name__ for m in apps.get_app_config(floor).get_models() if not m._meta.auto_created
    }
    assert tables == set(register.__all__)


@pytest.mark.parametrize(
    "service",
    [f for f in public_functions("services") if f.__module__.split(".")[0] in ROOMS],
    ids=lambda f: f"{f.__module__}.{f.__name__}",
)
def test_a_service_says_what_it_does_and_takes_its_values_by_name(service):
    assert inspect.getdoc(service), "a service has a docstring"
    values = list(inspect.signature(service).parameters.values())
    for value in values[1:]:
        assert value.kind in (value.KEYWORD_ONLY, value.VAR_KEYWORD), value.name
    hints = inspect.get_annotations(service)
    assert "return" in hints
    assert all(value.name in hints for value in values)


@pytest.mark.parametrize(
    "function",
    public_functions("queries", "rules", "access", "emails", "engine"),
    ids=lambda f: f"{f.__module__}.{f.__name__}",
)
def test_a_public_function_has_a_docstring(function):
    assert inspect.getdoc(function)


def known_tasks():
    ours = ["phare_platform.accounts", "phare_platform.lib", "phare_platform.outbox"]
    for app in ("territories", "partnerships", *ours):
        importlib.import_module(f"{app}.tasks")
    return set(current_app.tasks)


def test_every_task_on_the_timetable_exists():
    scheduled = {entry.task for entry in ENTRIES}
    assert scheduled <= known_tasks(), scheduled - known_tasks()


def test_every_task_started_by_name_exists():
    names = known_tasks()
    started = {
        name
        for path in SOURCES
        for name in re.findall(r"""\blater\(\s*["']([\w.]+)["']""", path.read_text())
    }
    assert started, "some service asks for a task"
    assert started <= names, started - names


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_stay_short(path):
    table = {"cast.py"}  # a table, one row a line
    if path.name not in table:
        assert len(path.read_text().splitlines()) <= LONGEST_FILE


def test_functions_stay_short():
    long = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    long.append(f"{path.relative_to(ROOT)}:{node.name} {length}")
    assert not long


TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_pages_hold_nothing_that_the_csp_would_block(path):
    if "email" in str(path):
        return  # mail has no CSP, and no style sheet either
    text = path.read_text()
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\son[a-z]+=", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)


@pytest.mark.parametrize(
    "path",
    [p for p in TEMPLATES if 'method="post"' in p.read_text().lower()],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_every_form_that_posts_carries_its_proof(path):
    text = path.read_text()
    forms = len(re.findall(r'method="post"', text, re.I))
    assert text.count("csrf_token") >= forms


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_source_leaves_work_undone(path):
    assert not re.search(r"#.*\b(TODO|FIXME|XXX)\b|NotImplementedError", path.read_text())


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ("territories/places/access.py", "from partnerships.organisations import models"),
        ("partnerships/lifecycle/models.py", "from partnerships.lifecycle import services"),
        ("partnerships/lifecycle/views.py", "from partnerships.lifecycle import api"),
        ("partnerships/organisations/rules.py", "import django"),
        ("phare_platform/lib/text.py", "from territories.places import models"),
    ],
)
def test_a_forbidden_import_turns_the_contracts_red(tmp_path, where, line):
    for top in ("phare_platform", "territories", "partnerships"):
        shutil.copytree(
            ROOT / top, tmp_path / top, ignore=shutil.ignore_patterns("data", "__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    target = tmp_path / where
    target.write_text(f"{line}\n{target.read_text() if target.exists() else ''}")
    lint = Path(sys.executable).parent / "lint-imports"
    result = subprocess.run(  # noqa: S603  # our own tool, our own arguments
        [lint], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert "BROKEN" in result.stdout
