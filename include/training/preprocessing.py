"""Preprocessing: what happens to amounts and to names before an estimator sees them, made of scikit-learn alone.

Own transformers would have to be trusted by whoever loads the model; these are trusted already.
"""

from __future__ import annotations

from typing import Any

from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from include.domain.spec import Preprocessing
from include.training.features import FeatureColumns

NUMERIC, CATEGORICAL = "numeric", "categorical"

UNSEEN, MISSING = -1, -2
"""Codes of an ordinal column for a category that training never saw, and for a missing one."""


def column_transformer(columns: FeatureColumns, asked: Preprocessing, *, sparse: bool = False) -> ColumnTransformer:
    """Return what turns features into the numbers that an estimator reads.

    A missing category is a category of its own. ``as_is`` leaves gaps in amounts to estimators that understand them.

    Parameters
    ----------
    columns : FeatureColumns
    asked : Preprocessing
    sparse : bool
        Whether the estimator reads sparse matrices, which one column per category often makes.

    Examples
    --------
    >>> transformer = column_transformer(FeatureColumns(("age", "job"), frozenset({"job"})), Preprocessing())
    >>> [(name, names) for name, _, names in transformer.transformers]
    [('numeric', ['age']), ('categorical', ['job'])]
    """
    blocks = [
        (NUMERIC, _numeric(asked), columns.numeric_names),
        (CATEGORICAL, _categorical(asked), columns.categorical_names),
    ]
    return ColumnTransformer([block for block in blocks if block[2]], sparse_threshold=0.3 if sparse else 0.0)


def _numeric(asked: Preprocessing) -> Any:
    if asked.numeric == "as_is":
        return "passthrough"
    # A column without a single value stays (as zeros), so that the width does not depend on the data.
    impute = SimpleImputer(strategy="median", keep_empty_features=True)
    return impute if asked.numeric == "impute" else Pipeline([("impute", impute), ("scale", StandardScaler())])


def _categorical(asked: Preprocessing) -> Any:
    if asked.categorical == "one_hot":
        return OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=asked.rare_below)
    return OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=UNSEEN, encoded_missing_value=MISSING)
