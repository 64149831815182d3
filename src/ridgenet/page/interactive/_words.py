"""Words of the interactive figures in another language; the English ones are their own keys."""

from __future__ import annotations

from collections.abc import Callable

Say = Callable[[str], str]

CHINESE = {
    "λ (alpha), strength of the penalty: weak to strong": "λ (alpha)，惩罚强度：由弱到强",
    "λ (alpha)": "λ (alpha)",
    "λ of the slider": "滑块处的 λ",
    "best": "最佳",
    "most probable": "最可能",
    "1 SE": "1 倍标准误",
    "one standard error": "一倍标准误之内",
    "mean over the folds, with standard errors": "各折均值与标准误",
    "cross-validated log loss": "交叉验证的对数损失",
    "cross-validated mean squared error": "交叉验证的均方误差",
    "cross-validated mean Poisson deviance": "交叉验证的平均泊松偏差",
    "log evidence": "对数证据",
    "length of the weights": "权重的长度",
    "layer": "层",
    "data loss": "数据损失",
    "L2 penalty": "L2 惩罚",
    "objective, their sum": "目标函数",
    "objective in training": "训练中的目标函数",
    "iteration": "迭代",
    "epoch": "轮次",
    "predicted": "预测值",
    "true value": "真实值",
    "rows, coloured by their true value": "样本（颜色为真实值）",
    "unseen rows": "未见过的样本",
    "unseen": "未见过",
    "class": "类别",
    "misclassified": "误分类的点",
    "error": "错误率",
    "R²": "R²",
    "on unseen": "未见过的",
    "error in training": "训练错误率",
    "error on unseen rows": "测试错误率",
    "R² in training": "训练 R²",
    "R² on unseen rows": "测试 R²",
}


def in_english(text: str) -> str:
    """Return the text as it is."""
    return text


def in_chinese(text: str) -> str:
    """Return the text in Chinese, or as it is if it is a name."""
    return CHINESE.get(text, text)


LANGUAGES: dict[str, Say] = {"en": in_english, "zh": in_chinese}
