"""What figures show, in words and numbers."""

import numpy as np

from ridgenet.page.report._predictions import (
    describe_calibration,
    describe_confusion,
    describe_predicted,
    describe_residuals,
    describe_roc,
)

CLASSES = np.array(["a", "b", "c"])
Y = np.array(["a", "a", "b", "b", "c", "c"])
OUTPUTS = np.array(
    [[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.1, 0.8, 0.1], [0.1, 0.8, 0.1], [0.1, 0.2, 0.7], [0.0, 0.6, 0.4]]
)


def test_mistakes_are_counted():
    words = describe_confusion(Y, CLASSES[OUTPUTS.argmax(axis=1)], CLASSES)
    assert "Correct: 1 of 2 a, 2 of 2 b, 1 of 2 c." in words
    assert "Mistakes: 1 a predicted as b, 1 c predicted as b." in words
    assert "Mistakes: none." in describe_confusion(Y, Y, CLASSES)


def test_areas_under_curves_are_told():
    assert "a 1.00, b 1.00, c 1.00" in describe_roc(Y, OUTPUTS, CLASSES)
    two = np.array(["no", "yes"])
    words = describe_roc(two[[0, 1, 0, 1]], np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.1, 0.9]]), two)
    assert words.endswith("yes 0.75.")


def test_calibration_compares_what_was_said_with_what_was():
    words = describe_calibration(Y, OUTPUTS, CLASSES)
    assert "c: 10% predicted, 0% true in the tenth of the rows with the lowest, 70% predicted, 100% true" in words
    # three right at 0.8, one of two right at 0.7, and one wrong at 0.6: (3 * 0.2 + 2 * 0.2 + 0.6) / 6
    assert "expected calibration error 0.267." in words
    many = np.array([f"class {k}" for k in range(8)])
    assert describe_calibration(many, np.eye(8), many).endswith("; ….")


def test_numbers_are_told_as_people_write_them():
    y, predicted = np.array([1e5, 2e5, 3e5, 4e5]), np.array([1.5e5, 1.5e5, 3.5e5, 3.5e5])
    words = describe_predicted(y, predicted, "price")
    assert "true from 100,000 to 400,000, predicted from 150,000 to 350,000; their correlation is 0.89" in words
    words = describe_residuals(y, predicted)
    assert "-50,000 to 50,000; standard deviation 50,000 in the lower half of the predictions, 50,000" in words
