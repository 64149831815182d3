"""What one may be looking at: a title, and what it means, which depends on the data, the network and the mode."""

from __future__ import annotations

# A part is said always, or is chosen by what is looked at: "linear" networks have no hidden units, others are "deep";
# "classes" have a boundary, "numbers" a surface; networks are on the "path" or "live". The first that holds is said.
Part = str | dict[str, str]

FINDINGS: dict[str, dict[str, list[Part]]] = {
    "overfitted": {
        "en": [
            "Over-fitted",
            {
                "linear": "The network follows accidents of the points it learned from.",
                "classes": "The boundary bends around single points.",
                "numbers": "The surface bends towards single points.",
            },
            {
                "classes": "It makes few errors on the points it learned from, and more on those it has not seen.",
                "numbers": "It comes close to the points it learned from, and less close to those it has not seen.",
            },
            {
                "path": "Cross-validation finds it clearly worse than the chosen λ. Its weights are large, and the "
                "penalty is too weak to make that cost anything. Move λ up.",
                "live": "On unseen points it is clearly worse than the network at the chosen λ of the path. Its "
                "weights are large: move λ up, or let a stronger penalty go on shrinking them.",
            },
        ],
        "zh": [
            "过拟合",
            {
                "linear": "网络迁就了训练点中的偶然因素。",
                "classes": "决策边界绕着个别点弯曲。",
                "numbers": "预测曲面向个别点弯曲。",
            },
            {
                "classes": "它在训练点上错误少，在未见过的点上错误多。",
                "numbers": "它与训练点贴得很近，与未见过的点却相差较远。",
            },
            {
                "path": "交叉验证表明它明显不如所选的 λ。权重很大，而惩罚太弱，不足以约束大权重。请增大 λ。",
                "live": "在未见过的点上，它明显不如路径上所选 λ 处的网络。"
                "权重很大：请增大 λ，或让更强的惩罚继续把权重缩小。",
            },
        ],
    },
    "balanced": {
        "en": [
            "Balanced",
            {
                "linear": "The network follows the data and leaves out their accidents.",
                "classes": "The boundary follows the shape of the data and leaves out its accidents.",
                "numbers": "The surface follows the shape of the data and leaves out its accidents.",
            },
            {
                "path": "Within one standard error, cross-validation finds nothing better.",
                "live": "On unseen points it is no worse, within one standard error, than the network at the chosen λ "
                "of the path.",
            },
        ],
        "zh": [
            "恰到好处",
            {
                "linear": "网络跟随数据的规律，而不理会偶然因素。",
                "classes": "决策边界跟随数据的形状，而不理会偶然的点。",
                "numbers": "预测曲面跟随数据的形状，而不理会偶然的点。",
            },
            {
                "path": "在一倍标准误之内，交叉验证找不到更好的。",
                "live": "在未见过的点上，它与路径上所选 λ 处的网络相比，变差不超过一倍标准误。",
            },
        ],
    },
    "stiff": {
        "en": [
            {"linear": "Shrunk too far", "deep": "Too stiff"},
            {
                "linear": "Weights cost so much now that the network trusts its inputs less than they deserve: what it "
                "says comes closer to the same everywhere.",
                "deep": "Weights cost so much now that the network gives up bends that are real.",
            },
            "The loss rises on seen and unseen points alike. Move λ down.",
        ],
        "zh": [
            {"linear": "收缩过度", "deep": "过于僵硬"},
            {
                "linear": "对权重的惩罚太强，网络对输入的信任低于应有的程度，各处的预测趋于相同。",
                "deep": "对权重的惩罚太强，网络放弃了真实存在的弯曲。",
            },
            "在见过和没见过的点上，损失都在增大。请减小 λ。",
        ],
    },
    "line": {
        "en": [
            {"classes": "Collapsed to a line", "numbers": "Collapsed to a plane"},
            "Weights are so small that the hidden units work where they are straight, or all look in one direction.",
            {
                "classes": "What is left of the network is a linear model, and its boundary is a line.",
                "numbers": "What is left of the network is a linear model, and its surface is a plane.",
            },
        ],
        "zh": [
            {"classes": "坍缩为直线", "numbers": "坍缩为平面"},
            "权重已经很小，隐藏单元只在其线性区工作，或都朝同一方向。",
            {
                "classes": "网络只剩下线性模型，边界是一条直线。",
                "numbers": "网络只剩下线性模型，预测曲面是一个平面。",
            },
        ],
    },
    "nothing": {
        "en": [
            "Collapsed to nothing",
            "About λ_max, and above it, weights cost more than they could save, so that all are zero, or nearly so.",
            {
                "deep": "Hidden units may keep biases, but nothing of them reaches the output: its own bias, which is "
                "not penalised, says the same everywhere.",
                "linear": "Only the output's bias is left, which is not penalised: the same prediction everywhere.",
            },
        ],
        "zh": [
            "坍缩为零",
            "在 λ_max 附近及其以上，对权重的惩罚大于收益，于是全部为零，或几乎为零。",
            {
                "deep": "隐藏单元或许还有偏置，但传不到输出：起作用的只有不受惩罚的输出偏置，处处是同一个预测。",
                "linear": "只剩下不受惩罚的输出偏置：处处是同一个预测。",
            },
        ],
    },
    "start": {
        "en": [
            "Not trained yet",
            "Small random weights. Press Start, let it learn with a weak penalty until it over-fits, and then move λ "
            "up while it trains.",
        ],
        "zh": ["尚未训练", "权重是小的随机数。按“开始”，先用弱惩罚训练到过拟合，再在训练中增大 λ。"],
    },
    "learning": {
        "en": ["Learning", "The data loss is still on its way down. Let it train on."],
        "zh": ["正在学习", "数据损失还在下降。请继续训练。"],
    },
    "free": {
        "en": ["No penalty", "Nothing holds the weights back."],
        "zh": ["无惩罚", "没有什么约束权重。"],
    },
}


def findings_in(language: str) -> dict[str, list[Part]]:
    """Return title and text of each finding in one language, in parts."""
    return {name: texts[language] for name, texts in FINDINGS.items()}


def said_of(parts: list[Part], tags: set[str]) -> tuple[str, list[str]]:
    """Return the title and the sentences that hold for what is looked at."""
    title, *text = [part if isinstance(part, str) else next(part[tag] for tag in part if tag in tags) for part in parts]
    return title, text
