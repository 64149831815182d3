"use strict";
// The light and the dark theme, of which a page begins with that of its reader.
const ridgenetTheme = (() => {
  const root = document.documentElement;

  const current = () => root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

  /** Change to the other theme; canvases must be painted again. */
  const change = () => {
    root.dataset.theme = current() === "dark" ? "light" : "dark";
  };

  return { change, current };
})();
