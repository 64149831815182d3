"use strict";
// The controls, and the requests for paths.
(() => {
  const page = window.ridgenetPage;
  const { byId, gettext } = page;
  const PATIENCE = 150, UNCHANGED = 500;
  const state = page.state = { problem: null, alpha: null, mode: "path", show: ["unseen"], live: null };
  let index = 0;
  let learning = null;
  // the problem requested last, unless it failed, and the one to request on "Try again"
  let asked = null;
  let wanted = null;
  let complaint = "";

  page.strength = () => page.scene().stops[index].alpha;
  page.shownStop = () => (state.mode === "live" ? page.live.shown() : page.scene() && page.scene().stops[index]);

  // λ

  const show = () => {
    const stop = page.scene().stops[index];
    const slider = byId("strength");
    slider.value = index;
    slider.setAttribute("aria-valuetext", `λ = ${stop.alpha.toPrecision(3)}${stop.chosen ? `, ${gettext("chosen by cross-validation")}` : ""}`);
    byId("strength-value").textContent = `λ = ${stop.alpha.toPrecision(3)}`;
    byId("to-chosen").disabled = stop.chosen;
    if (state.mode === "live") page.live.strengthMoved();
    else page.drawStop(stop);
    page.noteAddress();
    markSoon();
  };
  // marks on the curves are drawn a frame later, so that the boundary does not wait for them
  let marking = null;
  const markSoon = () => {
    cancelAnimationFrame(marking);
    page.setPending("marks", true);
    marking = requestAnimationFrame(() => { marking = requestAnimationFrame(mark); });
  };
  const mark = () => {
    page.markStrength(page.strength());
    page.setPending("marks", false);
  };
  let waiting = false;
  const showSoon = () => {
    if (waiting) return;
    waiting = true;
    page.setPending("stop", true);
    requestAnimationFrame(() => {
      waiting = false;
      show();
      page.setPending("stop", false);
    });
  };
  page.moveTo = wanted => {
    index = Math.max(0, Math.min(page.scene().stops.length - 1, wanted));
    state.alpha = page.scene().stops[index].chosen ? null : page.strength();
    showSoon();
  };

  // paths

  const inWords = stage => ({
    reading: gettext("Reading the data"),
    waiting: gettext("Waiting for the previous path to finish or be cancelled"),
    "the path": gettext("Computing the λ path"),
    "no penalty": gettext("Training without a penalty"),
  })[stage] || stage;
  const showProgress = (stage, done, total) => {
    byId("progress").hidden = false;
    byId("cancel").hidden = false;
    if (total) byId("progress").value = done / total;
    else byId("progress").removeAttribute("value");
    page.tell(`${inWords(stage)}${total ? `: ${done} / ${total}` : "…"}`);
  };
  const hideProgress = () => {
    byId("progress").hidden = true;
    byId("cancel").hidden = true;
  };

  /** Mark whether the controls differ from the pictures, and offer to try again or to go back. */
  const setBehind = (behind, canTryAgain = behind) => {
    document.body.classList.toggle("behind", behind && Boolean(page.scene()));
    byId("retry").hidden = !canTryAgain;
    byId("back").hidden = !(behind && page.scene());
  };

  const giveUp = () => {
    if (learning) learning.abort();
    learning = null;
    asked = null;
    page.setPending("path", false);
    hideProgress();
  };

  const learn = async problem => {
    giveUp();
    setBehind(false);
    asked = wanted = problem;
    const mine = learning = new AbortController();
    page.setPending("path", true);
    const patience = setTimeout(() => showProgress("reading", 0, 0), PATIENCE);
    page.live.stop();
    try {
      for await (const line of answerOf(problem, mine.signal)) {
        if (mine.signal.aborted) return;
        if (line.error) throw new Error(line.error);
        if (line.stage) {
          clearTimeout(patience);
          showProgress(line.stage, line.done, line.total);
        }
        if (line.scene) {
          clearTimeout(patience);
          hideProgress();
          await use(problem, line.scene, line.done);
        }
      }
    } catch (error) {
      if (mine.signal.aborted) return;
      asked = null;
      page.tell(error instanceof TypeError ? gettext("The server does not answer. Is it still running?") : error.message, true);
      setBehind(true);
    } finally {
      clearTimeout(patience);
      if (learning === mine) {
        learning = null;
        page.setPending("path", false);
        hideProgress();
      }
    }
  };

  async function* answerOf(problem, signal) {
    const answer = await fetch(`/learn?${problem}&lang=${page.language}`, { method: "POST", signal });
    yield* lines(answer.body);
  }

  /** Let the server compute the path shown again, which it may have dropped from its cache. */
  page.learnAgain = async () => {
    for await (const line of answerOf(page.state.problem)) if (line.error) throw new Error(line.error);
  };

  async function* lines(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      const parts = (rest + value).split("\n");
      rest = parts.pop();
      for (const part of parts) if (part) yield JSON.parse(part);
    }
    if (rest) yield JSON.parse(rest);
  }

  let done = "";
  /** Show that the path is done. */
  page.tellDone = () => page.tell(done);

  const use = async (problem, scene, message) => {
    const first = page.scene() === undefined || page.scene() === null;
    state.problem = problem;
    page.live.reset(first);
    await page.setScene(scene);
    const slider = byId("strength");
    slider.max = scene.stops.length - 1;
    slider.disabled = false;
    index = first && state.alpha !== null ? page.indexOf(state.alpha) : scene.start;
    state.alpha = scene.stops[index].chosen ? null : page.strength();
    done = message;
    // an error in the address is still shown once the default is drawn
    if (complaint) page.tell(complaint, true);
    else page.tellDone();
    complaint = "";
    await applyMode();
    document.body.dataset.problem = scene.problem;
  };

  const applyMode = async () => {
    const live = state.mode === "live";
    byId("live").hidden = !live;
    document.body.classList.toggle("in-training", live);
    byId("objectives-figure").hidden = live;
    byId("search-figure").hidden = !live;
    if (!page.scene()) return;
    if (!live) page.live.stop();
    const figures = [...document.querySelectorAll("figure:not([hidden]) .plot")];
    page.setPending("figures", true);
    Promise.allSettled(figures.map(figure => Plotly.Plots.resize(figure))).then(() => page.setPending("figures", false));
    show();
  };

  // the controls

  const setUp = () => {
    const texts = JSON.parse(byId("texts").dataset.texts);
    Object.assign(page, texts);
    document.documentElement.lang = texts.language === "zh" ? "zh-Hans" : "en";
    document.title = `ridgenet: ${gettext("What an L2 penalty does to a network")}`;
    const given = new URLSearchParams(location.search);
    const alpha = Number(given.get("lambda"));
    state.alpha = alpha > 0 ? alpha : null;
    state.live = given.get("live");
    const slider = Object.assign(document.createElement("input"), {
      type: "range", id: "strength", min: 0, max: 49, step: 1, disabled: true,
    });
    slider.addEventListener("input", () => page.moveTo(Number(slider.value)));
    byId("slider").appendChild(slider);
    state.mode = texts.mode;
    state.show = texts.points;
    offer("mode", "radio", { path: gettext("λ path"), live: gettext("Live training") }, [state.mode], ([mode]) => {
      state.mode = mode;
      applyMode();
      page.flushAddress();
    });
    offer("show", "checkbox", { unseen: gettext("unseen points"), wrong: gettext("misclassified points") }, state.show, chosen => {
      state.show = chosen;
      if (page.scene()) page.applyShow();
      if (page.shownStop()) page.drawStop(page.shownStop());
      page.noteAddress();
    });
    byId("to-chosen").addEventListener("click", () => {
      // the button will be disabled, and would lose the focus
      slider.focus();
      page.moveTo(page.scene().start);
    });
    byId("cancel").addEventListener("click", () => {
      giveUp();
      page.tell(gettext("Cancelled; the pictures still show the previous settings"));
      setBehind(true);
    });
    byId("retry").addEventListener("click", tryAgain);
    byId("back").addEventListener("click", () => {
      page.flushAddress();
      location.reload();
    });
    document.querySelector(".controls").addEventListener("keydown", event => {
      // an unchanged input sends no event
      if (event.key === "Enter" && event.target.type === "number") setTimeout(tryAgain, UNCHANGED);
    });
    complaint = byId("message").textContent;
    hideProgress();
    setBehind(false);
    page.linking.setUp();
    page.live.setUp();
    page.take.setUp();
    page.upload.setUp();
  };

  /** Add choices, given by name and label, to an element; `use` is called with the names chosen. */
  const offer = (id, type, choices, chosen, use) => {
    const inputs = Object.entries(choices).map(([value, text]) => {
      const input = Object.assign(document.createElement("input"), {
        type, name: id, value, id: `${id}-${value}`, checked: chosen.includes(value),
      });
      input.addEventListener("change", () => use(inputs.filter(other => other.checked).map(other => other.value)));
      const label = document.createElement("label");
      label.append(input, text);
      byId(id).append(label);
      return input;
    });
  };

  const tryAgain = () => {
    if (wanted !== null && !learning && !byId("retry").hidden) learn(wanted);
  };

  /** Mark all inputs with invalid numbers and return the first, or null. */
  const impossible = values => {
    let first = null;
    for (const [name, value] of Object.entries(values)) {
      const input = byId(name);
      const whole = input.step !== "any";
      const possible = Number.isFinite(value) && value >= Number(input.min) && value <= Number(input.max)
        && (!whole || Number.isInteger(value));
      if (possible) input.removeAttribute("aria-invalid");
      else input.setAttribute("aria-invalid", "true");
      if (!possible && first === null) first = { input, whole };
    }
    return first;
  };
  const tellLimits = ({ input, whole }) => {
    const name = input.closest("label").querySelector("span").textContent;
    const values = { name, low: input.min, high: input.max };
    page.tell(whole
      ? gettext("{name} must be a whole number from {low} to {high}; the pictures still show the previous settings", values)
      : gettext("{name} must be a number from {low} to {high}; the pictures still show the previous settings", values), true);
  };

  const choose = (data, n, noise, seed, target, columns, layers, units, activation) => {
    if (!byId("strength")) setUp();
    const unchanged = window.dash_clientside.no_update;
    const isDrawn = byId("drawn").style.display !== "none";
    const wrong = impossible({ ...(isDrawn ? { n, noise, seed } : {}), layers, ...(layers === 0 ? {} : { units }) });
    if (wrong) {
      giveUp();
      tellLimits(wrong);
      setBehind(true, false);
      return unchanged;
    }
    const problem = new URLSearchParams({ data });
    if (isDrawn) {
      for (const [name, value] of Object.entries({ n, noise, seed })) problem.set(name, value);
    } else {
      if (!target) return unchanged;
      problem.set("target", target);
      for (const name of columns || []) problem.append("column", name);
    }
    problem.set("hidden", layers ? Array(layers).fill(units).join(",") : "none");
    problem.set("activation", activation);
    if (String(problem) === state.problem) {
      // the change was undone
      giveUp();
      setBehind(false);
      if (!complaint) page.tellDone();
    } else if (String(problem) !== asked) {
      learn(String(problem));
    }
    return unchanged;
  };
  const drawAgain = (_, seed) => (Number.isInteger(seed) ? seed + 1 : 0);
  window.dash_clientside = Object.assign({}, window.dash_clientside, { ridgenet: { choose, drawAgain } });
})();
