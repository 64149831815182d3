"use strict";
// The form in which a reader's own table is read, understood and confirmed.
const ridgenetTableForm = app => {
  const { at } = app;

  let read = null;
  const problemInTable = error => {
    const { key, named } = error instanceof ridgenetTable.TableError ? error : { key: "not_read", named: { why: error.message } };
    at("table-error").textContent = app.t(key, named);
  };
  const listed = notes => at("notes").replaceChildren(...notes.map(({ key, named }) => {
    const entry = document.createElement("li");
    entry.textContent = app.t(key, named);
    return entry;
  }));

  const readTable = text => {
    at("table-error").textContent = "";
    at("confirm").hidden = true;
    listed([]);
    try {
      read = ridgenetTable.read(text);
    } catch (error) {
      return problemInTable(error);
    }
    at("target").replaceChildren(...read.columns.map(({ name }) => new Option(name, name)));
    at("target").value = read.columns.at(-1).name;
    at("confirm").hidden = false;
    return showColumns();
  };

  const showColumns = () => {
    const target = at("target").value, column = read.columns.find(({ name }) => name === target);
    at("columns").replaceChildren(...read.columns.filter(({ name }) => name !== target).map(({ name, kind }) => {
      const label = document.createElement("label"), box = document.createElement("input");
      Object.assign(box, { type: "checkbox", value: name, checked: true, onchange: understand });
      label.append(box, ` ${app.t(`holds_${kind}`, { name })}`);
      return label;
    }));
    const k = new Set(column.cells.filter(cell => cell !== null && !Number.isNaN(cell))).size;
    at("understood").textContent = app.t(ridgenetTable.isNumeric(column) ? "as_numbers" : "as_classes", { n: read.nRows, target, k });
    understand();
  };

  /** Return the samples of the columns that are ticked, with all notes about them; null if they cannot be learned from. */
  const understand = () => {
    const target = at("target").value, used = [...at("columns").querySelectorAll(":checked")].map(({ value }) => value);
    at("table-error").textContent = "";
    listed(read.notes);
    at("learn").disabled = true;
    try {
      const samples = { ...ridgenetTable.samplesOf(read, target, used), target };
      listed([...read.notes, ...samples.notes]);
      at("learn").disabled = false;
      return samples;
    } catch (error) {
      problemInTable(error);
      return null;
    }
  };

  const learn = () => {
    const samples = understand();
    if (!samples) return;
    at("table").hidden = true;
    app.change({ alpha: null, edits: [] }, samples);
  };

  const take = async file => {
    try {
      readTable(await file.text());
    } catch (error) {
      problemInTable(error);
    }
  };

  const listen = () => {
    at("another").onclick = () => {
      at("table").hidden = false;
      at("pasted").focus();
    };
    at("read").onclick = () => readTable(at("pasted").value);
    at("close").onclick = () => {
      at("table").hidden = true;
      app.showForm();
    };
    at("target").onchange = showColumns;
    at("learn").onclick = learn;
    at("file").onchange = ({ target }) => target.files[0] && take(target.files[0]);
    document.ondragover = event => event.preventDefault();
    document.ondrop = event => {
      event.preventDefault();
      const [file] = event.dataTransfer.files;
      if (!file) return;
      at("table").hidden = false;
      take(file);
    };
  };

  return { listed, listen };
};
