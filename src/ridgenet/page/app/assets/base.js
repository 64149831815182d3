"use strict";
// What the scripts of the page share.
const ridgenetPending = new Set();
window.ridgenetPage = {
  byId: id => document.getElementById(id),
  // translations by their English text; of English none is needed
  messages: {},
  /** Translate a message, with values for the names that it has in braces. */
  gettext: (message, values = {}) =>
    (window.ridgenetPage.messages[message] || message).replace(/{(\w+)}/g, (_, name) => values[name]),
  /** Note on the body what is still to be drawn or written: it is empty where the page shows all that was asked for. */
  setPending(name, isPending) {
    ridgenetPending[isPending ? "add" : "delete"](name);
    document.body.dataset.pending = [...ridgenetPending].join(" ");
  },
  /** Say something in the line above the pictures. */
  tell(message, isError = false) {
    const line = document.getElementById("message");
    line.textContent = line.title = message;
    line.classList.toggle("error", isError);
  },
};
