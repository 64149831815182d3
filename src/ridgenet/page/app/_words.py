"""What the page says, in English and in Chinese."""

from __future__ import annotations

NAMES = {"en": "English", "zh": "中文"}
USUAL = "en"

WORDS: dict[str, dict[str, str]] = {
    "title": {"en": "What an L2 penalty does to a network", "zh": "L2 惩罚对网络做了什么"},
    "data": {"en": "Data", "zh": "数据"},
    "moons": {"en": "moons", "zh": "双月"},
    "circles": {"en": "circles", "zh": "同心圆"},
    "xor": {"en": "xor", "zh": "异或"},
    "spirals": {"en": "spirals", "zh": "螺旋"},
    "blobs": {"en": "blobs", "zh": "团块"},
    "upload": {"en": "Upload a table…", "zh": "上传表格……"},
    "upload hint": {
        "en": "up to 20 MB; it stays on this computer",
        "zh": "最大 20 MB；数据不会离开本机",
    },
    "n": {"en": "Points", "zh": "样本数"},
    "noise": {"en": "Noise", "zh": "噪声"},
    "seed": {"en": "Seed", "zh": "随机种子"},
    "new draw": {"en": "New draw", "zh": "重新抽样"},
    "target": {"en": "Predict", "zh": "预测目标"},
    "columns": {"en": "From (all, if none is named)", "zh": "所用列（留空为全部）"},
    "network": {"en": "Network", "zh": "网络"},
    "layers": {"en": "Hidden layers", "zh": "隐藏层数"},
    "units": {"en": "Units in each", "zh": "每层单元数"},
    "activation": {"en": "Activation", "zh": "激活函数"},
    "mode": {"en": "Mode", "zh": "模式"},
    "path": {"en": "λ path", "zh": "λ 路径"},
    "live": {"en": "Live training", "zh": "实时训练"},
    "show": {"en": "Show", "zh": "显示"},
    "unseen": {"en": "unseen points", "zh": "未见过的点"},
    "wrong": {"en": "ring the errors", "zh": "圈出错误"},
    "strength": {"en": "Strength of the penalty, λ (alpha)", "zh": "惩罚强度 λ (alpha)"},
    "weak": {"en": "weak", "zh": "弱"},
    "strong": {"en": "strong", "zh": "强"},
    "chosen": {"en": "Chosen λ", "zh": "所选 λ"},
    "is chosen": {"en": "chosen by cross-validation", "zh": "由交叉验证选出"},
    "free": {"en": "No penalty: λ = 0", "zh": "无惩罚：λ = 0"},
    "with": {"en": "With the penalty", "zh": "有惩罚"},
    "in training": {"en": "error in training", "zh": "训练错误率"},
    "curve": {"en": "How λ is chosen (click to go there)", "zh": "如何选择 λ（点击跳转）"},
    "objectives": {"en": "What the objective is made of", "zh": "目标函数的组成"},
    "search": {"en": "The objective while it trains", "zh": "训练过程中的目标函数"},
    "drawing": {"en": "The network", "zh": "网络"},
    "drawing hint": {
        "en": "blue +, orange −; numbers: biases",
        "zh": "蓝色为正，橙色为负；数字为偏置",
    },
    "classes": {"en": "Colours of the classes", "zh": "各类别的颜色"},
    "seeing": {"en": "What am I seeing?", "zh": "我看到了什么？"},
    "start": {"en": "Start", "zh": "开始"},
    "pause": {"en": "Pause", "zh": "暂停"},
    "go on": {"en": "Go on", "zh": "继续"},
    "step": {"en": "Step", "zh": "单步"},
    "again": {"en": "Start over", "zh": "重来"},
    "speed": {"en": "Epochs a picture", "zh": "每帧轮数"},
    "cancel": {"en": "Cancel", "zh": "取消"},
    "waiting": {"en": "Waiting until the path before is given up or done", "zh": "等待前一条路径停止或完成"},
    "the path": {"en": "Following the λ path", "zh": "正在计算 λ 路径"},
    "no penalty": {"en": "Training without a penalty", "zh": "正在训练无惩罚的网络"},
    "begun": {"en": "Reading the data", "zh": "正在读取数据"},
    "uploading": {"en": "Uploading", "zh": "正在上传"},
    "cancelled": {
        "en": "Cancelled; the pictures are those of the settings before",
        "zh": "已取消；图中仍是之前设置的结果",
    },
    "try again": {"en": "Try again", "zh": "重试"},
    "back": {"en": "Back to what is shown", "zh": "恢复图中的设置"},
    "limits": {
        "en": "{name}: a whole number from {low} to {high}; the pictures are those of the settings before",
        "zh": "{name}：须为 {low} 到 {high} 之间的整数；图中仍是之前设置的结果",
    },
    "limits of decimals": {
        "en": "{name}: a number from {low} to {high}; the pictures are those of the settings before",
        "zh": "{name}：须为 {low} 到 {high} 之间的数；图中仍是之前设置的结果",
    },
    "failed": {"en": "The server does not answer: is it still running?", "zh": "服务器没有响应：它还在运行吗？"},
    "done": {"en": "{n} λ, followed in {seconds} s", "zh": "{n} 个 λ，用时 {seconds} 秒"},
    "done before": {"en": "{n} λ, known from before", "zh": "{n} 个 λ，先前已算出"},
    "equations": {"en": "Equations", "zh": "公式"},
    "take": {"en": "Export", "zh": "导出"},
    "code": {"en": "Python code", "zh": "Python 代码"},
    "copy": {"en": "Copy", "zh": "复制"},
    "copied": {"en": "Copied", "zh": "已复制"},
    "download": {"en": "Download", "zh": "下载"},
    "picture": {"en": "Picture (PNG)", "zh": "图片 (PNG)"},
    "of the path": {
        "en": "of the λ path at this λ, not of the live network",
        "zh": "来自 λ 路径上的这个 λ，而不是实时训练的网络",
    },
    "more weights": {"en": "+ {n} more not shown", "zh": "另有 {n} 个未显示"},
    "report": {"en": "Report (HTML)", "zh": "报告 (HTML)"},
    "model": {"en": "Model file (skops)", "zh": "模型文件 (skops)"},
    "table": {"en": "Data (CSV)", "zh": "数据 (CSV)"},
    "close": {"en": "Close", "zh": "关闭"},
    "minimised": {"en": "What is minimised", "zh": "最小化的目标"},
    "data loss": {"en": "data loss", "zh": "数据损失"},
    "l2 penalty": {"en": "L2 penalty", "zh": "L2 惩罚"},
    "gradient": {"en": "How a weight moves", "zh": "权重如何变化"},
    "gradient text": {
        "en": "The data pull each weight to where the error is small; the penalty pulls it to zero, with the "
        "force (λ/n)·W. Biases have no such term.",
        "zh": "数据把每个权重拉向误差小的地方；惩罚以 (λ/n)·W 的力把它拉向零。偏置没有这一项。",
    },
    "parameters": {"en": "Its weights and biases, inputs in standard units", "zh": "权重与偏置（输入已标准化）"},
    "points hint": {
        "en": "Filled points: learned from; hollow ones: not seen",
        "zh": "实心点：用于训练；空心点：未见过",
    },
    "points hint of numbers": {
        "en": "Circles: learned from; diamonds: not seen",
        "zh": "圆点：用于训练；菱形：未见过",
    },
    "plane of medians": {
        "en": "The plane of the two most important columns, all others at their medians",
        "zh": "平面为最重要的两列，其余各列取中位数",
    },
    "plane of components": {
        "en": "The plane of the two leading principal components",
        "zh": "平面为前两个主成分",
    },
    "one column": {"en": "One column: the height means nothing", "zh": "只有一列：高度没有意义"},
    "too large": {
        "en": "This table is too large; start the page with it instead",
        "zh": "表格过大；请在启动页面时指定该文件",
    },
    "keys": {"en": "← → move λ, Home and End go to the ends", "zh": "← → 移动 λ，Home 与 End 到两端"},
}


def words_in(language: str) -> dict[str, str]:
    """Return all words in one language."""
    return {name: texts[language] for name, texts in WORDS.items()}
