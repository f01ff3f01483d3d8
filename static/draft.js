// Saves a form by itself while it is a draft. The form has the fields autosave (seconds), revision and base.
// Comfort only: the form has its own button.
"use strict";
(() => {
  const words = document.currentScript.dataset;
  for (const every of document.querySelectorAll('input[name="autosave"]')) {
    const form = every.form;
    const own = new Set(["once", "revision", "base", "autosave"]);
    const shot = () => new URLSearchParams([...new FormData(form)].filter(([name]) => !own.has(name))).toString();
    const note = document.createElement("span");
    note.className = "saved small quiet";
    note.setAttribute("role", "status");
    form.querySelector(".actions").append(note);
    let last = shot(), busy = false, over = false;
    const save = async () => {
      const now = shot();
      if (busy || over || now === last) return;
      busy = true;
      try {
        const answer = await fetch(form.action, {
          method: "POST",
          headers: { Accept: "application/json" },
          body: new URLSearchParams(new FormData(form)),
        });
        if (answer.ok) {
          const kept = await answer.json();
          form.elements.revision.value = kept.revision;
          form.elements.base.value = kept.base;
          last = now;
          note.textContent = words.saved + " " + new Date().toLocaleTimeString(document.documentElement.lang);
        } else if (answer.status === 409) {
          over = true;
          note.textContent = words.conflict;
        } else {
          note.textContent = words.waiting;
        }
      } catch {
        note.textContent = words.waiting;
      }
      busy = false;
    };
    setInterval(save, Number(every.value) * 1000);
    document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
    form.addEventListener("submit", () => { over = true; });
  }
})();
