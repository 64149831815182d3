"use strict";
// All pictures of a path, drawn without requests.
(() => {
  const page = window.ridgenetPage;
  // Plotly would not report the second of two quick clicks
  const CONFIG = { displayModeBar: false, responsive: true, doubleClick: false, doubleClickDelay: 0 };
  const MARKED = ["curve", "objectives"];
  const { byId, gettext } = page;

  const text = (id, value) => { byId(id).textContent = value; };
  let scene = null;
  let drawNetwork = null;
  const paint = {};
  const rings = stop => (page.state.show.includes("wrong") ? stop.wrong : null);

  /** Draw the figures of a new path. */
  page.setScene = async found => {
    scene = found;
    await Promise.all(Object.entries(found.figures).map(([name, figure]) =>
      Plotly.react(name, figure.data, figure.layout, CONFIG)));
    for (const name of ["free", "boundary"]) paint[name] = ridgenetSurface(byId(name), found.figures[name].surface);
    byId("curve").removeAllListeners("plotly_click");
    byId("curve").on("plotly_click", event => page.moveTo(page.indexOf(event.points[0].x)));
    const host = byId("network");
    if (!host.firstChild) {
      host.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "svg")).setAttribute("role", "img");
    }
    host.firstChild.setAttribute("aria-label", gettext("blue +, orange −; numbers: biases"));
    drawNetwork = ridgenetDrawing(host.firstChild, found.drawing);
    nameClasses();
    text("free-score", found.free.scores);
    text("note", found.note);
    page.applyShow();
  };

  page.scene = () => scene;

  /** The index of the stop whose λ is nearest by ratio. */
  page.indexOf = alpha => {
    let nearest = 0;
    scene.stops.forEach((stop, index) => {
      const distance = Math.abs(Math.log(stop.alpha / alpha));
      if (distance < Math.abs(Math.log(scene.stops[nearest].alpha / alpha))) nearest = index;
    });
    return nearest;
  };

  /** Fill the legend of the classes. */
  const nameClasses = () => {
    const classes = scene.figures.boundary.data.filter(trace => !trace.meta && trace.x[0] !== null && !trace.marker.colorbar);
    byId("classes").hidden = classes.length === 0;
    byId("classes").replaceChildren(...classes.map(({ name, marker }) => {
      const entry = document.createElement("li"), swatch = document.createElement("span");
      swatch.style.background = marker.color;
      // names are escaped for Plotly, which interprets markup
      entry.append(swatch, new DOMParser().parseFromString(name, "text/html").body.textContent);
      return entry;
    }));
  };

  /** Draw the boundary, the numbers and the network of one stop, or of one frame of training. */
  page.drawStop = stop => {
    paint.boundary(stop.surface, rings(stop));
    drawNetwork(stop.network);
    text("boundary-score", stop.scores);
    const [title, ...meaning] = stop.meaning;
    const said = meaning.join(page.language === "zh" ? "" : " ");
    // screen readers repeat text that is set again
    if (byId("finding").textContent !== title) text("finding", title);
    if (byId("meaning").textContent !== said) text("meaning", said);
    byId("finding").dataset.finding = stop.finding;
    byId("readout").replaceChildren(...Object.entries(stop.readout).map(([name, value]) => {
      const entry = document.createElement("div");
      const term = document.createElement("dt"), number = document.createElement("dd");
      term.textContent = name;
      number.textContent = value;
      entry.append(term, number);
      return entry;
    }));
    if (byId("equations").open) page.showEquations(stop);
  };

  /** Move the marks on the curves to a λ. */
  page.markStrength = alpha => {
    for (const name of MARKED) {
      if (byId(`${name}-figure`).hidden) continue;
      Plotly.relayout(name, { "shapes[0].x0": alpha, "shapes[0].x1": alpha });
    }
  };

  /** Show or hide points as chosen. */
  page.applyShow = () => {
    for (const name of ["free", "boundary"]) {
      const figure = byId(name);
      const visible = figure.data.map(trace => !trace.meta || page.state.show.includes(trace.meta));
      Plotly.restyle(figure, { visible });
    }
    paint.free(scene.free.surface, rings(scene.free));
  };

  /** Draw the objective during training so far. */
  page.drawHistory = history => {
    const search = byId("search");
    search.data.forEach((trace, part) => {
      trace.x = history.epochs;
      trace.y = history.objectives.map(objectives => objectives[part]);
    });
    search.layout.datarevision = (search.layout.datarevision || 0) + 1;
    Plotly.react(search, search.data, search.layout, CONFIG);
  };
})();
