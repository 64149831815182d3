"""The compiled training core: objective, gradient and solvers on plain arrays."""
