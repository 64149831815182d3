"use strict";
// What the scripts of the page share.
window.ridgenetPage = {
  byId: id => document.getElementById(id),
  /** Say something in the line above the pictures. */
  tell(message, isError = false) {
    const line = document.getElementById("message");
    line.textContent = line.title = message;
    line.classList.toggle("error", isError);
  },
};
