"use strict";
// The playground: what readers choose becomes a state, the state a path, and the path pictures and sentences.
(() => {
  const { range } = ridgenetNumbers;
  const { at, nearest, readable } = ridgenetChart, { SOURCES, draw } = ridgenetSources;
  const N_UNSEEN = 2000, UNSEEN_SEED = 2_000_000_000, OF_POINTS = ["source", "n", "noise", "seed"];

  const embedding = ridgenetEmbedding.fromAddress(location.hash);
  let language = embedding.language ?? (navigator.language?.startsWith("zh") ? "zh" : "en");
  let run = 0, keeping = null, waiting = null;
  /** What was said last, to be said again in another language. */
  const said = {};

  /** What the parts of the page share. */
  const app = {
    at,
    engine: at("engine").textContent,
    state: ridgenetState.fromAddress(location.hash),
    /** Samples of a reader's own table; null for drawn ones. */
    table: null,
    /** The path that is shown, its samples, and functions that move the pictures to another λ. */
    shown: null,
    /** Kernels by what they are for, since each has one memory. */
    kernels: {},
    pool: null,
    t: ridgenetMessages.inLanguage(language),
    describe: ridgenetCharts.describe,
    get run() {
      return run;
    },
    /** Say a text of the catalogue, again in another language after a change; values that are { text } are translated, too. */
    say(id, key, named = {}) {
      said[id] = [key, named];
      const values = Object.entries(named).map(([name, value]) => [name, value?.text ? app.t(value.text) : value]);
      at(id).textContent = app.t(key, Object.fromEntries(values));
    },
    unsay(id) {
      delete said[id];
      at(id).textContent = "";
    },
    /** The key of the name of the loss. */
    get loss() {
      return app.shown.path.problem.network.loss === "squared_error" ? "squared_error" : "log_loss";
    },
    lossName() {
      return app.t(app.loss);
    },
    /** Points of the same source that no network learns from. */
    unseen() {
      return draw(app.state.source, N_UNSEEN, app.state.noise, UNSEEN_SEED);
    },
    /** Return the index of the nearest λ of the path. */
    nearestTo(alpha) {
      const { alphas } = app.shown.path;
      return nearest(alphas, Math.max(alpha, alphas.at(-1)));
    },
  };

  const edit = more => app.change({ edits: [...app.state.edits, ...more] });
  const shortened = point => point.map(value => Number(value.toPrecision(5))).join(",");
  app.plane = new ridgenetPlane.Plane(at("plane"), {
    moved: (row, point) => {
      app.plane.X[row] = point;
      app.plane.paint();
    },
    ended: () => {
      const moved = app.plane.X.flatMap((point, row) => point === app.kept[row] ? [] : [`m${row},${shortened(point)}`]);
      if (moved.length > 0) edit(moved);
    },
    crossed: (point, row) => {
      const [x, y] = point.map(value => readable(value)), label = row < 0 ? null : app.shown?.samples.classes[app.plane.y[row]];
      app.say("plane-status", row < 0 ? "cross_at" : "cross_on", { x, y, label });
    },
    added: point => edit([`a${shortened(point)},0`]),
    relabelled: row => edit([`r${row}`]),
  });

  // state

  // a table is too long for the address, so entries of the history have its number; reloading forgets it
  const tables = [null];
  const entry = () => ({ isFirst: history.state?.isFirst ?? true, state: app.state, table: tables.indexOf(app.table) });
  const address = () => app.table ? undefined : ridgenetEmbedding.toAddress(app.state, embedding);
  const keep = () => {
    clearTimeout(keeping);
    history.replaceState(entry(), "", address());
  };

  /** Change the state, or the table; what was before stays in the history, for Back and Undo. */
  app.change = (changes, table = app.table) => {
    // with the λ that was shown last
    keep();
    app.state = { ...app.state, ...changes };
    app.table = table;
    if (!tables.includes(table)) tables.push(table);
    history.pushState({ ...entry(), isFirst: false }, "", address());
    return app.compute();
  };

  const goBack = ({ state }) => {
    app.state = state?.state ?? ridgenetState.fromAddress(location.hash);
    app.table = tables[state?.table] ?? null;
    return app.compute();
  };

  const samplesOf = ({ source, n, noise, seed, edits }) => {
    const { table } = app;
    // only points of classes can be edited
    if (table) return table.classes ? { ...table, ...ridgenetState.edited(table, edits, table.classes.length) } : table;
    const nClasses = source === "blobs" ? 3 : 2, { X, y } = ridgenetState.edited(draw(source, n, noise, seed), edits, nClasses);
    return { X, y, names: ["x₁", "x₂"], classes: range(nClasses).map(String), isDrawn: true };
  };

  app.problemOf = ({ X, y, classes }) => {
    const hidden = app.state.units === "none" ? [] : [Number(app.state.units)];
    const { nOutputs, Y } = ridgenetPath.targetsOf(y, classes?.length);
    const loss = !classes ? "squared_error" : nOutputs === 1 ? "log_loss" : "multinomial_log_loss";
    return {
      network: { layer_sizes: [X[0].length, ...hidden, nOutputs], activation: "tanh", loss },
      X,
      Y,
      labels: classes ? y : null,
      settings: { random_state: 0 },
    };
  };

  // the path

  app.compute = async () => {
    const mine = ++run, samples = samplesOf(app.state), problem = app.problemOf(samples), began = performance.now();
    app.pool.cancel();
    resampled.stop();
    live.end();
    at("live").hidden = true;
    app.unsay("epoch");
    for (const element of document.querySelectorAll(".drawn")) element.hidden = !!app.table;
    for (const element of document.querySelectorAll(".tabled")) element.hidden = !app.table;
    app.kept = samples.X.slice();
    app.unsay("plane-status");
    app.showForm();
    at("undo").disabled = history.state?.isFirst ?? true;
    isBusy(true);
    ridgenetView.preview(app, samples, keepsView());
    const watch = (done, total) => {
      if (mine === run) app.say("status", "computing", { done, total });
    };
    watch(0, 1);
    try {
      const runTask = task => app.pool.run(problem, task);
      const path = await ridgenetPath.fit(problem, runTask, { kernels: app.kernels.grid, watch });
      if (mine !== run) return;
      const seconds = readable((performance.now() - began) / 1000, 2), { cv: folds } = ridgenetPath.settingsOf(problem);
      app.say("status", "computed", { n: path.alphas.length, folds, restarts: path.chains.length, seconds });
      show(path, samples);
    } catch (error) {
      if (mine !== run) return;
      app.say("status", "failed", { why: error.message });
    }
    isBusy(false);
  };

  /** Whether points were only edited, so that the plane need not move. */
  const keepsView = () => {
    const before = app.shown;
    return !!before && before.table === app.table && (app.table !== null || OF_POINTS.every(name => app.state[name] === before.state[name]));
  };

  const isBusy = value => document.querySelector("main").setAttribute("aria-busy", value);

  const show = (path, samples) => {
    const { alpha } = app.state, { display } = app.kernels;
    display.reset();
    const part = ridgenetPath.partOf(display, path.problem, null);
    app.shown = { path, samples, display, part, state: app.state, table: app.table };
    app.shown.movers = ridgenetView.prepare(app);
    // the slider runs from weak λ on the left to strong λ on the right, as the charts do
    Object.assign(at("alpha"), { max: path.alphas.length - 1, disabled: false });
    app.moveTo(alpha === null ? path.curve.best : app.nearestTo(alpha), false);
  };

  /** Show the networks at another λ, in the next frame; as the reader's choice, it is kept. */
  app.moveTo = (index, isKept = true) => {
    const { shown } = app;
    shown.index = index;
    at("alpha").value = shown.path.alphas.length - 1 - index;
    if (isKept) {
      app.state.alpha = shown.path.alphas[index];
      app.unsay("answer");
    }
    waiting ??= requestAnimationFrame(() => {
      waiting = null;
      for (const move of app.shown.movers) move(app.shown.index);
      resampled.show();
    });
    if (!isKept) return;
    clearTimeout(keeping);
    // browsers allow few changes of the address per second
    keeping = setTimeout(keep, 250);
  };

  // the form and its texts

  app.showForm = () => {
    at("source").value = app.table ? "own" : app.state.source;
    for (const name of ["n", "noise", "units"]) at(name).value = app.state[name];
  };

  const [guessing, resampled, live, form, tour] = [
    ridgenetGuessing, ridgenetResampled, ridgenetLiveView, ridgenetTableForm, ridgenetTour,
  ].map(part => part(app));

  const translate = () => {
    document.documentElement.lang = language;
    document.title = `ridgenet – ${app.t("title")}`;
    const set = { text: "textContent", title: "title", label: "ariaLabel", placeholder: "placeholder" };
    for (const [name, property] of Object.entries(set)) {
      for (const element of document.querySelectorAll(`[data-${name}]`)) element[property] = app.t(element.dataset[name]);
    }
    const options = (id, pairs) => at(id).replaceChildren(...pairs.map(([value, text]) => new Option(text, value)));
    options("source", [...Object.keys(SOURCES), "own"].map(name => [name, app.t(name)]));
    options("units", ridgenetState.UNITS.map(name => [name, name === "none" ? app.t("no_units") : name]));
    options("language", Object.entries(ridgenetMessages.LANGUAGES));
    at("language").value = language;
    app.say("made-by", "made_by", { version: RIDGENET_PAGE.version });
    for (const [id, [key, named]] of Object.entries(said)) app.say(id, key, named);
    app.showForm();
    if (app.shown) show(app.shown.path, app.shown.samples);
    resampled.draw();
    live.draw();
    tour.show();
  };

  const clicks = {
    choose: () => app.moveTo(app.shown.path.curve.best),
    guess: guessing.guess,
    lower: () => guessing.answer(true),
    higher: () => guessing.answer(false),
    again: () => app.change({ seed: (app.state.seed + 1) % 2 ** 32, edits: [] }),
    resample: resampled.start,
    "start-live": live.start,
    "stop-live": live.end,
    undo: () => history.back(),
    "start-tour": () => tour.goTo(1),
    "tour-next": tour.next,
    "tour-back": tour.back,
    "tour-end": tour.end,
    theme: () => {
      ridgenetTheme.change();
      app.plane.paint();
    },
  };

  const listen = () => {
    // before the first path, there is nothing to act on
    for (const [id, act] of Object.entries(clicks)) at(id).onclick = () => (app.shown || id === "theme") && act();
    form.listen();
    at("settings").onsubmit = event => event.preventDefault();
    at("alpha").oninput = ({ target }) => app.moveTo(app.shown.path.alphas.length - 1 - Number(target.value));
    at("units").onchange = ({ target }) => app.change({ units: target.value });
    at("source").onchange = ({ target }) => {
      at("table").hidden = target.value !== "own";
      if (target.value === "own") return;
      form.listed([]);
      app.change({ source: target.value, noise: SOURCES[target.value].noise, edits: [] }, null);
    };
    for (const name of ["n", "noise"]) {
      at(name).onchange = ({ target }) => {
        if (target.value !== "" && target.reportValidity()) app.change({ [name]: Number(target.value), edits: [] });
      };
    }
    at("language").onchange = ({ target }) => {
      language = target.value;
      if (embedding.language) embedding.language = language;
      app.t = ridgenetMessages.inLanguage(language);
      translate();
    };
    let resizing = null;
    window.onresize = () => {
      clearTimeout(resizing);
      resizing = setTimeout(() => app.shown && show(app.shown.path, app.shown.samples), 150);
    };
    window.onpopstate = goBack;
  };

  const start = async () => {
    at("alpha").disabled = document.querySelector("main").inert = true;
    ridgenetEmbedding.leaveOut(embedding);
    translate();
    listen();
    app.pool = new ridgenetWorkers.Pool(app.engine);
    const names = ["grid", "display", "resampling"], loaded = await Promise.all(names.map(() => ridgenetKernels.load()));
    names.forEach((name, k) => {
      app.kernels[name] = loaded[k];
    });
    document.querySelector("main").inert = false;
    await app.compute();
  };
  start();
})();
