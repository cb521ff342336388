"""Tuning: a search for parameters that can be cut off at any trial and goes on as if it had not been.

The sampler is seeded anew for every trial, by the seed of the spec and the number of the trial. What trial n proposes
depends on the trials before it and on nothing else, so that a search which was cut off and resumed finds the same
parameters as one which was not.

The sampler is the tree-structured Parzen estimator of Bergstra et al., "Algorithms for Hyper-Parameter Optimization"
(NeurIPS 2011), as Optuna implements it.
"""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import FrozenTrial, TrialState, create_trial

from include.domain.errors import DataError
from include.domain.spec.training import Choice, FloatRange, IntRange, Tuning
from include.training.trials import Trial

Objective = Callable[[dict[str, Any]], float]


def search(
    tuning: Tuning,
    objective: Objective,
    *,
    seed: int,
    greater_is_better: bool,
    earlier: Sequence[Trial] = (),
    record: Callable[[Trial], None] = lambda trial: None,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[Trial, list[Trial]]:
    """Try combinations of parameters until trials or minutes run out.

    Parameters
    ----------
    tuning : Tuning
    objective : callable
        From parameters to the metric on the validation rows. A ``DataError`` fails the trial, not the search.
    seed : int
    greater_is_better : bool
    earlier : sequence of Trial
        What earlier tries have done; their seconds count against the minutes.
    record : callable
        Called with every trial as soon as it is done.
    clock : callable
        Seconds from any start.

    Returns
    -------
    best : Trial
    trials : list of Trial
        All of them, the earlier ones first.

    Raises
    ------
    DataError
        If no trial came to a value.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    space = distributions(tuning)
    study = optuna.create_study(direction="maximize" if greater_is_better else "minimize")
    trials = list(earlier)[: tuning.trials]
    for trial in trials:
        study.add_trial(_as_frozen(trial, space))
    spent = sum(trial.seconds for trial in trials)
    allowed = math.inf if tuning.minutes is None else 60 * tuning.minutes
    while len(trials) < tuning.trials and (spent < allowed or not trials):
        began = clock()
        trial = _tried(study, space, objective, number=len(trials), seed=seed)
        trial = trial.model_copy(update={"seconds": clock() - began})
        spent += trial.seconds
        record(trial)
        trials.append(trial)
    return _best(trials, greater_is_better), trials


def distributions(tuning: Tuning) -> dict[str, BaseDistribution]:
    """Return the search space in the words of Optuna.

    Examples
    --------
    >>> distributions(Tuning(space={"alpha": {"kind": "float", "low": 0.1, "high": 10.0, "log": True}}))
    {'alpha': FloatDistribution(high=10.0, log=True, low=0.1, step=None)}
    """
    return {name: _distribution(space) for name, space in tuning.space.items()}


def _distribution(space: IntRange | FloatRange | Choice) -> BaseDistribution:
    if isinstance(space, Choice):
        return CategoricalDistribution(space.values)
    if isinstance(space, IntRange):
        return IntDistribution(space.low, space.high, log=space.log)
    return FloatDistribution(space.low, space.high, log=space.log)


def _tried(
    study: optuna.Study, space: Mapping[str, BaseDistribution], objective: Objective, *, number: int, seed: int
) -> Trial:
    own_seed = int(np.random.SeedSequence([seed, number]).generate_state(1)[0])
    study.sampler = optuna.samplers.TPESampler(seed=own_seed)
    asked = study.ask(dict(space))
    try:
        value = objective(dict(asked.params))
        problem = "" if math.isfinite(value) else f"the metric is {value}"
    except DataError as error:
        value, problem = math.nan, str(error)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        study.tell(asked, None if problem else value, state=TrialState.FAIL if problem else TrialState.COMPLETE)
    return Trial(number=number, parameters=asked.params, value=None if problem else value, problem=problem)


def _as_frozen(trial: Trial, space: Mapping[str, BaseDistribution]) -> FrozenTrial:
    return create_trial(
        params=trial.parameters,
        distributions=dict(space),
        value=trial.value,
        state=TrialState.FAIL if trial.value is None else TrialState.COMPLETE,
    )


def _best(trials: Sequence[Trial], greater_is_better: bool) -> Trial:
    valued = [trial for trial in trials if trial.value is not None]
    if not valued:
        raise DataError(f"none of {len(trials)} trials could be fitted; the last one: {trials[-1].problem}")
    sign = -1.0 if greater_is_better else 1.0
    return min(valued, key=lambda trial: (sign * (trial.value or 0.0), trial.number))
