"use strict";
// What the person has chosen, what is asked of the server for it, and the address that holds it all.
(() => {
  const page = window.ridgenetPage;
  const { byId } = page;
  const PATIENCE = 150;
  const state = page.state = { problem: null, alpha: null, mode: "path", show: ["unseen"], live: null };
  let place = 0;
  let learning = null;
  let complaint = "";

  page.strength = () => page.scene().stops[place].alpha;
  page.shownStop = () => (state.mode === "live" ? page.live.shown() : page.scene() && page.scene().stops[place]);

  // the address

  const query = () => {
    const found = new URLSearchParams(state.problem);
    if (state.alpha !== null) found.set("lambda", String(Number(state.alpha.toPrecision(6))));
    if (state.mode !== "path") found.set("mode", state.mode);
    found.set("show", state.show.join(","));
    if (state.mode === "live" && state.live) found.set("live", state.live);
    return found;
  };
  let noting = null;
  page.noteAddress = () => {
    clearTimeout(noting);
    noting = setTimeout(() => {
      if (!page.scene()) return;
      const found = query();
      found.set("lang", page.language);
      history.replaceState(history.state, "", `?${found}`);
      for (const link of document.querySelectorAll("nav a[lang]")) {
        found.set("lang", link.lang);
        link.href = `?${found}`;
      }
      for (const [id, file] of [["take-report", "report.html"], ["take-model", "model.skops"], ["take-data", "data.csv"]]) {
        byId(id).href = page.fileAddress(file);
      }
    }, 200);
  };
  page.fileAddress = file => {
    const found = new URLSearchParams(state.problem);
    if (state.alpha !== null) found.set("lambda", String(state.alpha));
    return `/take/${file}?${found}`;
  };

  // λ

  const show = () => {
    const stop = page.scene().stops[place];
    const slider = byId("strength");
    slider.value = place;
    slider.setAttribute("aria-valuetext", `λ = ${stop.alpha.toPrecision(3)}${stop.chosen ? `, ${page.words["is chosen"]}` : ""}`);
    byId("strength-value").textContent = `λ = ${stop.alpha.toPrecision(3)}`;
    byId("to-chosen").disabled = stop.chosen;
    if (state.mode === "live") page.live.strengthMoved();
    else page.drawStop(stop);
    page.noteAddress();
    markSoon();
  };
  // the marks on the curves follow a frame later, so that the boundary has not to wait for them
  let marking = null;
  const markSoon = () => {
    cancelAnimationFrame(marking);
    marking = requestAnimationFrame(() => { marking = requestAnimationFrame(() => page.markStrength(page.strength())); });
  };
  let waiting = false;
  const showSoon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; show(); });
  };
  page.moveTo = wanted => {
    place = Math.max(0, Math.min(page.scene().stops.length - 1, wanted));
    state.alpha = page.scene().stops[place].chosen ? null : page.strength();
    showSoon();
  };

  // a path for what was chosen

  const showProgress = (stage, done, total) => {
    byId("progress").hidden = false;
    byId("cancel").hidden = false;
    if (total) byId("progress").value = done / total;
    else byId("progress").removeAttribute("value");
    page.tell(`${page.words[stage] || stage}${total ? `: ${done} / ${total}` : "…"}`);
  };
  const hideProgress = () => {
    byId("progress").hidden = true;
    byId("cancel").hidden = true;
  };

  const learn = async problem => {
    if (learning) learning.abort();
    const mine = learning = new AbortController();
    const patience = setTimeout(() => showProgress("begun", 0, 0), PATIENCE);
    page.live.stop();
    try {
      const answer = await fetch(`/learn?${problem}&lang=${page.language}`, { method: "POST", signal: mine.signal });
      for await (const line of lines(answer.body)) {
        if (mine.signal.aborted) return;
        if (line.error) throw new Error(line.error);
        if (line.stage) {
          clearTimeout(patience);
          showProgress(line.stage, line.done, line.total);
        }
        if (line.scene) {
          clearTimeout(patience);
          hideProgress();
          await use(problem, line.scene);
        }
      }
    } catch (error) {
      if (mine.signal.aborted) return;
      page.tell(error instanceof TypeError ? page.words.failed : error.message, true);
    } finally {
      clearTimeout(patience);
      if (learning === mine) {
        learning = null;
        hideProgress();
      }
    }
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

  const use = async (problem, scene) => {
    const first = page.scene() === undefined || page.scene() === null;
    state.problem = problem;
    page.live.reset(first);
    await page.setScene(scene);
    const slider = byId("strength");
    slider.max = scene.stops.length - 1;
    slider.disabled = false;
    place = first && state.alpha !== null ? page.placeOf(state.alpha) : scene.start;
    state.alpha = scene.stops[place].chosen ? null : page.strength();
    // what was wrong with the address is still to be said when what was shown instead is there
    if (complaint) page.tell(complaint, true);
    else page.tell(page.words.done.replace("{n}", scene.stops.length).replace("{seconds}", scene.seconds.toPrecision(2)));
    complaint = "";
    await applyMode();
    document.body.dataset.problem = scene.problem;
  };

  const applyMode = async () => {
    const live = state.mode === "live";
    byId("live").hidden = !live;
    byId("costs-figure").hidden = live;
    byId("search-figure").hidden = !live;
    if (!page.scene()) return;
    if (!live) page.live.stop();
    for (const figure of document.querySelectorAll("figure:not([hidden]) .plot")) Plotly.Plots.resize(figure);
    show();
  };

  // the controls

  const setUp = () => {
    const texts = JSON.parse(byId("texts").dataset.texts);
    Object.assign(page, texts);
    document.documentElement.lang = texts.language === "zh" ? "zh-Hans" : "en";
    document.title = `ridgenet: ${texts.words.title}`;
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
    offer("mode", "radio", ["path", "live"], [state.mode], ([mode]) => {
      state.mode = mode;
      applyMode();
      page.noteAddress();
    });
    offer("show", "checkbox", ["unseen", "wrong"], state.show, chosen => {
      state.show = chosen;
      if (page.scene()) page.applyShow();
      if (page.shownStop()) page.drawStop(page.shownStop());
      page.noteAddress();
    });
    byId("to-chosen").addEventListener("click", () => page.moveTo(page.scene().start));
    byId("cancel").addEventListener("click", () => {
      if (learning) learning.abort();
      learning = null;
      hideProgress();
      page.tell(page.words.cancelled);
    });
    complaint = byId("message").textContent;
    hideProgress();
    page.live.setUp();
    page.take.setUp();
    page.upload.setUp();
  };

  /** Put choices into a box; `use` gets the names of those that are chosen. */
  const offer = (id, type, names, chosen, use) => {
    const inputs = names.map(value => {
      const input = Object.assign(document.createElement("input"), {
        type, name: id, value, id: `${id}-${value}`, checked: chosen.includes(value),
      });
      input.addEventListener("change", () => use(inputs.filter(other => other.checked).map(other => other.value)));
      const label = document.createElement("label");
      label.append(input, page.words[value]);
      byId(id).append(label);
      return input;
    });
  };

  let asked = null;
  const choose = (data, n, noise, seed, target, columns, layers, units, activation) => {
    if (!byId("strength")) setUp();
    if (![n, noise, seed, layers, units].every(value => typeof value === "number")) {
      return window.dash_clientside.no_update;
    }
    const problem = new URLSearchParams({ data });
    if (byId("drawn").style.display !== "none") {
      for (const [name, value] of Object.entries({ n, noise, seed })) problem.set(name, value);
    } else {
      if (!target) return window.dash_clientside.no_update;
      problem.set("target", target);
      for (const name of columns || []) problem.append("column", name);
    }
    problem.set("hidden", layers ? Array(layers).fill(units).join(",") : "none");
    problem.set("activation", activation);
    if (String(problem) !== asked) {
      asked = String(problem);
      learn(asked);
    }
    return window.dash_clientside.no_update;
  };
  const drawAgain = (_, seed) => (Number.isInteger(seed) ? seed + 1 : 0);
  window.dash_clientside = Object.assign({}, window.dash_clientside, { ridgenet: { choose, drawAgain } });
})();
