"use strict";
// How a page embeds the playground: the address names a language, and the parts that are shown, such as parts=plane,control.
const ridgenetEmbedding = (() => {
  const { LANGUAGES } = ridgenetMessages;

  /** Return what an address says about language and parts; null where it says nothing. */
  const fromAddress = hash => {
    const given = new URLSearchParams(hash.replace(/^#/, "")), language = given.get("language");
    return { language: Object.hasOwn(LANGUAGES, language ?? "") ? language : null, parts: given.get("parts")?.split(",") ?? null };
  };

  /** Return the address of a state with what it says about language and parts. */
  const toAddress = (state, embedding) => {
    const pairs = Object.entries(embedding).filter(([, value]) => value !== null).map(([name, value]) => `${name}=${value}`);
    return [ridgenetState.toAddress(state), ...pairs].filter(part => part !== "#").join("&").replace(/^(?!#)/, "#");
  };

  /** Leave out all parts but the given ones, and what then is empty. */
  const leaveOut = ({ parts }) => {
    if (parts === null) return;
    const leave = element => element.toggleAttribute("data-left-out", true);
    document.body.classList.add("embedded");
    for (const element of document.querySelectorAll("[data-part]")) if (!parts.includes(element.dataset.part)) leave(element);
    for (const element of document.querySelectorAll("#seen, #numbers, .panels")) {
      if (!element.querySelector("[data-part]:not([data-left-out])")) leave(element);
    }
    leave(document.querySelector(".skip"));
    addEventListener("message", ({ data, source }) => {
      if (source === parent && ["light", "dark"].includes(data?.ridgenetTheme) && data.ridgenetTheme !== ridgenetTheme.current()) {
        document.getElementById("theme").click();
      }
    });
    // the page around makes the frame as high as this, and answers with its theme
    new ResizeObserver(() => parent.postMessage({ ridgenetHeight: document.body.scrollHeight }, "*")).observe(document.body);
  };

  return { fromAddress, leaveOut, toAddress };
})();
