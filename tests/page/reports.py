"""Tables whose reports are tested, and what tests ask an open report."""

import numpy as np
from playgrounds import READY
from tables_of_tests import diabetes, passengers, wine

QUICK = {"n_alphas": 12, "n_restarts": 2, "cv": 3, "hidden_layer_sizes": [4]}
EVIL = "</script><script>alert(1)</script>"


def hostile():
    """Return a table whose names and classes are markup."""
    classes = np.where(wine().alcohol > 13, EVIL, "<b>b</b>")
    return wine().rename(columns={"alcohol": EVIL}).assign(cultivar=classes)


TABLES = {
    "ship": (passengers(), "survived", {}),
    "diabetes": (diabetes(), "target", {}),
    "evidence": (wine(), "cultivar", {"parameters": {**QUICK, "selection": "evidence"}}),
    "two columns": (wine()[["alcohol", "hue", "cultivar"]], "cultivar", {"test": "none"}),
    "given": (wine(), "cultivar", {"alpha": 1.0, "parameters": {}}),
    "hostile": (hostile(), "cultivar", {}),
}

# averages of networks at a stop, for rows of inputs or on the plane
OUTPUTS = """async ({ stop, X, isOnPlane }) => {
  const { path } = JSON.parse(document.getElementById("content").textContent);
  const averages = new ridgenetNetworks.Averages(await ridgenetKernels.load(), path);
  const { mean, spread } = isOnPlane ? averages.outputsOnPlane(stop, path.plane, X) : averages.outputs(stop, X);
  return { mean: Array.from(mean), spread: Array.from(spread) };
}"""


class OpenReport:
    """A report in a browser."""

    def __init__(self, watched):
        self.watched, self.page = watched, watched.page
        self.page.wait_for_selector(READY)
        self.settle()

    def settle(self):
        """Wait until frames are painted, and predictions that wait for the slider are made."""
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        self.page.wait_for_selector("#predicted-typed[aria-busy=false]")

    def text(self, name):
        """Return the text of an element."""
        return self.page.inner_text(f"#{name}")

    def press(self, *keys):
        """Press keys on the slider."""
        self.page.focus("#alpha")
        for key in keys:
            self.page.keyboard.press(key)
        self.settle()

    def outputs(self, stop, X, *, is_on_plane=False):
        """Return mean outputs at a stop of the slider for some rows, and their standard deviations, by the page."""
        given = {"stop": stop, "X": np.asarray(X, float).tolist(), "isOnPlane": is_on_plane}
        found = self.page.evaluate(OUTPUTS, given)
        return (np.array(found[name]).reshape(len(X), -1) for name in ("mean", "spread"))
