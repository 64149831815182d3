"""A page opened from a file, whose worker trains networks by the embedded kernels."""

import json
from contextlib import contextmanager

from browser import opened

from ridgenet.core.browser import script

WORKER = """
onmessage = async ({ data }) => {
  const { LBFGS, Predictor, SGD, columnMoments, makeExamples, standardizer } = ridgenetTraining;
  const { RandomState, initialParameters } = ridgenetRandom;
  self.kernels ??= await ridgenetKernels.load();
  kernels.reset();
  const given = data.given;
  try {
    postMessage({ result: await eval(`(async () => { ${data.code} })()`) });
  } catch (error) {
    postMessage({ error: { message: error.message, isError: error instanceof Error } });
  }
};
"""
PAGE = """<!doctype html>
<meta charset="utf-8">
<link rel="icon" href="data:,">
<script>
const source = new Blob([SOURCE], { type: "text/javascript" });
const worker = new Worker(URL.createObjectURL(source));
const ask = data => new Promise((resolve, reject) => {
  worker.onmessage = event => resolve(event.data);
  worker.onerror = event => reject(event.message);
  worker.postMessage(data);
});
</script>
"""


class PageWithKernels:
    """An open page, whose worker is sent code to run."""

    def __init__(self, watched):
        self.watched = watched

    def run(self, code, **given):
        """Run the body of a function of `given` and the scripts' names in the worker, and return what it returns."""
        answer = self.watched.page.evaluate("ask", {"code": code, "given": given})
        if "error" in answer:
            raise PageError(answer["error"])
        return answer["result"]


class PageError(Exception):
    """What the code threw."""

    def __init__(self, error):
        super().__init__(error["message"])
        self.is_error = error["isError"]


@contextmanager
def page_with_kernels(browser, folder, scripts=script):
    """Write the page to a file, and open it; `scripts` returns the text of the scripts that its worker has."""
    path = folder / "page.html"
    # as <script> needs it
    source = json.dumps(scripts() + WORKER).replace("</", "<\\/")
    path.write_text(PAGE.replace("SOURCE", source), encoding="utf-8")
    with opened(browser, path.as_uri()) as watched:
        yield PageWithKernels(watched)
