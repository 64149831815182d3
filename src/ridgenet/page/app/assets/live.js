"use strict";
// Live training: each frame is requested with the state of the previous one, so that the server keeps none.
(() => {
  const page = window.ridgenetPage;
  const { byId, gettext } = page;
  const MOST_RECORDS = 600;
  const SPEEDS = [1, 2, 5, 10, 20, 50, 100, 200, 500];
  let shown = null;
  let running = false;
  let asking = null;
  let complained = false;
  let history = { epochs: [], objectives: [] };

  const label = () => {
    const isUnderWay = shown ? shown.epoch > 0 : Boolean(page.state.live);
    byId("run").textContent = running ? gettext("Pause") : isUnderWay ? gettext("Continue") : gettext("Start");
  };
  const record = frame => {
    history.epochs.push(frame.epoch);
    history.objectives.push(frame.objectives);
    if (history.epochs.length > MOST_RECORDS) {
      const every = (_, index) => index % 2 === 0;
      history = { epochs: history.epochs.filter(every), objectives: history.objectives.filter(every) };
    }
  };

  const ask = async (body, signal) => {
    const answer = await fetch(`/live?${page.scene().problem}&lang=${page.language}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal,
    });
    return answer.json();
  };

  /** Request and show the frame after some more epochs; return false if that was interrupted. */
  const advance = async epochs => {
    if (asking) return false;
    const asked = asking = new AbortController();
    page.setPending("training", true);
    const { signal } = asked;
    const state = shown ? shown.state : page.state.live;
    const alpha = page.strength();
    try {
      const body = { ...(state ? { state } : {}), alpha, epochs };
      let frame = await ask(body, signal);
      if (frame.unknown) {
        await page.learnAgain();
        frame = await ask(body, signal);
      }
      if (signal.aborted || page.state.mode !== "live") return false;
      if (frame.error) throw new Error(frame.error);
      const isNew = !shown || frame.epoch !== shown.epoch;
      shown = frame;
      page.state.live = frame.address;
      if (isNew) record(frame);
      label();
      page.drawStop(frame);
      page.drawHistory(history);
      page.noteAddress();
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      const isLost = error instanceof TypeError;
      // a network that has diverged, or came from an invalid address, starts again
      if (!isLost) shown = page.state.live = null;
      stop();
      page.tell(isLost ? gettext("The server does not answer. Is it still running?") : error.message, true);
      complained = true;
      if (!isLost && state) setTimeout(() => advance(0));
      return false;
    } finally {
      if (asking === asked) {
        asking = null;
        page.setPending("training", false);
        // λ may have changed meanwhile
        if (shown && !running && page.state.mode === "live" && alpha !== page.strength()) advance(0);
      }
    }
  };

  const run = async () => {
    while (running && page.state.mode === "live") {
      if (!await advance(SPEEDS[Number(byId("speed-input").value)]) && running) {
        await new Promise(resolve => setTimeout(resolve, 20));
      }
      await new Promise(requestAnimationFrame);
    }
  };
  const abort = () => {
    if (asking) asking.abort();
    asking = null;
    page.setPending("training", false);
  };
  const stop = () => { running = false; abort(); label(); };
  /** Clear the last error. */
  const begin = () => {
    if (complained) page.tellDone();
    complained = false;
  };

  page.live = {
    shown: () => shown,
    /** Start with new data or a new network; drop the old one and its pending request. */
    reset: keep => {
      running = false;
      abort();
      shown = null;
      history = { epochs: [], objectives: [] };
      if (!keep) page.state.live = null;
      label();
    },
    /** Show the current state of training. */
    show: () => advance(0),
    stop,
    /** λ has changed: unless training is running, request a frame that uses it. */
    strengthMoved: () => { if (!running) advance(0); },
    setUp: () => {
      const speed = document.createElement("input");
      Object.assign(speed, { type: "range", id: "speed-input", min: 0, max: SPEEDS.length - 1, step: 1, value: 3 });
      const showSpeed = () => {
        speed.setAttribute("aria-valuetext", String(SPEEDS[speed.value]));
        speed.title = String(SPEEDS[speed.value]);
      };
      speed.addEventListener("input", showSpeed);
      showSpeed();
      byId("speed").appendChild(speed);
      byId("run").addEventListener("click", () => {
        begin();
        if (running) {
          stop();
          return;
        }
        running = true;
        label();
        run();
      });
      byId("step").addEventListener("click", async () => { begin(); stop(); await advance(1); });
      byId("restart").addEventListener("click", async () => { begin(); page.live.reset(false); await advance(0); });
    },
  };
})();
