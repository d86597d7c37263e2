"""``voicelab diagnose`` on what Azure Monitor handed out."""

import csv
import io
import json

import pytest
from typer.testing import CliRunner

from voicelab.cli import diagnose as verb
from voicelab.cli.main import app

COLUMNS = ["TimeGenerated", "OperationName", "ResultSignature", "DurationMs", "properties_s"]
COLUMNS += ["CorrelationId", "CallerIPAddress"]
SECRET = "sk-proj-abcdefgh12345678"
BAG = {"modelDeploymentName": "gpt-realtime", "modelName": "gpt-4o", "key": SECRET}
ROWS = [
    [f"2026-11-22T14:0{minute}:{second:02}Z", "Realtime", status, 90, json.dumps(BAG), "c", SECRET]
    for minute in (3, 4)
    for second, status in ((1, "200"), (5, "429"), (9, "429"))
]


def as_csv(rows):
    said = io.StringIO()
    csv.writer(said).writerows([COLUMNS, *rows])
    return said.getvalue()


def as_json(rows):
    columns = [{"name": name, "type": "string"} for name in COLUMNS]
    return json.dumps({"tables": [{"name": "PrimaryResult", "columns": columns, "rows": rows}]})


def diagnose(path, *words):
    assert verb
    return CliRunner().invoke(app, ["diagnose", str(path), *words])


@pytest.fixture(params=[("export.csv", as_csv), ("export.json", as_json)], ids=["csv", "json"])
def export(request, tmp_path):
    name, written = request.param
    path = tmp_path / name
    path.write_text(written(ROWS), encoding="utf-8")
    return path


def test_throttling_is_named_in_either_form(export):
    done = diagnose(export)
    assert done.exit_code == 0
    assert "rate_limit (certain): the service had no room 4 times" in done.stdout
    assert (
        "gpt-realtime: 6 rows, of 1 request or sessions, median 90 ms, p95 90 ms, at most 3 within "
        "a minute, 4 failed (4 with 429)" in done.stdout
    )
    assert "the service's log knows requests, not turns and answers" in done.stdout


@pytest.mark.parametrize("words", [(), ("--timeline",), ("--json",)])
def test_no_secret_of_an_export_gets_out(export, words):
    done = diagnose(export, *words)
    assert done.exit_code == 0
    assert SECRET not in done.output


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("empty.csv", "", "empty.csv must hold a session, got an empty file"),
        ("foreign.csv", "a,b\n1,2\n", "got a table, or a text, without one"),
        ("foreign.json", '{"log": {}}', "got other JSON"),
        ("bare.json", as_json([]), "an export must hold rows, got none"),
        ("cut.json", as_json(ROWS)[:-40], "got one that is cut or damaged; export it again"),
        ("cut.csv", as_csv(ROWS)[:-60], "got one that is cut or damaged in line"),
    ],
)
def test_a_damaged_foreign_or_empty_export_is_one_sentence_and_exit_2(
    tmp_path, name, text, sentence
):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    done = diagnose(path)
    assert done.exit_code == 2
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
