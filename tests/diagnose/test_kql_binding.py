"""Every query of the pack, judged by Kusto's own language service.

``tables.json`` holds the columns and types that Azure Monitor's table reference
publishes for the tables in question: of AzureDiagnostics those that any service
may write, and some of others', to be mistaken for.  The beginning of a
workspace's schema that was printed in public in February 2025 agrees with it.
Nothing is executed.
"""

import json
import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from voicelab.diagnose.monitor import QUERIES, kql, string_literal

CONFORMANCE = Path(__file__).parents[2] / "conformance" / "kusto"
HOME = Path(os.environ.get("KUSTO_HOME", CONFORMANCE))
TABLES = json.loads(Path(__file__).with_name("tables.json").read_text("utf-8"))

# As the guide prints it.
GUIDES = """AzureDiagnostics
| where ResourceType == "OPENAI"
| where resultType_s == "Failed"
| order by TimeGenerated desc
| project TimeGenerated, operationName_s, resultDescription_s
"""
MISTAKES = {
    "an unknown table": ("AzureDiagnostics\n", "AzureDiagnosis\n", "AzureDiagnosis"),
    "an unknown column": ("toint(ResultSignature)", "toint(StatusCode)", "StatusCode"),
    "text compared with a number": ("Status >= 400", "OperationName >= 400", "operand types"),
    "a time compared with text": ("ago(Since)", '"24h"', "operand types"),
    "an unknown function": ("count()", "number()", "number"),
    "a bracket too few": ("Failed = countif(", "Failed = countif", "incomplete fragment"),
    "an unknown operator": ("| summarize", "| sumarize", "Query operator expected"),
}


@pytest.fixture(scope="module")
def bound():
    """Parse and bind queries, all in one go: the service takes a second to wake."""
    if shutil.which("node") is None:
        pytest.skip("needs Node")
    if not (HOME / "node_modules" / "@kusto" / "language-service-next").is_dir():
        pytest.skip(
            "needs Kusto's language service: npm install --no-package-lock in conformance/kusto, "
            "or KUSTO_HOME"
        )

    def bind(*queries, tables=TABLES):
        done = subprocess.run(
            ["node", CONFORMANCE / "bind.cjs", HOME],
            input=json.dumps({"tables": tables, "queries": queries}),
            capture_output=True,
            encoding="utf-8",
            check=True,
            timeout=300,
        )
        return json.loads(done.stdout)

    return bind


def messages(answer):
    return [each["message"] for each in answer["wrong"]]


def test_every_query_is_bound_to_the_published_columns_without_a_remark(bound):
    answers = bound(*(each.text() for each in QUERIES.values()))
    assert {name: messages(a) for name, a in zip(QUERIES, answers, strict=True)} == {
        name: [] for name in QUERIES
    }
    # A result without columns would be a query that nothing is known of.
    assert all(answer["columns"] for answer in answers)


def test_a_workspace_whose_status_is_a_number_is_asked_in_the_same_words(bound):
    columns = TABLES["AzureDiagnostics"] | {"resultSignature_d": "real"}
    tables = TABLES | {"AzureDiagnostics": columns}
    asked = {name: each.text() for name, each in QUERIES.items() if "Status" in each.template}
    assert set(asked) == {"errors", "failures", "rows", "sessions", "throttling"}
    assert [messages(answer) for answer in bound(*asked.values(), tables=tables)] == [[]] * 5


def test_the_guides_own_query_names_three_columns_that_are_not_published(bound):
    (answer,) = bound(GUIDES)
    named = [message.split("'")[1] for message in messages(answer)]
    assert named == ["resultType_s", "operationName_s", "resultDescription_s"]


@pytest.fixture(scope="module")
def mistaken(bound):
    text = kql("sessions").text()
    assert all(right in text for right, _, _ in MISTAKES.values())
    answers = bound(*(text.replace(right, wrong, 1) for right, wrong, _ in MISTAKES.values()))
    return dict(zip(MISTAKES, answers, strict=True))


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_planted_mistake_is_caught(mistaken, mistake):
    _, _, said = MISTAKES[mistake]
    assert any(said in message for message in messages(mistaken[mistake]))


def test_any_text_is_one_literal_and_leaves_the_query_as_it_was(bound):
    plain = kql("sessions")
    texts = [
        '"',
        "\\",
        '\\"',
        '" | take 1 //',
        "'; drop",
        "\n| take 1",
        "\u2028\u0000\x1b",
        "日本 🎙",
    ]
    letters = random.Random(7)
    alphabet = "\"\\'`@|;/\n\r\t\0\u0085\u2028 aZ9ß🎙"
    texts += ["".join(letters.choices(alphabet, k=12)) for _ in range(60)]
    answers = bound(plain.text(), *(plain.text(operation=text) for text in texts))
    unchanged = answers[0]
    for text, answer in zip(texts, answers[1:], strict=True):
        assert answer["literals"] == ["", text, *unchanged["literals"][2:]]
        assert answer["columns"] == unchanged["columns"]
        assert answer["wrong"] == []


def test_a_text_that_is_not_escaped_would_have_got_out(bound):
    naive = kql("sessions").text().replace('let Operation = ""', 'let Operation = "" | take 1 //"')
    literals = bound(naive)[0]["literals"]
    assert '" | take 1 //' not in literals
    assert string_literal('" | take 1 //') == '"\\" | take 1 //"'


def test_values_of_each_type_are_bound(bound):
    answers = bound(
        kql("sessions").text(since="90s", deployment="gpt-realtime_1.0", operation="realtime"),
        kql("sdk-sessions").text(since="730d", session="sess_7CS7imo8BVxS0joBbZWdED"),
    )
    assert [messages(answer) for answer in answers] == [[], []]
