# Coefficients of R's glmnet with alpha = 0 (ridge), for tests/test_conversion.py; writes glmnet.json beside itself.
# Rscript glmnet.R, with r-cran-glmnet 4.1-6 and R 4.2.2.
library(glmnet)

n <- 30
i <- seq_len(n)
X <- cbind(sin(i), cos(2 * i) * 3, ((i * 7) %% 11) / 4)
y <- 20 * X[, 1] - 4 * X[, 2] + 9 * cos(5 * i) + 100
w <- 1 + (i %% 3)
Y <- cbind(y, 3 * X[, 3] + sin(3 * i))
classes <- as.integer(X[, 1] + 0.3 * X[, 2] + sin(9 * i) > 0)

fitted <- function(targets, family, lambda, weights = rep(1, n)) {
  net <- glmnet(X, targets, family = family, alpha = 0, lambda = lambda, weights = weights,
                standardize = FALSE, thresh = 1e-24, maxit = 1e7)
  beta <- coef(net)
  if (is.list(beta)) lapply(beta, function(b) as.vector(b)) else list(as.vector(beta))
}

cases <- list(
  gaussian = fitted(y, "gaussian", 0.5),
  weighted = fitted(y, "gaussian", 2, w),
  binomial = fitted(classes, "binomial", 0.05),
  mgaussian = fitted(Y, "mgaussian", 0.5)
)
number <- function(x) format(x, digits = 17)
row <- function(v) paste0("[", paste(number(v), collapse = ", "), "]")
lines <- sapply(names(cases), function(name) {
  paste0("  \"", name, "\": [", paste(sapply(cases[[name]], row), collapse = ", "), "]")
})
writeLines(c("{", paste(lines, collapse = ",\n"), "}"), "glmnet.json")
