"""
How do I train on a table with numbers, categories, dates and gaps?
===================================================================

Real tables are not arrays of numbers. What is needed to get from such a table, here a polars data
frame, to a model that has been tested on rows that it has not seen?
"""

import tempfile
from pathlib import Path

import numpy as np
import polars as pl
from matplotlib import pyplot as plt

from ridgenet import TableSettings, train

# %%
# A made-up table of used cars. The price falls with age and mileage, depends on the make and the
# fuel, and some cells are empty.

rng = np.random.default_rng(0)
n = 400
age, km = rng.uniform(0, 15, size=n), rng.gamma(3, 30, size=n)
make = rng.choice(["Aro", "Birch", "Comet", "Dune"], size=n)
fuel = rng.choice(["petrol", "diesel", "electric"], size=n, p=[0.5, 0.3, 0.2])
new_price = np.array([{"Aro": 18, "Birch": 24, "Comet": 31, "Dune": 45}[m] for m in make])
loss_per_year = np.where(fuel == "electric", 0.16, 0.1)
price = new_price * np.exp(-loss_per_year * age - km / 400 + 0.08 * rng.normal(size=n))
cars = pl.DataFrame(
    {
        "make": make,
        "fuel": fuel,
        "registered": [f"{2024 - int(a)}-{1 + int(12 * (1 - a % 1)) % 12:02d}-15" for a in age],
        "kilometres": np.where(rng.random(n) < 0.1, np.nan, 1000 * km.round(1)),
        "colour": rng.choice(["red", "blue", "grey", "white"], size=n),
        "price": (1000 * price).round(),
    }
)
cars = cars.with_columns(pl.col("registered").str.to_date(), pl.col("kilometres").fill_nan(None))
print(cars.head(3))

# %%
# :func:`~ridgenet.train` reads the table from a file, encodes the columns, chooses λ, and tests the
# result on 30% of the rows, drawn at random, that played no part in it. ``ridgenet path
# cars.parquet --target price`` does the same, and writes a report.

with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "cars.parquet"
    cars.write_parquet(file)
    settings = TableSettings(
        str(file), target="price", test="0.3", parameters={"n_alphas": 20, "n_restarts": 2}
    )
    model = train(settings)

print(f"λ = {model.alpha:.3g}, {model.network.hidden_layer_sizes_} hidden units")
for score in model.test.scores:
    print(f"{score.name}: {score.value:.3g} (constant prediction: {score.baseline:.3g})")
for other in model.test.baselines:
    print(f"{other.name}: root mean squared error {other.value:.3g}")
print(model.verdict)

# %%
# What the model says about rows of a data frame, here the first three cars.

print(model.pipeline.predict(cars.head(3).drop("price").to_pandas()).round())

# %%
# The test predictions and the importances of the columns are part of the result.

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.4), layout="constrained")
limits = [0, 1.05 * cars["price"].max() / 1000]
left.plot(limits, limits, color="black", linewidth=1, linestyle="--", label="exact")
left.scatter(
    model.test.outputs / 1000,
    model.test.y / 1000,
    s=14,
    color="#0072B2",
    alpha=0.6,
    label="unseen rows",
)
left.set(
    xlabel="predicted price, in thousands",
    ylabel="price, in thousands",
    xlim=limits,
    ylim=limits,
    aspect="equal",
)
left.legend()
importances = model.test.importances[::-1]
right.barh(
    [each.column for each in importances],
    [each.value / 1e6 for each in importances],
    xerr=[each.spread / 1e6 for each in importances],
    color="#0072B2", ecolor="0.3", capsize=3,
)  # fmt: skip
_ = right.set(
    xlabel="increase of the mean squared error if shuffled, in millions",
    title="Importance on unseen rows",
)
plt.show()

# %%
# **Answer.** The file and the name of the target. Categories, the date and the empty cells are
# encoded without further settings. The test compares the network with a linear model and boosted
# trees on the same rows, and the printed sentence says whether it is worth it. The colour, which
# has no effect in this table, is the least important column.
