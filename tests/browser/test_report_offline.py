"""The report as a reader opens it, years later and without a network."""

import pytest
from typer.testing import CliRunner

from voicelab import samples
from voicelab.cli import app

pytestmark = pytest.mark.browser

RECORDINGS = samples.folder() / "recordings"
WIFI = samples.folder() / "arrivals" / "tcp_wifi_burst_s11.csv"


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    made = tmp_path_factory.mktemp("made") / "report.html"
    takes = [RECORDINGS / f"{name}.flac" for name in ("noise_fan_ventilation", "speech_male_jfk")]
    words = ["tune", *takes, "--trace", WIFI, "--out", made.with_name("tuned.json")]
    done = CliRunner().invoke(app, [str(word) for word in [*words, "--report", made]])
    assert done.exit_code == 0, done.output
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "report.html"
    return made.rename(elsewhere)


def test_opened_from_another_folder_without_a_network_the_report_is_whole(chromium, report):
    context = chromium.new_context(offline=True)
    page = context.new_page()
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(report.as_uri())
    widths = page.evaluate("[...document.images].map(image => image.naturalWidth)")
    assert len(widths) == 6
    assert min(widths) >= 900
    assert [url for url in asked if not url.startswith("data:")] == [report.as_uri()]
    assert complaints == []
    wide = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()
    assert wide, "nothing may stick out to the right"
