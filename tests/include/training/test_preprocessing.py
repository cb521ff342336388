from __future__ import annotations

import numpy as np
import pandas as pd
import skops.io

from include.domain.spec import Preprocessing
from include.training.features import FeatureColumns, feature_frame
from include.training.preprocessing import MISSING, UNSEEN, column_transformer

COLUMNS = FeatureColumns(("age", "region"), frozenset({"region"}))


def _read(ages: list[float | None], regions: list[str | None]) -> pd.DataFrame:
    return feature_frame(COLUMNS, pd.DataFrame({"age": ages, "region": pd.Series(regions, dtype="str")}))


LEARNED = _read([1.0, 2.0, None, 9.0], ["north", "south", None, "north"])


def _transformed(frame: pd.DataFrame, **asked: object) -> np.ndarray:
    transformer = column_transformer(COLUMNS, Preprocessing(rare_below=1, **asked))
    return np.asarray(transformer.fit(LEARNED).transform(frame))


def test_as_is_leaves_gaps_alone() -> None:
    assert np.isnan(_transformed(LEARNED, numeric="as_is")[2, 0])


def test_impute_puts_the_median_of_the_training_rows_into_gaps() -> None:
    assert _transformed(_read([None], ["north"]), numeric="impute")[0, 0] == 2.0


def test_scale_makes_mean_zero_and_deviation_one() -> None:
    scaled = _transformed(LEARNED, numeric="scale")[:, 0]
    assert np.allclose([scaled.mean(), scaled.std()], [0, 1])


def test_a_missing_category_is_a_category_of_its_own() -> None:
    one_hot = _transformed(LEARNED, categorical="one_hot")[:, 1:]
    assert one_hot.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]


def test_an_unseen_category_is_none_of_the_seen() -> None:
    assert _transformed(_read([1.0], ["east"]), categorical="one_hot")[0, 1:].tolist() == [0, 0, 0]
    ordinal = _transformed(_read([1.0, 1.0], ["east", None]), categorical="ordinal")
    assert ordinal[:, 1].tolist() == [UNSEEN, MISSING]


def test_rare_categories_are_pooled_and_unseen_ones_join_them() -> None:
    transformer = column_transformer(COLUMNS, Preprocessing(rare_below=2)).fit(LEARNED)
    rare, unseen = transformer.transform(_read([1.0], ["south"])), transformer.transform(_read([1.0], ["east"]))
    assert np.array_equal(rare, unseen)
    assert rare[0, 1:].sum() == 1


def test_a_column_without_any_value_keeps_its_place() -> None:
    transformer = column_transformer(COLUMNS, Preprocessing(rare_below=1))
    assert transformer.fit_transform(_read([None, None], ["a", "b"])).shape == (2, 3)


def test_dense_is_asked_for_where_the_estimator_needs_it() -> None:
    many = _read([1.0] * 50, [f"town {i}" for i in range(50)])
    asked = Preprocessing(rare_below=1)
    assert isinstance(column_transformer(COLUMNS, asked).fit_transform(many), np.ndarray)
    assert not isinstance(column_transformer(COLUMNS, asked, sparse=True).fit_transform(many), np.ndarray)


def test_nothing_in_it_has_to_be_trusted_beyond_scikit_learn_and_numpy() -> None:
    for numeric in ("as_is", "impute", "scale"):
        for categorical in ("one_hot", "ordinal"):
            asked = Preprocessing(numeric=numeric, categorical=categorical)
            fitted = column_transformer(COLUMNS, asked).fit(LEARNED)
            types = skops.io.get_untrusted_types(data=skops.io.dumps(fitted))
            assert all(name.startswith(("sklearn.", "numpy.")) for name in types)
            again = skops.io.loads(skops.io.dumps(fitted), trusted=types)
            assert np.array_equal(again.transform(LEARNED), fitted.transform(LEARNED), equal_nan=True)
