"use strict";
// The address, which holds the whole state of the page, and the links that contain it.
(() => {
  const page = window.ridgenetPage;
  const { byId } = page;
  // browsers allow about a hundred changes of the address in half a minute
  const SOON = 150, APART = 400;
  let noting = null;
  let noted = -APART;

  const query = () => {
    const { state } = page;
    const found = new URLSearchParams(state.problem);
    if (state.alpha !== null) found.set("lambda", String(Number(state.alpha.toPrecision(6))));
    if (state.mode !== "path") found.set("mode", state.mode);
    found.set("show", state.show.join(","));
    if (state.mode === "live" && state.live) found.set("live", state.live);
    return found;
  };

  /** Update the address and all links now. */
  page.flushAddress = () => {
    clearTimeout(noting);
    noting = null;
    page.setPending("address", false);
    if (!page.scene()) return;
    noted = performance.now();
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
  };

  /** Update them soon, once for all changes until then. */
  page.noteAddress = () => {
    page.setPending("address", true);
    if (noting === null) noting = setTimeout(page.flushAddress, Math.max(SOON, noted + APART - performance.now()));
  };

  page.fileAddress = file => {
    const { state } = page;
    const found = new URLSearchParams(state.problem);
    if (state.alpha !== null) found.set("lambda", String(state.alpha));
    return `/take/${file}?${found}`;
  };

  page.linking = {
    setUp: () => {
      // links that are followed or copied must hold the current state
      for (const kind of ["pointerdown", "focusin", "click"]) {
        document.querySelector("header").addEventListener(kind, () => { if (noting !== null) page.flushAddress(); }, true);
      }
      window.addEventListener("pagehide", () => { if (noting !== null) page.flushAddress(); });
    },
  };
})();
