"use strict";
// What the scripts of the page share.
const ridgenetPending = new Set();
window.ridgenetPage = {
  byId: id => document.getElementById(id),
  // translations by their English text; empty in English
  messages: {},
  /** Translate a message and fill in its placeholders. */
  gettext: (message, values = {}) =>
    (window.ridgenetPage.messages[message] || message).replace(/{(\w+)}/g, (_, name) => values[name]),
  /** Record in data-pending of the body what is not yet drawn or written. */
  setPending(name, isPending) {
    ridgenetPending[isPending ? "add" : "delete"](name);
    document.body.dataset.pending = [...ridgenetPending].join(" ");
  },
  /** Show a message above the pictures. */
  tell(message, isError = false) {
    const line = document.getElementById("message");
    line.textContent = line.title = message;
    line.classList.toggle("error", isError);
  },
};
