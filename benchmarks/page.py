"""Time from a move of the page's slider to the new picture, in one tab and in twenty at once; memory of the server."""

import asyncio
import http.client
import json
import resource
import shutil
import statistics
import threading

from playwright.async_api import async_playwright

from ridgenet.page.app._server import Server

N_TABS, N_MOVES = 20, 40
N_PROBLEMS, N_FRAMES = 300, 20
# milliseconds from the event to the frame after the canvas with the boundary was painted
MOVE = """async n => {
  const page = window.ridgenetPage, slider = document.getElementById("strength");
  const canvas = document.getElementById("boundary").parentElement.querySelector("canvas");
  const prototype = CanvasRenderingContext2D.prototype, usual = prototype.drawImage;
  let painted = false;
  prototype.drawImage = function (...all) { painted ||= this.canvas === canvas; return usual.apply(this, all); };
  const times = [], stops = page.scene().stops.length;
  for (let k = 1; k <= n; k++) {
    painted = false;
    const began = performance.now();
    slider.value = (k * 7) % stops;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    while (!painted) await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    times.push(performance.now() - began);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  prototype.drawImage = usual;
  return times;
}"""


def in_words(times):
    times = sorted(times)
    most = times[int(0.95 * len(times))]
    return f"median {statistics.median(times):.0f} ms, 95% within {most:.0f} ms, all {times[-1]:.0f} ms"


async def latency(server):
    async with async_playwright() as playwright:
        path = next(path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path)
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        complaints, few_at_once = [], asyncio.Semaphore(3)

        async def tab(query):
            # a window of its own, since browsers do not draw background tabs
            context = await browser.new_context(viewport={"width": 1366, "height": 650})
            page = await context.new_page()
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            async with few_at_once:
                await page.goto(server.address + query, timeout=120_000)
                await page.wait_for_selector("body[data-problem]", timeout=120_000)
            return page

        for query in ("?data=moons", "?data=blobs&hidden=16,16&show=unseen,wrong"):
            page = await tab(query)
            print(f"one tab, {query}: {in_words(await page.evaluate(MOVE, N_MOVES))}", flush=True)
            await page.close()
        names = ("moons", "circles", "xor", "spirals", "blobs")
        tabs = await asyncio.gather(*[tab(f"?data={names[k % 5]}&seed={k // 5}") for k in range(N_TABS)])
        all_times = await asyncio.gather(*[page.evaluate(MOVE, N_MOVES) for page in tabs])
        times = [time for some in all_times for time in some]
        print(f"{N_TABS} tabs at once: {in_words(times)}; console messages: {complaints}", flush=True)
        await browser.close()


def memory(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)

    def ask(path, content=None):
        connection.request("POST", path, json.dumps(content or {}), {"Content-Type": "application/json"})
        return connection.getresponse().read()

    for k in range(N_PROBLEMS + 1):
        query = f"data=moons&n=100&hidden=4&seed={k}"
        ask(f"/learn?{query}")
        state = {}
        for _ in range(N_FRAMES):
            frame = json.loads(ask(f"/live?{query}", {"alpha": 0.1, "epochs": 10, **state}))
            state = {"state": frame["state"]}
        if k % 50 == 0:
            with open("/proc/self/statm") as file:
                pages = int(file.read().split()[1])
            print(
                f"after {k} paths and {k * N_FRAMES:,} frames: {pages * resource.getpagesize() / 2**20:.0f} MB",
                flush=True,
            )


if __name__ == "__main__":
    server = Server()
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        asyncio.run(latency(server))
        memory(server)
    finally:
        server.stop()
        thread.join()
