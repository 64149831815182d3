"""Training in a browser by the WebAssembly module, against native kernels, in pairs within one run.

One fit by L-BFGS to the defaults' convergence, and one of the two runs of ``ridgenet compare``, both of 2-8-1 on 200
moons. Chromium is warm: before the first pair, each has run once.
"""

import statistics
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np
from outcome import Column, Outcome, Table, key

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from browser import chromium_running
from pages_with_kernels import page_with_kernels

from ridgenet import _defaults as defaults
from ridgenet._compare_settings import CompareSettings
from ridgenet._datasets import load
from ridgenet._network import Network
from ridgenet._preprocessing import mean_and_scale
from ridgenet.core._examples import make_examples
from ridgenet.core._lbfgs import LBFGS
from ridgenet.core._lbfgs_search import LBFGSSettings
from ridgenet.core._penalties import L2Penalty
from ridgenet.core._sgd import SGD, SGDSettings

PAIRS = 7
FITS = 100
# the default of the estimators
TOL = 1e-5
START = """
const { network, X, Y, settings } = given;
const standardised = makeExamples(kernels, X, Y, standardizer(kernels, X)), raw = makeExamples(kernels, X, Y);
const start = initialParameters(network, given.init, new RandomState(0));
"""
BY_LBFGS = (
    START
    + """
const search = new LBFGS(kernels, network, start, standardised, given.alpha, settings);
const began = performance.now();
for (let fit = 0; fit < given.fits; fit++) {
  search.restart(given.alpha, start);
  search.runToTheEnd();
}
return [(performance.now() - began) / given.fits / 1000, search.nEvaluations];
"""
)
BY_SGD = (
    START
    + """
const sgd = new SGD(kernels, network, start, raw, given.alpha, settings);
const began = performance.now();
for (let epoch = 0; epoch < settings.n_epochs; epoch += 100) sgd.runEpochs(100);
return [(performance.now() - began) / 1000, sgd.nEpochs];
"""
)


def main() -> None:
    outcome = Outcome.begin("browser", with_browser=True)
    table = outcome.table(
        "training",
        f"Training 2-8-1 on 200 moons in Chromium and by native kernels (medians of {PAIRS} pairs)",
        [
            key("run"),
            Column("native", "ms", ",.3g"),
            Column("Chromium", "ms", ",.3g"),
            Column("Chromium / native", "", ".2f"),
            Column("lowest", "", ".2f"),
            Column("highest", "", ".2f"),
        ],
    )
    data, network = load("moons"), Network((2, 8, 1))
    X, Y = data.X, data.y[:, np.newaxis].astype(float)
    shown = {"layer_sizes": network.layer_sizes, "activation": network.activation, "loss": network.loss}
    given = {"network": shown, "X": X.tolist(), "Y": Y.tolist()}
    with tempfile.TemporaryDirectory() as folder, chromium_running() as chromium:
        began = perf_counter()
        with page_with_kernels(chromium, Path(folder)) as page:
            page.run("return 0")
            outcome.provenance["versions"]["Chromium"] = chromium.version
            outcome.note(f"The page is opened and the module compiled in {perf_counter() - began:.2f} s.")
            fit, settings = native_lbfgs(network, X, Y)
            compare(
                table,
                f"one fit by L-BFGS, {fit()[1]} evaluations",
                fit,
                lambda: page.run(BY_LBFGS, **given, init="glorot", alpha=defaults.ALPHA, settings=settings, fits=FITS),
            )
            chosen = CompareSettings()
            settings = {
                "batch_size": chosen.batch_size, "learning_rate_init": chosen.learning_rate_init,
                "n_epochs": chosen.n_epochs, "penalty_scaling": chosen.penalty_scaling, "shuffle_seed": 1,
            }  # fmt: skip
            compare(
                table,
                f"{chosen.n_epochs:,} epochs of the tutorial's run",
                lambda: native_sgd(network, X, Y, chosen.alphas[-1], chosen.init, settings),
                lambda: page.run(BY_SGD, **given, init=chosen.init, alpha=chosen.alphas[-1], settings=settings),
            )
    outcome.save()


def native_lbfgs(network, X, Y):
    """Return a function that returns seconds and evaluations of one fit, and settings that fix the evaluations."""
    start = network.initial_parameters("glorot", np.random.RandomState(0))
    mean, scale = mean_and_scale(X)
    examples, penalty = make_examples(X, Y, np.float64, mean=mean, scale=scale), L2Penalty(defaults.ALPHA)
    usual = LBFGS(
        network, start, examples, penalty, LBFGSSettings(tol=TOL, relative_tol=TOL * defaults.RELATIVE_TO_TOL)
    )
    usual.run_to_the_end()
    settings = {"max_evaluations": usual.n_evaluations, "tol": 0.0, "relative_tol": 0.0}
    search = LBFGS(network, start, examples, penalty, LBFGSSettings(**settings))

    def fit():
        began = perf_counter()
        for _ in range(FITS):
            search.restart(defaults.ALPHA, start)
            search.run_to_the_end()
        return (perf_counter() - began) / FITS, search.n_evaluations

    return fit, settings


def native_sgd(network, X, Y, alpha, init, settings):
    """Return seconds and epochs of one run."""
    start = network.initial_parameters(init, np.random.RandomState(0))
    sgd = SGD(network, start, make_examples(X, Y, np.float64), L2Penalty(alpha), SGDSettings(**settings))
    began = perf_counter()
    sgd.run_until(sgd.settings.n_epochs)
    return perf_counter() - began, sgd.n_epochs


def compare(table: Table, name, native, browser):
    """Time both in pairs."""
    native(), browser()
    pairs = [(native(), browser()) for _ in range(PAIRS)]
    assert all(abs(one[1] - other[1]) <= 1 for one, other in pairs), pairs
    seconds = [[run[0] for run in runs] for runs in zip(*pairs, strict=True)]
    ratios = sorted(in_browser / alone for alone, in_browser in zip(*seconds, strict=True))
    alone, in_browser = map(statistics.median, seconds)
    table.add(name, 1000 * alone, 1000 * in_browser, statistics.median(ratios), ratios[0], ratios[-1])


if __name__ == "__main__":
    main()
