"""What tests ask an open playground."""

import re

READY = "main[aria-busy=false]"
PRICES = "size;colour;price\n" + "\n".join(
    f"{k % 17};{'red' if k % 3 else ''};{(k % 17) * 2 + (5 if k % 3 else 0)}.5" for k in range(60)
)


class Playground:
    """The page, opened at some state."""

    def __init__(self, watched):
        self.watched, self.page = watched, watched.page
        self.settle()

    def text(self, name):
        return self.page.inner_text(f"#{name}")

    def settle(self):
        """Wait until the path is computed, and one more frame is painted."""
        self.page.wait_for_selector(READY)
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def set(self, name, value):
        self.page.fill(f"#{name}", str(value))
        self.page.press(f"#{name}", "Tab")
        self.settle()

    def undo(self, then):
        """Press Undo, and wait until a condition of the history holds."""
        self.page.click("#undo")
        self.page.wait_for_function(f"() => {then}")
        self.settle()

    def move(self, place):
        self.page.evaluate(
            """place => {
              const slider = document.getElementById("alpha");
              slider.value = place;
              slider.dispatchEvent(new Event("input"));
            }""",
            place,
        )
        self.settle()

    def read(self, text):
        self.page.fill("#pasted", text)
        self.page.click("#read")

    def learn(self):
        self.page.click("#learn")
        self.settle()


def watched(made):
    """Yield a page, and look afterwards at what it has complained of and asked for."""
    yield made
    assert made.watched.complaints == []
    asked = [address for address in made.watched.requests if not address.startswith(("file:", "blob:", "data:"))]
    assert asked == []


def numbers_in(text):
    return [float(number.replace("−", "-")) for number in re.findall(r"[−-]?\d+(?:\.\d+)?(?:e[+−-]?\d+)?", text)]
