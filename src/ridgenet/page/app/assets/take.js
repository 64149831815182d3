"use strict";
// The equations with their numbers, and all exports.
(() => {
  const page = window.ridgenetPage;
  const { byId, gettext } = page;
  // tiny remainders of an optimiser count as zero
  const NOTHING = 1e-7;
  const short = (value, digits) => (Math.abs(value) < NOTHING ? "0" : Number(value).toPrecision(digits));
  const number = (value, digits = 4) => `<mn>${short(value, digits)}</mn>`;
  const frac = (above, below) => `<mfrac><mrow>${above}</mrow><mrow>${below}</mrow></mfrac>`;
  const norm = "<mo>∑</mo><msup><mrow><mo>‖</mo><mi>W</mi><mo>‖</mo></mrow><mn>2</mn></msup>";
  const under = (inner, words) => `<munder><munder><mrow>${inner}</mrow><mo>⏟</mo></munder><mtext>${words}</mtext></munder>`;
  const subscript = n => String(n).replace(/\d/g, digit => "₀₁₂₃₄₅₆₇₈₉"[digit]);
  const math = inner => `<math display="block"><mrow>${inner}</mrow></math>`;

  /** Fill the numbers of a stop into the equations; the markup holds numbers and our own messages only. */
  page.showEquations = stop => {
    const { data, l2, squared_norm: squared, alpha, n } = stop.equation;
    const dataTerm = `${frac("<mn>1</mn>", "<mi>n</mi>")}<mo>∑</mo><mtext>loss</mtext>`;
    const penalty = `${frac("<mi>λ</mi>", "<mn>2</mn><mi>n</mi>")}${norm}`;
    byId("equation").innerHTML = math(`<mi>J</mi><mo>=</mo>${under(dataTerm, gettext("data loss"))}<mo>+</mo>${under(penalty, gettext("L2 penalty"))}`)
      + math(`<mo>=</mo>${number(data)}<mo>+</mo>${frac(number(alpha, 3), `<mn>2</mn><mo>·</mo><mn>${n}</mn>`)}<mo>·</mo>${number(squared)}`
        + `<mo>=</mo>${number(data)}<mo>+</mo>${number(l2)}<mo>=</mo>${number(data + l2)}`);
    byId("gradient").innerHTML = math(`${frac("<mo>∂</mo><mi>J</mi>", "<mo>∂</mo><mi>W</mi>")}<mo>=</mo>`
      + `${frac("<mn>1</mn>", "<mi>n</mi>")}<mi>δ</mi><msup><mi>a</mi><mi>T</mi></msup><mo>+</mo>${frac("<mi>λ</mi>", "<mi>n</mi>")}<mi>W</mi>`
      + `<mo>,</mo><mspace width="1em"/>${frac("<mi>λ</mi>", "<mi>n</mi>")}<mo>=</mo>${frac(number(alpha, 3), `<mn>${n}</mn>`)}<mo>=</mo>${number(alpha / n, 3)}`
      + `<mo>,</mo><mspace width="1em"/>${frac("<mo>∂</mo><mi>J</mi>", "<mo>∂</mo><mi>b</mi>")}<mo>=</mo>${frac("<mn>1</mn>", "<mi>n</mi>")}<mo>∑</mo><mi>δ</mi>`);
    byId("parameters").replaceChildren(...stop.network.weights.map((rows, layer) => tableOf(rows, stop.network.biases[layer], layer)));
  };

  const tableOf = (rows, biases, layer) => {
    const table = document.createElement("table");
    table.createCaption().textContent = `W${"₁₂₃₄"[layer]}, b${"₁₂₃₄"[layer]}`;
    const { names: drawn, left_out: leftOut } = page.scene().drawing;
    const head = table.createTHead().insertRow();
    const names = drawn[layer];
    const more = n => gettext("+ {n} more not shown", { n });
    for (const name of [...names.map((name, index) => name || `a${subscript(index + 1)}`), "b"]) {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = name;
      head.append(cell);
      // the bias comes last, after the inputs that are not shown
      if (leftOut[layer] && head.cells.length === names.length) {
        const left = document.createElement("th");
        left.scope = "col";
        left.textContent = more(leftOut[layer]);
        head.append(left);
      }
    }
    const body = table.createTBody();
    rows.forEach((row, unit) => {
      const line = body.insertRow();
      for (const value of row) line.insertCell().textContent = short(value, 3).replace("-", "−");
      if (leftOut[layer]) line.insertCell().textContent = "…";
      line.insertCell().textContent = short(biases[unit], 3).replace("-", "−");
    });
    if (leftOut[layer + 1]) {
      const cell = body.insertRow().insertCell();
      cell.colSpan = head.cells.length;
      cell.textContent = more(leftOut[layer + 1]);
    }
    return table;
  };

  const image = address => new Promise((resolve, reject) => {
    const made = new Image();
    made.onload = () => resolve(made);
    made.onerror = reject;
    made.src = address;
  });

  /** Draw all pictures of the page into one PNG. */
  page.takePicture = async () => {
    const SCALE = 2, WIDTH = 1200, HEIGHT = 800, GAP = 20, TOP = 60;
    const live = page.state.mode === "live";
    const canvas = Object.assign(document.createElement("canvas"), { width: WIDTH * SCALE, height: HEIGHT * SCALE });
    const paper = canvas.getContext("2d");
    paper.scale(SCALE, SCALE);
    paper.fillStyle = "#FFFFFF";
    paper.fillRect(0, 0, WIDTH, HEIGHT);
    paper.fillStyle = "#222222";
    paper.font = "20px system-ui, sans-serif";
    paper.fillText(`${page.scene().title}, λ = ${page.strength().toPrecision(3)}`, GAP, 32);
    paper.font = "13px system-ui, sans-serif";
    const draw = async (name, x, y, width, height, caption) => {
      paper.fillText(caption, x, y - 6);
      if (name === "network") {
        const drawing = new XMLSerializer().serializeToString(sized(width, height));
        paper.drawImage(await image("data:image/svg+xml," + encodeURIComponent(drawing)), x, y, width, height);
        return;
      }
      // as large as on the page, then scaled
      const figure = byId(name), { clientWidth, clientHeight } = figure;
      const scale = Math.min(width / clientWidth, height / clientHeight);
      const surface = figure.parentElement.querySelector(":scope > canvas");
      if (surface) {
        const { l, t, w, h } = figure._fullLayout._size;
        paper.drawImage(surface, x + l * scale, y + t * scale, w * scale, h * scale);
      }
      const drawn = await Plotly.toImage(figure, { format: "png", width: clientWidth, height: clientHeight, scale: SCALE });
      paper.drawImage(await image(drawn), x, y, clientWidth * scale, clientHeight * scale);
    };
    const sized = (width, height) => {
      const copy = byId("network").firstChild.cloneNode(true);
      copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
      copy.setAttribute("width", width);
      copy.setAttribute("height", height);
      copy.setAttribute("font-family", "system-ui, sans-serif");
      return copy;
    };
    const half = (WIDTH - 3 * GAP) / 2, third = (WIDTH - 4 * GAP) / 3;
    await draw("free", GAP, TOP + 20, half, 400, `${gettext("No penalty: λ = 0")} · ${byId("free-score").textContent}`);
    await draw("boundary", 2 * GAP + half, TOP + 20, half, 400, `${gettext("With the penalty")} · ${byId("boundary-score").textContent}`);
    await draw("curve", GAP, TOP + 460, third, 260, gettext("How λ is chosen (click to select a λ)").replace(/ ?[(（].*/, ""));
    await draw(live ? "search" : "objectives", 2 * GAP + third, TOP + 460, third, 260, live ? gettext("Objective during training") : gettext("Parts of the objective"));
    await draw("network", 3 * GAP + 2 * third, TOP + 460, third, 260, gettext("The network"));
    save(await new Promise(resolve => canvas.toBlob(resolve, "image/png")), "ridgenet.png");
  };

  const save = (blob, name) => {
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };

  /** Request a file; if its path is no longer cached, compute it again first. */
  const fileOf = async (file, again = true) => {
    const answer = await fetch(page.fileAddress(file), { method: "POST" });
    if (answer.headers.get("Content-Type") !== "application/json") return answer.blob();
    const { error, unknown } = await answer.json();
    if (!unknown || !again) throw new Error(error);
    await page.learnAgain();
    return fileOf(file, false);
  };
  const take = async (file, use) => {
    try {
      await use(await fileOf(file));
    } catch (error) {
      page.tell(error instanceof TypeError ? gettext("The server does not answer. Is it still running?") : error.message, true);
    }
  };

  page.take = {
    setUp: () => {
      byId("show-equations").addEventListener("click", () => {
        const stop = page.shownStop();
        if (!stop) return;
        page.showEquations(stop);
        byId("equations").showModal();
      });
      for (const item of document.querySelectorAll(".menu > *")) {
        item.addEventListener("click", () => { byId("take").parentElement.open = false; });
      }
      byId("take-png").addEventListener("click", page.takePicture);
      for (const [id, file] of [["take-report", "report.html"], ["take-model", "model.skops"], ["take-data", "data.csv"]]) {
        byId(id).addEventListener("click", event => {
          event.preventDefault();
          take(file, content => save(content, file));
        });
      }
      byId("take-code").addEventListener("click", () => take("reproduce.py", async content => {
        byId("take-code-file").href = page.fileAddress("reproduce.py");
        byId("code").textContent = await content.text();
        byId("copy-code").textContent = gettext("Copy");
        byId("codes").showModal();
      }));
      byId("copy-code").addEventListener("click", async () => {
        await navigator.clipboard.writeText(byId("code").textContent);
        byId("copy-code").textContent = gettext("Copied");
      });
      for (const button of document.querySelectorAll("dialog .close")) {
        button.addEventListener("click", () => button.closest("dialog").close());
      }
      document.addEventListener("click", event => {
        const menu = byId("take").parentElement;
        if (menu.open && !menu.contains(event.target)) menu.open = false;
      });
      byId("take").parentElement.addEventListener("keydown", event => {
        if (event.key !== "Escape") return;
        byId("take").parentElement.open = false;
        byId("take").focus();
      });
    },
  };
})();
