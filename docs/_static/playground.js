"use strict";
// Make the frames of the playground as high as what they show.
addEventListener("message", ({ data, source }) => {
  if (!Number.isFinite(data?.ridgenetHeight)) return;
  for (const frame of document.querySelectorAll(".playground iframe")) {
    if (frame.contentWindow === source) frame.height = Math.ceil(data.ridgenetHeight) + 4;
  }
});
