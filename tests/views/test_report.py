"""The report, as a browser takes it apart; rooms and files are named by somebody hostile."""

import base64
from html.parser import HTMLParser

import pytest
from typer.testing import CliRunner

from voicelab import samples
from voicelab.cli import app

FAN = "fan <img src=x onerror=alert(1)>"
ME = 'me "<script>alert(1)<script>" & $\\frac$'
WIFI = "<svg onload=alert(1)> $\\frac$.csv"
TAGS = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "b", "span"}
TAGS |= {"table", "thead", "tbody", "tr", "th", "td", "ul", "li", "figure", "img", "figcaption"}
ATTRIBUTES = {"lang", "charset", "http-equiv", "content", "name", "class", "alt", "src"}


class Page(HTMLParser):
    """What a page holds: its tags, its attributes, its pictures, its words."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.pictures, self.words = set(), set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attributes}
        if tag == "img":
            self.pictures.append(dict(attributes))

    def handle_data(self, text):
        self.words.append(text)

    @property
    def text(self):
        return " ".join(self.words)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    room = tmp_path_factory.mktemp("room") / "<b>room"
    bundled = samples.folder()
    for source, name in (
        ("recordings/noise_fan_ventilation.flac", f"recordings/{FAN}.flac"),
        ("recordings/speech_male_jfk.flac", f"recordings/{ME}.flac"),
        ("arrivals/tcp_wifi_burst_s11.csv", f"arrivals/{WIFI}"),
    ):
        (room / name).parent.mkdir(parents=True, exist_ok=True)
        (room / name).write_bytes((bundled / source).read_bytes())
    path = room.parent / "report.html"
    done = CliRunner().invoke(
        app, ["tune", str(room), "--detector", "level", "--report", str(path)]
    )
    assert done.exit_code == 0, done.output
    assert f"wrote {path}" in done.stdout
    return path.read_text("utf-8")


@pytest.fixture(scope="module")
def page(report):
    return Page(report)


def test_names_from_outside_are_words_and_never_markup(page):
    assert page.tags <= TAGS
    assert page.attributes <= ATTRIBUTES
    assert "<b>room" in page.text
    assert ME in page.text
    assert WIFI in page.text


def test_every_picture_is_in_the_file_and_is_told_in_words(page):
    assert len(page.pictures) == 6  # four detectors, the guide's playback and yours
    for picture in page.pictures:
        head, _, octets = picture["src"].partition(",")
        assert head == "data:image/png;base64"
        assert base64.b64decode(octets).startswith(b"\x89PNG")
        assert "Local model" in picture["alt"]


def test_it_fetches_nothing_and_forbids_what_could(report, page):
    assert "default-src &#x27;none&#x27;" in report
    assert "@import" not in report
    assert "url(" not in report
    assert page.attributes.isdisjoint({"href", "srcset", "style"})


def test_the_verdict_card_comes_first_and_says_whose_figures_they_are(page):
    titles = [text for text in page.words if "Verdict card" in text]
    assert titles
    assert all("local model (level), not the service" in title for title in titles)
    said = page.text
    order = ["Verdict card", "Both sides", "Playback", "Settings", "Evidence", "Not tested"]
    assert [said.index(word) for word in order] == sorted(said.index(word) for word in order)


def test_every_setting_is_listed_with_its_origin(page):
    settings = page.text
    for name in ("threshold", "speech_duration_ms", "start_ms", "rotate_before_s"):
        assert name in settings
    assert "kept" in settings
    assert "default of voice-live-2026-07-15" in settings


def test_it_prints_a_part_to_a_page_and_cuts_no_picture(report):
    assert "@media print" in report
    assert "break-before: page" in report
    assert "tr, figure { break-inside: avoid; }" in report


def test_a_report_in_a_folder_that_is_not_there_is_refused_before_anything_is_heard(tmp_path):
    path = tmp_path / "nowhere" / "report.html"
    done = CliRunner().invoke(app, ["tune", "--report", str(path)])
    assert done.exit_code == 2
    assert "--report must lie in a folder that exists" in done.stderr
