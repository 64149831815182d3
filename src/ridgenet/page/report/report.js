"use strict";
(() => {
  const content = JSON.parse(document.getElementById("content").textContent);
  const settings = { displayModeBar: false, responsive: true };
  const drawn = Object.entries(content.figures).map(([name, figure]) =>
    Plotly.newPlot(name, figure.data, figure.layout, settings));

  const slider = content.slider;
  if (slider) {
    const input = document.getElementById("strength");
    const readout = document.getElementById("readout");
    const draw = ridgenetDrawing(document.getElementById("network"), slider.drawing);
    let paint = null;
    const marked = ["curve", "shrinkage", "objectives"];

    const show = () => {
      const stop = slider.stops[Number(input.value)];
      input.setAttribute("aria-valuetext", `λ = ${stop.readout["λ (alpha)"]}${stop.chosen ? ", chosen" : ""}`);
      readout.replaceChildren(...Object.entries(stop.readout).map(([name, value]) => {
        const entry = document.createElement("div");
        const term = document.createElement("dt");
        const number = document.createElement("dd");
        term.textContent = name;
        number.textContent = value + (name.startsWith("λ") && stop.chosen ? " (chosen)" : "");
        entry.append(term, number);
        return entry;
      }));
      draw(stop.network);
      paint(stop.surface, stop.wrong);
      for (const name of marked) {
        Plotly.relayout(name, { "shapes[0].x0": stop.alpha, "shapes[0].x1": stop.alpha });
      }
    };
    let waiting = false;
    const later = () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; show(); });
    };
    Promise.all(drawn).then(() => {
      paint = ridgenetSurface(document.getElementById("boundary"), content.figures.boundary.surface);
      input.addEventListener("input", later);
      document.getElementById("back").addEventListener("click", () => { input.value = slider.start; show(); });
      show();
      document.body.dataset.ready = "yes";
    });
  } else {
    Promise.all(drawn).then(() => { document.body.dataset.ready = "yes"; });
  }

  // scripts cannot ask for the width of the paper: this fits on A4 and Letter
  const WIDE = 680, HALF = 330, HEIGHT = 300, HEIGHT_OF_HALF = 250;
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const details of opened) details.open = true;
    for (const [name, figure] of Object.entries(content.figures)) {
      const half = document.getElementById(name).closest(".pair") !== null;
      const height = figure.layout.height || (half ? HEIGHT_OF_HALF : HEIGHT);
      Plotly.relayout(name, { width: half ? HALF : WIDE, height, "font.size": half ? 9 : 12 });
    }
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
    for (const [name, figure] of Object.entries(content.figures)) {
      Plotly.relayout(name, {
        width: null, height: figure.layout.height || null, autosize: true, "font.size": figure.layout.font.size,
      });
      Plotly.Plots.resize(name);
    }
  });
})();
