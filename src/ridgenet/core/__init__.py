"""The compiled training core: cost, gradient and solvers on plain arrays."""
