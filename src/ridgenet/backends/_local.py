"""Choose a backend, and fit paths on this machine in threads or processes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from joblib import Parallel, delayed
from joblib.parallel import get_active_backend

from ridgenet.backends._batched_networks import device_of, is_cpu
from ridgenet.backends._dask_chains import Cluster, client_of
from ridgenet.backends._dask_rows import OverPartitions, PartitionedRows
from ridgenet.backends._gpu import OnDevice
from ridgenet.path._chain import Chain
from ridgenet.path._fit import Backend, Sequential, Task, report_finished, run_task
from ridgenet.path._fits import Outcome
from ridgenet.path._rows import Rows
from ridgenet.path._search import Plan
from ridgenet.path._watch import SharedWatch


def backend_for(rows: Rows, n_jobs: int | None = None, device: str = "cpu") -> Backend:
    """Return the backend that computes chains on the given rows.

    Parameters
    ----------
    rows : Rows
        Training samples; partitions of Dask are evaluated on their workers.
    n_jobs : int or None
        Number of jobs as in joblib: threads, unless `joblib.parallel_config` selects another backend. On a Dask
        cluster, all workers are used.
    device : str, default="cpu"
        Where networks are evaluated: "cpu" for the compiled core, "cuda" for a GPU.

    Raises
    ------
    InputError
        If the device or an array library for it is missing.
    """
    if isinstance(rows, PartitionedRows):
        return OverPartitions()
    if not is_cpu(device):
        return OnDevice(device_of(device))
    active = get_active_backend(prefer="threads")[0]
    client = client_of(active)
    if client is not None:
        return Cluster(client)
    if getattr(active, "supports_sharedmem", False):
        return Threads(n_jobs)
    # on a Dask worker, whose other threads run other tasks
    return Sequential() if hasattr(active, "client") else Processes(n_jobs)


class Threads:
    """Backend that computes chains in threads of this process.

    Parameters
    ----------
    n_jobs : int or None
        Number of threads, as in joblib.
    """

    def __init__(self, n_jobs: int | None) -> None:
        self._n_jobs = n_jobs

    def follow(
        self, tasks: Sequence[Task], chains: Sequence[Chain], plan: Plan, watch: SharedWatch
    ) -> Iterator[tuple[int, Outcome]]:
        """Compute chains; see `Backend.follow`."""

        def run(index: int) -> tuple[int, Outcome]:
            with watch.thread():
                return index, run_task(tasks[index], plan, chains[index], watch)

        parallel: Any = Parallel(n_jobs=self._n_jobs, prefer="threads", batch_size=1, return_as="generator_unordered")
        yield from parallel(delayed(run)(index) for index in range(len(tasks)))


class Processes:
    """Backend that computes chains in other processes; progress is reported after each chain.

    Parameters
    ----------
    n_jobs : int or None
        Number of processes, as in joblib.
    """

    def __init__(self, n_jobs: int | None) -> None:
        self._n_jobs = n_jobs

    def follow(
        self,
        tasks: Sequence[Task],
        chains: Sequence[Chain],  # noqa: ARG002
        plan: Plan,
        watch: SharedWatch,
    ) -> Iterator[tuple[int, Outcome]]:
        """Compute chains; see `Backend.follow`."""
        parallel: Any = Parallel(n_jobs=self._n_jobs, batch_size=1, return_as="generator_unordered")
        finished = parallel(delayed(_with_index)(index, task, plan) for index, task in enumerate(tasks))
        yield from report_finished(finished, tasks, plan, watch)


def _with_index(index: int, task: Task, plan: Plan) -> tuple[int, Outcome]:
    return index, run_task(task, plan)
