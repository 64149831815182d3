"use strict";
// The address that holds all that is seen, and the links that carry it.
(() => {
  const page = window.ridgenetPage;
  const { byId } = page;
  // browsers take some hundred changes of an address in half a minute, and no more
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

  /** Bring the address and every link up to date at once. */
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

  /** Bring them up to date soon, however often something changes until then. */
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
      // whoever is about to follow a link, or to copy it, gets what is seen now
      for (const kind of ["pointerdown", "focusin", "click"]) {
        document.querySelector("header").addEventListener(kind, () => { if (noting !== null) page.flushAddress(); }, true);
      }
      window.addEventListener("pagehide", () => { if (noting !== null) page.flushAddress(); });
    },
  };
})();
