"""A cluster of two processes on this machine."""

import pytest


@pytest.fixture(scope="module")
def cluster():
    from distributed import LocalCluster

    # port 0 is any that is free: another cluster may be running
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0") as running:
        yield running


@pytest.fixture
def client(cluster):
    from distributed import Client

    with Client(cluster) as connected:
        connected.wait_for_workers(2)
        yield connected
