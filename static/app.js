// Comfort only: every page works without this file.
"use strict";
(() => {
  const problem = document.querySelector(".problem[role=alert]");
  if (problem) problem.focus();
  const typing = (t) => t && (t.isContentEditable || /^(input|textarea|select)$/i.test(t.tagName));
  let go = false;
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || typing(e.target)) return;
    if (go) {
      go = false;
      const to = { c: "/datasets", o: "/orders", t: "/grants", i: "/inbox" }[e.key];
      if (to) location.assign(to);
      return;
    }
    if (e.key === "/") {
      const box = document.querySelector(".find input");
      if (box) { e.preventDefault(); box.focus(); }
    } else if (e.key === "g") {
      go = true;
      setTimeout(() => { go = false; }, 1500);
    }
  });
  for (const figure of document.querySelectorAll(".snippet")) {
    const button = figure.querySelector("button[data-copy]");
    if (!button || !navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(figure.querySelector("pre").textContent);
      button.textContent = button.dataset.copy;
    });
  }
})();
