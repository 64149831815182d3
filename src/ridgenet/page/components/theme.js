"use strict";
// The light and the dark theme, of which a page begins with that of its reader.
const ridgenetTheme = (() => {
  /** Change to the other theme; canvases must be painted again. */
  const change = () => {
    const root = document.documentElement, isDark = matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = (root.dataset.theme ?? (isDark ? "dark" : "light")) === "dark" ? "light" : "dark";
  };

  return { change };
})();
