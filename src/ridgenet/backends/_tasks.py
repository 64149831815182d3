"""The unit of work: one chain, followed anywhere, and what its networks predict for the rows held out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ridgenet._fitted import FittedNetwork
from ridgenet.path._problem import Fold, Problem
from ridgenet.path._search import Chain, Plan, Watch, follow, new_chain


@dataclass(frozen=True)
class Task:
    """One chain, and the examples it is judged by.

    Attributes
    ----------
    problem : Problem
        All examples.
    alphas : ndarray of shape (n_alphas,)
        Strengths λ, from strong to weak.
    seed : tuple of int
        Where the random numbers of the chain begin.
    fold : Fold or None
        The rows it learns from, and those that each of its networks predicts; None learns from all.
    """

    problem: Problem
    alphas: np.ndarray
    seed: tuple[int, ...]
    fold: Fold | None = None


@dataclass(frozen=True)
class Outcome:
    """A chain, and what its networks predict for the examples held out, (n_alphas, n_held_out, n_outputs)."""

    chain: Chain
    outputs: np.ndarray | None


def empty_chain(task: Task) -> Chain:
    """Return a chain for a task in which nothing is found yet."""
    return new_chain(task.problem, len(task.alphas))


def run_task(task: Task, plan: Plan, chain: Chain | None = None, watch: Watch | None = None) -> Outcome:
    """Follow a chain, and predict.

    Parameters
    ----------
    task : Task
        What to do.
    plan : Plan
        How.
    chain : Chain, optional
        Filled while it goes on.
    watch : Watch, optional
        Told of every search, and asked whether to stop.
    """
    part = task.problem.training_part(task.fold)
    chain = follow(part, task.alphas, task.seed, plan, chain or empty_chain(task), watch)
    if task.fold is None or not chain.found.all():
        return Outcome(chain, None)
    first = FittedNetwork(part.network, chain.parameters[0], part.standardizer)
    return Outcome(chain, first.outputs_of_all(chain.parameters, task.problem.X[task.fold.test]))
