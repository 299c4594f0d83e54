"""Who may import whom: the table of the architecture, kept by walking the imports."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent / "chat"

#: Rooms from the ground up. A room may import from lower levels and from itself only.
LEVELS: dict[str, int] = {
    **dict.fromkeys(("chunks", "errors", "conf", "answer", "passages", "citations"), 0),
    **dict.fromkeys(("database", "words", "stages", "garbage", "labels", "code", "code_lexer"), 0),
    **dict.fromkeys(("titles", "compression", "tasks"), 0),
    **dict.fromkeys(("models", "event_log", "assistant"), 1),
    **dict.fromkeys(("rendering", "retrieval", "limits", "search", "exports"), 2),
    **dict.fromkeys(("turns",), 3),
    **dict.fromkeys(
        ("views", "api", "admin", "management", "consumers", "voices", "follow", "routing"), 4
    ),
    **dict.fromkeys(
        (
            "urls",
            "checks",
            "apps",
            "migrations",
            "listening",
            "admission",
            "heartbeats",
            "line",
            "body_limit",
        ),
        4,
    ),
}
#: Further than its level: rooms of level 2 use only these of level 1.
ALLOWED_BELOW = {
    "rendering": {"event_log"},
    "retrieval": {"models"},
    "limits": {"models"},
    "search": {"models"},
    "exports": {"models"},
}


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text())):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "chat" and len(parts) > 1 and parts[1] in LEVELS:
                rooms.add(parts[1])
    return rooms


MODULES = sorted(
    path for path in ROOT.rglob("*.py") if path.name != "__init__.py" or path.parent != ROOT
)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_imports_only_from_below(path: Path) -> None:
    room = room_of(path)
    assert room in LEVELS, f"{room} has no level yet: add it to the table"
    for other in imported_rooms(path) - {room}:
        assert may_import(room, other), f"{room} imports {other}"


def may_import(room: str, other: str) -> bool:
    if LEVELS[room] == LEVELS[other]:
        return LEVELS[room] in (0, 4)
    if LEVELS[other] == 1 and room in ALLOWED_BELOW:
        return other in ALLOWED_BELOW[room]
    return LEVELS[other] < LEVELS[room]


def test_the_table_refuses_what_it_should() -> None:
    assert not may_import("models", "assistant")
    assert not may_import("rendering", "models")
    assert not may_import("assistant", "turns")
    assert may_import("turns", "assistant")


def test_only_turns_knows_both_the_assistant_and_the_log() -> None:
    both = {
        room_of(path)
        for path in MODULES
        if LEVELS[room_of(path)] < 4 and {"assistant", "event_log"} <= imported_rooms(path)
    }
    assert both <= {"turns"}
