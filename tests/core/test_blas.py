"""The BLAS of wide layers, in processes of their own: what is loaded when decides what is limited."""

import json
import os
import subprocess
import sys

import pytest

# nothing but the core, so that SciPy's BLAS is not loaded for another reason
LIMITED_FIRST = """
import json
from ridgenet.core._dense import blas_for
from ridgenet.core._targets import current_target
with blas_for((64, 128, 10), 256):
    current_target()
    from threadpoolctl import threadpool_info
    print(json.dumps([found for found in threadpool_info() if found["user_api"] == "blas"]))
"""


def test_the_blas_that_kernels_call_is_limited_to_one_thread_before_it_is_first_called():
    environment = os.environ | {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"}
    done = subprocess.run(
        [sys.executable, "-c", LIMITED_FIRST], env=environment, capture_output=True, text=True, check=True
    )
    # the wheels of SciPy and NumPy have one each, in folders of these names
    threads = [found["num_threads"] for found in json.loads(done.stdout) if "scipy.libs" in found["filepath"]]
    if not threads and sys.platform != "linux":
        pytest.skip("where SciPy keeps its BLAS is known for Linux alone")
    assert threads == [1]


# threadpoolctl obeys only the first thread that sets a limit
LIMITED_IN_THREADS = """
import json
from threading import Thread
import scipy.linalg.cython_blas
from threadpoolctl import threadpool_info, threadpool_limits
from ridgenet.core._dense import blas_for
threads = lambda: [found["num_threads"] for found in threadpool_info() if found["user_api"] == "blas"]
before, seen = threads(), []
def work():
    for _ in range(20):
        with blas_for((64, 128, 10), 256):
            seen.append(threads())
with threadpool_limits(2, user_api="blas"):
    workers = [Thread(target=work) for _ in range(3)]
    [worker.start() for worker in workers]
    [worker.join() for worker in workers]
print(json.dumps([before, seen, threads()]))
"""


def test_blas_is_limited_in_threads_and_then_as_before():
    environment = os.environ | {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"}
    done = subprocess.run(
        [sys.executable, "-c", LIMITED_IN_THREADS], env=environment, capture_output=True, text=True, check=True
    )
    before, seen, after = json.loads(done.stdout)
    assert len(seen) == 60
    assert {number for numbers in seen for number in numbers} == {1}
    assert after == before
