"""The shape of the code: what is pure, what is light, how things are named.

The arrows between packages are a contract in pyproject.toml, which
``lint-imports`` holds.  What it cannot see is held here.
"""

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from voicelab.filters import HighPass
from voicelab.jitter import Player
from voicelab.vad import TurnDetection
from voicelab.wire import SessionSettings

CHECKOUT = Path(__file__).parents[1]
MODULES = {
    ".".join(path.relative_to(CHECKOUT).with_suffix("").parts).removesuffix(".__init__"): ast.parse(
        path.read_text("utf-8")
    )
    for path in sorted((CHECKOUT / "voicelab").rglob("*.py"))
}

# Whoever speaks to a person, a network or a clock; every other module is pure.
FACES = {"__main__", "cli", "views", "streaming", "simulator", "relay"}
PURE = {
    name: tree
    for name, tree in MODULES.items()
    if name != "voicelab" and name.split(".")[1] not in FACES
}
TOP_LEVEL = sorted(name for name in PURE if name.count(".") == 1)
HEAVY = {"IPython", "ipywidgets", "matplotlib", "onnxruntime", "pandas", "scipy.signal"}
HEAVY |= {"scipy.stats"}

UNIT = re.compile(
    r"(^|_)(ms|s|us|hz|ppm|db|dbfs|samples|quanta|frames|bytes|seconds|share|ppm|per_min"
    r"|tokens|calls|per_h)$"
)
# A whole number counts something, unless its name speaks of a quantity that has a unit.
QUANTITY = re.compile(
    r"(^|_)(rate|delay|wait|duration|time|timeout|length|window|hop|gap|start|end|frequency|level)$"
)
FROM_0_TO_1 = {"missed_short_turns", "removed_false_triggers"}
FROM_0_TO_1 |= {"lost", "lost_short", "plateau", "release_below", "smooth"}
FROM_0_TO_1 |= {"cut_turns", "levels", "peak", "threshold", "thresholds"}
RATIOS = {"drain", "q", "speed", "times"}
# Currency for a million tokens.
PRICES = {"audio_in", "audio_out", "text_in", "text_out", "cached_audio_in", "cached_text_in"}
MONEY = {"answer_price", "most_cost"}
AS_THE_METRIC_SAYS = {"at_default", "at_guide", "budget", "figure", "high", "low", "value"}
AS_THE_METRIC_SAYS |= {"limit", "remaining", "values"}
WEIGHTED_COUNTS = {"count", "n"}
# Places in the user's audio, in samples: the session policy counts in nothing else.
SAMPLE_POSITIONS = {"start", "end"}
DIMENSIONLESS = RATIOS | FROM_0_TO_1 | AS_THE_METRIC_SAYS | WEIGHTED_COUNTS
DIMENSIONLESS |= PRICES | MONEY | SAMPLE_POSITIONS


def exports(tree: ast.Module) -> list[str] | None:
    """What a module lists in ``__all__``; None without one."""
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
            return ast.literal_eval(node.value)
    return None


def test_every_module_is_a_face_or_held_pure_by_contract():
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
    contracts = {each["id"]: each for each in project["tool"]["importlinter"]["contracts"]}
    assert sorted(contracts["pure"]["source_modules"]) == TOP_LEVEL


def test_the_core_loads_nothing_heavy():
    program = f"import sys, {', '.join(PURE)}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "voicelab.audio" in loaded
    assert HEAVY & set(loaded) == set()


def looks_outside(tree: ast.AST) -> Iterator[str]:
    """Where code reads the environment or a clock, or takes chance from nowhere."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute | ast.Call):
            spelled = ast.unparse(node)
            if re.fullmatch(
                r"(os\.)?(environb?|getenvb?|urandom)"
                r"|(datetime\.)?(datetime|date)\.(now|utcnow|today)"
                r"|(np|numpy)\.random\.(?!default_rng$|Generator$)\w+"
                r"|(\w+\.)*default_rng\(\)",
                spelled,
            ):
                yield f"{spelled} in line {node.lineno}"


@pytest.mark.parametrize(
    "line",
    [
        "os.environ['KEY']",
        "getenv('KEY')",
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "np.random.normal(0, 1)",
        "np.random.default_rng()",
    ],
)
def test_a_look_outside_is_seen(line):
    assert list(looks_outside(ast.parse(line)))


def test_the_core_takes_environment_time_and_chance_as_arguments():
    found = {module: list(looks_outside(tree)) for module, tree in PURE.items()}
    assert {module: looks for module, looks in found.items() if looks} == {}


def quantities(tree: ast.Module) -> Iterator[str]:
    """Name the numeric parameters and fields that a module makes public and that are no counts."""
    public = set(exports(tree) or ())
    for node in tree.body:
        if getattr(node, "name", None) not in public:
            continue
        for member in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(member, ast.AnnAssign) and is_quantity(member.target.id, member):
                yield member.target.id
            elif isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef) and (
                not member.name.startswith("_") or member.name == "__init__"
            ):
                for each in ast.walk(member.args):
                    if isinstance(each, ast.arg) and is_quantity(each.arg, each):
                        yield each.arg


def is_quantity(name: str, node: ast.arg | ast.AnnAssign) -> bool:
    """Whether it is a number that measures, or a collection of nothing but such numbers."""
    words = set(re.findall(r"\w+", ast.unparse(node.annotation) if node.annotation else ""))
    number = words & {"int", "float"}
    if not number or words - number - {"None", "tuple", "list", "Sequence", "Iterable"}:
        return False
    return "float" in number or QUANTITY.search(name) is not None


def test_a_quantity_without_a_unit_is_seen():
    module = ast.parse(
        "__all__ = ['wait', 'Rest']\n"
        "def wait(delay: float, *, pause_ms: float | None, rate: int, attempts: int): ...\n"
        "def _wait(while_: float): ...\n"
        "class Rest:\n"
        "    lengths: tuple[float, ...]\n"
        "    def last(self, duration: int, name: str): ...\n"
    )
    assert list(quantities(module)) == ["delay", "pause_ms", "rate", "lengths", "duration"]


def test_a_public_quantity_ends_in_its_unit_or_is_known_to_have_none():
    assert {
        (module, name)
        for module, tree in MODULES.items()
        for name in quantities(tree)
        if not UNIT.search(name) and name not in DIMENSIONLESS
    } == set()


def test_the_list_of_quantities_without_unit_holds_no_more_than_is_used():
    assert DIMENSIONLESS - {name for tree in MODULES.values() for name in quantities(tree)} == set()


def test_a_setting_is_a_field_of_one_class_only():
    owners = defaultdict(list)
    for settings in (HighPass, TurnDetection, Player, SessionSettings):
        for field in fields(settings):
            owners[field.name].append(settings.__name__)
    del owners["type"]  # the wire's own word, in each a constant
    assert [classes for classes in owners.values() if len(classes) > 1] == []


def test_every_module_says_what_is_public():
    assert [module for module, tree in MODULES.items() if exports(tree) is None] == []


def taken(tree: ast.Module, *, within: str) -> set[tuple[str, str]]:
    """The names that a module imports from others below ``within``, with where they are from."""
    return {
        (node.module, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith(f"{within}.")
        for alias in node.names
        if f"{node.module}.{alias.name}" not in MODULES
    }


def test_modules_take_from_each_other_only_what_is_public():
    assert {
        (importer, f"{module}.{name}")
        for importer, tree in MODULES.items()
        for module, name in taken(tree, within="voicelab")
        if name not in exports(MODULES[module])
    } == set()


def test_a_package_without_code_of_its_own_exports_all_that_it_takes():
    assert {
        f"{module}.{name}"
        for package in TOP_LEVEL
        if not any(isinstance(node, ast.FunctionDef) for node in PURE[package].body)
        for module, name in taken(PURE[package], within=package)
        if name not in exports(PURE[package])
    } == set()


def test_a_public_name_means_one_thing():
    meanings = defaultdict(dict)
    for name in TOP_LEVEL:
        module = importlib.import_module(name)
        for word in module.__all__:
            meanings[word].setdefault(id(getattr(module, word)), name)
    assert {word: list(m.values()) for word, m in meanings.items() if len(m) > 1} == {}


def test_the_front_page_shows_fewer_than_forty_names_of_the_core_and_the_live_session():
    front = importlib.import_module("voicelab")
    shown = set(front.__all__) - {"__version__"}
    assert len(shown) < 40
    known = {name.rpartition(".")[2] for name in TOP_LEVEL}
    known |= {"LiveSession"}
    assert shown <= known.union(*(exports(PURE[name]) for name in TOP_LEVEL))
    assert all(hasattr(front, name) for name in shown)


def test_importing_voicelab_loads_no_network():
    program = "import sys, voicelab; print(*sys.modules); voicelab.LiveSession"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "voicelab.tuning" in loaded
    assert {"asyncio", "websockets", "voicelab.streaming", "voicelab.simulator"} & set(
        loaded
    ) == set()
