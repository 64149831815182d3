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
    const marked = ["curve", "shrinkage", "costs"];

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
  addEventListener("beforeprint", () => {
    for (const name of Object.keys(content.figures)) Plotly.Plots.resize(name);
  });
})();
