"use strict";
// Uploads of tables, chosen or dropped.
(() => {
  const page = window.ridgenetPage;
  const { byId, gettext } = page;

  const upload = async file => {
    if (!file) return;
    if (file.size > page.largest) {
      page.tell(gettext("{file}: this table is too large; start the page with it instead", { file: file.name }), true);
      return;
    }
    page.tell(gettext("Uploading {file}…", { file: file.name }));
    try {
      const answer = await fetch(`/upload?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file });
      const found = await answer.json();
      if (found.error) throw new Error(found.error);
      remember(found);
      // the path of the table shown need not be computed again
      if (new URLSearchParams(page.state.problem).get("data") === found.data) page.tellDone();
      else page.tell("");
      window.dash_clientside.set_props("data", { options: options(), value: found.data });
    } catch (error) {
      page.tell(error instanceof TypeError ? gettext("The server does not answer. Is it still running?") : error.message, true);
    }
  };

  // uploads of this tab, kept across reloads and languages
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
      label.textContent = gettext("Upload a table…");
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
