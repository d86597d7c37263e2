"""The shape of the session policy: small machines, and a router that knows them all."""

import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
POLICY = CHECKOUT / "voicelab" / "streaming" / "policy"
CONTRACTS = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
(MACHINES,) = (
    [module.rpartition(".")[2] for module in each["modules"]]
    for each in CONTRACTS["contracts"]
    if each["id"] == "machines"
)
ASKED_FOR = {"attempts", "rotation", "outbox", "history", "barge_in", "push_to_talk", "meters"}


def test_the_contract_that_keeps_machines_apart_has_them_all():
    assert set(MACHINES) >= ASKED_FOR


@pytest.mark.parametrize("machine", MACHINES)
def test_a_machine_has_a_test_file_of_its_own_and_knows_no_other(machine):
    own_tests = HERE / f"test_{machine}.py"
    if not own_tests.exists():  # elsewhere there is a test file of that name
        own_tests = HERE / f"test_policy_{machine}.py"
    assert f"policy.{machine} import" in own_tests.read_text("utf-8")
    code = (POLICY / f"{machine}.py").read_text("utf-8")
    assert [other for other in MACHINES if f"policy.{other} import" in code] == []


def test_the_router_is_short():
    code = (POLICY / "session_policy.py").read_text("utf-8")
    assert code.count("\n") < 180
