# Reference numbers for src/metrics, from R's own packages or from the formula written out in matrices.
# Rscript scripts/statistics/fixtures.R && npx biome format --write test/metrics/fixtures/models.json
# (R 4.2.2, survival 3.5-3, jsonlite; run in the repository's root)
suppressMessages({ library(survival); library(jsonlite) })
set.seed(20261123)

# A discrete Weibull sample: S(t) = 0.5^((t / half)^shape), cut short at uniform turns with a given chance.
draw <- function(n, half, shape, turns, censoring) {
  fail <- floor(half * (log(runif(n)) / log(0.5))^(1 / shape)) + 1
  last <- ifelse(runif(n) < censoring, sample(turns, n, replace = TRUE), turns)
  data.frame(time = pmin(fail, last), event = as.integer(fail <= last))
}

curve <- function(sample) {
  fit <- survfit(Surv(time, event) ~ 1, data = sample, conf.type = "log-log")
  # survfit gives the error of the cumulated hazard; summary that of S itself, Greenwood's.
  list(time = fit$time, survival = fit$surv, standardError = summary(fit, times = fit$time)$std.err,
       low = fit$lower, high = fit$upper)
}

# survfit's mean is the area from 0, where S is 1, to `limit`: sum of S(0..limit-1). Ours begins at S(1).
restricted <- function(sample, limit) {
  table <- survival:::survmean(survfit(Surv(time, event) ~ 1, data = sample), rmean = limit + 1)$matrix
  list(limit = limit, mean = table[["rmean"]] - 1, standardError = table[["se(rmean)"]])
}

restrictedMean <- function(sample, limit) restricted(sample, limit)$mean

pseudo <- function(sample, limit) {
  n <- nrow(sample)
  sapply(seq_len(n), function(i) n * restrictedMean(sample, limit) - (n - 1) * restrictedMean(sample[-i, ], limit))
}

pairedMean <- function(first, second, limit) {
  test <- t.test(pseudo(first, limit), pseudo(second, limit), paired = TRUE)
  list(limit = limit, mean = test$estimate[[1]], standardError = test$stderr, low = test$conf.int[1],
       high = test$conf.int[2])
}

# The log-likelihood over rollouts, written differently from ours (ours goes over turns).
logLikelihood <- function(sample, logScale, shape) {
  survival <- function(t) exp(-exp(logScale) * t^shape)
  # Far from the peak a difference of survivals rounds to nothing.
  suppressWarnings(sum(ifelse(sample$event == 1, log(survival(sample$time - 1) - survival(sample$time)),
                              -exp(logScale) * sample$time^shape)))
}

weibull <- function(sample) {
  start <- c(log(sum(sample$event) / sum(sample$time)), 0)
  negative <- function(at) {
    value <- -logLikelihood(sample, at[1], exp(at[2]))
    if (is.finite(value)) value else 1e10
  }
  fit <- optim(start, negative, control = list(reltol = 1e-15, maxit = 5000))
  for (round in 1:3) fit <- optim(fit$par, negative, control = list(reltol = 1e-16, maxit = 5000))
  profile <- function(logShape) {
    centre <- fit$par[1] + (exp(fit$par[2]) - exp(logShape)) * log(median(sample$time))
    suppressWarnings(optimize(function(a) logLikelihood(sample, a, exp(logShape)), centre + c(-6, 6), maximum = TRUE,
                              tol = 1e-12))$objective
  }
  gap <- function(logShape) profile(logShape) + fit$value + qchisq(0.95, 1) / 2
  list(shape = exp(fit$par[2]), logScale = fit$par[1], logLikelihood = -fit$value,
       low = exp(uniroot(gap, fit$par[2] + c(-3, 0), tol = 1e-12)$root),
       high = exp(uniroot(gap, fit$par[2] + c(0, 3), tol = 1e-12)$root))
}

constant <- function(sample) {
  atRisk <- sum(sample$time); errors <- sum(sample$event)
  wilson <- prop.test(atRisk - errors, atRisk, correct = FALSE)$conf.int
  # Geometric log-likelihood by dgeom and pgeom.
  value <- sum(ifelse(sample$event == 1, dgeom(sample$time - 1, errors / atRisk, log = TRUE),
                      pgeom(sample$time - 1, errors / atRisk, lower.tail = FALSE, log.p = TRUE)))
  list(p = 1 - errors / atRisk, low = wilson[1], high = wilson[2], logLikelihood = value)
}

case <- function(name, half, shape, censoring, turns, limit, n = 40) {
  first <- draw(n, half, shape, turns, censoring)
  second <- draw(n, half * 1.5, shape, turns, censoring)
  both <- rbind(cbind(first, group = 1), cbind(second, group = 2))
  test <- survdiff(Surv(time, event) ~ group, data = both)
  list(name = name, turns = turns, first = first, second = second, curve = curve(first),
       logRank = list(chiSquare = test$chisq, pValue = pchisq(test$chisq, 1, lower.tail = FALSE)),
       restricted = list(restricted(first, limit), restricted(second, limit)), paired = pairedMean(first, second, limit),
       constant = constant(first), weibull = weibull(first))
}

cases <- list(case("constant hazard", 10, 1, 0, 30, 20), case("rising hazard, cut short", 12, 1.6, 0.3, 30, 12),
              case("falling hazard, cut short", 12, 0.6, 0.3, 60, 25, 50),
              case("few errors", 60, 1, 0.2, 20, 10, 15))

mcnemar <- lapply(list(c(0, 1), c(0, 6), c(1, 9), c(5, 5), c(12, 5), c(40, 71), c(400, 300)), function(pair) {
  m <- sum(pair)
  chances <- dbinom(0:m, m, 0.5); seen <- dbinom(pair[1], m, 0.5)
  alike <- abs(chances / seen - 1) < 1e-9
  list(onlyFirst = pair[1], onlySecond = pair[2], pValue = binom.test(pair[1], m)$p.value,
       midP = sum(chances[chances < seen & !alike]) + sum(chances[alike]) / 2)
})

# Rollouts with an intercept of their own; the covariate runs with the turn.
slope <- function(clusters, size, true, offset) {
  id <- rep(seq_len(clusters), each = size)
  x <- rep(seq_len(size), clusters) + offset
  y <- rbinom(length(id), 1, plogis(1.5 + rnorm(clusters)[id] + true * (x - offset)))
  fit <- glm(y ~ x, family = binomial, control = list(epsilon = 1e-15, maxit = 100))
  X <- model.matrix(fit); chance <- fitted(fit)
  bread <- solve(t(X) %*% (X * (chance * (1 - chance))))
  scores <- rowsum(X * (y - chance), id)
  variance <- bread %*% (t(scores) %*% scores) %*% bread * clusters / (clusters - 1)
  error <- sqrt(variance[2, 2]); reach <- qt(0.975, clusters - 1) * error
  list(cluster = id, covariate = x, correct = y, intercept = coef(fit)[[1]], slope = coef(fit)[[2]],
       standardError = error, low = coef(fit)[[2]] - reach, high = coef(fit)[[2]] + reach)
}
logistic <- list(slope(12, 8, -0.15, 0), slope(20, 5, 0.1, 0), slope(6, 10, -0.1, 1000))

writeLines(toJSON(list(cases = cases, mcnemar = mcnemar, logistic = logistic), digits = I(17), auto_unbox = TRUE,
                  na = "null", dataframe = "columns"), "test/metrics/fixtures/models.json")
