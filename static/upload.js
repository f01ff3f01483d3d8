// Sends files by tus 1.0, three at a time, and goes on after any cut. Without it the page has a plain form.
"use strict";
(() => {
  const root = document.getElementById("uploader");
  if (!root) return;
  const t = (key) => root.dataset["t" + key[0].toUpperCase() + key.slice(1)];
  const list = root.querySelector(".uploads"), status = root.querySelector("[role=status]");
  const STEP = 8 << 20, WHOLE = 64 << 20, MOST = 3, WAITS = [1, 2, 5, 10, 20, 30];
  const TYPE = "application/offset+octet-stream";
  const digest = globalThis.crypto && crypto.subtle;
  const queue = [];
  let running = 0;

  const number = new Intl.NumberFormat(root.dataset.lang, { maximumFractionDigits: 1 });
  const size = (n) => {
    let unit = 0;
    while (n >= 1024 && unit < 4) { n /= 1024; unit += 1; }
    return number.format(n) + " " + ["B", "KiB", "MiB", "GiB", "TiB"][unit];
  };
  const span = (s) => {
    const two = (n) => String(Math.floor(n)).padStart(2, "0");
    return s >= 3600 ? Math.floor(s / 3600) + ":" + two(s % 3600 / 60) + ":" + two(s % 60) : Math.floor(s / 60) + ":" + two(s % 60);
  };
  const base64 = (bytes) => btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(""));
  const text64 = (text) => base64(new TextEncoder().encode(text));
  const make = (name, cls, ...inside) => {
    const node = document.createElement(name);
    if (cls) node.className = cls;
    node.append(...inside);
    return node;
  };
  const icon = (name) => {
    const ns = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(ns, "svg"), use = document.createElementNS(ns, "use");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", root.dataset.icons + "#" + name);
    svg.append(use);
    return svg;
  };

  // One request; upload progress is something that only XMLHttpRequest tells.
  const ask = (task, method, url, headers, body) => new Promise((done) => {
    const x = task.request = new XMLHttpRequest();
    x.open(method, url + "?lang=" + root.dataset.lang);
    x.setRequestHeader("Tus-Resumable", "1.0.0");
    for (const name in headers) x.setRequestHeader(name, headers[name]);
    x.upload.onprogress = (e) => moved(task, task.offset + e.loaded);
    x.onloadend = () => { task.request = null; done(x); };
    x.send(body || null);
  });
  const at = (x) => Number(x.getResponseHeader("Upload-Offset"));

  function moved(task, sent) {
    const now = performance.now();
    task.sent = sent;
    task.marks.push([now, sent]);
    while (task.marks.length > 2 && now - task.marks[0][0] > 5000) task.marks.shift();
    if (now - (task.drawn || 0) > 200) draw(task);
  }

  const FACES = {
    waiting: ["wait", "clock"], sending: ["wait", "upload"], checking: ["wait", "clock"], paused: ["draft", "pause"],
    done: ["ok", "check"], known: ["ok", "check"], cut: ["warn", "warn"], signedout: ["warn", "lock"],
    failed: ["bad", "cross"], again: ["draft", "return"],
  };

  function show(task, state, note) {
    task.state = state;
    task.note = note || "";
    if (["done", "known", "failed", "signedout"].includes(state)) status.textContent = task.path + ": " + t(state);
    draw(task);
  }

  function draw(task) {
    const { parts, state, total } = task;
    const [cls, name] = FACES[state];
    task.drawn = performance.now();
    const words = state === "cut" ? t("cut").replace("%", task.wait) : t(state);
    parts.mark.className = "mark " + cls;
    parts.mark.replaceChildren(icon(name), words);
    parts.bar.value = total ? task.sent / total : Number(state === "done");
    parts.gauge.className = "gauge " + ({ ok: "ok", warn: "warn", bad: "warn" }[cls] || "");
    const [first, last] = [task.marks[0], task.marks[task.marks.length - 1]];
    const rate = first && last[0] > first[0] ? (last[1] - first[1]) / (last[0] - first[0]) * 1000 : 0;
    const live = state === "sending" && rate > 0;
    parts.came.textContent = size(task.sent) + " / " + size(total) + (live ? ", " + size(rate) + "/s" : "");
    parts.left.textContent = live ? t("left").replace("%", span((total - task.sent) / rate)) : task.note;
    const over = ["done", "known", "again"].includes(state);
    parts.go.hidden = over;
    parts.stop.hidden = state === "done" || state === "known";
    const does = { waiting: "pause", sending: "pause", checking: "pause", paused: "resume" }[state] || "retry";
    if (!over && task.does !== does) {
      task.does = does;
      parts.go.replaceChildren(icon(does === "pause" ? "pause" : "play"), t(does));
      parts.go.setAttribute("aria-label", t(does) + " " + task.path);
    }
  }

  function add(path, total, file) {
    const parts = {
      mark: make("span"), go: make("button", "btn small"), stop: make("button", "btn small", t("cancel")),
      bar: make("progress"), gauge: null, came: make("span"), left: make("span"),
    };
    parts.bar.max = 1;
    parts.bar.setAttribute("aria-label", path);
    parts.gauge = make("span", "gauge", parts.bar);
    parts.go.type = parts.stop.type = "button";
    parts.stop.setAttribute("aria-label", t("cancel") + " " + path);
    const item = make("li", "", make("div", "", make("b", "", path)), make("div", "row", parts.mark, parts.go, parts.stop),
      parts.gauge, make("div", "say", parts.came, parts.left));
    const task = { path, total, file, item, parts, sent: 0, offset: 0, marks: [], tries: 0, state: "waiting" };
    parts.go.onclick = () => {
      if (task.does === "pause") {
        show(task, "paused");
        if (task.request) task.request.abort();
      } else {
        task.tries = 0;
        enter(task);
      }
    };
    parts.stop.onclick = async () => {
      task.gone = true;
      if (task.request) task.request.abort();
      if (task.url) await ask(task, "DELETE", task.url, {});
      item.remove();
    };
    list.append(item);
    draw(task);
    return task;
  }

  function enter(task) {
    show(task, "waiting");
    queue.push(task);
    next();
  }

  function next() {
    while (running < MOST && queue.length) {
      const task = queue.shift();
      if (task.state !== "waiting" || task.gone || task.busy) continue;
      running += 1;
      task.busy = true;
      send(task).catch((e) => show(task, "failed", String(e))).finally(() => {
        running -= 1;
        task.busy = false;
        if (task.state === "waiting") queue.push(task);
        if (!running && !queue.length) document.getElementById("uploaded").hidden = false;
        next();
      });
    }
  }

  const hash = async (blob) => new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  const stopped = (task) => task.gone || task.state === "paused";

  // Says whether to go on. What the server cannot mend is shown; all else is tried again, later and later.
  async function mends(task, x) {
    if (stopped(task)) return false;
    if (x.status === 401) { show(task, "signedout"); return false; }
    if ((x.status === 404 || x.status === 410) && task.url && !task.renewed) {
      task.url = null;
      task.renewed = true;
      return true;
    }
    if (x.status >= 400 && x.status < 500 && ![408, 409, 423, 429, 460].includes(x.status)) {
      let why = "";
      try {
        const problem = JSON.parse(x.responseText);
        why = problem.errors ? problem.errors.map((e) => e.message).join(" ") : problem.title + ". " + problem.detail;
      } catch { why = String(x.status); }
      show(task, "failed", why);
      return false;
    }
    if (x.status !== 409 || task.tries > 2) {
      task.wait = WAITS[Math.min(task.tries, WAITS.length - 1)];
      show(task, "cut");
      await new Promise((go) => { setTimeout(go, task.wait * 1000); });
    }
    task.tries += 1;
    return !stopped(task);
  }

  async function begin(task) {
    const { file } = task;
    let told = "path " + text64(task.path) + ",modified " + text64(String(file.lastModified));
    if (digest && file.size <= WHOLE) {
      show(task, "checking");
      const hex = Array.from(await hash(file), (b) => b.toString(16).padStart(2, "0")).join("");
      told += ",sha256 " + text64(hex);
      if (stopped(task)) return null;
    }
    const x = await ask(task, "POST", root.dataset.begin, { "Upload-Length": file.size, "Upload-Metadata": told });
    if (x.status === 201) {
      task.url = x.getResponseHeader("Location");
      task.offset = at(x);
      if (x.getResponseHeader("Upload-Known")) task.known = true;
    }
    return x;
  }

  async function find(task) {
    const x = await ask(task, "HEAD", task.url, {});
    if (x.status === 200) {
      task.offset = at(x);
      // The same name and length, but changed since: what came of it is of no use.
      const told = x.getResponseHeader("Upload-Metadata") || "";
      const was = /modified (\S+?)(,|$)/.exec(told);
      if (task.offset < task.total && was && was[1] !== text64(String(task.file.lastModified))) {
        await ask(task, "DELETE", task.url, {});
        task.url = null;
        return begin(task);
      }
    }
    return x;
  }

  async function send(task) {
    let sure = false;
    for (;;) {
      if (!sure) {
        const x = await (task.url ? find(task) : begin(task));
        if (!x || stopped(task)) return;
        if (x.status !== 200 && x.status !== 201) {
          if (await mends(task, x)) continue;
          return;
        }
        sure = true;
        moved(task, task.offset);
      }
      if (task.known || task.offset >= task.total) {
        moved(task, task.total);
        show(task, task.known ? "known" : "done");
        return;
      }
      if (task.state !== "sending") { task.marks = []; show(task, "sending"); }
      const piece = task.file.slice(task.offset, task.offset + STEP);
      const headers = { "Content-Type": TYPE, "Upload-Offset": task.offset };
      try {
        if (digest) headers["Upload-Checksum"] = "sha256 " + base64(await hash(piece));
      } catch { show(task, "failed", task.file.name); return; }
      if (stopped(task)) return;
      const x = await ask(task, "PATCH", task.url, headers, piece);
      if (x.status === 204) {
        task.offset = at(x);
        task.tries = 0;
      } else {
        if (!await mends(task, x)) return;
        sure = false;
      }
    }
  }

  const known = new Map();
  function take(file, path) {
    if (path.split("/").some((part) => part.startsWith("."))) return;
    const key = path + "\n" + file.size, old = known.get(key);
    const task = old || add(path, file.size, file);
    if (old && old.state !== "again") return;
    known.set(key, task);
    task.file = file;
    enter(task);
  }

  async function walk(entry, path) {
    if (entry.isFile) {
      take(await new Promise((ok, no) => { entry.file(ok, no); }), path + entry.name);
    } else {
      const reader = entry.createReader();
      for (;;) {
        const some = await new Promise((ok, no) => { reader.readEntries(ok, no); });
        if (!some.length) return;
        for (const inner of some) await walk(inner, path + entry.name + "/");
      }
    }
  }

  for (const input of root.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => {
      for (const file of input.files) take(file, file.webkitRelativePath || file.name);
      input.value = "";
    });
  }
  addEventListener("dragover", (e) => e.preventDefault());
  addEventListener("drop", (e) => {
    e.preventDefault();
    const entries = Array.from(e.dataTransfer.items, (item) => item.webkitGetAsEntry()).filter(Boolean);
    (async () => { for (const entry of entries) await walk(entry, ""); })();
  });

  // What the server still waits for, from whatever page or program it was begun.
  fetch(root.dataset.list, { headers: { Accept: "application/json" } }).then((a) => (a.ok ? a.json() : { items: [] })).then((open) => {
    for (const one of open.items) {
      if (known.has(one.path + "\n" + one.size_bytes)) continue;
      const task = add(one.path, one.size_bytes, null);
      task.url = new URL(one.address).pathname;
      task.sent = one.offset_bytes;
      known.set(one.path + "\n" + one.size_bytes, task);
      show(task, "again");
    }
  }).catch(() => {});
  const plain = document.getElementById("uploads-open");
  if (plain) plain.hidden = true;
  root.hidden = false;
})();
