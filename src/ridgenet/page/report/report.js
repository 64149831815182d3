"use strict";
// The report: charts that Python has prepared, the path with its slider, values typed in, and training again.
(async () => {
  const { at } = ridgenetChart, content = JSON.parse(at("content").textContent);
  const [kernels, ofTraining] = [await ridgenetKernels.load(), content.rows && await ridgenetKernels.load()];
  const averages = new ridgenetNetworks.Averages(kernels, content.path);

  // the address, so that a link shows the same λ and values; frames without an address do without
  const VALUE = "value.", state = { alpha: null, values: new Map() };
  const readAddress = () => {
    const given = [...new URLSearchParams(location.hash.slice(1))];
    const alpha = given.find(([name]) => name === "alpha")?.[1];
    state.alpha = alpha && Number(alpha) >= 0 ? Number(alpha) : null;
    state.values = new Map(given.filter(([name]) => name.startsWith(VALUE)).map(([name, value]) => [name.slice(VALUE.length), value]));
  };
  let writing = null;
  const writeAddress = () => {
    clearTimeout(writing);
    // browsers allow few changes of the address per second
    writing = setTimeout(() => {
      const pairs = [...state.values].map(([name, value]) => [VALUE + name, value]);
      const text = new URLSearchParams(state.alpha === null ? pairs : [["alpha", state.alpha.toPrecision(6)], ...pairs]).toString();
      if (`#${text}` === location.hash || (text === "" && location.hash === "")) return;
      try {
        history.pushState(null, "", `#${text}`);
      } catch {
        // a page shown inside of another has no address of its own
      }
    }, 300);
  };

  const typed = ridgenetTyped(content, averages, values => {
    state.values = values;
    writeAddress();
  });
  const seen = !content.hasPath ? null : ridgenetSeen(content, averages, {
    moved: typed.moved,
    kept: alpha => {
      state.alpha = alpha;
      writeAddress();
    },
  });
  const again = content.rows && ridgenetAgain(content, ofTraining, at("engine").textContent);

  const draw = () => {
    for (const [id, chart] of Object.entries(content.charts)) if (!chart.alphas) ridgenetFigures.drawIn(id, chart);
    again?.draw();
    // which shows values typed in, too
    if (seen) seen.draw();
    else typed.show();
  };
  const follow = () => {
    readAddress();
    typed.setValues(state.values);
    if (seen) seen.moveTo(state.alpha === null ? content.path.chosen : seen.stopNearest(state.alpha), false);
    else typed.show();
  };

  at("theme").onclick = () => {
    ridgenetTheme.change();
    seen?.repaint();
  };
  let resizing = null;
  window.onresize = () => {
    clearTimeout(resizing);
    resizing = setTimeout(draw, 150);
  };
  window.onpopstate = follow;
  let opened = [];
  window.onbeforeprint = () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const details of opened) details.open = true;
  };
  window.onafterprint = () => {
    for (const details of opened) details.open = false;
  };
  follow();
  draw();
  // after the frame in which the path is shown
  requestAnimationFrame(() => document.querySelector("main").setAttribute("aria-busy", "false"));
})();
