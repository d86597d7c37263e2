"""What every test may lean on, who runs it, and the rule that CI skips nothing it promised."""

import os
import signal
from pathlib import Path

import hypothesis
import pytest
from network_guard import pytest_sessionfinish, stays_on_this_machine  # noqa: F401

# A shell's background job ignores Ctrl-C, and so would every program that a test starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes says more of the machine than of the code.
hypothesis.settings.register_profile("voicelab", deadline=None)
hypothesis.settings.load_profile("voicelab")

# Two files of one name; neither holds an example to run.
collect_ignore = ["conftest.py", "browser/conftest.py"]

CHECKOUT = Path(__file__).parents[1]
# Dozens of Pythons start here: where none may leave bytecode beside its sources, they share this.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
    os.environ["PYTHONPYCACHEPREFIX"] = str(CHECKOUT / ".pytest_cache" / "bytecode")

# Recordings and traces that may not be shipped lie beside the checkout, or are not there.
SHARED = CHECKOUT.parent / "shared"
NOT_SHIPPED = f"needs {SHARED.name}/ beside the checkout, which is not shipped"


@pytest.fixture(scope="session")
def shared():
    """The folder of recordings and traces that may not be shipped."""
    if not SHARED.is_dir():
        pytest.skip(NOT_SHIPPED)
    return SHARED


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give each file to one worker, and all that opens a browser to the same one.

    Two browsers at a time would measure each other.
    """
    from xdist.scheduler import LoadScopeScheduling

    class OneBrowser(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            file, _, _ = nodeid.partition("::")
            return "browser" if file.startswith("tests/browser/") else file

    return OneBrowser(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    return skipped_is_failed(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    return skipped_is_failed(report)


def skipped_is_failed(report):
    """In CI a check that did not run has failed: no Chromium and no Node are no excuse there."""
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        _, _, reason = report.longrepr
        if NOT_SHIPPED not in reason:
            report.outcome = "failed"
            report.longrepr = (
                f"CI must not skip what it promised, got {reason!r}; see tests/conftest.py"
            )
    return report
