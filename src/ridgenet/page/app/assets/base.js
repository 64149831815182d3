"use strict";
// What the scripts of the page share.
const ridgenetPending = new Set();
window.ridgenetPage = {
  byId: id => document.getElementById(id),
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
