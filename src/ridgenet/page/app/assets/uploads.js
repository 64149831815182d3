"use strict";
// A table of one's own: chosen or dropped, read by the server as data, never as anything else.
(() => {
  const page = window.ridgenetPage;
  const { byId } = page;

  const upload = async file => {
    if (!file) return;
    if (file.size > page.largest) {
      page.tell(`${file.name}: ${page.words["too large"]}`, true);
      return;
    }
    page.tell(`${page.words.uploading}: ${file.name}…`);
    try {
      const answer = await fetch(`/upload?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file });
      const found = await answer.json();
      if (found.error) throw new Error(found.error);
      remember(found);
      // the table that is shown needs not be learned again
      if (new URLSearchParams(page.state.problem).get("data") === found.data) page.tellDone();
      else page.tell("");
      window.dash_clientside.set_props("data", { options: options(), value: found.data });
    } catch (error) {
      page.tell(error instanceof TypeError ? page.words.failed : error.message, true);
    }
  };

  // what this tab has uploaded, for as long as it is open: a reload, and another language, keep it
  const KEY = "ridgenet-uploads";
  const uploaded = new Map(JSON.parse(sessionStorage.getItem(KEY) || "[]"));
  const remember = found => {
    uploaded.set(found.data, found.name);
    sessionStorage.setItem(KEY, JSON.stringify([...uploaded]));
  };
  const options = () => {
    const others = page.options.filter(option => !uploaded.has(option.value));
    return [...others, ...[...uploaded].map(([value, label]) => ({ label, value }))];
  };

  page.upload = {
    setUp: () => {
      if (uploaded.size) window.dash_clientside.set_props("data", { options: options() });
      const input = Object.assign(document.createElement("input"), {
        type: "file", id: "file", accept: byId("upload").dataset.accept, className: "unseen",
      });
      const label = Object.assign(document.createElement("label"), { htmlFor: "file", className: "button" });
      label.textContent = page.words.upload;
      input.addEventListener("change", () => { upload(input.files[0]); input.value = ""; });
      const box = byId("upload");
      box.append(input, label);
      box.addEventListener("dragover", event => event.preventDefault());
      box.addEventListener("drop", event => {
        event.preventDefault();
        upload(event.dataTransfer.files[0]);
      });
    },
  };
})();
