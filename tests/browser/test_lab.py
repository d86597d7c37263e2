"""Each notebook in a real JupyterLab: opened, run, a slider dragged, the picture looked at."""

import pytest
from lab_session import NotebookPage, started_lab

from voicelab.notebooks import shipped

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """``voicelab lab`` on copies of its own making."""
    with started_lab("work", cwd=tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.mark.parametrize("source", shipped(), ids=lambda path: path.stem)
def test_in_jupyterlab_a_notebook_runs_and_its_picture_follows_the_slider(
    source, lab, chromium, tmp_path
):
    with NotebookPage(chromium, lab, source.name) as notebook:
        notebook.run()
        notebook.page.screenshot(path=tmp_path / f"{source.stem}.png")
        assert notebook.errors == []
        assert notebook.empty_dropdowns == 0
        assert notebook.pictures.count() > 0
        if notebook.sliders.count() == 0:
            return
        before = notebook.picture_sources
        notebook.drag(notebook.sliders.first, 0.15)
        notebook.drag(notebook.sliders.first, 0.85)
        notebook.wait_for_other_pictures(before)
        notebook.pictures.first.scroll_into_view_if_needed()
        notebook.page.screenshot(path=tmp_path / f"{source.stem}_dragged.png")
        assert notebook.errors == []
