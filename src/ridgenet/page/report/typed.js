"use strict";
// Predictions for values typed in, and how they change when one of the values does.
const ridgenetTyped = ({ form, classes, target }, averages, kept) => {
  const { COLORS, at, cut, draw: drawChart, element, readable } = ridgenetChart, { range, sum } = ridgenetNumbers;
  const STEPS = 25, MOST_DRAWN = 6, MOST_TRIED = 20, MOST_BARS = 12, MOST_CLASSES = 5;
  const width = Math.max(...form.flatMap(field => field.at)) + 1;
  let stop = 0;

  // from values to inputs

  const partsOfDate = (parts, text) => {
    const date = new Date(text.includes("T") ? `${text}Z` : `${text}T00:00Z`);
    const found = {
      year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), hour: date.getUTCHours(),
      total_seconds: date.getTime() / 1000,
    };
    return parts.map(part => found[part]);
  };

  /** Each kind of field: its element, its value at first, and the inputs that a value gives. */
  const KINDS = {
    number: {
      element: () => Object.assign(document.createElement("input"), { type: "number", step: "any" }),
      first: field => String(field.default),
      inputs: (field, value) => value === "" ? field.missing ?? [field.default] : [Number(value), ...field.at.slice(1).map(() => 0)],
      others: ({ low, high }) => range(STEPS).map(k => low + k / (STEPS - 1) * (high - low)),
    },
    choice: {
      element: ({ choices }) => {
        const element = document.createElement("select");
        element.append(...choices.map(([text]) => new Option(text, text)));
        return element;
      },
      first: ({ choices, default: k }) => choices[k][0],
      inputs: ({ choices }, value) => choices.find(([text]) => text === value)[1],
      others: ({ choices }) => choices.slice(0, MOST_BARS).map(([text]) => text),
      isPossible: ({ choices }, value) => choices.some(([text]) => text === value),
    },
    date: {
      element: ({ parts }) => Object.assign(document.createElement("input"), { type: parts.includes("hour") ? "datetime-local" : "date" }),
      first: ({ parts, default: numbers }) => {
        const text = new Date(1000 * numbers[parts.indexOf("total_seconds")]).toISOString();
        return text.slice(0, parts.includes("hour") ? 16 : 10);
      },
      inputs: (field, value) => {
        const parts = value && partsOfDate(field.parts, value);
        return parts ? [...parts, ...field.at.slice(parts.length).map(() => 0)] : field.missing;
      },
    },
    fixed: {
      element: () => Object.assign(document.createElement("output"), { textContent: "text: as on average" }),
      inputs: field => field.default,
    },
  };

  const elements = form.map((field, k) => {
    const label = document.createElement("label"), control = KINDS[field.kind].element(field);
    control.id = `field-${k}`;
    control.oninput = () => {
      kept(valuesGiven());
      show();
    };
    label.append(`${field.name || "(no name)"} `, control);
    at("form").append(label);
    return control;
  });
  const setValues = (given = new Map()) => form.forEach((field, k) => {
    if (field.kind === "fixed") return;
    const { first, isPossible = () => true } = KINDS[field.kind], value = given.get(field.name);
    elements[k].value = value !== undefined && isPossible(field, value) ? value : first(field);
  });
  /** Values that differ from those at first, by the name of their column. */
  const valuesGiven = () => new Map(form.flatMap((field, k) =>
    field.kind === "fixed" || elements[k].value === KINDS[field.kind].first(field) ? [] : [[field.name, elements[k].value]]));

  const inputsOf = (changed = null, value = null) => {
    const inputs = new Float64Array(width);
    form.forEach((field, k) => {
      const numbers = KINDS[field.kind].inputs(field, k === changed ? value : elements[k].value);
      field.at.forEach((index, i) => {
        inputs[index] = numbers[i];
      });
    });
    return inputs;
  };

  // what is predicted

  const percent = (mean, spread, n) => `${(100 * mean).toFixed(1)}%${n > 1 ? ` ± ${(100 * spread).toFixed(1)}%` : ""}`;

  const sentenceOf = ({ mean, spread, n }) => {
    const all = n > 1 ? ` (average of ${n} networks; ± is how far they are apart, not how far the truth may be)` : "";
    if (!classes) return `${target} = ${readable(mean[0], 4)}${n > 1 ? ` ± ${readable(spread[0], 2)}` : ""}${all}.`;
    const [means, spreads] = mean.length === 1 ? [[1 - mean[0], mean[0]], [spread[0], spread[0]]] : [mean, spread];
    const order = range(classes.length).sort((a, b) => means[b] - means[a]).slice(0, MOST_CLASSES);
    return `${order.map(k => `${target} = ${classes[k]}: ${percent(means[k], spreads[k], n)}`).join("; ")}${all}.`;
  };

  /** Return what is drawn of the outputs: the number, or the probability of one class. */
  const drawnOutput = ({ mean }) => {
    if (!classes) return { k: 0, name: `predicted ${target}` };
    const k = mean.length === 1 ? 0 : mean.indexOf(Math.max(...mean));
    return { k, name: `probability of ${classes[mean.length === 1 ? 1 : k]}` };
  };

  /** Indices of the fields whose inputs have the largest weights: of many columns, not all can be tried at each key. */
  const mostWeighted = () => {
    const { shape, parameters } = averages.members(stop)[0], [{ W }] = ridgenetNetwork.layersOf(averages.shapes[shape].network, parameters);
    const size = ({ at: inputs }) => sum(inputs.map(k => sum(W.map(row => row[k] ** 2))));
    const all = range(form.length).filter(k => KINDS[form[k].kind].others), sizes = form.map(size);
    return all.sort((a, b) => sizes[b] - sizes[a]).slice(0, MOST_TRIED);
  };

  const showAround = (now, { k: output, name }) => {
    const changed = mostWeighted().map(k => ({ field: form[k], k, values: KINDS[form[k].kind].others(form[k]) }));
    const rows = changed.flatMap(({ k, values }) => values.map(value => inputsOf(k, value)));
    if (rows.length === 0) return;
    const { mean, spread } = averages.outputs(stop, rows), nOutputs = mean.length / rows.length;
    let start = 0;
    const found = changed.map(({ field, k, values }) => {
      const of = all => values.map((_, step) => all[(start + step) * nOutputs + output]);
      const effect = { field, k, values, means: of(mean), spreads: of(spread) };
      start += values.length;
      return { ...effect, size: Math.max(...effect.means) - Math.min(...effect.means) };
    }).sort((a, b) => b.size - a.size).slice(0, MOST_DRAWN);
    // all figures first, since their number determines how wide each is
    at("around").replaceChildren(...found.map(({ field }, place) => figureOf(field, place)));
    found.forEach((effect, place) => drawOne(effect, at(`around-${place}`), now.mean[output], name));
    at("around-help").textContent = `The ${name} if one of the values changes and the others stay: the columns that change it most here.`;
  };

  const figureOf = (field, place) => {
    const figure = document.createElement("figure"), caption = figure.appendChild(document.createElement("figcaption"));
    caption.textContent = cut(field.name, 60);
    element(figure, "svg", { id: `around-${place}`, role: "img", class: "chart" });
    return figure;
  };

  const drawOne = ({ field, k, values, means, spreads }, svg, now, name) => {
    const texts = field.kind === "choice" ? values : values.map(value => readable(value));
    const highest = means.indexOf(Math.max(...means)), lowest = means.indexOf(Math.min(...means));
    svg.setAttribute("aria-label", `${name} against ${field.name}: ${readable(means[lowest])} at ${texts[lowest]}, ${readable(means[highest])} at ${texts[highest]}.`);
    if (field.kind === "choice") {
      ridgenetBars.draw(svg, { names: texts, series: [{ values: means, spread: spreads, color: COLORS[0] }], axis: name, isFromZero: false });
      return;
    }
    const lines = [{ x: values, values: means, band: spreads, color: COLORS[0] }], value = elements[k].value;
    if (value !== "") lines.push({ x: [Number(value)], values: [now], kind: "dots", color: COLORS[1] });
    drawChart(svg, { lines, axis: field.name, title: name });
  };

  const show = () => {
    const now = averages.outputs(stop, [inputsOf()]);
    at("predicted-typed").textContent = sentenceOf(now);
    const outside = form.filter(({ range: ends }, k) => ends && elements[k].value !== "" && !(Number(elements[k].value) >= ends[0] && Number(elements[k].value) <= ends[1]));
    at("outside").textContent = outside.map(({ name, range: [low, high] }) =>
      `${name} is outside of what the network has seen, ${readable(low)} to ${readable(high)}: nothing is known about predictions there.`).join(" ");
    showAround(now, drawnOutput(now));
    at("predicted-typed").setAttribute("aria-busy", "false");
  };

  let waiting = null;
  /** Predict at another stop of the slider, when it comes to rest. */
  const moved = to => {
    stop = to;
    clearTimeout(waiting);
    at("predicted-typed").setAttribute("aria-busy", "true");
    waiting = setTimeout(show, 60);
  };

  at("form").onsubmit = event => event.preventDefault();
  at("typical").onclick = () => {
    setValues();
    kept(new Map());
    show();
  };
  return { moved, setValues, show };
};
