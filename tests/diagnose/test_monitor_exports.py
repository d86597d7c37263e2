import contextlib
import csv
import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicelab.diagnose.monitor import read_monitor_rows, summarise

COLUMNS = ["TimeGenerated", "OperationName", "ResultSignature", "DurationMs", "properties_s"]
COLUMNS += ["CorrelationId", "CallerIPAddress"]
BAG = {"modelDeploymentName": "gpt-realtime", "modelName": "gpt-4o", "requestLength": 128}
ROWS = [
    [
        "2026-11-22T14:03:11.4350001Z",
        "Realtime",
        "200",
        480_000,
        json.dumps(BAG),
        "c-1",
        "81.2.69.1",
    ],
    ["2026-11-22T14:03:40Z", "Realtime", "429", 12, json.dumps(BAG), "c-2", "81.2.69.1"],
    ["2026-11-22T14:04:20Z", "Realtime", "500", 90, json.dumps(BAG), "c-3", "81.2.69.1"],
]


def api(rows=ROWS, columns=COLUMNS):
    described = [{"name": name, "type": "string"} for name in columns]
    table = {"name": "PrimaryResult", "columns": described, "rows": rows}
    return json.dumps({"tables": [table]})


def old_api(rows=ROWS):
    described = [{"ColumnName": name, "DataType": "String"} for name in COLUMNS]
    return json.dumps({"Tables": [{"TableName": "T", "Columns": described, "Rows": rows}]})


def objects(rows=ROWS):
    return json.dumps([dict(zip(COLUMNS, row, strict=True)) for row in rows], indent=1)


def portal(rows=ROWS, zone="UTC"):
    said = io.StringIO()
    table = csv.writer(said)
    table.writerow([f"TimeGenerated [{zone}]", *COLUMNS[1:]])
    for time, *rest in rows:
        at = datetime.fromisoformat(time[:19])
        table.writerow([f"{at:%m/%d/%Y, %I:%M:%S}.435 {at:%p}", *rest])
    return "\ufeff" + said.getvalue()


FORMS = {"api": api, "old api": old_api, "objects": objects, "portal": portal}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_an_export_says_the_same(form):
    rows, remarks = read_monitor_rows(FORMS[form]())
    assert remarks == ()
    assert [row.at.replace(microsecond=0) for row in rows] == [
        datetime(2026, 11, 22, 14, 3, 11, tzinfo=UTC),
        datetime(2026, 11, 22, 14, 3, 40, tzinfo=UTC),
        datetime(2026, 11, 22, 14, 4, 20, tzinfo=UTC),
    ]
    assert [row.status for row in rows] == [200, 429, 500]
    assert [row.duration_ms for row in rows] == [480_000, 12, 90]
    assert {(row.deployment, row.model) for row in rows} == {("gpt-realtime", "gpt-4o")}
    assert [row.correlation_id for row in rows] == ["c-1", "c-2", "c-3"]


def test_what_the_query_for_rows_asks_for_is_read():
    columns = ["TimeGenerated", "OperationName", "Status", "ResultType", "DurationMs"]
    columns += ["DeploymentName", "ModelName", "CorrelationId"]
    row = ["2026-11-22T14:03:11Z", "Realtime", 429, "Failed", 5, "gpt", "gpt-4o", "c-1"]
    ((read,), _) = read_monitor_rows(api([row], columns))
    assert (read.deployment, read.model, read.code) == ("gpt", "gpt-4o", "Failed")
    assert read.is_throttled
    assert read.has_failed


def test_a_status_that_is_a_number_is_read_like_one_that_is_text():
    for column in ("ResultSignature", "resultSignature_d"):
        row = {"TimeGenerated": "2026-11-22T14:03:11Z", column: 429.0}
        ((read,), _) = read_monitor_rows(json.dumps([row]))
        assert read.is_throttled


def test_telemetry_of_the_sdk_names_its_session():
    bag = {"gen_ai.voice.session_id": "sess_1", "gen_ai.request.model": "gpt-4o"}
    row = {"TimeGenerated": "2026-11-22T14:03:11+01:00", "Name": "connect", "Properties": bag}
    row |= {"DurationMs": 61_000.5, "Success": False}
    ((read,), _) = read_monitor_rows(json.dumps([row]))
    assert read.at == datetime(2026, 11, 22, 13, 3, 11, tzinfo=UTC)
    assert (read.operation, read.session_id, read.model) == ("connect", "sess_1", "gpt-4o")
    assert read.has_failed


def test_a_summary_worked_out_by_hand():
    rows, _ = read_monitor_rows(api())
    (found,) = summarise(rows).deployments
    assert (found.deployment, found.rows, found.sessions) == ("gpt-realtime", 3, 3)
    assert (found.throttled, found.failed) == (1, 2)
    assert found.median_ms == 90
    assert found.codes == {"429": 1, "500": 1}
    assert found.busiest_per_min == 2  # 14:04:20 is 69 s after the first
    said = str(summarise(rows))
    assert "2026-11-22 14:03:11 to 2026-11-22 14:04:20 UTC" in said
    assert "gpt-realtime: 1 failed with 429" in said
    assert summarise(rows).sentences == (
        "gpt-realtime: 3 rows, of 3 requests or sessions, median 90 ms, p95 432,009 ms, "
        "at most 2 within a minute, 2 failed (1 with 429, 1 with 500)",
    )


def test_a_summary_of_bare_rows_says_only_what_they_tell():
    rows, _ = read_monitor_rows('[{"TimeGenerated": "2026-11-22T14:03:11Z"}]')
    assert summarise(rows).sentences == (
        "(no deployment named): 1 row, at most 1 within a minute, none failed",
    )


@given(st.lists(st.integers(0, 300), min_size=1, max_size=30))
def test_the_busiest_minute_is_that_of_a_plain_count(seconds):
    at = [f"2026-11-22T14:{s // 60:02}:{s % 60:02}Z" for s in seconds]
    rows, _ = read_monitor_rows(api([[each, "", "200", 1, "{}", "", ""] for each in at]))
    (found,) = summarise(rows).deployments
    assert found.busiest_per_min == max(sum(s <= t < s + 60 for t in seconds) for s in seconds)


def test_a_negative_duration_is_none_and_counts_in_no_percentile():
    rows, _ = read_monitor_rows(api([["2026-11-22T14:03:11Z", "x", "200", -1021, "{}", "c", ""]]))
    (found,) = summarise(rows).deployments
    assert (rows[0].duration_ms, found.median_ms, found.p95_ms) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "got an empty file"),
        ("  \n", "got an empty file"),
        (api([]), "an export must hold rows, got none; was its time range"),
        ("[]", "got no rows"),
        (api()[:-30], "got one that is cut or damaged; export it again"),
        (portal()[:-20], "got one that is cut or damaged in line"),
        ("a,b\n1,2\n", "got a table, or a text, without one"),
        ('{"log": {"entries": []}}', "got other JSON"),
        ('{"error": {"code": "SemanticError"}}', "got the API's answer that the query failed"),
        ('[{"TimeGenerated": "soon"}]', "got 1 that have none that can be read"),
        ("[" * 100_000, "got one that is cut or damaged"),
    ],
)
def test_what_is_no_export_is_refused_with_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_monitor_rows(text)


def test_rows_that_cannot_be_read_are_left_out_and_counted():
    rows, remarks = read_monitor_rows(api([*ROWS, ["later", "", "", 0, "", "", ""], ["short"]]))
    assert len(rows) == 3
    assert remarks == ("left out 2 rows without a time that can be read",)


def test_times_of_another_zone_are_read_as_utc_and_said():
    _, (remark,) = read_monitor_rows(portal(zone="Local Time"))
    assert remark.startswith("times are 'Local Time' in the export and read as UTC")


def test_no_secret_of_an_export_is_taken_over():
    secret = "sk-proj-abcdefgh12345678"
    bag = {"modelDeploymentName": secret, "request": f"api-key={secret}", "code": secret}
    row = ["2026-11-22T14:03:11Z", secret, secret, secret, json.dumps(bag), secret, secret]
    rows, remarks = read_monitor_rows(api([row]))
    assert secret not in f"{rows}{remarks}{summarise(rows)}"
    assert "81.2.69.1" not in str(read_monitor_rows(api()))


@given(st.text() | st.text().map(lambda text: "TimeGenerated,x\n" + text))
def test_any_text_is_read_or_refused_with_a_sentence(text):
    with contextlib.suppress(ValueError):
        rows, _ = read_monitor_rows(text)
        assert rows
