
"use strict";
(() => {
  const root = document.documentElement;
  const theme = document.getElementById("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const current = root.dataset.theme || (dark.matches ? "dark" : "light");
    root.dataset.theme = current === "dark" ? "light" : "dark";
  });

  const filters = document.querySelector(".filters");
  const search = document.getElementById("search");
  const found = document.getElementById("found");
  const buttons = [...document.querySelectorAll("[data-filter]")];
  const rows = [...document.querySelectorAll("tr[data-status], details.trial")].map(element => ({
    element,
    status: element.dataset.status,
    text: (element.querySelector(":scope > summary") || element).textContent.toLowerCase(),
    isTrial: element.tagName === "DETAILS",
  }));

  const apply = () => {
    const chosen = new Set(buttons.filter(button => button.getAttribute("aria-pressed") === "true").map(button => button.dataset.filter));
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let trials = 0;
    let shown = 0;
    for (const row of rows) {
      const fits = (chosen.size === 0 || chosen.has(row.status)) && words.every(word => row.text.includes(word));
      row.element.hidden = !fits;
      trials += row.isTrial ? 1 : 0;
      shown += row.isTrial && fits ? 1 : 0;
    }
    found.textContent = shown === trials ? "" : `${shown} of ${trials} trials`;
  };

  filters.hidden = false;
  search.addEventListener("input", apply);
  for (const button of buttons) {
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      apply();
    });
  }

  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (target && target.tagName === "DETAILS") {
      target.hidden = false;
      target.open = true;
      target.scrollIntoView();
    }
  };
  addEventListener("hashchange", reveal);
  reveal();

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details.trial:not([open]):not([data-status=passed])")];
    opened.forEach(details => { details.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach(details => { details.open = false; }));
})();
