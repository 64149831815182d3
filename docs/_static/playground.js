"use strict";
// Frames of the playground are as high as what they show, and have the theme of the page around them.
const ridgenetFrames = () => [...document.querySelectorAll(".playground iframe")];
const ridgenetTellTheme = frame => frame.contentWindow?.postMessage({ ridgenetTheme: document.documentElement.dataset.theme }, "*");

addEventListener("message", ({ data, source }) => {
  const frame = ridgenetFrames().find(({ contentWindow }) => contentWindow === source);
  if (!frame || !Number.isFinite(data?.ridgenetHeight)) return;
  frame.height = Math.ceil(data.ridgenetHeight) + 4;
  ridgenetTellTheme(frame);
});
new MutationObserver(() => ridgenetFrames().forEach(ridgenetTellTheme))
  .observe(document.documentElement, { attributeFilter: ["data-theme"] });
