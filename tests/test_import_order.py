"""Who may import whom: one total order of rooms, kept by walking the imports."""

import ast
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

#: Rooms from the ground up: a module's room is the longest pattern that fits its name. A room
#: imports from itself and from rooms further up in this list, from none below.
ORDER = (
    "chat.kernel",
    "chat.engine",
    "chat.engine.event_log",
    "chat.engine.providers",
    "chat.engine.assistant",
    "chat.engine.rendering",
    "chat.accounts.models",
    "chat.library.models",
    "chat.conversations.models",
    "chat.conversations.*.models",
    "chat.engine.worker.models",
    "chat.library",
    "chat.accounts",
    "chat.conversations.search",
    "chat.conversations.exports",
    "chat.conversations.status_texts",
    "chat.conversations.feedback",
    "chat.conversations.prompts",
    "chat.conversations.sharing",
    "chat.conversations",
    "chat.engine.worker",
    "chat.engine.delivery",
    "chat.web",
    "chat.accounts.views",
    "chat.library.views",
    "chat.conversations.exports.views",
    "chat.conversations.feedback.views",
    "chat.conversations.prompts.views",
    "chat.conversations.sharing.views",
    "chat.conversations.views",
    "chat.api",
    "chat.conversations.feedback.api",
    "chat.conversations.prompts.api",
    "chat.conversations.api",
    "chat.api.mount",
    "chat.accounts.admin",
    "chat.library.admin",
    "chat.conversations.feedback.admin",
    "chat.conversations.prompts.admin",
    "chat.conversations.status_texts.admin",
    "chat.conversations.admin",
    "chat.analytics",
    "*.urls",
    "chat",
    "*.management",
    "oliver_site.server",
    "oliver_site",
)
#: The registry of models imports those of its slices, which import it: one room in two places.
SAME_ROOM = {("chat.conversations.models", "chat.conversations.*.models")}


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {
    module_of(path): path
    for folder in ("chat", "oliver_site")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
}


def room_of(module: str) -> str:
    fits = [room for room in ORDER if fits_room(module, room)]
    assert fits, f"{module} has no room yet: add it to ORDER"
    return max(fits, key=lambda room: (room.startswith("*"), room.count(".")))


def fits_room(module: str, room: str) -> bool:
    return fnmatchcase(module, room) or fnmatchcase(module, f"{room}.*")


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            within = (f"{node.module}.{alias.name}" for alias in node.names)
            found |= {name if name in MODULES else node.module for name in within}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name.partition(".")[0] in ("chat", "oliver_site")}


def may_import(room: str, other: str) -> bool:
    return ORDER.index(other) <= ORDER.index(room) or (room, other) in SAME_ROOM


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_from_rooms_above_its_own(module: str) -> None:
    room = room_of(module)
    wrong = {name for name in imports_of(MODULES[module]) if not may_import(room, room_of(name))}
    assert not wrong, f"{module} ({room}) imports {sorted(wrong)}"


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("chat.kernel.chunks", "chat.conversations.models.turn"),
        ("chat.conversations.models.turn", "chat.engine.worker.runner"),
        ("chat.engine.rendering.cards", "chat.conversations.models.turn"),
        ("chat.conversations.start", "chat.conversations.views.turns"),
        ("chat.accounts.views.password", "chat.library.views"),
        ("chat.conversations.feedback.views", "chat.conversations.feedback.api"),
        ("chat.web.page_context", "oliver_site.settings"),
    ],
)
def test_the_order_refuses_what_it_should(module: str, imported: str) -> None:
    assert not may_import(room_of(module), room_of(imported))
    assert may_import(room_of(imported), room_of(module))


def test_every_room_is_lived_in() -> None:
    lived_in = {room_of(module) for module in MODULES}
    assert lived_in == set(ORDER)


def test_modules_stand_in_rooms_not_beside_them() -> None:
    loose = {path.stem for path in (ROOT / "chat").glob("*.py")}
    assert loose <= {"__init__", "apps", "urls"}
