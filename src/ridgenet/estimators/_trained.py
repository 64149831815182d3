"""The fitted attributes of the estimators that train one network."""

from __future__ import annotations

import numpy as np

from ridgenet._fitted import FittedNetwork
from ridgenet._network import Network
from ridgenet.core._update_rules import Rule
from ridgenet.estimators._on_streams import StreamEstimator
from ridgenet.estimators._training import TrainingResult


class TrainedEstimator(StreamEstimator):
    """Base class that sets them; `_parameters.FITTED` documents them."""

    early_stopping: bool

    network_: Network
    n_layers_: int
    n_outputs_: int
    out_activation_: str
    solver_: str
    n_iter_: int
    t_: int
    converged_: bool
    gradient_norm_: float
    loss_: float
    best_loss_: float | None
    loss_curve_: np.ndarray
    data_loss_curve_: np.ndarray
    l2_penalty_curve_: np.ndarray
    validation_scores_: list[float] | None
    validation_loss_curve_: list[float] | None
    best_validation_score_: float | None
    alphas_by_column_: np.ndarray
    alphas_by_layer_: np.ndarray
    relevance_: np.ndarray
    log_evidence_: float

    _fitted: FittedNetwork
    _rule: Rule | None
    _weight_seen: float

    def _set_results(
        self,
        result: TrainingResult,
        solver: str,
        n_samples: int,
        *,
        resumed: bool = False,
        incremental: bool = False,
        weight: float | None = None,
    ) -> None:
        """Set the fitted attributes; if `resumed`, curves and counts include the previous mini-batch training."""
        weight = n_samples if weight is None else weight
        self._weight_seen = weight + (self._weight_seen if incremental and resumed else 0)
        self.n_iter_ = result.n_iter + (self.n_iter_ if incremental and resumed else 0)
        self.t_ = result.n_iter * n_samples + (self.t_ if resumed else 0)
        self.solver_, self.converged_ = solver, result.converged
        self.gradient_norm_ = result.gradient_norm
        self._set_curves(result, resumed=resumed)
        network = self._fitted.network
        self.network_, self.n_layers_ = network, len(network.layer_sizes)
        self.n_outputs_, self.out_activation_ = network.layer_sizes[-1], network.output
        self._rule = result.rule

    def _set_curves(self, result: TrainingResult, *, resumed: bool) -> None:
        curves = [result.data_losses, result.l2_penalties]
        if resumed and np.isfinite(self.data_loss_curve_).all():
            before = [self.data_loss_curve_, self.l2_penalty_curve_]
            curves = [np.concatenate(pair) for pair in zip(before, curves, strict=True)]
        self.data_loss_curve_, self.l2_penalty_curve_ = curves
        self.loss_curve_ = self.data_loss_curve_ + self.l2_penalty_curve_
        self.loss_ = float(self.loss_curve_[-1])
        self.best_loss_ = None if self.early_stopping else float(self.loss_curve_.min())
        if not result.validation_scores:
            self.validation_scores_ = self.validation_loss_curve_ = self.best_validation_score_ = None
            return
        scores, losses = (self.validation_scores_, self.validation_loss_curve_) if resumed else (None, None)
        self.validation_scores_ = [*(scores or []), *result.validation_scores]
        self.validation_loss_curve_ = [*(losses or []), *result.validation_losses]
        self.best_validation_score_ = result.best_validation_score
